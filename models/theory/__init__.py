"""Training held to the theory: for each claim here, a model whose training must end where the claim says.

    from models import theory
    outcome = theory.train("elbo_gap")      # seconds; size="full" for the experiment behind `make experiments`
    outcome.status, outcome.comparisons

One file per experiment. Importing this package loads none of them, nor JAX.
"""

import importlib

EXPERIMENTS = {
    "elbo_gap": "elbo_gap",
    "iwae_bound": "iwae_bound",
    "pathwise_gradient": "gradient_estimates",
    "score_function_gradient": "gradient_estimates",
    "linear_autoencoder_pca": "linear_autoencoder",
    "linear_vae_ppca": "linear_vae",
    "posterior_collapse_linear_vae": "posterior_collapse",
    "denoising_autoencoder_score": "denoiser",
    "optimal_discriminator": "optimal_discriminator",
    "gan_value_jensen_shannon": "optimal_discriminator",
    "gan_global_optimum": "gan_global_optimum",
    "wasserstein_critic_of_a_shift": "wasserstein_critic",
    "kantorovich_rubinstein_1d": "wasserstein_critic",
    "spectral_norm_lipschitz": "wasserstein_critic",
    "gradient_penalty_optimum": "gradient_penalty",
    "ddpm_posterior": "ancestral_sampling",
    "ddim_marginals": "ddim_trajectory",
    "optimal_denoiser_gaussian_mixture": "optimal_denoiser",
    "ddpm_elbo": "diffusion_bound",
    "change_of_variables_likelihood": "flow_likelihood",
}
"""The file that trains against each claim."""

SIZES = ("quick", "full")


def train(claim, size="quick", seed=0):
    """Train against the claim of that name: an `Outcome`. "quick" takes seconds on a CPU, "full" minutes.

    Raises `ValueError` for a claim without an experiment, or another size.
    """
    if claim not in EXPERIMENTS:
        raise ValueError(f"claim = {claim!r} has no experiment; these have: {', '.join(EXPERIMENTS)}")
    if size not in SIZES:
        raise ValueError(f"size = {size!r} is none of {', '.join(SIZES)}")
    return importlib.import_module(f"models.theory.{EXPERIMENTS[claim]}").train(size, seed)
