"""The order of integration."""

from sympy import Mul

from derivations.conditions import FINITE
from derivations.language import Int
from derivations.language.word import depends
from derivations.rules.rule import Normaliser, bottom_up


class fubini(Normaliser):
    """The integral over x of the integral over y is that over y of the integral over x."""

    name = "order of integration"
    summary = "Where the double integral is absolutely convergent, two integrals can be taken in either order (Fubini)."
    needs = (FINITE,)

    def normal(self, expr, context):
        return bottom_up(expr, _ordered)


def _ordered(node):
    """Nested integrals with all factors inside, the variables in the order of their names from the outside."""
    if not isinstance(node, Int):
        return node
    variables, integrand = [node.bound], node.integrand
    while True:
        inner = [f for f in Mul.make_args(integrand) if isinstance(f, Int)]
        rest = Mul(*(f for f in Mul.make_args(integrand) if not isinstance(f, Int)))
        if len(inner) != 1 or inner[0].bound in variables or depends(rest, inner[0].bound):
            break
        variables.append(inner[0].bound)
        integrand = rest * inner[0].integrand
    for variable in sorted(variables, key=str, reverse=True):
        integrand = Int(integrand, variable)
    return integrand
