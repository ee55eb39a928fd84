"""Layers whose matrices are divided by their largest singular value."""

from sympy import MatrixExpr, sympify

from derivations.language.word import Word


class SpectralNorm(Word):
    """sigma(W), the largest singular value: the greatest |W v| over all v of length 1."""

    is_nonnegative = True

    def _latex(self, printer):
        return rf"\sigma\left({printer._print(self.args[0])}\right)"


class NormalisedMatrix(MatrixExpr):
    """W / sigma(W), for W not zero. Miyato et al. 2018, equation (8)."""

    title = "spectral normalisation"
    needs = ()
    shape = property(lambda self: self.args[0].shape)

    def definition(self):
        return self.args[0] / SpectralNorm(self.args[0])

    def _latex(self, printer):
        return rf"\frac{{{printer._print(self.args[0])}}}{{{printer._print(SpectralNorm(self.args[0]))}}}"


class ActivatedVector(MatrixExpr):
    """The column whose entries are max(u_i, alpha u_i), leaky ReLU of slope alpha <= 1: ActivatedVector(u, alpha)."""

    shape = property(lambda self: self.args[0].shape)

    def __new__(cls, vector, alpha):
        return super().__new__(cls, vector, sympify(alpha))

    def _latex(self, printer):
        return rf"\sigma_{{\mathrm{{leaky}}}}\left({printer._print(self.args[0])}\right)"
