"""Minima over real functions of functionals that are parabolas in each of the function's values, such as squared errors.

A parabola is known by its values at -1, 0 and 1; that it is one is seen at 2. On a finite table the functional is
evaluated as it stands, at tables of the function's values. On the line the integral over the function's argument is
left out, which leaves what each value contributes.
"""

from flint import acb
from sympy import Add, Heaviside, Integer, Mul

from derivations.language.functions import AbstractFunction
from derivations.language.integral import E, Int
from derivations.language.maps import Antiderivative, DistributionFunction
from derivations.language.substitution import put
from derivations.language.word import depends


def best_function(balls, word):
    """The value, at its argument, of the one real function (or the one real number) at which a functional is least or greatest."""
    variable = word.variable
    if not word.place or len(variable.values) > 1:
        raise _unevaluable("the value of an optimum over real functions")
    if not variable.values:
        return _vertex(lambda k: balls(word.at(Integer(k))), word.greatest)
    (point,) = variable.values
    support = balls.support(point)
    if support is None:
        at_point = _integrand(word.functional, variable, point)
        return _vertex(lambda k: balls(at_point.xreplace({variable: Integer(k)})), word.greatest)
    return _on_a_table(balls, word, support)[balls.index(point)]


def _on_a_table(balls, word, size):
    """The best values at all points of the table, each with the others at 0, and then seen to be best together."""

    def functional(table):
        return balls.with_function(word.variable.name, {(i,): v for i, v in enumerate(table)})(word.functional)

    def along(i, start):
        return lambda k: functional([v + (k if i == j else 0) for j, v in enumerate(start)])

    zero = [acb(0)] * size
    best = [_vertex(along(i, zero), word.greatest) for i in range(size)]
    if not all(_vertex(along(i, best), word.greatest).contains(0) for i in range(size)):
        raise _unevaluable("an optimum over a function whose values are not chosen one by one")
    return best


def _vertex(parabola, greatest):
    """Where a parabola, given as a function of whole numbers, has its vertex."""
    middle, right, left, far = (parabola(k) for k in (0, 1, -1, 2))
    slope, curvature = (right - left) / 2, (right + left) / 2 - middle
    if not (middle + 2 * slope + 4 * curvature - far).contains(0):
        raise _unevaluable("an optimum of something that is no parabola in the function's values")
    if not (curvature.real < 0 if greatest else curvature.real > 0):
        raise _unevaluable("the parabola is not seen to open the right way")
    return -slope / (2 * curvature)


def _integrand(functional, variable, point):
    """What a functional, an integral over `point`, adds up at one point; terms without the function are left out."""
    if isinstance(functional, Add):
        return Add(*(_integrand(a, variable, point) for a in functional.args if speaks_of(a, variable)))
    if isinstance(functional, Mul):
        inner = [a for a in functional.args if speaks_of(a, variable)]
        if len(inner) == 1:
            return Mul(*(a for a in functional.args if a is not inner[0])) * _integrand(inner[0], variable, point)
    if isinstance(functional, (E, Int)):
        if isinstance(functional, E) and isinstance(functional.integrand, Antiderivative):
            return weight_of_slope(functional, point) * put(functional.integrand.function, functional.integrand.bound, point)
        inside = functional.integrand * functional.density if isinstance(functional, E) else functional.integrand
        if functional.bound == point:
            return inside
        if isinstance(functional, E) and not depends(functional.density, point):
            return E(_integrand(functional.integrand, variable, point), functional.density, functional.bound)
        if isinstance(functional, Int):
            return Int(_integrand(inside, variable, point), functional.bound)
    raise _unevaluable(f"an optimum over functions of something that is no integral over {point}")


def speaks_of(expr, variable):
    """Does the function that is varied occur, at whatever arguments?"""
    return any(f.name == variable.name for f in expr.atoms(AbstractFunction))


def weight_of_slope(mean, point):
    """What the slope at `point` of a critic adds to the critic's mean: P(x > point) on the right of 0, -P(x < point) on the left.

    The critic at x is the integral of its slope from 0 to x, so the slope at a point is added for all x beyond it (Fubini).
    """
    critic, x = mean.integrand, mean.bound
    if critic.point != x or depends(critic.function, x) and critic.bound != x:
        raise _unevaluable("the mean of a critic elsewhere than at the variable of the law")
    return Heaviside(point, 1) - DistributionFunction(mean.density, point, x)


def _unevaluable(reason):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(reason)
