"""What a latent space looks like, as arrays: walks through it, its projections, and how well it parts the classes."""

import jax.numpy as jnp
import numpy as np

ACTIVE = 0.01  # a unit is active where the variance over the data of its mean exceeds this (Burda et al. 2016)


def straight(a, b, steps=10):
    """Codes (steps, latent_dim) on the straight line from a to b, both ends included."""
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) * a + t * b


def spherical(a, b, steps=10):
    """Codes on the great arc from a to b, their lengths interpolated too; the straight line where the two are parallel."""
    t = np.linspace(0, 1, steps)[:, None]
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    angle = np.arccos(np.clip(a @ b / max(norm_a * norm_b, 1e-12), -1, 1))
    if np.sin(angle) < 1e-6:
        return straight(a, b, steps)
    direction = (np.sin((1 - t) * angle) * a / norm_a + np.sin(t * angle) * b / norm_b) / np.sin(angle)
    return ((1 - t) * norm_a + t * norm_b) * direction


def scaled(code, factors=(0.0, 0.5, 1.0, 1.5, 2.0, 3.0)):
    """t z for each factor t: (len(factors), latent_dim)."""
    return np.asarray(factors)[:, None] * code


def traversals(code, reach=3.0, steps=9):
    """The code with one unit at a time moved from -reach to reach: (latent_dim, steps, latent_dim)."""
    moved = np.tile(code, (len(code), steps, 1))
    moved[np.arange(len(code)), :, np.arange(len(code))] = np.linspace(-reach, reach, steps)
    return moved


def active_units(codes):
    """Which units carry something: the variance of their means over the data exceeds `ACTIVE`. (latent_dim,) bool."""
    return np.var(codes, axis=0) > ACTIVE


def principal_components(codes, k=2):
    """The codes (n, k) in the coordinates of their first k principal directions."""
    centred = codes - codes.mean(axis=0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:k].T


def tsne(codes, seed=0):
    """The codes (n, 2) laid out by t-SNE, with scikit-learn."""
    from sklearn.manifold import TSNE

    return TSNE(random_state=seed, init="pca", perplexity=min(30.0, (len(codes) - 1) / 3)).fit_transform(np.asarray(codes, np.float32))


def umap(codes, seed=0):
    """The codes (n, 2) laid out by UMAP. Raises `ImportError` where umap-learn is not installed."""
    from umap import UMAP

    return UMAP(random_state=seed).fit_transform(codes)


def separation(train_codes, train_labels, codes, labels, neighbours=5):
    """How far classes are apart: {"silhouette": of the test codes, "neighbours": share of test examples whose nearest training codes name them rightly}."""
    from sklearn.metrics import silhouette_score
    from sklearn.neighbors import KNeighborsClassifier

    vote = KNeighborsClassifier(neighbours).fit(train_codes, train_labels)
    return {"silhouette": float(silhouette_score(codes, labels)), "neighbours": float(vote.score(codes, labels))}


def diagnosis(run_lines, codes, images, kl=None):
    """What is wrong with a run, in sentences; an empty list where nothing is seen to be.

    `run_lines` is the log, `codes` are the means of test examples, `images` are what the model makes, in [0, 1].
    """
    found = []
    active = int(active_units(codes).sum())
    if kl is not None and active == 0:
        found.append(f"Posterior collapse: no unit's mean varies with x (largest variance {np.var(codes, axis=0).max():.2g}), so the code says nothing; KL = {kl:.3g} nats.")
    elif kl is not None and active < codes.shape[1]:
        found.append(f"{codes.shape[1] - active} of {codes.shape[1]} units carry nothing (variance of the mean at most {ACTIVE}).")
    divergences = [l["kl"] for l in run_lines if "kl" in l]
    if divergences and max(divergences) > 20 * max(np.median(divergences), 1.0):
        step = next(l["step"] for l in run_lines if l.get("kl") == max(divergences))
        found.append(f"KL explosion: it reached {max(divergences):.3g} nats at step {step}, against a median of {np.median(divergences):.3g}.")
    if images is not None:
        sure = float(jnp.mean((images < 1e-3) | (images > 1 - 1e-3)))
        same = float(np.mean(np.std(images, axis=0) < 1e-3))
        if same > 0.99:
            found.append("Saturated pixels: every image that is made is the same.")
        elif sure > 0.99:
            found.append(f"Saturated pixels: {sure:.1%} of all pixels are 0 or 1 to three digits.")
    return found
