"""The least over all couplings of two laws."""

from sympy import Abs, Eq, Ge, Symbol

from derivations.language.density import Density
from derivations.language.functions import AbstractFunction
from derivations.language.integral import E
from derivations.language.maps import DistributionFunction
from derivations.language.pushforward import Probability
from derivations.language.transport import Wasserstein
from derivations.language.word import depends
from derivations.ring import is_zero, same
from derivations.rules.admissible import bound_variables
from derivations.rules.densities import is_density
from derivations.rules.indicators import on_the_line
from derivations.rules.rule import Rule, StepError

_TITLES = ("the first has its law", "and the second")  # of what is left to be proved of the coupling


class least_over_couplings(Rule):
    """A mean distance that no coupling of two laws goes below, and that one coupling has, is their Wasserstein distance.

    `coupling` is (x, y, density of the noise, noise). The claim's part number `bound` says E|X(w) - Y(w)| >= B for all maps X
    and Y of a noise w, where B speaks of them by the probabilities P(X(w) <= t) and P(Y(w) <= t) only; these are the
    distribution functions of the two laws where X and Y couple them. Its part `attained` says what the coupling costs. The two
    derivations `laws` show that P(x <= t) and P(y <= t) are these distribution functions.
    """

    name = "least over couplings"
    summary = (
        "The Wasserstein distance is the least mean distance over all couplings of the two laws. A bound that holds for every "
        "coupling, whose P(X <= t) and P(Y <= t) are the two distribution functions, and that one coupling attains, is it."
    )

    def __init__(self, coupling, laws, bound, attained):
        self.coupling, self.derivations = coupling, laws
        self.bound, self.attained = bound, attained

    def replay(self, before, relation, after, context):
        if relation != "=":
            raise StepError(f"{self.name} proves equalities, not '{relation}'")
        if not isinstance(before, Wasserstein):
            raise StepError("the expression before is not a Wasserstein distance")
        p, q, x = before.args
        if not (isinstance(x, Symbol) and is_density(p, x) and is_density(q, x)):
            raise StepError(f"{p} and {q} are not known to be densities of {x}")
        self._check_coupling(p, q)
        bound, attained = (self._part(context, number) for number in (self.bound, self.attained))
        if not _bounds_all(bound, before, after):
            raise StepError(f"part {self.bound + 1} does not say that every coupling costs at least the right side")
        a, b, density, noise = self.coupling
        cost = E(Abs(a - b), density, noise)
        if not isinstance(attained, Eq) or not (same(attained.lhs, cost) and same(attained.rhs, after)):
            raise StepError(f"part {self.attained + 1} does not say that the coupling costs the right side")
        parts = f"no coupling costs less, by part {self.bound + 1}, and this one costs that, by part {self.attained + 1}"
        return f"{parts}; it has the two laws, by the derivations below"

    def _check_coupling(self, p, q):
        a, b, density, noise = self.coupling
        if len(self.derivations) != 2:
            raise StepError("there are not two derivations, one for each law")
        if not is_density(density, noise):
            raise StepError(f"{density} is not known to be a density of {noise}")
        t = self._threshold()
        if not on_the_line(t) or t == noise or any(depends(e, t) for e in (a, b, density, p, q)):
            raise StepError(f"{t} does not stand for any number on the line")

    def _threshold(self):
        """The t of P(x <= t), as the derivations name it."""
        return getattr(self.derivations[0].first, "greater", None)

    def _part(self, context, number):
        """The statement of a part of the same claim, which leans on no such step itself."""
        from derivations.claimfile import all_steps

        parts = context.claim.parts
        if not 0 <= number < len(parts):
            raise StepError(f"the claim has no part {number + 1}")
        if any(isinstance(step.rule, least_over_couplings) for step in all_steps(parts[number].derivation)):
            raise StepError(f"part {number + 1} leans on such a step itself")
        return parts[number].statement

    def subproofs(self, before, after):
        *values, density, noise = self.coupling
        *laws, x = before.args
        t = self._threshold()
        return tuple(
            (title, Eq(Probability(value, t, density, noise), DistributionFunction(law, t, x), evaluate=False), derivation)
            for title, value, law, derivation in zip(_TITLES, values, laws, self.derivations, strict=True)
        )


def _bounds_all(statement, distance, value):
    """Is the statement E|X(w) - Y(w)| >= B, where B is `value` for X and Y that couple the two laws of `distance`?"""
    mean = statement.lhs
    if not isinstance(statement, Ge) or not isinstance(mean, E) or not isinstance(mean.integrand, Abs):
        return False
    r, w = mean.density, mean.bound
    maps = sorted(mean.atoms(AbstractFunction), key=str)
    if not (isinstance(r, Density) and r.values == (w,) and not r.given_values and not r.parameters):
        return False
    if len({f.name for f in maps}) != 2 or any(type(f) is not AbstractFunction or f.values != (w,) for f in maps):
        return False
    X, Y = maps
    p, q, x = distance.args
    captured = any(depends(law, v) for law in (p, q) for v in bound_variables(statement) - {x})
    own = {r.law, X.name, Y.name}
    if not is_zero(mean.integrand - Abs(X - Y)) or captured or any(_names(e) & own for e in (p, q, value)):
        return False

    def is_event(node):
        of_noise = isinstance(node, Probability) and (node.density, node.bound) == (r, w)
        return of_noise and node.lesser in maps and not depends(node.greater, w)

    bound = statement.rhs.replace(is_event, lambda node: DistributionFunction(p if node.lesser == X else q, node.greater, x))
    return not _names(bound) & own and is_zero(bound - value)


def _names(expr):
    """The names of all laws and functions that are spoken of."""
    return {d.law for d in expr.atoms(Density)} | {f.name for f in expr.atoms(AbstractFunction)}
