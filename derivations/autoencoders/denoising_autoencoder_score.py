"""The best denoiser is the posterior mean, and what it adds to its input is the score.

A denoising autoencoder reads y, which is x with noise on it, and is to return x with the least squared error. The error
is an integral over y of something that depends on f through f(y) alone, so every value is chosen on its own: a parabola,
with its one minimum at the mean of x given y. That holds for every kind of noise. For Gaussian noise Tweedie's formula
says where that mean lies: the denoiser moves y by sigma^2 times the score of the noisy values. Written for one dimension.
"""

from sympy import Eq

from derivations.claimfile import Part
from derivations.conditions import ANY_FUNCTION, DIFFERENTIATE_INSIDE, FINITE, POSITIVE
from derivations.derivation import start
from derivations.diffusion import tweedie
from derivations.diffusion.tweedie import m, noise, noised, posterior, score, sigma, tau, x, y
from derivations.instance import concretise
from derivations.language import ArgMin, CleanGivenNoised, E, Function, Int, NoisedDensity, Normal
from derivations.language.density import Law
from derivations.rules import bayes, definition, earlier_claim, fubini, gaussian_moments, linearity, marginalisation, pointwise_optimum, stationary_point

f, t = Function("f")(y), Function("t")()
p = Law("p")
clean, corruption = p(x), p(y, given=x)

parameters = tweedie.parameters
conditions = (POSITIVE, FINITE, DIFFERENTIATE_INSIDE, ANY_FUNCTION)
instance = {clean: Normal(m, tau)(x), corruption: noise, f: f, t: t}  # what is optimised over stays as it is


def loss(corruption):
    """The mean squared error of the denoiser f."""
    return E(E((x - f) ** 2, corruption, y), clean, x)


def parabola(value, joint, evidence):
    """The error at one y, of a denoiser that returns `value` there."""
    return Int(x**2 * joint, x) - 2 * value * Int(x * joint, x) + value**2 * evidence


mean = E(x, p(x, given=y), x)
any_noise = (
    start(ArgMin(loss(corruption), f))
    .by(definition(E), ArgMin(Int(clean * Int((x - f) ** 2 * corruption, y), x), f))
    .by(linearity, ArgMin(Int(Int((x - f) ** 2 * corruption * clean, y), x), f))
    .by(bayes, ArgMin(Int(Int((x - f) ** 2 * p(x, y), y), x), f))
    .by(fubini, ArgMin(Int(Int((x**2 - 2 * x * f + f**2) * p(x, y), x), y), f))
    .by(linearity, ArgMin(Int(parabola(f, p(x, y), Int(p(x, y), x)), y), f))
    .by(marginalisation, ArgMin(Int(parabola(f, p(x, y), p(y)), y), f))
    .by(pointwise_optimum(t), ArgMin(parabola(t, p(x, y), p(y)), t))
    .by(stationary_point(Int(x * p(x, y), x) / p(y)), Int(x * p(x, y), x) / p(y))
    .by(linearity, Int(x * p(x, y) / p(y), x))
    .by(bayes, Int(x * p(x, given=y), x))
    .by(definition(E), mean)
)
joint = clean * noise
gaussian_noise = (
    start(ArgMin(loss(noise), f) - y)
    .by(definition(E), ArgMin(Int(clean * Int((x - f) ** 2 * noise, y), x), f) - y)
    .by(linearity, ArgMin(Int(Int((x - f) ** 2 * joint, y), x), f) - y)
    .by(fubini, ArgMin(Int(Int((x**2 - 2 * x * f + f**2) * joint, x), y), f) - y)
    .by(linearity, ArgMin(Int(parabola(f, joint, Int(joint, x)), y), f) - y)
    .by(definition(NoisedDensity), ArgMin(Int(parabola(f, joint, noised), y), f) - y)
    .by(pointwise_optimum(t), ArgMin(parabola(t, joint, noised), t) - y)
    .by(stationary_point(Int(x * joint, x) / noised), Int(x * joint, x) / noised - y)
    .by(linearity, Int(x * joint / noised, x) - y)
    .by(definition(E, CleanGivenNoised), E(x, posterior, x) - y)
    .by(earlier_claim("tweedie"), sigma**2 * score)
)
parts = (
    Part(Eq(ArgMin(loss(corruption), f), mean, evaluate=False), any_noise, "Whatever the noise, the best denoiser is the posterior mean"),
    Part(Eq(ArgMin(loss(noise), f) - y, sigma**2 * score, evaluate=False), gaussian_noise, "For Gaussian noise its residual is the score"),
)
# the best denoiser where x and the noise are Gaussian
concrete = concretise(mean, instance)
stable = (Part(Eq(concrete, tweedie.between, evaluate=False), start(concrete).by(gaussian_moments, tweedie.between)),)
sources = ("sheet A 1.2e", "Vincent 2011, section 4", "Alain & Bengio 2014, theorem 1")
