"""A derivation: a chain of expressions, each reached from the one before by a named rule.

    start(KL(q, p, x)).by(definition(KL), E(log(q) - log(p), q, x)).by(...)

`by` continues an equality, `le` and `ge` an inequality. Nothing is checked here: the checker replays.
"""

from dataclasses import dataclass

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge"}


@dataclass(frozen=True)
class Step:
    """`relation` and `result` continue the expression before; `rule` must justify it."""

    relation: str
    rule: object
    result: object
    remark: str = ""


@dataclass(frozen=True)
class Derivation:
    """A starting expression and the steps that follow it."""

    first: object
    steps: tuple = ()

    def by(self, rule, result, remark=""):
        return self._then("=", rule, result, remark)

    def le(self, rule, result, remark=""):
        return self._then("<=", rule, result, remark)

    def ge(self, rule, result, remark=""):
        return self._then(">=", rule, result, remark)

    def _then(self, relation, rule, result, remark):
        rule = rule() if isinstance(rule, type) else rule
        return Derivation(self.first, self.steps + (Step(relation, rule, result, remark),))

    def backwards(self):
        """The same equalities from the last expression to the first: the checker replays them that way round."""
        places = (self.first, *(s.result for s in self.steps[:-1]))
        turned = tuple(Step(s.relation, s.rule, before, s.remark) for s, before in zip(self.steps, places))
        return Derivation(self.last, turned[::-1])

    @property
    def last(self):
        return self.steps[-1].result if self.steps else self.first

    @property
    def relation(self):
        """The relation of the first expression to the last; None when the steps point both ways."""
        relations = {s.relation for s in self.steps} - {"="}
        return "=" if not relations else relations.pop() if len(relations) == 1 else None


def start(expression):
    """Begin a derivation at `expression`."""
    return Derivation(expression)
