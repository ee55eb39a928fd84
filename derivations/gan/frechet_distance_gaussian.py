"""The Frechet distance of two Gaussians: what FID computes from the means and covariances of features.

It is the least mean squared distance of x ~ N(mu1, Sigma1) and y ~ N(mu2, Sigma2) over all ways to couple the two. That
distance depends on a coupling only through the covariance of (x, y), so it is enough to look at Gaussian ones: y is affine
in x plus independent noise of covariance C. All with a positive definite C are covered by the bound; those with a singular
one are limits of such. The bound is attained without noise, by the one positive definite matrix T with T Sigma1 T = Sigma2.
"""

from sympy import Eq, Ge, Identity, Inverse, MatrixSymbol, Trace, Transpose, ZeroMatrix

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import SPD, Real, SquareMatrix, Vector
from derivations.language import CovarianceSymbol, E, MatrixRoot, MultivariateNormal, QuadraticForm, TransportMatrix, integer
from derivations.rules import covariance_traces, definition, matrix_roots, multivariate_moments

d = integer("d")
x, e, v, mu1, mu2 = (MatrixSymbol(name, d, 1) for name in ("x", "e", "v", "mu1", "mu2"))
cov1, cov2, C = (CovarianceSymbol(name, d, d) for name in ("Sigma1", "Sigma2", "C"))
G = MatrixSymbol("G", d, d)
first, noise = MultivariateNormal(mu1, cov1)(x), MultivariateNormal(ZeroMatrix(d, 1), C)(e)

parameters = (
    Parameter(mu1, Vector(Real(), d), "mean of the first Gaussian"),
    Parameter(cov1, SPD(d), "covariance of the first Gaussian", keyword="cov1"),
    Parameter(mu2, Vector(Real(), d), "mean of the second Gaussian"),
    Parameter(cov2, SPD(d), "covariance of the second Gaussian", keyword="cov2"),
    Parameter(G, SquareMatrix(d), "matrix of a coupling, y = mu2 + G (x - mu1) + e", optional=True),
    Parameter(C, SPD(d), "covariance of its noise e", optional=True),
    Parameter(v, Vector(Real(), d), "a direction in which variances are compared", optional=True),
)


def squared_length(vector):
    return QuadraticForm(vector, Identity(d))


def inner_root(second):
    """(Sigma1^(1/2) Sigma2 Sigma1^(1/2))^(1/2), for a second covariance."""
    return MatrixRoot(MatrixRoot(cov1) * second * MatrixRoot(cov1))


def frechet(second):
    """The squared distance of the means, and the Bures term of the covariances. Dowson & Landau 1982."""
    return squared_length(mu1 - mu2) + Trace(cov1) + Trace(second) - 2 * Trace(inner_root(second))


def written_out(expr):
    return definition(TransportMatrix).normal(expr, None)


T = TransportMatrix(cov1, cov2)
of_coupling = G * cov1 * Transpose(G) + C  # the covariance of y
T_of_coupling = TransportMatrix(cov1, of_coupling).definition()
cost_of_map = E(squared_length(x - mu2 - T * (x - mu1)), first, x)
cost_of_coupling = E(E(squared_length(x - mu2 - G * (x - mu1) - e), noise, e), first, x)
spread_of_coupling = E(E(QuadraticForm(G * (x - mu1) + e, v * Transpose(v)), noise, e), first, x)
paid = squared_length(mu1 - mu2) + Trace(cov1) + Trace(of_coupling) - 2 * Trace(G * cov1)

parts = (
    Part(
        Eq(cost_of_map, frechet(cov2), evaluate=False),
        start(cost_of_map)
        .by(multivariate_moments, squared_length(mu1 - mu2) + Trace(cov1) - 2 * Trace(T * cov1) + Trace(T * cov1 * T))
        .by(definition(TransportMatrix), written_out(squared_length(mu1 - mu2) + Trace(cov1) - 2 * Trace(T * cov1) + Trace(T * cov1 * T)))
        .by(matrix_roots, frechet(cov2)),
        "What the transport map costs",
    ),
    Part(
        Eq(QuadraticForm(v, T * cov1 * T), QuadraticForm(v, cov2), evaluate=False),
        start(QuadraticForm(v, T * cov1 * T))
        .by(definition(TransportMatrix), written_out(QuadraticForm(v, T * cov1 * T)))
        .by(matrix_roots, QuadraticForm(v, cov2)),
        "It gives the second covariance, in every direction",
    ),
    Part(
        Eq(spread_of_coupling, QuadraticForm(v, of_coupling), evaluate=False),
        start(spread_of_coupling)
        .by(multivariate_moments, QuadraticForm(v, of_coupling)),
        "The second covariance of any other coupling",
    ),
    Part(
        Ge(cost_of_coupling, frechet(of_coupling), evaluate=False),
        start(cost_of_coupling)
        .by(multivariate_moments, paid)
        .ge(
            covariance_traces(
                (Inverse(inner_root(of_coupling)), MatrixRoot(cov1) * (G - T_of_coupling), cov1),
                (Inverse(inner_root(of_coupling)), MatrixRoot(cov1), C),
            ),
            frechet(of_coupling),
        ),
        "No coupling costs less",
    ),
)
sources = ("Dowson & Landau 1982", "Olkin & Pukelsheim 1982", "Heusel et al. 2017, equation (6)", "sheet L, summary, evaluation: FID, IS")
