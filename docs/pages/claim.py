"""The page of a claim: statement, verdicts, figure, parameters, derivation, code, and what it leans on."""

import itertools
import json
from html import escape as html_attribute

from docs.evidence import steps as all_steps
from docs.markup import (
    CHAPTERS,
    LAYERS,
    badge,
    capitalised,
    claim_link,
    counterexample,
    equation,
    formula,
    front_matter,
    html_text,
    seconds,
    table,
    text,
)
from docs.pages import compiled, trained
from docs.pages.derivation import chain

ROOT = "../"
PROGRAM = ".venv/bin/proofsheet"


def page(evidence: dict, figure: str = "", errors: str = "") -> str:
    """Markdown for `claims/NAME.md`; `figure` is SVG to stand above the derivation, `errors` the map of the compiled form's."""
    number = itertools.count(len(evidence["parts"]) + 1)  # of the equations after the statement's
    blocks = [
        front_matter(evidence["title"], f"{evidence['name']}: statement, derivation and verdicts"),
        f"# {text(evidence['title'])}",
        f'<p class="claim-name"><code>{evidence["name"]}</code> {badge(evidence["verdict"]["status"])} '
        f"<span>{html_text(CHAPTERS[evidence['chapter']])}</span>"
        + (f" <span>in {html_text(evidence['unit'])}</span>" if evidence["unit"] else "")
        + "</p>",
        *_refutation(evidence),
        _statement(evidence),
        _paragraphs(evidence["summary"]),
        _values(evidence),
        "## What was found",
        _verdicts(evidence),
        figure,
        "## Parameters and conditions",
        _parameters(evidence),
        _instance(evidence),
        _conditions(evidence),
        *_derivation(evidence, number),
        *compiled.section(evidence, errors, number),
        trained.section(evidence),
        "## Check your own answer",
        _box(evidence),
        "## Use it",
        _code(evidence),
        "## What it stands on",
        _foundations(evidence),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _refutation(evidence: dict) -> list[str]:
    if evidence["holds"]:
        return []
    right = f" What is true: {claim_link(evidence['truth'], ROOT)}." if evidence["truth"] else ""
    return [
        '<div class="warning-note"><p><strong>This statement is false.</strong> It is kept here because it has been printed, '
        f'and the toolkit must find it false.{right} <a href="{ROOT}errata.html">All errata</a></p>{counterexample(evidence)}</div>'
    ]


def _statement(evidence: dict) -> str:
    equations = []
    for i, part in enumerate(evidence["parts"]):
        if part["title"] and len(evidence["parts"]) > 1:
            equations.append(f'<p class="statement-label">{html_text(capitalised(part["title"]))}</p>')
        anchor = f"statement-{i + 1}" if i else "statement"
        equations.append(equation(part["statement_latex"], evidence["name"], f"parts.{i}.statement_latex", anchor, i + 1))
    kind = "statement" if evidence["holds"] else "statement statement-false"
    return f'<div class="{kind}">\n' + "\n".join(equations) + "\n</div>"


def _paragraphs(summary: str) -> str:
    return "\n\n".join(text(" ".join(one.split())) for one in summary.split("\n\n"))


def _values(evidence: dict) -> str:
    if not evidence["values"]:
        return ""
    return table(["Value", ""], [[f"<code>{one['name']}</code>", one["value"]] for one in evidence["values"]], "values")


def _verdicts(evidence: dict) -> str:
    rows = [
        [LAYERS[one["layer"]], badge(one["status"]), html_text(one["summary"]), seconds(one["seconds"])]
        for one in evidence["verdict"]["evidence"]
    ]
    return table(["Layer", "Verdict", "What it found", "Time"], rows, "verdicts")


def _parameters(evidence: dict) -> str:
    keys = ["meaning", "domain", "shape", "unit"]
    shown = [key for key in keys if key == "meaning" or any(one[key] not in ("", "scalar") for one in evidence["parameters"])]
    rows = [
        [formula(one["latex"], evidence["name"], f"parameters.{i}.latex"), f"<code>{one['name']}</code>", *(html_text(one[key]) for key in shown)]
        for i, one in enumerate(evidence["parameters"])
    ]
    return table(["Symbol", "Argument"] + [key.capitalize() for key in shown], rows, "parameters") if rows else "No parameters."


def _instance(evidence: dict) -> str:
    if evidence["laws"]:
        listed = " and ".join(f"`{name}`" for name in evidence["laws"])
        return f"The statement is derived for any densities that meet the conditions. Where numbers are computed, {listed} {'are' if len(evidence['laws']) > 1 else 'is'} Gaussian."
    if not evidence["instance"]:
        return ""
    lines = [
        f'<div class="instance">{formula(one["abstract_latex"], evidence["name"], f"instance.{i}.abstract_latex")} is '
        f'{formula(one["concrete_latex"], evidence["name"], f"instance.{i}.concrete_latex")}</div>'
        for i, one in enumerate(evidence["instance"])
    ]
    return (
        "The statement is derived for any densities and functions that meet the conditions. "
        "Where numbers are computed they are these, with the parameters above:\n\n" + "\n".join(lines)
    )


def _conditions(evidence: dict) -> str:
    if not evidence["conditions"]:
        return ""
    return "It holds under these conditions:\n\n" + "\n".join(f"- {text(one)}" for one in evidence["conditions"])


def _derivation(evidence: dict, number) -> list[str]:
    steps = list(all_steps(evidence["parts"]))
    if not steps:
        return []
    count = "The one step was" if len(steps) == 1 else f"All {len(steps)} steps were"
    blocks = [
        "## Derivation",
        f"Each line follows from the one above it by the rule named below it. {count} replayed in this build; "
        "the + beside a step opens what its rule does, and what a second way of computing said of it. "
        f"[How to read the marks]({ROOT}marks.md)",
    ]
    shown = [part["steps"] for part in evidence["parts"]]
    for i, part in enumerate(evidence["parts"]):
        if len(evidence["parts"]) > 1:
            blocks.append(f"### {text(capitalised(part['title'])) or f'Part {i + 1}'}")
        prefix = f"part-{i + 1}-" if len(evidence["parts"]) > 1 else ""
        blocks.append(chain(evidence["name"], part["steps"], f"parts.{i}", prefix, number, shown))
    return blocks


def _box(evidence: dict) -> str:
    """Where readers type their own right side: it becomes the command that judges it, to be run on their machine."""
    name, reader = evidence["name"], evidence["reader"]
    if not reader["formula"]:
        return (
            f"No formula can be typed for this statement: {text(reader['reason'])}. What can be run is the check of the statement itself:\n\n"
            f"```sh\n{PROGRAM} verify {name}\n```"
        )
    shown = html_attribute(reader["formula"])
    judged = "Judged against the true statement, not against the one above. " if not evidence["holds"] else ""
    return "\n\n".join(
        [
            "Type your right side, as Python, as plain mathematics or as LaTeX. A page cannot judge it, since there is no server behind it: "
            f"copy either command and run it in your copy of proofsheet, after `make env`. {judged}A wrong formula gets a counterexample, and a diagnosis.",
            f'<p class="try" data-claim="{name}"><label for="try-formula">Your formula</label>'
            f'<input id="try-formula" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" value="{shown}"></p>',
            f"```sh\n{PROGRAM} check {name} {shell_quoted(reader['formula'])}\n```",
            f"```python\nverify.{name}(claim={json.dumps(reader['formula'], ensure_ascii=False)})\n```",
            "Of the formula it starts with, the answer in this build was:",
            f"```text\n{reader['output']}\n```",
        ]
    )


def shell_quoted(formula: str) -> str:
    """A word of the shell: in double quotes where they suffice, else in single ones. `proofsheet.js` does the same."""
    return f'"{formula}"' if not set(formula) & set('"$`\\!') else "'" + formula.replace("'", "'\\''") + "'"


def _code(evidence: dict) -> str:
    return "```python\n" + evidence["example"]["code"] + "\n```\n\n```text\n" + evidence["example"]["output"] + "\n```"


def _foundations(evidence: dict) -> str:
    lines = []
    if evidence["axioms"]:
        lines.append("Taken without proof:\n")
        lines += [
            f"- **{text(one['name'].replace('_', ' '))}.** {text(one['statement'])} "
            f"({text(one['source'])}{'; ' + text(one['condition']) if one['condition'] else ''})"
            for one in evidence["axioms"]
        ]
    else:
        lines.append("No axiom: every step is replayed from the definitions.")
    lines.append("")
    for label, names in (("Builds on", evidence["uses"]), ("Used by", evidence["used_by"])):
        if names:
            lines.append(f"{label} " + ", ".join(f"[`{name}`]({name}.md)" for name in names) + ".\n")
    if evidence["sources"]:
        lines.append("Sources: " + "; ".join(text(one) for one in evidence["sources"]) + ".\n")
    lines.append(f"Everything on this page as data: [evidence]({ROOT}evidence/{evidence['name']}.json).")
    return "\n".join(lines)
