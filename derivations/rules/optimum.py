"""Optima: of integrals over functions, of numbers, of functionals over laws."""

from sympy import Abs, Dummy, Eq, Ge, Le, S, cancel, exp, expand, fraction, log, sympify, together
from sympy import Function as SympyFunction

from derivations.conditions import ANY_DISCRIMINATOR, ANY_FUNCTION, ANY_LAW, ANY_SLOPE, FINITE
from derivations.language.density import Density
from derivations.language.divergences import Hellinger
from derivations.language.functions import AbstractFunction, SlopeFunction, UnitFunction
from derivations.language.integral import Int
from derivations.language.optimum import Optimum
from derivations.language.word import Word
from derivations.ring import is_zero, same
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, Rule, StepError, bottom_up


_FREE = {UnitFunction: ANY_DISCRIMINATOR, AbstractFunction: ANY_FUNCTION}  # kinds of functions whose values are chosen freely

_POINTWISE = {**_FREE, SlopeFunction: ANY_SLOPE}  # the same, and those whose range is closed


class pointwise_optimum(Normaliser):
    """The integral of f(D(x), x) is optimised by optimising f(d, x) over the number d, for every x on its own.

    `value` is the number d. Nothing in f but D(x) itself may depend on D.
    """

    name = "pointwise optimum"
    summary = (
        "Where a functional is the integral of something that depends on a function only through its value at the "
        "same point, and the function is free to take any value at any point, each value is chosen on its own."
    )
    needs = (FINITE,)

    def __init__(self, value):
        self.value = value

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: self._split(node, context))

    def _split(self, node, context):
        if not isinstance(node, Optimum) or not isinstance(node.functional, Int):
            return node
        D, integral = node.variable, node.functional
        if type(D) not in _POINTWISE or len(D.values) != 1 or type(self.value) is not type(D) or self.value.values:
            return node
        self.require(context, _POINTWISE[type(D)])
        at_x = D.func(D.args[0], (integral.bound,))
        inner = integral.integrand.xreplace({at_x: self.value})
        others = any(f.name == D.name for f in inner.atoms(AbstractFunction) - {self.value})
        if others or integral.integrand.has(self.value) or not _pointwise(integral.integrand, at_x):
            return node
        if node.place:
            return node.func(inner.xreplace({integral.bound: D.values[0]}), self.value)
        return Int(node.func(inner, self.value), integral.bound)


def _pointwise(expr, part):
    """Does `expr` use `part` by arithmetic and functions of numbers only: under no integral, derivative or sum?"""
    if expr == part or not expr.has(part):
        return True
    by_numbers = expr.is_Add or expr.is_Mul or expr.is_Pow or isinstance(expr, SympyFunction)
    return by_numbers and all(_pointwise(a, part) for a in expr.args)


class stationary_point(Normaliser):
    """The optimum over a number, in (0, 1) or on the line, is at `point`: the derivative vanishes there and the second has one sign.

    The second derivative is shown to be negative (for a minimum: positive) at every number of the interval, so
    the function is strictly concave (convex) and the stationary point is the only optimum.
    """

    name = "stationary point"
    summary = (
        "Where the first derivative vanishes and the second is negative on the whole interval, the function is "
        "strictly concave, and the stationary point is its one maximum."
    )

    def __init__(self, point):
        self.point = sympify(point)
        self.found = ""

    def replay(self, before, relation, after, context):
        self.found = ""
        reason = super().replay(before, relation, after, context)
        return f"{self.found}; {reason}" if self.found else reason

    def normal(self, expr, context):
        self.require_positive(context, expr)
        return bottom_up(expr, self._solve)

    def _solve(self, node):
        if not isinstance(node, Optimum) or type(node.variable) not in _FREE or node.variable.values:
            return node
        unit = isinstance(node.variable, UnitFunction)
        if unit and not all((_sign(side) or 0) > 0 for side in (self.point, 1 - self.point)):
            raise StepError(f"{self.point} is not known to lie strictly between 0 and 1")
        if self.point.has(node.variable):
            raise StepError(f"{self.point} still depends on the number that is varied")
        if any(word.has(node.variable) for word in node.functional.atoms(Word) if word != node.variable):
            raise StepError("the number that is varied stands inside a word that is not differentiated here")
        if not _smooth(node.functional, node.variable):
            raise StepError("the functional is not built of sums, products, powers, logarithms and exponentials of the number that is varied")
        d = Dummy("d", positive=True) if unit else Dummy("d", real=True)
        f = node.functional.xreplace({node.variable: d})
        if not unit and not f.is_polynomial(d):
            raise StepError("on the whole line the functional must be a polynomial of the number that is varied")
        first = f.diff(d)
        second = first.diff(d)
        if not is_zero(first.xreplace({d: self.point})):
            raise StepError(f"the first derivative does not vanish at {self.point}")
        t = Dummy("t", positive=True)  # d = t / (1 + t) runs through (0, 1) as t runs through (0, oo)
        interval = "(0, 1)" if unit else "the line"
        if _sign(second.xreplace({d: t / (1 + t)}) if unit else second) != (-1 if node.greatest else 1):
            kind = "maximum" if node.greatest else "minimum"
            raise StepError(f"the second derivative has not the sign of a {kind} on {interval}")
        self.found = _report(first, second, d, node)
        return self.point if node.place else node.at(self.point)


class linear_optimum(Normaliser):
    """The greatest value of a t + b over t in [-1, 1] is |a| + b, the least is b - |a|; a and b must not depend on t."""

    name = "optimum of a linear function"
    summary = "A linear function of a number between -1 and 1 is greatest at one end: the maximum of a t is |a|."

    def normal(self, expr, context):
        return bottom_up(expr, _at_an_end)


def _at_an_end(node):
    if not isinstance(node, Optimum) or node.place or type(node.variable) is not SlopeFunction or node.variable.values:
        return node
    t = Dummy("t", real=True)
    f = node.functional.xreplace({node.variable: t})
    if any(word.has(t) for word in f.atoms(Word)) or not f.is_polynomial(t):
        return node
    coefficients = f.as_poly(t).all_coeffs()
    if len(coefficients) > 2 or any(c.has(t) for c in coefficients):
        return node
    slope, offset = coefficients if len(coefficients) == 2 else (S.Zero, coefficients[0])
    return offset + (Abs(slope) if node.greatest else -Abs(slope))


def _smooth(expr, part):
    """Is `expr` built of `part` by +, *, fixed powers, log and exp alone, so that its derivative tells all of it?"""
    if expr == part or not expr.has(part):
        return True
    if expr.is_Pow and expr.exp.has(part):
        return False
    return (expr.is_Add or expr.is_Mul or expr.is_Pow or isinstance(expr, (log, exp))) and all(_smooth(a, part) for a in expr.args)


def _report(first, second, d, node):
    from derivations.language import latex

    first, second = (latex(e.xreplace({d: node.variable})) for e in (first, second))
    sign, interval = "<" if node.greatest else ">", "$(0, 1)$" if isinstance(node.variable, UnitFunction) else "the line"
    return f"the first derivative ${first}$ vanishes there, and the second, ${second}$, is ${sign} 0$ on all of {interval}"


def _sign(expr):
    """1 or -1 where the declared signs show it, else None."""
    numerator, denominator = fraction(cancel(together(expr)))
    sign = 1
    for part in (numerator, denominator):
        part = expand(part)
        if part.is_positive:
            continue
        if not part.is_negative:
            return None
        sign = -sign
    return sign


class attained_by_law(Rule):
    """A bound on a functional of a law that a law attains is its optimum; two derivations on the way.

    `bound`: from the functional to its bound, for any law. `attained`: from the functional at `law` to the same value.
    For the *place* of the optimum the bound must be sharper, by `gap` times the squared Hellinger distance to
    `law`; that distance is zero for no other law, so no other law attains the value.
    """

    name = "optimum over laws"
    summary = (
        "A value that a functional of a law cannot pass, and that one law attains, is its optimum; if all others "
        "stay away from it by a multiple of their distance to that law, that law alone attains it."
    )
    needs = (ANY_LAW,)

    def __init__(self, law, value, bound, attained, gap=0):
        self.law, self.value, self.gap = law, sympify(value), sympify(gap)
        self.derivations = (bound, attained)

    def replay(self, before, relation, after, context):
        if relation != "=":
            raise StepError(f"{self.name} proves equalities, not '{relation}'")
        self.require(context)
        if not isinstance(before, Optimum) or not isinstance(before.variable, Density):
            raise StepError("the expression before is not an optimum over laws")
        _admit(before, self.law)
        law, variable = before.variable.law, before.variable
        if any(d != variable and d.law == law for d in before.functional.atoms(Density)):
            raise StepError(f"the functional depends on {law} in other ways than through {variable}")
        if any(d.law == law for e in (self.value, self.law) for d in e.atoms(Density)):
            raise StepError("the optimum still depends on the law that is varied")
        if before.place:
            if not self.gap.is_positive:
                raise StepError("the place of an optimum needs a positive gap to all other laws")
            if not same(after, self.law):
                raise StepError("the expression after is not the law that attains the optimum")
        elif self.gap != 0 or not same(after, self.value):
            raise StepError("the expression after is not the value that is attained")
        return "no law passes the value and the candidate attains it, by the two derivations below"

    def subproofs(self, before, after):
        distance = Hellinger(before.variable, self.law, _own_variable(before)) if self.gap != 0 else S.Zero
        relation, sign = (Le, -1) if before.greatest else (Ge, 1)
        bound, attained = self.derivations
        return (
            ("for every law", relation(before.functional, self.value + sign * self.gap * distance, evaluate=False), bound),
            ("at the candidate", Eq(before.at(self.law), self.value, evaluate=False), attained),
        )


def _own_variable(optimum):
    """The variable that the varied density is a density of."""
    return optimum.variable.values[0]


def _admit(optimum, candidate):
    """The candidate must be of the kind that is varied: a positive density of the same variable."""
    variables = optimum.variable.values
    if len(variables) != 1 or not is_density(candidate, variables[0]) or not candidate.is_positive:
        raise StepError(f"{candidate} is not known to be a positive density of {', '.join(map(str, variables))}")
