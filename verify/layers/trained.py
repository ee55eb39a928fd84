"""Layer 5: a model is trained, and where it ends is held to where the claim says. The experiments are those of `models.theory`.

Training that stops short of an optimum says nothing against it, and is undecided; training that gets past a derived
optimum, or breaks an identity that holds for any weights, refutes. It takes seconds to a minute, so it is asked for by name.
"""

import time

from verify.verdict import Evidence

LAYER = "trained"


def applies(claim):
    """Why the layer has nothing to say on a claim; empty where it has."""
    from models.theory import EXPERIMENTS

    return "" if claim.name in EXPERIMENTS else "no model is trained against this claim"


def run(case):
    """Supported where the trained model is what the claim derives, with the comparisons and the curves of training in the details."""
    from models.theory import train

    began = time.perf_counter()
    outcome = train(case.claim.name, seed=case.seed)
    return Evidence(LAYER, outcome.status, outcome.sentence(), outcome.to_dict(), time.perf_counter() - began)
