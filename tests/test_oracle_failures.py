"""An oracle that crashes, does not end, or runs on a device without float64 is undecided, with its reason: never a pass."""

import contextlib
import signal
import threading
import time

import jax
import pytest

import verify
from verify import float64, verifier
from verify.layers import derivation, enclosure, gradient, monte_carlo
from verify.time_limit import OutOfTime, at_most
from verify.verdict import Evidence

LAYERS = {"derivation": derivation, "enclosure": enclosure, "monte_carlo": monte_carlo, "gradient": gradient}


def never(case):
    """Fails by itself now and then, is rescued each time, and goes on."""
    began = time.monotonic()
    while time.monotonic() - began < 30:
        with contextlib.suppress(Exception):
            raise ValueError
    return Evidence("derivation", "proved", "at last")


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("failure", [MemoryError("no room"), RecursionError("too deep"), ZeroDivisionError("by 0")])
def test_a_layer_that_crashes_is_undecided(monkeypatch, layer, failure):
    def crash(case):
        raise failure

    monkeypatch.setattr(LAYERS[layer], "run", crash)
    verdict = verify.kl_gaussian(layers=layer)
    assert verdict.status == "undecided" and not verdict and not verdict.as_expected
    assert str(failure) in verdict.evidence[0].summary and verdict.evidence[0].details["crashed"]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_does_not_end_is_undecided(monkeypatch, layer):
    monkeypatch.setattr(LAYERS[layer], "run", never)
    monkeypatch.setattr(verifier, "TIME_LIMIT", 0.2)
    began = time.monotonic()
    verdict = verify.kl_gaussian(layers=layer)
    assert time.monotonic() - began < 10
    assert verdict.status == "undecided" and "no answer within 0.2 s" in verdict.evidence[0].summary
    assert verdict.evidence[0].details == {"timed_out": True}


def test_one_layer_out_of_time_makes_the_whole_undecided(monkeypatch):
    monkeypatch.setattr(enclosure, "run", never)
    monkeypatch.setattr(verifier, "TIME_LIMIT", 2.0)
    assert verify.kl_gaussian(layers=("derivation", "enclosure")).status == "undecided"


def test_without_a_limit_the_slow_layer_would_have_passed(monkeypatch):
    """The tests above fail when nothing keeps the time."""
    monkeypatch.setattr(verifier, "at_most", lambda seconds: contextlib.nullcontext())
    monkeypatch.setattr(verifier, "TIME_LIMIT", 0.01)
    assert verify.kl_gaussian(layers="derivation").status == "proved"


def test_the_clock_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OutOfTime), at_most(0.05):
        time.sleep(5)
    with at_most(60):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0 and signal.getsignal(signal.SIGALRM) is before


def test_a_thread_has_no_alarm_and_still_answers():
    found = []
    thread = threading.Thread(target=lambda: found.append(verify.kl_gaussian(layers="derivation").status))
    thread.start()
    thread.join()
    assert found == ["proved"]


@pytest.fixture
def only_float32(monkeypatch):
    """JAX as on a device that takes float64 for float32."""
    monkeypatch.setattr(jax, "enable_x64", lambda on: contextlib.nullcontext())


def test_gradients_without_float64_are_undecided(only_float32):
    evidence = verify.kl_gaussian(layers="gradient").evidence[0]
    assert evidence.status == "undecided" and "float32 where float64 was asked for" in evidence.summary


def test_a_law_that_is_summed_without_float64_is_undecided(only_float32):
    evidence = verify.reparameterization_density(layers="monte_carlo").evidence[0]
    assert evidence.status == "undecided" and "float64" in evidence.summary


def test_samples_need_no_float64_on_the_device(only_float32):
    assert verify.kl_gaussian(layers="monte_carlo").status == "supported"


def test_a_device_that_refuses_float64_is_undecided(monkeypatch):
    def refuse(function):
        raise RuntimeError("F64 type is not supported")

    monkeypatch.setattr(jax, "jit", refuse)
    with pytest.raises(float64.NoFloat64, match="F64 type is not supported"):
        float64.require_float64()


def test_a_device_with_float64_is_found_to_have_it():
    float64.require_float64()
