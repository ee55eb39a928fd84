"""How to read the marks: the five verdicts, the layers, the rules and axioms that were used."""

from collections import Counter
from pathlib import Path

from docs.evidence import steps
from docs.markup import badge, front_matter, html_text, table

PROSE = Path(__file__).parent.parent / "prose" / "marks.md"


def page(evidence: dict[str, dict]) -> str:
    """Markdown for `marks.md`."""
    prose = PROSE.read_text(encoding="utf-8")
    for status in ("proved", "enclosed", "supported", "refuted", "undecided"):
        prose = prose.replace(f"{{{status}}}", badge(status))
    return front_matter("How to read the marks", "Verdicts, layers, rules and axioms") + "\n" + prose + "\n" + _rules(evidence) + _axioms(evidence)


def _rules(evidence: dict[str, dict]) -> str:
    all_steps = [step for one in evidence.values() for step in steps(one["parts"])]
    uses, docs = Counter(step["rule"] for step in all_steps), {step["rule"]: step["rule_doc"] for step in all_steps}
    rows = [[html_text(rule.replace("_", " ")), html_text(docs[rule]), str(uses[rule])] for rule in sorted(uses, key=uses.get, reverse=True)]
    return (
        f"\n## The {len(uses)} rules\n\nAll {len(all_steps)} steps of this site are replayed by these.\n\n"
        + table(["Rule", "What it does", "Steps"], rows)
        + "\n"
    )


def _axioms(evidence: dict[str, dict]) -> str:
    axioms = {axiom["name"]: axiom for one in evidence.values() for axiom in one["axioms"]}
    leaning = {name: [one["name"] for one in evidence.values() if any(a["name"] == name for a in one["axioms"])] for name in axioms}
    rows = [
        [
            f'<span id="axiom-{name}">{html_text(name.replace("_", " "))}</span>',
            html_text(axiom["statement"]),
            html_text(axiom["source"]),
            ", ".join(f'<a href="claims/{claim}.html"><code>{claim}</code></a>' for claim in leaning[name]),
        ]
        for name, axiom in axioms.items()
    ]
    if not rows:
        return "\n## Axioms\n\nNone: nothing on this site is taken without proof.\n"
    return (
        f"\n## Axioms\n\nWhat is taken without proof, {len(rows)} in all.\n\n"
        + table(["Axiom", "Statement", "Source", "Leaned on by"], rows)
        + "\n"
    )
