"""The game of a generative adversarial network."""

from sympy import Heaviside, Rational, log

from derivations.language.functions import UnitFunction
from derivations.language.integral import E, law_name
from derivations.language.word import Binder


class GANValue(Binder):
    """V(D, p_g) = E_{x ~ p_data}[log D(x)] + E_{x ~ p_g}[log(1 - D(x))], in nats.

    The generator enters by the law p_g of what it generates: E_{z ~ p_z}[f(G(z))] = E_{x ~ p_g}[f(x)].
    Goodfellow et al. 2014, equation (1); sheet A (10).
    """

    discriminator = property(lambda self: self.args[0])
    data = property(lambda self: self.args[1])
    generated = property(lambda self: self.args[2])

    def definition(self):
        D, x = self.discriminator, self.bound
        return E(log(D), self.data, x) + E(log(1 - D), self.generated, x)

    def _latex(self, printer):
        return rf"V\left({_discriminator_latex(self.discriminator, printer)}, {law_name(self.generated, printer)}\right)"


class Accuracy(Binder):
    """How often a discriminator is right, when data and generated samples are equally many.

    Half the probability of D(x) > 1/2 on data plus half that of D(x) < 1/2 on generated samples; at D(x) = 1/2
    it guesses, and is right half of the time: the step function theta has theta(0) = 1/2.
    """

    discriminator = property(lambda self: self.args[0])
    data = property(lambda self: self.args[1])
    generated = property(lambda self: self.args[2])

    def definition(self):
        D, x, half = self.discriminator, self.bound, Rational(1, 2)
        right_on_data = E(Heaviside(D - half, half), self.data, x)
        right_on_generated = E(Heaviside(half - D, half), self.generated, x)
        return half * right_on_data + half * right_on_generated

    def _latex(self, printer):
        laws = f"{law_name(self.data, printer)}, {law_name(self.generated, printer)}"
        return rf"\mathrm{{Acc}}_{{{laws}}}\left({_discriminator_latex(self.discriminator, printer)}\right)"


def _discriminator_latex(D, printer):
    return printer._print(D.func(D.args[0], ())) if isinstance(D, UnitFunction) else printer._print(D)
