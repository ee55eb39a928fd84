"""Optima, enclosed by searching for them: nothing here knows a closed form.

A number in (0, 1): bisection on the sign of the derivative, which power series give. A function on a finite
table: the same for each of its values in turn; then the signs of all partial derivatives on the faces of the
resulting box prove that a stationary point lies inside it (Poincare-Miranda). The functional is taken to be
concave (convex, for a minimum), as its second derivatives are checked to say inside the box. On the real line:
the integrand is optimised at each x, its stationary points found by solving for them.
"""

from functools import lru_cache

from flint import acb, acb_series, arb
from sympy import Dummy, Symbol, solve

from derivations.language.functions import UnitFunction
from derivations.language.integral import Int
from derivations.language.word import Binder


def optimum(balls, word):
    """The value of an optimum over a number or a function with values in (0, 1)."""
    from derivations.enclose.balls import Unevaluable

    variable = word.variable
    if not isinstance(variable, UnitFunction):
        raise Unevaluable("an optimum over all laws")
    if not variable.values:
        (value,) = _box(balls, word, [()])
        return value if word.place else balls.with_function(variable.name, {(): value})(word.functional)
    (point,) = variable.values
    support = balls.support(point)
    if support is not None:
        keys = [(i,) for i in range(support)]
        table = dict(zip(keys, _box(balls, word, keys)))
        return table[balls.index(point),] if word.place else balls.with_function(variable.name, table)(word.functional)
    return _on_the_line(balls, word, point)


def _box(balls, word, keys):
    """A box that holds the stationary point of a functional of the function values at `keys`."""
    from derivations.enclose.balls import Unevaluable

    name, sign = word.variable.name, 1 if word.greatest else -1

    def partial(table, key, value, order=1):
        series = acb_series([value, 1], prec=order + 1)
        result = balls.with_function(name, {**table, key: series})(word.functional)
        return sign * result[order].real if isinstance(result, acb_series) else arb(0)

    table = {key: acb(arb(1) / 2) for key in keys}
    bounds = {}
    for key in keys:
        low, high = arb(0), arb(1)
        for _ in range(400):
            middle = ((low + high) / 2).mid()
            slope = partial(table, key, acb(middle))
            if slope > 0:
                low = middle
            elif slope < 0:
                high = middle
            else:
                break
        # step back from where the sign can no longer be told
        width = (high - low).abs_upper() if hasattr(high - low, "abs_upper") else abs(high - low)
        bounds[key] = (low, high)
        table[key] = acb(low.union(high))
        del width
    for key, (low, high) in bounds.items():
        if not (0 < low and high < 1 and partial(table, key, acb(low)) > 0 > partial(table, key, acb(high))):
            raise Unevaluable("no optimum strictly between 0 and 1 could be enclosed")
        if not partial(table, key, table[key], order=2) < 0:
            raise Unevaluable("the functional is not seen to be curved the right way at the stationary point")
    return [table[key] for key in keys]


def _on_the_line(balls, word, point):
    """Over functions on the real line: the integrand is optimised for each x on its own."""
    from derivations.enclose.balls import Unevaluable

    integral = _as_integral(word.functional)
    if integral is None:
        raise Unevaluable("an optimum over functions of something that is not an integral")
    number = UnitFunction(word.variable.args[0], ())
    integrand = integral.integrand.xreplace({word.variable.func(word.variable.args[0], (integral.bound,)): number})
    if word.place:
        at_point = integrand.xreplace({integral.bound: point})
        return optimum(balls, word.func(at_point, number))
    best = _stationary(integrand, number)
    return balls(Int(integrand.xreplace({number: best}), integral.bound))


@lru_cache(maxsize=64)
def _stationary(integrand, number):
    """The one stationary point in (0, 1) of the integrand as a function of the number, densities as opaque positive numbers."""
    from derivations.enclose.balls import Unevaluable

    opaque = {}

    def name(node):
        if node == number or not node.args:
            return node
        if node.is_Add or node.is_Mul or node.is_Pow or node.func.__name__ in ("log", "exp"):
            return node.func(*map(name, node.args))
        return opaque.setdefault(node, Dummy(positive=True))

    d = Symbol("d", positive=True)
    roots = solve(name(integrand).xreplace({number: d}).diff(d), d)
    if len(roots) != 1:
        raise Unevaluable(f"{len(roots)} stationary points in (0, 1)")
    return roots[0].xreplace({v: k for k, v in opaque.items()})


def _as_integral(expr):
    """A sum of words as one integral over one variable; None where it is none."""
    if isinstance(expr, Int):
        return expr
    if isinstance(expr, Binder):
        try:
            return _as_integral(expr.definition())
        except NotImplementedError:
            return None
    if expr.is_Add:
        parts = [_as_integral(a) for a in expr.args]
        if None in parts:
            return None
        variable = parts[0].bound
        return Int(sum(p.renamed(variable).integrand for p in parts), variable)
    if expr.is_Mul:
        *_, last = sorted(expr.args, key=lambda a: isinstance(a, Binder))
        inner = _as_integral(last)
        return None if inner is None else Int(expr / last * inner.integrand, inner.bound)
    return None
