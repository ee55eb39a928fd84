"""The museum: every false statement is refuted by every layer that is asked, with a counterexample and a diagnosis."""

import math
import random

import mpmath
import numpy
import pytest
from flint import arb
from sympy import Abs, EulerGamma, IndexedBase, Integer, Max, Sum, erf, exp, log, pi, sign, sqrt

import derivations
import verify
from derivations.checker import Context, check_part
from derivations.coordinates import d, i, independent
from derivations.derivation import Derivation, Step
from derivations.enclose import Balls, one_sided, precision
from derivations.language import E, Exponential, Gumbel, Laplace, Normal, Var, positive, real
from derivations.rules import absolute_value, change_of_variable, exponential_moments, half_line_moments, independence
from derivations.rules.rule import StepError

MUSEUM = [n for n in derivations.claims() if not derivations.claim(n).holds]
TRUTHS = (
    "kl_gumbel_normal", "kl_normal_laplace", "maximum_likelihood_kl", "vae_loss_reductions", "xavier_initialization",
    "he_initialization", "wasserstein_critic_of_a_shift", "linear_autoencoder_scaling", "linear_autoencoder_bias",
    "clipped_noise_mean", "mean_squared_error_gradient",
)

x, u, m, mu, x1 = real("x u m mu x1")
t, beta, sigma, c = positive("t beta sigma c")


@pytest.mark.parametrize("name", MUSEUM)
def test_every_entry_is_refuted_with_counterexample_and_diagnosis(name):
    layers = [layer for layer in getattr(verify, name).layers() if layer in ("derivation", "enclosure")]
    verdict = getattr(verify, name)(layers=layers)
    assert verdict.as_expected and [e.status for e in verdict.evidence] == ["refuted"] * len(layers)
    assert verdict.counterexample["left"] != verdict.counterexample["right"]
    assert verdict.diagnosis.endswith(".") and "No simple slip" not in verdict.diagnosis
    claim = derivations.claim(name)
    assert derivations.claim(claim.truth).holds and claim.sources


@pytest.mark.parametrize("name", MUSEUM)
def test_every_entry_departs_from_the_truth_only_at_the_end(name):
    replay = derivations.check(name)
    assert not replay.ok and all(s.ok for s in replay.steps)


@pytest.mark.parametrize("name", ["gumbel_normal_kl_2018", "normal_laplace_kl_2018", "xavier_is_he"])
def test_sampling_and_gradients_refute_too(name):
    verdict = getattr(verify, name)(layers=("monte_carlo", "gradient"))
    assert [e.status for e in verdict.evidence] == ["refuted", "refuted"]


@pytest.mark.parametrize(
    "name, words",
    [
        ("sheet_kl_sign", "opposite sign"),
        ("gumbel_normal_kl_2018", "The term pi*beta/(12*sigma) is wrong; it is pi^2*beta^2/(12*sigma^2)."),
        ("normal_laplace_kl_2018", "right only when mu1 = mu2"),
        ("xavier_is_he", "1/2 times the right one"),
        ("pca_without_biases", "The term m^2 is missing"),
        ("linear_autoencoder_weights_are_components", "is too much"),
    ],
)
def test_the_machine_says_how_it_differs(name, words):
    assert words in getattr(verify, name)(layers="enclosure").diagnosis


@pytest.mark.parametrize("name", TRUTHS)
def test_the_truths_are_proved_and_no_corrupted_step_passes(name):
    claim = derivations.claim(name)
    assert derivations.check(name).ok
    for part in claim.parts:
        for k, step in enumerate(part.derivation.steps):
            for wrong in (step.result + 1, 2 * step.result + Integer(1) / 3, -step.result):
                if step.relation != "=" or wrong == step.result:
                    continue
                steps = list(part.derivation.steps)
                steps[k] = Step(step.relation, step.rule, wrong)
                broken = Derivation(part.derivation.first, tuple(steps))
                assert not check_part("", part.statement, broken, Context(claim)).ok


# --- against numbers from outside


def gumbel_normal(mu1, b, mu2, s):
    """The corrected formula, by hand."""
    ratio, euler = b / s, 0.5772156649015328606
    t1, t2 = math.log(ratio / math.sqrt(2 * math.pi)), (math.pi * ratio / 2) ** 2 / 3
    return -t1 + t2 + ((mu1 + b * euler - mu2) / s) ** 2 / 2 - (euler + 1)


def normal_laplace(mu1, s, mu2, b):
    """The corrected formula, by hand."""
    gap = mu1 - mu2
    t2 = math.sqrt(2 / math.pi) * s * math.exp(-((gap / s) ** 2) / 2)
    return -math.log(s / b) + (t2 + gap * math.erf(gap / s / math.sqrt(2))) / b - (1 + math.log(math.pi / 2)) / 2


def test_closed_forms_against_formulas_by_hand():
    rng = random.Random(0)
    for _ in range(20):
        a, b, r, s = rng.uniform(-3, 3), rng.uniform(-3, 3), rng.uniform(0.1, 4), rng.uniform(0.1, 4)
        assert verify.kl_gumbel_normal.numpy()(a, r, b, s) == pytest.approx(gumbel_normal(a, r, b, s), rel=1e-12)
        assert verify.kl_normal_laplace.numpy()(a, r, b, s) == pytest.approx(normal_laplace(a, r, b, s), rel=1e-12)


def test_definitions_against_mpmath():
    def kl(q, p, low, high):
        return mpmath.quad(lambda v: q(v) * (mpmath.log(q(v)) - mpmath.log(p(v))), [low, -1, 0.5, 3, high])

    def gumbel(v):
        z = (v - mpmath.mpf("0.5")) / 2
        return mpmath.exp(-z - mpmath.exp(-z)) / 2

    def normal(v):
        return mpmath.npdf(v, -1, 3)

    with mpmath.workdps(25):
        truth = kl(gumbel, normal, -9, 120)
        laplace = kl(normal, lambda v: mpmath.exp(-abs(v - mpmath.mpf("0.5")) / 2) / 4, -40, 40)
    assert verify.kl_gumbel_normal.numpy()(0.5, 2, -1, 3) == pytest.approx(float(truth), abs=1e-10)
    assert verify.kl_normal_laplace.numpy()(-1, 3, 0.5, 2) == pytest.approx(float(laplace), abs=1e-10)


def test_the_gumbel_law_has_its_known_moments():
    law = Gumbel(mu, beta)(x)
    values = {mu: 0.5, beta: 2.0}
    with precision(128):
        balls = Balls(values)
        first, second = balls.real(E(x, law, x)), balls.real(Var(x, law, x))
        entropy = balls.real(-E(log(law), law, x))
        assert first.overlaps(balls.real(mu + EulerGamma * beta)) and float(first.rad()) < 1e-25
        assert second.overlaps(balls.real(pi**2 * beta**2 / 6)) and float(second.rad()) < 1e-25
        assert entropy.overlaps(balls.real(log(beta) + EulerGamma + 1)) and float(entropy.rad()) < 1e-25


def test_laplace_and_corner_means():
    with precision(128):
        balls = Balls({mu: 0.25, c: 2.0, sigma: 1.5, m: -0.75})
        law = Laplace(mu, c)(x)
        assert balls.real(Var(x, law, x)).overlaps(balls.real(2 * c**2))
        assert balls.real(-E(log(law), law, x)).overlaps(balls.real(log(2 * c) + 1))
        folded = sigma * sqrt(2 / pi) * exp(-((mu - m) ** 2) / (2 * sigma**2)) + (mu - m) * erf((mu - m) / (sigma * sqrt(2)))
        normal = Normal(mu, sigma)(x)
        for same in (Abs(x - m), (x - m) * sign(x - m), 2 * Max(x, m) - x - m):
            value = balls.real(E(same, normal, x))
            assert value.overlaps(balls.real(folded)) and float(value.rad()) < 1e-25


def test_one_sided_tails_are_included_and_needed(monkeypatch):
    """A reach that is far too small: still an enclosure, wide; and none once the tails are dropped."""
    cases = [(E(x**2, Gumbel(0, 1)(x), x), pi**2 / 6 + EulerGamma**2), (E(x**2, Laplace(0, 1)(x), x), Integer(2)), (E(t, Exponential()(t), t), Integer(1))]
    monkeypatch.setattr(one_sided, "_reach", lambda majorant, rate: 4.0)
    for expr, truth in cases:
        value = Balls({}).real(expr)
        assert value.overlaps(Balls({}).real(truth)) and float(value.rad()) > 1e-4
    monkeypatch.setattr(one_sided, "beyond", lambda majorant, rate, radius: arb(0))
    for expr, truth in cases[:2]:
        assert not Balls({}).real(expr).overlaps(Balls({}).real(truth))


def test_a_beta_of_39():
    """784 pixels and 20 latents: the averaged loss is the beta-VAE's with beta = 39.2."""
    rng = numpy.random.default_rng(0)
    image, mean, code, spread = rng.random(784), rng.random(784), rng.normal(size=20), rng.normal(size=20)
    reconstruction = ((image - mean) ** 2).sum() / 2 + 392 * math.log(2 * math.pi)
    divergence = (code**2 + numpy.exp(spread) - spread - 1).sum() / 2
    averaged = verify.vae_loss_reductions.numpy()(image, mean, code, spread)
    assert averaged == pytest.approx((reconstruction + 39.2 * divergence) / 784, rel=1e-12)
    assert averaged == pytest.approx(reconstruction / 784 + divergence / 20, rel=1e-12)


# --- the rules that these claims brought


def accepts(rule, before, after):
    claim = derivations.claim("kl_gumbel_normal")
    try:
        rule.replay(before, "=", after, Context(claim))
    except StepError:
        return False
    return True


class TestChangeOfVariable:
    law, source = Gumbel(mu, beta)(x), Exponential()(t)
    image = mu - beta * log(t)

    def test_accepts_both_ways(self):
        rule = change_of_variable(self.image, self.source, t)
        before, after = E(x**2, self.law, x), E((mu - beta * log(t)) ** 2, self.source, t)
        assert accepts(rule, before, after) and accepts(rule, after, before)
        epsilon = real("epsilon")
        affine = change_of_variable(mu - sigma * epsilon, Normal(0, 1)(epsilon), epsilon)
        assert accepts(affine, E(x**3, Normal(mu, sigma)(x), x), E((mu - sigma * epsilon) ** 3, Normal(0, 1)(epsilon), epsilon))

    @pytest.mark.parametrize(
        "image",
        [
            mu + beta * log(t),  # the law mirrored
            mu - 2 * beta * log(t),  # another scale
            mu - beta * log(t) + 1,  # another place
            mu - m * log(t),  # a slope of unknown sign
            mu - beta * t,  # half of the line only
            mu - beta * log(t) ** 3,
        ],
    )
    def test_refuses_other_images(self, image):
        after = E(image**2, self.source, t)
        assert not accepts(change_of_variable(image, self.source, t), E(x**2, self.law, x), after)

    def test_refuses_a_captured_or_a_real_variable(self):
        rule = change_of_variable(self.image, self.source, t)
        assert not accepts(rule, E(t * x, self.law, x), E(t * self.image, self.source, t))
        assert not accepts(change_of_variable(mu - beta * log(u), Exponential()(u), u), E(x, self.law, x), E(mu - beta * log(u), Exponential()(u), u))
        assert not accepts(rule, E(x, Normal(mu, beta)(x), x), E(self.image, self.source, t))


class TestExponentialMoments:
    law = Exponential()(t)

    @pytest.mark.parametrize(
        "f, value", [(t, Integer(1)), (t**3, Integer(6)), (log(t), -EulerGamma), (log(t) ** 2, EulerGamma**2 + pi**2 / 6), (t * log(t), 1 - EulerGamma)]
    )
    def test_accepts_and_refuses(self, f, value):
        assert accepts(exponential_moments(), E(f, self.law, t), value)
        assert not accepts(exponential_moments(), E(f, self.law, t), -value)
        assert not accepts(exponential_moments(), E(f, self.law, t), value + 1)

    def test_leaves_other_functions_and_laws(self):
        assert not accepts(exponential_moments(), E(1 / t, self.law, t), Integer(0))
        assert not accepts(exponential_moments(), E(t, Normal(0, 1)(t), t), Integer(1))


class TestCorners:
    law = Normal(mu, sigma)(x)
    density = exp(-((m - mu) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))
    below = erf((mu - m) / (sigma * sqrt(2)))

    def test_absolute_value(self):
        assert accepts(absolute_value(), Abs(x - m), (x - m) * sign(x - m)) and accepts(absolute_value(), Abs(m - x), (x - m) * sign(x - m))
        assert accepts(absolute_value(), Max(0, x) ** 2, (x**2 + x**2 * sign(x)) / 2)
        assert not accepts(absolute_value(), Abs(x - m), (x - m) * sign(m - x))
        assert not accepts(absolute_value(), Abs(x - m), x - m)
        assert not accepts(absolute_value(), Max(0, x), Abs(x))

    def test_half_line_moments(self):
        rule = half_line_moments()
        assert accepts(rule, E(sign(x - m), self.law, x), self.below)
        assert accepts(rule, E(sign(m - x), self.law, x), -self.below)
        assert accepts(rule, E((x - mu) * sign(x - m), self.law, x), 2 * sigma**2 * self.density)
        cube = sigma**2 * 2 * sigma**2 * self.density * 2 + 2 * sigma**2 * (m - mu) ** 2 * self.density
        assert accepts(rule, E((x - mu) ** 3 * sign(x - m), self.law, x), cube)

    @pytest.mark.parametrize(
        "f, value",
        [
            (sign(x - m), -below),
            (sign(x - m), erf((mu - m) / sigma)),
            ((x - mu) * sign(x - m), sigma**2 * density),
            (sign(beta * m - c * x), below),
            (sign(mu * x - m), below),  # a slope of unknown sign
            (sign(x**2 - m), below),
        ],
    )
    def test_refuses(self, f, value):
        assert not accepts(half_line_moments(), E(f, self.law, x), value)


def test_variances_of_independent_coordinates_add_up():
    w, z = IndexedBase("w", real=True), real("z")
    law, one = independent(Normal(0, sigma)(w[i])), Normal(0, sigma)(z)
    v = IndexedBase("v", real=True)
    before = Var(Sum(w[i] * v[i], (i, 1, d)), law, w)
    assert accepts(independence(), before, Sum(Var(z * v[i], one, z), (i, 1, d)))
    assert accepts(independence(), 3 * before, 3 * Sum(v[i] ** 2 * Var(z, one, z), (i, 1, d))) is False  # not its business
    assert not accepts(independence(), before, Sum(E(z * v[i], one, z), (i, 1, d)))
    assert not accepts(independence(), Var(Sum(w[i] * v[i], (i, 1, d)) ** 2, law, w), Sum(Var(z * v[i], one, z), (i, 1, d)) ** 2)
    twice = Var(2 * Sum(w[i], (i, 1, d)), law, w)
    assert accepts(independence(), twice, 4 * Sum(Var(z, one, z), (i, 1, d)))
    assert not accepts(independence(), twice, 2 * Sum(Var(z, one, z), (i, 1, d)))


def test_nested_independent_laws_do_not_capture_each_other():
    """E_x E_w sum w_i x_i is the sum of products of means, not of second moments."""
    w, v = IndexedBase("w", real=True), IndexedBase("v", real=True)
    p, q = independent(Normal(mu, sigma)(w[i])), independent(Normal(mu, sigma)(v[i]))
    z = real("z")
    law = Normal(mu, sigma)(z)
    nested = E(E(Sum(w[i] * v[i], (i, 1, d)), p, w), q, v)
    assert not accepts(independence(), nested, Sum(E(z**2, law, z), (i, 1, d)))
