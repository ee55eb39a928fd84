"""Limits at the ends of the line."""

from sympy import Integer

from derivations.language.word import Binder


class LimitAtInfinity(Binder):
    """The limit of `function` as the bound variable grows without bound (end = 1), or falls without bound (end = -1)."""

    function = property(lambda self: self.args[0])
    end = property(lambda self: int(self.args[1]))

    def __new__(cls, function, end, variable):
        if end not in (1, -1):
            raise ValueError(f"end = {end}: a limit at infinity is at +1 or at -1")
        return super().__new__(cls, function, Integer(end), variable)

    def _latex(self, printer):
        body = printer._print(self.function)
        if self.function.is_Add:
            body = rf"\left({body}\right)"
        sign = "" if self.end > 0 else "-"
        return rf"\lim_{{{printer._print(self.bound)} \to {sign}\infty}} {body}"
