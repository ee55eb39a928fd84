"""The least cost of moving one law to another."""

from derivations.language.integral import law_name
from derivations.language.word import Binder


class Wasserstein(Binder):
    """W_1(p, q), the Wasserstein-1 distance of two laws on the line: Wasserstein(p(x), q(x), x).

    The least mean distance E_{w ~ r}|X(w) - Y(w)| over all couplings: maps X and Y of one noise w ~ r, where X(w) has the law p
    and Y(w) has the law q. Villani 2003, section 1.1; sheet A 3.2a.
    """

    title = "the Wasserstein-1 distance"

    first = property(lambda self: self.args[0])
    second = property(lambda self: self.args[1])

    def _latex(self, printer):
        return rf"W_1\left({law_name(self.first, printer)}, {law_name(self.second, printer)}\right)"
