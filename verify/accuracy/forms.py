"""What is measured: for each claim, the expressions that a caller gets, textbook and compiled."""

from dataclasses import dataclass
from functools import cache

from sympy import Symbol

from derivations.instance import is_abstract
from derivations.language.density import Density
from derivations.language.normal import Normal
from derivations.claimfile import Parameter
from derivations.domains import Integers, Positive, Real

NOT_CLOSED = {
    "spectral_norm_lipschitz": "it is a bound on a network, whose weights are divided by a singular value",
    "reparameterization_density": "its right side holds the root of a cubic, which is found by bisection",
    "iwae_bound": "it is a mean over all values of its draws",
    "ddpm_elbo": "it is a mean over the states of a chain",
}
LOSES = {
    "transposed_convolution_adjoint": "it is an inner product, whose terms have either sign: where they cancel no order of summing keeps their digits",
    "frechet_distance_gaussian": "it is a small difference of traces where the laws nearly agree, and a root halves the digits of a covariance near a singular one",
    "autoencoder_gradients": "it sums over pixels whose errors have either sign, and saturated units leave 1 - 1; no stable form is proved yet",
    "optimal_denoiser_gaussian_mixture": "far from all components their densities are too small for a float; samplers weigh by their logarithms",
    "linear_vae_ppca": "a log-likelihood near 0 is a difference of its terms; no stable form is proved yet",
}
LAWS = ("optimal_discriminator",)  # claims about any laws, measured for Gaussian ones


@dataclass(frozen=True)
class Form:
    """One number of a claim: its name (empty where there is only one), the textbook's expression, the compiled one."""

    name: str
    textbook: object
    compiled: object


@dataclass(frozen=True)
class Measured:
    """A claim as it is measured: its parameters (Gaussian laws by mean and spread) and its forms."""

    name: str
    parameters: tuple
    forms: tuple


@cache
def measured(name):
    """The parameters and forms of a claim. Raises `ValueError` where it has no closed form of arrays."""
    import derivations
    from verify.closed_form import expressions

    claim = derivations.claim(name)
    if not claim.holds or name in NOT_CLOSED:
        raise ValueError(f"{name} has no closed form to measure: {NOT_CLOSED.get(name, 'it is false')}")
    if all(isinstance(p.domain, Integers) for p in claim.parameters):
        raise ValueError(f"{name} has no closed form to measure: it is about whole numbers")
    parameters, instance = _gaussian(claim) if name in LAWS else (claim.parameters, claim.instance)
    compiled = expressions(claim, instance)
    textbook = expressions(claim, instance, stable=False)
    if any(is_abstract(e) for e in compiled) or not any(e.free_symbols for e in compiled):
        raise ValueError(f"{name} has no closed form to measure: it holds for laws that have none, or it has no parameters")
    names = tuple(claim.value) or ("",) * len(compiled)
    used = tuple(p for p in parameters if any(_uses(e, p.symbol) for e in compiled + textbook))
    return Measured(name, used, tuple(map(Form, names, textbook, compiled)))


@cache
def measurable():
    """Names of the claims whose compiled form can be measured."""
    import derivations

    return tuple(n for n in derivations.claims() if is_measurable(n))


def is_measurable(name):
    """Has the claim a closed form of arrays, for which `measured` has an answer?"""
    from derivations.instance import NoInstance

    try:
        return bool(measured(name))
    except (ValueError, NoInstance):
        return False


def _uses(expr, symbol):
    from derivations.language.word import depends

    return depends(expr, symbol)


def _gaussian(claim):
    """Every law of the claim as a Gaussian with a mean and a spread of its own."""
    parameters, instance = [], dict(claim.instance)
    for p in claim.parameters:
        if not isinstance(p.symbol, Density):
            parameters.append(p)
            continue
        mu, sigma = Symbol(f"mu_{p.name}", real=True), Symbol(f"sigma_{p.name}", positive=True)
        instance[p.symbol] = Normal(mu, sigma)(p.symbol.values[0])
        parameters += [Parameter(mu, Real(), f"mean of {p.name}"), Parameter(sigma, Positive(), f"standard deviation of {p.name}")]
    return tuple(parameters), instance
