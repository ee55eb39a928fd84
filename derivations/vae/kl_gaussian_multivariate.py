"""KL divergence between two Gaussians on R^d with full covariances.

The logarithms are quadratic forms. Their means need only the mean and the covariance of the first Gaussian,
and its own quadratic form has the mean d, whatever its covariance.
"""

from sympy import Eq, Inverse, MatrixSymbol, Rational, Trace, log

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import SPD, Real, Vector
from derivations.language import KL, CovarianceExcess, CovarianceSymbol, Det, E, MultivariateNormal, QuadraticForm, integer
from derivations.rules import algebra, definition, linearity, log_density, matrix_algebra, multivariate_moments

d = integer("d")
x, mu1, mu2 = (MatrixSymbol(name, d, 1) for name in ("x", "mu1", "mu2"))
cov1, cov2 = (CovarianceSymbol(name, d, d) for name in ("Sigma1", "Sigma2"))
inv1, inv2 = Inverse(cov1), Inverse(cov2)
half = Rational(1, 2)
q, p = MultivariateNormal(mu1, cov1)(x), MultivariateNormal(mu2, cov2)(x)

parameters = (
    Parameter(mu1, Vector(Real(), d), "mean of the first Gaussian"),
    Parameter(cov1, SPD(d), "covariance of the first Gaussian", keyword="cov1"),
    Parameter(mu2, Vector(Real(), d), "mean of the second Gaussian"),
    Parameter(cov2, SPD(d), "covariance of the second Gaussian", keyword="cov2"),
)
unit = "nats"
closed_form = half * (Trace(inv2 * cov1) + QuadraticForm(mu2 - mu1, inv2) - d + log(Det(cov2) / Det(cov1)))
statement = Eq(KL(q, p, x), closed_form, evaluate=False)

determinants = half * log(Det(cov2)) - half * log(Det(cov1))

derivation = (
    start(KL(q, p, x))
    .by(definition(KL), E(log(q) - log(p), q, x))
    .by(log_density, E(determinants + half * QuadraticForm(x - mu2, inv2) - half * QuadraticForm(x - mu1, inv1), q, x))
    .by(linearity, determinants + half * E(QuadraticForm(x - mu2, inv2), q, x) - half * E(QuadraticForm(x - mu1, inv1), q, x))
    .by(multivariate_moments, determinants + half * (Trace(inv2 * cov1) + QuadraticForm(mu1 - mu2, inv2)) - half * Trace(inv1 * cov1))
    .by(matrix_algebra, determinants + half * (Trace(inv2 * cov1) + QuadraticForm(mu2 - mu1, inv2)) - half * d)
    .by(algebra, closed_form)
)
distance = half * QuadraticForm(mu2 - mu1, inv2)
stable_form = CovarianceExcess(cov1, cov2) + distance
stable = (
    Part(
        Eq(closed_form, stable_form, evaluate=False),
        start(closed_form)
        .by(algebra, half * (Trace(inv2 * cov1) - d - log(Det(cov1) / Det(cov2))) + distance)
        .by(definition(CovarianceExcess), stable_form),
    ),
)
sources = ("sheet A 2.1a, general case", "Kullback 1959, chapter 9", "Rasmussen & Williams 2006, equation (A.23)")
