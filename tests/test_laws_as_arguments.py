"""Laws as arguments: Gaussians are enclosed, other densities are taken by their values, what is none is refused."""

import numpy
import pytest
from scipy import stats

import verify
from verify.layers import monte_carlo


# the greatest value of the game between N(0, 1) and N(m, 1), from numerical integration of the definition, to 6 digits
@pytest.mark.parametrize(("m", "value"), [(1, -1.163451), (2, -0.712633), (4, -0.120854)])
def test_the_game_between_two_gaussians(m, value):
    verdict = verify.gan_value_jensen_shannon(p=stats.norm(0, 1), q=stats.norm(m, 1), layers=("derivation", "enclosure"))
    low, high = verdict.enclosure
    assert verdict.status == "proved" and high - low < 1e-14
    assert round(low, 6) == round(high, 6) == value


def test_the_best_discriminator_of_any_two_densities():
    def laplace(x):
        return numpy.exp(-abs(x)) / 2

    verdict = verify.optimal_discriminator(p=laplace, q=stats.norm(0, 1), x=[0.0, 1.0])
    assert verdict.status == "proved"
    # p / (p + q) by hand: (1/2) / (1/2 + 1/sqrt(2 pi)), and at 1
    assert verdict.value == pytest.approx([0.5562092, 0.4318742], abs=1e-6)


def test_the_value_of_any_two_densities_is_their_divergence():
    p, q = stats.laplace(0, 1), stats.norm(2, 1)
    x = numpy.linspace(-60, 60, 1_200_001)
    a, b = p.pdf(x), q.pdf(x)
    integrand = numpy.where(a > 0, a * numpy.log(a / (a + b)), 0) + b * numpy.where(b > 0, numpy.log(numpy.maximum(b, 1e-300) / (a + b)), 0)
    assert verify.gan_value_jensen_shannon(p=p, q=q).value == pytest.approx(integrand.sum() * (x[1] - x[0]), abs=1e-6)


@pytest.mark.parametrize(
    ("law", "message"),
    [
        (3, "is not a law"),
        (lambda x: x, "is not a density: for the points"),
        (lambda x: numpy.exp(-(x**2)), "integrates to 1.77"),
        (stats.norm(0, -1), "standard deviation must be positive"),
        (lambda x: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_what_is_no_density_is_refused(law, message):
    with pytest.raises(ValueError, match=message):
        verify.optimal_discriminator(p=law, q=stats.norm(0, 1))


def test_a_density_given_as_a_function_has_no_enclosure():
    verdict = verify.optimal_discriminator(p=stats.laplace(), q=stats.norm(), layers="enclosure")
    assert verdict.status == "undecided" and "no enclosures" in str(verdict)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("kl_gaussian", ["Catoni mean test"]),
        ("inverse_cdf_reparameterization", ["Dvoretzky-Kiefer-Wolfowitz test"]),
        ("ddpm_forward_marginal", ["Catoni mean test", "Dvoretzky-Kiefer-Wolfowitz test"]),
    ],
)
def test_the_left_side_says_which_test_it_calls_for(name, kinds):
    verdict = getattr(verify, name)(layers="monte_carlo")
    assert verdict and verdict.evidence[0].details["kinds"] == kinds


@pytest.mark.parametrize("name", ["sheet_kl_sign", "ddpm_posterior_wrong_index", "discriminator_accuracy_at_equilibrium"])
def test_samples_alone_refute_the_museum(name):
    assert getattr(verify, name)(layers="monte_carlo").status == "refuted"


def test_no_test_is_no_pass(monkeypatch):
    monkeypatch.setattr(monte_carlo, "tests_of", lambda statement, point: [])
    assert verify.kl_gaussian(layers="monte_carlo").status == "undecided"
