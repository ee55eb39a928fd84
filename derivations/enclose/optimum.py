"""Optima, enclosed by searching for them: nothing here knows a closed form.

A number in (0, 1): Newton's method on the derivative, which power series give. A function on a finite
table: the same for each of its values in turn; then the signs of all partial derivatives on the faces of the
resulting box prove that a stationary point lies inside it (Poincare-Miranda). The functional is taken to be
concave (convex, for a minimum), as its second derivatives are checked to say inside the box. On the real line:
the integrand is optimised at each x, its stationary points found by solving for them.
"""

from functools import lru_cache

import flint
from flint import acb, acb_series, arb
from sympy import Dummy, Symbol, cancel, fraction, solve

from derivations.enclose.parabola import best_function
from derivations.enclose.slopes import best_slopes
from derivations.language.density import Density
from derivations.language.functions import AbstractFunction, SlopeFunction, UnitFunction
from derivations.language.integral import Int
from derivations.language.optimum import Optimum
from derivations.language.word import Binder


def optimum(balls, word):
    """The value of an optimum over a number, a function or a law."""
    from derivations.enclose.balls import Unevaluable

    variable = word.variable
    if type(variable) is SlopeFunction:
        return best_slopes(balls, word)
    if type(variable) is AbstractFunction:
        return best_function(balls, word)
    if not isinstance(variable, UnitFunction):
        return optimum_over_laws(balls, word)
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

    def slopes(table, key, value):
        """First and second derivative, in the value at `key`, of what is to be made as large as possible."""
        series = acb_series([value, 1], prec=3)
        result = balls.with_function(name, {**table, key: series})(word.functional)
        if not isinstance(result, acb_series):
            raise Unevaluable("the functional does not depend on the function")
        return sign * result[1].real, 2 * sign * result[2].real

    table = {key: acb(arb(1) / 2) for key in keys}
    small = arb(2) ** (-(3 * flint.ctx.prec) // 4)
    bounds = {}
    for key in keys:
        x = _root(lambda x: slopes(table, key, acb(x)))
        bounds[key] = (x - small * x).mid(), (x + small * (1 - x)).mid()
        table[key] = acb(bounds[key][0].union(bounds[key][1]))
    for key, (low, high) in bounds.items():
        if not (low > 0 and high < 1 and slopes(table, key, acb(low))[0] > 0 and slopes(table, key, acb(high))[0] < 0):
            raise Unevaluable("no optimum strictly between 0 and 1 could be enclosed")
        if not slopes(table, key, table[key])[1] < 0:
            raise Unevaluable("the functional is not seen to be curved the right way at the stationary point")
    return [table[key] for key in keys]


def _root(slopes):
    """About where the first derivative changes sign in (0, 1): Newton's method, kept inside by bisection."""
    low, high, x = arb(0), arb(1), arb(1) / 2
    for _ in range(200):
        slope, curvature = slopes(x)
        if slope > 0:
            low = x
        elif slope < 0:
            high = x
        else:
            break
        step = (slope / curvature).mid() if curvature < 0 else arb(2)
        if abs(step) < arb(2) ** (8 - flint.ctx.prec) * x * (1 - x):
            break
        x = (x - step).mid()
        if not (x > low and x < high):
            x = ((low + high) / 2).mid()
    return x


def optimum_over_laws(balls, word):
    """Over the laws on a finite table, for functionals that are concave sums over its points.

    Newton's method on the simplex finds a law q. The functional stays below its tangent plane there, so its
    greatest value exceeds F(q) by at most the *gap* of Frank and Wolfe, the greatest partial derivative less the
    mean of them all under q. And the best law lies within r of q, where the partial derivatives at q + r/2 and
    q - r/2 show that leaving this box would cost more than the gap.
    """
    from derivations.enclose.balls import Unevaluable, precision

    variable = word.variable
    if not isinstance(variable, Density) or len(variable.values) != 1 or balls.support(variable.values[0]) is None:
        raise Unevaluable("an optimum over all laws on the real line")
    bits, size = flint.ctx.prec, balls.support(variable.values[0])
    with precision(2 * bits):
        law = _BestLaw(balls, word, size)
        table, slopes, gap = law.search(arb(2) ** (-7 * bits // 5))
        r = arb(2) ** (-5 * bits // 8)
        up, down = (law.gradient([q + s * r / 2 for q in table]) for s in (1, -1))
        if not all(r / 2 * (s - u) > gap and r / 2 * (d - s) > gap for s, u, d in zip(slopes, up, down)):
            raise Unevaluable("the functional is not seen to be curved the right way at the best law")
        if word.place:
            at = table[balls.index(variable.values[0])].real
            result = acb((at - r).union(at + r))
        else:
            low = law.value(table)
            result = acb(law.sign * low.union(low + gap))
    return result


class _BestLaw:
    """The search for the table of a law that makes a functional as large (for a minimum: as small) as can be."""

    def __init__(self, balls, word, size):
        self.balls, self.word, self.size = balls, word, size
        self.sign = 1 if word.greatest else -1

    def inside(self, table):
        return self.balls.with_law(self.word.variable.law, dict(enumerate(table)))

    def value(self, table):
        return self.sign * self.inside(table)(self.word.functional).real

    def gradient(self, table):
        """All partial derivatives; an inner optimum is held fixed, which by the envelope theorem changes nothing."""
        functional, inside = self.word.functional, self.inside(table)
        if isinstance(functional, Optimum):
            keys = [(i,) for i in range(self.size)]
            inside = inside.with_function(functional.variable.name, dict(zip(keys, _box(inside, functional, keys))))
            functional = functional.functional
        result = []
        for i, q in enumerate(table):
            moved = {**dict(enumerate(table)), i: acb_series([q, 1], prec=2)}
            result.append(self.sign * inside.with_law(self.word.variable.law, moved)(functional)[1].real)
        return result

    def search(self, tolerance):
        """A law, the partial derivatives there, and an upper bound of what it misses of the optimum."""
        from derivations.enclose.balls import Unevaluable

        table = [acb(1) / self.size] * self.size
        for _ in range(60):
            slopes = self.gradient(table)
            gap = _largest(slopes) - _sum(s * q.real for s, q in zip(slopes, table)).real
            if gap < tolerance:
                return table, slopes, gap.upper()
            table = _newton_step(table, slopes, self.gradient)
        raise Unevaluable("the search for the best law does not settle")


def _newton_step(table, slopes, gradient):
    """A better law, taking the functional to be a sum over the points of the table; shorter where it would leave the simplex."""
    nudge = arb(2) ** (-flint.ctx.prec // 3)
    moved = gradient([acb((q.real * (1 + nudge)).mid()) for q in table])
    curvature = [(m - s).mid() / (nudge * q.real) for m, s, q in zip(moved, slopes, table)]
    level = _sum(s / c for s, c in zip(slopes, curvature)).real / _sum(1 / c for c in curvature).real
    steps = [((level - s) / c).mid() for s, c in zip(slopes, curvature)]
    length = arb(1)
    while any(q.real + length * d <= q.real / 8 for q, d in zip(table, steps)):
        length = length / 2
    weights = [(q.real + length * d).mid() for q, d in zip(table, steps)]
    return [acb(w / _sum(weights).real) for w in weights]


def _sum(values):
    return sum(values, acb(0))


def _largest(balls):
    result = balls[0]
    for b in balls[1:]:
        result = result.max(b)
    return result


def _on_the_line(balls, word, point):
    """Over functions on the real line: the integrand is optimised for each x on its own."""
    variable, integrand, number = _of_a_number(word)
    if word.place:
        return optimum(balls, word.func(integrand.xreplace({variable: point}), number))
    return balls(Int(word.func(integrand, number), variable))


def settled(integrand):
    """The integrand with every optimum over numbers or functions replaced by what it is at its stationary point."""
    optima = [w for w in integrand.atoms(Optimum) if isinstance(w.variable, UnitFunction)]
    return integrand.xreplace({w: _settled(w) for w in optima if w.place or not w.variable.values})


def _settled(word):
    if word.variable.values:
        return stationary_function(word)
    best = stationary_number(word.functional, word.variable, word.greatest)
    return best if word.place else word.at(best)


def stationary_function(word):
    """The function at which an optimum over functions is attained, as an expression: the integrand's one stationary point."""
    variable, integrand, number = _of_a_number(word)
    return stationary_number(integrand, number, word.greatest).xreplace({variable: word.variable.values[0]})


def _of_a_number(word):
    """The integrand of a functional, as a function of one number in place of the function's value."""
    from derivations.enclose.balls import Unevaluable

    integral = as_integral(word.functional)
    if integral is None or not isinstance(word.variable, UnitFunction):
        raise Unevaluable("an optimum of something that is not an integral over functions")
    name, variable = word.variable.args[0], integral.bound
    number = UnitFunction(name, ())
    return variable, integral.integrand.xreplace({UnitFunction(name, (variable,)): number}), number


@lru_cache(maxsize=64)
def stationary_number(integrand, number, greatest):
    """Where in (0, 1) the integrand is greatest (or least) as a function of the number, other words opaque and positive.

    It must be concave (or convex) there, as its second derivative is seen to be, and have one stationary point.
    """
    from derivations.enclose.balls import Unevaluable

    opaque = {}

    def name(node):
        if node == number or not node.args:
            return node
        if node.is_Add or node.is_Mul or node.is_Pow or node.func.__name__ in ("log", "exp"):
            return node.func(*map(name, node.args))
        return opaque.setdefault(node, Dummy(positive=True))

    d, t = Symbol("d", positive=True), Symbol("t", positive=True)
    slope = name(integrand).xreplace({number: d}).diff(d)
    curvature = (-1 if greatest else 1) * slope.diff(d).subs(d, t / (1 + t))  # d runs from 0 to 1
    curved = all(part.expand().is_positive for part in fraction(cancel(curvature)))
    roots = [r for r in solve(slope, d) if cancel(1 - r).is_positive]
    if len(roots) != 1 or not curved:
        raise Unevaluable("no single stationary point in (0, 1), or one of the wrong kind")
    return roots[0].xreplace({v: k for k, v in opaque.items()})


def as_integral(expr):
    """A sum of words as one integral over one variable; None where it is none."""
    if isinstance(expr, Int):
        return expr
    if isinstance(expr, Binder):
        try:
            return as_integral(expr.definition())
        except NotImplementedError:
            return None
    if expr.is_Add:
        parts = [as_integral(a) for a in expr.args]
        if None in parts:
            return None
        variable = parts[0].bound
        return Int(sum(p.renamed(variable).integrand for p in parts), variable)
    if expr.is_Mul:
        *_, last = sorted(expr.args, key=lambda a: isinstance(a, Binder))
        inner = as_integral(last)
        return None if inner is None else Int(expr / last * inner.integrand, inner.bound)
    return None
