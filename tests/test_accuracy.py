"""The compiled closed forms are right to 8 ulp in float32 and float64, values and gradients; the textbook's are not."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy
import pytest

import derivations
import verify
from derivations.checker import check_claim
from derivations.claimfile import Part
from derivations.compile.pairs import constant, exact
from derivations.enclose import precision
from verify.accuracy import measurable, measure, side_by_side
from verify.accuracy.forms import LOSES, measured
from verify.accuracy.measure import ulps
from verify.accuracy.points import hard_points

GOAL = 8  # ulp
MATRICES = "kl_gaussian_multivariate"
SCALARS = [n for n in measurable() if n != MATRICES and n not in LOSES]
DTYPES = ("float32", "float64")
POINTS = {"kl_gaussian": 1000, "kl_gaussian_standard_normal": 300, "ddpm_posterior": 12, "ddpm_forward_marginal": 20, "ddpm_parameterizations": 12, "ddim_marginals": 12, "clipped_noise_mean": 500, "kl_normal_laplace": 1000}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("array", ["jax", "numpy"])
@pytest.mark.parametrize("name", SCALARS)
def test_values(name, array, dtype):
    for found in measure(name, dtype, array=array, count=POINTS.get(name, 200)):
        assert found.bad == 0 and found.worst <= GOAL, (found.name, found.worst, found.where)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SCALARS)
def test_gradients(name, dtype):
    count = {"kl_gaussian": 300, "ddpm_posterior": 6, "ddpm_forward_marginal": 10, "ddpm_parameterizations": 6, "ddim_marginals": 6}.get(name, 60)
    for found in measure(name, dtype, what="gradient", count=count):
        assert found.bad == 0 and found.worst <= GOAL, (found.name, found.worst, found.where)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["kl_gaussian", "kl_gaussian_standard_normal", "elbo_gap", "optimal_discriminator", "ddpm_forward_marginal"])
def test_the_textbook_form_fails_the_same_test(name, dtype):
    worst = max(found.worst for found in measure(name, dtype, naive=True, count=40))
    assert worst > 1000, worst


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("array", ["jax", "numpy"])
def test_matrices_of_any_condition(array, dtype):
    """Condition numbers up to a tenth of 1/eps, where the textbook's form keeps no digit. JAX sees one size, compiled once."""
    points = hard_points(measured(MATRICES), dtype, 120)
    points = [p for p in points if array == "numpy" or len(p["mu1"]) == 4]
    ours, naive = side_by_side(MATRICES, dtype, array=array, points=points)
    assert ours[0].bad == 0 and ours[0].worst <= GOAL, (ours[0].worst, ours[0].where)
    assert naive[0].worst > 1e6
    assert max(numpy.linalg.cond(p["cov2"].astype(float)) for p in points) > 1e4


def test_gradient_of_the_multivariate_form():
    rng = numpy.random.default_rng(0)
    with jax.enable_x64(True):
        from derivations.compile import evaluate

        subject = measured(MATRICES)
        (form,) = subject.forms
        a, b = (r @ r.T + numpy.eye(3) for r in rng.normal(size=(2, 3, 3)))
        given = [numpy.zeros(3), a, rng.normal(size=3), b]

        def textbook(*arguments):
            values = {p.symbol: v[..., None] if v.ndim == 1 else v for p, v in zip(subject.parameters, arguments)}
            values[subject.parameters[1].symbol.shape[0]] = 3
            return jnp.sum(evaluate(form.textbook, values, jnp))

        ours = jax.grad(verify.kl_gaussian_multivariate.jax(), argnums=(0, 1, 2, 3))(*given)
        theirs = jax.grad(textbook, argnums=(0, 1, 2, 3))(*given)
        for g, h in zip(ours, theirs):
            symmetric = (g + g.T) / 2 if g.ndim == 2 else g
            assert numpy.allclose(symmetric, (h + h.T) / 2 if h.ndim == 2 else h, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("array", ["jax", "numpy"])
def test_kl_of_equal_laws_is_zero(array):
    function = getattr(verify.kl_gaussian, array)()
    for sigma in (1e-9, 0.3, 1.0, 1e9):
        assert float(function(numpy.float32(2), numpy.float32(sigma), numpy.float32(2), numpy.float32(sigma))) == 0


def test_kl_is_never_negative_over_many_neighbours():
    rng = numpy.random.default_rng(1)
    sigma = numpy.exp(rng.normal(size=200_000)).astype(numpy.float32)
    mu = rng.normal(size=200_000).astype(numpy.float32)
    moved = numpy.float32(10) ** rng.uniform(-8, 0, size=(2, 200_000)).astype(numpy.float32)
    for function in (verify.kl_gaussian.numpy(), jax.jit(verify.kl_gaussian.jax())):
        value = numpy.asarray(function(mu, sigma, mu * (1 + moved[0]), sigma * (1 + moved[1])))
        assert numpy.isfinite(value).all() and (value >= 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_long_schedule(dtype):
    from flint import arb

    betas = numpy.linspace(1e-4, 0.02, 1000).astype(dtype)
    with jax.enable_x64(dtype == "float64"):
        kept, lost = numpy.asarray(jax.jit(verify.ddpm_forward_marginal.jax())(betas, numpy.arange(1, 1001))).T
    with precision(200):
        product = arb(1)
        for beta, root, noise in zip(betas.tolist(), kept.tolist(), lost.tolist()):
            product = product * (1 - arb(beta))
            assert ulps(root, product.sqrt(), dtype) <= 2
            assert ulps(noise, 1 - product, dtype) <= 2


@pytest.mark.parametrize("dtype", DTYPES)
def test_pairs_stay_pairs_under_jit(dtype):
    """XLA takes (x + 1) - 1 for x where the ones are constants: then the low part of a sum is lost."""
    from sympy import S

    def low(x):
        return (exact(x, jnp) - constant(S.One, x, jnp)).low

    with jax.enable_x64(dtype == "float64"):
        x = numpy.asarray([0.06905527412891388, 1 / 3, 3e-5], dtype)
        expected = [float(e) for e in (low(jnp.asarray(x)))]
        assert any(expected)
        assert numpy.asarray(jax.jit(low)(x)).tolist() == expected


@pytest.mark.parametrize("name", [n for n in derivations.claims() if derivations.claim(n).stable])
def test_a_wrong_stable_form_is_refused(name):
    claim = derivations.claim(name)
    for k, part in enumerate(claim.stable):
        last = part.derivation.steps[-1]
        wrong = replace(last, result=2 * last.result)
        derivation = replace(part.derivation, steps=part.derivation.steps[:-1] + (wrong,))
        broken = Part(part.statement.func(part.statement.lhs, wrong.result, evaluate=False), derivation)
        assert not check_claim(replace(claim, stable=claim.stable[:k] + (broken,)), attack=False).ok


def test_bad_requests_are_named():
    with pytest.raises(ValueError, match="float16"):
        measure("kl_gaussian", "float16")
    with pytest.raises(ValueError, match="no closed form"):
        measure("kl_nonnegative")
    with pytest.raises(ValueError, match="matrices"):
        measure(MATRICES, what="gradient")
