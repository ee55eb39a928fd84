"""Enclosures of Gaussian integrals against independent values: mpmath at 60 digits, and closed forms."""

import random
from fractions import Fraction

import mpmath
import pytest
from mpmath import mpf
from sympy import Abs, Heaviside, Rational, cos, erf, exp, log, sqrt

from derivations.enclose import Balls, Unevaluable, enclose_to, precision
from derivations.enclose import integral as integrals
from derivations.language import JS, KL, E, Int, Normal, positive, real

x, m1, m2 = real("x m1 m2")
s1, s2 = positive("s1 s2")
q, p = Normal(m1, s1)(x), Normal(m2, s2)(x)
TINY, HUGE = Fraction(1, 10**12), 10**12


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(62):
        yield


def number(value):
    value = Fraction(value)
    return mpf(value.numerator) / value.denominator


def holds(ball, truth, digits):
    """Does the ball contain `truth` (good to 55 digits of the larger of 1 and itself), and is it narrow?"""
    with precision(260):
        low, high = (mpf(str(end.str(75, radius=False))) for end in (ball.lower(), ball.upper()))
    slack = mpf(10) ** -55 * max(1, abs(truth))
    return low - slack <= truth <= high + slack and high - low <= 2 * mpf(10) ** -digits * max(1, abs(truth))


def log_normal(t, m, s):
    return -mpmath.log(s * mpmath.sqrt(2 * mpmath.pi)) - ((t - m) / s) ** 2 / 2


def js_reference(a, s, b, t):
    """JS by mpmath in the original variable: breakpoints at every scale of both laws, and where they cross."""
    a, s, b, t = map(number, (a, s, b, t))
    marks = {m + k * d for m in (a, b) for d in (s, t) for k in (-17, -8, -3, 0, 3, 8, 17)}
    if s == t:
        crossings = [(a + b) / 2] if a != b else []
    else:
        A, B = 1 / s**2 - 1 / t**2, -2 * (a / s**2 - b / t**2)
        C = a * a / s**2 - b * b / t**2 + 2 * mpmath.log(s / t)
        crossings = [(-B + sign * mpmath.sqrt(B * B - 4 * A * C)) / (2 * A) for sign in (1, -1)]
    for c in crossings:  # the integrand turns within 1 / |slope of the log ratio| of a crossing
        slope = abs((c - a) / s**2 - (c - b) / t**2) + 1 / max(s, t)
        marks |= {c + k / slope for k in (-140, -40, -10, 0, 10, 40, 140)}

    def term(m, d, other, e):
        def integrand(u):
            ratio = log_normal(u, other, e) - log_normal(u, m, d)
            return mpmath.exp(log_normal(u, m, d)) * (mpmath.log(2) - mpmath.log1p(mpmath.exp(ratio)))

        points = sorted({c for c in marks if abs(c - m) < 17 * d} | {m - 17 * d, m + 17 * d})
        return mpmath.quad(integrand, points, maxdegree=6)

    return (term(a, s, b, t) + term(b, t, a, s)) / 2


def js(a, s, b, t):
    return Balls({m1: a, s1: s, m2: b, s2: t})(JS(q, p, x)).real


def some(rng, low=-30, high=30):
    return Fraction(rng.randint(low, high), 10)


BY_MPMATH = {  # (a, s, b, t): js_reference at 66 digits
    ("12/5", "7/5", "9/5", "3"): "0.113749238839000357803199157528637850341097455058320765103028",
    ("-2/5", "3/10", "-7/5", "9/5"): "0.371465417117998327820806761265456764512913457141004707794576",
    ("1/10", "7/5", "14/5", "27/10"): "0.216733111946869868673975625034248789814594938682207269674545",
    ("23/10", "11/10", "0", "13/10"): "0.318659567493368515848795219583666933577978024031434844632154",
    ("7/10", "3", "14/5", "4/5"): "0.296362281513508027854143576864067886754950497640268239131977",
    ("1/5", "3/5", "-6/5", "3/5"): "0.40864902121945228858348643990083154223625198628898093237666",
    ("9/5", "1/2", "9/10", "27/10"): "0.330935753031536330424179365818845834582098340090578630986777",
    ("-7/5", "19/10", "3/2", "27/10"): "0.177595263049338307293375122538563059775841307288978092704798",
    ("4/5", "3", "-21/10", "11/10"): "0.279766514455117331374739115633631223341001650111933473461938",
    ("-12/5", "5/2", "-13/5", "3"): "0.0087083934008761102400620677388778566781554172968022209624731",
    ("12/5", "23/10", "-9/10", "17/10"): "0.260402691937401709506574101233840944981735814580428397687405",
    ("1/2", "1/2", "-4/5", "3/2"): "0.278879961113692746501738563961948807989744619514183078115821",
}
BY_MPMATH_AT_THE_EDGE = {
    ("0", "1", "1/3", "1/1000000000000"): "0.693147180505171697022624757128668929662952826330651726393727",
    ("0", "1/1000000000000", "1/3", "1"): "0.693147180505171697022624757128668929662952826330651726393727",
    ("0", "1000000000000", "0", "1"): "0.693147180502210290674616283078531576283779017189177807731145",
    ("1/7", "1", "0", "1000000000000"): "0.693147180502210290674616283078531576842127249675494048848779",
    ("0", "1", "3", "1/100"): "0.691782469219194538733230481799582095629601174741285674903773",
}


def test_the_reference_values():
    """They come from `js_reference`; one is made again here."""
    point, value = random.Random(1).choice(sorted(BY_MPMATH.items()))
    assert abs(js_reference(*map(Fraction, point)) - mpf(value)) < mpf(10) ** -57


@pytest.mark.parametrize("point", BY_MPMATH)
def test_js_at_random_points(point):
    truth = mpf(BY_MPMATH[point])
    for bits, digits in ((64, 15), (110, 28), (190, 51)):
        with precision(bits):
            assert holds(js(*map(Fraction, point)), truth, digits)


@pytest.mark.parametrize("point", BY_MPMATH_AT_THE_EDGE)
def test_js_where_one_law_is_very_narrow(point):
    assert holds(enclose_to(lambda: js(*map(Fraction, point)), 20), mpf(BY_MPMATH_AT_THE_EDGE[point]), 20)


@pytest.mark.parametrize("point", [(0, 1, HUGE, 1), (-HUGE, TINY, 0, TINY), (0, HUGE, HUGE, TINY)])
def test_js_of_laws_far_apart_is_nearly_log_2(point):
    ball = enclose_to(lambda: js(*point), 20)
    if point[1] == HUGE:  # the narrow one sits inside the wide one: log 2 to about the ratio of the widths
        assert abs(float(ball) - float(mpmath.log(2))) < 1e-15
    else:
        assert holds(ball, mpmath.log(2), 20)


@pytest.mark.parametrize("gap", [Fraction(1, 10**6), TINY, TINY * TINY])
def test_js_of_nearly_equal_laws(gap):
    """JS of N(0, 1) and N(m, 1) is m^2/8 - m^4/64 + O(m^6); 25 significant digits, though it is near zero."""
    m = number(gap)
    ball = enclose_to(lambda: js(0, 1, gap, 1), 20, relative=True)
    truth = m**2 / 8 - m**4 / 64
    assert abs(mpf(str(ball.str(30, radius=False))) / truth - 1) < 10 * m**4 + mpf(10) ** -20


def test_js_of_equal_laws_contains_zero():
    with precision(128):
        ball = js(Fraction(1, 3), 2, Fraction(1, 3), 2)
    assert ball.contains(0) and ball.rad() < 1e-35


@pytest.mark.parametrize(
    "point",
    [(0, 1, 1, 2), (0, 1, 0, TINY), (0, TINY, 1, 1), (HUGE, 1, 0, 1), (-HUGE, TINY, HUGE, HUGE), (HUGE, 1, HUGE + 1, 1)],
)
def test_kl_closed_form_at_the_edges(point):
    a, s, b, t = map(number, point)
    with mpmath.workdps(200):
        truth = mpmath.log(t / s) + (s**2 + (a - b) ** 2) / (2 * t**2) - mpf(1) / 2
    ball = enclose_to(lambda: Balls(dict(zip((m1, s1, m2, s2), point)))(KL(q, p, x)), 30, relative=True)
    assert holds(ball, truth, 29)


def phi(t):
    return mpmath.exp(-t * t / 2) / mpmath.sqrt(2 * mpmath.pi)


def Phi(t):
    return mpmath.ncdf(t)


CLOSED = {
    "cos": (cos(3 * x), lambda m, s: mpmath.cos(3 * m) * mpmath.exp(-9 * s * s / 2)),
    "exp": (exp(x / 2 - 1), lambda m, s: mpmath.exp(m / 2 - 1 + s * s / 8)),
    "exp of a square": (exp(-x * x), lambda m, s: mpmath.exp(-m * m / (1 + 2 * s * s)) / mpmath.sqrt(1 + 2 * s * s)),
    "erf": (erf(x), lambda m, s: mpmath.erf(m / mpmath.sqrt(1 + 2 * s * s))),
    "step": (Heaviside(x), lambda m, s: Phi(m / s)),
    "absolute value": (Abs(x), lambda m, s: 2 * s * phi(m / s) + m * (2 * Phi(m / s) - 1)),
    "density": (Normal(1, 2)(x), lambda m, s: phi((m - 1) / mpmath.sqrt(4 + s * s)) / mpmath.sqrt(4 + s * s)),
    "weight": (Normal(1, Rational(1, 4))(x) / q, lambda m, s: mpf(1)),
    "weight times x": (x * Normal(1, Rational(1, 4))(x) / q, lambda m, s: mpf(1)),
    "quotients": ((q + p * 2) / (2 * p + q) * x**2, lambda m, s: m * m + s * s),
    "root of a density": (sqrt(p / q), lambda m, s: mpmath.sqrt(2 * s * 2 / (s * s + 4)) * mpmath.exp(-((m - 1) ** 2) / 4 / (s * s + 4))),
}


@pytest.mark.parametrize("name", CLOSED)
def test_means_with_a_closed_form(name):
    integrand, truth = CLOSED[name]
    rng = random.Random(name)
    slow = name in ("step", "absolute value")
    for _ in range(2 if slow else 6):
        m, s = some(rng), some(rng, 6, 19)
        values = {m1: m, s1: s, m2: 1, s2: 2}
        with precision(110):
            ball = Balls(values)(E(integrand, q, x)).real
        assert holds(ball, truth(number(m), number(s)), 26), (m, s)


def test_trapezoid_and_bisection_agree(monkeypatch):
    """Two ways that share no error bound but the tail's."""
    with precision(128):
        first = js(0, 1, Fraction(3, 2), Fraction(1, 2))
        monkeypatch.setattr(integrals.trapezoid, "gaussian_mean", lambda f, majorant: None)
        second = js(0, 1, Fraction(3, 2), Fraction(1, 2))
        assert first.overlaps(second) and abs(first - second) < 1e-33


def test_an_integral_of_terms_with_different_weights():
    with precision(110):
        ball = Balls({m1: 0, s1: 1, m2: 1, s2: 2})(Int(q * cos(x) + 3 * p * x, x)).real
    assert holds(ball, mpmath.exp(mpf(-1) / 2) + 3, 28)


@pytest.mark.parametrize("integrand", [exp(x**2), (p / q) ** 3, exp(exp(x))])
def test_what_may_diverge_is_refused(integrand):
    with precision(110), pytest.raises(Unevaluable, match="grow"):
        Balls({m1: 0, s1: 1, m2: 0, s2: 2})(E(integrand, q, x))


def test_a_parameter_that_is_no_number_is_refused():
    with pytest.raises(Unevaluable, match="no value"):
        Balls({m1: 0})(E(cos(x), q, x))


def test_more_digits_until_narrow():
    ball = enclose_to(lambda: js(0, 1, 1, 1), 80)
    assert ball.rad() < 1e-80
    with precision(300):
        assert ball.str(40).startswith("[0.11142148218473617971723681221756024425")


def test_a_ball_that_came_from_outside_is_not_called_narrow():
    with precision(40):
        third = Balls()(Rational(1, 3))
    with pytest.raises(Unevaluable, match="no 30 decimals with .* bits: the enclosure is"):
        enclose_to(lambda: Balls({m1: third})(m1), 30)


def test_the_reason_is_kept():
    with pytest.raises(Unevaluable, match="the symbol m1 has no value"):
        enclose_to(lambda: Balls()(log(m1)), 30)


@pytest.mark.parametrize("digits", [0, -3, 1000])
def test_impossible_digits(digits):
    with pytest.raises(ValueError, match="digits"):
        enclose_to(lambda: js(0, 1, 1, 1), digits, most_bits=1000)
