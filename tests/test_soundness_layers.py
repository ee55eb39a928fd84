"""The layers say "agrees" only of numbers that they have: not of infinities, wide balls, or points rounded too early."""

import math
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import acb, arb
from sympy import Eq, Ge, Le, log

import derivations
import verify
from derivations.attack import Attacker, _judge
from derivations.enclose import Unevaluable, precision
from derivations.enclose.points import random_point
from derivations.language import real
from verify.arguments import bind
from verify.case import Case
from verify.layers import derivation, enclosure, gradient

x, y = real("x y")
WIDE, NAN, INF = acb(arb(1, 5)), acb("nan"), acb("inf")


@pytest.mark.parametrize("relation, statement", [("=", Eq), ("<=", Le), (">=", Ge)])
def test_nothing_is_said_of_what_is_wide_or_not_finite(relation, statement):
    said = statement(x, y, evaluate=False)
    for left, right in ((WIDE, acb(1)), (acb(1), WIDE), (WIDE, WIDE), (NAN, NAN), (INF, INF), (NAN, acb(1)), (acb(1), INF)):
        assert _judge(left, relation, right)[0] is None
        assert enclosure.compare(said, left, right)[0] is None


def test_an_inequality_of_numbers_that_are_not_real_is_false():
    for relation, statement in (("<=", Le), (">=", Ge)):
        assert _judge(acb(1, 1), relation, acb(1, 1) * 2)[0] is False
        assert enclosure.compare(statement(x, y, evaluate=False), acb(2, 1), acb(2))[0] is False
        assert _judge(acb(2), relation, acb(2))[0] is True


def test_tiny_numbers_that_differ_are_different():
    tiny = acb(2) ** -300
    assert _judge(tiny, "=", 2 * tiny)[0] is False
    assert enclosure.compare(Eq(x, y, evaluate=False), tiny, 2 * tiny)[0] is False


def test_an_evaluator_that_breaks_has_not_agreed(monkeypatch):
    claim = derivations.claim("kl_gaussian")
    attacker = Attacker(claim)

    def broken(rng, *sides):
        raise TypeError("no such thing")

    monkeypatch.setattr(attacker, "_point", broken)
    report = attacker.step(claim.statement.lhs, "=", claim.statement.rhs)
    assert report.agreed is None and "TypeError" in report.reason


@pytest.mark.parametrize("name", ["kl_gaussian_multivariate", "kl_gaussian", "kl_nonnegative", "ddpm_forward_marginal"])
def test_points_are_exact_whatever_the_precision_they_are_drawn_at(name):
    claim = derivations.claim(name)
    with precision(20):
        point = random_point(claim, random.Random(1))
    with precision(400):
        value = point.evaluate(claim.parts[0].statement.rhs if name != "kl_nonnegative" else claim.parts[0].statement.lhs)
        assert value.real.rad() < arb(10) ** -25


@pytest.mark.parametrize("name", ["kl_gaussian", "kl_gaussian_multivariate", "ddpm_forward_marginal", "ddpm_posterior", "gradient_variance"])
def test_the_edges_of_the_domain_are_looked_at(name):
    claim = derivations.claim(name)
    case = Case(claim, bind(claim, {}))
    assert len(case.edges) == 3
    evidence = enclosure.run(case)
    assert evidence.status == "enclosed" and evidence.details["edges"] == 3
    assert evidence.details["points"] == len(case.points) + 3


def test_a_formula_that_is_wrong_at_the_edges_only_is_refuted_there():
    claim = derivations.claim("kl_gaussian")
    left, right = claim.statement.args
    s1 = claim.parameters[1].symbol
    far = log(1 + s1**4 / 10**40)  # below 1e-36 at ordinary points, where 128 bits of agreement to 25 digits see nothing
    wrong = replace(claim, parts=(replace(claim.parts[0], statement=Eq(left, right + far, evaluate=False)),))
    found = []
    for seed in range(6):
        case = Case(wrong, bind(wrong, {}), seed)
        found += [enclosure._at(point, wrong.statement)[0] for point in case.edges]
    assert False in found


def test_scales_far_apart_and_almost_equal_values_are_among_the_edges():
    claim = derivations.claim("kl_gaussian")
    mean, spread = claim.parameters[0].domain.edges, claim.parameters[1].domain.edges
    assert Fraction(1, 10**12) in mean and Fraction(0) in mean
    assert max(spread) / min(spread) >= 10**24
    t = {p.name: p for p in derivations.claim("ddpm_forward_marginal").parameters}["t"]
    assert 1 in t.domain.edges


def test_an_undecided_enclosure_is_refined_before_it_is_given_up():
    """KL at nearly equal laws, where 128 bits leave no digits of the difference of the logarithms."""
    verdict = verify.kl_gaussian(mu1=1e15, sigma1=1e-12, mu2=1e15 + 1, sigma2=1e-12, layers="enclosure")
    assert verdict.status == "enclosed"


def test_gradients_that_are_not_finite_refute_nothing_and_support_nothing(monkeypatch):
    verdict = verify.kl_gaussian(mu1=0, sigma1=1e-60, mu2=0, sigma2=1, layers="gradient")  # 0 in float32
    assert verdict.status == "undecided"
    assert "not finite" in verdict.evidence[0].summary


def test_a_value_that_is_not_finite_is_not_forgotten(monkeypatch):
    """The value is NaN, the derivatives agree: that is no agreement."""
    errors = iter([float("nan")] + [0.0] * 20)
    monkeypatch.setattr(gradient, "_relative", lambda a, b: next(errors))
    claim = derivations.claim("kl_gaussian")
    point = random_point(claim, random.Random(0))
    assert math.isnan(gradient._compare(claim, claim.statement, point, gradient._compiled)[0])


def test_the_right_side_of_a_mean_test_must_be_a_number():
    from verify.sampled_tests import _number

    assert _number(acb(2)) == 2.0
    for ball in (WIDE, NAN, INF, acb(1, 1)):
        with pytest.raises(Unevaluable):
            _number(ball)


def test_a_replay_is_kept_only_where_that_is_asked_for_and_for_that_claim_and_seed(monkeypatch):
    claim, asked = derivations.claim("kl_gaussian"), []
    check = derivation.check_claim
    monkeypatch.setattr(derivation, "check_claim", lambda claim, seed: asked.append(seed) or check(claim, seed=seed))
    shorter = replace(claim.parts[0], derivation=replace(claim.derivation, steps=claim.derivation.steps[:-1]))
    wrong = replace(claim, parts=(shorter,))
    with derivation.replays_kept():
        assert derivation.replayed(claim) is derivation.replayed(claim) and len(asked) == 1
        assert derivation.replayed(claim).ok and not derivation.replayed(wrong).ok
        assert verify.kl_gaussian(layers="derivation").status == "proved" and asked == [0, 0]
        derivation.replayed(claim, seed=1)
        assert asked == [0, 0, 1]
    derivation.replayed(claim)
    derivation.replayed(claim)
    assert asked == [0, 0, 1, 0, 0]
