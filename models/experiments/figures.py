"""The numbers of an experiment: those of a run's report, and the K-sample bound."""

import jax
import jax.numpy as jnp
import numpy as np

from models import losses
from models.data.binarisation import binarise
from models.iwae import iwae_bound
from models.report_page import measures

SAMPLES = 5000  # K of the bound that estimates -log p(x)
DRAWS = 100  # of a code, for the ELBO of one example


def figures(run, iwae=0):
    """{name: number}. `iwae` is how many of the first test examples the estimate of -log p(x) is made for; 0 for none."""
    found = measures(run)
    if iwae:
        found |= evidence(run, iwae)
    return found


def evidence(run, n, samples=SAMPLES):
    """How large -log p(x) is at most, in nats, in the mean over this test set: its standard error, and how it was found.

    The K-sample bound is dear, so it is drawn for the first n test examples only; what it gains there over their ELBO is added to
    the ELBO of all. That gain varies far less from one example to another than log p(x) itself. It is the regression estimator
    with slope 1: Cochran 1977, Sampling Techniques, chapter 7. The bound: Burda, Grosse & Salakhutdinov 2016.
    """
    examples = jnp.asarray(run.dataset.floats(run.dataset.test))
    if run.settings.binarise != "none":
        examples = binarise(examples, jax.random.key(0))
    everyone = list(zip(examples, run.dataset.test_labels, jax.random.split(jax.random.key(1), len(examples))))
    elbo = jax.jit(lambda x, label, key: jax.vmap(lambda key: losses.elbo(*run.model.terms(x, label, key)))(jax.random.split(key, DRAWS)).mean())
    bound = jax.jit(lambda x, label, key: iwae_bound(run.model, x, label, jax.random.fold_in(key, 1), samples, chunk=500))
    elbos = np.array([float(elbo(*one)) for one in everyone])
    gains = np.array([float(bound(*one)) for one in everyone[:n]]) - elbos[:n]
    return {
        "negative_log_likelihood": -(elbos.mean() + gains.mean()),
        "negative_log_likelihood_standard_error": gains.std(ddof=1) / np.sqrt(len(gains)),
        "negative_log_likelihood_protocol": (
            f"the mean ELBO of all {len(elbos)} test examples, {DRAWS} codes each, and what the bound with K = {samples} gains on the first {len(gains)}"
            + ("; pixels binarised once" if run.settings.binarise != "none" else "")
        ),
    }
