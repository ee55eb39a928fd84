"""The list of all claims, by chapter, with statement and verdict."""

from docs.markup import CHAPTERS, badge, formula, front_matter, html_text, table


def page(evidence: dict[str, dict]) -> str:
    """Markdown for `claims/index.md`."""
    blocks = [front_matter("All claims", "Every claim with its statement and verdict"), "# All claims"]
    for chapter, title in CHAPTERS.items():
        rows = [
            [f'<a href="{name}.html">{html_text(one["title"])}</a><br><code>{name}</code>', _statements(one), badge(one["verdict"]["status"])]
            for name, one in evidence.items()
            if one["chapter"] == chapter
        ]
        if rows:
            blocks += [f"## {title}", table(["Claim", "Statement", "Verdict"], rows, "claims")]
    return "\n\n".join(blocks) + "\n"


def _statements(one: dict) -> str:
    return "".join(
        f'<div class="statement-line">{formula(part["statement_latex"], one["name"], f"parts.{i}.statement_latex")}</div>'
        for i, part in enumerate(one["parts"])
    )
