"""Differentiation: the rules of the calculus, under the integral, and of an integral by its end."""

from sympy import Add, Derivative, Dummy, Mul, Pow, S, Sum, Symbol, cos, erf, exp, log, sin, tanh

from derivations.conditions import CONTINUOUS, DIFFERENTIATE_INSIDE, SMOOTH
from derivations.instance import is_abstract
from derivations.language.functions import AbstractFunction
from derivations.language.integral import E, Int
from derivations.language.maps import DerivativeAt, LowerIntegral
from derivations.language.substitution import put
from derivations.language.word import depends
from derivations.rules.rule import Normaliser, bottom_up

_ELEMENTARY = (exp, log, sin, cos, tanh, erf)


class differentiation(Normaliser):
    """Sum, product, quotient and chain rule; what it cannot differentiate stays a derivative."""

    summary = "Derivatives of sums, products, powers, logarithms, exponentials and compositions: the chain rule."

    def normal(self, expr, context):
        self.require_positive(context, *expr.atoms(log))
        return bottom_up(expr, lambda node: _differentiated(node, self, context))


def _differentiated(node, rule, context):
    """A derivative carried out as far as the rules of the calculus go; any other node as it is."""
    if isinstance(node, DerivativeAt):
        return _at_point(node, rule, context)
    if not isinstance(node, Derivative) or len(node.variables) != 1 or not isinstance(node.variables[0], Symbol):
        return node
    return _derivative(node.expr, node.variables[0], rule, context)


def _at_point(node, rule, context):
    if isinstance(node.function, (AbstractFunction, LowerIntegral)):
        try:
            return node.definition()
        except NotImplementedError:
            return node
    place = Dummy(str(node.bound), **node.bound.assumptions0)
    value = _derivative(node.renamed(place).function, place, rule, context)
    return put(value, place, node.point) or node


def _derivative(u, v, rule, context):
    """d u / d v by the rules of the calculus; `Derivative(u, v)` where none of them applies."""

    def d(w):
        return _derivative(w, v, rule, context)

    if not depends(u, v):
        return S.Zero
    if u == v:
        return S.One
    if isinstance(u, Add):
        return Add(*(d(a) for a in u.args))
    if isinstance(u, Sum) and not any(depends(end, v) for limit in u.limits for end in limit):  # finite: term by term
        return u.func(d(u.function), *u.limits)
    if isinstance(u, Mul):
        return Add(*(d(a) * Mul(*(b for j, b in enumerate(u.args) if j != i)) for i, a in enumerate(u.args)))
    if isinstance(u, Pow):
        base, power = u.args
        through_power = log(base) * u * d(power) if depends(power, v) else S.Zero
        return power * base ** (power - 1) * d(base) + through_power
    if isinstance(u, _ELEMENTARY):
        return u.fdiff(1) * d(u.args[0])
    if isinstance(u, LowerIntegral) and not depends(u.function, v):
        return _through(u.point, lambda y: u.func(u.function, y, u.bound), d, v)
    if isinstance(u, AbstractFunction):
        rule.require(context, SMOOTH)
        places = [i for i, a in enumerate(u.values) if depends(a, v)]
        return Add(*(_through(u.values[i], lambda y, i=i: _with_value(u, i, y), d, v) for i in places))
    return Derivative(u, v)


def _through(inner, outer, d, v):
    """The chain rule: d outer(inner) / dv = outer'(inner) d inner / dv."""
    y = Dummy("y", real=True)
    composed = outer(y)
    if inner == v and not depends(composed, v):
        return Derivative(outer(v), v)
    return DerivativeAt(composed, inner, y) * d(inner)


def _with_value(u, i, y):
    return u.func(u.args[0], u.args[1].func(*(y if j == i else a for j, a in enumerate(u.values))), *u.args[2:])


class derivative_inside(Normaliser):
    """d/dtheta of an integral or expectation is the integral or expectation of the derivative."""

    name = "exchange of derivative and integral"
    summary = "The derivative by a parameter is taken under the integral, or under an expectation whose law does not depend on it."
    needs = (DIFFERENTIATE_INSIDE,)

    def normal(self, expr, context):
        return bottom_up(expr, _exchanged)


def _exchanged(node):
    if not isinstance(node, Derivative) or len(node.variables) != 1:
        return node
    inner, v = node.expr, node.variables[0]
    if isinstance(inner, Int) and inner.bound != v:
        return Int(Derivative(inner.integrand, v), inner.bound)
    if isinstance(inner, E) and inner.bound != v and not depends(inner.density, v):
        return E(Derivative(inner.integrand, v), inner.density, inner.bound)
    return node


class fundamental_theorem(Normaliser):
    """d/da of the integral of q up to a is q(a)."""

    name = "fundamental theorem of calculus"
    summary = "The derivative of an integral by its upper end is the integrand there."

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: self._value(node, context))

    def _value(self, node, context):
        if isinstance(node, Derivative) and len(node.variables) == 1:
            inner, place, point = node.expr, node.variables[0], node.variables[0]
        elif isinstance(node, DerivativeAt):
            inner, place, point = node.function, node.bound, node.point
        else:
            return node
        if not isinstance(inner, LowerIntegral) or inner.point != place:
            return node
        if depends(inner.function, place) and inner.bound != place:
            return node
        if is_abstract(inner.function):
            self.require(context, CONTINUOUS)
        return put(inner.function, inner.bound, point) or node
