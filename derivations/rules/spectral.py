"""What layers do to distances: spectrally normalised matrices, and activations of slope at most one."""

from sympy import Identity

from derivations.conditions import NONZERO_WEIGHTS
from derivations.language.multivariate import QuadraticForm
from derivations.language.spectral import ActivatedVector, NormalisedMatrix
from derivations.ring import is_zero
from derivations.rules.cases import sign_within
from derivations.rules.matrices import traces
from derivations.rules.rule import Rule, StepError


class _Shrinks(Rule):
    """A squared length becomes that of another vector, which is not shorter."""

    def _step(self, shorter, longer, before, relation, after):
        if relation != "<=":
            raise StepError(f"{self.name} proves '<=', not '{relation}'")
        for vector, side in ((shorter, before), (longer, after)):
            if not isinstance(side, QuadraticForm) or not is_zero(traces(side) - traces(squared(vector))):
                raise StepError(f"the step does not go from the squared length of {shorter} to that of {longer}")


def squared(vector):
    """|v|^2."""
    return QuadraticForm(vector, Identity(vector.shape[0]))


class spectral_bound(_Shrinks):
    """spectral_bound(W, v): |W / sigma(W) v| <= |v|, since sigma(W) is the greatest |W v| over all v of length 1."""

    name = "bound by the spectral norm"
    summary = "No vector is stretched by more than the spectral norm, so a matrix divided by it lengthens none."
    needs = (NONZERO_WEIGHTS,)

    def __init__(self, weights, vector):
        self.weights, self.vector = weights, vector

    def replay(self, before, relation, after, context):
        self.require(context)
        self._step(NormalisedMatrix(self.weights) * self.vector, self.vector, before, relation, after)
        return "the matrix is divided by its spectral norm"


class activation_bound(_Shrinks):
    """activation_bound(u, v, alpha): leaky ReLU changes no difference to a larger one, where -1 <= alpha <= 1.

    Its slope is 1 or alpha everywhere, so |s(a) - s(b)| <= |a - b| in each entry.
    """

    name = "slope of the activation"
    summary = "Leaky ReLU has the slopes 1 and alpha, and with alpha between -1 and 1 it changes by no more than its argument, entry by entry."

    def __init__(self, first, second, alpha):
        self.first, self.second, self.alpha = first, second, alpha

    def replay(self, before, relation, after, context):
        parameters = context.claim.parameters
        if sign_within(parameters, 1 - self.alpha) != 1 or sign_within(parameters, 1 + self.alpha) != 1:
            raise StepError(f"{self.alpha} is not known to lie between -1 and 1")
        first, second = (ActivatedVector(u, self.alpha) for u in (self.first, self.second))
        self._step(first - second, self.first - self.second, before, relation, after)
        return "the activation's slopes are 1 and one between -1 and 1"
