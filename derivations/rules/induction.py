"""Induction: a statement at 1, and at t + 1 if at t."""

from sympy import Eq

from derivations.derivation import Derivation, Step
from derivations.language.word import depends
from derivations.ring import canonical
from derivations.rules.admissible import admits, bound_variables
from derivations.rules.rule import Normaliser, Rule, StepError, bottom_up



class hypothesis(Rule):
    """hypothesis({x: y}): what the induction assumes, with other values for its free variables.

    It has no content of its own: `induction` puts the statement in. Anywhere else it proves nothing.
    """

    name = "induction hypothesis"
    summary = "The statement at t, which the induction assumes for all values of its other variables."

    def __init__(self, values=None):
        self.values = dict(values or {})

    def replay(self, before, relation, after, context):
        raise StepError("an induction hypothesis is available only inside the step of an induction")


class _Assumed(Normaliser):
    """The hypothesis inside an induction's step: an equation at t, whose left side may be replaced by its right side."""

    name, summary = hypothesis.name, hypothesis.summary

    def __init__(self, variable, left, right, values):
        self.variable, self.left, self.right, self.values = variable, left, right, values

    def normal(self, expr, context):
        for symbol, value in self.values.items():
            if symbol == self.variable or symbol not in self.left.free_symbols | self.right.free_symbols:
                raise StepError(f"the hypothesis holds at {self.variable} as it stands, so {symbol} has no other value there")
            if not admits(symbol, value):
                raise StepError(f"{value} is not known to be an admissible value of {symbol}")
            bound = bound_variables(self.left) | bound_variables(self.right)
            if symbol in bound or any(depends(value, b) for b in bound):
                raise StepError(f"{symbol} cannot become {value}: the hypothesis integrates, sums or differentiates over one of them")
        left, right = canonical(self.left.xreplace(self.values)), self.right.xreplace(self.values)
        return bottom_up(expr, lambda node: right if isinstance(node, left.func) and canonical(node) == left else node)


class induction(Rule):
    """induction(t, base=..., step=...): the equation holds at t = 1, and at t + 1 if it holds at t.

    `base` derives it at 1; `step` derives it at t + 1 and may use `hypothesis`. Both are replayed.
    """

    summary = "The statement is proved for t = 1, and for t + 1 from the statement for t; so it holds for every t = 1, 2, 3, ..."

    def __init__(self, variable, base, step):
        self.variable, self.base, self.step = variable, base, step

    @property
    def derivations(self):
        return (self.base, self.step)

    def replay(self, before, relation, after, context):
        if relation != "=":
            raise StepError("the induction proves equations")
        if not (self.variable.is_integer and self.variable.is_positive):
            raise StepError(f"{self.variable} is not declared to be a positive integer")
        if self.variable in bound_variables(before) | bound_variables(after):
            raise StepError(f"{self.variable} is bound by a sum, an integral or a derivative: it is no number to count by")
        if self.variable not in before.free_symbols:
            raise StepError(f"the left side does not speak of {self.variable}")
        return f"by induction over {self.variable}, both derivations replayed"

    def subproofs(self, before, after):
        t = self.variable
        assumed = Derivation(self.step.first, tuple(self._bound(s, before, after) for s in self.step.steps))
        return (
            (f"base, {t} = 1", self._at(1, before, after), self.base),
            (f"step from {t} to {t} + 1", self._at(t + 1, before, after), assumed),
        )

    def _at(self, value, before, after):
        return Eq(*(side.xreplace({self.variable: value}) for side in (before, after)), evaluate=False)

    def _bound(self, step, before, after):
        if not isinstance(step.rule, hypothesis):
            return step
        return Step(step.relation, _Assumed(self.variable, before, after, step.rule.values), step.result, step.remark)
