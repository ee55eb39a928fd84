"""The front page: what this is and one claim alive, within one screen."""

from collections import Counter

from docs.evidence import steps
from docs.markup import LAYERS, badge, claim_link, equation, front_matter, html_text, table

SHOWN = "kl_gaussian"
POINT = {"mu1": 3, "sigma1": 1, "mu2": -3, "sigma2": 0.5}


def page(evidence: dict[str, dict], example: dict) -> str:
    """Markdown for `index.md`; `example` is the code that was run for it, with its verdict."""
    shown = evidence[SHOWN]
    counts = Counter(one["verdict"]["status"] for one in evidence.values())
    all_steps = [step for one in evidence.values() for step in steps(one["parts"])]
    rules = {step["rule"] for step in all_steps}
    axioms = {axiom["name"] for one in evidence.values() for axiom in one["axioms"]}
    rows = [[LAYERS[one["layer"]], badge(one["status"]), html_text(one["summary"])] for one in example["verdict"]["evidence"]]
    return "\n\n".join(
        [
            front_matter("proofsheet", "The mathematics of deep generative models, derived by checked steps", ("navigation", "toc")),
            "# The mathematics of deep generative models, checked",
            '<p class="lead">Every formula here is derived step by step, and every step was replayed by a rule in this build. '
            "Where a result can be computed in other ways, it was: by ball arithmetic, by sampling, by automatic differentiation. "
            f'<a href="claims/index.html">{len(evidence)} claims</a>, {len(all_steps)} steps, {len(rules)} rules, '
            f"{len(axioms)} axioms; "
            + ", ".join(f"{counts[status]} {status}" + " on purpose" * (status == "refuted") for status in counts)
            + ".</p>",
            '<div class="showcase"><div class="showcase-claim">\n'
            + f'<p class="showcase-title">{html_text(shown["title"])} · {claim_link(SHOWN)}</p>\n'
            + equation(shown["parts"][0]["statement_latex"], SHOWN, "parts.0.statement_latex", "statement")
            + "\n"
            + f'<p class="showcase-value"><code>{html_text(example["point"])}</code> gives '
            f"<strong>{example['verdict']['value']:.12g} {shown['unit']}</strong></p>\n"
            + table(["Layer", "Verdict", "What it found there"], rows, "verdicts")
            + "\n</div></div>",
            "```python\n" + example["code"] + "\n```",
            '<p class="doors"><a class="md-button md-button--primary" href="claims/index.html">All claims</a> '
            '<a class="md-button" href="sheets/index.html">Exercise sheets, answered</a> '
            '<a class="md-button" href="errata.html">Formulas found false</a></p>',
        ]
    )
