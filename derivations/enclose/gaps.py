r"""Integrals over the line of differences of Gaussian distribution functions, their sizes, and products with signs.

Between two ends the integral is enclosed by adaptive Gauss-Legendre quadrature, from corner to corner: at 0 where a step is, and
where two distribution functions cross, at the one point where their standardised arguments agree.
Beyond them every distribution function F_i (or 1 - F_i, on the right) is integrated: with z = |end - mu| / sigma,

    integral_z^oo sigma Q(t) dt <= sigma phi(z) / z^2,    as Q(t) <= phi(t) / t for the upper tail Q of the standard normal law.

That bounds the integrand where the coefficients add up to 0, a step at 0 included, since then constants cancel.

Two laws that their balls do not tell apart differ nowhere by more than the standardised arguments do, over sqrt(2 pi).
"""

from math import sqrt as root

import flint
from flint import acb, arb
from sympy import Abs, Add, Heaviside, Mul, sign

from derivations.language.maps import DistributionFunction, LowerIntegral
from derivations.language.normal import NormalDensity
from derivations.language.word import depends

GUARD = 64  # bits beyond the working precision, for what cancels between distribution functions


def gap_integral(balls, integrand, variable):
    """The integral over the line; None where the integrand is none of those above."""
    constant = Mul(*(f for f in Mul.make_args(integrand) if not depends(f, variable)))
    moving = [f for f in Mul.make_args(integrand) if depends(f, variable)]
    signs = [_Gap.of(balls, f.args[0], variable) for f in moving if isinstance(f, sign)]
    cores = [f for f in moving if not isinstance(f, sign)]
    if len(cores) != 1 or None in signs:
        return None
    size = isinstance(cores[0], Abs)
    core = _Gap.of(balls, cores[0].args[0] if size else cores[0], variable)
    if core is None:
        return None
    before, flint.ctx.prec = flint.ctx.prec, flint.ctx.prec + GUARD
    try:
        total = _over_pieces(core, size, signs, before)
    finally:
        flint.ctx.prec = before
    return acb(total) * balls(constant)


def _over_pieces(core, size, signs, bits):
    """The integral, piece by piece between the corners; a corner's enclosure may lie on the wrong side by its radius."""
    signed = signs + ([core] if size else [])
    left, right, tails = core.ends(bits)
    if core.nearly_nothing():
        return arb(0, (core.most(left, right) * (right - left) + tails).upper())
    gaps = {id(g): g for g in (core, *signs)}.values()
    corners = sorted([c for gap in gaps for c in gap.corners(gap in signed, left, right)], key=float)
    error = tails
    cuts = [left]
    for c in corners:
        if c > left and c < right:
            cuts.append(c.mid())
            error += 2 * c.rad() * core.weight()
        elif not (c < left or c > right):
            raise _unevaluable("a corner at the end of a stretch")
    cuts.append(right)
    inside = arb(0)
    limits = {"rel_tol": arb(2) ** -bits, "abs_tol": arb(2) ** -bits, "eval_limit": 20_000}
    for low, high in zip(cuts, cuts[1:]):
        middle = ((low + high) / 2).mid()
        sign_here = 1
        for gap in signed:
            sign_here *= gap.sign(middle)
        beyond = 1 if middle > 0 else 0
        inside += sign_here * acb.integral(lambda y, _, beyond=beyond: core(y, beyond), low, high, **limits).real
    return inside + arb(0, error.upper())


class _Gap:
    """sum_i c_i F_i(y) + c theta(y), with numbers c that add up to 0."""

    def __init__(self, laws, step):
        self.laws, self.step = laws, step

    @classmethod
    def of(cls, balls, expr, variable):
        """The gap that `expr` is; None where it is none."""
        laws, step = [], arb(0)
        for term in Add.make_args(expr.expand()):
            factors = Mul.make_args(term)
            inside = [f for f in factors if depends(f, variable)]
            outside = Mul(*(f for f in factors if not depends(f, variable)))
            if len(inside) != 1 or not outside.is_number:
                return None
            weight = balls.real(outside)
            if isinstance(inside[0], Heaviside) and inside[0].args[0] == variable:
                step += weight
                continue
            law = _gaussian(inside[0], variable)
            if law is None:
                return None
            laws.append((weight, balls.real(law.mu), balls.real(law.sigma)))
        if not laws or not sum((w for w, *_ in laws), step).is_zero():
            return None
        return cls(laws, step)

    def __call__(self, y, beyond):
        """At a complex y, with the step's value there."""
        total = acb(self.step * beyond)
        for weight, mu, sigma in self.laws:
            total += weight * ((mu - y) / (sigma * arb(2).sqrt())).erfc() / 2
        return total

    def weight(self):
        """A bound of its size."""
        return sum((abs(w) for w, *_ in self.laws), abs(self.step))

    def corners(self, signed, left, right):
        """Where it jumps, and (if its sign is taken) where it vanishes between two ends, as balls."""
        found = [arb(0)] if not self.step.is_zero() else []
        if not signed:
            return found
        (_, mu1, sigma1), (_, mu2, sigma2) = self._two()
        if (sigma1 - sigma2).is_zero():
            return found
        crossing = (mu1 * sigma2 - mu2 * sigma1) / (sigma2 - sigma1)
        if not crossing.is_finite() and self.sign(left) == self.sign(right):
            return found  # spreads that are not told apart: the arguments' difference, a line, has one sign
        return [*found, crossing]

    def sign(self, y):
        """Of w (F_1 - F_2) at y: that of w times the difference of the standardised arguments."""
        (_, mu1, sigma1), (_, mu2, sigma2) = self._two()
        gap = self._apart(y)
        if gap > 0 or gap < 0:
            return 1 if gap > 0 else -1
        if gap.is_zero() or (mu1 - mu2).is_zero() and (sigma1 - sigma2).is_zero():
            return 0
        raise _unevaluable("the sign of a difference of distribution functions at a point")

    def _apart(self, y):
        """w times the difference of the standardised arguments at y."""
        (weight, mu1, sigma1), (_, mu2, sigma2) = self._two()
        return weight * ((y - mu1) / sigma1 - (y - mu2) / sigma2)

    def nearly_nothing(self):
        """Is it a difference of two laws that are not told apart?"""
        if len(self.laws) != 2 or not self.step.is_zero():
            return False
        (_, mu1, sigma1), (_, mu2, sigma2) = self.laws
        return (mu1 - mu2).contains(0) and (sigma1 - sigma2).contains(0)

    def most(self, left, right):
        """A bound of its size between two ends, for two laws: the normal density is at most 1 / sqrt(2 pi)."""
        return max(abs(self._apart(left)).upper(), abs(self._apart(right)).upper()) / (2 * arb.pi()).sqrt()

    def _two(self):
        if len(self.laws) != 2 or not self.step.is_zero():
            raise _unevaluable("the sign of something else than a difference of two distribution functions")
        return self.laws

    def ends(self, bits):
        """(left, right, a bound of what lies beyond), the step at 0 between them."""
        reach = root(1.4 * bits) + 3
        left = min([arb(-1), *((mu - reach * sigma).lower() for _, mu, sigma in self.laws)], key=float)
        right = max([arb(1), *((mu + reach * sigma).upper() for _, mu, sigma in self.laws)], key=float)
        tails = arb(0)
        for weight, mu, sigma in self.laws:
            for z in ((mu - left) / sigma, (right - mu) / sigma):
                tails += abs(weight) * sigma * (-z * z / 2).exp() / (2 * arb.pi()).sqrt() / z**2
        return left, right, tails


def _gaussian(word, variable):
    """The normal law whose distribution function at `variable` the word is; None for others."""
    if not isinstance(word, (DistributionFunction, LowerIntegral)) or word.point != variable:
        return None
    density = word.function
    plain = isinstance(density, NormalDensity) and density.x == word.bound and not depends(density.mu + density.sigma, word.bound)
    return density if plain else None


def _unevaluable(message):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(message)
