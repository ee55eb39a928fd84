"""Case distinction: what holds for positive, zero and negative numbers holds for all real ones."""

from sympy import Derivative, Dummy, Max, Min, Mul, factor
from sympy.concrete.expr_with_limits import ExprWithLimits

from derivations.domains import ClosedInterval, Interval
from derivations.language.optimum import Optimum
from derivations.language.word import Binder
from derivations.ring import is_zero
from derivations.rules.rule import Rule, StepError, bottom_up


class cases(Rule):
    """cases(x): the sides agree for x > 0, for x = 0 and for x < 0, in each case by arithmetic.

    In each case conditions on the sign of x are settled, and a maximum or minimum is the one of its two arguments that
    the sign of their difference says, where that sign is known.
    """

    name = "case distinction"
    summary = "A number is positive, zero or negative; in each of the three cases maxima, sizes and conditions are settled by signs."

    def __init__(self, variable):
        self.variable = variable

    def replay(self, before, relation, after, context):
        if relation != "=":
            raise StepError(f"{self.name} proves equalities, not '{relation}'")
        if before == after:
            raise StepError("the two sides are the same expression: there is no step")
        x = self.variable
        if not (x.is_Symbol and x.is_real and x in before.free_symbols | after.free_symbols):
            raise StepError(f"{x} is no real variable of this step")
        if any(n.has(x) for side in (before, after) for n in side.atoms(Binder, Derivative, ExprWithLimits, Optimum)):
            raise StepError(f"{x} stands under an integral, a sum, a derivative or an optimum, where it is no single number")
        t = Dummy("t", positive=True)
        for value, case in ((t, "> 0"), (0, "= 0"), (-t, "< 0")):
            left, right = (settled(side.subs(x, value), context.claim.parameters) for side in (before, after))
            if not is_zero(left - right):
                from derivations.language import latex

                raise StepError(f"for {x} {case} the left side is {latex(left.subs(t, abs(x)))}, the right side {latex(right.subs(t, abs(x)))}")
        return f"both sides agree where {x} is positive, zero and negative"


def settled(expr, parameters):
    """`expr` with every maximum and minimum of two numbers replaced by the one that it is, where their difference has a known sign."""

    def settle(node):
        if not isinstance(node, (Max, Min)) or len(node.args) != 2:
            return node
        u, v = node.args
        way = sign_within(parameters, u - v)
        if way is None:
            return node
        return (u if way >= 0 else v) if isinstance(node, Max) else (v if way >= 0 else u)

    return bottom_up(expr, settle)


def sign_within(parameters, expr):
    """1 where `expr` is never negative on the domains of the parameters, -1 where it is never positive, None where neither is seen."""
    sign = 1
    for part in Mul.make_args(factor(expr)):
        here = 1 if part.is_nonnegative else -1 if part.is_nonpositive else _of_affine(parameters, part)
        if here is None:
            return None
        sign *= here
    return sign


def _of_affine(parameters, expr):
    """The sign of an affine function of one bounded parameter: between its values at the ends of the interval."""
    for p in parameters:
        if isinstance(p.domain, (Interval, ClosedInterval)) and expr.free_symbols == {p.symbol} and expr.is_polynomial(p.symbol):
            if expr.as_poly(p.symbol).degree() == 1:
                ends = [expr.subs(p.symbol, end) for end in (p.domain.low, p.domain.high)]
                if all(e.is_nonnegative for e in ends):
                    return 1
                if all(e.is_nonpositive for e in ends):
                    return -1
    return None
