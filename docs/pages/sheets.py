"""The exercise sheets: which claim answers which theory exercise."""

import tomllib
from pathlib import Path

from docs.markup import badge, front_matter, html_text, table

FOLDER = Path(__file__).parent.parent / "sheets"


def sheets() -> dict[str, dict]:
    """The sheets by their letter, as `docs/sheets/LETTER.toml` writes them down."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def page(letter: str, sheet: dict, evidence: dict[str, dict]) -> str:
    """Markdown for `sheets/LETTER.md`."""
    rows = [
        [html_text(one["number"]), html_text(one["asks"]), _statement(one, evidence) if sheet.get("statements") else _answers(one, evidence) + _remark(one)]
        for one in sheet["exercise"]
    ]
    answered, formal = count(sheet, evidence)
    if sheet.get("statements"):
        said = (
            f"{answered} of the {formal} statements are decided by a claim here, and only those are answered: "
            "the answer stands with the claim that decides it."
        )
        header = ["No.", "Statement", "Answer here"]
    else:
        said = (
            f"{answered} of the {formal} exercises that ask for a formula, a proof or a number are answered by a claim here. "
            "What is not derived yet is named as such."
        )
        header = ["Exercise", "What it asks", "Answer here"]
    return "\n\n".join(
        [
            front_matter(f"Sheet {letter}", sheet["title"]),
            f"# Sheet {letter}: {sheet['title']}",
            html_text(sheet["source"]),
            said,
            table(header, rows, "sheet"),
        ]
    )


def index(evidence: dict[str, dict]) -> str:
    """Markdown for `sheets/index.md`."""
    rows = []
    for letter, sheet in sheets().items():
        answered, formal = count(sheet, evidence)
        rows.append([f'<a href="{letter}.html">{letter}</a>', html_text(sheet["title"]), html_text(sheet["source"]), f"{answered} of {formal}"])
    return "\n\n".join(
        [
            front_matter("Exercise sheets", "Which claim answers which exercise"),
            "# Exercise sheets",
            "The claims answer the theory of these sheets. Find your exercise, follow it to its derivation.",
            table(["Sheet", "Title", "Source", "Answered"], rows, "sheet"),
        ]
    )


def count(sheet: dict, evidence: dict[str, dict]) -> tuple[int, int]:
    """How many exercises of a sheet have every claim they need, and how many need one; of statements, all do."""
    formal = [one for one in sheet["exercise"] if one.get("claims") or sheet.get("statements")]
    return sum(_answered(one, evidence) for one in formal), len(formal)


def _answered(exercise: dict, evidence: dict[str, dict]) -> bool:
    names = exercise.get("claims", [])
    return bool(names) and all(name in evidence for name in names)


def _statement(one: dict, evidence: dict[str, dict]) -> str:
    """Yes or no, with the claims that decide it; neither as long as a claim is missing."""
    if not _answered(one, evidence):
        return '<span class="badge badge-missing">not yet here</span>'
    return f'<strong class="answer">{one["answer"].capitalize()}.</strong> {_answers(one, evidence)}{_remark(one)}'


def _answers(exercise: dict, evidence: dict[str, dict]) -> str:
    lines = []
    for name in exercise.get("claims", []):
        if name in evidence:
            one = evidence[name]
            lines.append(f'<a href="../claims/{name}.html">{html_text(one["title"])}</a> {badge(one["verdict"]["status"])}')
        else:
            lines.append(f'<code>{name}</code> <span class="badge badge-missing">not yet here</span>')
    return "<br>".join(lines) or '<span class="discussion">for discussion; nothing to compute</span>'


def _remark(exercise: dict) -> str:
    return f'<br><span class="remark">{html_text(exercise["remark"])}</span>' if "remark" in exercise else ""
