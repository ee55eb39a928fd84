"""Distribution functions, inverse maps and probabilities of events, enclosed.

Nothing here takes a map's direction from its word: an event is measured by finding where it begins and
ends, by the roots of a polynomial or by halving intervals.
"""

import flint
from flint import acb, acb_poly, acb_series, arb
from sympy import Dummy

from derivations.enclose.cubature import degree
from derivations.language.maps import InverseMap
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.word import depends
from derivations.rules.affine import line


def lower_integral(balls, density, point, variable):
    """The integral of `density` up to the ball or series `point`."""
    if isinstance(density, NormalDensity) and density.x == variable and not depends(density.mu + density.sigma, variable):
        return _normal_mass_below(balls, density)(point)
    if isinstance(density, UniformDensity) and density.x == variable:
        value = _constant(point).real
        if not (value > 0 and value < 1) and isinstance(point, acb_series):
            raise _unevaluable("the uniform distribution function at its edge")
        return acb(1) if value >= 1 else acb(0) if value <= 0 else acb(_clamp(value)) if isinstance(point, acb) else point
    raise _unevaluable(f"no enclosure for the integral of {density} over a half-line")


def _normal_mass_below(balls, density):
    """The Gaussian distribution function, accurate in both tails."""
    mu, sigma = balls(density.mu), balls(density.sigma)
    return lambda point: _half_erfc((mu - point) / (sigma * acb(2).sqrt()))


def _half_erfc(z):
    """erfc(z) / 2, for a series by its derivative -exp(-z^2) / sqrt(pi)."""
    if not isinstance(z, acb_series):
        return z.erfc() / 2
    slope = -(-z[0] * z[0]).exp() / acb.pi().sqrt()
    return acb_series([z[0].erfc() / 2, slope * z[1]], prec=2)


def probability(balls, expr):
    """P(lesser <= greater) under the law of `expr`."""
    variable, density = expr.bound, expr.density
    excess = expr.greater - expr.lesser
    if isinstance(density, NormalDensity) and density.x == variable:
        return _gaussian_measure(balls, excess, density, variable)
    if isinstance(density, UniformDensity) and density.x == variable:
        return _uniform_measure(balls, excess, variable)
    raise _unevaluable(f"no enclosure for a probability under {density}")


def _gaussian_measure(balls, excess, density, variable):
    """The mass of {excess >= 0}, for a polynomial excess: the mass between its real roots."""
    inverted = _event_of_inverse(balls, excess, density, variable)
    if inverted is not None:
        return inverted
    n = degree(excess, variable)
    if not n:
        raise _unevaluable(f"no enclosure for the event {excess} >= 0")
    below = _normal_mass_below(balls, density)
    total, last, last_mass = acb(0), None, acb(0)
    ends = _real_roots(balls, excess, variable, n)
    for end in [*ends, None]:
        mass = acb(1) if end is None else below(end)
        if _holds_between(balls, excess, variable, last, end):
            total = total + (mass - last_mass)
        last, last_mass = end, mass
    return total


def _event_of_inverse(balls, excess, density, variable):
    """The mass of {b + c f^{-1}(z) >= 0}: that of the half-line which ends at f(-b / c); None for any other event.

    Which half it is, is seen from f at two points: an inverse there is of strictly monotone f only.
    """
    inverses = [w for w in excess.atoms(InverseMap) if w.point == variable and (w.bound == variable or not depends(w.function, variable))]
    value = Dummy("u", real=True)
    affine = line(excess.xreplace({inverses[0]: value}), value) if len(inverses) == 1 else None
    if affine is None or depends(affine[0] + affine[1], variable):
        return None
    offset, slope = map(balls, affine)
    (inner,), end, still = inverses, -offset / slope, constants(balls)
    left, right = (still.with_values({inner.bound: acb(_constant(end).real + side)})(inner.function).real for side in (-1, 1))
    below = _normal_mass_below(balls, density)(balls.with_values({inner.bound: end})(inner.function))
    rises, upwards = right - left, _constant(slope).real
    if not (rises > 0 or rises < 0) or not (upwards > 0 or upwards < 0):
        raise _unevaluable(f"which side of its end the event {excess} >= 0 lies on")
    return 1 - below if bool(rises > 0) is bool(upwards > 0) else below


def _holds_between(balls, excess, variable, low, high):
    """Is excess > 0 between two neighbouring roots (None for an infinite end)?"""
    low, high = (None if e is None else _constant(e).real for e in (low, high))
    middle = arb(0) if low is None and high is None else high - 1 if low is None else low + 1 if high is None else (low + high) / 2
    value = constants(balls).with_values({variable: acb(middle.mid())})(excess).real
    if value > 0 or value < 0:
        return bool(value > 0)
    raise _unevaluable(f"the sign of {excess} between two of its roots")


def _real_roots(balls, excess, variable, n):
    """The simple real roots of a polynomial, in order; as series where its coefficients are series."""
    at_zero = constants(balls).with_values({variable: acb_series([0, 1], prec=n + 1)})(excess)
    coefficients = [at_zero[k] for k in range(n + 1)] if isinstance(at_zero, acb_series) else [at_zero]
    while len(coefficients) > 1 and coefficients[-1] == 0:
        coefficients.pop()
    try:
        roots = acb_poly(coefficients).roots()
    except ValueError:
        raise _unevaluable(f"the roots of {excess} are not separated") from None
    real = sorted((r.real for r in roots if r.imag.contains(0)), key=lambda r: float(r.mid()))
    last = None
    for r in real:  # disjoint intervals, each with a change of sign, as many as there are discs on the real line
        left, right = _around(r)
        below, above = (constants(balls).with_values({variable: acb(e)})(excess).real for e in (left, right))
        if not below * above < 0 or (last is not None and not last < left):
            raise _unevaluable(f"{excess} has a root that is not certainly real and simple")
        last = right
    return [_moving_root(balls, excess, variable, _newton(balls, excess, variable, acb(r), arb(0)), acb(0)) for r in real]


def _around(root):
    """Two points, one to each side of the enclosure of a root."""
    width = root.rad() * 4 + abs(root.mid()) * arb(2) ** (-flint.ctx.prec // 4) + arb(2) ** (-flint.ctx.prec // 4)
    return (root - width).mid(), (root + width).mid()


def _moving_root(balls, function, variable, root, target):
    """The root of function = target near `root` as a series, by the implicit function theorem; a ball if nothing moves."""
    moved = balls.with_values({variable: root})(function) - target
    if not isinstance(moved, acb_series):
        return root
    slope = constants(balls).with_values({variable: acb_series([root, 1], prec=2)})(function)[1]
    return acb_series([root, -moved[1] / slope], prec=2)


def _uniform_measure(balls, excess, variable):
    """The length of {u in (0, 1): excess >= 0}: intervals of certain sign count, of certain slope are cut at the root."""
    inside, open_cells = arb(0), [(arb(0), arb(1))]
    for _ in range(flint.ctx.prec // 2):
        halves = []
        for low, high in open_cells:
            length = _certain_length(balls, excess, variable, low, high)
            if length is None and high - low < arb(2) ** (12 - flint.ctx.prec):
                inside += arb(0).union(high - low)
            elif length is None:
                middle = _split_at(low, high)
                halves += [(low, middle), (middle, high)]
            else:
                inside += length
        open_cells = halves
        if len(open_cells) > 64:
            raise _unevaluable(f"the event {excess} >= 0 has too many ends")
    return acb(sum((arb(0).union(high - low) for low, high in open_cells), inside))


def _split_at(low, high):
    """The middle, but close to an end of (0, 1), where a map may run off to infinity."""
    if low == 0:
        return high / 256
    return (1 - (1 - low) / 256).mid() if high == 1 else ((low + high) / 2).mid()


def _certain_length(balls, excess, variable, low, high):
    """The length of {low < u < high: excess >= 0}; None where neither sign nor slope is certain."""
    from derivations.enclose.balls import Unevaluable

    cell = acb(low.union(high))
    try:
        value = balls.with_values({variable: cell})(excess)
        if not isinstance(value, acb):
            raise _unevaluable("the derivative of a probability under the uniform law")
        if value.real >= 0 or value.real < 0:
            return high - low if value.real >= 0 else arb(0)
        line = balls.with_values({variable: acb_series([cell, 1], prec=2)})(excess)
        if not isinstance(line, acb_series) or line[1].real.contains(0) or not line[1].is_finite():
            return None
        left, right = (balls.with_values({variable: acb(end)})(excess).real for end in (low, high))
        if not left * right < 0:
            return None
        root = _newton(balls, excess, variable, cell, arb(0)).real
    except Unevaluable:
        return None
    return root - low if left > 0 else high - root


def inverse(balls, function, target, variable):
    """The point at which `function` takes the value `target` (a ball or a series)."""
    still = constants(balls)

    def f(y):
        return still.with_values({variable: acb(y)})(function).real

    aim = _constant(target).real
    low, high, rising = _bracket(f, aim, function)
    low, high = _halved(f, aim, low, high, rising)
    root = _newton(balls, function, variable, acb(low.union(high)), aim)
    return _moving_root(balls, function, variable, root, target)


def _newton(balls, function, variable, root, aim):
    """The enclosure of the one solution of function = aim in the ball `root`, narrowed by interval Newton steps."""
    still = constants(balls)
    for _ in range(64):
        line = still.with_values({variable: acb_series([root, 1], prec=2)})(function)
        slope = line[1] if isinstance(line, acb_series) else acb(0)
        if slope.contains(0):
            break
        middle = root.real.mid()
        step = middle - (still.with_values({variable: acb(middle)})(function).real - aim) / slope.real
        if not step.is_finite() or not step.overlaps(root.real):
            break
        narrower = acb(step.intersection(root.real))
        if not narrower.real.rad() < root.real.rad():
            break
        root = narrower
    return root


def _bracket(f, aim, function):
    """Points left and right of the solution, and whether f rises there."""
    reach = arb(1)
    for _ in range(24):
        left, right = f(-reach), f(reach)
        if left < aim and right > aim:
            return -reach, reach, True
        if left > aim and right < aim:
            return -reach, reach, False
        reach *= 2
    raise _unevaluable(f"no place was found where {function} takes the value {aim}")


def _halved(f, aim, low, high, rising):
    """The bracket halved from both ends as long as the signs are certain."""
    for _ in range(40):
        middle = ((low + high) / 2).mid()
        value = f(middle)
        if value < aim or value > aim:
            if bool(value < aim) is rising:
                low = middle
            else:
                high = middle
        else:
            low, high = _trimmed(f, aim, low, middle, rising, True), _trimmed(f, aim, high, middle, rising, False)
            break
    return low, high


def _trimmed(f, aim, end, middle, rising, lower):
    """The outer end moved towards an undecided middle while it stays certainly outside."""
    for _ in range(12):
        nearer = ((end + middle) / 2).mid()
        value = f(nearer)
        if (value < aim) if rising is lower else (value > aim):
            end = nearer
        else:
            middle = nearer
    return end


def constants(balls):
    """The evaluator with every series replaced by its constant term."""
    return balls.with_values({k: _constant(v) for k, v in balls.values.items() if isinstance(v, acb_series)})


def _constant(value):
    return value[0] if isinstance(value, acb_series) else value


def _clamp(value):
    return value.intersection(arb(0).union(arb(1)))


def _unevaluable(message):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(message)
