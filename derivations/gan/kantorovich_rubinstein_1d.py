"""In one dimension the best 1-Lipschitz critic gains the area between the two distribution functions.

For any two laws of finite mean. A 1-Lipschitz critic is a constant plus the integral of a slope between -1 and 1. By parts its
gain E_data[f] - E_g[f] is the integral of its slope times F_g - F_data; at each point the best slope is the sign of that
difference, so the best critic rises where the generator's law lies below the data's and falls where it lies above.
"""

from sympy import Abs, Eq, sign

from derivations.adversarial import laws, p_data, p_g, x
from derivations.claimfile import Part
from derivations.conditions import ANY_SLOPE, FINITE, VANISHES_AT_ENDS
from derivations.derivation import start
from derivations.language import Antiderivative, DistributionFunction, E, Int, Maximum, Slope, real
from derivations.rules import absolute_value, integration_by_parts, linear_optimum, pointwise_optimum

y = real("y")
slope, u = Slope("s"), Slope("u")()
parameters = laws
conditions = (FINITE, ANY_SLOPE, VANISHES_AT_ENDS)
instance = {slope(x): slope(x), u: u}  # what is optimised over stays as it is


def ahead(point):
    """F_g - F_data there: positive where data lie further to the right."""
    return DistributionFunction(p_g, point, x) - DistributionFunction(p_data, point, x)


def gain(slope):
    """E_data[f] - E_g[f], for the critic of that slope (an expression in y)."""
    critic = Antiderivative(slope, x, y)
    return E(critic, p_data, x) - E(critic, p_g, x)


area = Int(Abs(ahead(x)), x)

parts = (
    Part(
        Eq(Maximum(gain(slope(y)), slope(x)), area, evaluate=False),
        start(Maximum(gain(slope(y)), slope(x)))
        .by(integration_by_parts, Maximum(Int(slope(x) * ahead(x), x), slope(x)))
        .by(pointwise_optimum(u), Int(Maximum(u * ahead(x), u), x))
        .by(linear_optimum, area),
        "What the best critic gains",
    ),
    Part(
        Eq(gain(sign(ahead(y))), area, evaluate=False),
        start(gain(sign(ahead(y))))
        .by(integration_by_parts, Int(sign(ahead(x)) * ahead(x), x))
        .by(absolute_value, area),
        "The potential that gains it",
    ),
)
sources = ("sheet A 3.2b", "Kantorovich & Rubinstein 1958", "Villani 2003, theorem 1.14 and remark 2.19 (iii)")
