"""An expression of a claim as a person would type it, for the box in which readers check their own answer."""

from sympy.printing.str import StrPrinter


def typed(expr, claim) -> str:
    """`expr` as Python text, with the parameters by the names that `verify.NAME` knows them by."""
    return _Typed({str(one.symbol): one.name for one in claim.parameters}).doprint(expr)


class _Typed(StrPrinter):
    def __init__(self, names: dict[str, str]):
        super().__init__()
        self._names = names

    def _print_Symbol(self, expr):
        return self._names.get(str(expr), str(expr))

    def _print_Indexed(self, expr):
        return f"{self._names.get(str(expr.base), str(expr.base))}[{', '.join(map(self._print, expr.indices))}]"

    def _print_Sum(self, expr):
        limits = ", ".join(f"({', '.join(map(self._print, one))})" for one in expr.limits)
        return f"sum({self._print(expr.function)}, {limits})"

    def _print_AppliedUndef(self, expr):
        return f"{expr.func.__name__}[{', '.join(map(self._print, expr.args))}]"

    def _print_Trace(self, expr):
        number = expr.arg.shape == (1, 1)  # as v^T A v is, which is its own trace
        return f"{'' if number else 'tr'}({self._print(expr.arg)})"

    def _print_Determinant(self, expr):
        return f"det({self._print(expr.arg)})"

    def _print_Inverse(self, expr):
        return f"inv({self._print(expr.arg)})"

    def _print_Transpose(self, expr):
        return f"({self._print(expr.arg)})^T"

    def _print_EulerGamma(self, expr):
        return "euler_gamma"
