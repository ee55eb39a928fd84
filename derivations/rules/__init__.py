"""The rules: few, general, small. Each replays one kind of step and nothing else."""

from derivations.rules.algebra import algebra
from derivations.rules.by_parts import integration_by_parts
from derivations.rules.cases import cases
from derivations.rules.conditioning import gaussian_conditioning
from derivations.rules.corners import absolute_value, half_line_moments
from derivations.rules.counting import counting
from derivations.rules.definition import definition
from derivations.rules.differentiation import derivative_inside, differentiation, fundamental_theorem
from derivations.rules.earlier import earlier_claim
from derivations.rules.gaussian import gaussian_closure, gaussian_moments, log_density
from derivations.rules.independence import independence
from derivations.rules.indicators import length_between, mean_of_indicator
from derivations.rules.induction import hypothesis, induction
from derivations.rules.inequalities import jensen, log_increases, size_bound, size_of_mean, tangent_of_log
from derivations.rules.limits import limit_laws
from derivations.rules.linearity import linearity, telescoping
from derivations.rules.matrices import covariance_traces, matrix_algebra, matrix_roots, multivariate_moments
from derivations.rules.noise_schedule import noise_schedule, noise_variance
from derivations.rules.nonnegative import sum_of_squares
from derivations.rules.optimum import attained_by_law, linear_optimum, pointwise_optimum, stationary_point
from derivations.rules.order import fubini, order_of_sums
from derivations.rules.probability import bayes, marginalisation
from derivations.rules.pushforward import half_line, image_law, inverse_map, monotone_event, monotone_slope
from derivations.rules.spectral import activation_bound, spectral_bound
from derivations.rules.subsets import exchangeability, leave_one_out
from derivations.rules.substitution import change_of_variable, exponential_moments
from derivations.rules.transport import least_over_couplings
