"""The dependency graph: which claim builds on which, and on which axioms."""

from docs.graph import Node, svg
from docs.markup import CHAPTERS, front_matter


def page(evidence: dict[str, dict]) -> str:
    """Markdown for `graph.md`."""
    axioms = {axiom["name"]: axiom for one in evidence.values() for axiom in one["axioms"]}
    joined = {name for one in evidence.values() if one["uses"] or one["axioms"] for name in (one["name"], *one["uses"])}
    nodes = [Node(f"axiom:{name}", name.replace("_", " "), f"marks.html#axiom-{name}", "axiom") for name in axioms]
    nodes += [
        Node(
            name,
            name,
            f"claims/{name}.html",
            "claim" if one["holds"] else "museum",
            (*(f"axiom:{axiom['name']}" for axiom in one["axioms"]), *one["uses"]),
        )
        for name, one in evidence.items()
        if name in joined
    ]
    alone = [name for name in evidence if name not in joined]
    blocks = [
        front_matter("What builds on what", "The dependency graph of claims and axioms", ("toc",)),
        "# What builds on what",
        "An arrow leads from a claim to those whose derivations use it. Round boxes are axioms, taken without proof.",
    ]
    if nodes:
        blocks.append('<div class="graph-scroll">\n' + svg(nodes, "Dependencies of claims and axioms") + "\n</div>")
    if alone:
        blocks.append("These stand on definitions alone, and no other claim uses them yet:")
        for chapter, title in CHAPTERS.items():
            names = [name for name in alone if evidence[name]["chapter"] == chapter]
            if names:
                blocks.append(f"{title}: " + ", ".join(f"[`{name}`](claims/{name}.md)" for name in names) + ".")
    return "\n\n".join(blocks) + "\n"
