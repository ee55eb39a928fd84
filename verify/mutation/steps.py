"""Steps with one thing changed: the result, the relation, the rule, or what the rule is told."""

import copy
from dataclasses import dataclass

from sympy import Eq, Ge, Le, sympify

from derivations import claim as load_claim
from derivations import rules
from derivations.attack import Attacker
from derivations.checker import Context, check_part
from derivations.derivation import Derivation, Step
from derivations.language import KL, ELBO, E, Hellinger, JS, Var
from derivations.language.functions import UnitFunction
from verify.mutation.edits import ONE_PERCENT, edits, evenly
from verify.mutation.equivalence import same_value, why_implied
from verify.mutation.finding import Finding

_STATEMENT = {"=": Eq, "<=": Le, ">=": Ge}
_WITHOUT_ARGUMENTS = (
    "algebra", "bayes", "counting", "derivative_inside", "exchangeability", "differentiation", "fubini", "fundamental_theorem", "gaussian_closure", "gaussian_moments",
    "half_line", "image_law", "independence", "inverse_map", "jensen", "leave_one_out", "length_between", "linearity", "log_density", "log_increases",
    "marginalisation", "matrix_algebra", "mean_of_indicator", "monotone_event", "monotone_slope", "multivariate_moments", "noise_schedule",
    "size_of_mean", "sum_of_squares", "tangent_of_log",
)  # fmt: skip
WRONG_RESULTS = 8  # that a neighbouring rule must refuse before it counts as another proof of a step


@dataclass(frozen=True)
class Place:
    """A step where it stands: the expression before it, and in words where that is."""

    before: object
    step: Step
    where: str

    @property
    def statement(self):
        return _STATEMENT[self.step.relation](self.before, self.step.result, evaluate=False)


def places(part):
    """The steps of a part's derivation, those inside inductions and optima included."""
    yield from _along(part.derivation, part.title)


def _along(derivation, title):
    before = derivation.first
    for number, step in enumerate(derivation.steps, 1):
        yield Place(before, step, f"{title + ', ' if title else ''}step {number} ({step.rule.name})")
        for inner, _, proof in step.rule.subproofs(before, step.result):
            yield from _along(proof, f"{title + ', ' if title else ''}step {number}, {inner}")
        before = step.result


def examine(claim, place, seed, most):
    """The findings of the rules and of the attack on every mutant of one step; at most `most` of its results."""
    context, attacker = Context(claim), Attacker(claim, seed)
    results = evenly(list(edits(place.step.result)), most)
    for kind, what, changed in results:
        step = Step(place.step.relation, place.step.rule, changed)
        yield from _result(context, attacker, place, kind, what, step)
    for what, relation in _relations(place.step.relation):
        step = Step(relation, place.step.rule, place.step.result)
        yield from _result(context, attacker, place, "relation", what, step)
    wrong = [changed for _, _, changed in results[:WRONG_RESULTS]]
    for kind, what, rule in [*_neighbours(claim, place.step.rule), *_arguments(place.step.rule)]:
        yield _rule(context, place, kind, what, rule, wrong)


def replays(context, before, step):
    """Does the rule accept the step, with all that it leaves to be proved on the way?"""
    statement = _STATEMENT[step.relation](before, step.result, evaluate=False)
    return check_part("", statement, Derivation(before, (step,)), context).ok


def _result(context, attacker, place, kind, what, step):
    """Both sides of a changed step: refused by its rule, contradicted by the numbers."""
    accepted = replays(context, place.before, step)
    attack = attacker.step(place.before, step.relation, step.result)
    what = f"{place.where}: {what}"
    equal, implied = "", ""
    if accepted or attack.agreed is True:
        equal, implied = _equal(place, step), _implied(place, step)
    if accepted and attack.agreed is False:
        yield Finding("derivation", kind, what, "survived", f"accepted, but {attack.reason}")
    else:
        sound = equal or implied  # a rule is right to accept an inequality that follows from the step's own
        yield Finding("derivation", kind, what, "killed" if not accepted else "equivalent" if sound else "survived", sound if accepted else "")
    if attack.agreed is False:
        yield Finding("attack", kind, what, "survived" if equal else "killed", f"contradicted although {equal}" if equal else "")
    elif equal or implied:
        yield Finding("attack", kind, what, "equivalent", equal or implied)
    elif attack.agreed is None:
        yield Finding("attack", kind, what, "silent", attack.reason)
    else:
        yield Finding("attack", kind, what, "survived", attack.reason)


def _equal(place, step):
    if step.relation != place.step.relation:
        return ""
    return "the same result, by exact normal forms" if same_value(place.step.result, step.result) else ""


def _implied(place, step):
    if step.relation != "=" and place.step.relation == "=":
        return "weaker than the step, which is an equation"
    return why_implied(place.statement, _STATEMENT[step.relation](place.before, step.result, evaluate=False))


def _relations(relation):
    if relation == "=":
        return (("at most, for an equation", "<="), ("at least, for an equation", ">="))
    return (("the inequality reversed", {"<=": ">=", ">=": "<="}[relation]), ("an equation, for the inequality", "="))


def _rule(context, place, kind, what, rule, wrong):
    """Another rule for the same step: refused, or a second proof that also refuses what the first refuses."""
    what = f"{place.where}: {what}"
    if not replays(context, place.before, Step(place.step.relation, rule, place.step.result)):
        return Finding("derivation", kind, what, "killed")
    for changed in wrong:
        if replays(context, place.before, Step(place.step.relation, rule, changed)) and not same_value(changed, place.step.result):
            return Finding("derivation", kind, what, "survived", f"it also leads to {changed}")
    reason = f"it proves the same step, and refuses its {len(wrong)} wrong results"
    return Finding("derivation", kind, what, "equivalent" if wrong else "survived", reason)


def _neighbours(claim, rule):
    """The other rules: those that need to be told nothing, and definitions of other words."""
    found = [getattr(rules, name)() for name in _WITHOUT_ARGUMENTS]
    found += [rules.definition(word) for word in (E, KL, JS, Hellinger, Var, ELBO)]
    for other in found:
        if type(other) is not type(rule) or getattr(other, "words", None) != getattr(rule, "words", None):
            yield "rule", f"{other.name} in its place", other


def _arguments(rule):
    """The same rule, told one thing wrongly."""
    for name, value in vars(rule).items():
        for what, other in _others(rule, name, value):
            changed = copy.copy(rule)
            setattr(changed, name, other)
            yield "rule argument", what, changed


def _others(rule, name, value):
    if isinstance(rule, rules.earlier_claim):
        yield from _other_instances(rule, name, value)
    elif isinstance(rule, rules.induction) and name == "base":
        yield "the base in place of the step", rule.step
    elif isinstance(rule, rules.attained_by_law) and name == "derivations":
        yield "the two derivations swapped", value[::-1]
    elif name in ("value", "gap", "point") and not isinstance(sympify(value), UnitFunction):
        yield f"1% more of {value}", value * ONE_PERCENT
    elif isinstance(value, dict):
        for key in value:
            yield f"nothing said of {key}", {k: v for k, v in value.items() if k != key}


def _other_instances(rule, name, value):
    if name == "part":
        for k in range(len(load_claim(rule.claim).parts)):
            if k != value:
                yield f"part {k} of {rule.claim}", k
    elif name == "times":
        yield f"1% more of {rule.claim}", value * ONE_PERCENT
    elif name == "values":
        for key in value:
            yield f"nothing said of {key}", {k: v for k, v in value.items() if k != key}
        keys = list(value)
        for k, a in enumerate(keys):
            for b in keys[k + 1 :]:
                if type(a) is type(b) and value[a] != value[b]:
                    yield f"what is said of {a} and {b} swapped", {**value, a: value[b], b: value[a]}


