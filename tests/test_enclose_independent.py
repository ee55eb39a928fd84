"""Enclosures contain what mpmath computes from the textbooks' formulas to 60 digits, written down here a second time.

No formula below is taken from the claims: each names its source, and is evaluated by mpmath alone, with so many digits
that nothing it loses by cancellation matters. Points are random, at the edges of the domains, and far apart.
"""

import random
import zlib
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import pytest
from flint import arb
from mpmath import euler, fdot, fprod, fsum, log, matrix, mpf, ncdf, npdf, pi, sqrt
from sympy import Matrix, Rational

import derivations
from derivations.domains import AnyLaw, Integers, Interval, Positive, Real
from derivations.enclose import Unevaluable, precision
from derivations.enclose.points import as_value, random_point

DIGITS = 60
WORKING = 400  # decimal digits that mpmath carries: differences of numbers 1e24 apart lose many
BITS = (128, 512, 2048)
NARROW = Fraction(1, 10**25)  # relative: a ball that is wider says nothing
DECADES = 12


def gaussian_kl(mu1, sigma1, mu2, sigma2):
    """Kingma & Welling 2014, appendix B; Bishop 2006, exercise 1.30."""
    return log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - mpf(1) / 2


def gaussian_log(x, mu, sigma):
    """Bishop 2006, equation (1.46)."""
    return -((x - mu) ** 2) / (2 * sigma**2) - log(2 * pi * sigma**2) / 2


def multivariate(p):
    """Rasmussen & Williams 2006, equation (A.23)."""
    first, second, shift = matrix(p.cov1), matrix(p.cov2), matrix(p.mu1) - matrix(p.mu2)
    inverse = second**-1
    trace = fsum((inverse * (shift * shift.T + first - second))[k, k] for k in range(first.rows))
    return (log(mpmath.det(second)) - log(mpmath.det(first)) + trace) / 2


def to_standard_normal(p):
    """Kingma & Welling 2014, appendix B."""
    return -fsum(1 + v - m**2 - mpmath.exp(v) for m, v in zip(p.mu, p.log_var)) / 2


def gumbel_normal(p):
    """Entropy log beta + gamma + 1, mean mu + beta gamma, variance pi^2 beta^2 / 6: Johnson, Kotz & Balakrishnan 1995, chapter 22."""
    second_moment = pi**2 * p.beta**2 / 6 + (p.mu1 + p.beta * euler - p.mu2) ** 2
    return log(2 * pi * p.sigma**2) / 2 + second_moment / (2 * p.sigma**2) - log(p.beta) - euler - 1


def normal_laplace(p):
    """The mean of the folded normal law, Leone, Nelson & Nottingham 1961, in the Laplace law's log-density."""
    m = abs(p.mu1 - p.mu2)
    folded = m * (1 - 2 * ncdf(-m / p.sigma)) + 2 * p.sigma * npdf(m / p.sigma)
    return log(2 * p.b) + folded / p.b - log(2 * pi * mpmath.e * p.sigma**2) / 2


def elbo_reconstruction(p):
    """E_q log p(x | z) for a linear decoder: the mean and the variance of w z + b."""
    return -((p.x - p.w * p.m - p.b) ** 2 + p.w**2 * p.s**2) / (2 * p.sigma**2) - log(2 * pi * p.sigma**2) / 2


def elbo(p):
    """Kingma & Welling 2014, equation (3)."""
    return elbo_reconstruction(p) - gaussian_kl(p.m, p.s, 0, 1)


def cross_entropy(p):
    """Bishop 2006, equations (4.59) and (4.90), with its sign turned."""
    ones = [1 / (1 + mpmath.exp(-logit)) for logit in p.logits]
    return fsum(log(one) if bit else log(1 - one) for bit, one in zip(p.x, ones))


def posterior_gap(p):
    """The divergence to the posterior of factor analysis, Bishop 2006, section 12.2.4."""
    precision_ = 1 + p.w**2 / p.sigma**2
    return gaussian_kl(p.m, p.s, p.w * (p.x - p.b) / p.sigma**2 / precision_, 1 / sqrt(precision_))


def polynomial_slope(p):
    """The derivative in theta of the raw moments theta, theta^2 + sigma^2, theta^3 + 3 theta sigma^2."""
    return p.a1 + 2 * p.a2 * p.theta + p.a3 * (3 * p.theta**2 + 3 * p.sigma**2)


def variance(coefficients, sigma):
    """The variance of a polynomial of a centred Gaussian, by its moments (k - 1)!! sigma^k."""

    def moment(k):
        return mpf(0) if k % 2 else mpmath.fac2(k - 1) * sigma**k

    mean = fsum(c * moment(k) for k, c in enumerate(coefficients))
    return fsum(a * b * moment(j + k) for j, a in enumerate(coefficients) for k, b in enumerate(coefficients)) - mean**2


def taylor(p):
    return [p.a0, p.a1, p.a2, p.a3, p.a4]


def noised(p):
    """Ho et al. 2020, equation (4)."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    return mpmath.exp(gaussian_log(p.x_t, sqrt(kept) * p.x0, sqrt(1 - kept)))


def bayes(p):
    """Bayes' theorem for Ho et al. 2020, equations (2) and (4)."""
    before = fprod(1 - beta for beta in p.betas[: p.t - 1])
    kept, beta = before * (1 - p.betas[p.t - 1]), p.betas[p.t - 1]
    return mpmath.exp(
        gaussian_log(p.x_t, sqrt(1 - beta) * p.x_before, sqrt(beta))
        + gaussian_log(p.x_before, sqrt(before) * p.x0, sqrt(1 - before))
        - gaussian_log(p.x_t, sqrt(kept) * p.x0, sqrt(1 - kept))
    )


def denoised(p):
    """(E[x_0 | x_t], signal, spread) of Gaussian data: the posterior of a Gaussian mean, Bishop 2006, equation (2.141)."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    signal, spread = sqrt(kept), sqrt(1 - kept)
    return (p.tau**2 * signal * p.x_t + spread**2 * p.m) / (kept * p.tau**2 + spread**2), signal, spread


def arrived_at(p):
    """q_t(x_t | x_0): Ho et al. 2020, equation (4)."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    return mpmath.exp(gaussian_log(p.x_t, sqrt(kept) * p.x0, sqrt(1 - kept)))


def posterior_after(p):
    """Bayes' theorem for the step from t + 1 to t, from Ho et al. 2020, equations (2) and (4)."""
    return bayes(SimpleNamespace(betas=p.betas, t=p.t + 1, x_t=p.x_after, x_before=p.x_t, x0=p.x0))


def noise_in(p):
    """E[eps | x_t] of x_t = signal x_0 + spread eps, from its joint Gaussian law with x_t."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    return sqrt(1 - kept) * (p.x_t - sqrt(kept) * p.m) / (kept * p.tau**2 + 1 - kept)


def slope_of_log(p):
    """Of the density N(signal m, signal^2 tau^2 + spread^2) of x_t."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    return -(p.x_t - sqrt(kept) * p.m) / (kept * p.tau**2 + 1 - kept)


def denoised_mixture(p):
    """The mean of the components' own answers, weighted by their posterior probabilities: Bishop 2006, equation (9.13)."""
    kept = fprod(1 - beta for beta in p.betas[: p.t])
    variances = [kept * s**2 + 1 - kept for s in p.deviations]
    made = [w * npdf(p.x_t, sqrt(kept) * m, sqrt(v)) for w, m, v in zip(p.weights, p.means, variances)]
    return fsum(d * sqrt(1 - kept) * (p.x_t - sqrt(kept) * m) / v for d, m, v in zip(made, p.means, variances)) / fsum(made)


def model_step(p, deviation=None):
    """The divergence between Gaussians of the product of the two densities that x_(t-1) has, Bishop 2006, equations (2.141) and (2.142)."""
    before, beta = fprod(1 - beta for beta in p.betas[: p.t - 1]), p.betas[p.t - 1]
    kept = before * (1 - beta)
    x0 = (p.x_t - sqrt(1 - kept) * p.eps) / sqrt(kept)
    variance = 1 / (1 / (1 - before) + (1 - beta) / beta)
    mean = variance * (sqrt(before) * x0 / (1 - before) + sqrt(1 - beta) * p.x_t / beta)
    model = (p.x_t - beta / sqrt(1 - kept) * p.eps_theta) / sqrt(1 - beta)
    return gaussian_kl(mean, sqrt(variance), model, sqrt(variance) if deviation is None else deviation)


def variational_bound(p):
    """Ho et al. 2020, equation (3), from the means, variances and covariances of the chain's states; nothing is turned around."""
    mean, variance, total = p.x0, mpf(0), mpf(0)
    for beta in p.betas[: p.T]:
        after_mean, after_variance, covariance = sqrt(1 - beta) * mean, (1 - beta) * variance + beta, sqrt(1 - beta) * variance
        squared = variance - 2 * p.w * covariance + p.w**2 * after_variance + (mean - p.w * after_mean - p.b) ** 2
        total += -log(2 * pi * beta) / 2 - mpf(1) / 2 + log(2 * pi * p.s**2) / 2 + squared / (2 * p.s**2)
        mean, variance = after_mean, after_variance
    return total + log(2 * pi) / 2 + (variance + mean**2) / 2


def coupling(p):
    """Dinh et al. 2017, equation (6)."""
    return p.a1 * p.x1 + p.b1 * p.x1 * p.x2 + p.a2 * p.x2 + p.b2 * p.x2**2


def flow(p, sign):
    """Dinh et al. 2017, equation (3)."""
    return gaussian_log(p.theta + sign * (p.sigma * p.x + p.tau * p.x**3), p.m, p.s) + log(p.sigma + 3 * p.tau * p.x**2)


def clipped(p):
    """E clip(x + e) is the integral of P(x + e > t) over 0 < t < 1, by parts: z Phi(z) + phi(z) is that of Phi."""

    def integral(z):
        return z * ncdf(z) + npdf(z)

    return p.sigma * (integral(p.x / p.sigma) - integral((p.x - 1) / p.sigma))


def pushed(p, sign):
    """The density of theta +- (sigma e + tau e^3) for e ~ N(m, s^2), at the one real root of the cubic (Cardano)."""
    c, d = p.sigma / p.tau, -sign * (p.x - p.theta) / p.tau
    root = sqrt(d**2 / 4 + c**3 / 27)
    # of the two cubes the one that does not cancel
    u = mpmath.cbrt(abs(d) / 2 + root)
    e = (-1 if d > 0 else 1) * (u - c / (3 * u))
    return mpmath.exp(gaussian_log(e, p.m, p.s)) / (p.sigma + 3 * p.tau * e**2)


def logistic(p):
    """Goodfellow et al. 2014, proposition 1."""
    return 1 / (1 + mpmath.exp(gaussian_log(p.x, *p.q) - gaussian_log(p.x, *p.p)))


def frechet(p):
    """Dowson & Landau 1982, equation (4): the eigenvalues of the product of the covariances are those of the Bures term, squared."""
    first, second, shift = matrix(p.cov1), matrix(p.cov2), matrix(p.mu1) - matrix(p.mu2)
    eigenvalues = mpmath.eig(first * second, left=False, right=False) if first.rows > 1 else [(first * second)[0, 0]]
    traces = fsum(first[k, k] + second[k, k] for k in range(first.rows))
    value = (shift.T * shift)[0, 0] + traces - 2 * fsum(sqrt(mpmath.re(value)) for value in eigenvalues)
    return mpmath.chop(value, mpf(10) ** -300)  # equal laws: what is left of numbers that cancel


def layers_apart(p, *weights):
    """Miyato et al. 2018, section 2.1, with singular values by mpmath."""
    points = [matrix(p.x), matrix(p.y)]
    for several in weights:
        largest = max(mpmath.svd_r(matrix(several), compute_uv=False))
        points = [(matrix(several) * u / largest).apply(lambda a: max(a, p.alpha * a)) for u in points]
    gap = points[0] - points[1]
    return (gap.T * gap)[0, 0]


def correlation(p):
    """Dumoulin & Visin 2016, section 2: the window at its places along the padded numbers, counted from 0."""
    padded = [mpf(0)] * p.padding + p.x + [mpf(0)] * (p.padding + len(p.y) * p.stride + len(p.w))
    return fsum(p.y[j] * p.w[m] * padded[p.stride * j + m] for j in range(len(p.y)) for m in range(len(p.w)))


def distribution(x, law):
    return ncdf((x - law[0]) / law[1])


def folded(m, s):
    """E|m + s e| for a standard normal e: Leone, Nelson & Nottingham 1961."""
    return abs(m) if s == 0 else s * sqrt(2 / pi) * mpmath.exp(-(m**2) / (2 * s**2)) + m * mpmath.erf(m / (s * sqrt(2)))


def quantiles_apart(p):
    """E|m + s e| for the differences m and s of means and spreads: Villani 2003, remark 2.19."""
    return folded(p.p[0] - p.q[0], abs(p.p[1] - p.q[1]))


def ppca(p):
    """Tipping & Bishop 1999, equation (3.4), for one unit along an axis: C = diag(w^2 + sigma^2, sigma^2, ...)."""
    model = [p.w**2 + p.sigma**2, *(p.sigma**2 for _ in p.kappa)]
    return -fsum(log(2 * pi * c) + s / c for c, s in zip(model, [p.lam, *p.kappa])) / 2


# claim -> number of the part -> what its left side is
REFERENCES = {
    # the posterior of a Gaussian mean, Bishop 2006, equation (2.141)
    "tweedie": {0: lambda p: (p.tau**2 * p.y + p.sigma**2 * p.m) / (p.sigma**2 + p.tau**2)},
    "denoising_autoencoder_score": {1: lambda p: (p.tau**2 * p.y + p.sigma**2 * p.m) / (p.sigma**2 + p.tau**2) - p.y},
    "linear_vae_ppca": {0: lambda p: mpmath.exp(gaussian_log(p.x, 0, sqrt(p.w**2 + p.sigma**2))), 1: ppca},
    "posterior_collapse_linear_vae": {1: lambda p: (p.w**2 / p.sigma**2 - log(1 + p.w**2 / p.sigma**2)) / 2},
    "linear_autoencoder_pca": {0: lambda p: fsum(v * (1 - a * b) ** 2 for v, a, b in zip(p.kept, p.decoder, p.encoder)) + fsum(p.dropped)},
    "autoencoder_compression_ratio": {0: lambda p: mpf(p.height * p.width) / p.latent_dim},
    # weights and biases of two dense layers, counted by hand
    "autoencoder_shapes": {0: lambda p: mpf(p.input_dim * p.latent_dim + p.latent_dim + p.latent_dim * p.input_dim + p.input_dim)},
    "bernoulli_log_likelihood": {0: cross_entropy},
    "beta_elbo": {0: lambda p: elbo_reconstruction(p) - p.beta * gaussian_kl(p.m, p.s, 0, 1)},
    "elbo_decomposition": {0: elbo},
    "elbo_gap": {0: posterior_gap},
    "elbo_lower_bound": {0: elbo},
    "gaussian_log_likelihood": {0: lambda p: fsum(gaussian_log(x, m, 1) for x, m in zip(p.x, p.mu))},
    "kl_gaussian": {0: lambda p: gaussian_kl(p.mu1, p.sigma1, p.mu2, p.sigma2)},
    "kl_gaussian_multivariate": {0: multivariate},
    "kl_gaussian_standard_normal": {0: to_standard_normal},
    "kl_gumbel_normal": {0: gumbel_normal},
    "kl_nonnegative": {0: lambda p: gaussian_kl(*p.q, *p.p)},
    "kl_normal_laplace": {0: normal_laplace},
    "maximum_likelihood_kl": {0: lambda p: -log(2 * pi * mpmath.e * p.p[1] ** 2) / 2 - gaussian_kl(*p.p, *p.q)},
    "vae_loss_reductions": {0: lambda p: (fdot([(x - y, x - y) for x, y in zip(p.x, p.y)]) / len(p.x) + log(2 * pi)) / 2 + to_standard_normal(p) / len(p.mu)},
    "gradient_variance": {
        0: lambda p: variance([k * a for k, a in enumerate(taylor(p))][1:], p.sigma),
        1: lambda p: variance([mpf(0), *(a / p.sigma**2 for a in taylor(p))], p.sigma),
    },
    "inverse_cdf_reparameterization": {0: lambda p: ncdf((p.x - p.p[0]) / p.p[1])},
    "pathwise_gradient": {0: polynomial_slope},
    "reparameterization_density": {0: lambda p: pushed(p, 1), 1: lambda p: pushed(p, -1)},
    "reparameterization_gaussian": {0: lambda p: mpmath.exp(gaussian_log(p.x, p.mu, p.sigma))},
    "score_function_gradient": {0: polynomial_slope},
    "optimal_discriminator": {0: logistic},
    "wasserstein_critic_of_a_shift": {0: lambda p: p.delta},
    "ddpm_forward_marginal": {0: noised},
    "ddpm_posterior": {0: bayes},
    "ddpm_parameterizations": {0: noise_in, 1: lambda p: denoised(p)[0], 2: slope_of_log, 3: noise_in, 4: lambda p: denoised(p)[0], 5: noise_in},
    "ddim_marginals": {0: arrived_at, 1: posterior_after, 2: arrived_at},
    "optimal_denoiser_gaussian_mixture": {1: denoised_mixture},
    "ddpm_simple_loss": {0: lambda p: model_step(p, p.sigma), 1: model_step},
    "ddpm_elbo": {0: variational_bound},
    # the Fisher information of a Gaussian's mean, 1 / variance
    "denoising_score_matching": {0: lambda p: (1 / p.sigma**2 - 1 / (p.sigma**2 + p.tau**2)) / 2},
    "affine_coupling_log_det": {0: lambda p: mpmath.exp(coupling(p)), 1: coupling},
    "change_of_variables_likelihood": {0: lambda p: flow(p, 1), 1: lambda p: flow(p, -1)},
    "clipped_noise_mean": {0: clipped},
    "he_initialization": {0: lambda p: p.sigma**2 / 2, 1: lambda p: p.sigma**2},
    "linear_autoencoder_bias": {0: lambda p: p.sigma**2 + p.m**2 - 2 * p.m * p.c + p.c**2},
    "linear_autoencoder_scaling": {0: lambda p: p.sigma2**2},
    "mean_squared_error_gradient": {0: lambda p: (2 * p.y - 2 * p.x) / p.n},
    # by its two cases, Maas, Hannun & Ng 2013
    "leaky_relu_max": {0: lambda p: p.x if p.x >= 0 else p.alpha * p.x},
    # D = 1 / (1 + e^-a) has the slope D (1 - D), so that log(1 - D) has -D and -log D has -(1 - D); the limits at D = 0
    "saturating_gradient_vanishes": {
        0: lambda p: -1 / (1 + mpmath.exp(-p.logit)),
        1: lambda p: mpf(0),
        2: lambda p: -mpmath.exp(-p.logit) / (1 + mpmath.exp(-p.logit)),
        3: lambda p: mpf(-1),
    },
    "frechet_distance_gaussian": {0: frechet},
    # -log(1 - rho^2) / 2 of two Gaussian variables, Cover & Thomas 2006, example 8.5.1
    "inception_score_mutual_information": {k: lambda p: -log(1 - (p.w * p.tau) ** 2 / ((p.w * p.tau) ** 2 + p.s**2)) / 2 for k in (0, 1)},
    # the vertex of the parabola s delta - lambda rho (s - 1)^2, and the two branches of it with |s|, by hand
    "gradient_penalty_optimum": {
        0: lambda p: 1 + (distribution(p.x, p.q) - distribution(p.x, p.p)) / (2 * p.lam * mpmath.exp(gaussian_log(p.x, *p.r))),
        1: lambda p: mpf(1),
        3: lambda p: abs(p.delta) + p.delta**2 / (4 * p.lam * p.rho),
    },
    "kantorovich_rubinstein_1d": {0: quantiles_apart, 1: quantiles_apart},
    # of the other coupling x - y is normal, with both spreads added up, as x and y move against each other
    "wasserstein_1d_cdf": {0: quantiles_apart, 1: lambda p: folded(p.m1 - p.m2, p.s1 + p.s2), 2: quantiles_apart},
    "transposed_convolution_adjoint": {0: correlation},
    "spectral_norm_lipschitz": {0: lambda p: layers_apart(p, p.W1), 1: lambda p: layers_apart(p, p.W1, p.W2)},
    "xavier_initialization": {0: lambda p: p.sigma**2},
}
JENSEN_SHANNON = {  # by integration, which is slow
    "gan_value_jensen_shannon": lambda p: 2 * jensen_shannon(p) - log(4),
    "jensen_shannon_bounds": lambda p: jensen_shannon(p),
}
NEAR = {"gradient_penalty_optimum": 40, "kantorovich_rubinstein_1d": 10, "wasserstein_1d_cdf": 24, "optimal_discriminator": 60, "inverse_cdf_reparameterization": 12, "denoising_autoencoder_score": 12}  # points of claims whose left sides are sought, not far away


KINDS = {"kantorovich_rubinstein_1d": ("random",)}  # where two laws are one, no sign of their difference is certain


def jensen_shannon(p):
    """Lin 1991, equation (3.1)."""

    def integrand(x):
        first, second = (mpmath.exp(gaussian_log(x, *law)) for law in (p.p, p.q))
        return first * log(2 * first / (first + second)) + second * log(2 * second / (first + second))

    ends = sorted({mu + k * sigma for mu, sigma in (p.p, p.q) for k in range(-16, 17, 4)})
    return mpmath.quad(integrand, ends) / 2


def far(domain, rng):
    """A number whose size is anywhere in 24 decades; None for domains that have no such numbers."""
    size = Fraction(10.0 ** rng.uniform(-DECADES, DECADES))
    return size if isinstance(domain, Positive) else rng.choice((-1, 1)) * size if isinstance(domain, Real) else None


def points(claim, count, kinds=("random", "edge", "far")):
    """Points of the domain, each kind in turn."""
    rng = random.Random(zlib.crc32(claim.name.encode()))
    for k in range(count):
        kind = kinds[k % len(kinds)]
        point = random_point(claim, rng, edge=kind == "edge")
        if kind == "far":
            moved = {p.symbol: far(p.domain, rng) for p in claim.parameters}
            moved = {s: v for s, v in moved.items() if v is not None and s in point.values}
            point = replace(point, values={**point.values, **moved})
        yield point


def in_mpmath(claim, point):
    """The parameters by keyword, laws as (mean, spread)."""
    found = {}
    for p in claim.parameters:
        if p.symbol in point.values:
            found[p.name] = _number(point.values[p.symbol])
        elif isinstance(p.domain, AnyLaw):
            law = point.instance[p.symbol]
            found[p.name] = tuple(_number(point.values[s]) for s in (law.mu, law.sigma))
    return SimpleNamespace(**found)


def _number(value):
    if isinstance(value, int):
        return value
    if isinstance(value, Matrix | tuple | list) or hasattr(value, "tolist"):
        rows = value.tolist() if hasattr(value, "tolist") else value
        return [_number(v) for v in rows]
    return mpf(int(value.numerator)) / int(value.denominator)


def ball(claim, point, expr):
    """The narrowest enclosure that few bits give; None where there is none."""
    found = None
    for bits in BITS:
        with precision(bits):
            try:
                found = point.evaluate(expr)
            except (Unevaluable, ZeroDivisionError):
                continue
            if found.real.rad() <= abs(found.real) * arb(NARROW.numerator) / NARROW.denominator:
                break
    return found


def contains(found, value):
    """Does the ball hold the number, which is known to `DIGITS` digits?"""
    with precision(2 * WORKING), mpmath.workdps(WORKING):
        exact = arb(mpmath.nstr(value, 2 * DIGITS, min_fixed=1, max_fixed=0))
        return bool((found.real - exact).contains(0) or abs(found.real - exact) < abs(exact) * arb(10) ** -DIGITS)


def disagreements(name, count, references, kinds=("random", "edge", "far")):
    """(points looked at, those that an enclosure misses, those that no side encloses)."""
    claim = derivations.claim(name)
    looked, missed, open_ = 0, [], []
    for point in points(claim, count, kinds):
        with mpmath.workdps(WORKING):
            given = in_mpmath(claim, point)
            expected = {part: reference(given) for part, reference in references.items()}
        for part, value in expected.items():
            found = ball(claim, point, claim.parts[part].statement.lhs)
            looked += 1
            if found is None:
                open_.append((part, given))
            elif not contains(found, value):
                missed.append((part, given, found, mpmath.nstr(value, 30)))
    return looked, missed, open_


@pytest.mark.parametrize("name", REFERENCES)
def test_enclosures_contain_the_independent_value(name):
    kinds = KINDS.get(name) or (("random", "edge") if name in NEAR else ("random", "edge", "far"))
    looked, missed, unknown = disagreements(name, NEAR.get(name, 120), REFERENCES[name], kinds)
    assert looked >= NEAR.get(name, 120) and not missed, missed[:3]
    assert not unknown, unknown[:3]


@pytest.mark.parametrize("name", JENSEN_SHANNON)
def test_divergences_of_mixtures_agree_with_quadrature(name):
    claim = derivations.claim(name)
    for point in points(claim, 4, ("random", "edge")):
        found = ball(claim, point, claim.parts[0].statement.lhs)
        with precision(200), mpmath.workdps(45):
            value = JENSEN_SHANNON[name](in_mpmath(claim, point))
            assert abs(found.real - arb(mpmath.nstr(value, 40))) < arb(10) ** -25


def test_every_claim_with_parameters_has_a_reference():
    without = {n for n in derivations.claims() if derivations.claim(n).holds and derivations.claim(n).parameters} - {*REFERENCES, *JENSEN_SHANNON}
    assert without == {
        "gan_global_optimum",  # its left sides are optima over laws, and constants
        "iwae_bound",  # inequalities between means over all draws
        "autoencoder_gradients",  # held to the sheet's matrix formulas in test_rules_backpropagation
    }


def test_there_are_thousands_of_points_steps_at_either_end_and_ratios_of_twelve_decades():
    assert sum(NEAR.get(name, 120) * len(parts) for name, parts in REFERENCES.items()) > 3000
    steps, ratios = set(), []
    for point in points(derivations.claim("ddpm_posterior"), 30):
        steps.add(next(v for v in point.values.values() if isinstance(v, int)))
    for point in points(derivations.claim("kl_gaussian"), 120):
        given = in_mpmath(derivations.claim("kl_gaussian"), point)
        ratios.append(given.sigma1 / given.sigma2)
    assert {2, 5} <= steps
    assert min(ratios) < mpf(10) ** -12 and max(ratios) > mpf(10) ** 12


@pytest.mark.parametrize("name", ["kl_gaussian", "ddpm_posterior", "clipped_noise_mean", "optimal_discriminator"])
def test_a_value_that_is_wrong_in_the_twenty_fifth_digit_is_missed(name):
    wrong = {k: lambda p, right=right: right(p) * (1 + mpf(10) ** -24) for k, right in REFERENCES[name].items()}
    looked, missed, _ = disagreements(name, 6, wrong, ("random",))
    assert len(missed) == looked
