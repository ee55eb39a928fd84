"""A 4-2-4 autoencoder, worked out by hand.

Both units of the code see the same weighted sum, 1/2, so both are sigma(1/2) = 0.6225; the decoder takes one
sigmoid more. With sigma(u) = 1 / (1 + e^-u), and all weights the sheet's, as exact fractions.
"""

from sympy import Add, Eq, ImmutableMatrix, Rational, Tuple

from derivations.claimfile import Part
from derivations.derivation import start
from derivations.language import Named, Sigmoid, SigmoidLayer, named, sigmoid_layer
from derivations.rules import definition


def decimals(*rows):
    """A matrix of exact fractions, from decimals as they are printed."""
    return ImmutableMatrix([[Rational(entry) for entry in row.split()] for row in rows])


encoder_weights = decimals("0.5 0.2 -0.1 0.3", "0.1 -0.4 0.6 0.2")
encoder_bias = decimals("0.1", "-0.2")
decoder_weights = decimals("0.4 0.1", "-0.2 0.5", "0.3 -0.1", "0.2 0.4")
decoder_bias = decimals("0.05", "-0.1", "0.15", "0.0")
x = Tuple(1, 0, 1, 0)

encoder = sigmoid_layer(encoder_weights, x, encoder_bias)
z = Tuple(*(named(f"z_{{{k}}}", unit) for k, unit in enumerate(encoder, 1)))
decoder = sigmoid_layer(decoder_weights, z, decoder_bias)
x_hat = Tuple(*(named(rf"\hat{{x}}_{{{k}}}", unit) for k, unit in enumerate(decoder, 1)))
loss = Add(*((a - b) ** 2 for a, b in zip(x, x_hat)))

code = Sigmoid(Rational("0.5"))
reconstruction = tuple(
    Sigmoid(Rational(slope) * code + Rational(offset)) for slope, offset in (("0.5", "0.05"), ("0.3", "-0.1"), ("0.2", "0.15"), ("0.6", "0"))
)
squared_error = Add(*((a - b) ** 2 for a, b in zip(x, reconstruction)))


def of_code(k):
    derivation = start(z[k]).by(definition(Named), encoder[k]).by(definition(SigmoidLayer), code)
    return Part(Eq(z[k], code, evaluate=False), derivation, f"the code, unit {k + 1}")


def of_reconstruction(k):
    weighted = Add(*(decoder_weights[k, j] * z[j] for j in (0, 1)), decoder_bias[k])
    derivation = (
        start(x_hat[k])
        .by(definition(Named), decoder[k])
        .by(definition(SigmoidLayer), Sigmoid(weighted))
        .by(definition(Named, SigmoidLayer), reconstruction[k])
    )
    return Part(Eq(x_hat[k], reconstruction[k], evaluate=False), derivation, f"the reconstruction, unit {k + 1}")


of_loss = Part(
    Eq(loss, squared_error, evaluate=False),
    start(loss).by(definition(Named, SigmoidLayer), squared_error),
    "the squared error",
)
parts = (*map(of_code, (0, 1)), *map(of_reconstruction, range(4)), of_loss)
value = {"z1": code, "z2": code, **{f"x_hat{k}": u for k, u in enumerate(reconstruction, 1)}, "loss": squared_error}
sources = ("sheet A 1.1d, 1.1e", "sheet A (1) to (5)")
