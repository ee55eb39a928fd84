"""The numbers of an experiment: those of a run's report, and the K-sample bound."""

import jax
import jax.numpy as jnp
import numpy as np

from models.data.binarisation import binarise
from models.iwae import iwae_bound
from models.report_page import measures

SAMPLES = 5000  # K of the bound that estimates -log p(x)


def figures(run, iwae=0):
    """{name: number}. `iwae` is how many of the first test examples the estimate of -log p(x) is made for; 0 for none."""
    found = measures(run)
    if iwae:
        found |= evidence(run, iwae)
    return found


def evidence(run, n, samples=SAMPLES):
    """The K-sample bound on -log p(x), its standard error over the first n test examples, and how it was made."""
    x, labels = run.dataset.floats(run.dataset.test[:n]), run.dataset.test_labels[:n]
    if run.settings.binarise != "none":
        x = np.asarray(binarise(jnp.asarray(x), jax.random.key(0)))
    bound = jax.jit(lambda x, label, key: iwae_bound(run.model, x, label, key, samples, chunk=500))
    keys = jax.random.split(jax.random.key(1), n)
    found = np.array([float(bound(*one)) for one in zip(x, labels, keys)])
    return {
        "negative_log_likelihood": -found.mean(),
        "negative_log_likelihood_standard_error": found.std() / np.sqrt(n),
        "negative_log_likelihood_protocol": f"the bound with K = {samples} on the first {n} test examples{', binarised once' if run.settings.binarise != 'none' else ''}",
    }
