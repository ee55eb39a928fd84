"""Laws of images: expectations, events and monotone maps, from which change of variables follows."""

from sympy import Abs, Derivative, Mul, log

from derivations.conditions import DIFFEOMORPHIC, INVERTIBLE
from derivations.language.integral import E
from derivations.language.maps import DistributionFunction, InverseMap, LowerIntegral, MapValue
from derivations.language.normal import UniformDensity
from derivations.language.pushforward import Indicator, Probability, Pushforward
from derivations.language.substitution import put
from derivations.language.word import Word, depends
from derivations.rules.affine import line
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, bottom_up, rebuild


class image_law(Normaliser):
    """E_{x ~ law of g(eps)}[f(x)] = E_{eps ~ q}[f(g(eps))]: what it means that x has the law of g(eps)."""

    name = "law of the image"
    summary = "An expectation over x = g(eps) is the expectation over eps with g(eps) put for x."

    def normal(self, expr, context):
        return bottom_up(expr, _over_source)


def _over_source(node):
    if not isinstance(node, E) or not isinstance(node.density, Pushforward) or node.density.x != node.bound:
        return node
    if node.bound in node.density.free_symbols_of_law:
        return node
    return node.density.expectation(node.integrand, node.bound) or node


class monotone_event(Normaliser):
    """g(eps) <= x says eps <= g^{-1}(x) for increasing g, and eps >= g^{-1}(x) for decreasing g; so too for g^{-1}."""

    name = "monotone map of an event"
    summary = "A strictly increasing map may be applied to both sides of an inequality; a decreasing one turns it round."

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: self._solved(node, context))

    def _solved(self, node, context):
        if isinstance(node, Probability):
            sides = self._event(node, node.density, node.bound, context)
            return node if sides is None else Probability(*sides, node.density, node.bound)
        if isinstance(node, E):
            return E(self._in_mean(node.integrand, node, context), node.density, node.bound)
        return node

    def _in_mean(self, expr, mean, context):
        """The integrand of a mean with the events of its variable solved that stand under no other binder."""
        if isinstance(expr, Indicator):
            sides = self._event(expr, mean.density, mean.bound, context)
            return expr if sides is None else Indicator(*sides)
        if isinstance(expr, Word):
            return expr
        return rebuild(expr, lambda part: self._in_mean(part, mean, context))

    def _event(self, event, density, eps, context):
        """The two sides of an event in eps once it is solved for eps; None where it is not."""
        inner, x = event.lesser, event.greater
        if depends(x, eps) or inner == eps:
            return None
        if isinstance(inner, InverseMap):
            if inner.point != eps or (depends(inner.function, eps) and inner.bound != eps):
                return None
            if isinstance(inner.function, DistributionFunction) and not is_uniform(density, eps):
                return None  # only there eps is sure to lie in (0, 1), where F has an inverse
            direction = self._direction(inner.function, inner.bound, context)
            other = put(inner.function, inner.bound, x)
        else:
            direction = 0 if isinstance(inner, DistributionFunction) else self._direction(inner, eps, context)
            other = InverseMap(inner, x, eps)
        if direction == 0 or other is None:
            return None
        return (eps, other) if direction > 0 else (other, eps)

    def _direction(self, function, variable, context):
        direction = monotone(function, variable)
        if direction and isinstance(function, DistributionFunction):
            self.require(context, INVERTIBLE)
        return direction


def monotone(function, variable):
    """1 or -1 where `function` is known to be strictly increasing or decreasing in `variable`, else 0."""
    if isinstance(function, MapValue):
        known = function.argument == variable and not any(depends(t, variable) for t in function.parameters)
        return function.direction if known else 0
    if isinstance(function, DistributionFunction):
        moves = depends(function.function, variable) and function.bound != variable
        return int(function.point == variable and not moves and is_density(function.function, function.bound))
    found = line(function, variable)
    return 0 if found is None else 1 if found[1].is_positive else -1 if found[1].is_negative else 0


class monotone_slope(Normaliser):
    """|g'(x)| is g'(x) for increasing g and its negative for decreasing g; so for g^{-1}. It is positive, so its logarithm splits off."""

    name = "sign of the slope"
    summary = (
        "An increasing map and its inverse have positive derivatives, a decreasing one negative ones; "
        "the logarithm of a product with the size of a slope is a sum."
    )
    needs = (DIFFEOMORPHIC,)

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: _log_of_slope(_signed(node)))


def _signed(node):
    if not isinstance(node, Abs) or not isinstance(node.args[0], Derivative):
        return node
    direction = _slope_direction(node.args[0])
    return direction * node.args[0] if direction else node


def _slope_direction(slope):
    """The sign of the derivative of a map of known direction, or of its inverse; 0 for any other derivative."""
    if isinstance(slope.expr, MapValue) and slope.variables == (slope.expr.argument,):
        return monotone(slope.expr, slope.expr.argument)
    inverse = slope.expr
    if not isinstance(inverse, InverseMap) or slope.variables != (inverse.point,) or depends(inverse.function, inverse.point):
        return 0
    return monotone(inverse.function, inverse.bound)


def _log_of_slope(node):
    """log(u |g'(x)|) as log u + log |g'(x)| for positive u."""
    if not isinstance(node, log):
        return node
    for slope in (f for f in Mul.make_args(node.args[0]) if isinstance(f, Derivative)):
        size = _slope_direction(slope) * slope
        if size != 0 and (node.args[0] / size).is_positive and node.args[0] != size:
            return log(node.args[0] / size) + log(size)
    return node


class inverse_map(Normaliser):
    """The inverse of b + m y at x is (x - b) / m."""

    name = "inverse of an affine map"
    summary = "The equation b + m y = x is solved for y."

    def normal(self, expr, context):
        return bottom_up(expr, _solution)


def _solution(node):
    if not isinstance(node, InverseMap):
        return node
    found = line(node.function, node.bound)
    if found is None or not found[1].is_nonzero:
        return node
    return (node.point - found[0]) / found[1]


class half_line(Normaliser):
    """P(eps <= a) is the integral of the density up to a, P(a <= eps) is one less that; it is a for the uniform law."""

    name = "probability of a half-line"
    summary = "The probability of a half-line is the integral of the density over it; for the uniform law, P(u <= a) = a."

    def normal(self, expr, context):
        return bottom_up(expr, _up_to)


def _up_to(node):
    if not isinstance(node, Probability):
        return node
    below, above = node.lesser == node.bound, node.greater == node.bound
    end = node.greater if below else node.lesser
    if below == above or depends(end, node.bound):
        return node
    if above and not is_density(node.density, node.bound):
        return node
    mass = LowerIntegral(node.density, end, node.bound)
    if is_uniform(node.density, node.bound):
        if not is_in_unit_interval(end):
            return node
        mass = end
    return mass if below else 1 - mass


def is_uniform(density, variable):
    return isinstance(density, UniformDensity) and density.x == variable


def is_in_unit_interval(end):
    if isinstance(end, (DistributionFunction, Probability)):
        return is_density(end.function if isinstance(end, DistributionFunction) else end.density, end.bound)
    return bool(end.is_number and 0 <= end <= 1)
