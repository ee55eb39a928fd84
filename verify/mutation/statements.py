"""Statements with one thing changed, and what each layer says of them."""

import math
from dataclasses import replace

from sympy import Eq, Ge, Le

from derivations.checker import Context, check_part
from derivations.claimfile import Part
from derivations.rules.rule import Rule, StepError
from verify.arguments import bind
from verify.case import Case
from verify.layers import monte_carlo
from verify.mutation.edits import edits, evenly
from verify.mutation.equivalence import why_equivalent, why_implied
from verify.mutation.finding import Finding
from verify.mutation.search import counterexample
from verify.verdict import Evidence
from verify.verifier import ask

ROOM = "no counterexample far and wide: as an inequality with room to spare it may be true"
SAMPLES = 2**16  # of each Monte Carlo test, far fewer than it would take itself: many mutants in little time


def mutants(statement, parameters):
    """All (kind, what, statement) that differ from `statement` in one thing."""
    left, right = statement.args
    for kind, what, changed in edits(right, parameters):
        yield kind, f"right side, {what}", statement.func(left, changed, evaluate=False)
    for kind, what, changed in edits(left, parameters):
        yield kind, f"left side, {what}", statement.func(changed, right, evaluate=False)
    if not isinstance(statement, Eq):
        yield "relation", "the inequality reversed", {Le: Ge, Ge: Le}[type(statement)](left, right, evaluate=False)


def examine(claim, part, seed, sampled, most):
    """The findings of every layer on the mutants of a part's statement, at most `most` of them, all kinds in turn.

    The slow layers, Monte Carlo and gradient, look at the mutants for which `sampled(position)` is true.
    """
    judge = Judge(claim, part, seed)
    found = evenly([m for m in mutants(part.statement, claim.parameters) if isinstance(m[2], (Eq, Le, Ge))], most)
    chosen = sampled(found)
    for position, (kind, what, statement) in enumerate(found):
        enclosed = [judge.ask(layer, statement) for layer in judge.layers("enclosure")]
        equal = implied = ""
        if not any(e.status == "refuted" for e in enclosed):  # what certainly differs is not equal
            equal = why_equivalent(claim, part.statement, statement)
            implied = equal or why_implied(part.statement, statement)
        yield judge.derivation(kind, what, statement, equal)
        sampling = judge.layers("monte_carlo", "gradient") if position in chosen else ()
        for evidence in enclosed + [judge.ask(layer, statement) for layer in sampling]:
            yield judge.numbers(evidence, kind, what, statement, implied)


class _Granted(Rule):
    """Stands for a rule that has replayed its step before, so that only the ends are left to be compared."""

    name = "granted"

    def __init__(self, replayed):
        self.replayed = replayed

    def replay(self, before, relation, after, context):
        if not self.replayed:
            raise StepError("this step is not replayed")
        return "replayed before"


class Judge:
    """Asks the layers about one part's statement and its mutants."""

    def __init__(self, claim, part, seed):
        self.claim, self.part, self.seed = claim, part, seed
        self.name = f"{part.title}: " if part.title else ""
        self.true = {}
        replayed = check_part(part.title, part.statement, part.derivation, Context(claim)).steps
        granted = (replace(s, rule=_Granted(r.ok)) for s, r in zip(part.derivation.steps, replayed))
        self.derived = replace(part.derivation, steps=tuple(granted))

    def layers(self, *names):
        """Those of the layers that pass the part's own statement: only they have something to say on its mutants."""
        return [n for n in names if self._true(n).status in ("enclosed", "supported")]

    def derivation(self, kind, what, statement, equal):
        """The mutated statement with the original derivation: the ends must not meet."""
        accepted = check_part(self.part.title, statement, self.derived, Context(self.claim)).ok
        word = "equivalent" if equal else "survived" if accepted else "killed"
        return Finding("derivation", kind, self.name + what, word, equal)

    def numbers(self, evidence, kind, what, statement, equal):
        """What a layer of numbers said of the mutated statement, which it must refute."""
        layer = evidence.layer
        if evidence.status == "refuted" and not equal:
            return Finding(layer, kind, self.name + what, "killed")
        if evidence.status == "refuted":
            return Finding(layer, kind, self.name + what, "survived", f"refuted although {equal}")
        if equal:
            return Finding(layer, kind, self.name + what, "equivalent", equal)
        if evidence.status == "undecided":
            return Finding(layer, kind, self.name + what, "silent", evidence.summary)
        if layer == "enclosure" and not isinstance(statement, Eq):
            if counterexample(self.claim, statement, self.seed):
                return Finding(layer, kind, self.name + what, "killed")
            return Finding(layer, kind, self.name + what, "silent", ROOM)
        return Finding(layer, kind, self.name + what, "survived", self._size(layer, evidence))

    def ask(self, layer, statement):
        claim = replace(self.claim, parts=(Part(statement, self.part.derivation, self.part.title),))
        case = Case(claim, bind(claim, {}), self.seed)
        if layer != "monte_carlo":
            return ask(layer, case)
        try:
            return monte_carlo.run(case, SAMPLES, limit=math.inf)
        except Exception as error:  # noqa: BLE001 - as `ask`: an oracle that crashes is undecided
            return Evidence(layer, "undecided", f"the oracle failed: {type(error).__name__}: {error}")

    def _true(self, layer):
        if layer not in self.true:
            self.true[layer] = self.ask(layer, self.part.statement)
        return self.true[layer]

    def _size(self, layer, evidence):
        """How large the mutant's error is, in errors that the Monte Carlo test would surely see."""
        if layer != "monte_carlo":
            return "it agrees at every point looked at"
        new, old = evidence.details, self._true(layer).details
        if not {"expected", "estimate", "detectable"} <= new.keys() & old.keys():
            return "the laws are too close for a test of this size"
        error = abs((new["expected"] - old["expected"]) - (new["estimate"] - old["estimate"]))
        return f"{error / new['detectable']:.2g} of the smallest error surely seen with {SAMPLES:,} samples"
