"""The arithmetic of a noise schedule."""

from sympy import Dummy, Expr, cancel, sqrt
from sympy.tensor.indexed import Indexed

from derivations.language.chain import Alpha, AlphaBar
from derivations.language.word import Word
from derivations.rules.rule import Normaliser, bottom_up


class noise_schedule(Normaliser):
    """alpha_t = 1 - beta_t, alpha_bar_t = alpha_t alpha_bar_(t-1), alpha_bar_0 = 1, and roots of these positive numbers."""

    name = "noise schedule"
    summary = (
        "alpha_t = 1 - beta_t and alpha_bar_t = alpha_t alpha_bar_(t-1) with alpha_bar_0 = 1; all of them are positive, so "
        "the root of their product is the product of their roots."
    )

    def normal(self, expr, context):
        schedules = {w.betas for w in expr.atoms(Alpha, AlphaBar)}
        return bottom_up(expr, lambda node: _arguments(_recursion(node, schedules)))


def _recursion(node, schedules):
    """beta_t as 1 - alpha_t; alpha_bar at the symbolic part of its step."""
    if isinstance(node, Indexed) and node.base in schedules and len(node.indices) == 1:
        return 1 - Alpha(node.base, node.indices[0])
    if isinstance(node, AlphaBar):
        return node.from_symbol()
    return node


def _arguments(node):
    """The arguments of a word, as rational functions of the roots of all alpha and alpha_bar."""
    if not isinstance(node, Word) or isinstance(node, (Alpha, AlphaBar)):
        return node
    return node.func(*(_rational(a) if isinstance(a, Expr) and a.has(Alpha, AlphaBar) else a for a in node.args))


def _rational(expr):
    roots = {w: Dummy(positive=True) for w in expr.atoms(Alpha, AlphaBar)}
    back = {r: sqrt(w) for w, r in roots.items()}
    plain = expr.xreplace({w: r**2 for w, r in roots.items()})
    return cancel(plain).xreplace(back)
