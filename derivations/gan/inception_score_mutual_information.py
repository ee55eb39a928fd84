"""The Inception score is a mutual information: log IS = I(x; y) = H(y) - H(y | x), of images and their labels.

For any joint law of images x and labels y, the labels given by a classifier as p(y | x). The score is high where labels are
certain for each image and spread over all images; it sees nothing of images but their labels. Labels are written as a
continuous variable; for classes the integrals over y are sums.
"""

from sympy import Eq, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.instance import concretise
from derivations.language import KL, E, Entropy, Int, LogInceptionScore, MutualInformation, Normal, positive, real
from derivations.language.density import Law
from derivations.rules import algebra, bayes, definition, fubini, gaussian_moments, linearity, log_density, marginalisation

x, y, w, b, m = real("x y w b m")
tau, s = positive("tau s")
p = Law("p")
images, labels, labelled, joint = p(x), p(y), p(y, given=x), p(x, y)

parameters = (
    Parameter(w, Real(), "slope of the label's mean w x + b, where all laws are Gaussian"),
    Parameter(b, Real(), "offset of that mean", optional=True),
    Parameter(s, Positive(), "standard deviation of the label given the image"),
    Parameter(m, Real(), "mean of the images", optional=True),
    Parameter(tau, Positive(), "standard deviation of the images"),
)
conditions = (POSITIVE, FINITE)
unit = "nats"
instance = {images: Normal(m, tau)(x), labelled: Normal(w * x + b, s)(y)}
score = LogInceptionScore(labelled, labels, images, x, y)
information = MutualInformation(joint, images, labels, x, y)
known = E(E(log(labelled), labelled, y), images, x)
entropies = Entropy(labels, y) - E(Entropy(labelled, y), images, x)



as_divergence = start(score).by(definition(LogInceptionScore), E(KL(labelled, labels, y), images, x)).by(
    definition(KL), E(E(log(labelled) - log(labels), labelled, y), images, x)
)
parts = (
    Part(
        Eq(score, information, evaluate=False),
        as_divergence
        .by(definition(E), Int(Int((log(labelled) - log(labels)) * labelled, y) * images, x))
        .by(linearity, Int(Int((log(labelled) - log(labels)) * labelled * images, y), x))
        .by(bayes, Int(Int((log(joint) - log(images) - log(labels)) * joint, y), x))
        .by(definition(MutualInformation), information),
        "The score's logarithm is the information that labels have on images",
    ),
    Part(
        Eq(score, entropies, evaluate=False),
        as_divergence
        .by(linearity, known - E(E(log(labels), labelled, y), images, x))
        .by(definition(E), known - Int(Int(log(labels) * labelled, y) * images, x))
        .by(linearity, known - Int(Int(log(labels) * labelled * images, y), x))
        .by(bayes, known - Int(Int(log(labels) * joint, y), x))
        .by(fubini, known - Int(Int(log(labels) * joint, x), y))
        .by(linearity, known - Int(log(labels) * Int(joint, x), y))
        .by(marginalisation, known - Int(log(labels) * labels, y))
        .by(definition(E), known - E(log(labels), labels, y))
        .by(linearity, -E(log(labels), labels, y) - E(-E(log(labelled), labelled, y), images, x))
        .by(definition(Entropy), entropies),
        "It is what is uncertain of a label, less what is once the image is known",
    ),
)
value = {"log score": entropies}
# images and labels that are jointly Gaussian
concrete = concretise(entropies, instance)
spread = sqrt(s**2 + w**2 * tau**2)
closed_form = log(1 + (w * tau / s) ** 2) / 2
stable = (
    Part(
        Eq(concrete, closed_form, evaluate=False),
        start(concrete)
        .by(definition(Entropy), definition(Entropy).normal(concrete, None))
        .by(
            log_density,
            -E(-log(spread) - (log(2) + log(pi)) / 2 - (y - w * m - b) ** 2 / (2 * spread**2), Normal(w * m + b, spread)(y), y)
            - E(-E(-log(s) - (log(2) + log(pi)) / 2 - (y - w * x - b) ** 2 / (2 * s**2), Normal(w * x + b, s)(y), y), Normal(m, tau)(x), x),
        )
        .by(gaussian_moments, log(spread) - log(s))
        .by(algebra, closed_form),
    ),
)
sources = ("Barratt & Sharma 2018, section 2.1", "Salimans et al. 2016, section 4", "sheet L, summary, evaluation: FID, IS")
