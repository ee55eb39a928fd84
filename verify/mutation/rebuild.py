"""A claim with a symbol replaced everywhere: in statements, derivations, what rules were told, instances, values."""

import copy
from dataclasses import replace

from sympy import Basic

from derivations.claimfile import Part
from derivations.derivation import Derivation, Step
from derivations.rules.earlier import earlier_claim
from derivations.rules.rule import Rule


def with_symbol(claim, old, new):
    """The claim with `new` for the symbol `old`, its parameters aside."""

    def change(thing):
        if isinstance(thing, Basic):
            return thing.xreplace({old: new})
        if isinstance(thing, dict):
            return {change(k): change(v) for k, v in thing.items()}
        if isinstance(thing, (tuple, list)):
            return type(thing)(map(change, thing))
        if isinstance(thing, Part):
            return replace(thing, statement=_relation(thing.statement, change), derivation=change(thing.derivation))
        if isinstance(thing, Derivation):
            return Derivation(change(thing.first), change(thing.steps))
        if isinstance(thing, Step):
            return replace(thing, rule=change(thing.rule), result=change(thing.result))
        if isinstance(thing, Rule):
            return _rule(thing, change)
        return thing

    parameters = tuple(replace(p, symbol=change(p.symbol)) for p in claim.parameters)
    return replace(
        claim, parts=change(claim.parts), instance=change(claim.instance), value=change(claim.value), parameters=parameters
    )


def _relation(statement, change):
    return statement.func(*map(change, statement.args), evaluate=False)


def _rule(rule, change):
    """The rule with what it was told changed; the symbols of an earlier claim are that claim's own."""
    changed = copy.copy(rule)
    for name, value in vars(rule).items():
        if isinstance(rule, earlier_claim) and name == "values":
            value = {k: change(v) for k, v in value.items()}
        else:
            value = change(value)
        setattr(changed, name, value)
    return changed
