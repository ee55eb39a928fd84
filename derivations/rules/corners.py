"""Absolute values, and Gaussian moments over the two sides of a corner."""

from sympy import Abs, Add, Dummy, Max, Mul, Poly, PolynomialError, Pow, S, erf, exp, expand, pi, sign, sqrt

from derivations.language import E
from derivations.language.normal import NormalDensity
from derivations.language.word import depends
from derivations.rules.linearity import distribute
from derivations.rules.rule import Normaliser, bottom_up


class absolute_value(Normaliser):
    """|u| = u sign(u), and max(u, v) = (u + v + |u - v|) / 2, for real u and v."""

    name = "absolute value"
    summary = "|u| is u times its sign, the sign of a product that of its factors, and the larger of two numbers is half of their sum and of the size of their difference."

    def normal(self, expr, context):
        return bottom_up(bottom_up(expr, _as_sizes), _signed)


def _as_sizes(node):
    """Maxima as absolute values; powers multiplied out, so that |u|^2 becomes u^2."""
    if isinstance(node, Max) and len(node.args) == 2:
        u, v = node.args
        return (u + v + Abs(u - v)) / 2
    if isinstance(node, Pow) and node.exp.is_Integer and node.exp > 1 and node.base.has(Abs):
        return expand(node, log=False)
    return node


def _signed(node):
    if isinstance(node, Abs) and node.args[0].is_real:
        return node.args[0] * _signed(sign(node.args[0]))
    if isinstance(node, sign) and node.args[0].is_Mul and node.args[0].is_real:
        return Mul(*(_signed(sign(a)) for a in node.args[0].args))
    if isinstance(node, sign) and node.args[0].could_extract_minus_sign():
        return -sign(-node.args[0])
    return node


class half_line_moments(Normaliser):
    """E[(x - mu)^k sign(x - m)] under N(mu, sigma^2), by parts: k = 0 gives erf((mu - m) / (sigma sqrt 2)), and

    E[(x - mu)^k sign(x - m)] = (k - 1) sigma^2 E[(x - mu)^(k - 2) sign(x - m)] + 2 sigma^2 (m - mu)^(k - 1) N(m; mu, sigma^2).
    """

    name = "Gaussian moments over half-lines"
    summary = (
        "E[sign(x - m)] = erf((mu - m) / (sigma sqrt 2)); and, as (x - mu) N(x; mu, sigma^2) is the derivative of "
        "-sigma^2 N(x; mu, sigma^2), integration by parts lowers the degree of E[(x - mu)^k sign(x - m)], the jump at m "
        "adding 2 sigma^2 (m - mu)^(k - 1) N(m; mu, sigma^2)."
    )

    def normal(self, expr, context):
        return bottom_up(distribute(expr), _sided)


def _sided(node):
    """E of a polynomial times one sign under a normal law; any other node as it is."""
    if not isinstance(node, E) or not isinstance(node.density, NormalDensity):
        return node
    x, mu, sigma = node.density.args
    signs = [f for f in Mul.make_args(node.integrand) if isinstance(f, sign)]
    if x != node.bound or depends(mu + sigma, x) or len(signs) != 1 or not sigma.is_positive:
        return node
    polynomial = Mul(*(f for f in Mul.make_args(node.integrand) if f is not signs[0]))
    corner = _corner(signs[0].args[0], x)
    y = Dummy("y", real=True)
    if corner is None or not polynomial.is_polynomial(x):
        return node
    m, direction = corner
    try:
        coefficients = Poly(expand(polynomial.subs(x, mu + y), log=False), y, expand=False).all_coeffs()[::-1]
    except PolynomialError:
        return node
    at_corner = exp(-((m - mu) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))
    moments = [erf((mu - m) / (sigma * sqrt(2)))]
    for k in range(1, len(coefficients)):
        by_parts = (k - 1) * sigma**2 * moments[k - 2] if k > 1 else S.Zero
        moments.append(by_parts + 2 * sigma**2 * (m - mu) ** (k - 1) * at_corner)
    return direction * Add(*(c * moment for c, moment in zip(coefficients, moments)))


def _corner(u, x):
    """(m, 1) where u = a (x - m) with a > 0, (m, -1) with a < 0; None for other u."""
    line = u.as_poly(x) if u.is_polynomial(x) else None
    if line is None or line.degree() != 1:
        return None
    slope, offset = line.all_coeffs()
    if slope.is_positive or slope.is_negative:
        return -offset / slope, 1 if slope.is_positive else -1
    return None
