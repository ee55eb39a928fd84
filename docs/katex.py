r"""KaTeX at build time: every `\(…\)` and `\[…\]` that Markdown marked as mathematics becomes HTML with MathML in it.

A page then needs no script for its mathematics, and LaTeX that KaTeX cannot read fails the build.
"""

import html
import json
import re
import shutil
from pathlib import Path

from docs import node

HERE = Path(__file__).parent
DISTRIBUTION = HERE / "node_modules" / "katex" / "dist"
MARKED = re.compile(r'<(span|div) class="arithmatex"(?: data-search-exclude)?>\s*\\([(\[])(.*?)\\[)\]]\s*</\1>', re.DOTALL)


def render(formulas: list[tuple[str, bool]]) -> dict[tuple[str, bool], str]:
    """HTML for each (LaTeX, display) pair, in one run of Node.

    Raises:
        ValueError: if KaTeX refuses a formula; the message holds each refused formula and KaTeX's reason.
    """
    batch = list(dict.fromkeys(formulas))
    if not batch:
        return {}
    answer = node.run(
        "node",
        [str(HERE / "katex.mjs")],
        input=json.dumps([{"latex": latex, "display": display} for latex, display in batch]),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if answer.returncode:
        raise RuntimeError(f"Node could not run KaTeX (is `make env` complete?):\n{answer.stderr}")
    rendered = json.loads(answer.stdout)
    refused = [f"  {latex}\n    {one['error']}" for (latex, _), one in zip(batch, rendered) if "error" in one]
    if refused:
        raise ValueError(f"KaTeX refuses {len(refused)} formula(s):\n" + "\n".join(refused))
    return {formula: one["html"] for formula, one in zip(batch, rendered)}


def render_site(site: Path) -> int:
    """Renders the mathematics of every page under `site` in place; returns the number of different formulas."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html"))}
    formulas = [_formula(match) for text in pages.values() for match in MARKED.finditer(text)]
    rendered = render(formulas)
    for page, text in pages.items():
        page.write_text(MARKED.sub(lambda match: rendered[_formula(match)], text), encoding="utf-8")
    return len(rendered)


def copy_assets(target: Path) -> None:
    """Copies KaTeX's style sheet and fonts to `target`."""
    shutil.copytree(DISTRIBUTION / "fonts", target / "fonts", dirs_exist_ok=True)
    shutil.copy(DISTRIBUTION / "katex.min.css", target / "katex.min.css")


def _formula(match: re.Match) -> tuple[str, bool]:
    return html.unescape(match[3]).strip(), match[2] == "["
