"""The functions a formula may call, by the names people give them, and what each means in SymPy."""
import sympy as sp

from .arithmetic import TooLarge, is_matrix, scalar


def _real(function):
    """`function` of numbers: a 1 x 1 matrix is its entry, any other matrix is refused."""
    def applied(*arguments):
        return function(*(scalar(a) for a in arguments))
    return applied


def _log(argument, base=None):
    if argument.is_zero or base is not None and (base.is_zero or base == 1):
        raise TooLarge("This logarithm has no value")
    return sp.log(argument) if base is None else sp.log(argument) / sp.log(base)


def _magnitude(argument):
    return sp.Determinant(argument) if is_matrix(argument) and argument.shape[0] == argument.shape[1] else sp.Abs(
        scalar(argument))


def norm(argument):
    """Euclidean length of a column; the size of a number."""
    if is_matrix(argument) and argument.shape[1] == 1:
        return sp.sqrt(sp.Trace(argument.T * argument))
    return sp.Abs(scalar(argument))


def _square_matrix(name, meaning):
    def applied(argument):
        if not is_matrix(argument):
            raise TooLarge(f"{name} needs a matrix")
        if argument.shape[0] != argument.shape[1]:
            raise TooLarge(f"{name} needs a square matrix")
        return meaning(argument)
    return applied


_log2 = _real(lambda x: _log(x, sp.Integer(2)))
_log10 = _real(lambda x: _log(x, sp.Integer(10)))
_det = _square_matrix("det", sp.Determinant)
_trace = _square_matrix("tr", sp.Trace)
_inverse = _square_matrix("inv", sp.Inverse)

# name: (fewest arguments, most arguments, meaning)
CALLS = {
    "log": (1, 2, _real(_log)), "ln": (1, 1, _real(_log)), "log2": (1, 1, _log2), "log10": (1, 1, _log10),
    "log1p": (1, 1, _real(lambda x: _log(1 + x))), "exp": (1, 1, _real(sp.exp)),
    "expm1": (1, 1, _real(lambda x: sp.exp(x) - 1)), "sqrt": (1, 1, _real(sp.sqrt)),
    "abs": (1, 1, _magnitude), "norm": (1, 1, norm), "pow": (2, 2, None), "square": (1, 1, None),
    "sin": (1, 1, _real(sp.sin)), "cos": (1, 1, _real(sp.cos)), "tan": (1, 1, _real(sp.tan)),
    "sinh": (1, 1, _real(sp.sinh)), "cosh": (1, 1, _real(sp.cosh)), "tanh": (1, 1, _real(sp.tanh)),
    "erf": (1, 1, _real(sp.erf)), "sigmoid": (1, 1, _real(lambda x: 1 / (1 + sp.exp(-x)))),
    "softplus": (1, 1, _real(lambda x: sp.log(1 + sp.exp(x)))),
    "max": (2, 8, _real(lambda *x: sp.Max(*x, evaluate=False))), "min": (2, 8, _real(lambda *x: sp.Min(*x, evaluate=False))),
    "det": (1, 1, _det), "tr": (1, 1, _trace), "trace": (1, 1, _trace), "Tr": (1, 1, _trace), "inv": (1, 1, _inverse),
}

# those that may stand before their argument without a bracket, as in log sigma^2
PREFIX = frozenset("log ln log2 log10 exp det tr Tr sin cos tan sinh cosh tanh erf".split())

CONSTANTS = {"pi": sp.pi, "e": sp.E, "E": sp.E, "EulerGamma": sp.EulerGamma, "eulergamma": sp.EulerGamma}
