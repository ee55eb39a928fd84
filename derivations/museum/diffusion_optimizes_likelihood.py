"""Diffusion models directly optimise the likelihood of the data.

A statement of sheet B, question 1, to be answered yes or no. What is optimised is the evidence lower bound, with the
noising process as its fixed encoder, and the bound is strict: the likelihood exceeds it by the divergence of the
noising process from the model's own posterior. Here the chain has one step, from the observation x to the noised z; for
longer chains ddpm_elbo splits the bound into its steps.
"""

from fractions import Fraction

from sympy import Eq, log, sqrt

from derivations.claimfile import Parameter
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Interval
from derivations.language import Normal, positive
from derivations.linear_vae import instance as model
from derivations.linear_vae import model_parameters, p, q, x, z
from derivations.rules import earlier_claim
from derivations.vae import elbo_gap as right
from derivations.vae.elbo_gap import elbo

holds, truth = False, "elbo_gap"
correction = "The term -KL(q(z | x) || p(z | x)) is missing: what is optimised lies below the log-likelihood by this divergence."
beta = positive("beta")
parameters = (*model_parameters[:4], Parameter(beta, Interval(Fraction(0), Fraction(1)), "variance that the noising step adds, q(z | x) = N(sqrt(1 - beta) x, beta)"))
conditions, unit = (POSITIVE, FINITE), "nats"
instance = {**model, q(z, given=x): Normal(sqrt(1 - beta) * x, sqrt(beta))(z)}
statement = Eq(elbo, log(p(x)), evaluate=False)
derivation = start(elbo).by(earlier_claim("elbo_gap"), log(p(x)) - right.statement.rhs)
sources = ("sheet B, question 1, fourth statement, as printed", "Ho et al. 2020, equation (3), for the bound")
