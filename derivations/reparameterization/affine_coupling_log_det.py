"""The log-determinant of an affine coupling layer is the sum of its log-scales.

The layer passes some coordinates on as they are, and scales and shifts the others by functions of those. Its Jacobian is
triangular: what is passed on does not depend on the rest, and each of the rest depends on no other of them. So of the
determinant only the diagonal is left, whatever the networks s and t are: they are never inverted and never
differentiated. Written for two coordinates that are passed on and two that are changed.
"""

from sympy import Abs, Eq, Tuple, exp, log

from derivations.claimfile import Parameter, Part
from derivations.conditions import SMOOTH
from derivations.derivation import start
from derivations.domains import Real
from derivations.language import Function, JacobianDeterminant, real
from derivations.rules import algebra, definition, differentiation

x1, x2, x3, x4, a1, a2, b1, b2 = real("x_1 x_2 x_3 x_4 a1 a2 b1 b2")
s1, s2, t1, t2 = (Function(name)(x1, x2) for name in ("s_1", "s_2", "t_1", "t_2"))

parameters = (
    *(Parameter(v, Real(), "a coordinate that is passed on", keyword=k) for v, k in ((x1, "x1"), (x2, "x2"))),
    *(Parameter(v, Real(), "a coordinate that is changed", keyword=k, optional=True) for v, k in ((x3, "x3"), (x4, "x4"))),
    *(
        Parameter(v, Real(), f"coefficient of {text} in the log-scales", optional=True)
        for v, text in ((a1, "x1"), (a2, "x2"), (b1, "x1 x2"), (b2, "x2^2"))
    ),
)
conditions, unit = (SMOOTH,), "nats"
instance = {s1: a1 * x1 + b1 * x1 * x2, s2: a2 * x2 + b2 * x2**2, t1: x1**2 - x2, t2: x1 * x2}

inputs = Tuple(x1, x2, x3, x4)
outputs = Tuple(x1, x2, x3 * exp(s1) + t1, x4 * exp(s2) + t2)
determinant = JacobianDeterminant(outputs, inputs)
diagonal = exp(s1) * exp(s2)
of_determinant = (
    start(determinant)
    .by(definition(JacobianDeterminant), determinant.definition())
    .by(differentiation, diagonal)
)
layer = log(Abs(determinant))
of_layer = (
    start(layer)
    .by(definition(JacobianDeterminant), log(Abs(determinant.definition())))
    .by(differentiation, log(Abs(diagonal)))
    .by(algebra, s1 + s2)
)
parts = (
    Part(Eq(determinant, diagonal, evaluate=False), of_determinant, "the Jacobian is triangular"),
    Part(Eq(layer, s1 + s2, evaluate=False), of_layer, "so its log-determinant is a sum"),
)
value = {"log-determinant": s1 + s2}
sources = ("sheet B, question 5", "Dinh et al. 2017, equations (4) to (6)")
