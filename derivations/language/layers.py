"""Layers of neural networks, and quantities with a name."""

from sympy import Add, Integer, Matrix, Piecewise, exp
from sympy.core.symbol import Str

from derivations.language.word import Word


class Sigmoid(Word):
    """The logistic function 1 / (1 + e^-u)."""

    is_positive = True

    def definition(self):
        return 1 / (1 + exp(-self.args[0]))

    def _eval_derivative(self, symbol):
        (u,) = self.args
        return Sigmoid(u) * Sigmoid(-u) * u.diff(symbol)

    def _latex(self, printer):
        return rf"\sigma\left({printer._print(self.args[0])}\right)"


class LeakyReLU(Word):
    """LeakyReLU(x, alpha) is x where x >= 0, and alpha x where x < 0. Maas, Hannun & Ng 2013."""

    title = "leaky ReLU"

    def definition(self):
        x, alpha = self.args
        return Piecewise((x, x >= 0), (alpha * x, True))

    def _latex(self, printer):
        x, alpha = map(printer._print, self.args)
        return rf"\sigma_{{\mathrm{{leaky}}}}\left({x};\, {alpha}\right)"


class SigmoidLayer(Word):
    """SigmoidLayer(W, h, b, k) is unit k = 1, 2, ... of the dense layer sigma(W h + b), with h a tuple of numbers."""

    is_positive = True
    title = "a dense layer"
    weights = property(lambda self: self.args[0])
    inputs = property(lambda self: self.args[1])
    bias = property(lambda self: self.args[2])
    unit = property(lambda self: int(self.args[3]))

    def definition(self):
        row = self.unit - 1
        products = (self.weights[row, k] * h for k, h in enumerate(self.inputs))
        return Sigmoid(Add(*products, self.bias[row]))

    def _latex(self, printer):
        weights, inputs, bias = (printer._print(Matrix(m)) for m in (self.weights, self.inputs, self.bias))
        return rf"\sigma\left({weights} {inputs} + {bias}\right)_{{{self.unit}}}"


def sigmoid_layer(weights, inputs, bias):
    """All units of the layer sigma(W h + b), as a tuple."""
    return tuple(SigmoidLayer(weights, inputs, bias, Integer(k + 1)) for k in range(weights.rows))


class Named(Word):
    """A number that has been given a name: it prints as the name (LaTeX), and abbreviates the expression."""

    title = "the named quantities"

    def definition(self):
        return self.args[1]

    def _latex(self, printer):
        return self.args[0].name


def named(name, expr):
    """`expr` under a name, given in LaTeX."""
    return Named(Str(name), expr)
