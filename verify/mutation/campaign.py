"""All mutants of one claim, judged by every layer on its own.

killed       the layer refused the mutant
survived     it did not: a defect of the layer (or, for Monte Carlo, an error too small to be seen)
equivalent   the mutant says nothing new, which is proved: by exact normal forms, or by rules that do not need what was left out
silent       the layer could not evaluate the mutant and says "undecided", which never passes
"""

import random

import derivations
from derivations.checker import check_claim
from verify.arguments import bind
from verify.case import Case
from verify.mutation import domains, statements, steps
from verify.mutation.edits import evenly
from verify.mutation.finding import Finding, tally
from verify.verifier import ask

STATEMENTS = 60  # mutants of a statement
RESULTS = 24  # mutants of a step's result
SAMPLED = 10  # mutants of a statement that the slow layers look at


def tasks(names=None):
    """What is examined in one go: (claim, "part", k) for its parts, (claim, "domains", 0) for the claim as a whole."""
    for name in names or derivations.claims():
        claim = derivations.claim(name)
        if claim.holds:
            yield from ((name, "part", k) for k in range(len(claim.parts)))
            yield name, "domains", 0
        else:
            yield name, "museum", 0


def examine(task, seed=0):
    """The findings of one task."""
    name, what, k = task
    claim = derivations.claim(name)
    return list({"part": _part, "domains": lambda c, k, s: domains.examine(c, s), "museum": _museum}[what](claim, k, seed))


def tallied(task, seed=0):
    """The findings of one task, counted, JSON-ready."""
    return tally(examine(task, seed))


def _part(claim, k, seed):
    part = claim.parts[k]

    def sampled(found):
        kinds = evenly(random.Random(f"{seed}/{claim.name}/{k}").sample(found, len(found)), SAMPLED)
        return {position for position, mutant in enumerate(found) if mutant in kinds}

    yield from statements.examine(claim, part, seed, sampled, STATEMENTS)
    for place in steps.places(part):
        yield from steps.examine(claim, place, seed, RESULTS)


def _museum(claim, k, seed):
    """A wrong formula is a mutant as it stands: neither proved nor enclosed."""
    replay = check_claim(claim, attack=False)
    yield Finding("derivation", "museum", claim.title, "survived" if replay.ok else "killed")
    status = ask("enclosure", Case(claim, bind(claim, {}), seed)).status
    yield Finding("enclosure", "museum", claim.title, "killed" if status == "refuted" else "survived", status if status != "refuted" else "")
