"""The Wasserstein distance of two Gaussians, between what a critic gains and what a coupling costs.

For any f with |f(x) - f(y)| <= |x - y| and any coupling, E f(x) - E f(y) <= E|x - y|. So the gain of any such f is a lower
bound, the cost of any coupling an upper one. Those taken here are f(x) = |x - c|, with c where the distribution functions
cross, or f(x) = x, and the coupling of mu_p + sigma_p z with mu_q + sigma_q z. That they are the best ones is not used: it is
seen where the bounds meet.
"""

from math import sqrt as root

import flint
from flint import acb, arb
from sympy import Abs, Dummy

from derivations.language.integral import E
from derivations.language.normal import Normal, NormalDensity
from derivations.language.word import depends


def wasserstein(balls, word):
    """An enclosure of W_1 of two normal laws."""
    from derivations.enclose.balls import Unevaluable

    x = word.bound
    if not all(isinstance(p, NormalDensity) and p.x == x and not depends(p.mu + p.sigma, x) for p in (word.first, word.second)):
        raise Unevaluable("the Wasserstein distance of laws that are not Gaussian")
    p, q, z = word.first, word.second, Dummy("z", real=True)
    cost = balls(E(Abs(p.mu - q.mu + (p.sigma - q.sigma) * z), Normal(0, 1)(z), z)).real
    gain = abs(balls.real(p.mu - q.mu))
    crossing = _crossing(balls, p, q)
    if crossing is not None:
        c = Dummy("c", real=True)
        here = balls.with_values({c: acb(crossing)})
        gain = gain.max(abs((here(E(Abs(x - c), p, x)) - here(E(Abs(x - c), q, x))).real))
    return acb(gain.union(cost))


def _crossing(balls, p, q):
    """The point where the distribution functions cross, rounded; None where that is too far out to matter."""
    (mu1, sigma1), (mu2, sigma2) = ((balls.real(law.mu), balls.real(law.sigma)) for law in (p, q))
    c = (mu1 * sigma2 - mu2 * sigma1) / (sigma2 - sigma1)
    reach = arb(root(1.4 * flint.ctx.prec) + 3)
    near = c.is_finite() and abs((c - mu1) / sigma1) < reach and abs((c - mu2) / sigma2) < reach
    return c.mid() if near else None
