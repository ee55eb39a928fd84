"""The help text of a claim: statement, parameters with domains and units, conditions, sources."""


def docstring(claim):
    """What `help(verify.NAME)` shows."""
    lines = [f"{claim.title}.", ""]
    if not claim.holds:
        lines += [f"This statement is FALSE, kept to be refuted; the truth is `{claim.truth}`.", ""]
    lines += ["Statement (LaTeX):"] + [f"    {line}" for line in claim.latex.split(r" \\ ")] + [""]
    if claim.parameters:
        lines.append("Parameters (keywords; give all that are not optional, or none to check the whole domain):")
        for p in claim.parameters:
            unit = f", in {p.unit}" if p.unit else ""
            optional = " (optional)" if p.optional else ""
            lines.append(f"    {p.name}: {p.meaning}; {p.domain.describe(p.name)}; shape {p.shape}{unit}{optional}")
        lines.append("")
    lines += [
        "Further keywords:",
        "    claim: a formula of your own for the right side, as text, to be judged instead",
        '    layers: which layers to ask, of "derivation", "enclosure", "monte_carlo", "gradient", "trained"; all but the last by default',
        "    seed: of every random choice, an integer",
        "",
        f"Returns a Verdict{'; values in ' + claim.unit if claim.unit else ''}.",
        "Raises ValueError for a value outside its domain, TypeError for a missing or unknown parameter.",
    ]
    if claim.conditions:
        lines += ["", "Conditions:"] + [f"    {c}" for c in claim.conditions]
    if claim.axioms:
        lines += ["", "Axioms:"] + [f"    {a.name}: {a.statement} ({a.source})" for a in claim.axioms]
    if claim.sources:
        lines += ["", "Sources:"] + [f"    {s}" for s in claim.sources]
    return "\n".join(lines)
