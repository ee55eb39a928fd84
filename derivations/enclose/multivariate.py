"""Means under multivariate normal laws, exactly for polynomials: x = mu + L e, with Sigma = L L^T.

Tensor Gauss-Hermite cubature in e, whose coordinates are independent standard normal.
"""

from flint import acb, acb_mat

from derivations.enclose.cubature import degree, polynomial_mean


def multivariate_mean(balls, integrand, density, variable):
    """E[integrand] when the column `variable` has the law `density`; for polynomial integrands."""
    from derivations.enclose.balls import Unevaluable

    n = degree(integrand, variable)
    if n is None:
        raise Unevaluable("a mean under a multivariate normal of a function that is not polynomial")
    mu, lower = balls(density.mu), cholesky(balls(density.covariance))

    def over(noise):
        if len(noise) < mu.nrows():
            return polynomial_mean(lambda e: over([*noise, e]), n, acb(0), acb(1))
        x = mu + lower * acb_mat(len(noise), 1, noise)
        return balls.with_values({variable: x})(integrand)

    return over([])


def cholesky(matrix):
    """The lower triangular L with L L^T = `matrix`. Raises `Unevaluable` where that is not certainly positive definite."""
    from derivations.enclose.balls import Unevaluable

    n = matrix.nrows()
    lower = acb_mat(n, n)
    for j in range(n):
        for i in range(j, n):
            rest = matrix[i, j] - sum((lower[i, k] * lower[j, k] for k in range(j)), acb(0))
            if i > j:
                lower[i, j] = rest / lower[j, j]
            elif rest.real > 0:
                lower[j, j] = rest.sqrt()
            else:
                raise Unevaluable("a covariance that is not certainly positive definite")
    return lower
