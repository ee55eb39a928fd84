"""The bounds under the integrals: each is an upper bound, each is needed, and each refuses what it must."""

import random

import mpmath
import pytest
from flint import acb, arb
from mpmath import mpf
from sympy import Abs, Function as SymPyFunction, Heaviside, Rational, cos, erf, exp, log, sin, sqrt, tanh

from derivations.enclose import Balls, Unevaluable, corners, growth, precision, program, trapezoid
from derivations.enclose import integral as integrals
from derivations.enclose.program import ANALYTIC, REAL, Function
from derivations.language import JS, E, Normal, positive, real

x, m1, m2 = real("x m1 m2")
s1, s2 = positive("s1 s2")
q, p = Normal(m1, s1)(x), Normal(m2, s2)(x)
VALUES = {m1: Rational(1, 3), s1: Rational(3, 2), m2: -2, s2: Rational(4, 5)}
VALUES = {k: arb(v.p) / v.q if isinstance(v, Rational) else v for k, v in VALUES.items()}


@pytest.fixture(autouse=True)
def bits():
    with precision(128), mpmath.workdps(45):
        yield


def function(expr, mu=0, sigma=1):
    return Function(Balls(VALUES), expr, x, arb(mu), arb(sigma))


def at(f, y):
    value, = f([arb(y)], REAL)
    return value


INTEGRANDS = [
    x**3 - 2 * x + 1,
    log(q) - log((q + p) / 2),
    log(q + p + 3),
    x**2 * log(2 * q + p / 3) ** 3,
    p / (p + q),
    (p / (p + q)) ** 2 / q ** Rational(1, 3),
    p * q * x,
    sqrt(q / p),
    (p + q) ** 2 * x,
    1 / (1 + exp(-3 * x)),
    log(1 + exp(5 * x)),
    exp(2 * x - 1) + exp(-(x**2)) * x**4,
    exp(x**2 / 5) * tanh(x),
    sqrt(1 + x**2) + 1 / (2 + x**2),
    log(1 + x**2) * erf(x) * sin(x),
    Abs(x - 3) + Heaviside(x),
]


@pytest.mark.parametrize("expr", INTEGRANDS, ids=str)
def test_majorants_bound_at_random_points(expr):
    rng = random.Random(str(expr))
    for mu, sigma in ((0, 1), (5, 0.5), (-1000, 0.25), (0.5, 300)):
        f = function(expr, mu, sigma)
        bound = f.majorant(f.program.result)
        for _ in range(40):
            y = rng.choice((-1, 1)) * (1 + rng.expovariate(0.2))
            assert not abs(at(f, y)) > bound(arb(y)), (mu, sigma, y)


def test_a_majorant_that_is_too_small_would_be_seen():
    """The check above can fail: with the constant of a majorant cut to a hundredth, it does."""
    f = function(cos(x))
    assert any(abs(at(f, 1 + k / 7)) > f.growth()(arb(1 + k / 7)) / 100 for k in range(40))


@pytest.mark.parametrize("b", [0, 0.5, 2])
@pytest.mark.parametrize("g", [0, 0.2, 0.4])
def test_the_tail_bounds_the_tail(b, g):
    majorant = growth.Majorant((arb(1), arb(0), arb(2), arb(0.25)), arb(b), arb(g))
    radius, fall = 25, 0.5 - mpf(g)
    truth = mpmath.exp(-fall * radius**2) * 2 * mpmath.quad(
        lambda y: (1 + 2 * y**2 + y**3 / 4) * mpmath.exp(b * y - fall * (y * y - radius**2)) / mpmath.sqrt(2 * mpmath.pi),
        [radius + mpf(k) / 4 for k in range(9)] + [radius + k for k in (3, 5, 8, 13, 30, 60, 100)],
    )
    bound = mpf(growth.tail(majorant, radius).str(20, radius=False))
    assert truth <= bound * (1 + mpf(10) ** -15)
    assert b or bound <= truth * (1 + mpf(10) ** -6)


def test_no_tail_where_the_majorant_does_not_fall():
    assert not growth.tail(growth.Majorant((arb(1),), arb(0), arb(0.5)), 10).is_finite()
    assert not growth.tail(growth.Majorant((arb(1),), arb(3), arb(0.2)), 2).is_finite()
    assert not growth.tail(growth.Majorant((arb("nan"),)), 10).is_finite()
    assert not growth.tail(growth.Majorant((arb(1),)), 0.5).is_finite()


# --- the trapezoid rule


def truncated(integrand, radius):
    """The integral of integrand phi over [-radius, radius], by mpmath."""
    radius = mpf(radius)
    return mpmath.quad(lambda y: integrand(y) * mpmath.npdf(y), [k * radius / 4 for k in range(-4, 5)])


ERRORS = [
    (cos(3 * x), lambda y: mpmath.cos(3 * y), 2),
    (x * exp(x), lambda y: y * mpmath.exp(y), 4),
    (log(1 + x**2), lambda y: mpmath.log(1 + y * y), 0.9),
    (1 / (1 + exp(-2 * x)), lambda y: 1 / (1 + mpmath.exp(-2 * y)), 1.2),
    (exp(-4 * x**2) + 1, lambda y: mpmath.exp(-4 * y * y) + 1, 2),
]


@pytest.mark.parametrize(("expr", "integrand", "a"), ERRORS, ids=lambda v: str(v) if hasattr(v, "args") else "")
def test_the_strip_bound_bounds_the_error(expr, integrand, a):
    """With large h the horizontal sides matter, with small h and small R the vertical ones; neither is idle."""
    f, needed = function(expr), 0
    for inner, h in ((8, 1.0), (8, 0.5), (10, 0.25), (2, 0.125), (1, 0.0625), (1.5, 0.5)):
        strip = trapezoid.strip(f, a, inner, inner + 2)
        half = int(inner / h) + 1
        radius = (half + 0.5) * h
        total = mpf(trapezoid.trapezoid_sum(f, h, half).str(35, radius=False))
        error = abs(total - truncated(integrand, radius))
        bound = mpf(strip.error(h, radius).str(15, radius=False))
        assert error <= bound + mpf(10) ** -33
        needed += error > bound / 10**4 and error > mpf(10) ** -30
    assert needed >= 2


def value(expr, **patches):
    return Balls({m1: 0, s1: 1, m2: 1, s2: 1})(E(expr, q, x)).real


TRUTHS = [(cos(x), lambda: mpmath.exp(mpf(-1) / 2)), (x**2 * exp(x), lambda: 2 * mpmath.exp(mpf(1) / 2))]


def encloses(ball, truth):
    low, high = (mpf(e.str(40, radius=False)) for e in (ball.lower(), ball.upper()))
    return low <= truth <= high


@pytest.mark.parametrize(("expr", "truth"), TRUTHS, ids=lambda v: str(v) if hasattr(v, "args") else "")
def test_the_tail_is_included_and_needed(expr, truth, monkeypatch):
    """A radius that is far too small: still an enclosure, wide; and none once the tail is dropped."""
    monkeypatch.setattr(trapezoid, "radius_for", lambda majorant, bits: 4.0)
    monkeypatch.setattr(trapezoid.Strip, "reach", lambda self: 4.0)
    assert encloses(value(expr), truth()) and value(expr).rad() > 1e-6
    monkeypatch.setattr(trapezoid, "tail", lambda majorant, radius: arb(0))
    monkeypatch.setattr(trapezoid.Strip, "error", lambda self, h, radius: arb(0))
    assert not encloses(value(expr), truth())


def test_the_tail_is_included_where_bisection_is_used(monkeypatch):
    truth = 4 * mpmath.npdf(1)
    monkeypatch.setattr(integrals, "radius_for", lambda majorant, bits: 4.0)
    assert encloses(value(Abs(x**2 - 1)), truth)
    monkeypatch.setattr(integrals, "tail", lambda majorant, radius: arb(0))
    assert not encloses(value(Abs(x**2 - 1)), truth)


def test_the_tail_is_included_where_the_line_is_cut_at_corners(monkeypatch):
    truth = mpmath.sqrt(2 / mpmath.pi)
    monkeypatch.setattr(corners.growth, "radius_for", lambda majorant, bits: 4.0)
    assert encloses(value(Abs(x)), truth) and value(Abs(x)).rad() > 1e-6
    monkeypatch.setattr(corners.growth, "tail", lambda majorant, radius: arb(0))
    assert not encloses(value(Abs(x)), truth)


@pytest.mark.parametrize(("expr", "truth"), TRUTHS, ids=lambda v: str(v) if hasattr(v, "args") else "")
def test_the_strip_bound_is_included_and_needed(expr, truth, monkeypatch):
    """A spacing that is far too large: still an enclosure, wide; and none once the strip bound is dropped."""
    monkeypatch.setattr(trapezoid.Strip, "spacing", lambda self, bits: 1.25)
    assert encloses(value(expr), truth()) and value(expr).rad() > 1e-9
    monkeypatch.setattr(trapezoid.Strip, "error", lambda self, h, radius: arb(0))
    assert not encloses(value(expr), truth())


def test_a_radius_outside_the_proven_part_is_refused():
    strip = trapezoid.strip(function(cos(x)), 1, 5, 7)
    with pytest.raises(ValueError, match="outside the proven part"):
        strip.error(0.5, 8.25)


# --- analyticity


CUTS = [
    (log(1 + x**2), 1),
    (sqrt(4 + x**2), 2),
    (1 / (1 + x**2), 1),
    (1 / (1 + exp(x)), mpmath.pi),
    (tanh(x), mpmath.pi / 2),
    (log(Normal(0, 1)(x) + Normal(2, 1)(x)), mpmath.pi / 2),
    (log(3 * Normal(0, 1)(x) + Normal(2, 1)(x) + exp(x - x**2 / 2)), mpmath.pi),
]


@pytest.mark.parametrize(("expr", "height"), CUTS, ids=lambda v: str(v) if hasattr(v, "args") else "")
def test_a_strip_over_a_branch_point_or_a_pole_is_refused(expr, height):
    f = function(expr)
    for factor in (1.01, 1.2, 2, 5):
        assert trapezoid.strip(f, float(height) * factor, 6, 8) is None
    assert trapezoid.strip(f, float(height) / 4, 6, 8) is not None


@pytest.mark.parametrize("expr", [Abs(x), Heaviside(x), Abs(x - Rational(1, 3)) ** 3, Abs(x**2 - 1)])
def test_a_corner_is_refused_by_every_strip_and_integrated_all_the_same(expr):
    assert all(trapezoid.strip(function(expr), a, 6, 8) is None for a in (3, 0.1, 0.001))
    assert value(expr).rad() < 1e-30


def test_analytic_evaluation_that_forgets_to_refuse_is_wrong(monkeypatch):
    """What `analytic` is for: without it |x^2 - 1| passes for analytic, and the enclosure misses the value."""
    truth = 4 * mpmath.npdf(1)
    assert encloses(value(Abs(x**2 - 1)), truth)

    def careless(self, mode, column):
        return [v.real_abs() if isinstance(v, acb) else abs(v) for v in column]

    monkeypatch.setattr(program.Corner, "run", careless)
    assert not encloses(value(Abs(x**2 - 1)), truth)


class real_part_of(SymPyFunction):
    """A function that the walker knows and that is not analytic."""


class Knowing(Balls):
    def _real_part_of(self, expr):
        return acb(abs(self(expr.args[0]).real))


def test_a_word_that_only_the_walker_knows_is_not_taken_for_analytic():
    f = Function(Knowing(VALUES), cos(real_part_of(x)), x)
    assert trapezoid.strip(f, 0.01, 6, 8) is None
    assert "not known to be analytic" in f.obstacle
    assert at(f, -2).overlaps(arb(2).cos())


def test_boxes_contain_the_function():
    """Over complex boxes that meet the real line: values at random points inside lie in the enclosure."""
    rng = random.Random(5)
    for expr in (log(q) - log((q + p) / 2), log(q + 2 * p + exp(x)), x * p / (p + q), 1 / (1 + exp(-x)), log(1 + x**2)):
        f = function(expr)
        for _ in range(60):
            left, width, height = rng.uniform(-6, 6), rng.uniform(0.01, 0.5), rng.uniform(0.01, 0.7)
            box = acb(arb(left, width), arb(height / 2, height / 2))
            ball, = f([box], ANALYTIC)
            if not ball.is_finite():
                continue
            for _ in range(5):
                point = acb(arb(left + rng.uniform(-0.99, 0.99) * width), arb(rng.uniform(0.01, 0.99) * height))
                # from the real line upwards in small steps, so that the branch is the continuation
                inside, = f([acb(arb(left, width), arb(0.5, 0.5) * height)], ANALYTIC)
                exact, = f([point], ANALYTIC)
                assert inside.overlaps(ball) and ball.overlaps(exact), (expr, left, width, height)


def test_real_balls_of_any_width_contain_the_function():
    rng = random.Random(6)
    for expr in (log(q) - log((q + p) / 2), log(q + 2 * p + exp(x)), x * p / (p + q), Abs(x), x**3 - x):
        f = function(expr)
        for _ in range(60):
            middle, width = rng.uniform(-9, 9), 10 ** rng.uniform(-6, 2)
            ball, = f([arb(middle, width)], REAL)
            assert ball.overlaps(at(f, middle + rng.uniform(-1, 1) * width))


def test_an_integral_inside_the_complex_plane_of_another_is_refused():
    y = real("y")
    inner = E(log(Normal(x, 1)(y) + Normal(0, 1)(y)), Normal(x, 1)(y), y)
    with pytest.raises(Unevaluable):
        Balls()(E(cos(inner), Normal(0, 1)(x), x))


def test_js_is_symmetric_and_below_log_2():
    a = Balls({m1: 0, s1: 1, m2: 2, s2: 3})(JS(q, p, x)).real
    b = Balls({m1: 2, s1: 3, m2: 0, s2: 1})(JS(q, p, x)).real
    assert a.overlaps(b) and a < arb.const_log2() and a > 0
