"""The commands as a stranger runs them."""

import json
import subprocess
import sys


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "verify.cli", *arguments], capture_output=True, text=True)


def test_verify_prints_a_table_and_succeeds():
    result = run("verify", "kl_gaussian", "--layer", "derivation", "--layer", "enclosure")
    assert result.returncode == 0, result.stderr
    assert "kl_gaussian  proved" in result.stdout and "1 proved" in result.stdout


def test_verify_json_is_a_line_per_claim():
    result = run("verify", "kl_gaussian", "elbo_gap", "--layer", "derivation", "--json")
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["kl_gaussian", "elbo_gap"]


def test_an_unknown_claim_is_one_line_not_a_traceback():
    result = run("verify", "kl_gausian")
    assert result.returncode == 2
    assert "did you mean kl_gaussian" in result.stderr and "Traceback" not in result.stderr


def test_nothing_checked_is_a_failure():
    result = run("verify", "kl_gaussian", "--layer", "trained")
    assert result.returncode == 1
