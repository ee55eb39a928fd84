"""The importance-weighted bound, and sums with one term left out."""

from sympy import IndexedBase, Product, Sum, Symbol, log

from derivations.language.integral import E
from derivations.language.word import Binder, Word

_DRAW = Symbol("k", integer=True, positive=True)


class IWAE(Binder):
    """L_K: IWAE(p(x, z), q(z | x), K, z) = E[log mean_k p(x, z_k) / q(z_k | x)] over K independent z_k ~ q, in nats."""

    title = "the importance-weighted bound"
    joint = property(lambda self: self.args[0])
    q = property(lambda self: self.args[1])
    size = property(lambda self: self.args[2])

    def definition(self):
        weight = self.weight(_DRAW)
        return E(log(Sum(weight, (_DRAW, 1, self.size)) / self.size), self.law(self.size), self.draws)

    @property
    def draws(self):
        """The vector of the z_k; in bold, as its name would else be that of one of them."""
        return IndexedBase(f"{self.bound}bold", real=True)

    def law(self, size):
        """The law of so many draws."""
        return Product(self.q.xreplace({self.bound: self.draws[_DRAW]}), (_DRAW, 1, size))

    def weight(self, index):
        """p(x, z_k) / q(z_k | x)."""
        return (self.joint / self.q).xreplace({self.bound: self.draws[index]})

    def _latex(self, printer):
        return rf"\mathcal{{L}}_{{{printer._print(self.size)}}}"


class AllBut(Word):
    """The sum over all indices but one: AllBut(Sum(u_k, (k, 1, n)), j); over all, where j is none of them."""

    total = property(lambda self: self.args[0])
    index = property(lambda self: self.args[1])

    def _eval_is_positive(self):
        """Of positive terms, two at least, of which one at most is left out."""
        _, low, high = self.total.limits[0]
        return True if self.total.function.is_positive and (high - low).is_positive else None

    def _latex(self, printer):
        (k, _, _), = self.total.limits
        return rf"\sum_{{{printer._print(k)} \ne {printer._print(self.index)}}} {printer._print(self.total.function)}"
