"""Inequalities: Jensen's, the tangent of the logarithm, the logarithm's growth, a number and its size, a mean and its size."""

from sympy import Abs, Mul, Sum, cancel, expand, log

from derivations.language import E, Int
from derivations.ring import is_zero, same
from derivations.rules.densities import is_density
from derivations.rules.rule import Rule, StepError


class Bound(Rule):
    """Terms are replaced by something at least as large: where they stand with a plus the expression grows.

    A subclass says with `larger(node, after)` what a node is at most (candidates, by decreasing preference). The
    step must be c_1 (node_1 - bound_1) + c_2 (node_2 - bound_2) + ..., with coefficients of one known sign.
    """

    def larger(self, node, after):
        raise NotImplementedError

    def replay(self, before, relation, after, context):
        if relation not in ("<=", ">="):
            raise StepError(f"{self.name} proves inequalities, not '{relation}'")
        self.require(context)
        self.require_positive(context, before, after)
        if same(before, after):
            raise StepError("the two sides are equal: there is no step")
        difference = expand(before - after, log=False, power_base=False, power_exp=False, deep=False)
        replaced, rest = 0, difference
        for node in sorted(before.atoms(log, E), key=str):
            weight = difference.coeff(node)
            if weight == 0:
                continue
            for bound in self.larger(node, after):
                if not (weight.is_nonnegative if relation == "<=" else weight.is_nonpositive):
                    raise StepError(f"the coefficient {weight} of the bounded term has not the sign that '{relation}' needs")
                rest -= weight * (node - bound)
                replaced += 1
                break
        if not replaced:
            raise StepError(f"there is no term that {self.name} bounds")
        if not is_zero(rest):
            from derivations.language import latex

            raise StepError(f"{self.name} does not give this step: the two sides differ by {latex(rest)} more")
        return f"{replaced} {'term is' if replaced == 1 else 'terms are'} replaced by a bound, with a coefficient of known sign"


class jensen(Bound):
    """E[log u] <= log E[u]: the logarithm is concave. So for the mean of finitely many, inside an expectation."""

    name = "Jensen's inequality"
    summary = "The logarithm is concave, so the mean of a logarithm is at most the logarithm of the mean."

    def larger(self, node, after):
        if isinstance(node, E) and isinstance(node.integrand, log) and node.integrand.args[0].is_positive:
            if is_density(node.density, node.bound):
                yield log(E(node.integrand.args[0], node.density, node.bound))
        if isinstance(node, E) and node.density.is_positive:
            mean = _log_of_mean(node.integrand)
            if mean is not None:
                yield E(mean, node.density, node.bound)


def _log_of_mean(integrand):
    """log of the mean of u_1, ..., u_n, for an integrand that is the mean of their logarithms; None for any other."""
    sums = [f for f in Mul.make_args(integrand) if isinstance(f, Sum)]
    if len(sums) != 1 or len(sums[0].limits) != 1 or not isinstance(sums[0].function, log):
        return None
    (index, low, high), u = sums[0].limits[0], sums[0].function.args[0]
    if not u.is_positive or not same(integrand / sums[0] * (high - low + 1), 1) or not (high - low).is_nonnegative:
        return None
    return log(integrand / sums[0] * Sum(u, sums[0].limits[0]))


class tangent_of_log(Bound):
    """log u <= u - 1 for u > 0, with equality only at u = 1; so for every mean of it."""

    name = "tangent of the logarithm"
    summary = "The logarithm lies below its tangent at 1: log u <= u - 1 for u > 0, with equality only at u = 1."

    def larger(self, node, after):
        if isinstance(node, log) and node.args[0].is_positive:
            yield node.args[0] - 1
        if isinstance(node, E) and isinstance(node.integrand, log) and node.density.is_positive:
            if node.integrand.args[0].is_positive:
                yield E(node.integrand.args[0] - 1, node.density, node.bound)


class log_increases(Bound):
    """log u <= log v where 0 < u <= v; so for every mean of it."""

    name = "the logarithm increases"
    summary = "The logarithm increases: log u <= log v where 0 < u <= v."

    def larger(self, node, after):
        if isinstance(node, log):
            for other in sorted(after.atoms(log), key=str):
                if _below(node.args[0], other.args[0]):
                    yield other
        if isinstance(node, E) and isinstance(node.integrand, log) and node.density.is_positive:
            for other in sorted(after.atoms(E), key=str):
                if (other.density, other.bound) == (node.density, node.bound) and isinstance(other.integrand, log):
                    if _below(node.integrand.args[0], other.integrand.args[0]):
                        yield other


def _below(u, v):
    """Is 0 < u <= v, by the declared signs?"""
    return bool(u.is_positive and cancel(v - u).is_nonnegative)


class size_of_mean(Rule):
    """|E[u]| <= E[|u|], under integrals and in sums with nonnegative weights too."""

    name = "size of a mean"
    summary = "The size of a mean is at most the mean of the sizes."

    def replay(self, before, relation, after, context):
        if relation not in ("<=", ">="):
            raise StepError(f"{self.name} proves inequalities, not '{relation}'")
        greater, lesser = (before, after) if relation == ">=" else (after, before)
        bound = _with_sizes_of_means(greater)
        if same(greater, bound):
            raise StepError("the greater side holds no mean of a size that could be replaced by the size of the mean")
        if not is_zero(bound - lesser):
            from derivations.language import latex

            raise StepError(f"the greater side is at least {latex(bound)}, which is not the other side")
        return "every mean of a size on the greater side is replaced by the size of the mean"


def _with_sizes_of_means(expr):
    """A lower bound: every E[|u|] of which the expression is an increasing function, as |E[u]|."""
    if expr.is_Add:
        return expr.func(*map(_with_sizes_of_means, expr.args))
    if expr.is_Mul:
        *weights, last = sorted(expr.args, key=lambda f: isinstance(f, (E, Int)))
        return Mul(*weights, _with_sizes_of_means(last)) if all(w.is_nonnegative for w in weights) else expr
    if isinstance(expr, Int):
        return Int(_with_sizes_of_means(expr.integrand), expr.bound)
    if isinstance(expr, E) and isinstance(expr.integrand, Abs) and is_density(expr.density, expr.bound):
        (u,) = expr.integrand.args
        return Abs(E(u, expr.density, expr.bound)) if u.is_real else expr
    return expr


class size_bound(Rule):
    """size_bound(u): u <= |u|, with the same terms added on both sides."""

    name = "bound by the size"
    summary = "A real number is at most its size."

    def __init__(self, number):
        self.number = number

    def replay(self, before, relation, after, context):
        if relation != "<=":
            raise StepError(f"{self.name} proves '<=', not '{relation}'")
        if self.number.is_real is not True:
            raise StepError(f"{self.number} is not known to be a real number")
        if same(before, after):
            raise StepError("the two sides are equal: there is no step")
        if not is_zero(after - before - (Abs(self.number) - self.number)):
            raise StepError(f"the two sides do not differ by |u| - u, where u is {self.number}")
        return "the step is u <= |u|, with the same terms added on both sides"
