r"""The few pieces of markup all pages are made of: escaped text, formulas, equations with number and link, badges, tables.

Mathematics is written the way `docs.katex` finds it again in the built page, `\(…\)` or `\[…\]` in an element of class
`arithmatex`. An equation says where in the evidence its LaTeX comes from (`data-claim`, `data-source`), so that
`docs.check` can compare the two.
"""

import json
import re
from html import escape

CHAPTERS = {
    "vae": "Divergences and the VAE",
    "reparameterization": "Reparameterization",
    "gan": "GAN",
    "diffusion": "Diffusion",
    "autoencoders": "Autoencoders",
    "museum": "Refuted on purpose",
}
LAYERS = {
    "derivation": "Derivation",
    "enclosure": "Ball arithmetic",
    "monte_carlo": "Monte Carlo",
    "gradient": "Gradient",
    "trained": "Trained model",
}
SIGNS = {"proved": "✓", "enclosed": "⊂", "supported": "≈", "refuted": "✗", "undecided": "?"}
RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge"}
PIECES = re.compile(r"`([^`]+)`|\$([^$]+)\$|([^`$]+|[`$])")
MARKDOWN = str.maketrans({character: "\\" + character for character in r"\*$[]|#"})


def text(string: str) -> str:
    """Plain text as Markdown that shows it unchanged; `code` in backticks stays code, mathematics in dollars becomes a formula."""
    return PIECES.sub(lambda found: found[0] if found[1] else formula(found[2]) if found[2] else _plain(found[3]), string)


def html_text(string: str) -> str:
    """Plain text as HTML; `code` in backticks becomes a code element, mathematics in dollars a formula."""
    return PIECES.sub(
        lambda found: f"<code>{escape(found[1])}</code>" if found[1] else formula(found[2]) if found[2] else escape(found[3], quote=False),
        string,
    )


def _plain(string: str) -> str:
    return escape(string, quote=False).translate(MARKDOWN)


def formula(latex: str, claim: str = "", source: str = "") -> str:
    """A formula within a line."""
    return f'<span class="formula"{_origin(claim, source)}><span class="arithmatex" data-search-exclude>\\({escape(latex)}\\)</span></span>'


def equation(latex: str, claim: str, source: str, anchor: str = "", number: int | None = None, relation: str = "") -> str:
    """A displayed equation: its relation and number stand outside the math, and the number is its permanent link."""
    identity = f' id="{anchor}"' if anchor else ""
    link = f'<a class="equation-number" href="#{anchor}" title="Permanent link to this equation" data-search-exclude>({number})</a>' if number else ""
    sign = f'<span class="equation-relation">{formula(RELATIONS[relation])}</span>' if relation else ""
    return (
        f'<div class="equation"{identity}{_origin(claim, source)}>{sign}'
        f'<div class="equation-math" tabindex="0"><div class="arithmatex" data-search-exclude>\\[{escape(latex)}\\]</div></div>'
        f'<button class="copy-latex" type="button" hidden data-search-exclude title="Copy the LaTeX of this equation">LaTeX</button>{link}</div>'
    )


def badge(status: str) -> str:
    """One of the five verdicts, told by word and sign and not by colour alone."""
    return f'<span class="badge badge-{status}"><span aria-hidden="true">{SIGNS[status]}</span> {status}</span>'


def table(header: list[str], rows: list[list[str]], kind: str = "") -> str:
    """A table of HTML cells."""
    head = "\n".join(f"<th>{cell}</th>" for cell in header)
    body = "\n".join("<tr>" + "\n".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="table-scroll {kind}"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def capitalised(string: str) -> str:
    """A title with its first letter large, the rest as it is."""
    return string[:1].upper() + string[1:]


def counterexample(one: dict) -> str:
    """Where a false statement fails and how it differs from the truth, as paragraphs; "" where a verdict says neither."""
    verdict, lines = one["verdict"], []
    if found := verdict.get("counterexample"):
        at = ", ".join(f"{key} = {_short(value)}" for key, value in found["at"].items())
        lines.append(f"<strong>Counterexample.</strong> {'At ' + escape(at) if at else 'As it stands'}: left {_short(found['left'])}, right {_short(found['right'])}.")
    if verdict.get("diagnosis"):
        lines.append(f"<strong>Diagnosis.</strong> {html_text(verdict['diagnosis'])}")
    return "".join(f"<p>{line}</p>" for line in lines)


def _short(value) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(map(_short, value)) + ")"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def claim_link(name: str, root: str = "") -> str:
    """A link to a claim's page, for HTML; `root` leads from the page to the site's root."""
    return f'<a href="{root}claims/{name}.html"><code>{name}</code></a>'


def seconds(value: float) -> str:
    """A duration in the unit that suits it."""
    return f"{value * 1e3:.0f} ms" if value < 0.9995 else f"{value:.1f} s"


def front_matter(title: str, description: str = "", hide: tuple[str, ...] = ()) -> str:
    """The YAML head of a page."""
    # a JSON string is a YAML string
    lines = [f"title: {json.dumps(title, ensure_ascii=False)}"]
    if description:
        lines.append(f"description: {json.dumps(description, ensure_ascii=False)}")
    if hide:
        lines.append(f"hide: {json.dumps(list(hide))}")
    return "---\n" + "\n".join(lines) + "\n---\n"


def _origin(claim: str, source: str) -> str:
    return f' data-claim="{claim}" data-source="{source}"' if claim else ""
