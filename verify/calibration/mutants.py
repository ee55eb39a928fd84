"""A statement made wrong by 1%, in every way that its kind allows.

| right side | mutants |
|---|---|
| a number | 1% larger or smaller |
| the bound of an inequality | 1% beyond the value of the left side: the statement is false by 1% |
| a Gaussian law | its standard deviation 1% larger or smaller; its mean moved by 1% of that |
| the law of an image | the standard deviation of what is mapped 1% larger or smaller |
| a distribution function | its argument 1% larger or smaller |
| the function at which a functional is greatest | 1% smaller (not larger: a probability stays one) |

Chance decides between larger and smaller.
"""

from sympy import Eq, Le, Rational, Symbol

from derivations.enclose import precision
from derivations.instance import concretise
from derivations.language import ArgMax, Probability, Pushforward
from derivations.language.normal import NormalDensity
from verify.case import in_float32

PERCENT = Rational(1, 100)


def one_percent(statement, point, rng):
    """Yield (what was changed, the wrong statement), at a point. Raises `Unevaluable` where a bound's left side is."""
    left, right = (concretise(side, point.instance) for side in statement.args)
    step = rng.choice((1, -1)) * PERCENT
    more = f"1% {'more' if step > 0 else 'less'}"
    if not isinstance(statement, Eq):
        value = _value(left, in_float32(point))
        beyond = value - abs(value) * PERCENT if isinstance(statement, Le) else value + abs(value) * PERCENT
        yield "a bound 1% beyond the left side", statement.func(left, beyond, evaluate=False)
    elif isinstance(right, NormalDensity):
        moved = NormalDensity(right.x, right.mu + step * right.sigma, right.sigma)
        yield "the mean moved by 1% of the standard deviation", Eq(left, moved, evaluate=False)
        stretched = NormalDensity(right.x, right.mu, right.sigma * (1 + step))
        yield f"{more} standard deviation", Eq(left, stretched, evaluate=False)
    elif isinstance(left, Pushforward):
        wider = {n: NormalDensity(n.x, n.mu, n.sigma * (1 + step)) for n in right.atoms(NormalDensity)}
        yield f"{more} standard deviation of the law that is mapped", Eq(left, right.xreplace(wider), evaluate=False)
    elif isinstance(left, Probability) and isinstance(left.greater, Symbol):
        yield f"the law on a scale of {more}", Eq(left, right.xreplace({left.greater: left.greater * (1 + step)}), evaluate=False)
    elif isinstance(left, ArgMax):
        yield "1% less", Eq(left, right * (1 - PERCENT), evaluate=False)
    else:
        yield more, Eq(left, right * (1 + step), evaluate=False)


def tight(statement, point):
    """An inequality with the value of its left side for a bound: where a false alarm is likeliest. Equations as they are."""
    if isinstance(statement, Eq):
        return statement
    left = concretise(statement.lhs, point.instance)
    return statement.func(left, _value(left, in_float32(point)), evaluate=False)


def _value(expr, point):
    with precision(96):
        return Rational(float(point.evaluate(expr).real.mid()))
