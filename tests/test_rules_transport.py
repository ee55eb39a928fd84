"""Couplings on the line: indicators, means of integrals, sizes of means, and the Wasserstein-1 distance that they give."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy
import pytest
from scipy.optimize import linprog
from scipy.stats import norm, wasserstein_distance
from sympy import Abs, Eq, Ge, Integer, Le, Rational, Symbol

import derivations
import verify
from derivations.adversarial import p_data, p_g
from derivations.attack import Attacker
from derivations.checker import Context, check_claim
from derivations.claimfile import Part
from derivations.derivation import start
from derivations.enclose import Balls, Tables, Unevaluable, precision, transport
from derivations.enclose.balls import Atom
from derivations.enclose.quantiles import in_normal_noise, with_distribution_functions
from derivations.gan.wasserstein_1d_cdf import (
    F, X, Y, apart, area, area_of_coupling, between, distance, has_law, in_order, noise, of_coupling, quantile, t, u, uniform, w, x_u, y, y_u,
)  # fmt: skip
from derivations.instance import concretise
from derivations.language import E, Indicator, Int, InverseMap, LowerIntegral, Normal, Probability, Wasserstein, integer, positive, real
from derivations.rules import fubini, half_line, least_over_couplings, length_between, mean_of_indicator, monotone_event, size_of_mean
from derivations.rules.rule import StepError
from verify.arguments import bind
from verify.case import Case
from verify.layers import enclosure, gradient

CLAIM = derivations.claim("wasserstein_1d_cdf")
a, b, v = real("a b v")
x_data = p_data.values[0]
F_data, F_g = F(p_data, t), F(p_g, t)


def accepts(rule, before, after, relation="=", claim=CLAIM):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


class TestLengthBetween:
    rule = length_between()

    def test_accepts(self):
        assert accepts(self.rule, Abs(a - b), Int(apart(a, b), t)) and accepts(self.rule, Int(apart(b, a), t), Abs(a - b))
        assert accepts(self.rule, Abs(X - Y), Int(Abs(Indicator(X, v) - Indicator(Y, v)), v))  # whatever the threshold is called
        assert accepts(self.rule, E(between(F_data, F_g), uniform, u), Abs(F_data - F_g))
        assert accepts(self.rule, E(between(Rational(1, 3), F_g), uniform, u), Abs(F_g - Rational(1, 3)))

    @pytest.mark.parametrize(
        "before, after",
        [
            (Abs(a - b), Int(apart(a, 2 * b), t)),
            (Abs(a - b), 2 * Int(apart(a, b), t)),
            (Abs(a - b), Int(apart(a, b) / 2, t)),
            (a - b, Int(apart(a, b), t)),
            (Abs(a + b), Int(apart(a, b), t)),
            (Abs(a - b), Int(Indicator(a, t) - Indicator(b, t), t)),  # that is b - a
            (Abs(a - b), Int(Abs(Indicator(a, t) + Indicator(b, t)), t)),  # infinite
            (Abs(a - b), Int(Abs(Indicator(a, t) - 2 * Indicator(b, t)), t)),
            (Abs(a - b), Int(Abs(Indicator(a, t) - Indicator(t, b)), t)),
            (Abs(a - b), Int(apart(a, b), v)),  # over something else
            (Abs(a - 2 * t), Int(apart(a, 2 * t), t)),  # a threshold that moves along
            (Abs(a - b), E(between(a, b), uniform, u)),  # which may lie beyond 0 or 1
            (Abs(F_data - 2), E(between(F_data, Integer(2)), uniform, u)),
            (Abs(F_data - F_g), E(between(F_data, F_g), Normal(0, 1)(u), u)),
            (Abs(F_data - F_g), E(between(F_data, F_g), 2 * uniform, u)),
            (Abs(F_data - F_g), E(Abs(Indicator(F_data, u) - Indicator(u, F_g)), uniform, u)),
            (Abs(F(p_data, u) - F_g), E(between(F(p_data, u), F_g), uniform, u)),
        ],
    )
    def test_refuses(self, before, after):
        assert not accepts(self.rule, before, after)

    @pytest.mark.parametrize("threshold", [positive("t"), integer("t"), Symbol("t", real=True, nonzero=True)])
    def test_a_threshold_that_does_not_run_through_the_line(self, threshold):
        assert not accepts(self.rule, Abs(a - b), Int(Abs(Indicator(a, threshold) - Indicator(b, threshold)), threshold))


def test_the_mean_of_an_indicator():
    rule = mean_of_indicator()
    assert accepts(rule, E(Indicator(X, t), noise, w), Probability(X, t, noise, w))
    for wrong in (Probability(t, X, noise, w), 1 - Probability(X, t, noise, w), Probability(X, t, uniform, u), 2 * Probability(X, t, noise, w)):
        assert not accepts(rule, E(Indicator(X, t), noise, w), wrong)
    assert not accepts(rule, E(X * Indicator(X, t), noise, w), X * Probability(X, t, noise, w))


class TestSizeOfMean:
    rule = size_of_mean()
    sizes, means = E(Abs(X), noise, w), Abs(E(X, noise, w))

    def test_accepts(self):
        assert accepts(self.rule, self.sizes, self.means, ">=") and accepts(self.rule, self.means, self.sizes, "<=")
        assert accepts(self.rule, 3 * self.sizes + a, 3 * self.means + a, ">=")
        assert accepts(self.rule, Int(E(apart(X, Y), noise, w), t), Int(Abs(E(Indicator(X, t) - Indicator(Y, t), noise, w)), t), ">=")

    def test_refuses(self):
        for relation in ("=", "<="):
            assert not accepts(self.rule, self.sizes, self.means, relation)
        for before, after in (
            (-self.sizes, -self.means),
            (a * self.sizes, a * self.means),  # a may be negative
            (self.sizes, 2 * self.means),
            (self.sizes, E(X, noise, w)),  # below it, but by another rule
            (1 / self.sizes, 1 / self.means),
            (E(Abs(X), 2 * noise, w), Abs(E(X, 2 * noise, w)) / 2),
            (E(Abs(X) ** 2, noise, w), self.means**2),
            (E(X, noise, w), self.means),
            (self.sizes - self.sizes, self.means - self.sizes),
        ):
            assert not accepts(self.rule, before, after, ">=")
        assert not accepts(self.rule, E(Abs(w), -noise, w), Abs(E(w, -noise, w)), ">=")  # no density: the mean may be negative


class TestMeansOfIntegrals:
    rule = fubini()
    inner = Int(apart(X, Y), t)

    def test_accepts(self):
        assert accepts(self.rule, E(self.inner, noise, w), Int(E(apart(X, Y), noise, w), t))
        assert accepts(self.rule, E(X * self.inner, noise, w), Int(E(X * apart(X, Y), noise, w), t))

    def test_refuses(self):
        assert not accepts(self.rule, E(self.inner, noise, w), Int(E(apart(X, Y), uniform, u), t))
        assert not accepts(self.rule, E(self.inner, Normal(t, 1)(w), w), Int(E(apart(X, Y), Normal(t, 1)(w), w), t))  # its t is another
        assert not accepts(self.rule, E(t * self.inner, noise, w), Int(E(t * apart(X, Y), noise, w), t))
        assert not accepts(self.rule, E(self.inner**2, noise, w), Int(E(apart(X, Y), noise, w), t) ** 2)
        assert not accepts(self.rule, E(self.inner, noise, w), Int(E(apart(X, Y), noise, w), t), claim=replace(CLAIM, conditions=()))


class TestEventsInMeans:
    rule = monotone_event()

    def test_accepts(self):
        assert accepts(self.rule, E(apart(x_u, y_u), uniform, u), E(between(F_data, F_g), uniform, u))
        line = 2 - 3 * w
        assert accepts(self.rule, E(Indicator(line, t), noise, w), E(Indicator(InverseMap(line, t, w), w), noise, w))
        assert not accepts(self.rule, E(Indicator(line, t), noise, w), E(Indicator(w, InverseMap(line, t, w)), noise, w))

    def test_refuses(self):
        law = Normal(0, 1)(u)  # there u may lie outside (0, 1), where there is no quantile
        assert not accepts(self.rule, E(apart(x_u, y_u), law, u), E(between(F_data, F_g), law, u))
        assert not accepts(self.rule, E(apart(x_u, y_u), uniform, u), E(between(F_g, F_g), uniform, u))
        assert not accepts(self.rule, E(Indicator(x_u, t), uniform, u), E(Indicator(F_data, u), uniform, u))  # turned round
        assert not accepts(self.rule, Indicator(x_u, t), Indicator(u, F_data))  # u may be anything
        assert not accepts(self.rule, E(Int(apart(x_u, y_u), u), uniform, u), E(Int(between(F_data, F_g), u), uniform, u))  # another u
        assert not accepts(self.rule, E(apart(x_u, y_u), uniform, u), E(between(F_data, F_g), uniform, u), claim=replace(CLAIM, conditions=()))


def test_each_condition_is_needed():
    assert check_claim(CLAIM, attack=False).ok
    for condition in CLAIM.conditions:
        bare = replace(CLAIM, conditions=tuple(c for c in CLAIM.conditions if c != condition))
        assert not check_claim(bare, attack=False).ok, condition


@pytest.mark.parametrize("wrong", [lambda e: -e, lambda e: 2 * e, lambda e: e / 2, lambda e: e + 1])
def test_corrupted_steps_are_refused(wrong):
    for part in CLAIM.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            assert not accepts(step.rule, before, wrong(step.result), step.relation), step.rule.name
            before = step.result


class TestLeastOverCouplings:
    order = (x_u, y_u, uniform, u)
    laws = (has_law(p_data), has_law(p_g))
    bound, cost = CLAIM.parts[1], CLAIM.parts[2]

    def holds(self, *, before=distance, after=area, order=order, laws=laws, bound=bound, cost=cost, at=(0, 1)):
        """Is it accepted, with its two derivations, from a claim with these two parts?"""
        claim = replace(CLAIM, parts=(bound, cost))
        rule = least_over_couplings(order, laws, *at)
        part = Part(Eq(before, after, evaluate=False), start(before).by(rule, after))
        return check_claim(replace(claim, parts=(bound, cost, part)), attack=False).parts[2].ok

    def test_accepts(self):
        assert self.holds()
        assert self.holds(order=(y_u, x_u, uniform, u), before=Wasserstein(p_g, p_data, x_data), laws=self.laws[::-1])

    def test_the_parts_must_say_so(self):
        def of(part, statement):
            return replace(part, statement=statement)

        smaller = Ge(of_coupling, area_of_coupling / 2, evaluate=False)
        fixed = Ge(of_coupling.xreplace({Y: w}), area_of_coupling.xreplace({Y: w}), evaluate=False)  # of some couplings only
        about_r = Ge(of_coupling, area_of_coupling * E(1, noise, w), evaluate=False)
        for statement in (smaller, fixed, about_r, Le(*self.bound.statement.args, evaluate=False), Eq(*self.bound.statement.args, evaluate=False)):
            assert not self.holds(bound=of(self.bound, statement))
        for statement in (Eq(in_order, area / 2, evaluate=False), Ge(in_order, area, evaluate=False), Eq(in_order / 2, area, evaluate=False)):
            assert not self.holds(cost=of(self.cost, statement))
        assert not self.holds(at=(1, 0)) and not self.holds(at=(0, 3)) and not self.holds(at=(-1, 1))
        assert not self.holds(at=(2, 1)) and not self.holds(at=(0, 2))  # the part itself

    def test_the_coupling_must_have_the_two_laws(self):
        assert not self.holds(laws=self.laws[::-1])
        assert not self.holds(laws=(self.laws[0], self.laws[0])) and not self.holds(laws=self.laws[:1])
        assert not self.holds(before=Wasserstein(p_data, p_data, x_data))
        assert not self.holds(before=Wasserstein(p_data, 2 * p_g, x_data))
        assert not self.holds(order=(x_u, y_u, Normal(0, 1)(u), u)) and not self.holds(order=(x_u, x_u, uniform, u))

    def test_the_result(self):
        for after in (area / 2, 2 * area, Int(F_data - F_g, t), in_order, area + 1, area_of_coupling):
            assert not self.holds(after=after)

    def test_what_is_put_in_is_not_captured(self):
        """A law with a parameter t, put under an integral over t, would become another law at every t."""
        for parameter, threshold, right in ((v, t, True), (v, b, True), (t, b, False), (t, t, False), (b, b, False), (v, positive("b"), False)):
            law = Normal(parameter, 1)(x_data)
            value = Int(Abs(F(law, t) - F_g), t)
            cost = replace(self.cost, statement=Eq(E(Abs(quantile(law) - y_u), uniform, u), value, evaluate=False))
            made = {"before": Wasserstein(law, p_g, x_data), "after": value, "order": (quantile(law), y_u, uniform, u), "cost": cost}
            assert self.holds(laws=tuple(lies_below(one, threshold) for one in (law, p_g)), **made) is right, (parameter, threshold)


def lies_below(law, threshold):
    """P(F^-1(u) <= threshold), by the same two steps as in the claim."""
    below = Probability(quantile(law), threshold, uniform, u)
    return start(below).by(monotone_event, Probability(u, F(law, threshold), uniform, u)).by(half_line, F(law, threshold))


FALSE = {
    "half the distance": Eq(distance, area / 2, evaluate=False),
    "the distance without the size": Eq(distance, Int(F_data - F_g, t), evaluate=False),
    "without the size": Eq(in_order, Int(F_data - F_g, t), evaluate=False),
    "squared": Eq(in_order, Int((F_data - F_g) ** 2, t), evaluate=False),
    "half of it": Eq(in_order, area / 2, evaluate=False),
    "squared distance": Eq(E((x_u - y_u) ** 2, uniform, u), area, evaluate=False),
    "couplings cost at most that": Le(of_coupling, area_of_coupling, evaluate=False),
    "couplings cost just that": Eq(of_coupling, area_of_coupling, evaluate=False),
    "couplings cost twice that": Ge(of_coupling, 2 * area_of_coupling, evaluate=False),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_is_refused_by_rules_and_refuted_by_numbers(name):
    statement = FALSE[name]
    of = CLAIM.parts[1 if statement.has(X) else 2].derivation
    last = of.steps[-1]
    for derivation in (of, replace(of, first=statement.lhs, steps=(*of.steps[:-1], replace(last, result=statement.rhs)))):
        assert not check_claim(replace(CLAIM, parts=(Part(statement, derivation),)), attack=False).ok
    false = replace(CLAIM, parts=(Part(statement, of),))
    found = enclosure.run(Case(false, bind(false, {})))
    assert found.status == ("undecided" if name == "squared" else "refuted"), found.summary  # a square of that kind is not enclosed


@pytest.mark.parametrize(
    "before, relation, after",
    [
        (in_order, "=", 2 * area),
        (E(Int(apart(x_u, y_u), t), uniform, u), "=", Int(E(Indicator(u, F_data) - Indicator(u, F_g), uniform, u), t)),
        (Int(E(between(F_data, F_g), uniform, u), t), "=", Int(Abs(F_data**2 - F_g), t)),
        (area, "=", Int((F_data - F_g) ** 2, t)),
        (of_coupling, "<=", area_of_coupling),
        (Int(E(apart(X, Y), noise, w), t), "=", Int(Abs(E(Indicator(X, t) - Indicator(Y, t), noise, w)), t)),
    ],
)
def test_false_steps_are_refuted_by_random_tables(before, relation, after):
    reports = [Attacker(CLAIM, seed).step(before, relation, after) for seed in range(4)]  # in some tables x and y move alike
    assert any(r.agreed is False and "tables" in r.kind for r in reports), reports


def tables_of(seed):
    """Random tables of the two laws, and the points and weights of each."""
    rng = Random(seed)
    points = [Fraction(k, 4) for k in rng.sample(range(-8, 9), 4)]
    tables = Tables({x_data: points}, {"p_data": ("x",), "p_g": ("x",)}, rng)
    weights = [[float(here(law).real) for here in tables.points(x_data)] for law in (p_data, p_g)]
    return tables, [float(p) for p in points], weights


@pytest.mark.parametrize("seed", range(4))
def test_discrete_laws_against_scipy_and_a_linear_program(seed):
    """SciPy's own distance of weighted points, and the least cost over all joint tables with these marginals."""
    with precision(96):
        tables, points, (p, q) = tables_of(seed)
        found = [float(tables(side).real) for side in (in_order, area)]
    n, cost = len(points), numpy.abs(numpy.subtract.outer(points, points)).ravel()
    rows, columns = numpy.kron(numpy.eye(n), numpy.ones(n)), numpy.kron(numpy.ones(n), numpy.eye(n))
    least = linprog(cost, A_eq=numpy.vstack([rows, columns]), b_eq=[*p, *q]).fun
    assert numpy.allclose(found, wasserstein_distance(points, points, p, q), rtol=1e-12)
    assert numpy.allclose(found, least, rtol=1e-9)


def test_tables_say_nothing_where_they_cannot():
    with precision(96):
        tables, points, _ = tables_of(0)
        for expr in (Int(F_data, t), Int(Abs(F_data + F_g), t), Int(Abs(t * Indicator(t, a)), t), LowerIntegral(p_data, a, x_data)):
            with pytest.raises(Unevaluable):
                tables.with_values({a: tables(Integer(1))})(expr)
        for level in (Integer(0), Integer(1), Integer(2)):  # no quantile there
            with pytest.raises(Unevaluable):
                tables.with_values({u: tables(level)})(quantile(p_data))
        assert float(tables.with_values({t: Atom(0, tables(Integer(100)))})(F_data).real) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ((3, 2), (-1, 2), 4.0),
        ((1, 3), (1, 1), 2 * (2 / numpy.pi) ** 0.5),
        ((1, Fraction(1, 3)), (0, Fraction(1, 3)), 1.0),  # spreads that no ball tells apart, and do not cross
        ((Fraction(1, 3), Fraction(7, 5)), (Fraction(1, 3), Fraction(7, 5)), 0.0),  # laws that no ball tells apart
    ],
)
def test_shifts_and_spreads_by_hand(first, second, value):
    """|mu1 - mu2| for equal spreads, sqrt(2 / pi) |sigma1 - sigma2| for equal means, nothing between equal laws."""
    laws = {law: Normal(*map(Rational, numbers))(law.values[0]) for law, numbers in ((p_data, first), (p_g, second))}
    with precision(128):
        for expr in (distance, in_order, area):
            found = Balls({})(concretise(expr, laws)).real
            assert abs(float(found.mid()) - value) < 1e-15 and float(found.rad()) < 1e-25


def test_the_distance_lies_between_critics_and_couplings(monkeypatch):
    """With a worse critic the bounds are wide, and hold the value still: that of the best is not what is computed."""
    laws = {p_data: Normal(1, 1)(x_data), p_g: Normal(0, 2)(x_data)}
    with precision(128):
        found = Balls({})(concretise(distance, laws)).real
        monkeypatch.setattr(transport, "_crossing", lambda *_: None)
        wide = Balls({})(concretise(distance, laws)).real
        assert float(found.rad()) < 1e-30 and 0.08 < float(wide.rad()) < 0.1 and wide.contains(found)
        monkeypatch.undo()
        with pytest.raises(Unevaluable):
            Balls({})(Wasserstein(uniform.func(x_data), Normal(0, 1)(x_data), x_data))


class TestNormalNoise:
    law = Normal(Rational(1, 2), 2)(x_data)
    q = quantile(law)

    def test_quantiles_become_affine(self):
        mean = in_normal_noise(E((3 * self.q - quantile(Normal(1, 1)(x_data))) ** 2, uniform, u))
        assert mean.density == Normal(0, 1)(mean.bound) and not mean.has(InverseMap)
        with precision(96):
            assert float(Balls({})(E(self.q**2, uniform, u)).real) == pytest.approx(0.25 + 4, rel=1e-15)  # mean^2 + variance

    def test_other_noise_stays_as_it_is(self):
        moving = quantile(Normal(u, 1)(x_data))
        for mean in (E(u * self.q, uniform, u), E(self.q, Normal(0, 1)(u), u), E(moving, uniform, u), E(InverseMap(y**3, u, y), uniform, u)):
            assert in_normal_noise(mean) == mean

    @pytest.mark.parametrize(("image", "below"), [(3 - 2 * w, norm(3, 2).cdf(1)), (3 + 2 * w, norm(3, 2).cdf(1)), (w**2, None), (t * w, None)])
    def test_events_of_affine_images(self, image, below):
        written = with_distribution_functions(Probability(image, t, Normal(0, 1)(w), w), t)
        assert isinstance(written, Probability) is (below is None)
        if below is not None:
            assert float(Balls({t: 1})(written).real) == pytest.approx(below, rel=1e-14)


def test_a_general_pair_against_scipy():
    """SciPy's distance between 40,001 quantiles of each law, of equal weights; what the tails lack is below 1e-4."""
    levels = (numpy.arange(40_001) + 0.5) / 40_001
    expected = wasserstein_distance(norm(0.3, 1.7).ppf(levels), norm(-0.2, 0.9).ppf(levels))
    found = verify.wasserstein_1d_cdf(p=norm(0.3, 1.7), q=norm(-0.2, 0.9), layers="enclosure")
    assert found and found.value == pytest.approx(expected, abs=1e-4)


def gradients(statement, p, q):
    claim = replace(CLAIM, parts=(replace(CLAIM.parts[2], statement=statement),))
    return gradient.run(Case(claim, bind(claim, {"p": p, "q": q}))).status


def test_equal_laws_have_no_distance_and_no_gradient_of_it():
    """The distance has a corner there, as |m| at 0: the slopes to either side are compared. Elsewhere a wrong gradient is refuted."""
    same = norm(0.3, 1.1)
    assert gradients(CLAIM.parts[2].statement, same, same) == "supported"
    twice = Eq(in_order, 2 * area, evaluate=False)  # its value is right there
    assert gradients(twice, same, same) == "refuted"


def test_only_different_slopes_make_a_corner():
    def same_corner(f, g):
        return gradient._same_corner(lambda m: (f(m),), lambda m: (g(m),), [numpy.asarray(0.0)], 0)

    assert same_corner(abs, abs) and same_corner(lambda m: 5 * m + abs(m), lambda m: max(6 * m, 4 * m))
    assert not same_corner(abs, lambda m: 1.01 * abs(m)) and not same_corner(abs, lambda m: abs(m) + 0.01 * m)
    for smooth in (lambda m: m, lambda m: m * m, lambda m: 100 * m * m + 3 * m, numpy.sin, lambda m: abs(m) ** 3):
        assert not same_corner(smooth, smooth) and not same_corner(smooth, abs)
