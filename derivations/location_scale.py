"""The Gaussian instance of the gradient claims: p_theta = N(theta, sigma^2), and f a cubic polynomial.

f, g, p and q are abstract in the claims. Where a number is asked for, q is N(0, 1), g_theta(eps) is
theta + sigma eps, so that p_theta is N(theta, sigma^2), and f(x) = a0 + a1 x + a2 x^2 + a3 x^3.
"""

from derivations.claimfile import Parameter
from derivations.domains import Positive, Real
from derivations.language import Function, Law, Map, Normal, positive, real

x, epsilon, theta, a0, a1, a2, a3 = real("x epsilon theta a0 a1 a2 a3")
sigma = positive("sigma")
f, g = Function("f"), Map("g", theta)
p, q = Law("p", theta), Law("q")

polynomial = {f(x): a0 + a1 * x + a2 * x**2 + a3 * x**3}

parameters = (
    Parameter(theta, Real(), "the parameter; the mean of p_theta = N(theta, sigma^2)"),
    Parameter(sigma, Positive(), "standard deviation of p_theta"),
    *(Parameter(a, Real(), f"coefficient of x^{k} in f", optional=True) for k, a in enumerate((a0, a1, a2, a3))),
)
mean_slope = a1 + 2 * a2 * theta + 3 * a3 * (theta**2 + sigma**2)  # the derivative in theta of E[f(x)], x ~ N(theta, sigma^2)
source_instance = {q(epsilon): Normal(0, 1)(epsilon), g(epsilon): theta + sigma * epsilon, **polynomial}
image_instance = {p(x): Normal(theta, sigma)(x), **polynomial}
