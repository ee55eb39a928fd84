"""Change of variable in an expectation."""

from sympy import Add, Mul, Poly, PolynomialError, Symbol, gamma, log, symbols

from derivations.language import E
from derivations.language.extreme import ExponentialDensity
from derivations.language.word import depends
from derivations.ring import is_zero
from derivations.rules.algebra import split
from derivations.rules.rule import Normaliser, StepError, bottom_up


class change_of_variable(Normaliser):
    """change_of_variable(mu - beta log t, Exp(t), t): an expectation over x becomes one over t, with x = mu - beta log t.

    That is right where the image a + b log t (t > 0) or a + b t (t real), b of known sign, runs through the line once
    and p(x) |dx/dt| is the density of t, which is checked by algebra.
    """

    name = "change of variable"
    summary = "Where x is a monotone image of t and p(x) |dx/dt| is the density of t, an expectation over x is one over t."

    def __init__(self, image, source, variable):
        self.image, self.source, self.variable = image, source, variable

    def normal(self, expr, context):
        slope = self._slope()
        return split(bottom_up(expr, lambda node: self._moved(node, slope)))

    def _slope(self):
        """|d image / dt|, once the image is seen to run through the whole line exactly once."""
        t = self.variable
        whole_line = not isinstance(self.source, ExponentialDensity)
        if not isinstance(t, Symbol) or self.source.x != t or t.is_positive is whole_line:
            raise StepError(f"{self.source} is not a density of {t} where {t} lives")
        inner = Symbol("_inner", real=True)
        place = t if whole_line else log(t)
        moved = self.image.xreplace({place: inner})
        if depends(moved, t) or not moved.is_polynomial(inner) or moved.as_poly(inner).degree() != 1:
            raise StepError(f"{self.image} is not seen to run through the whole line")
        slope = self.image.diff(t)
        if slope.is_positive:
            return slope
        if slope.is_negative:
            return -slope
        raise StepError(f"the sign of the slope {slope} is not known")

    def _moved(self, node, slope):
        if not isinstance(node, E) or getattr(node.density, "x", None) != node.bound or not hasattr(node.density, "log_density"):
            return node
        t, x, density = self.variable, node.bound, node.density
        if not isinstance(x, Symbol) or depends(node, t) or x == t or any(depends(a, x) for a in density.args[1:]):
            return node
        if isinstance(density, ExponentialDensity):
            return node  # its variable does not run through the whole line
        there = density.log_density().xreplace({x: self.image})
        if not is_zero(split(there + log(slope)) - split(self.source.log_density())):
            return node
        return E(node.integrand.xreplace({x: self.image}), self.source, t)


class exponential_moments(Normaliser):
    """E[t^n (log t)^k] for t ~ Exp(1) is the k-th derivative of the gamma function at n + 1."""

    name = "moments of the exponential law"
    summary = (
        "E[t^n (log t)^k] is the k-th derivative of the gamma function at n + 1, as its integral shows: E[t] = 1, "
        "E[log t] = -gamma, E[(log t)^2] = gamma^2 + pi^2 / 6 with Euler's constant gamma."
    )

    def normal(self, expr, context):
        return split(bottom_up(expr, _moments))


def _moments(node):
    if not isinstance(node, E) or not isinstance(node.density, ExponentialDensity) or node.density.x != node.bound:
        return node
    t, logarithm = node.bound, Symbol("_log", real=True)
    if not t.is_positive:
        return node
    known, rest = 0, 0
    for term in Add.make_args(split(node.integrand).expand()):
        value = _moment(term.xreplace({log(t): logarithm}), t, logarithm)
        known, rest = (known, rest + term) if value is None else (known + value, rest)
    return known + (E(rest, node.density, t) if rest != 0 else 0)


def _moment(term, t, logarithm):
    """E of c t^n (log t)^k; None where the term is not of this form."""
    outside = Mul(*(f for f in Mul.make_args(term) if not (depends(f, t) or depends(f, logarithm))))
    try:
        (powers, coefficient), = Poly(term / outside, t, logarithm).terms()
    except (PolynomialError, ValueError):
        return None
    n, k = powers
    s = symbols("s", positive=True)
    return outside * coefficient * gamma(s).diff(s, k).subs(s, n + 1)
