"""What a rule is, and the one shape that most rules have."""

from derivations.conditions import POSITIVE
from derivations.language.density import Density
from derivations.ring import is_zero, same


class StepError(Exception):
    """A step that its rule cannot replay; the message says why, for a person."""


class Rule:
    """A way to get from one expression to the next.

    `summary` is one sentence for the reader. `replay(before, relation, after, context)` either raises
    `StepError` or returns a sentence on what was checked.
    """

    summary = ""
    derivations = ()  # derivations inside the rule, as the two of an induction
    needs = ()  # conditions (see derivations.conditions) without which the rule may not be used

    @property
    def name(self):
        return type(self).__name__

    def replay(self, before, relation, after, context):
        raise NotImplementedError

    def subproofs(self, before, after):
        """(title, statement, derivation) of what the step leaves to be proved on the way, as an induction does."""
        return ()

    def require_positive(self, context, *sides):
        """A rule that divides by densities, or takes their logarithms apart, needs them to be positive."""
        if any(side.has(Density) for side in sides):
            self.require(context, POSITIVE)

    def __repr__(self):
        return self.name

    def require(self, context, *more):
        """Raise `StepError` unless the claim states the conditions the rule needs, and `more` of them."""
        for condition in (*self.needs, *more):
            if condition not in context.conditions:
                raise StepError(f"{self.name} needs the condition '{condition}', which the claim does not state")
            context.used.add(condition)


class Normaliser(Rule):
    """A rule that brings both sides to one normal form and compares them by ring arithmetic.

    A subclass gives `normal(expr, context)`, which must never change the value of an expression. So a
    step holds in both directions, and unfolding a definition also folds it.
    """

    def normal(self, expr, context):
        raise NotImplementedError

    def replay(self, before, relation, after, context):
        if relation != "=":
            raise StepError(f"{self.name} proves equalities, not '{relation}'")
        self.require(context)
        if before == after:
            raise StepError("the two sides are the same expression: there is no step")
        if self.idle(before, after):
            raise StepError(f"the two sides differ by ring arithmetic only: {self.name} does nothing here")
        left, right = self.normal(before, context), self.normal(after, context)
        if not is_zero(left - right):
            from derivations.language import latex

            raise StepError(
                f"{self.name} takes the left side to {latex(left)}, but the right side to {latex(right)}"
            )
        return f"both sides have the normal form ${_short(left)}$"

    def idle(self, before, after):
        """Is the rule not needed, because plain arithmetic already makes the sides equal?"""
        return same(before, after)


def _short(expr, limit=900):
    from derivations.language import latex

    text = latex(expr)
    return text if len(text) <= limit else r"\text{(a sum of %d terms)}" % len(getattr(expr, "args", ()))


def rebuild(expr, visit):
    """`expr` with `visit` applied to its arguments; atoms as they are."""
    if not expr.args:
        return expr
    args = tuple(visit(a) for a in expr.args)
    return expr if args == expr.args else expr.func(*args)


def bottom_up(expr, change):
    """`expr` with `change` applied to every node, leaves first."""
    return change(rebuild(expr, lambda a: bottom_up(a, change)))
