"""The reference of the Python interface, by mkdocstrings, which reads the sources and runs nothing."""

from docs.markup import front_matter, html_text, table

PAGES = ("verify", "derivations")
HEADS = {
    "verify": "Verdicts, for scripts and notebooks. `verify.NAME` is one function a claim; all take the same three arguments besides their parameters.",
    "derivations": "Claims, derivations and the checker. Nothing here loads JAX.",
}
OBJECTS = {
    "verify": ("verify.verifier.Verifier", "verify.verdict.Verdict", "verify.verdict.Evidence"),
    "derivations": ("derivations",),
}
OPTIONS = "    options:\n      heading_level: 3\n      show_root_heading: true\n      show_root_full_path: false\n      show_root_toc_entry: true"


def page(name: str, evidence: dict[str, dict]) -> str:
    """Markdown for `reference/NAME.md`."""
    blocks = [front_matter(name, HEADS[name]), f"# `{name}`", HEADS[name]]
    if name == "verify":
        blocks += ["## The functions", "::: verify\n    options:\n      members: [claims, verify_all]\n      heading_level: 3", _functions(evidence), "## What they are and what they return"]
    blocks += [f"::: {one}\n{OPTIONS}" if one != name else f"::: {one}" for one in OBJECTS[name]]
    return "\n\n".join(blocks) + "\n"


def _functions(evidence: dict[str, dict]) -> str:
    rows = [
        [f'<a href="../claims/{name}.html"><code>verify.{name}({", ".join(one["name"] for one in claim["parameters"])})</code></a>', html_text(claim["title"])]
        for name, claim in evidence.items()
    ]
    return table(["Function", "Claim"], rows, "sheet")
