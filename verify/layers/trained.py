"""Layer 5: the optimum that training finds is the optimum derived. Filled by the experiments of `models`."""

from verify.verdict import Evidence

LAYER = "trained"


def applies(claim):
    """Why the layer has nothing to say on a claim; empty where it has."""
    return "no experiment trains a model against this claim yet"


def run(case):
    """Undecided: no model is trained against any claim yet, and what cannot be shown does not pass."""
    return Evidence(LAYER, "undecided", applies(case.claim))
