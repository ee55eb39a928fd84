"""Backpropagation in an autoencoder: the gradients of its squared error.

For layers of any width, one weight at a time. A unit of the code reads pixel u with the weight v; the other pixels and the
bias add e, so its value is z = s(v u + e). Pixel i of the reconstruction weighs it by w_i; the other units and the bias add
c_i, so it is s(w_i z + c_i). The activation s is any smooth function. The errors of the pixels, each times the slope
of its activation, come back through the w_i: that sum is an entry of W_d^T (...) in the matrix formulas. A
bias is a weight whose number is 1.
"""

from sympy import Derivative, Eq, IndexedBase, Sum

from derivations.claimfile import Parameter, Part
from derivations.conditions import SMOOTH
from derivations.coordinates import d, i, x
from derivations.derivation import start
from derivations.domains import Real, Vector
from derivations.language import DerivativeAt, Function, Named, Sigmoid, named, real
from derivations.rules import definition, differentiation, linearity

w, c = IndexedBase("w", real=True), IndexedBase("c", real=True)
u, v, e, z, r, a, b, y, k = real("u v e z r a b y k")
activation = Function("s")

parameters = (
    Parameter(x, Vector(Real(), d), "the image, d pixels"),
    Parameter(w, Vector(Real(), d), "weights of the decoder from one unit of the code to the pixels"),
    Parameter(c, Vector(Real(), d), "what the bias and the other units add, for each pixel"),
    Parameter(u, Real(), "the number that the encoder's weight multiplies: a pixel"),
    Parameter(v, Real(), "a weight of the encoder"),
    Parameter(e, Real(), "what the bias and the other pixels add to the unit"),
    Parameter(y, Real(), "one pixel of the image", optional=True),
    Parameter(a, Real(), "the decoder's weight from the unit to that pixel", optional=True),
    Parameter(b, Real(), "what the bias and the other units add to that pixel", optional=True),
    Parameter(z, Real(), "value of the unit", optional=True),
    Parameter(r, Real(), "squared errors of the other pixels, summed", optional=True),
)
conditions = (SMOOTH,)
instance = {activation(k): Sigmoid(k)}


def slope(point):
    """The derivative of the activation there."""
    return DerivativeAt(activation(k), point, k)


def written_out(expr):
    """Without names."""
    return definition(Named).normal(expr, None)


def gradient(title, error, variable, result, summed=None):
    """The derivative, with the names written out, by the chain rule, and with the names again.

    `summed` is the result with all factors in the sum, where some are common to its terms.
    """
    left = Derivative(error, variable)
    derivation = start(left).by(definition(Named), written_out(left)).by(differentiation, written_out(summed or result))
    if summed:
        derivation = derivation.by(linearity, written_out(result))
    return Part(Eq(left, result, evaluate=False), derivation.by(definition(Named), result), title)


one_pixel = named(r"\hat{x}", activation(a * z + b))
pixel = named(r"\hat{x}_{i}", activation(w[i] * z + c[i]))
code = named("z", activation(v * u + e))
pixel_of_code = named(r"\hat{x}_{i}", activation(w[i] * code + c[i]))


def squared_error(pixel):
    """Over all pixels."""
    return Sum((x[i] - pixel) ** 2, (i, 1, d))


def back(pixel, code, times=1):
    """What comes back to a unit of the code, the derivative of the squared error in its value; every term `times` something."""
    return Sum(-2 * (x[i] - pixel) * slope(w[i] * code + c[i]) * w[i] * times, (i, 1, d))


of_pixel, of_image, of_code = (y - one_pixel) ** 2 + r, squared_error(pixel), squared_error(pixel_of_code)
unit_slope = slope(v * u + e)
through_unit = back(pixel_of_code, code) * unit_slope

parts = (
    gradient("A weight of the decoder", of_pixel, a, -2 * (y - one_pixel) * slope(a * z + b) * z),
    gradient("A bias of the decoder", of_pixel, b, -2 * (y - one_pixel) * slope(a * z + b)),
    gradient("A unit of the code", of_image, z, back(pixel, z)),
    gradient("A weight of the encoder", of_code, v, through_unit * u, back(pixel_of_code, code, unit_slope * u)),
    gradient("A bias of the encoder", of_code, e, through_unit, back(pixel_of_code, code, unit_slope)),
)
value = {"encoder weight": written_out(through_unit * u), "encoder bias": written_out(through_unit)}
sources = ("sheet L 1.1 (6) to (9)", "sheet L 1.2, backward, lines 59 to 80 of the code", "Rumelhart, Hinton & Williams 1986")
