"""The order of integration, and of finite sums."""

from sympy import Mul, Sum

from derivations.conditions import FINITE
from derivations.language import E, Int
from derivations.language.word import depends
from derivations.rules.rule import Normaliser, bottom_up


class fubini(Normaliser):
    """The integral over x of the integral over y is that over y of the integral over x; so for the mean of an integral."""

    name = "order of integration"
    summary = (
        "Where the double integral is absolutely convergent, two integrals can be taken in either order, and so can an "
        "expectation and an integral (Fubini)."
    )
    needs = (FINITE,)

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: _ordered(_outside_mean(node)))


def _outside_mean(node):
    """The mean of an integral as the integral of the means."""
    if not isinstance(node, E):
        return node
    inner = [f for f in Mul.make_args(node.integrand) if isinstance(f, Int)]
    rest = Mul(*(f for f in Mul.make_args(node.integrand) if not isinstance(f, Int)))
    if len(inner) != 1 or inner[0].bound == node.bound or depends(rest * node.density, inner[0].bound):
        return node
    return Int(E(rest * inner[0].integrand, node.density, node.bound), inner[0].bound)


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


class order_of_sums(Normaliser):
    """The sum over i of the sum over j is that over j of the sum over i, where no index stands in the limits of another."""

    name = "order of summation"
    summary = "Factors free of the index go into a finite sum, and sums whose limits do not depend on each other's index can be taken in either order."

    def normal(self, expr, context):
        return bottom_up(expr, _summed)


def _summed(node):
    """Nested sums with all factors inside, their indices in the order of their names from the outside."""
    if not isinstance(node, Sum):
        return node
    limits, summand = list(node.limits[::-1]), node.function
    while True:
        inner = [f for f in Mul.make_args(summand) if isinstance(f, Sum)]
        rest = Mul(*(f for f in Mul.make_args(summand) if not isinstance(f, Sum)))
        if len(inner) != 1 or any(rest.has(index) for index, *_ in inner[0].limits):
            break
        limits += inner[0].limits[::-1]
        summand = rest * inner[0].function
    indices = [index for index, *_ in limits]
    ends = [end for _, *several in limits for end in several]
    if len(set(indices)) < len(indices) or any(end.has(index) for end in ends for index in indices):
        return node
    for limit in sorted(limits, key=lambda one: str(one[0]), reverse=True):
        summand = Sum(summand, limit)
    return summand
