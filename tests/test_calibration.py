"""The calibration of the claims' Monte Carlo tests fails when the test under it is broken. Seeds are fixed."""

import json
import random
from dataclasses import replace

import jax
import pytest
from scipy.special import ndtr

import derivations
from derivations.enclose.points import random_point
from verify.calibration import __main__ as command
from verify.calibration import measure as calibration
from verify.calibration.measure import Found, allowed, measure
from verify.calibration.mutants import one_percent
from verify.calibration.record import Record
from verify.layers import monte_carlo
from verify.monte_carlo import calibrate_law
from verify.monte_carlo.hypothesis import LIMIT, LawHypothesis, MeanHypothesis

SEEDS = 2000


@pytest.fixture
def broken(monkeypatch):
    """Replace every mean hypothesis of the claims by another: broken(variance=lambda v: v / 100)."""

    def put(**changes):
        sound = calibration.tests_of

        def tests_of(statement, point):
            def prepared(prepare):
                hypothesis = prepare()
                return replace(hypothesis, **{name: change(getattr(hypothesis, name)) for name, change in changes.items()})

            return [lambda p=p: prepared(p) for p in sound(statement, point)]

        monkeypatch.setattr(calibration, "tests_of", tests_of)

    return put


def test_a_sound_test_has_no_false_alarms_and_finds_errors_of_one_percent():
    found = measure("kl_gaussian", seeds=SEEDS, points=3)
    assert found["problems"] == [] and found["alarms"] == 0 and found["invalid"] == 0
    assert found["seeds"] == SEEDS and found["tests"] == 1
    assert found["mutants"] == found["detected"] == 3 and found["missed"] == []


def test_a_threshold_that_is_too_small_gives_false_alarms(broken):
    """The variance bound, and with it the threshold, ten times too small in the test's eyes."""
    broken(variance=lambda v: v / 100)
    found = measure("kl_gaussian", seeds=SEEDS, points=0)
    assert found["alarms"] > 0 and found["visible"] > allowed(SEEDS, 0.05)
    assert any("false alarms" in p for p in found["problems"])


def test_a_value_that_is_wrong_gives_false_alarms(broken):
    broken(expected=lambda c: 1.5 * c)
    found = measure("kl_gaussian", seeds=SEEDS, points=0)
    assert found["visible"] > allowed(SEEDS, 0.05) and found["problems"]


def test_a_blind_test_finds_no_errors(monkeypatch):
    """A test that never rejects raises no false alarm: what it misses is what shows."""
    monkeypatch.setattr("verify.monte_carlo.outcome.Outcome.rejected", property(lambda self: False, lambda self, value: None), raising=False)
    found = measure("kl_gaussian", seeds=SEEDS, points=3)
    assert found["detected"] == 0 and len(found["missed"]) == 3
    assert any("wrong by 1% were not rejected" in p for p in found["problems"])


def test_too_few_samples_find_too_few_errors(broken):
    broken(budget=lambda budget: 2**12)
    found = measure("kl_gaussian", seeds=SEEDS, points=3)
    assert found["detected"] < found["mutants"] and found["problems"]


def test_a_sampler_of_nan_is_a_problem(broken):
    broken(draw=lambda draw: lambda key, m, *numbers: draw(key, m, *numbers) * jax.numpy.nan)
    found = measure("kl_gaussian", seeds=SEEDS, points=1)
    assert found["invalid"] == SEEDS and found["problems"]


def test_what_crashes_is_a_problem_and_no_traceback(monkeypatch):
    monkeypatch.setattr(calibration, "tests_of", lambda statement, point: 1 / 0)
    assert "ZeroDivisionError" in measure("kl_gaussian", seeds=10, points=1)["problems"][0]


def test_claims_without_samples_say_why():
    assert "false on purpose" in measure("sheet_kl_sign")["skipped"][0]
    silent = measure("gaussian_log_likelihood")
    assert "nothing on the left side is random" in silent["skipped"][0] and silent["problems"] == []


def test_nothing_measured_is_a_problem():
    assert Found("c").problems() == ["nothing was measured"]
    assert command._verdict([]) == 1


def test_allowed_counts_are_those_of_the_binomial_law():
    """At 5% 500 of 10,000 are expected, and 604 is 4.75 standard deviations above."""
    assert 590 < allowed(10_000, 0.05) < 620 and allowed(0, 0.5) == 0
    assert Found("c", seeds=10_000, tests=1, alarms=1, mutants=1, detected=1).problems()  # at 1e-9 not one


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("kl_gaussian", 1),
        ("elbo_lower_bound", 1),  # a bound 1% beyond the left side
        ("ddpm_forward_marginal", 2),  # mean and standard deviation
        ("reparameterization_density", 1),
        ("inverse_cdf_reparameterization", 1),
    ],
)
def test_every_kind_of_statement_has_mutants_that_differ_from_it(name, kinds):
    claim = derivations.claim(name)
    point = random_point(claim, random.Random(0))
    found = list(one_percent(claim.parts[0].statement, point, random.Random(0)))
    assert len(found) == kinds
    assert all(wrong.rhs != claim.parts[0].statement.rhs for _, wrong in found)


def test_the_law_test_keeps_its_level_and_sees_what_it_says():
    """Massart's constant is nearly attained: at 5% some of 10,000 runs reject, and no more than 5%."""

    def normal(key, m):
        return jax.random.normal(key, (m,))

    strict, loose = (calibrate_law(normal, ndtr, samples=256, delta=delta) for delta in (1e-9, 0.05))
    assert strict.rejected == 0 and 0.02 < loose.rate <= 0.05 and strict.invalid == 0
    assert calibrate_law(normal, ndtr, samples=256, error="detectable").rate >= 0.999
    assert calibrate_law(normal, lambda t: ndtr(t - 0.2), samples=256, delta=0.05).rate > 0.2


# a test that sees too little supports nothing


def test_samples_are_as_many_as_show_one_percent():
    for expected, spread in ((1.0, 1.0), (5.0, 20.0), (0.0, 2.0)):
        hypothesis = MeanHypothesis(lambda key, m: spread * jax.random.normal(key, (m,)) + expected, expected, spread**2)
        found = hypothesis.test(1e-9, 0, samples=None)
        assert found.agrees and found.detectable <= 0.0101 * hypothesis.scale


def test_where_one_percent_takes_too_many_samples_a_test_sees_what_enough_show_and_at_least_five():
    def draw(key, m, mean):
        return 20 * jax.random.normal(key, (m,)) + mean

    for mean, samples, share in ((5.0, 2**22, 0.0213), (1.0, 19.1e6, LIMIT)):  # 19 million show 1% of 5, and 5% of 1
        hypothesis = MeanHypothesis(draw, mean, 400.0, parameters=(mean,), enough=2**22)
        found = hypothesis.test(1e-9, 0)
        assert found.agrees and found.samples == pytest.approx(samples, rel=0.01)
        assert found.detectable <= 1.0001 * share * mean and found.detectable == pytest.approx(share * mean, rel=0.01)
        assert replace(hypothesis, expected=mean + found.detectable).test(1e-9, 0).rejected  # as it said
    assert replace(hypothesis, expected=5.0).thorough().samples(1e-9) == pytest.approx(19.1e6, rel=0.01)


def test_a_test_that_sees_too_little_is_undecided_unless_it_rejects():
    def draw(key, m):
        return 1 + 10 * jax.random.normal(key, (m,))

    few = MeanHypothesis(draw, 1.0, 100.0, budget=2**18)
    found = few.test(1e-9, 0)
    assert not found.agrees and found.detectable > LIMIT and "too few" in found.undecided
    assert few.test(1e-9, 0, limit=1.0).agrees
    assert replace(few, expected=3.0).test(1e-9, 0).rejected
    coarse = LawHypothesis(lambda key, m: jax.random.normal(key, (m,)), ndtr, usual=2**12)
    assert "too few" in coarse.test(1e-9, 0).undecided and coarse.test(1e-9, 0, limit=1.0).agrees


def test_a_layer_of_tests_that_see_too_little_is_undecided(monkeypatch):
    import verify

    assert verify.kl_gaussian(layers="monte_carlo").status == "supported"
    monkeypatch.setattr(monte_carlo, "FALSE_ALARM", 1e-300)  # a level that the samples allowed here cannot bear
    monkeypatch.setattr("verify.sampled_tests.BUDGET", 2**18)
    verdict = verify.kl_gaussian(layers="monte_carlo")
    assert verdict.status == "undecided" and "too few" in verdict.evidence[0].summary


# the command


def test_the_command_writes_a_record_and_takes_it_up_again(tmp_path, capsys, monkeypatch):
    path = tmp_path / "calibration.json"
    arguments = ["--claims", "kl_gaussian", "sheet_kl_sign", "--seeds", "200", "--points", "1", "--jobs", "1", "--output", str(path)]
    assert command.main(arguments) == 0
    said = capsys.readouterr().out
    assert "0 false alarms in 200 runs; 1 of 1 errors of 1% found" in said and "false on purpose" in said
    kept = json.loads(path.read_text())
    assert kept["claims"]["kl_gaussian"]["alarms"] == 0 and kept["device"].startswith("cpu") and kept["date"]
    monkeypatch.setattr(command, "measure", None)  # nothing is left to be measured
    assert command.main(arguments) == 0


@pytest.mark.parametrize("wrong", [["--claims", "kl_gausian"], ["--seeds", "0"], ["--points", "-1"]])
def test_arguments_are_checked(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        command.main(wrong)
    assert end.value.code == 2 and wrong[0][2:] in capsys.readouterr().err.replace("kl_gaussian", "claims")


def test_a_record_of_other_numbers_is_forgotten(tmp_path):
    record = Record(tmp_path / "c.json", 0, 100, 1)
    record.claims["kl_gaussian"] = {}
    record.save()
    assert Record(tmp_path / "c.json", 0, 100, 1).claims and not Record(tmp_path / "c.json", 0, 200, 1).claims


def test_problems_fail_the_command():
    bad = {**vars(Found("c", seeds=100, tests=1, alarms=3, mutants=2, detected=2)), "problems": ["3 false alarms"]}
    assert command._verdict([bad]) == 1 and command._verdict([{**bad, "problems": []}]) == 0
