"""How much of the data a sampler reaches: modes covered, samples of high quality, and what a GAN's log says of its game.

For a mixture a sample belongs to the nearest component, is of high quality within three of its standard deviations, and a
component is covered where such a sample falls (Srivastava et al. 2017; Lin et al. 2018). For other labelled data a sample
belongs to the nearest class mean of the training set, and a class is covered where it gets a tenth of its share there.
"""

import math

import numpy as np

from derivations.compile import evaluate
from models.data.densities import LAWS, Mixture
from models.run import sample

WITHIN = 3.0  # standard deviations
DRAWS = 2500  # samples, as in Lin et al. 2018
PERFECT = 1 - math.exp(-(WITHIN**2) / 2)  # the share of N(0, I) on the plane within that radius: 98.89%
SHARE = 0.1  # of a class's share of the data, below which it counts as lost
SURE = 0.01  # D on generated examples below which the discriminator is sure of them
SWING = 0.1  # of the largest loss of the run: an oscillation's standard deviation
RETURNS = 4  # crossings of the trend that make one


def coverage(run):
    """{"modes", "of", "reverse_kl", ...} of samples of a run; empty where its data have no classes."""
    if len(run.dataset.classes) < 2:
        return {}
    found, law = sample(run, DRAWS), LAWS.get(run.dataset.name, lambda: None)()
    if isinstance(law, Mixture):
        return of_mixture(found, law)
    asked = np.arange(DRAWS) % len(run.dataset.classes) if run.model.takes_labels else None
    return of_classes(found, run.dataset.floats(run.dataset.train), run.dataset.train_labels, asked)


def of_mixture(points, law):
    """Of points (n, 2): components covered, share of high quality, KL from the points' components to the mixture's, in nats."""
    distances = np.linalg.norm(points[:, None] - np.asarray(law.means), axis=2)
    nearest, good = distances.argmin(axis=1), distances.min(axis=1) <= WITHIN * law.sigma
    modes = len(law.means)
    shares = np.bincount(nearest, minlength=modes) / len(points)
    return {
        "modes": len(np.unique(nearest[good])),
        "of": modes,
        "high_quality": float(good.mean()),
        "high_quality_of_the_data": PERFECT,
        "reverse_kl": relative_entropy(shares, np.full(modes, 1 / modes)),
        "samples": len(points),
    }


def of_classes(examples, data, labels, asked=None):
    """Of examples (n, ...), by the class means of labelled data: classes covered, and KL from the examples' shares to those of the data, in nats.

    Where the examples were `asked` to be of a class, also the share that is nearest to it.
    """
    examples, data = (a.reshape(len(a), -1) for a in (examples, data))
    kinds = np.unique(labels)
    means = np.stack([data[labels == k].mean(axis=0) for k in kinds])
    nearest = _nearest(examples, means)
    found, expected = (np.bincount(k, minlength=len(kinds)) / len(k) for k in (nearest, _nearest(data, means)))
    measured = {"modes": int((found >= SHARE * expected).sum()), "of": len(kinds), "reverse_kl": relative_entropy(found, expected), "samples": len(examples)}
    return measured if asked is None else measured | {"of_the_class_asked": float((kinds[nearest] == asked).mean())}


def relative_entropy(q, p):
    """KL(q || p) of two finite laws, in nats; infinite where q has mass and p has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(q > 0, q * np.log(q / p), 0.0).sum())


def verdict(lines, covered):
    """Sentences on saturation, oscillation and mode collapse: from the lines of a GAN's log, and the coverage of its samples."""
    found = [oscillation(lines)] if lines else []
    if lines and "d_on_generated" in lines[0]:
        found.insert(0, saturation(lines))
    return found + ([collapse(covered)] if covered else [])


def saturation(lines):
    """What the generator still learns, from D in the last quarter of the log: by the slopes of `saturating_gradient_vanishes`, which are linear in D."""
    from derivations.gan import saturating_gradient_vanishes as claim
    from derivations.language import Sigmoid

    last = lines[-max(len(lines) // 4, 1) :]
    on_data, on_generated = (float(np.mean([l[k] for l in last])) for k in ("d_on_data", "d_on_generated"))
    slopes = ", ".join(f"{evaluate(slope, {Sigmoid(claim.a): on_generated}, np):.2g} of the {game} loss" for game, slope in claim.value.items())
    word = "Saturation: the discriminator is sure" if on_generated < SURE else "No saturation"
    return f"{word}: D is {on_data:.2g} on data and {on_generated:.2g} on generated examples; slope in the logit {slopes}."


def oscillation(lines):
    """Does the discriminator's loss swing around its trend, in the second half of the log?"""
    losses = np.array([l["discriminator"] for l in lines])
    late = losses[len(losses) // 2 :]
    if len(late) < 2 * RETURNS:
        return "Too few lines of the log to say whether the losses oscillate."
    t = np.arange(len(late))
    rest = late - np.polyval(np.polyfit(t, late, 1), t)
    swing = float(rest.std())
    sides = np.sign(rest[np.abs(rest) > swing / 2])
    crossings = int((sides[1:] != sides[:-1]).sum())
    if swing > SWING * np.abs(losses).max() and crossings >= RETURNS:
        return f"Oscillation: in the second half the discriminator's loss swings around its trend by {swing:.2g} (standard deviation), {crossings} times across it."
    return f"No oscillation: in the second half the discriminator's loss stays within {swing:.2g} of its trend (standard deviation)."


def collapse(covered):
    """Which share of the modes the samples reach."""
    lost = covered["of"] - covered["modes"]
    word = f"Mode collapse: {lost} of {covered['of']} modes are lost" if lost else f"No mode collapse: all {covered['of']} modes are covered"
    quality = f"{covered['high_quality']:.1%} lie within {WITHIN:g} standard deviations of one (of the data {PERFECT:.2%}), " if "high_quality" in covered else ""
    return f"{word} by {covered['samples']} samples; {quality}reverse KL over modes {covered['reverse_kl']:.2g} nats."


def _nearest(examples, means):
    """The nearest of the means to each example, without the (n, k, pixels) table of differences."""
    return (-2 * examples @ means.T + (means**2).sum(axis=1)).argmin(axis=1)
