"""Integrals, expectations, sums and derivatives are linear."""

from sympy import Add, Derivative, Mul, S, Sum, expand

from derivations.conditions import FINITE
from derivations.instance import is_abstract
from derivations.language import E, Int
from derivations.language.word import depends
from derivations.ring import same
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, bottom_up, rebuild


class linearity(Normaliser):
    """Sums and constant factors go through E, the integral, a finite sum and the derivative; E[c] = c."""

    summary = (
        "Expectations, integrals, sums and derivatives are linear: sums and factors free of the variable go "
        "through, and the expectation of a constant under a density is the constant."
    )

    def normal(self, expr, context):
        if any(is_abstract(node) and node.integrand.has(Add, Sum) for node in expr.atoms(E, Int)):  # inf - inf would be split
            self.require(context, FINITE)
        return distribute(expr)


class telescoping(Normaliser):
    """The sum of f(k) - f(k - 1) over k = a, ..., n is f(n) - f(a - 1), and 0 where n = a - 1."""

    name = "telescoping sum"
    summary = "In a sum of differences of successive terms all but the last and the first cancel."

    def normal(self, expr, context):
        return bottom_up(distribute(expr), lambda node: _telescoped(node) if isinstance(node, Add) else node)


def _telescoped(total):
    """Pairs of sums c sum f(k) - c sum f(k - 1) over the same range, as c (f(last) - f(before the first))."""
    terms = list(total.args)
    for one in terms:
        for other in terms:
            ends = _difference(one, other)
            if ends is not None:
                rest = Add(*(t for t in terms if t not in (one, other)))
                return _telescoped(rest + ends) if isinstance(rest + ends, Add) else rest + ends
    return total


def _difference(one, other):
    """f(n) - f(a - 1) where the two terms are the sums of c f(k) and of -c f(k - 1) over k = a, ..., n; else None."""
    sums = [[f for f in Mul.make_args(term) if isinstance(f, Sum) and len(f.limits) == 1] for term in (one, other)]
    if any(len(found) != 1 for found in sums):
        return None
    (later,), (earlier,) = sums
    index, low, high = later.limits[0]
    if earlier.limits[0][1:] != (low, high) or not (high - low + 1).is_nonnegative:
        return None
    before = later.function.xreplace({index: index - 1})
    if not same(one / later, -other / earlier) or not same(before, earlier.function.xreplace({earlier.limits[0][0]: index})):
        return None
    return one / later * (later.function.xreplace({index: high}) - later.function.xreplace({index: low - 1}))


def distribute(expr):
    """Every linear operator distributed over the terms of its argument, constants pulled out."""
    expr = rebuild(expr, distribute)
    if isinstance(expr, E):
        of_one = S.One if is_density(expr.density, expr.bound) else None
        return _over_terms(expr.integrand, expr.bound, lambda f: _mean(f, expr.density, expr.bound), of_one)
    if isinstance(expr, Int):
        return _over_terms(expr.integrand, expr.bound, lambda f: _integral(f, expr.bound), None)
    if isinstance(expr, Sum) and len(expr.limits) > 1:  # the sum over the first index stands inside
        inner = distribute(Sum(expr.function, expr.limits[0]))
        return expr if inner.has(Sum) else distribute(Sum(inner, *expr.limits[1:]))
    if isinstance(expr, Sum):
        index, low, high = expr.limits[0]
        return _over_terms(expr.function, index, lambda f: Sum(f, expr.limits[0]), high - low + 1)
    if isinstance(expr, Derivative) and len(expr.variables) == 1:
        return _over_terms(expr.expr, expr.variables[0], lambda f: Derivative(f, expr.variables[0]), S.Zero)
    return expr


def _mean(integrand, density, variable):
    """E of one term; of a finite sum term by term."""
    if isinstance(integrand, Sum) and len(integrand.limits) == 1:
        index, *ends = integrand.limits[0]
        if not depends(density, index) and not any(depends(end, variable) for end in ends):
            return distribute(Sum(E(integrand.function, density, variable), integrand.limits[0]))
    return E(integrand, density, variable)


def _integral(integrand, variable):
    """The integral of one term; of a finite sum times other factors term by term."""
    sums = [f for f in Mul.make_args(integrand) if isinstance(f, Sum) and len(f.limits) == 1]
    if len(sums) == 1:
        (index, *ends), = sums[0].limits
        others = Mul(*(f for f in Mul.make_args(integrand) if f is not sums[0]))
        if not depends(others, index) and not any(depends(end, variable) for end in ends):
            return distribute(Sum(Int(others * sums[0].function, variable), sums[0].limits[0]))
    return Int(integrand, variable)


def _over_terms(integrand, variable, operator, of_one):
    """operator(sum of c_k f_k) = sum of c_k operator(f_k); operator(1) = `of_one` unless that is None."""
    total = S.Zero
    for term in _terms(integrand):
        inside, outside = [], []
        for factor in Mul.make_args(term):
            (inside if depends(factor, variable) else outside).append(factor)
        inside = Mul(*inside)
        total += Mul(*outside) * (of_one if inside == 1 and of_one is not None else operator(inside))
    return total


def _terms(integrand):
    """The terms of an integrand, products and powers of sums multiplied out in each of them."""
    found = []
    for term in Add.make_args(integrand):
        factors = (expand(f, deep=False) if f.is_Pow and f.base.is_Add and f.exp.is_Integer and f.exp > 0 else f for f in Mul.make_args(term))
        expanded = expand(Mul(*factors), log=False, power_base=False, power_exp=False, deep=False)
        found += [expanded] if expanded == term else _terms(expanded)
    return Add.make_args(Add(*found))
