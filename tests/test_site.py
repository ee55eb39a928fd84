"""The site: pages written from a small made-up evidence, built, rendered and checked; then broken on purpose."""

import copy
import json
import re
import shutil

import pytest

from docs import build, evidence, graph, katex, ledger, markup
from docs.accuracy import survey
from docs.check import check
from docs.figures import plot
from docs.pages import claim, errata, sheets
from docs.pages import ledger as ledger_page
from docs.typed import typed


def step(number, relation, before, after, **changes):
    return {
        "number": number,
        "relation": relation,
        "rule": "algebra",
        "rule_doc": "Equal by the laws of arithmetic.",
        "before_latex": before,
        "after_latex": after,
        "remark": "",
        "replayed": True,
        "reason": "both sides have the normal form $a$",
        "attack": {"kind": "points", "points": 3, "agreed": True, "digits": 28.0, "reason": ""},
        "inner": [],
    } | changes


def part(statement, *steps):
    return {"title": "", "statement_latex": statement, "ok": True, "reason": "", "steps": list(steps)}


ERRORS = {"compiled": {"worst": 0.5, "median": 0.25, "bad": 0}, "textbook": {"worst": 2.0**53, "median": 1234.5, "bad": 3}}
INNER = part(r"b < c", step(1, "<=", "b", "c"))
IDENTITY = {
    "name": "small_identity",
    "chapter": "vae",
    "title": "A small identity",
    "summary": "With a_b * c, an <angle> and 50% of [brackets] in its summary.",
    "holds": True,
    "truth": "",
    "unit": "nats",
    "parameters": [{"name": "a", "latex": "a_{1}", "domain": "a > 0", "unit": "", "shape": "scalar", "meaning": "a number"}],
    "values": [],
    "laws": [],
    "instance": [],
    "conditions": ["a is finite"],
    "sources": ["sheet Z 1"],
    "axioms": [{"name": "choice", "statement": "One may choose.", "source": "Zermelo 1904", "condition": ""}],
    "uses": [],
    "used_by": ["small_error"],
    "parts": [
        part(
            r"\frac{a}{a} \le 2",
            step(1, "=", r"\frac{a}{a}", "1"),
            step(2, "<=", "1", "2", inner=[INNER]),
        )
    ],
    "stable": [part(r"1 = \frac{a}{a} \cdot 1", step(1, "=", "1", r"\frac{a}{a} \cdot 1"))],
    "accuracy": {
        "forms": [{"name": "", "float32": {"value": ERRORS, "gradient": ERRORS}, "float64": {"value": ERRORS}}],
        "map": {
            "axes": ["$a$"],
            "value": {"at": [[0.0], [1.0], [2.0]], "compiled": [0.5, None, 8.0], "textbook": [9.0, None, 2.0**24]},
            "gradient": {"at": [[0.0]], "compiled": [0.5], "textbook": [2.0**24]},
        },
    },
    "verdict": {
        "status": "proved",
        "evidence": [{"layer": "derivation", "status": "proved", "summary": "2 steps", "seconds": 0.01, "details": {"steps": 2, "replayed": 2}}],
    },
    "silent": [
        {"layer": "monte_carlo", "reason": "nothing on the left side is random", "parts": []},
        {"layer": "gradient", "reason": "there is nothing to differentiate", "parts": [1, 3]},
    ],
    "reader": {"formula": "a/a + 1", "reason": "", "output": "proved"},
    "example": {"code": "verify.small_identity()", "point": "", "output": "small_identity: proved", "verdict": {}},
    "as_expected": True,
    "seconds": 0.1,
}
ERROR = IDENTITY | {
    "name": "small_error",
    "chapter": "museum",
    "title": "A small error",
    "holds": False,
    "truth": "small_identity",
    "axioms": [],
    "uses": ["small_identity"],
    "used_by": [],
    "stable": [],
    "accuracy": {},
    "parts": [part("1 = 2", step(1, "=", "1", "2", replayed=False, reason="1 is not 2", attack=None))],
    "verdict": {
        "status": "refuted",
        "counterexample": {"at": {"a": 0.5, "b": [1.0, 2.0]}, "left": "1", "right": "2"},
        "diagnosis": "The left side is too small by 1.",
        "evidence": [{"layer": "enclosure", "status": "refuted", "summary": "1 is not 2", "seconds": 0.01, "details": {}}],
    },
}
EVIDENCE = {"small_identity": IDENTITY, "small_error": ERROR}
EXAMPLE = {"code": "verify.small_identity(a=1)", "point": "a=1", "output": "", "verdict": IDENTITY["verdict"] | {"value": 72.80685281944005}}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The site of the made-up evidence, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build.front, "SHOWN", "small_identity")
        build.write_pages(EVIDENCE, EXAMPLE, folder / "pages")
        build.build_html(build.navigation(EVIDENCE), folder / "pages", folder / "site")
    katex.render_site(folder / "site")
    return folder / "site"


@pytest.fixture
def site(built, tmp_path):
    """A copy of the built site that a test may break."""
    return shutil.copytree(built, tmp_path / "site")


def edit(site, page, old, new, count=1):
    path = site / page
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{page} does not hold {old!r}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_a_sound_site_passes(site):
    assert check(site, EVIDENCE) == []


PAGE = "claims/small_identity.html"
ANNOTATION = '<annotation encoding="application/x-tex">'


@pytest.mark.parametrize(
    ("page", "old", "new", "complaint"),
    [
        (PAGE, ANNOTATION + r"\frac{a}{a} \le 2", ANNOTATION + r"\frac{a}{b} \le 2", "but the evidence says"),
        (PAGE, ANNOTATION + "2<", ANNOTATION + "3<", "but the evidence says"),
        (PAGE, "parts.0.steps.1.after_latex", "parts.0.steps.7.after_latex", "has nothing at parts.0.steps.7"),
        (PAGE, 'data-claim="small_identity" data-source="parts.0.steps.1"', 'data-claim="small_error" data-source="parts.0.steps.0"', "which was not replayed"),
        (PAGE, ' data-source="parts.0.steps.1">✓', ">✓", "a mark 'replayed' that names no step"),
        (PAGE, 'class="mark mark-replayed"', 'class="mark"', "the page has no mark for the step parts.0.steps.0"),
        (PAGE, ' data-claim="small_identity" data-source="stable.0.statement_latex"', "", "the page does not show stable.0.statement_latex"),
        (PAGE, ' data-claim="small_identity" data-source="parts.0.statement_latex"', "", "names no claim"),
        (PAGE, "<h1", "<pre>Traceback (most recent call last):</pre><h1", "traceback"),
        (PAGE, "<h1", r"<p>\(x\)</p><h1", "was not rendered"),
        (PAGE, "<h1", '<p id="statement"></p><h1', "the id 'statement' stands 2 times"),
        (PAGE, "<h1", '<img src="https://example.org/a.png"><h1', "from another host"),
        (PAGE, "<h1", '<script src="//example.org/a.js"></script><h1', "from another host"),
        (PAGE, "<h1", '<p style="background: url(https://example.org/a.png)"></p><h1', "from another host"),
        (PAGE, "Content-Security-Policy", "Content-Policy", "does not forbid"),
        (PAGE, "<h1", '<a href="nowhere.html">x</a><h1', "leads nowhere"),
        (PAGE, "<h1", '<a href="../../../secret.html">x</a><h1', "leads nowhere"),
        (PAGE, "<h1", '<a href="small_error.html#step-9">x</a><h1', "no id 'step-9'"),
        (PAGE, "<h1", '<a href="#step-9">x</a><h1', "no id 'step-9'"),
        ("ledger.json", '"verdict": "refuted"', '"verdict": "proved"', "says proved of small_error"),
        ("ledger.json", '"small_error": {', '"small_eror": {', "says nothing of small_error"),
        ("assets/proofsheet.css", ":root", "@import url(https://example.org/a.css);\n:root", "from another host"),
    ],
)
def test_a_broken_site_fails(site, page, old, new, complaint):
    edit(site, page, old, new)
    problems = check(site, EVIDENCE)
    assert any(complaint in problem for problem in problems), problems


def test_evidence_that_changed_after_the_build_fails(site):
    changed = copy.deepcopy(EVIDENCE)
    changed["small_identity"]["parts"][0]["steps"][1]["inner"][0]["steps"][0]["after_latex"] = "d"
    assert any("but the evidence says 'd'" in problem for problem in check(site, changed))


def test_a_contradicted_step_may_carry_no_mark(site):
    changed = copy.deepcopy(EVIDENCE)
    changed["small_identity"]["parts"][0]["steps"][0]["attack"] |= {"agreed": False, "reason": "0.3 is not 0.4"}
    assert any("which the attack contradicts: 0.3 is not 0.4" in problem for problem in check(site, changed))


def test_a_missing_page_and_an_empty_site_fail(site, tmp_path):
    (site / PAGE).unlink()
    assert "claims/small_identity.html: there is no such page" in check(site, EVIDENCE)
    (tmp_path / "empty").mkdir()
    assert check(tmp_path / "empty", EVIDENCE)


def test_a_page_shows_what_is_false_as_false(built):
    page = (built / "claims" / "small_error.html").read_text(encoding="utf-8")
    assert "This statement is false" in page
    assert "mark-replayed" not in page
    assert "✗ not replayed" in page


def test_latex_that_katex_refuses_fails_the_build():
    with pytest.raises(ValueError, match=r"\\frac\{a"):
        katex.render([(r"\frac{a", True), ("a", False)])


def test_formulas_carry_their_latex_and_need_no_script():
    latex = r"\mathbb{E}_{x \sim p}\left[x^{2}\right] < \infty"
    html = katex.render([(latex, True)])[latex, True]
    assert "<math" in html and r"x \sim p}\left[x^{2}\right] &lt; \infty</annotation>" in html
    assert "<script" not in html


def test_text_is_shown_as_written():
    assert markup.html_text("a < b, `f(x)`, $x$") == 'a &lt; b, <code>f(x)</code>, <span class="formula"><span class="arithmatex" data-search-exclude>\\(x\\)</span></span>'
    import markdown

    assert markdown.markdown(markup.text("a_b * c * d [e](f) <g> # 50%")) == "<p>a_b * c * d [e](f) &lt;g&gt; # 50%</p>"


def test_evidence_survives_its_files(tmp_path):
    evidence.write(list(EVIDENCE.values()), tmp_path)
    assert evidence.read(tmp_path) == EVIDENCE
    with pytest.raises(KeyError, match="nothing at parts.3"):
        evidence.look_up(IDENTITY, "parts.3.statement_latex")


def nodes(*pairs):
    return [graph.Node(name, name, f"{name}.html", "claim", tuple(needs)) for name, needs in pairs]


def test_the_graph_links_every_node_once_and_boxes_do_not_overlap():
    names = [f"n{i}" for i in range(30)]
    svg = graph.svg(nodes(*((name, names[max(0, i - 7) : i : 3]) for i, name in enumerate(names))), "test")
    assert sorted(re.findall(r'<a href="(n\d+)\.html"', svg)) == sorted(names)
    boxes = [tuple(map(float, box)) for box in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="(\d+)"', svg)]
    assert len(boxes) == 30
    apart = [
        x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
        for i, (x1, y1, w1, h1) in enumerate(boxes)
        for x2, y2, w2, h2 in boxes[:i]
    ]
    assert all(apart)


def test_the_graph_refuses_a_circle_and_a_stranger():
    with pytest.raises(ValueError, match="circle"):
        graph.svg(nodes(("a", ["b"]), ("b", ["a"])), "test")
    with pytest.raises(ValueError, match="stranger"):
        graph.svg(nodes(("a", ["stranger"])), "test")


def test_the_graph_untangles_what_can_be_untangled():
    pairs = [(f"a{i}", ()) for i in range(6)] + [(f"b{i}", (f"a{5 - i}",)) for i in range(6)]
    layout = graph._ordered(graph._layered({node.name: node for node in nodes(*pairs)}))
    assert graph._crossings(layout) == 0


def test_every_sheet_is_readable_and_says_what_is_missing():
    assert list(sheets.sheets()) == ["A", "B", "C", "D", "L"]
    for letter, sheet in sheets.sheets().items():
        assert all(one["number"] and one["asks"] for one in sheet["exercise"])
        page = sheets.page(letter, sheet, {})
        assert "not yet here" in page and page.count("<tr>") == len(sheet["exercise"]) + 1


def test_search_finds_words_and_no_latex(built):
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    places = [one for one in index["docs"] if one["location"].startswith("claims/")]
    texts = [one["text"] for one in places if not one["location"].endswith("#check-your-own-answer")]
    assert any("a number" in text for text in texts)
    assert not any(r"\(" in text or r"\[" in text or "LaTeX" in text for text in texts)


@pytest.mark.parametrize("flaw", ["verdict", "page"])
def test_the_build_fails_and_keeps_the_old_site(flaw, monkeypatch, tmp_path):
    found = copy.deepcopy(EVIDENCE)
    if flaw == "verdict":
        found["small_identity"]["as_expected"] = False
    monkeypatch.setattr(build, "REPOSITORY", tmp_path)
    monkeypatch.setattr(build, "verify_all", lambda console: found)
    monkeypatch.setattr(build.evidence_files, "example", lambda *_, **__: EXAMPLE)
    monkeypatch.setattr(build, "write_pages", lambda *_: None)
    monkeypatch.setattr(build, "build_html", lambda *_: None)
    monkeypatch.setattr(build.katex, "render_site", lambda *_: 0)
    monkeypatch.setattr(build.check, "check", lambda *_: ["index.html: a flaw"] if flaw == "page" else [])
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.html").write_text("old")
    assert build.main() == 1
    assert (tmp_path / "site" / "old.html").exists()


def test_a_page_is_written_from_evidence_alone():
    page = claim.page(json.loads(json.dumps(IDENTITY)))
    assert page.count("✓ replayed") == 4
    assert 'id="step-2-1-step-1"' in page


def layer(name, status, **details):
    return {"layer": name, "status": status, "summary": f"{name} is {status}", "seconds": 0.0, "details": details}


def test_an_undecided_layer_fails_the_build_even_of_a_refuted_claim():
    assert ledger.problems(EVIDENCE) == []
    for name in EVIDENCE:
        changed = copy.deepcopy(EVIDENCE)
        changed[name]["verdict"]["evidence"].append(layer("gradient", "undecided"))
        assert ledger.problems(changed) == [f"{name}: the layer gradient is undecided: gradient is undecided"]


def test_layers_that_contradict_each_other_fail_the_build():
    changed = copy.deepcopy(EVIDENCE)
    changed["small_error"]["verdict"]["contradiction"] = ["enclosure: refuted", "gradient: supported"]
    assert ledger.problems(changed) == ["small_error: its layers contradict each other (enclosure: refuted, gradient: supported)"]


def test_the_ledger_says_what_is_not_checked():
    changed = copy.deepcopy(IDENTITY)
    steps = changed["parts"][0]["steps"]
    steps[0]["attack"] |= {"agreed": None, "reason": "no way to evaluate a limit"}
    steps[1]["attack"]["kind"] = "tables"
    assert ledger.unchecked(changed, None, None) == [
        "Monte Carlo does not apply: nothing on the left side is random.",
        "Gradient says nothing on parts 1 and 3 of 1: there is nothing to differentiate.",
        "A step by algebra was replayed by its rule, but evaluated by no second way: no way to evaluate a limit.",
        "1 of 4 steps was confirmed on random finite tables only, where integrals are sums.",
        "No mutants of this claim were made for this build.",
    ]


def test_the_ledger_reads_the_first_record_that_is_there(tmp_path):
    assert ledger.recorded(tmp_path / "none.json") == {}
    counts = {"derivation": {"killed": 7, "survived": 0, "equivalent": 2}}
    (tmp_path / "new.json").write_text(json.dumps({"claims": {"small_identity": counts}}))
    (tmp_path / "old.json").write_text(json.dumps({"claims": {}}))
    found = ledger.recorded(tmp_path / "none.json", tmp_path / "new.json", tmp_path / "old.json")["claims"]
    entries = ledger.ledger(EVIDENCE, found, {})
    assert entries["small_identity"]["mutants"] == counts and entries["small_error"]["mutants"] is None
    assert not any("mutants" in sentence for sentence in entries["small_identity"]["not_checked"])


def test_the_ledger_shows_error_rates_and_says_where_they_were_not_counted():
    counted = {"tests": 2, "seeds": 10_000, "level": 1e-9, "alarms": 0, "mutants": 40, "detected": 39, "skipped": [], "seconds": 1.0}
    sampled = copy.deepcopy(EVIDENCE)
    sampled["small_identity"]["verdict"]["evidence"].append({**layer("monte_carlo", "supported"), "details": {"detectable": 0.01}})
    entries = ledger.ledger(sampled, {}, {"small_identity": counted})
    assert entries["small_identity"]["calibration"]["detected"] == 39
    assert "39 of 40, 0 false alarms in 20,000" in ledger_page.page(entries, {})
    uncounted = ledger.ledger(sampled, {}, {})["small_identity"]
    assert uncounted["calibration"] is None and any("were not counted" in s for s in uncounted["not_checked"])


def test_the_ledger_shows_how_fast_the_oracles_were():
    peers = {
        "proofsheet": {"samples": 10**8, "seconds": 0.2, "mebibytes": 45.0, "rate": 500.0, "ratio": 1.0},
        "jax": {"rate": 50.0, "ratio": 10.04},
        "torch": {"missing": "torch not installed"},
    }
    bench = {"date": "2026-01-01", "cores": 2, "monte_carlo": {"1": peers}, "enclosures": [{"case": "KL", "digits": 30, "ratio": 41.7}]}
    page = ledger_page.page(ledger.ledger(EVIDENCE, {}, {}), bench)
    assert "10.0" in page and "torch not installed" in page and "42" in page and "45 MiB" in page
    assert "How fast" not in ledger_page.page(ledger.ledger(EVIDENCE, {}, {}), {})


def test_known_errata_leave_the_list_when_their_claim_comes():
    page = errata.page(EVIDENCE, {})
    assert "To come" in page and "called Xavier" in page
    assert "called Xavier" not in errata.page(EVIDENCE | {"xavier_is_he": ERROR | {"name": "xavier_is_he"}}, {})


def test_a_false_statement_shows_where_and_how_it_fails(built):
    for name in ("errata.html", "claims/small_error.html"):
        page = (built / name).read_text(encoding="utf-8")
        assert "At a = 0.5, b = (1, 2): left 1, right 2." in page and "The left side is too small by 1." in page


def test_a_statement_is_answered_only_where_a_claim_decides_it():
    sheet = sheets.sheets()["B"]
    assert len(sheet["exercise"]) == 20
    assert 'class="answer"' not in sheets.page("B", sheet, {})
    decided = {"elbo_decomposition": IDENTITY, "discriminator_accuracy_at_equilibrium": ERROR, "gan_global_optimum": IDENTITY}
    page = sheets.page("B", sheet, decided)
    assert page.count('class="answer">Yes.') == 1 and page.count('class="answer">No.') == 2 and "3 of the 20 statements" in page


def test_a_formula_is_written_as_a_person_would_type_it():
    import derivations

    names = derivations.claim("kl_gaussian_standard_normal")
    assert typed(names.statement.rhs, names) == "sum(exp(log_var[i]) - log_var[i] + mu[i]**2 - 1, (i, 1, d))/2"


@pytest.mark.parametrize(
    ("formula", "quoted"), [("a/b", '"a/b"'), (r"\frac{a}{b}", r"'\frac{a}{b}'"), ("f'", '"f\'"'), ("$f'$", "'$f'\\''$'")]
)
def test_commands_survive_the_shell(formula, quoted):
    import shlex

    assert claim.shell_quoted(formula) == quoted
    assert shlex.split(quoted) == [formula]


def test_every_figure_belongs_to_a_claim_and_has_a_caption():
    import derivations

    for name, figure in plot.figures().items():
        assert figure.CLAIM in derivations.claims(), name
        assert figure.CAPTION.endswith(".") and 1 < figure.HEIGHT < 6


def test_the_box_starts_with_a_formula_that_was_judged_in_this_build():
    found = evidence.reader("kl_gaussian")
    assert "log(sigma2/sigma1)" in found["formula"] and "kl_gaussian: proved" in found["output"]
    found = evidence.reader("elbo_gap")
    assert found["formula"] == "" and "any densities" in found["reason"]


def test_the_worked_example_shows_its_numbers():
    import derivations

    values = {one["name"]: one["value"] for one in evidence._values(derivations.claim("autoencoder_worked_example"))}
    assert values["z1"].startswith("0.62245933") and values["loss"].startswith("0.97805655")


def test_layers_that_see_some_parts_only_say_which():
    import derivations

    silent = evidence._silent(derivations.claim("jensen_shannon_bounds"))
    assert {"layer": "enclosure", "reason": "an optimum over all laws has no value to enclose", "parts": [5]} in silent


def test_a_false_statement_is_shown_at_its_counterexample():
    from verify.verdict import Verdict

    assert evidence._counterexample(Verdict("a", "refuted", counterexample={"at": {"mu": 1.0}, "left": "0", "right": "1"})) == {"mu": 1.0}
    assert evidence._counterexample(Verdict("a", "refuted", counterexample={"at": {"p": "N(0, 1^2)"}, "left": "0", "right": "1"})) is None
    assert evidence._counterexample(Verdict("a", "proved")) is None


def test_what_is_compiled_is_shown_with_its_errors(built):
    page = (built / PAGE).read_text(encoding="utf-8")
    assert "What is compiled" in page and 'data-source="stable.0.steps.0.after_latex"' in page
    assert "0.5 ulp (median 0.25)" in page and "no digit right (median 1.2e+03), 3 NaN" in page
    assert 'id="figure-accuracy-small_identity"' in page
    assert "What is compiled" not in (built / "claims" / "small_error.html").read_text(encoding="utf-8")


def test_errors_of_the_compiled_form_are_measured_for_the_page():
    found = survey("mean_squared_error_gradient")
    (form,) = found["forms"]
    assert form["float32"]["value"]["compiled"]["worst"] <= 8 and form["float64"]["gradient"]["textbook"]["bad"] == 0
    shown = found["map"]["value"]
    assert len(shown["at"]) == len(shown["compiled"]) == len(shown["textbook"]) > 100
    assert all(len(place) == len(found["map"]["axes"]) for place in shown["at"])
    assert survey("kl_nonnegative") == {}
