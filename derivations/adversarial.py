"""The adversarial game that the GAN's claims speak of: the data's law, the generator's, a discriminator.

The three are abstract. The generator enters by the law p_g of its samples x = G(z). Where a number is asked for,
both laws become Gaussian.
"""

from derivations.claimfile import Parameter
from derivations.domains import AnyLaw
from derivations.language.density import Law
from derivations.language.functions import Discriminator
from derivations.language.gan import GANValue
from derivations.language.word import real

x = real("x")
p_data, p_g = Law("p_data")(x), Law("p_g")(x)
D, d = Discriminator("D")(x), Discriminator("d")()
value = GANValue(D, p_data, p_g, x)
best = p_data / (p_data + p_g)

instance = {D: D, d: d}  # the discriminator is what is optimised over: it stays abstract

laws = (
    Parameter(p_data, AnyLaw(), "the law of the data", keyword="p"),
    Parameter(p_g, AnyLaw(), "the law of what the generator generates", keyword="q"),
)
