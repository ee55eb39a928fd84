"""The reference of the Python interface, by mkdocstrings, which reads the sources and runs nothing."""

from docs.markup import front_matter

PAGES = {
    "verify": ("verify", "Verdicts, for scripts and notebooks."),
    "derivations": ("derivations", "Claims, derivations and the checker."),
}


def page(name: str) -> str:
    """Markdown for `reference/NAME.md`."""
    module, line = PAGES[name]
    return "\n\n".join([front_matter(name, line), f"# `{name}`", line, f"::: {module}"]) + "\n"
