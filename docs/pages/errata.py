"""The errata: statements that were printed somewhere, refuted here, with what is true."""

from docs.markup import badge, equation, front_matter, html_text, table, text


def page(evidence: dict[str, dict]) -> str:
    """Markdown for `errata.md`."""
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
        ),
    ]
    for name, one in wrong.items():
        blocks.append(f"## {text(one['title'])} {{ #{name} }}")
        blocks.append(text(one["summary"]))
        blocks.append(_statement(one, "statement-false", "Printed"))
        blocks.append(_refutation(one))
        if one["truth"]:
            blocks.append(_statement(evidence[one["truth"]], "", "True"))
        blocks.append(f"[The page of `{name}`](claims/{name}.md)")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _statement(one: dict, kind: str, label: str) -> str:
    equations = "\n".join(equation(part["statement_latex"], one["name"], f"parts.{i}.statement_latex") for i, part in enumerate(one["parts"]))
    return f'<div class="statement {kind}"><p class="statement-label">{label}</p>\n{equations}\n</div>'


def _refutation(one: dict) -> str:
    found = [f"- {text(layer['summary'])}" for layer in one["verdict"]["evidence"] if layer["status"] == "refuted"]
    return "How it was refuted:\n\n" + "\n".join(found)
