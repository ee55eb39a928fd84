"""The section of a claim's page on the model that was trained against it: the curve of training, and the comparisons at its end."""

from types import SimpleNamespace

import numpy

from docs.figures import plot
from docs.markup import capitalised, html_text, table

FEW = 4  # more curves than these are drawn alike, and not named


def section(evidence: dict) -> str:
    """Markdown; empty where no model was trained against the claim."""
    found = next((one for one in evidence["verdict"]["evidence"] if one["layer"] == "trained"), None)
    if not found or "curves" not in found["details"]:
        return ""
    details = found["details"]
    return "\n\n".join(
        [
            "## Trained against it",
            "A model was trained in this build, with the derived formulas as its loss, and held to the statement.",
            figure(evidence["name"], details),
            table(["", "Trained", "Derived", "Within", ""], [_row(one) for one in details["comparisons"]], "comparisons"),
            f"Trained: {html_text(_protocol(details['protocol']))}. Once more, in Python:",
            f'```python\nfrom models import theory\n\nprint(theory.train("{evidence["name"]}").sentence())\n```',
        ]
    )


def figure(name: str, details: dict) -> str:
    """The curves of training as HTML, on logarithmic axes where they are positive and run over decades."""
    curves, steps = details["curves"], details["steps"]
    values = numpy.array([v for row in curves.values() for v in row], float)
    decades = (values > 0).all() and values.max() > 100 * values.min()

    def draw(canvas):
        axes = canvas.subplots()
        for label, row in curves.items():
            style = {} if len(curves) <= FEW else {"color": plot.BLUE, "linewidth": 1.0, "alpha": 0.7}
            axes.plot(steps, row, label=label, linestyle="--" if _lies_on_another(row, label, curves) else "-", **style)
        if details["optimum"] is not None:
            axes.axhline(details["optimum"], color=plot.SOFT, linewidth=0.9, linestyle=":")
            axes.annotate("derived", (steps[0], details["optimum"]), color=plot.SOFT, va="bottom", fontsize=9)
        if decades:
            axes.set_yscale("log")
        if len(curves) <= FEW:
            axes.legend()
        axes.set_xlabel(details["axis"])
        axes.set_ylabel(details["quantity"])

    caption = f"{capitalised(details['quantity'])}, in training: {_protocol(details['protocol'])}."
    return plot.render(f"trained-{name}", SimpleNamespace(HEIGHT=3.0, CAPTION=caption, draw=draw))


def _lies_on_another(row, label, curves):
    """Is an earlier curve so near that only dashes let both be seen?"""
    earlier = list(curves)[: list(curves).index(label)]
    return any(numpy.allclose(row, curves[other], rtol=0.02, atol=0) for other in earlier)


def _row(one: dict) -> list[str]:
    return [html_text(one["what"]), f"{one['found']:.6g}", f"{one['expected']:.6g}", f"{one['tolerance']:.1g}", "✓" if one["agrees"] else "✗"]


def _protocol(protocol: dict) -> str:
    more = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in protocol.items() if key not in ("model", "data", "steps", "seed"))
    return f"{protocol['model']} on {protocol['data']}, {protocol['steps']} steps, seed {protocol['seed']}; {more}"
