"""Optima over slopes between -1 and 1 of functionals that are linear in each of the slope's values.

A linear function is known by its values at 0 and 1; that it is one is seen at -1 and 1/2. On the line the integral over the
slope's argument is left out, which leaves what each value contributes.
"""

from sympy import Abs, Integer, Rational

from derivations.enclose.parabola import contribution
from derivations.language.integral import Int


def best_slopes(balls, word):
    """The value of an optimum over a number in [-1, 1], or over a slope on the line."""
    from derivations.enclose.balls import Unevaluable

    variable, way = word.variable, 1 if word.greatest else -1
    if word.place or len(variable.values) > 1:
        raise Unevaluable("the place of an optimum over slopes, which is not one alone where nothing depends on it")
    if not variable.values:
        at = {k: balls(word.at(k)) for k in (Integer(-1), Rational(1, 2), Integer(0), Integer(1))}
        slope = at[1] - at[0]
        if not ((at[-1] + slope - at[0]).contains(0) and (at[Rational(1, 2)] - at[0] - slope / 2).contains(0)):
            raise Unevaluable("an optimum over slopes of something that is not linear in them")
        return at[0] + way * abs(slope.real)
    (point,) = variable.values
    if balls.support(point) is not None:
        raise Unevaluable("an optimum over slopes on a finite table")
    density = contribution(word.functional, variable, point).expand()
    weight = density.coeff(variable)
    if (density - weight * variable).expand() != 0 or weight.has(variable):
        raise Unevaluable("an optimum over slopes of something that is not linear in them")
    return way * balls(Int(Abs(weight), point))
