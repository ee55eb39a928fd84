"""What is compiled, on a claim's page: the stable form with its proof, and how exact it is."""

from docs.evidence import steps as all_steps
from docs.markup import equation, html_text, table
from docs.pages.derivation import chain


def section(evidence: dict, errors: str, number) -> list[str]:
    """What runs when the closed form is called: the form itself, proved equal to the statement's, and how exact it is."""
    if not evidence["accuracy"] and not evidence["stable"]:
        return []
    blocks = ["## What is compiled"]
    if evidence["stable"]:
        blocks.append(
            "Floats lose digits where large terms nearly cancel. What a caller gets is therefore not the statement's right side as it "
            f"stands, but a form in which nothing cancels, proved equal to it in {_steps(evidence['stable'])}, replayed in this build:"
        )
        for i, part in enumerate(evidence["stable"]):
            equations = equation(part["statement_latex"], evidence["name"], f"stable.{i}.statement_latex", f"stable-{i + 1}", next(number))
            proof = chain(evidence["name"], part["steps"], f"stable.{i}", f"stable-{i + 1}-", number, [])
            blocks.append(f'<div class="statement">\n{equations}\n</div>\n\n{proof}')
    if evidence["accuracy"]:
        blocks += [_exactness(evidence), errors]
    return blocks


def _steps(parts: list[dict]) -> str:
    count = len(list(all_steps(parts)))
    return "one step" if count == 1 else f"{count} steps"


def _exactness(evidence: dict) -> str:
    """The worst and the median errors, in units in the last place, as a table."""
    forms = evidence["accuracy"]["forms"]
    rows = [
        [
            *([html_text(form["name"])] if len(forms) > 1 else []),
            f"{dtype}, {what}",
            *(_errors(form[dtype][what][kind], dtype) for kind in ("compiled", "textbook")),
        ]
        for form in forms
        for dtype in ("float32", "float64")
        for what in form[dtype]
    ]
    header = ["Number"] * (len(forms) > 1) + ["In", "As compiled", "As in the statement"]
    form = "that form" if evidence["stable"] else "the statement's right side, its sums carried in pairs of floats where they may cancel,"
    return (
        f"How exact {form} is, against ball arithmetic at the same floats: the worst error met at hard points of the whole domain, "
        "and the median, in units in the last place (ulp). Half a unit is the best a float can do.\n\n" + table(header, rows, "errors")
    )


def _errors(found: dict, dtype: str) -> str:
    nothing = {"float32": 2.0**23, "float64": 2.0**52}[dtype]
    worst = f"{found['worst']:.1f}" if found["worst"] < 100 else f"{found['worst']:,.0f}" if found["worst"] < 1e6 else f"{found['worst']:.0e}"
    worst = f"{worst} ulp" if found["worst"] < nothing else "no digit right"
    bad = f", {found['bad']} NaN, infinite or of the wrong sign" if found["bad"] else ""
    return f"{worst} (median {found['median']:.2g}){bad}"
