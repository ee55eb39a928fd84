"""How good generated examples are, measured by features of them: Frechet and kernel distance, precision and recall, Inception score.

    run = models.load("runs/vae")
    judge = models.quality.judge(models.load("runs/classifier"))
    models.quality.measure(models.sample(run, 2000), run.dataset.floats(run.dataset.test), judge)

The features are those of a classifier trained here, and the numbers are named after it: they are not comparable with a
published FID, whose features are Inception's. Whoever has other features at hand gives a `Judge` of their own, with any
function from images to vectors, as that of an Inception network whose weights they have.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from derivations.compile import evaluate

NEIGHBOURS = 3  # of the manifolds of precision and recall, as in Kynkaanniemi et al. 2019
BATCH = 500


@dataclass(frozen=True)
class Judge:
    """`features` takes examples (n, *shape) to (n, d), `probabilities` to p(label | x), (n, classes); `name` says whose they are."""

    name: str
    features: Callable
    probabilities: Callable | None = None


def judge(run):
    """The `Judge` that a run of the model `classifier` is."""
    return classifier_judge(run.model, run.dataset)


def classifier_judge(model, dataset):
    """The same for a `Classifier` and the data that it was trained on; its name says how often it is right on the test set."""
    features = jax.jit(jax.vmap(model.features))
    probabilities = jax.jit(jax.vmap(lambda x: jax.nn.softmax(model.logits(x))))
    right = (_in_batches(probabilities, dataset.floats(dataset.test)).argmax(axis=1) == dataset.test_labels).mean()
    named = f"a classifier trained on {dataset.name}, {right:.1%} right on its test set"
    return Judge(named, lambda x: _in_batches(features, x), lambda x: _in_batches(probabilities, x))


def measure(examples, reference, judge):
    """{measure: number} of generated `examples` against `reference` examples of the data, as `judge` sees them; both counts are stated."""
    found, wanted = (np.asarray(judge.features(x), float) for x in (examples, reference))
    measures = {
        "frechet_distance": frechet_distance(found, wanted),
        "kernel_distance": kernel_distance(found, wanted),
        **dict(zip(("precision", "recall"), precision_recall(found, wanted))),
    }
    if judge.probabilities is not None:
        measures["inception_score"] = inception_score(judge.probabilities(examples))
    return measures | {"examples": len(examples), "reference": len(reference), "features": judge.name}


def frechet_distance(a, b):
    """The squared Frechet distance of the Gaussians with the means and covariances of features (n, d) and (m, d): `frechet_distance_gaussian`.

    It is what FID is of Inception's features. Biased upwards for few examples: compare only at equal n, beside the floor of
    real examples against real ones. Raises `ValueError` for fewer than two examples.
    """
    from derivations.gan import frechet_distance_gaussian as claim

    for name, x in (("a", a), ("b", b)):
        if np.ndim(x) != 2 or len(x) < 2:
            raise ValueError(f"{name} has the shape {np.shape(x)}: features of at least two examples are needed, (n, d)")
    values = {claim.d: a.shape[1]}
    for x, mean, covariance in ((a, claim.mu1, claim.cov1), (b, claim.mu2, claim.cov2)):
        values |= {mean: x.mean(axis=0)[:, None], covariance: np.atleast_2d(np.cov(x.T))}
    return float(evaluate(claim.frechet(claim.cov2), values, np))


def kernel_distance(a, b):
    """The squared maximum mean discrepancy of features under the kernel (x.y / d + 1)^3, without bias. Binkowski et al. 2018, equation (4)."""
    n, m = len(a), len(b)

    def total(x, y):
        return float(((x @ y.T / x.shape[1] + 1) ** 3).sum())

    def diagonal(x):
        return float((((x**2).sum(axis=1) / x.shape[1] + 1) ** 3).sum())

    return (total(a, a) - diagonal(a)) / (n * (n - 1)) + (total(b, b) - diagonal(b)) / (m * (m - 1)) - 2 * total(a, b) / (n * m)


def precision_recall(found, wanted, neighbours=NEIGHBOURS):
    """(precision, recall): the share of generated examples among the data, and of the data among what is generated.

    A set is the union of balls around its examples that reach to their k-th neighbour. Kynkaanniemi et al. 2019, equation (2).
    """
    return _share_within(found, wanted, neighbours), _share_within(wanted, found, neighbours)


def inception_score(probabilities):
    """exp of the mutual information of examples and labels, from p(label | x) (n, classes): `inception_score_mutual_information`, a sum over examples and classes."""
    p = np.asarray(probabilities, float)
    each, mean = _entropy(p).mean(), _entropy(p.mean(axis=0))
    return float(np.exp(mean - each))


def _entropy(p):
    return -np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0).sum(axis=-1)


def _share_within(points, centres, neighbours):
    """The share of points within the reach of some centre, which is the distance to its k-th nearest other centre."""
    from sklearn.neighbors import NearestNeighbors

    reach = NearestNeighbors(n_neighbors=neighbours + 1).fit(centres).kneighbors(centres)[0][:, -1]
    within = [((np.linalg.norm(p - centres, axis=1)) <= reach).any() for p in points]
    return float(np.mean(within))


def _in_batches(function, x):
    return np.concatenate([np.asarray(function(jnp.asarray(x[k : k + BATCH]))) for k in range(0, len(x), BATCH)])
