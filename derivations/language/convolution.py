"""Convolutions in one dimension, entry by entry: a window of k weights w moves by s along x, which zeros continue at both ends."""

from sympy import KroneckerDelta, Sum, Symbol

from derivations.language.word import Word


def _index(name, *taken):
    """A summation index that none of the expressions speaks of."""
    index = Symbol(name, integer=True, positive=True)
    while any(index in t.free_symbols for t in taken):
        index = Symbol(index.name + "'", integer=True, positive=True)
    return index


class PaddedEntry(Word):
    """x_t for t = 1, ..., n, and 0 beyond: PaddedEntry(x, n, t)."""

    title = "zero padding"

    def definition(self):
        x, n, t = self.args
        i = _index("i", t, n)
        return Sum(x[i] * KroneckerDelta(i, t), (i, 1, n))

    def _latex(self, printer):
        x, _, t = map(printer._print, self.args)
        return rf"\bar{{{x}}}_{{{t}}}"


class Convolution(Word):
    """Entry j of the convolution of n numbers x: the window's k weights times what lies under it, from s (j - 1) + 1 - p on."""

    title = "a convolution"

    def definition(self):
        x, n, w, k, s, p, j = self.args
        m = _index("m", j, k)
        return Sum(w[m] * PaddedEntry(x, n, s * (j - 1) + m - p), (m, 1, k))

    def _latex(self, printer):
        x, _, w, _, s, p, j = map(printer._print, self.args)
        return rf"\left(\operatorname{{conv}}_{{{w},{s},{p}}} {x}\right)_{{{j}}}"


class TransposedConvolution(Word):
    """Entry i of the transposed convolution of o numbers y: each of them puts down the window, times itself, at its own place."""

    title = "a transposed convolution"

    def definition(self):
        y, o, w, k, s, p, i = self.args
        j, m = _index("j", i, o), _index("m", i, k)
        return Sum(Sum(w[m] * y[j] * KroneckerDelta(i, s * (j - 1) + m - p), (m, 1, k)), (j, 1, o))

    def _latex(self, printer):
        y, _, w, _, s, p, i = map(printer._print, self.args)
        return rf"\left(\operatorname{{conv}}^{{\top}}_{{{w},{s},{p}}} {y}\right)_{{{i}}}"
