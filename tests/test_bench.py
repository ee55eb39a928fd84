"""The benchmark says what it measured, what is not installed, and which goals were missed."""

import importlib.util
import json
import subprocess

import pytest

from bench import __main__ as command
from bench import contest, monte_carlo
from docs.pages import experiments


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


def played(monkeypatch, rounds):
    """A contest whose contestants take the seconds of {who: [of each round]}; None of one that fails."""
    turns = {who: iter(seconds) for who, seconds in rounds.items()}

    def run(line, **_):
        seconds = next(turns[line[line.index("--only") + 1]])
        if seconds is None:
            return subprocess.CompletedProcess(line, 1, "", "Traceback\nModuleNotFoundError: No module named 'torch'\n")
        return subprocess.CompletedProcess(line, 0, json.dumps({"seconds": seconds, "compile_seconds": 2.0}), "")

    monkeypatch.setattr(subprocess, "run", run)
    return contest.compete("bench.training", "vae", rounds, rounds=2)


def test_the_best_round_counts_and_who_cannot_run_says_why(monkeypatch):
    found = played(monkeypatch, {"proofsheet": [0.003, 0.002], "torch": [0.004, 0.005], "flax": [None]})
    assert list(contest.lines("vae", found, 1.9)) == [
        "vae: 2.00 ms a step after 2.0 s of compiling",
        "  PyTorch eager takes 2.00 times as long (goal 1.9)",
        "  Flax NNX cannot run: ModuleNotFoundError: No module named 'torch'",
    ]
    page = experiments.page({}, None, [{}, {"cores": 2, "date": "2026-01-01", "command": "python -m bench.training", "found": {"vae": found}}])
    assert "<td>vae</td>\n<td>2.0</td>\n<td>2</td>\n<td>2.00</td>\n<td></td>\n<td>cannot run there</td>" in page
    assert "How fast" not in experiments.page({}, None, [{}, {}])


def test_a_contest_without_us_is_an_error(monkeypatch):
    with pytest.raises(RuntimeError, match="vae: ModuleNotFoundError"):
        played(monkeypatch, {"proofsheet": [None], "torch": [0.004, 0.004]})
