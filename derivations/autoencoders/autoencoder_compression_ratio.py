"""The compression ratio of an autoencoder: how many numbers of the image there are for each number of its code.

An image of 28 x 28 pixels in a code of 32 numbers has the ratio 784 / 32 = 24.5. It counts numbers. In bits it is
another: with 8 bits for a pixel and 32 for each number of the code the ratio is 6.125, and that is the one to compare
with JPEG's.
"""

from sympy import Eq

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Integers
from derivations.language import Entries, integer
from derivations.rules import definition, linearity

h, w, k, a, b = integer("h w k a b")

parameters = (
    Parameter(h, Integers(1, 28), "rows of the image", keyword="height"),
    Parameter(w, Integers(1, 28), "columns of the image", keyword="width"),
    Parameter(k, Integers(1, 32), "numbers in the code", keyword="latent_dim"),
    Parameter(a, Integers(1, 16), "bits of a pixel", keyword="pixel_bits", optional=True),
    Parameter(b, Integers(1, 64), "bits of a number in the code", keyword="code_bits", optional=True),
)
in_numbers = Entries(h, w) / Entries(k)
in_bits = a * Entries(h, w) / (b * Entries(k))
ratio = h * w / k

parts = (
    Part(
        Eq(in_numbers, ratio, evaluate=False),
        start(in_numbers).by(definition(Entries), Entries(h, w).definition() / Entries(k).definition()).by(linearity, ratio),
        "In numbers",
    ),
    Part(
        Eq(in_bits, a / b * ratio, evaluate=False),
        start(in_bits)
        .by(definition(Entries), a * Entries(h, w).definition() / (b * Entries(k).definition()))
        .by(linearity, a / b * ratio),
        "In bits",
    ),
)
sources = ("sheet L 1.1 (10)",)
