"""A verdict for people: as text, and as HTML for notebooks."""

import html

MARK = {"proved": "✓", "enclosed": "✓", "supported": "✓", "refuted": "✗", "undecided": "?"}


def as_text(verdict):
    """The report that `print(verdict)` shows."""
    lines = [f"{MARK[verdict.status]} {verdict.name}: {verdict.status}"]
    if not verdict.holds:
        lines[0] += " (as it should be: the statement is false)" if verdict.as_expected else " — but it is FALSE and should be refuted"
    if verdict.contradiction:
        lines.append("  CONTRADICTION between layers: " + "; ".join(verdict.contradiction))
    lines += [f"  {label:<15}{text}" for label, text in _facts(verdict)]
    width = max((len(e.layer) for e in verdict.evidence), default=0)
    lines += [f"  {MARK[e.status]} {e.layer:<{width}}  {e.status:<10} {e.summary}" for e in verdict.evidence]
    return "\n".join(lines)


def as_html(verdict):
    """The report that a notebook shows."""
    facts = "".join(f"<tr><th style='text-align:left'>{html.escape(a)}</th><td colspan='2'>{html.escape(b)}</td></tr>" for a, b in _facts(verdict))
    rows = "".join(
        f"<tr><td>{MARK[e.status]} {html.escape(e.layer)}</td><td>{e.status}</td><td style='text-align:left'>{html.escape(e.summary)}</td></tr>"
        for e in verdict.evidence
    )
    title = f"{MARK[verdict.status]} {html.escape(verdict.name)}: {verdict.status}"
    formula = f"<div>$${html.escape(verdict.statement)}$$</div>" if verdict.statement else ""
    return f"<div><b>{title}</b>{formula}<table>{facts}{rows}</table></div>"


def _facts(verdict):
    unit = f" {verdict.unit}" if verdict.unit else ""
    if verdict.value is not None:
        yield "value", f"{_number(verdict.value)}{unit}"
    if verdict.enclosure is not None and getattr(verdict.enclosure[0], "size", 1) <= 8:
        yield "enclosure", f"[{verdict.enclosure[0]}, {verdict.enclosure[1]}]"
    if verdict.estimate is not None:
        yield "estimate", f"{_number(verdict.estimate)} ± {_number(verdict.standard_error)} (standard error)"
    if verdict.counterexample:
        where = ", ".join(f"{k} = {_number(v)}" for k, v in verdict.counterexample.get("at", {}).items())
        yield "counterexample", f"at {where or 'the statement itself'}: left {verdict.counterexample['left']}, right {verdict.counterexample['right']}"
    if verdict.diagnosis:
        yield "diagnosis", verdict.diagnosis


def _number(value):
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)
