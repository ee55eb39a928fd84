"""The gradient of a mean squared error is that of the sum, divided by the number of pixels.

Only one of the n terms depends on the pixel y; the others, whose sum is r, do not.
"""

from sympy import Derivative, Eq

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import Integers, Real
from derivations.language import integer, real
from derivations.rules import differentiation

x, y, r = real("x y r")
n = integer("n")

parameters = (
    Parameter(x, Real(), "the pixel of the image"),
    Parameter(y, Real(), "the pixel of the reconstruction"),
    Parameter(r, Real(), "squared errors of the other pixels, summed", optional=True),
    Parameter(n, Integers(2, 9), "number of pixels, times that of images where the mean is over a batch"),
)
slope = Derivative(((x - y) ** 2 + r) / n, y)
statement = Eq(slope, 2 * (y - x) / n, evaluate=False)
derivation = start(slope).by(differentiation, 2 * (y - x) / n)
sources = ("sheet L 1.2, train, line 110 of the code",)
