"""Rational functions of opaque generators, in SymPy's sparse polynomial rings.

What is not +, * or a whole power is a generator. Roots are refused: they satisfy relations, and are left to
the slower way of `derivations.ring`.
"""

from sympy import QQ, Add, Mul, Pow, Symbol, default_sort_key
from sympy.polys.rings import ring


class NotRational(Exception):
    """The expression holds a root of something, or does not commute."""


def vanishes(expr):
    """Is `expr` zero as a rational function of its generators? Raises `NotRational`."""
    return _Quotients(expr).value[0] == 0


def reduced(expr):
    """`expr` as one quotient of coprime polynomials in its generators. Raises `NotRational`."""
    quotients = _Quotients(expr)
    top, bottom = quotients.value
    top, bottom = top.cancel(bottom)
    return quotients.back(top) / quotients.back(bottom)


class _Quotients:
    """The walk from an expression to a pair (numerator, denominator) of polynomials."""

    def __init__(self, expr):
        found = set()
        _collect(expr, found)
        self.generators = sorted(found, key=default_sort_key)
        names = [Symbol(f"g{i}") for i in range(len(self.generators))] or [Symbol("g0")]
        self.ring, *self.symbols = ring(names, QQ)
        self.place = dict(zip(self.generators, self.symbols))
        self.value = self._walk(expr)

    def _walk(self, e):
        if e in self.place:
            return self.place[e], self.ring.one
        if e.is_Rational:
            return self.ring(QQ(int(e.p), int(e.q))), self.ring.one
        if isinstance(e, Add):
            return self._sum(e.args)
        if isinstance(e, Mul):
            top, bottom = self.ring.one, self.ring.one
            for a in e.args:
                p, q = self._walk(a)
                top, bottom = top * p, bottom * q
            return top, bottom
        top, bottom = self._walk(e.base)
        n = int(e.exp)
        if n < 0:
            top, bottom, n = bottom, top, -n
            if not bottom:
                raise NotRational("a division by zero")
        return top**n, bottom**n

    def _sum(self, terms):
        """Terms of equal denominators first, then over the least common one."""
        parts = {}
        for a in terms:
            p, q = self._walk(a)
            parts[q] = parts.get(q, self.ring.zero) + p
        top, bottom = self.ring.zero, self.ring.one
        for q, p in parts.items():
            if q == bottom:
                top = top + p
            else:
                common = q.lcm(bottom)
                top, bottom = top * common.quo(bottom) + p * common.quo(q), common
        return top, bottom

    def back(self, polynomial):
        """A polynomial as an expression."""
        return polynomial.as_expr(*self.generators) if self.generators else polynomial.as_expr()


def _collect(e, found):
    if e.is_Rational:
        return
    if not e.is_commutative:
        raise NotRational("a product that does not commute")
    if isinstance(e, (Add, Mul)):
        for a in e.args:
            _collect(a, found)
    elif isinstance(e, Pow) and e.exp.is_Integer:
        _collect(e.base, found)
    elif isinstance(e, Pow) and e.exp.is_Rational:
        raise NotRational("a root")
    else:
        found.add(e)
