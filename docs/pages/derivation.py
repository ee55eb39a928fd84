"""A derivation on a page: its equations, each with a fold-out that says by what rule it follows and what attacked it."""

from docs.markup import capitalised, equation, html_text

ATTACKS = {
    "tables": "random finite tables in place of the densities",
    "gaussians": "random points of a Gaussian family in place of them",
    "points": "random points of the declared domain",
}


def chain(claim: str, steps: list[dict], source: str, prefix: str, number, shown: list) -> str:
    """The equations of a derivation with their fold-outs, inner derivations (of an induction) indented below their step.

    An inner derivation that is one of `shown`, the page's own, is folded away.
    """
    if not steps:
        return ""
    first = equation(steps[0]["before_latex"], claim, f"{source}.steps.0.before_latex", f"{prefix}start", next(number))
    lines = [first.replace('class="equation"', 'class="equation equation-first"')]
    for j, step in enumerate(steps):
        here, anchor = f"{source}.steps.{j}", f"{prefix}step-{step['number']}"
        lines.append(equation(step["after_latex"], claim, f"{here}.after_latex", anchor, next(number), step["relation"]))
        lines.append(_fold_out(claim, here, step))
        for k, part in enumerate(step["inner"]):
            inner = f"{here}.inner.{k}"
            title = f'<p class="inner-title">{html_text(capitalised(part["title"]))}</p>' if part["title"] else ""
            statement = equation(part["statement_latex"], claim, f"{inner}.statement_latex", f"{anchor}-{k + 1}", next(number))
            lines_within = chain(claim, part["steps"], inner, f"{anchor}-{k + 1}-", number, shown)
            if part["steps"] in shown:
                lines_within = f'<details class="again"><summary>derived above; once more</summary>{lines_within}</details>'
            lines.append(f'<div class="inner">{title}{statement}\n{lines_within}</div>')
    return '<div class="derivation">\n' + "\n".join(lines) + "\n</div>"


def _fold_out(claim: str, source: str, step: dict) -> str:
    if step["replayed"]:
        mark = f'<span class="mark mark-replayed" data-claim="{claim}" data-source="{source}">✓ replayed</span>'
    else:
        mark = '<span class="mark mark-failed">✗ not replayed</span>'
    remark = f"<p>{html_text(step['remark'])}</p>" if step["remark"] else ""
    check = f"<p><strong>Check.</strong> {html_text(step['reason'])}</p>" if step["reason"] else ""
    return (
        f'<details class="step"><summary>by {html_text(step["rule"].replace("_", " "))} {mark}</summary>{remark}'
        f"<p><strong>Rule.</strong> {html_text(step['rule_doc'])}</p>{check}"
        f"<p><strong>Attack.</strong> {_attack(step)}</p></details>"
    )


def _attack(step: dict) -> str:
    attack = step["attack"]
    if attack is None or attack["agreed"] is None:
        return f"Neither side could be evaluated by a second way{': ' + html_text(attack['reason']) if attack else ''}."
    where = " and ".join(ATTACKS[kind] for kind in attack["kind"].split(" and "))
    if attack["agreed"]:
        agree = f"they agree to {attack['digits']:.0f} digits" if step["relation"] == "=" else "the inequality holds"
        return f"Both sides were evaluated in ball arithmetic on {where}: {agree} at all {attack['points']}."
    return f"Both sides were evaluated on {where}: they differ. {html_text(attack['reason'])}"
