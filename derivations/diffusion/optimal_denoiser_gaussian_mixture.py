"""The best prediction of the noise, eps*(x_t, t), exactly, where the data are a mixture of Gaussians.

Whatever the data, the least squared error is that of the mean of the noise given x_t. For a mixture, x_t has a mixture for
its law as well, and the best prediction is the mean of the components' own, weighted by how likely each component is to have
made x_t. No network does better, and one can be put in the network's place. Written for one coordinate; where the
coordinates of a component are independent, the weights take the product of their densities at x_t.
"""

from dataclasses import dataclass

from sympy import Eq, Expr, IndexedBase, Sum, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import ANY_FUNCTION, FINITE, MARKOV, POSITIVE
from derivations.derivation import start
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.diffusion.ddpm_parameterizations import alpha_bar, best_eps, chain, density, eps_from_x0, q, signal
from derivations.domains import Positive, Real, Vector
from derivations.language import ArgMin, CleanGivenDiffused, DiffusedDensity, E, Function, Int, NoiseVariance, Normal, integer
from derivations.noising import Step, beta, betas, t, x, x0, xt
from derivations.rules import (
    definition, earlier_claim, fubini, gaussian_conditioning, gaussian_moments, linearity, marginalisation, noise_schedule,
    pointwise_optimum, stationary_point,
)  # fmt: skip

K, k = integer("K k")
f, number = Function("f")(xt), Function("u")()
w, s = (IndexedBase(name, positive=True) for name in ("w", "s"))
m = IndexedBase("m", real=True)


def total(term):
    return Sum(term, (k, 1, K))


component = Normal(m[k], s[k])(x0)
mixture = total(w[k] * component) / total(w[k])

parameters = (
    betas,
    Parameter(t, Step(1, 4), "the step"),
    Parameter(xt, Real(), "the state after t steps", keyword="x_t"),
    Parameter(w, Vector(Positive(), K), "weights of the components, up to a common factor", keyword="weights"),
    Parameter(m, Vector(Real(), K), "means of the components", keyword="means"),
    Parameter(s, Vector(Positive(), K), "standard deviations of the components", keyword="deviations"),
)
conditions = (MARKOV, POSITIVE, FINITE, ANY_FUNCTION)
instance = {q: mixture, f: f, number: number}  # what is optimised over stays as it is

eps = eps_from_x0(x0)
loss = E(E((eps - f) ** 2, chain, xt), q, x0)


def parabola(value, evidence):
    """The error at one x_t, of a prediction that has this value there."""
    return Int(eps**2 * q * chain, x0) - 2 * value * Int(eps * q * chain, x0) + value**2 * evidence


any_data = (
    start(ArgMin(loss, f))
    .by(definition(E), ArgMin(Int(q * Int((eps - f) ** 2 * chain, xt), x0), f))
    .by(linearity, ArgMin(Int(Int((eps - f) ** 2 * chain * q, xt), x0), f))
    .by(fubini, ArgMin(Int(Int((eps - f) ** 2 * q * chain, x0), xt), f))
    .by(linearity, ArgMin(Int(parabola(f, Int(q * chain, x0)), xt), f))
    .by(definition(DiffusedDensity), ArgMin(Int(parabola(f, density), xt), f))
    .by(pointwise_optimum(number), ArgMin(parabola(number, density), number))
    .by(stationary_point(Int(eps * q * chain, x0) / density), Int(eps * q * chain, x0) / density)
    .by(linearity, Int(eps * q * chain / density, x0))
    .by(definition(E, CleanGivenDiffused), best_eps)
)



@dataclass(frozen=True)
class Component:
    """What the k-th component says, `noise` being the variance of the noise at step t."""

    noise: Expr

    @property
    def eps(self):
        return (xt - signal * x0) / sqrt(self.noise)

    @property
    def variance(self):
        return self.noise + alpha_bar * s[k] ** 2

    @property
    def density(self):
        """The density at x_t of what the noising chain makes of the component."""
        return Normal(signal * m[k], sqrt(self.variance))(xt)

    @property
    def posterior(self):
        """The density of x_0, given x_t and that it comes from the component."""
        gain = signal * s[k] ** 2 / self.variance
        return Normal(m[k] + gain * (xt - signal * m[k]), s[k] * sqrt(self.noise / self.variance))(x0)

    @property
    def best(self):
        """The best prediction of the noise where there is no other component."""
        return sqrt(self.noise) * (xt - signal * m[k]) / self.variance

    def weighted(self, term):
        """The mean over the components, each weighted by how likely it is to have made x_t."""
        return total(w[k] * self.density * term) / total(w[k] * self.density)


each, folded = Component(1 - alpha_bar), Component(NoiseVariance(beta, t))
noise, noise_folded = marginal(xt, t), Normal(signal * x0, sqrt(folded.noise))(xt)
mixed = DiffusedDensity(xt, mixture, beta, t, x0)
best_of_mixture = E(eps, CleanGivenDiffused(x0, mixed), x0)
joint = folded.density * folded.posterior
of_mixture = (
    start(best_of_mixture)
    .by(definition(E, CleanGivenDiffused), Int(eps * mixture * chain / mixed, x0))
    .by(definition(DiffusedDensity), Int(eps * mixture * chain / Int(mixture * chain, x0), x0))
    .by(earlier_claim("ddpm_forward_marginal", {x: xt}), Int(eps * mixture * noise / Int(mixture * noise, x0), x0))
    .by(definition(NoiseVariance), Int(folded.eps * mixture * noise_folded / Int(mixture * noise_folded, x0), x0))
    .by(linearity, total(w[k] * Int(folded.eps * component * noise_folded, x0)) / total(w[k] * Int(component * noise_folded, x0)))
    .by(gaussian_conditioning(x0), total(w[k] * Int(folded.eps * joint, x0)) / total(w[k] * Int(joint, x0)))
    .by(
        linearity,
        total(w[k] * folded.density * Int(folded.eps * folded.posterior, x0)) / total(w[k] * folded.density * Int(folded.posterior, x0)),
    )
    .by(marginalisation, folded.weighted(Int(folded.eps * folded.posterior, x0)))
    .by(definition(E), folded.weighted(E(folded.eps, folded.posterior, x0)))
    .by(gaussian_moments, folded.weighted(folded.eps.xreplace({x0: folded.posterior.mu})))
    .by(noise_schedule, folded.weighted(folded.best))
    .by(definition(NoiseVariance), each.weighted(each.best))
)
closed_form = each.weighted(each.best)
parts = (
    Part(Eq(ArgMin(loss, f), best_eps, evaluate=False), any_data, "whatever the data, the best prediction is the mean of the noise given x_t"),
    Part(Eq(best_of_mixture, closed_form, evaluate=False), of_mixture, "for a mixture of Gaussians"),
)
value = {"eps": closed_form}
sources = ("sheet A 8.2b", "Bishop 2006, sections 1.5.5 and 9.2", "Karras et al. 2022, appendix B.3, for a finite data set")
