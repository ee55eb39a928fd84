"""The benchmark says what it measured, what is not installed, and which goals were missed."""

import importlib.util

import pytest

from bench import __main__ as command
from bench import monte_carlo


def test_contestants_that_are_not_installed_are_named_and_ours_is_measured(monkeypatch, capsys):
    monkeypatch.setattr(monte_carlo, "CONTESTANTS", dict.fromkeys(("proofsheet", "torch")))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = monte_carlo.measure(2**20, 1, rounds=1, repeats=1)
    monte_carlo.show(1, found)
    said = capsys.readouterr().out
    assert "torch not installed" in said and "1,048,576 samples" in said
    assert found["proofsheet"]["ratio"] == 1 and found["proofsheet"]["mebibytes"] < command.MEBIBYTES


def test_a_contestant_that_fails_ends_the_benchmark(monkeypatch):
    monkeypatch.setattr(monte_carlo, "CONTESTANTS", {"nobody": None})
    with pytest.raises(RuntimeError, match="nobody in 1 dimensions"):
        monte_carlo.measure(2**10, 1, rounds=1)


def test_goals_that_are_missed_are_said():
    ours = {"mebibytes": 40.0, "ratio": 1.0}
    found = {d: {"proofsheet": ours, "jax": {"ratio": 8.0}, "torch": {"ratio": 16.0}} for d in ("1", "8", "64")}
    assert not list(command.below(found))
    found["8"]["jax"] = {"ratio": 5.0}
    found["1"]["torch"] = {"missing": "torch not installed"}
    found["1"]["proofsheet"] = {"mebibytes": 400.0}
    assert [line.split(":")[1].split()[0] for line in command.below(found)] == ["5.0", "400"]
