"""How evidence becomes a verdict: undecided never passes, contradictions are loud, crashes are undecided."""

import json
import math

import pytest

import verify
from verify.verdict import Evidence, Verdict, conclude, plain


def said(*statuses):
    return tuple(Evidence(f"layer{i}", s, "") for i, s in enumerate(statuses))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), "undecided"),
        (("proved", "enclosed", "supported"), "proved"),
        (("supported", "enclosed"), "enclosed"),
        (("supported",), "supported"),
        (("proved", "undecided"), "undecided"),
        (("proved", "refuted"), "refuted"),
        (("refuted", "undecided"), "refuted"),
    ],
)
def test_the_strongest_word_unless_contradicted_or_undecided(statuses, expected):
    assert conclude(said(*statuses)) == expected


@pytest.mark.parametrize("status", ["refuted", "undecided"])
def test_what_does_not_pass_is_false(status):
    assert not Verdict("c", status)
    assert not Verdict("c", status).as_expected


def test_a_false_statement_passes_only_when_refuted():
    assert Verdict("c", "refuted", holds=False).as_expected
    assert not Verdict("c", "undecided", holds=False).as_expected
    assert not Verdict("c", "proved", holds=False).as_expected


def test_layers_against_each_other_are_named():
    assert Verdict("c", "refuted", said("proved", "refuted")).contradiction
    assert "CONTRADICTION" in str(Verdict("c", "refuted", said("proved", "refuted")))
    assert not Verdict("c", "refuted", said("refuted", "refuted")).contradiction


def test_an_oracle_that_crashes_is_undecided(monkeypatch):
    from verify.layers import enclosure

    def broken(case):
        raise RuntimeError("no such luck")

    monkeypatch.setattr(enclosure, "run", broken)
    verdict = verify.kl_gaussian(layers=("derivation", "enclosure"))
    assert verdict.status == "undecided"
    assert "no such luck" in str(verdict)


def test_a_layer_that_does_not_apply_is_undecided_when_asked_for():
    verdict = verify.kl_gaussian(layers="trained")
    assert verdict.status == "undecided" and not verdict


def test_an_enclosure_without_points_is_undecided(monkeypatch):
    from verify import case

    monkeypatch.setattr(case, "POINTS", 0)
    monkeypatch.setattr(case, "EDGES", 0)
    assert verify.kl_gaussian(layers="enclosure").status == "undecided"


def test_to_dict_is_json():
    verdict = verify.kl_gaussian(mu1=3, sigma1=1, mu2=-3, sigma2=0.5, layers=("derivation", "enclosure"))
    data = json.loads(verdict.to_json())
    assert data["status"] == "proved"
    assert data["value"] == pytest.approx(72.8068528194, abs=1e-10)  # 73.5 - log 2
    assert plain({"a": (math.inf, 1)}) == {"a": ["inf", 1]}


def test_the_enclosure_holds_the_value():
    low, high = verify.kl_gaussian(mu1=3, sigma1=1, mu2=-3, sigma2=0.5, layers="enclosure").enclosure
    # log(1/2) + (1 + 36)/(2 * 1/4) - 1/2 = 73.5 - log 2, by hand
    assert low < 73.5 - math.log(2) < high and high - low < 1e-12


def test_notebooks_get_html_with_everything_escaped():
    verdict = Verdict("c", "refuted", (Evidence("enclosure", "refuted", "left < right & <b>"),))
    assert "&lt;b&gt;" in verdict._repr_html_() and "<b>" in verdict._repr_html_()
