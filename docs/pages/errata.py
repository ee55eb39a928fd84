"""The errata: statements that were printed somewhere, refuted here, with what is true."""

import tomllib
from pathlib import Path

from docs.markup import LAYERS, badge, counterexample, equation, front_matter, html_text, table, text

KNOWN = Path(__file__).parent.parent / "errata.toml"


def page(evidence: dict[str, dict], figures: dict[str, str]) -> str:
    """Markdown for `errata.md`; `figures` are those of the claims by name, as HTML."""
    wrong = {name: one for name, one in evidence.items() if not one["holds"]}
    blocks = [
        front_matter("Errata", "Printed statements that are false, each with a counterexample"),
        "# Errata",
        f"{len(wrong)} statements that have been printed and are false. Each was refuted in this build; "
        "a build in which one of them holds fails.",
        table(
            ["Statement", "Printed in", "Verdict", "What is true"],
            [
                [
                    f'<a href="#{name}">{html_text(one["title"])}</a>',
                    html_text("; ".join(one["sources"])),
                    badge(one["verdict"]["status"]),
                    f'<a href="claims/{one["truth"]}.html">{html_text(evidence[one["truth"]]["title"])}</a>' if one["truth"] else "",
                ]
                for name, one in wrong.items()
            ],
            "sheet",
        ),
    ]
    for name, one in wrong.items():
        blocks.append(f"## {text(one['title'])} {{ #{name} }}")
        blocks.append(text(one["summary"]))
        blocks.append(_statement(one, "statement-false", "Printed"))
        blocks.append(counterexample(one))
        blocks.append(_refutation(one))
        blocks.append(figures.get(name, ""))
        if one["truth"]:
            blocks.append(_statement(evidence[one["truth"]], "", "True"))
        blocks.append(f"[The page of `{name}`](claims/{name}.md)")
    blocks.append(_to_come(evidence))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _to_come(evidence: dict[str, dict]) -> str:
    """The statements known to be false that no claim of this build refutes."""
    known = tomllib.loads(KNOWN.read_text(encoding="utf-8"))["erratum"]
    rows = [
        [html_text(one["says"]), html_text(one["printed"]), '<span class="badge badge-missing">to come</span>']
        for one in known
        if one["claim"] not in evidence
    ]
    if not rows:
        return ""
    return (
        "## To come\n\nThese are false too, by the literature, but nothing on this site refutes them yet.\n\n"
        + table(["Statement", "Printed in", "Refuted here"], rows, "sheet")
    )


def _statement(one: dict, kind: str, label: str) -> str:
    equations = "\n".join(equation(part["statement_latex"], one["name"], f"parts.{i}.statement_latex") for i, part in enumerate(one["parts"]))
    return f'<div class="statement {kind}"><p class="statement-label">{label}</p>\n{equations}\n</div>'


def _refutation(one: dict) -> str:
    rows = [
        [LAYERS[layer["layer"]], badge(layer["status"]), html_text(layer["summary"])]
        for layer in one["verdict"]["evidence"]
        if layer["status"] == "refuted"
    ]
    return "How it was refuted:\n\n" + table(["Layer", "Verdict", "What it found"], rows, "verdicts")
