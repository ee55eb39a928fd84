"""Sums of squares."""

from sympy import Add, Mul, Pow, Sum, log, preorder_traversal

from derivations.rules.rule import Rule, StepError


class sum_of_squares(Rule):
    """A sum of terms, each a product of even powers, positive factors and such sums over an index, is nonnegative."""

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
            if not _nonnegative(term):
                from derivations.language import latex

                raise StepError(f"the term {latex(term)} is not seen to be nonnegative")
        return f"each of the {len(terms)} terms of the difference is a product of squares and positive factors"


def _nonnegative(expr):
    """Is it a number, a square, something positive, or a sum or product of such?"""
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp % 2 == 0 and expr.exp > 0:
        return expr.base.is_real is True and _defined(expr.base)
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        return expr.base.is_positive is True
    if expr.is_number:
        return expr.is_nonnegative is True
    if expr.is_positive:
        return True
    if isinstance(expr, Sum) and len(expr.limits) == 1:
        index, low, high = expr.limits[0]
        return (high - low + 1).is_nonnegative is True and _nonnegative(expr.function)
    return isinstance(expr, (Add, Mul)) and all(map(_nonnegative, expr.args))


def _defined(expr):
    """Are all its logarithms and roots those of positive numbers, so that it is real whatever its symbols are?"""
    for node in preorder_traversal(expr):
        if isinstance(node, log) and not node.args[0].is_positive:
            return False
        if isinstance(node, Pow) and not node.exp.is_integer and not node.base.is_nonnegative:
            return False
    return True
