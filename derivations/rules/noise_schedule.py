"""The arithmetic of a noise schedule."""

from sympy import Add, Expr, Mul, Pow, Sum, Symbol, cancel, sqrt
from sympy.tensor.indexed import Indexed

from derivations.domains import Interval
from derivations.language.chain import Alpha, AlphaBar, NoiseVariance
from derivations.language.word import Word
from derivations.rules.rule import Normaliser, StepError, bottom_up


class noise_schedule(Normaliser):
    """alpha_t = 1 - beta_t, alpha_bar_t = alpha_t alpha_bar_(t-1), alpha_bar_0 = 1, and roots of these positive numbers."""

    name = "noise schedule"
    summary = (
        "alpha_t = 1 - beta_t and alpha_bar_t = alpha_t alpha_bar_(t-1) with alpha_bar_0 = 1; all of them are positive, so "
        "the root of their product is the product of their roots."
    )

    def normal(self, expr, context):
        schedules = {w.betas for w in expr.atoms(Alpha, AlphaBar)}
        for betas in schedules:
            _require_variances(betas, context.claim)
        return bottom_up(expr, lambda node: _arguments(_recursion(node, schedules)))


class noise_variance(Normaliser):
    """1 - alpha_bar_t is the variance of the noise, positive after the first step: roots of its quotients split."""

    name = "variance of the noise"
    summary = (
        "1 - alpha_bar_t is the variance of the noise that t steps have added; after one step at least it is positive, so "
        "roots of its products and quotients split."
    )

    def normal(self, expr, context):
        for betas in {w.betas for w in expr.atoms(AlphaBar, NoiseVariance)}:
            _require_variances(betas, context.claim)
        return bottom_up(expr, lambda node: 1 - NoiseVariance(*node.args) if isinstance(node, AlphaBar) else node)


def _require_variances(betas, claim):
    """Raise `StepError` unless the claim says that all betas lie in (0, 1): only then is every alpha positive."""
    declared = [p.domain for p in claim.parameters if p.symbol == betas]
    entries = [getattr(domain, "entry", None) for domain in declared]
    if not entries or not all(isinstance(e, Interval) and e.low >= 0 and e.high <= 1 for e in entries):
        raise StepError(f"alpha = 1 - {betas} is positive only where {betas} lies between 0 and 1, which its domain does not say")


def _recursion(node, schedules):
    """beta_t as 1 - alpha_t; alpha_bar at the symbolic part of its step."""
    if isinstance(node, Indexed) and node.base in schedules and len(node.indices) == 1:
        return 1 - Alpha(node.base, node.indices[0])
    if isinstance(node, AlphaBar):
        return node.from_symbol()
    return node


def _arguments(node):
    """The arguments of a word, and the terms of a sum, as rational functions of the roots of all alpha and alpha_bar."""
    if isinstance(node, Sum) and node.function.has(Alpha, AlphaBar, NoiseVariance):
        return node.func(_rational(node.function), *node.limits)
    if not isinstance(node, Word) or isinstance(node, (Alpha, AlphaBar)):
        return node
    return node.func(*(_rational(a) if isinstance(a, Expr) and a.has(Alpha, AlphaBar) else a for a in node.args))


def _rational(expr):
    """In lowest terms, with the roots of all alpha and alpha_bar as generators; so are the radicands of other roots.

    Computed in symbols of which nothing is assumed, where arithmetic is fast.
    """
    names, squares = {}, (Alpha, AlphaBar, NoiseVariance)

    def name(node):
        return names.setdefault(node, Symbol(f"g{len(names)}"))

    def plain(node):
        if isinstance(node, squares):
            return name(node) ** 2
        if node.is_Rational:
            return node
        if isinstance(node, Pow) and node.exp.is_Rational:
            if isinstance(node.base, squares):
                return name(node.base) ** (2 * node.exp)
            return (plain(node.base) if node.exp.is_Integer else cancel(plain(node.base))) ** node.exp
        if isinstance(node, (Add, Mul)):
            return node.func(*map(plain, node.args))
        return name(node)

    reduced = cancel(plain(expr))
    return reduced.xreplace({g: sqrt(w) if isinstance(w, squares) else w for w, g in names.items()})
