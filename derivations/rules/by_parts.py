"""Integration by parts of a critic against two densities."""

from sympy import Add, Mul, Symbol

from derivations.conditions import FINITE, VANISHES_AT_ENDS
from derivations.language import E, Int
from derivations.language.maps import Antiderivative, DistributionFunction
from derivations.language.substitution import put
from derivations.language.word import depends
from derivations.ring import is_zero
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, bottom_up


class integration_by_parts(Normaliser):
    """E_p[f] - E_q[f] is the integral of f' (F_q - F_p), for f the integral of its slope f' and densities p and q.

    As f (p - q) = (f (F_p - F_q))' - f' (F_p - F_q), and the first part of this integrates to 0.
    """

    name = "integration by parts"
    summary = "The means of a function f under two laws differ by the integral of its slope times the difference of their distribution functions."
    needs = (FINITE, VANISHES_AT_ENDS)

    def normal(self, expr, context):
        return bottom_up(expr, _by_parts)


def _by_parts(node):
    """The two terms c E_p[f] - c E_q[f] of a sum, where there are two and no more, as an integral."""
    if not isinstance(node, Add):
        return node
    means, rest = [], []
    for term in node.args:
        found = [f for f in Mul.make_args(term) if _of_critic(f)]
        (means if len(found) == 1 else rest).append((term, found))
    if len(means) != 2:
        return node
    (first, (p,)), (second, (q,)) = means
    weight = first / p
    if p.integrand.bound in (p.bound, q.bound) or not is_zero(weight + second / q):
        return node
    q = q if q.bound == p.bound else q.renamed(p.bound) if not depends(q, p.bound) else None
    if q is None or not is_zero(p.integrand - q.integrand) or weight.has(Antiderivative):
        return node
    x, critic = p.bound, p.integrand
    slope = put(critic.function, critic.bound, x)
    if slope is None or depends(weight, x):
        return node
    gap = _distribution(q, x) - _distribution(p, x)
    return Add(*(t for t, _ in rest)) + Int(weight * slope * gap, x)


def _of_critic(node):
    """E[f(x)] for f an antiderivative at x of something that depends on x in no other way, under a density of x."""
    if not isinstance(node, E) or not isinstance(node.integrand, Antiderivative) or not isinstance(node.bound, Symbol):
        return False
    critic, x = node.integrand, node.bound
    moves = critic.bound != x and depends(critic.function, x)
    return critic.point == x and not moves and is_density(node.density, x)


def _distribution(mean, x):
    """The distribution function of the law of `mean`, at x."""
    from sympy import Dummy

    place = Dummy("t", real=True)
    return DistributionFunction(mean.density.xreplace({x: place}), x, place)
