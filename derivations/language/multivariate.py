"""Gaussian laws on R^d with a symbolic dimension, and the scalars that are built of matrices.

Vectors are d x 1 matrix symbols. SymPy has no scalar for v^T A v and knows no sign of a determinant, so
both are words here.
"""

from dataclasses import dataclass

from sympy import Determinant, Identity, Inverse, MatAdd, MatMul, MatrixExpr, MatrixSymbol, Trace, Transpose, exp, log, pi

from derivations.language.word import Word


class CovarianceSymbol(MatrixSymbol):
    """A matrix symbol that stands for a symmetric positive definite matrix."""

    def _eval_transpose(self):
        return self


class MatrixRoot(MatrixExpr):
    """A^(1/2), the symmetric positive definite matrix whose square is the positive definite A."""

    def __new__(cls, matrix):
        if not is_covariance(matrix):
            raise ValueError(f"{matrix} is not known to be symmetric and positive definite, so it has no root here")
        return super().__new__(cls, matrix)

    shape = property(lambda self: self.args[0].shape)

    def _eval_transpose(self):
        return self

    def _latex(self, printer, exp=None):
        exponent = {None: "1/2", "-1": "-1/2"}.get(exp)
        if exponent is None:
            raise NotImplementedError(f"the power {exp} of a matrix root")
        return rf"{_matrix_latex(self.args[0], printer)}^{{{exponent}}}"


class TransportMatrix(MatrixExpr):
    """T with T A T = B, symmetric and positive definite, for covariances A and B: TransportMatrix(A, B).

    x -> m + T x carries N(0, A) to N(m, B). Knott & Smith 1984.
    """

    title = "the transport matrix"
    needs = ()
    shape = property(lambda self: self.args[0].shape)

    def definition(self):
        first, second = self.args
        root = MatrixRoot(first)
        return Inverse(root) * MatrixRoot(root * second * root) * Inverse(root)

    def _eval_transpose(self):
        return self

    def _latex(self, printer, exp=None):
        first, second = map(printer._print, self.args)
        return rf"T_{{{first} \to {second}}}" + (f"^{{{exp}}}" if exp else "")


def is_covariance(matrix, strict=True):
    """Is a matrix expression known to be symmetric and positive definite (semidefinite, where not `strict`)?"""
    if isinstance(matrix, (CovarianceSymbol, Identity, MatrixRoot)):
        return True
    if isinstance(matrix, Inverse):
        return is_covariance(matrix.arg)
    if isinstance(matrix, MatAdd):
        return all(is_covariance(a, False) for a in matrix.args) and (not strict or any(map(is_covariance, matrix.args)))
    if isinstance(matrix, MatMul) and len(matrix.args) > 2 and all(a.is_Matrix for a in matrix.args):
        first, *inside, last = matrix.args  # X P X^T
        symmetric = Transpose(first).doit() == last
        return symmetric and is_covariance(MatMul(*inside) if len(inside) > 1 else inside[0], strict) and (not strict or is_covariance(first))
    return False


class Det(Word):
    """The determinant of a matrix; known to be positive where the matrix is positive definite."""

    matrix = property(lambda self: self.args[0])

    def definition(self):
        return Determinant(self.matrix)

    def _eval_is_positive(self):
        return True if isinstance(self.matrix, (CovarianceSymbol, Identity)) else None

    def _latex(self, printer):
        return rf"\det {printer._print(self.matrix)}"


class CovarianceExcess(Word):
    """(tr(B^-1 A) - d - log(det A / det B)) / 2 for covariances A and B: nonnegative, and 0 only at A = B.

    The KL divergence between two Gaussians of the same mean; half of Stein's loss. James & Stein 1961.
    """

    title = "the covariance excess"

    def definition(self):
        first, second = self.args
        return (Trace(Inverse(second) * first) - first.shape[0] - log(Det(first) / Det(second))) / 2

    def _latex(self, printer):
        first, second = map(printer._print, self.args)
        return rf"\mathrm{{D}}\left({first}, {second}\right)"


class QuadraticForm(Word):
    """The number v^T A v, for a column v and a square matrix A."""

    vector = property(lambda self: self.args[0])
    matrix = property(lambda self: self.args[1])

    def definition(self):
        return Trace(Transpose(self.vector) * self.matrix * self.vector)

    def _latex(self, printer):
        v = _terms_latex(self.vector, printer)
        if isinstance(self.matrix, Identity):
            return rf"\left\| {v.removeprefix(chr(92) + 'left(').removesuffix(chr(92) + 'right)') if isinstance(self.vector, MatAdd) else v} \right\|^{{2}}"
        return rf"{v}^{{\top}} {_matrix_latex(self.matrix, printer)} {v}"


def _matrix_latex(matrix, printer):
    text = printer._print(matrix)
    return rf"\left({text}\right)" if isinstance(matrix, (MatAdd, MatMul)) else text


def _terms_latex(vector, printer):
    """A column, its positive terms first."""
    if not isinstance(vector, MatAdd):
        return printer._print(vector)
    terms = sorted((printer._print(t) for t in vector.args), key=lambda t: t.startswith("-"))
    return r"\left(" + terms[0] + "".join(f" {t}" if t.startswith("-") else f" + {t}" for t in terms[1:]) + r"\right)"


class MultivariateNormalDensity(Word):
    """N(x; mu, Sigma), the density at x of the normal law on R^d with mean mu and covariance Sigma."""

    is_positive = True

    x = property(lambda self: self.args[0])
    mu = property(lambda self: self.args[1])
    covariance = property(lambda self: self.args[2])

    def definition(self):
        return exp(self.log_density())

    def log_density(self):
        """Its logarithm, in nats."""
        quadratic = QuadraticForm(self.x - self.mu, Inverse(self.covariance))
        return -quadratic / 2 - log(Det(self.covariance)) / 2 - self.x.shape[0] * log(2 * pi) / 2

    def law_latex(self, printer):
        return rf"\mathcal{{N}}\left({printer._print(self.mu)}, {printer._print(self.covariance)}\right)"

    def _latex(self, printer):
        inside = ", ".join(printer._print(a) for a in (self.mu, self.covariance))
        return rf"\mathcal{{N}}\left({printer._print(self.x)};\, {inside}\right)"


@dataclass(frozen=True)
class MultivariateNormal:
    """The normal law on R^d with mean `mu` and covariance `covariance`; called with x it gives its density."""

    mu: MatrixExpr
    covariance: MatrixExpr

    def __call__(self, x):
        return MultivariateNormalDensity(x, self.mu, self.covariance)
