"""LaTeX of the language: SymPy's printer with the field's conventions."""

from sympy.printing.latex import LatexPrinter

_SETTINGS = {"ln_notation": False, "fold_short_frac": False, "mul_symbol": None, "order": "none"}


class Printer(LatexPrinter):
    """SymPy's LaTeX printer; every word prints itself through its `_latex`."""

    def __init__(self):
        super().__init__(dict(_SETTINGS))


def latex(expr):
    """The LaTeX of an expression or a statement."""
    return Printer().doprint(expr)
