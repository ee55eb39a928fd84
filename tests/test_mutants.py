"""The mutation engine itself: what it changes, and that it tells the killed, the surviving and the equivalent apart."""


import pytest
from sympy import Ge, Rational, log

import derivations
from derivations.language import JS, KL, Hellinger, Law, real
from derivations.rules.rule import Normaliser
from verify.mutation import campaign, domains, sabotage, statements, steps
from verify.mutation.edits import KINDS, edits, evenly
from verify.mutation.equivalence import same_value, why_equivalent, why_implied
from verify.mutation.finding import Finding, tally
from verify.mutation.record import Record

CLAIM = derivations.claim("kl_gaussian")
PART = CLAIM.parts[0]
STATEMENT = CLAIM.statement
x = real("x")
q, p = Law("q")(x), Law("p")(x)


def words(findings, layer):
    return {f.mutant: f.word for f in findings if f.layer == layer}


def test_every_edit_is_different_and_named():
    found = list(edits(STATEMENT.rhs, CLAIM.parameters))
    assert len({e for _, _, e in found} | {STATEMENT.rhs}) == len(found) + 1
    assert {"sign", "coefficient", "exponent", "half", "log base", "drop", "double", "parameters"} <= {k for k, _, _ in found}
    assert {k for k, _, _ in edits(STATEMENT.lhs)} >= {"direction"}


def test_the_kinds_are_taken_in_turn():
    chosen = evenly(list(edits(STATEMENT.rhs)), 6)
    assert len(chosen) == 6 and len({kind for kind, _, _ in chosen}) == 6


def test_every_mutant_of_a_statement_is_killed_or_proved_equivalent():
    found = list(statements.examine(CLAIM, PART, 0, lambda found: set(), 30))
    assert set(words(found, "derivation").values()) <= {"killed", "equivalent"}
    enclosed = words(found, "enclosure")
    assert set(enclosed.values()) == {"killed", "equivalent"}
    assert enclosed["right side, mu1 and mu2 swapped"] == "equivalent"  # (mu1 - mu2)^2


def test_a_layer_that_sees_nothing_lets_mutants_survive(monkeypatch):
    from verify.layers import enclosure

    monkeypatch.setattr(enclosure, "compare", lambda *sides: (True, 30.0))
    found = list(statements.examine(CLAIM, PART, 0, lambda found: set(), 6))
    assert "survived" in words(found, "enclosure").values()


def test_a_rule_that_accepts_everything_lets_mutants_survive(monkeypatch):
    place = list(steps.places(PART))[-1]
    right = list(steps.examine(CLAIM, place, 0, 6))
    assert "survived" not in words(right, "derivation").values()
    assert set(words(right, "attack").values()) <= {"killed", "equivalent"}
    monkeypatch.setattr(Normaliser, "replay", lambda self, *step: "fine")
    survivors = [f for f in steps.examine(CLAIM, place, 0, 6) if f.word == "survived"]
    assert any("accepted" in f.reason for f in survivors) and any(f.kind == "rule" for f in survivors)


def test_equal_means_proved_equal():
    assert same_value(log(6), log(2) + log(3))
    assert not same_value(log(6), log(2) + log(3) + 1)
    assert same_value(JS(q, p, x), JS(p, q, x))
    assert not same_value(KL(q, p, x), KL(p, q, x))


def test_implied_inequalities_are_told_from_others():
    claim = derivations.claim("kl_nonnegative")
    bound = claim.parts[2].statement
    assert why_implied(bound, bound.func(bound.lhs, bound.rhs / 2, evaluate=False))
    assert not why_implied(bound, bound.func(bound.lhs, 2 * bound.rhs, evaluate=False))
    swapped = bound.func(bound.lhs.func(p, q, x), bound.rhs.func(p, q, x), evaluate=False)
    assert "renamed" in why_equivalent(claim, bound, swapped)


def test_an_inequality_is_searched_for_a_counterexample():
    """KL >= 1.01 H^2 holds for all Gaussians, but not for all laws: lopsided tables show it."""

    from verify.mutation.search import counterexample

    claim = derivations.claim("kl_nonnegative")
    left, right = claim.parts[2].statement.args
    assert isinstance(right, Hellinger)
    assert counterexample(claim, Ge(left, Rational(101, 100) * right, evaluate=False), 0)
    assert not counterexample(claim, Ge(left, right, evaluate=False), 0)


def test_wider_domains_and_missing_conditions():
    found = list(domains.examine(CLAIM, 0))
    assert len(found) == 6 and {f.word for f in found} == {"killed"}
    gradient = derivations.claim("pathwise_gradient")
    conditions = [f for f in domains.examine(gradient, 0) if f.kind == "condition"]
    assert [f.word for f in conditions] == ["killed", "killed"]


def test_a_wrong_formula_of_the_museum_is_a_mutant():
    assert {f.word for f in campaign.examine(("sheet_kl_sign", "museum", 0))} == {"killed"}
    (name, what, k), *_ = campaign.tasks(("sheet_kl_sign",))
    assert what == "museum"


def test_the_tally_counts_and_names():
    table = tally([Finding("enclosure", "sign", "a", "killed"), Finding("enclosure", "sign", "b", "survived", "why")])
    assert (table["enclosure"]["killed"], table["enclosure"]["survivors"]) == (1, ["sign: b (why)"])


def test_a_record_is_taken_up_again_only_for_the_same_sources(tmp_path, monkeypatch):
    record = Record(tmp_path / "m.json")
    record.tasks["kl_gaussian:part:0"] = tally([Finding("enclosure", "sign", "a", "killed")])
    record.save()
    assert Record(tmp_path / "m.json").claims()["kl_gaussian"]["enclosure"]["killed"] == 1
    assert not Record(tmp_path / "m.json", seed=1).tasks
    assert not Record(tmp_path / "m.json", fresh=True).tasks


def test_survivors_make_the_run_fail(tmp_path):
    from verify.mutation.__main__ import _verdict

    record = Record(tmp_path / "m.json")
    assert _verdict(record) == 1  # nothing was examined
    record.tasks["c:part:0"] = tally([Finding("enclosure", "sign", "a", "killed"), Finding("monte_carlo", "sign", "a", "survived")])
    assert _verdict(record) == 0
    record.sabotages["s"] = {"name": "s", "module": "m", "noticed_by": ""}
    assert _verdict(record) == 1
    record.sabotages.clear()
    record.tasks["c:part:1"] = tally([Finding("derivation", "sign", "a", "survived")])
    assert _verdict(record) == 1


def test_every_kind_of_the_issue_is_there():
    assert set(KINDS) >= {"sign", "coefficient", "exponent", "index", "half", "log base", "drop", "double", "arguments", "direction"}
    assert len(sabotage.NAMES) > 40


@pytest.mark.parametrize("name", ["the ends always meet"])
def test_a_broken_checker_is_noticed(name):
    assert "test_checker" in sabotage.noticed_by(name)["noticed_by"]
