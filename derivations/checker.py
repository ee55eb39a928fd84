"""The checker: replay every step of a derivation by its rule, and attack it with numbers.

A claim is proved when, for each of its parts, the derivation starts at the left side of the statement,
every step is replayed by its rule, the last expression is the right side, and the relations of the
steps add up to the statement's. An attack that finds the two sides of a step different is a failure of
the checker itself, and is reported as such.
"""

import time
from dataclasses import dataclass, field

from sympy import Eq, Float, Ge, Le, Pow, S, Symbol, log, preorder_traversal

from derivations.language import NormalDensity, latex
from derivations.rules.rule import StepError

_RELATION = {Eq: "=", Le: "<=", Ge: ">="}


@dataclass(frozen=True)
class StepReport:
    """One step: what was claimed, whether its rule replayed it, and how the attack went."""

    number: int
    relation: str
    rule: str
    rule_doc: str
    before: object
    after: object
    remark: str
    replayed: bool
    reason: str
    attack: object = None
    inner: tuple = ()

    before_latex = property(lambda self: latex(self.before))
    after_latex = property(lambda self: latex(self.after))

    @property
    def ok(self):
        return self.replayed and (self.attack is None or self.attack.agreed is not False) and all(p.ok for p in self.inner)


@dataclass(frozen=True)
class PartReport:
    """One statement of a claim, with the reports of its steps."""

    title: str
    statement: object
    steps: tuple
    reason: str

    statement_latex = property(lambda self: latex(self.statement))

    @property
    def ok(self):
        return not self.reason and all(s.ok for s in self.steps)


@dataclass(frozen=True)
class Replay:
    """The outcome of checking a claim's derivations: of its `parts`, and of the `stable` forms that are compiled."""

    claim: str
    parts: tuple
    stable: tuple
    seconds: float

    @property
    def ok(self):
        return bool(self.parts) and all(p.ok for p in self.parts + self.stable)

    @property
    def steps(self):
        """All steps, those inside inductions included."""
        return tuple(_flatten(self.parts + self.stable))

    @property
    def failure(self):
        """The first thing that went wrong, in words; empty when nothing did."""
        for part in self.parts + self.stable:
            for step in _flatten((part,)):
                if not step.replayed:
                    return f"step {step.number} ({step.rule}) is not replayed: {step.reason}"
                if step.attack is not None and step.attack.agreed is False:
                    return f"step {step.number} ({step.rule}) is contradicted by numbers: {step.attack.reason}"
                for inner in step.inner:
                    if inner.reason:
                        return f"step {step.number} ({step.rule}), {inner.title}: {inner.reason}"
            if part.reason:
                return part.reason
        return ""


def _flatten(parts):
    for part in parts:
        for step in part.steps:
            yield step
            yield from _flatten(step.inner)


@dataclass(frozen=True)
class Context:
    """What a rule may lean on: the claim's conditions and parameters, and the attack to use."""

    claim: object
    attack: object = None
    used: set = field(default_factory=set)  # the conditions that a rule has asked for so far

    @property
    def conditions(self):
        return self.claim.conditions


def check_claim(claim, attack=True, seed=0):
    """Replay and attack the derivation of `claim`; never raises for a wrong derivation."""
    began = time.perf_counter()
    attacker = None
    if attack:
        from derivations.attack import Attacker

        attacker = Attacker(claim, seed)
    context = Context(claim, attacker)
    parts, stable = (
        tuple(check_part(part.title, part.statement, part.derivation, context) for part in several)
        for several in (claim.parts, claim.stable)
    )
    return Replay(claim.name, parts, stable, time.perf_counter() - began)


def check_part(title, statement, derivation, context):
    """Replay one derivation and compare its ends with the statement."""
    steps, before = [], derivation.first
    for number, step in enumerate(derivation.steps, 1):
        steps.append(_check_step(number, before, step, context))
        before = step.result
    return PartReport(title, statement, tuple(steps), _ends(statement, derivation))


def _check_step(number, before, step, context):
    inner = ()
    try:
        reason, replayed = _nonsense(before, step.result), False
        if not reason:
            reason, replayed = step.rule.replay(before, step.relation, step.result, context), True
            inner = tuple(check_part(*parts, context) for parts in step.rule.subproofs(before, step.result))
    except StepError as error:
        reason, replayed = str(error), False
    except RecursionError:
        reason, replayed = "the expression is too deep for the rule", False
    except Exception as error:  # noqa: BLE001 - whatever breaks inside a rule, the step is not replayed
        reason, replayed = f"the rule broke on this step: {type(error).__name__}: {error}", False
    attack = context.attack.step(before, step.relation, step.result) if context.attack else None
    return StepReport(
        number, step.relation, step.rule.name, step.rule.summary, before, step.result, step.remark, replayed, reason, attack, inner
    )


def _nonsense(*sides):
    """Why an expression is no real number, whatever its symbols are; empty where that is not seen."""
    for node in (n for side in sides for n in preorder_traversal(side)):
        if node in (S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
            return "a side holds a division by zero or an infinity"
        if isinstance(node, Float):
            return f"a side holds {node}, a decimal number that is not exact"
        if node is S.ImaginaryUnit or isinstance(node, Symbol) and node.is_real is not True:
            return f"{node} is not declared to be a real number"
        if isinstance(node, log) and node.args[0].is_positive is False:
            return f"{node} is the logarithm of a number that is not positive"
        if isinstance(node, Pow) and not node.exp.is_integer and node.base.is_negative:
            return f"{node} is a root of a negative number"
        if isinstance(node, Pow) and node.exp.is_negative and node.base.is_Symbol and node.base.is_zero is not False:
            return f"a side divides by {node.base}, which may be 0"
        if isinstance(node, NormalDensity) and (node.sigma.is_zero or node.sigma.is_real is False):
            return f"{node} has no standard deviation that is a nonzero real number"
    return ""


def _ends(statement, derivation):
    """Why the derivation does not prove the statement; empty when it does."""
    wanted = _RELATION.get(type(statement))
    if wanted is None:
        return f"the statement is not an equation or an inequality but {statement}"
    if not derivation.steps:
        return "the derivation has no steps"
    if derivation.first != statement.lhs:
        return "the derivation does not start at the left side of the statement"
    if derivation.last != statement.rhs:
        return f"the derivation arrives at ${latex(derivation.last)}$, not at the right side of the statement"
    if derivation.relation not in ("=", wanted) or (wanted == "=" and derivation.relation != "="):
        return f"the steps add up to '{derivation.relation}', not to the statement's '{wanted}'"
    return ""
