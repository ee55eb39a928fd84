"""Mutations of expressions, one function a kind: each yields (what was changed, in words; the changed expression)."""

from sympy import Add, Derivative, Indexed, Integer, MatAdd, MatrixBase, MatrixSymbol, Mul, Pow, Rational, S, Tuple, exp, log
from sympy.concrete.expr_with_limits import ExprWithLimits

from derivations.language.chain import Alpha, AlphaBar, ForwardMarginal
from derivations.language.density import Density
from derivations.language.divergences import Divergence
from derivations.language.functions import AbstractFunction
from derivations.language.gan import Accuracy, GANValue
from derivations.language.layers import Named, SigmoidLayer
from derivations.language.optimum import Optimum
from derivations.language.pushforward import Probability
from derivations.language.word import Binder

ONE_PERCENT = Rational(101, 100)
_CLOSED = (Alpha, AlphaBar, ForwardMarginal, Density, AbstractFunction, Named, SigmoidLayer, Indexed, MatrixBase, MatrixSymbol, Tuple)
_SUMS = (Add, MatAdd)


def sign(expr):
    """The sign of the whole, and of every term of every sum."""
    yield "the sign of the whole", -expr
    for node, term, put in _terms(expr):
        yield f"the sign of {_short(term)}", put(-term)


def coefficient(expr):
    """The whole, and every term of every sum, larger by 1% (where there is nothing to scale: by 1/100)."""
    yield "1% more of the whole", expr * ONE_PERCENT if expr != 0 else Rational(1, 100)
    for node, term, put in _terms(expr):
        yield f"1% more of {_short(term)}", put(term * ONE_PERCENT)


def exponent(expr):
    """A power one higher, a root dropped, an exponential squared."""
    for node, put in places(expr):
        if isinstance(node, Pow) and node.exp.is_Integer:
            yield f"the exponent of {_short(node)}", put(node.base ** (node.exp + 1))
        elif isinstance(node, Pow) and node.exp.is_Rational:
            yield f"the root of {_short(node)} left out", put(node.base ** (2 * node.exp))
        elif isinstance(node, exp):
            yield f"the exponent of {_short(node)} doubled", put(exp(2 * node.args[0]))


def index(expr):
    """t for t - 1 and t - 1 for t; a sum or product that begins one late."""
    for node, put in places(expr):
        if isinstance(node, (Alpha, AlphaBar, ForwardMarginal)):
            yield f"the index of {_short(node)}", put(node.func(*node.args[:-1], _moved(node.args[-1])))
        elif isinstance(node, Indexed) and len(node.indices) == 1 and node.base.is_positive:
            yield f"the index of {_short(node)}", put(node.base[_moved(node.indices[0])])
        elif isinstance(node, ExprWithLimits) and len(node.limits) == 1:
            k, low, high = node.limits[0]
            yield f"{_short(node)} begins one late", put(node.func(node.function, (k, low + 1, high)))


def half(expr):
    """A factor 1/2 put in or left out."""
    yield "half of the whole", expr / 2
    for node, put in places(expr):
        if isinstance(node, Mul) and node.args[0].is_Rational and node.args[0].q % 2 == 0:
            yield f"the factor 1/2 of {_short(node)} left out", put(2 * node)
        elif isinstance(node, Rational) and node.q == 2:
            yield f"the factor 1/2 of {node} left out", put(2 * node)


def log_base(expr):
    """Bits for nats: log u / log 2 for log u, in one place or in the whole."""
    yield "the whole in bits", expr / log(2)
    for node, put in places(expr):
        if isinstance(node, log):
            yield f"{_short(node)} to the base 2", put(node / log(2, evaluate=False) if node != log(2) else S.One)


def dropped(expr):
    """A term left out."""
    for node, term, put in _terms(expr):
        yield f"{_short(term)} left out", put(None)


def doubled(expr):
    """A term, or the whole, taken twice."""
    yield "twice the whole", 2 * expr
    for node, term, put in _terms(expr):
        yield f"{_short(term)} doubled", put(2 * term)


def swapped_arguments(expr):
    """Two arguments of the same kind of a word, exchanged."""
    for node, put in places(expr):
        if isinstance(node, Probability):
            yield f"the two sides of {_short(node)} swapped", put(node.func(node.greater, node.lesser, *node.args[2:]))
        elif isinstance(node, (GANValue, Accuracy)):
            yield f"the two laws of {_short(node)} swapped", put(node.func(node.args[0], node.args[2], node.args[1], node.bound))


def divergence_direction(expr):
    """KL(p, q) for KL(q, p), and the same for the other divergences."""
    for node, put in places(expr):
        if isinstance(node, Divergence):
            yield f"the direction of {_short(node)}", put(node.func(node.p, node.q, node.bound))


def swapped_parameters(expr, parameters):
    """Two parameters with the same domain, exchanged wherever they stand."""
    for k, a in enumerate(parameters):
        for b in parameters[k + 1 :]:
            if a.domain == b.domain and (expr.has(a.symbol) or expr.has(b.symbol)):
                exchange = {a.symbol: b.symbol, b.symbol: a.symbol}
                yield f"{a.name} and {b.name} swapped", expr.xreplace(exchange)


KINDS = {
    "sign": sign,
    "coefficient": coefficient,
    "exponent": exponent,
    "index": index,
    "half": half,
    "log base": log_base,
    "drop": dropped,
    "double": doubled,
    "arguments": swapped_arguments,
    "direction": divergence_direction,
}


def edits(expr, parameters=()):
    """All (kind, what, changed expression) of `expr`: every one different from `expr` and from the others."""
    seen = {expr}
    for kind, what, changed in _all(expr, parameters):
        if changed not in seen and not changed.has(S.NaN, S.ComplexInfinity):
            seen.add(changed)
            yield kind, what, changed


def _all(expr, parameters):
    for kind, edit in KINDS.items():
        yield from ((kind, what, changed) for what, changed in edit(expr))
    yield from (("parameters", what, changed) for what, changed in swapped_parameters(expr, parameters))


def evenly(mutants, most):
    """At most `most` of the mutants, the kinds taken in turn."""
    by_kind = {}
    for m in mutants:
        by_kind.setdefault(m[0], []).append(m)
    chosen = []
    while len(chosen) < min(most, len(mutants)):
        for waiting in by_kind.values():
            if waiting and len(chosen) < most:
                chosen.append(waiting.pop(0))
    return chosen


def places(expr, put=lambda new: new):
    """(node, put) for every node that may be changed; put(new) is the whole expression with `new` in its place."""
    yield expr, put
    for k in _open(expr):

        def inner(new, k=k):
            return put(expr.func(*expr.args[:k], new, *expr.args[k + 1 :]))

        yield from places(expr.args[k], inner)


def _open(node):
    """The positions of the arguments that may be changed: no names, no bound variables, no limits."""
    if isinstance(node, _CLOSED):
        return ()
    if isinstance(node, (Optimum, Derivative, ExprWithLimits)):
        return (0,)
    return range(len(node.args) - isinstance(node, Binder))


def _terms(expr):
    """(sum, term, put) for every term of every sum; put(None) leaves the term out."""
    for node, put in places(expr):
        if isinstance(node, _SUMS):
            for k, term in enumerate(node.args):
                rest = node.args[:k] + node.args[k + 1 :]

                def inner(new, rest=rest, node=node, put=put):
                    return put(node.func(*rest) if new is None else node.func(*rest, new))

                yield node, term, inner


def _moved(step):
    """t - 1 for t, t for t - 1; a number one less, but never below 1."""
    if step.is_Integer:
        return Integer(step - 1) if step > 1 else step + 1
    offset = step.as_coeff_Add()[0]
    return step - 1 if offset >= 0 else step + 1


def _short(expr, limit=60):
    text = str(expr)
    return text if len(text) <= limit else text[: limit - 1] + "…"
