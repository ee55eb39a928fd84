"""LaTeX of the language: SymPy's printer with the field's conventions."""

from sympy.printing.latex import LatexPrinter

_SETTINGS = {"ln_notation": False, "fold_short_frac": False, "mul_symbol": None, "order": "none"}


class Printer(LatexPrinter):
    """SymPy's LaTeX printer; every word prints itself through its `_latex`."""

    def __init__(self):
        super().__init__(dict(_SETTINGS))

    def _as_ordered_terms(self, expr, order=None):
        """Terms as on paper: those with a plus sign first, numbers last among their like."""
        return sorted(expr.args, key=lambda t: (t.could_extract_minus_sign() if not t.is_Add else False, t.is_number))


def latex(expr):
    """The LaTeX of an expression or a statement."""
    return Printer().doprint(expr)
