"""Linear autoencoders and linear VAEs: sums of squares, steps that cannot be corrupted, and the optima that training must reach."""

import numpy
import pytest
from sympy import IndexedBase, Sum, log

import derivations
import verify
from derivations.checker import Context
from derivations.coordinates import d, i
from derivations.language import integer, positive, real
from derivations.rules import sum_of_squares
from derivations.rules.rule import StepError
from models import optima

CLAIMS = ("linear_autoencoder_pca", "linear_vae_ppca", "posterior_collapse_linear_vae")
a, n = positive("a"), integer("n")
u, v = real("u v")
w, c = IndexedBase("w", real=True), IndexedBase("c", positive=True)


def accepts(rule, before, after, relation, claim="linear_autoencoder_pca"):
    try:
        return bool(rule.replay(before, relation, after, Context(derivations.claim(claim))))
    except StepError:
        return False


def test_sums_of_squares_inside_sums_and_products():
    rule, square = sum_of_squares(), Sum(c[i] * w[i] ** 2, (i, 1, d))
    assert accepts(rule, u + square, u, ">=") and accepts(rule, u - square, u, "<=")
    assert accepts(rule, u + a * (v**2 + square), u, ">=")
    for wrong in (Sum(w[i] ** 3, (i, 1, d)), Sum(c[i] * w[i], (i, 1, d)), -square, Sum(w[i] ** 2 - c[i], (i, 1, d)), u * square, a * (v**2 - square)):
        assert not accepts(rule, u + wrong, u, ">=")
    assert not accepts(rule, u + square, u, "<=") and not accepts(rule, u + square, u, "=")
    assert not accepts(rule, u + Sum(w[i] ** 2, (i, n, 1)), u, ">=")  # an index that may run backwards
    assert not accepts(rule, u + log(v) ** 2 * Sum(w[i] ** 2, (i, 1, d)), u, ">=")  # log v may not be real


@pytest.mark.parametrize("name", CLAIMS)
def test_no_step_can_be_corrupted(name):
    for part in derivations.claim(name).parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            if step.relation == "=":
                for wrong in (-step.result, 2 * step.result, step.result + 1):
                    assert not accepts(step.rule, before, wrong, "=", name), (part.title, step.rule.name)
            else:
                assert not accepts(step.rule, before, step.result, {"<=": ">=", ">=": "<="}[step.relation], name)
                assert not accepts(step.rule, before, step.result, "=", name)
            before = step.result


def spectrum(values):
    """Points whose covariance (divided by n) has the eigenvalues given."""
    axes = numpy.diag(numpy.sqrt(numpy.array(values) * len(values)))
    return numpy.concatenate([axes, -axes])


def test_the_optima_that_training_must_reach_are_the_derived_ones():
    lam, kappa = 3.0, [0.9, 0.4, 0.2]
    data = spectrum([lam, *kappa])
    w = numpy.sqrt(lam - numpy.mean(kappa))
    at_best, greatest = verify.linear_vae_ppca.numpy()(lam=lam, kappa=numpy.array(kappa), w=w, sigma=numpy.sqrt(numpy.mean(kappa)))
    assert at_best == pytest.approx(greatest) == pytest.approx(optima.ppca_log_likelihood(data, 1))
    _, least = verify.linear_autoencoder_pca.numpy()(numpy.array([lam]), numpy.array(kappa), numpy.ones(1), numpy.ones(1))
    assert least == pytest.approx(optima.linear_autoencoder_optimum(data, 1))


@pytest.mark.parametrize(("lam", "collapses"), [(0.3, True), (1.0, True), (1.5, False), (4.0, False)])
def test_a_unit_collapses_exactly_where_its_axis_varies_no_more_than_the_noise(lam, collapses):
    """Over a grid of weights, with the encoder that is best for each: the largest gain over w = 0."""
    gains = []
    for w in numpy.linspace(0, 3, 301):
        spread = w**2 + 1
        gains.append(-numpy.log(spread) / 2 - lam / (2 * spread) + lam / 2)
        most, _ = verify.posterior_collapse_linear_vae.numpy()(lam=lam, sigma=1.0, w=w)
        assert gains[-1] <= most + 1e-12
    assert (max(gains) <= 1e-12) == collapses
