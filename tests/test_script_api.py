"""The functions that scripts call: names, help, arguments, and errors for people."""

import inspect
import math
import pydoc
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import derivations
import verify
from verify.stubs import stub

POINT = {"mu1": 3, "sigma1": 1, "mu2": -3, "sigma2": 0.5}


def test_importing_verify_loads_neither_sympy_nor_jax():
    code = "import sys, verify; verify.claims(); print([m for m in ('sympy', 'jax', 'numpy', 'matplotlib') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_names_complete_in_shells_and_editors():
    assert set(verify.claims()) <= set(dir(verify))
    assert Path(verify.__file__).with_name("__init__.pyi").read_text() == stub(), "run `python -m verify.stubs`"


def test_an_unknown_claim_suggests_the_nearest():
    with pytest.raises(AttributeError, match="kl_gaussian"):
        verify.kl_gausian
    with pytest.raises(ValueError, match="kl_gaussian"):
        derivations.claim("kl_gausian")


@pytest.mark.parametrize("name", verify.claims())
def test_help_tells_everything(name):
    text = pydoc.plain(pydoc.render_doc(getattr(verify, name)))
    claim = derivations.claim(name)
    assert claim.title in text and "Statement" in text
    assert all(p.name in text and p.meaning in text for p in claim.parameters)
    assert {p.name for p in claim.parameters} | {"claim", "layers", "seed"} == set(inspect.signature(getattr(verify, name)).parameters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sigma1": 0}, "sigma1 = 0 is outside its domain: sigma1 > 0"),
        ({"sigma2": -2}, "sigma2 = -2 is outside its domain: sigma2 > 0"),
        ({"mu1": float("nan")}, "mu1 = nan is outside"),
        ({"mu2": float("inf")}, "mu2 = inf is outside"),
        ({"sigma1": [1, 2, -1]}, r"sigma1 = -1 \(at index \(2,\)\)"),
        ({"mu1": [1, 2], "sigma1": [1, 2, 3]}, "do not broadcast: mu1"),
        ({"mu1": "three"}, "mu1 = 'three' is not a number"),
    ],
)
def test_bad_values_name_parameter_value_and_domain(change, message):
    with pytest.raises(ValueError, match=message):
        verify.kl_gaussian(**{**POINT, **change})


def test_missing_and_unknown_parameters():
    with pytest.raises(TypeError, match="needs sigma1, mu2, sigma2"):
        verify.kl_gaussian(mu1=1)
    with pytest.raises(TypeError, match="no parameter 'mu'"):
        verify.kl_gaussian(mu=1)
    with pytest.raises(ValueError, match="the layers are derivation"):
        verify.kl_gaussian(layers="guess")


def test_arrays_broadcast():
    verdict = verify.kl_gaussian(mu1=[[0.0], [1.0]], sigma1=[1.0, 2.0, 3.0], mu2=0, sigma2=1, layers=("derivation", "enclosure"))
    assert verdict and verdict.value.shape == (2, 3)
    low, high = verdict.enclosure
    assert low.shape == (2, 3) and (low <= verdict.value + 1e-12).all() and (verdict.value <= high + 1e-12).all()
    # KL(N(1, 2^2) || N(0, 1)) = (4 + 1 - 1)/2 - log 2, by hand
    assert verdict.value[1, 1] == pytest.approx(2 - math.log(2), rel=1e-14)


def test_compiled_forms_agree_with_the_definition_by_quadrature():
    import jax
    from scipy import integrate, stats

    q, p = stats.norm(3, 1), stats.norm(-3, 0.5)
    expected = integrate.quad(lambda x: q.pdf(x) * (q.logpdf(x) - p.logpdf(x)), -9, 15)[0]
    assert verify.kl_gaussian.numpy()(**POINT) == pytest.approx(expected, rel=1e-8)
    assert float(jax.jit(verify.kl_gaussian.jax())(3.0, 1.0, -3.0, 0.5)) == pytest.approx(expected, rel=1e-5)
    assert verify.kl_gaussian.numpy()(numpy.zeros(4), 1, 0, 1).shape == (4,)
