"""LaTeX of the language: SymPy's printer with the field's conventions."""

from sympy import Derivative, Mul
from sympy.printing.latex import LatexPrinter

_SETTINGS = {"ln_notation": False, "fold_short_frac": False, "mul_symbol": None, "order": "none"}


class Printer(LatexPrinter):
    """SymPy's LaTeX printer; every word prints itself through its `_latex`."""

    def __init__(self):
        super().__init__(dict(_SETTINGS))

    def _as_ordered_terms(self, expr, order=None):
        """Terms as on paper: those with a plus sign first, numbers last among their like."""
        return sorted(expr.args, key=lambda t: (t.could_extract_minus_sign() if not t.is_Add else False, t.is_number))

    def _print_Mul(self, expr):
        """Derivatives stand last in a product, in brackets where another follows, so that none swallows a factor."""
        last = [a for a in expr.args if isinstance(a, Derivative)]
        if not last:
            return super()._print_Mul(expr)
        rest = Mul(*(a for a in expr.args if not isinstance(a, Derivative)))
        first = {1: "", -1: "- "}.get(rest) if rest.is_Number else None
        if first is None:
            first = (rf"\left({self._print(rest)}\right)" if rest.is_Add else self._print(rest)) + " "
        *bracketed, end = (self._print(d) for d in last)
        return first + "".join(rf"\left({d}\right) " for d in bracketed) + end

    def _print_Inverse(self, expr):
        """The inverse of a root is the power -1/2."""
        if type(expr.arg).__name__ == "MatrixRoot":
            return expr.arg._latex(self, "-1")
        return super()._print_MatPow(expr)


def latex(expr):
    """The LaTeX of an expression or a statement."""
    return Printer().doprint(expr)
