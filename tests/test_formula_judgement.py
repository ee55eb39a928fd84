"""Right formulas are found equal, wrong ones different with a counterexample and the slip that was made."""
from fractions import Fraction

import flint
import pytest
import sympy as sp

import verify
from verify.formula import Interval, Points, Undefined, diagnose, enclose, judge, parse

mu, mu1, mu2 = sp.symbols("mu mu1 mu2", real=True)
sigma, sigma1, sigma2 = sp.symbols("sigma sigma1 sigma2", positive=True)
i, d = sp.Symbol("i", integer=True), sp.Symbol("d", integer=True, positive=True)
t = sp.Symbol("t", integer=True, positive=True)
mus, sigmas = sp.IndexedBase("mu", real=True), sp.IndexedBase("sigma", positive=True)
alphabar, beta = sp.IndexedBase("alphabar", positive=True), sp.IndexedBase("beta", positive=True)
_unit = Interval(Fraction(0), Fraction(1))


class Task:
    """A right formula with its names and its domain."""

    def __init__(self, right, symbols, points, ranges=None):
        self.symbols, self.points, self.ranges = symbols, points, ranges
        self.right = self.read(right)

    def read(self, text):
        return parse(text, self.symbols, ranges=self.ranges)

    def judge(self, text, **options):
        return judge(self.read(text), self.right, self.points, **options)


TWO = {"mu1": mu1, "mu2": mu2, "sigma1": sigma1, "sigma2": sigma2}
KL = Task("log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2", TWO, Points(TWO.values()))
ONE = Task("1/2*(mu^2 + sigma^2 - 1 - log(sigma^2))", {"mu": mu, "sigma": sigma}, Points([mu, sigma]))
MANY = Task(r"\frac12 \sum_{i=1}^d (\mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2)", {"mu": mus[i], "sigma": sigmas[i], "d": d},
            Points({d: Interval(Fraction(1), Fraction(3), True), mus: (Interval(), 1, d), sigmas: (Interval(Fraction(0)), 1, d)}), {i: (1, d)})
CHAIN = Task(r"\frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t", {"t": t, "alpha_bar": alphabar[t], "beta": beta[t]},
             Points({t: Interval(Fraction(2), Fraction(6), True), alphabar: (_unit, 1, t), beta: (_unit, 1, t)}))

EQUAL = [
    (KL, "ln sigma2 - ln sigma1 + sigma1^2/(2sigma2^2) + (mu1-mu2)^2/(2sigma2^2) - 1/2"),
    (KL, r"\frac{1}{2}\left(\log\frac{\sigma_2^2}{\sigma_1^2} + \frac{\sigma_1^2 + (\mu_2-\mu_1)^2}{\sigma_2^2} - 1\right)"),
    (ONE, "-½(1 + 2 ln σ − μ² − σ²)"), (ONE, r"-\frac{1}{2}\left(1 + \log(\sigma^2) - \mu^2 - \sigma^2\right)"),
    (MANY, "0.5*sum(mu**2 + sigma**2 - 2*log(sigma)) - d/2"), (MANY, r"-\frac12 \sum_{j=1}^J (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)"),
    (CHAIN, "beta_t (alpha_bar_{t-1} - 1)/(alpha_bar_t - 1)"),
]


@pytest.mark.parametrize("task, text", EQUAL)
def test_equal_formulas(task, text):
    judgement = task.judge(text)
    assert judgement and judgement.status == "equal" and not judgement.proved and "30 digits" in judgement.how
    assert judgement.diagnosis is None and judgement.counterexample is None
    assert diagnose(task.read(text), task.right, task.points).kind == "none"


def test_a_proof_is_told_from_agreement():
    judgement = ONE.judge("1/2*(mu^2 + sigma^2 - 1) - log sigma", proves_equal=lambda a, b: sp.simplify(sp.expand_log(a - b)) == 0)
    assert judgement.proved and judgement.how.startswith("proved")


def test_a_normal_form_that_does_not_apply_leaves_the_agreement():
    def refuses(a, b):
        raise ValueError("no tanh")

    judgement = ONE.judge("1/2*(mu^2 + sigma^2 - 1) - log sigma", proves_equal=refuses)
    assert judgement.status == "equal" and not judgement.proved and "no tanh" in judgement.how


SLIPS = [
    (ONE, "½(1 + ln σ² − μ² − σ²)", "opposite_sign"),
    (MANY, r"\frac{1}{2} \sum_{i=1}^{d} (1 + \log \sigma_i^2 - \mu_i^2 - \sigma_i^2)", "opposite_sign"),
    (KL, "-(log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2)", "opposite_sign"),
    (ONE, "mu^2 + sigma^2 - 1 - log(sigma^2)", "constant_factor"),
    (MANY, r"\sum_i (\mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2)", "constant_factor"),
    (ONE, "pi/2*(mu^2 + sigma^2 - 1 - log(sigma^2))", "constant_factor"),
    (ONE, "(mu^2 + sigma^2 - 1 - log(sigma^2))/log(4)", "bits_for_nats"),
    (ONE, "log(2)/2*(mu^2 + sigma^2 - 1 - log(sigma^2))", "nats_for_bits"),
    (ONE, "1/2*(mu^2 + sigma^2 - 1 - 2 log2(sigma))", "log_base"),
    (ONE, "1/2*(mu^2 + sigma^2 - log(sigma^2)) - 0.49", "constant_offset"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2)", "missing_term"),
    (KL, "log(sigma2/sigma1) + sigma1**2/(2*sigma2**2) - 1/2", "missing_term"),
    (MANY, r"\frac12 \sum_i (\mu_i^2 + \sigma_i^2 - \log \sigma_i^2)", "missing_term"),
    (ONE, "1/2*(mu^2 + sigma^2 - 1 - log(sigma^2)) + mu", "extra_term"),
    (KL, "log(sigma1/sigma2) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2", "sign_of_term"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 - (mu1 - mu2)**2)/(2*sigma2**2) - 1/2", "sign_of_term"),
    (MANY, r"\frac12 \sum_i (\mu_i^2 + \sigma_i^2 - 1 + \log \sigma_i^2)", "sign_of_term"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/sigma2**2 - 1/2", "coefficient_of_term"),
    (KL, "log(sigma1/sigma2) + (sigma2**2 + (mu1 - mu2)**2)/(2*sigma1**2) - 1/2", "swapped_arguments"),
    (ONE, "1/2*(sigma^2 + mu - 1 - log(mu^2))", "undefined"),
    (ONE, "½(μ² + σ² − 1 − ln σ)", "variance_for_deviation"),
    (ONE, "½(μ² + σ − 1 − ln σ)", "variance_for_deviation"),
    (KL, "log(sigma2^2/sigma1^2) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2", "variance_for_deviation"),
    (KL, "log(sigma2/sigma1) + (sigma1 + (mu1 - mu2)**2)/(2*sigma2) - 1/2", "variance_for_deviation"),
    (ONE, "2/(mu^2 + sigma^2 - 1 - log(sigma^2))", "reciprocal"),
    (CHAIN, r"\beta_t", "shifted_index"),
    (CHAIN, r"\frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_{t-1}", "shifted_index"),
    (CHAIN, r"\frac{1 - \bar\alpha_t}{1 - \bar\alpha_{t-1}} \beta_t", "swapped_arguments"),
    (CHAIN, r"\frac{\bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t", "complement"),
    (CHAIN, r"\frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t}", "parameter_factor"),
    (ONE, "sigma/2*(mu^2 + sigma^2 - 1 - log(sigma^2))", "parameter_factor"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 + (mu1 + mu2)**2)/(2*sigma2**2) - 1/2", "sign_inside"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma1**2) - 1/2", "wrong_symbol"),
    (ONE, "½(μ + σ² − 1 − 2 ln σ)", "wrong_exponent"),
    (KL, "(mu1 - mu2)^2/(2*sigma2^2)", "extra_condition"),
    (KL, "log(sigma2/sigma1) + (sigma1**2 + |mu1 - mu2|)/(2*sigma2**2) - 1/2", "extra_condition"),
    (KL, "0", "extra_condition"),
    (KL, "mu1", "isolated_points"),
    (ONE, "(mu - 7/5)^2", "unknown"),
]


@pytest.mark.parametrize("task, text, kind", SLIPS)
def test_every_slip_is_named(task, text, kind):
    judgement = task.judge(text)
    assert judgement.status == "different" and not judgement
    assert judgement.diagnosis.kind == kind, judgement.diagnosis.sentence
    assert judgement.counterexample.typed != judgement.counterexample.right
    repaired = judgement.diagnosis.repaired
    if repaired is not None:
        assert judge(repaired, task.right, task.points, seed=99).status == "equal"
        assert judgement.diagnosis.points >= 8 and judgement.diagnosis.digits >= 25
    elif kind == "unknown":
        assert judgement.diagnosis.difference is not None
    assert judgement.to_dict()["diagnosis"]["sentence"].endswith(".")


def test_sentences_say_what_a_person_needs():
    def said(task, text):
        return task.judge(text).diagnosis.sentence

    assert said(ONE, "mu^2 + sigma^2 - 1 - log(sigma^2)") == "The formula is 2 times the right one."
    assert said(ONE, "½(1 + ln σ² − μ² − σ²)") == "The formula has the opposite sign."
    assert said(KL, "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2)") == "The term -1/2 is missing."
    assert said(CHAIN, r"\beta_t") == "An index is shifted: alphabar[t] stands where alphabar[t - 1] belongs."
    assert said(KL, "(mu1 - mu2)^2/(2*sigma2^2)") == "The formula is right only when sigma1 = sigma2."


def test_the_counterexample_is_simple():
    example = KL.judge("log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2)").counterexample
    assert example.point == {"mu1": "0", "mu2": "0", "sigma1": "1", "sigma2": "1"}
    assert (float(example.typed), float(example.right)) == (0.5, 0.0)


def test_a_difference_in_the_twenty_fifth_digit_is_a_difference():
    judgement = ONE.judge("1/2*(mu^2 + sigma^2 - 1 - log(sigma^2)) + 1e-25*mu")
    assert judgement.status == "different"


def test_wide_balls_never_count_as_equal():
    def blunt(expr, point, bits):
        return enclose(expr, point, bits) + flint.arb(0, 1e-9)

    assert ONE.judge("1/2*(mu^2 + sigma^2 - 1 - log(sigma^2))", evaluate=blunt).status == "undecided"


def test_an_evaluation_that_fails_is_undecided():
    def broken(expr, point, bits):
        raise ValueError("no such function")

    judgement = ONE.judge("mu", evaluate=broken)
    assert judgement.status == "undecided" and "no such function" in judgement.how


def test_a_domain_without_points_is_undecided():
    assert judge(mu, mu, Points([mu], condition=lambda point: False)).status == "undecided"


def test_a_plain_sampler_will_do():
    judgement = judge(-ONE.right, ONE.right, lambda random: {mu: random.randint(-5, 5), sigma: Fraction(random.randint(1, 50), 7)})
    assert judgement.diagnosis.kind == "opposite_sign"


@pytest.mark.parametrize("text, point", [("log(mu)", {mu: -1}), ("sqrt(mu)", {mu: Fraction(-1, 3)}), ("1/mu", {mu: 0}), ("log(mu - 1/3)", {mu: Fraction(1, 3)})])
def test_no_value_is_certain(text, point):
    with pytest.raises(Undefined):
        enclose(parse(text, {"mu": mu}), point)


def test_enclosures_hold_the_value():
    import random

    import mpmath

    rng = random.Random(5)
    for text in ("log(sigma)^2 + mu^3/7", "exp(-mu^2/2)/sqrt(2 pi)", "|mu|^(1/3) - sigma^mu", "max(mu, sigma) + tanh(mu) erf(sigma)", "sigmoid(mu) + softplus(sigma)"):
        expr = parse(text, {"mu": mu, "sigma": sigma})
        function = sp.lambdify((mu, sigma), expr, "mpmath")
        for _ in range(40):
            point = {mu: Fraction(rng.randint(-900, 900), 91), sigma: Fraction(rng.randint(1, 900), 97)}
            with mpmath.workdps(70):
                value = function(*(mpmath.mpf(v.numerator) / v.denominator for v in point.values()))
                ball = enclose(expr, point)
                middle = mpmath.mpf(ball.mid().str(60, radius=False))
                assert abs(value - middle) <= mpmath.mpf(ball.rad().str(5, radius=False)) + abs(value) * mpmath.mpf(10) ** -45


def test_equal_forms_of_random_formulas_are_never_diagnosed():
    import random

    rng = random.Random(11)
    pieces = ["mu^2", "log(sigma)", "sigma^2", "mu sigma", "1/sigma", "exp(-mu)", "1/3"]
    for _ in range(20):
        chosen = rng.sample(pieces, 4)
        first, second = parse(f"({chosen[0]} + {chosen[1]})*({chosen[2]} - {chosen[3]})", {"mu": mu, "sigma": sigma}), None
        second = sp.expand(first)
        assert judge(first, second, ONE.points).status == "equal"
        assert diagnose(first, second, ONE.points).kind == "none"


@pytest.mark.parametrize(
    ("name", "right", "wrong", "words"),
    [
        # Ho et al. 2020, equation (7), in three spellings; the wrong one is a public tutorial's
        ("ddpm_posterior", "variance = (1 - alpha_bar[t-1])/(1 - alpha_bar[t]) * beta[t]", "variance = (1 - alpha_bar[t])/(1 - alpha_bar[t-1]) * beta[t]", "alpha_bar"),
        ("ddpm_posterior", r"variance = \frac{1-\bar{\alpha}_{t-1}}{1-\bar\alpha_t}\beta_t", r"variance = \frac{1-\bar{\alpha}_{t-1}}{1-\bar\alpha_t}", "beta"),
        ("ddpm_forward_marginal", "variance = 1 - prod(1 - beta[s], (s, 1, t))", "variance = 1 - sqrt(alpha_bar[t])", "alpha_bar"),
        # the binary cross-entropy from logits
        ("bernoulli_log_likelihood", "sum(x[i]*logits[i] - softplus(logits[i]), (i, 1, d))", "sum(x[i]*logits[i] + softplus(logits[i]), (i, 1, d))", "sign"),
        # KL of multivariate Gaussians, as in any textbook
        (
            "kl_gaussian_multivariate",
            "1/2*(log(det(cov2)/det(cov1)) - d + tr(inv(cov2) cov1) + (mu2-mu1)^T inv(cov2) (mu2-mu1))",
            "1/2*(log(det(cov1)/det(cov2)) - d + tr(inv(cov2) cov1) + (mu2-mu1)^T inv(cov2) (mu2-mu1))",
            "sign",
        ),
        ("kl_gumbel_normal", "pi^2 beta^2/(12 sigma^2) + log(sigma/beta) - 1 - euler_gamma + log(2 pi)/2 + (euler_gamma beta + mu1 - mu2)^2/(2 sigma^2)", "1", ""),
    ],
)
def test_schedules_matrices_and_words_can_be_typed(name, right, wrong, words):
    assert getattr(verify, name)(claim=right).status in ("proved", "enclosed")
    refuted = getattr(verify, name)(claim=wrong)
    assert refuted.status == "refuted" and refuted.counterexample and words in refuted.diagnosis
    assert "Fraction" not in str(refuted)
