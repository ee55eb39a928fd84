"""Minima over real functions of functionals that are parabolas in each of the function's values, such as squared errors.

A parabola is known by its values at -1, 0 and 1; that it is one is seen at 2. On a finite table the functional is
evaluated as it stands, at tables of the function's values. On the line the integral over the function's argument is
left out, which leaves what each value contributes.
"""

from flint import acb
from sympy import Add, Integer, Mul

from derivations.language.functions import AbstractFunction
from derivations.language.integral import E, Int
from derivations.language.maps import Antiderivative
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
        at_point = contribution(word.functional, variable, point)
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


def contribution(functional, variable, point):
    """What a functional, an integral over `point`, adds up at one point; terms without the function are left out."""
    if isinstance(functional, Add):
        return Add(*(contribution(a, variable, point) for a in functional.args if speaks_of(a, variable)))
    if isinstance(functional, Mul):
        inner = [a for a in functional.args if speaks_of(a, variable)]
        if len(inner) == 1:
            return Mul(*(a for a in functional.args if a is not inner[0])) * contribution(inner[0], variable, point)
    if isinstance(functional, (E, Int)):
        if isinstance(functional, E) and isinstance(functional.integrand, Antiderivative):
            from derivations.enclose.integral import added_by_slope

            added = added_by_slope(functional.integrand, functional.density, functional.bound)
            return put(added, functional.integrand.bound, point)
        inside = functional.integrand * functional.density if isinstance(functional, E) else functional.integrand
        if functional.bound == point:
            return inside
        if isinstance(functional, E) and not depends(functional.density, point):
            return E(contribution(functional.integrand, variable, point), functional.density, functional.bound)
        if isinstance(functional, Int):
            return Int(contribution(inside, variable, point), functional.bound)
    raise _unevaluable(f"an optimum over functions of something that is no integral over {point}")


def speaks_of(expr, variable):
    """Does the function that is varied occur, at whatever arguments?"""
    return any(f.name == variable.name for f in expr.atoms(AbstractFunction))


def _unevaluable(reason):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(reason)
