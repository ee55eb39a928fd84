r"""Square roots of positive definite matrices, enclosed.

For symmetric positive definite X and Y with X^2 - Y^2 = E the difference D = X - Y satisfies X D + D Y = E, so that

    |D|_F <= |E|_F / (lambda_min(X) + lambda_min(Y)) <= |E|_F |X^-1|_F.

X is an approximate root, found by Newton's method in the form of Denman & Beavers 1976; that it is positive definite is
seen by its Cholesky factorisation. With Y the root of A, E = X^2 - A is what the approximation leaves.
"""

import flint
from flint import acb, acb_mat, arb

from derivations.enclose.multivariate import cholesky

STEPS = 200


def matrix_root(matrix):
    """The symmetric positive definite root of a symmetric positive definite matrix. Raises `Unevaluable` where it is not seen to be one."""
    cholesky(matrix)
    n = matrix.nrows()
    middle = _middle(matrix)
    y, z = middle, acb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    previous = None
    for _ in range(STEPS):
        y, z = _middle((y + z.inv()) * acb(0.5)), _middle((z + y.inv()) * acb(0.5))
        rest = _size(_middle(y * y - middle))
        if previous is not None and not rest < previous / 2 and rest < _size(middle) * arb(2) ** (-flint.ctx.prec // 3):
            break
        previous = rest
    root = _middle((y + y.transpose()) * acb(0.5))
    cholesky(root)
    error = (_size(root * root - matrix) * _size(root.inv())).upper()
    return acb_mat(n, n, [acb(arb(root[i, j].real.mid(), error)) for i in range(n) for j in range(n)])


def spectral_norm(matrix):
    """The largest singular value: the root of the largest eigenvalue of W^T W, all of which are enclosed."""
    from derivations.enclose.balls import Unevaluable

    try:
        values = (matrix.transpose() * matrix).eig(multiple=True)
    except ValueError:
        raise Unevaluable("the singular values of a matrix could not be enclosed") from None
    largest = arb(0)
    for value in values:
        largest = largest.max(value.real)
    return acb(largest.sqrt())


def _middle(matrix):
    return acb_mat(matrix.nrows(), matrix.ncols(), [acb(x.real.mid()) for x in matrix.entries()])


def _size(matrix):
    """An upper bound of the Frobenius norm."""
    return sum((x.abs_upper() ** 2 for x in matrix.entries()), arb(0)).sqrt().upper()
