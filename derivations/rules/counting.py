"""Counting integers."""

from sympy import Max, floor

from derivations.language.counting import Multiples
from derivations.rules.rule import Normaliser, bottom_up


class counting(Normaliser):
    """The k = 0, 1, 2, ... with s k <= m are those up to floor(m / s); there are none where m is negative."""

    summary = "For integers m and s > 0 there are floor(m / s) + 1 numbers k = 0, 1, 2, ... with s k <= m, and none where m is negative."

    def normal(self, expr, context):
        return bottom_up(expr, _counted)


def _counted(node):
    if isinstance(node, Multiples) and node.room.is_integer and node.stride.is_integer and node.stride.is_positive:
        return Max(0, floor((node.room / node.stride).expand()) + 1)
    return node
