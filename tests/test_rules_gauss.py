"""Rules on independent coordinates and matrices: what they accept, and what they refuse."""

from dataclasses import replace

import pytest
from flint import acb, acb_mat
from sympy import Identity, Integer, Inverse, MatrixSymbol, Product, Rational, Sum, Trace, Transpose, log

import derivations
from derivations.checker import Context, check_claim
from derivations.coordinates import d, i, independent, log_var, mu, z
from derivations.enclose import Balls, Unevaluable
from derivations.enclose.multivariate import cholesky
from derivations.language import KL, CovarianceSymbol, Det, E, MultivariateNormal, Normal, QuadraticForm, integer, real
from derivations.rules import (
    algebra, definition, earlier_claim, independence, linearity, log_density, matrix_algebra, multivariate_moments,
)  # fmt: skip
from derivations.rules.rule import StepError

CLAIMS = ("kl_gaussian_standard_normal", "gaussian_log_likelihood", "kl_gaussian_multivariate")
CONTEXT = Context(derivations.claim("kl_gaussian_standard_normal"))
x, y = real("x y")
law = Normal(mu[i], 2)
q = independent(law(z[i]))


def accepts(rule, before, after, relation="="):
    try:
        return bool(rule.replay(before, relation, after, CONTEXT))
    except StepError:
        return False


def total(term, low=1, high=d):
    return Sum(term, (i, low, high))


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_proved_and_every_step_attacked(name):
    replay = derivations.check(name)
    assert replay.ok, replay.failure
    assert all(s.attack.agreed for s in replay.steps)


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("corrupt", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
def test_a_corrupted_step_is_refused(name, corrupt):
    claim = derivations.claim(name)
    before = claim.derivation.first
    for step in claim.derivation.steps:
        with pytest.raises(StepError):
            step.rule.replay(before, step.relation, corrupt(step.result), Context(claim))
        before = step.result


def test_a_missing_step_is_refused():
    claim = derivations.claim("kl_gaussian_standard_normal")
    for k in range(len(claim.derivation.steps)):
        steps = claim.derivation.steps[:k] + claim.derivation.steps[k + 1 :]
        part = replace(claim.parts[0], derivation=replace(claim.derivation, steps=steps))
        assert not check_claim(replace(claim, parts=(part,)), attack=False).ok, k


def test_museum_departs_from_the_truth_only_at_the_end():
    replay = derivations.check("sheet_kl_sign")
    assert not replay.ok and "not at the right side" in replay.failure
    assert all(s.ok for s in replay.steps)
    assert derivations.claim("sheet_kl_sign").truth == "kl_gaussian_standard_normal"


class TestIndependence:
    before = E(total(z[i] ** 2 * mu[i]), q, z)

    def test_accepts_one_function_of_each_coordinate(self):
        assert accepts(independence(), self.before, total(E(x**2 * mu[i], law(x), x)))
        assert accepts(independence(), E(3 * total(z[i]) - total(log(law(z[i]))), q, z), 3 * total(E(x, law(x), x)) - total(E(log(law(x)), law(x), x)))

    @pytest.mark.parametrize(
        "after",
        [
            -total(E(x**2 * mu[i], law(x), x)),
            d * total(E(x**2 * mu[i], law(x), x)),
            total(E(x**2 * mu[i], law(x), x), low=2),
            total(E(x**2 * mu[i], law(x), x), high=d + 1),
            total(E(x**2, law(x), x)),
            total(E(x**2 * mu[i], Normal(mu[i], 1)(x), x)),
            total(E(x**2 * mu[i], Normal(mu[1], 2)(x), x)),
            total(E(x**2 * mu[1], law(x), x)),
        ],
    )
    def test_refuses_another_sum(self, after):
        assert not accepts(independence(), self.before, after)

    def test_refuses_functions_of_several_coordinates(self):
        assert not accepts(independence(), E(total(z[i] * z[1]), q, z), total(E(x**2, law(x), x)))
        assert not accepts(independence(), E(total(z[i]) ** 2, q, z), total(E(x, law(x), x)) ** 2)
        assert not accepts(independence(), E(total(z[i] * z[i + 1]), q, z), total(E(x * z[i + 1], law(x), x)))

    def test_refuses_coordinates_that_are_not_independent(self):
        chain = Product(Normal(z[1], 2)(z[i]), (i, 1, d))
        assert not accepts(independence(), E(total(z[i]), chain, z), total(E(x, Normal(z[1], 2)(x), x)))

    def test_is_no_other_rule(self):
        after = total(E(x**2 * mu[i], law(x), x))
        for rule in (linearity(), algebra(), log_density(), definition(KL), multivariate_moments()):
            assert not accepts(rule, self.before, after), rule.name
        assert not accepts(independence(), self.before, self.before + 0 * x)


def test_an_earlier_claim_under_a_sum_is_used_at_its_own_values():
    from derivations.vae.kl_gaussian import mu1, mu2, sigma1, sigma2

    values = {mu1: mu[i], sigma1: 3, mu2: 0, sigma2: 1}
    before = total(KL(Normal(mu[i], 3)(x), Normal(0, 1)(x), x))
    right = mu[i] ** 2 / 2 + 4 + log(Rational(1, 3))
    assert accepts(earlier_claim("kl_gaussian", values), before, total(right))
    assert not accepts(earlier_claim("kl_gaussian", values | {sigma1: 2}), before, total(right))
    assert not accepts(earlier_claim("kl_gaussian", values), before, total(right + log_var[i]))


n = integer("n")
v, w, m = (MatrixSymbol(name, n, 1) for name in "vwm")
A, B = (MatrixSymbol(name, n, n) for name in "AB")
S = CovarianceSymbol("S", n, n)


class TestMatrixAlgebra:
    @pytest.mark.parametrize(
        "before, after",
        [
            (Trace(A * B), Trace(B * A)),
            (Trace(A * Inverse(A)), n),
            (Trace(A * B * Inverse(A)), Trace(B)),
            (Trace(A), Trace(Transpose(A))),
            (QuadraticForm(v, A), Trace(A * v * Transpose(v))),
            (QuadraticForm(v - w, S), QuadraticForm(w - v, S)),
            (QuadraticForm(v - w, S), QuadraticForm(v, S) + QuadraticForm(w, S) - 2 * Trace(Transpose(w) * S * v)),
            (Trace(2 * A + B), 2 * Trace(A) + Trace(B)),
        ],
    )
    def test_accepts(self, before, after):
        assert accepts(matrix_algebra(), before, after)
        assert accepts(matrix_algebra(), after, before)

    @pytest.mark.parametrize(
        "before, after",
        [
            (Trace(A * B), Trace(A) * Trace(B)),
            (Trace(A * Inverse(A)), Integer(1)),
            (Trace(A * A), n),
            (Trace(Inverse(A) * B), Trace(A * B)),
            (Trace(A * B), Trace(A * Transpose(B))),
            (Trace(A * B * S), Trace(B * A * S)),
            (QuadraticForm(v, A), Trace(v * Transpose(v))),
            (QuadraticForm(v - w, S), QuadraticForm(w + v, S)),
            (QuadraticForm(v - w, A), QuadraticForm(v, A) + QuadraticForm(w, A) - 2 * Trace(Transpose(w) * A * v)),
            (QuadraticForm(v - w, S), QuadraticForm(v, S) + QuadraticForm(w, S)),
            (Trace(2 * A), 4 * Trace(A)),
            (Trace(A + Identity(n)), Trace(A) + 1),
            (log(Det(A * B)), Trace(A * B)),
        ],
    )
    def test_refuses(self, before, after):
        assert not accepts(matrix_algebra(), before, after)

    def test_a_determinant_is_positive_only_where_the_matrix_is(self):
        T = CovarianceSymbol("T", n, n)
        assert accepts(algebra(), log(Det(S) / Det(T)), log(Det(S)) - log(Det(T)))
        assert not accepts(algebra(), log(Det(A) / Det(B)), log(Det(A)) - log(Det(B)))


class TestMultivariateMoments:
    density = MultivariateNormal(m, S)(v)
    before = E(QuadraticForm(v - w, A), density, v)
    after = Trace(A * S) + QuadraticForm(m - w, A)

    def test_accepts_the_mean_of_a_quadratic_form(self):
        assert accepts(multivariate_moments(), self.before, self.after)
        assert accepts(multivariate_moments(), E(Trace(Transpose(w) * v), self.density, v), Trace(Transpose(w) * m))

    @pytest.mark.parametrize(
        "after",
        [
            -after,
            2 * after,
            Trace(A * S),
            QuadraticForm(m - w, A),
            Trace(A * S) - QuadraticForm(m - w, A),
            Trace(A * S) + QuadraticForm(m + w, A),
            Trace(Inverse(A) * S) + QuadraticForm(m - w, A),
            Trace(A) + QuadraticForm(m - w, A),
            Trace(A * S) + QuadraticForm(m - w, S),
        ],
    )
    def test_refuses_another_mean(self, after):
        assert not accepts(multivariate_moments(), self.before, after)

    def test_leaves_alone_what_is_not_quadratic(self):
        form = QuadraticForm(v - m, A)
        for f in (form**2, log(1 + form), form * Trace(Transpose(w) * v), Trace(Trace(Transpose(v) * v) * A * v * Transpose(w))):
            assert multivariate_moments().normal(E(f, self.density, v), CONTEXT).has(E), f

    def test_needs_the_law_of_that_variable(self):
        elsewhere = E(QuadraticForm(v, A), MultivariateNormal(m, S)(w), v)
        assert multivariate_moments().normal(elsewhere, CONTEXT).has(E)
        tied = E(QuadraticForm(v, A), MultivariateNormal(v, S)(v), v)
        assert multivariate_moments().normal(tied, CONTEXT).has(E)


def test_cubature_through_a_cholesky_factor():
    sigma = acb_mat(2, 2, [2, 1, 1, 3])
    values = {n: 2, m: acb_mat(2, 1, [1, -1]), S: sigma, A: acb_mat(2, 2, [1, 5, 0, 2])}
    mean = Balls(values)(E(QuadraticForm(v, A), MultivariateNormal(m, S)(v), v))
    assert mean.contains(acb(2 + 5 + 6 + 1 - 5 + 2)) and float(mean.real.rad()) < 1e-12
    lower = cholesky(sigma)
    assert (lower * lower.transpose() - sigma).contains(acb_mat(2, 2))
    with pytest.raises(Unevaluable, match="positive definite"):
        cholesky(acb_mat(2, 2, [1, 2, 2, 1]))
