"""The variance of the noising chain's posterior, with alpha_bar_t where alpha_bar_{t-1} belongs.

An index off by one in (1 - alpha_bar_{t-1}) / (1 - alpha_bar_t) beta_t makes the fraction 1, and the variance
that of a whole step, beta_t. It is too large: knowing x_0 as well as x_t leaves less freedom to x_{t-1}. The slip
shows most at the start of the chain, where the right variance is close to 0.
"""

from sympy import Eq, sqrt

from derivations.diffusion import ddpm_posterior as right
from derivations.diffusion.ddpm_posterior import alpha_bar, x0_coefficient, xt_coefficient
from derivations.language import Normal
from derivations.noising import beta, t, x0, x_before, xt

holds, truth = False, "ddpm_posterior"
parameters, conditions = right.parameters, right.conditions
variance = (1 - alpha_bar) / (1 - alpha_bar) * beta[t]
correction = "In the numerator 1 - alpha_bar_t is 1 - alpha_bar_(t-1); with it the variance is (1 - alpha_bar_(t-1)) / (1 - alpha_bar_t) beta_t."
posterior = Normal(x0_coefficient * x0 + xt_coefficient * xt, sqrt(variance))(x_before)
statement = Eq(right.bayes_quotient, posterior, evaluate=False)
value = {**right.value, "variance": variance}
derivation = right.derivation
sources = ("a common slip in code; the right variance is Ho et al. 2020, equation (7)",)
