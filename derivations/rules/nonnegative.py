"""Sums of squares."""

from sympy import Add, Mul, Pow, log, preorder_traversal

from derivations.rules.rule import Rule, StepError


class sum_of_squares(Rule):
    """A sum of terms, each a product of even powers and positive factors, is nonnegative."""

    name = "sum of squares"
    summary = "A sum of squares with nonnegative weights is not negative; nothing but the written form of the sum is used."

    def replay(self, before, relation, after, context):
        if relation not in (">=", "<="):
            raise StepError(f"{self.name} proves inequalities, not '{relation}'")
        difference = before - after if relation == ">=" else after - before
        if difference == 0:
            raise StepError("the two sides are the same expression: there is no step")
        terms = Add.make_args(difference)
        for term in terms:
            if not all(map(_nonnegative, Mul.make_args(term))):
                from derivations.language import latex

                raise StepError(f"the term {latex(term)} is not seen to be nonnegative")
        return f"each of the {len(terms)} terms of the difference is a product of squares and positive factors"


def _nonnegative(factor):
    if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp % 2 == 0 and factor.exp > 0:
        return factor.base.is_real is True and _defined(factor.base)
    if isinstance(factor, Pow) and factor.exp.is_Integer:
        return factor.base.is_positive is True
    return factor.is_nonnegative is True if factor.is_number else factor.is_positive is True


def _defined(expr):
    """Are all its logarithms and roots those of positive numbers, so that it is real whatever its symbols are?"""
    for node in preorder_traversal(expr):
        if isinstance(node, log) and not node.args[0].is_positive:
            return False
        if isinstance(node, Pow) and not node.exp.is_integer and not node.base.is_nonnegative:
            return False
    return True
