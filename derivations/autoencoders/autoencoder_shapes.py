"""Shapes and sizes of autoencoders: the parameters of a dense one, and what convolutions make of a length.

A dense layer with n inputs and m outputs has an m x n matrix of weights and m biases. The 784-32-784 autoencoder of the
sheet has a 32 x 784 and a 784 x 32 matrix, 32 and 784 biases: 50,992 parameters. A convolution gives one number for each
place of its window, which fits nowhere if it is longer than the padded input. A transposed convolution undoes that for
lengths: of the lengths that a convolution takes to n it gives the shortest, s (n - 1) + k - 2 p.
"""

from sympy import Eq, Max, Symbol, floor

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Integers
from derivations.language import DenseParameters, Entries, Multiples, WindowPlaces, integer
from derivations.rules import counting, definition, linearity

n, d, k, s = integer("n d k s")
p = Symbol("p", integer=True, nonnegative=True)

parameters = (
    Parameter(n, Integers(1, 300), "numbers that the encoder reads", keyword="input_dim"),
    Parameter(d, Integers(1, 9), "numbers in the code", keyword="latent_dim"),
    Parameter(k, Integers(1, 200), "entries of the convolution's window", keyword="kernel", optional=True),
    Parameter(s, Integers(1, 4), "by how much the window moves", keyword="stride", optional=True),
    Parameter(p, Integers(0, 200), "zeros that are put at each end", keyword="padding", optional=True),
)
total = DenseParameters(n, d) + DenseParameters(d, n)
weights, code_biases, pixel_biases = Entries(d, n), Entries(d), Entries(n)
places = WindowPlaces(n, k, s, p)
transposed = s * (n - 1) + k - 2 * p
back = WindowPlaces(transposed, k, s, p)
convolved = Max(0, floor((n + 2 * p - k) / s) + 1)

parts = (
    Part(
        Eq(total, 2 * d * n + d + n, evaluate=False),
        start(total)
        .by(definition(DenseParameters), Entries(d, n) + Entries(d) + Entries(n, d) + Entries(n))
        .by(definition(Entries), Entries(d, n).definition() + Entries(d).definition() + Entries(n, d).definition() + Entries(n).definition())
        .by(linearity, 2 * d * n + d + n),
        "The parameters of a dense autoencoder",
    ),
    Part(
        Eq(places, convolved, evaluate=False),
        start(places).by(definition(WindowPlaces), Multiples(n + 2 * p - k, s)).by(counting, convolved),
        "The length that a convolution gives",
    ),
    Part(
        Eq(back, n, evaluate=False),
        start(back).by(definition(WindowPlaces), Multiples(s * (n - 1), s)).by(counting, n),
        "The length that a transposed convolution gives is taken back",
    ),
    Part(
        Eq(WindowPlaces(transposed - 1, k, s, p), n - 1, evaluate=False),
        start(WindowPlaces(transposed - 1, k, s, p)).by(definition(WindowPlaces), Multiples(s * (n - 1) - 1, s)).by(counting, n - 1),
        "No shorter one is",
    ),
)
value = {"parameters": 2 * d * n + d + n, "convolution": convolved, "transposed convolution": transposed}
sources = ("sheet A 1.1a, 1.1b", "sheet L 1.1 (4), (5)", "Dumoulin & Visin 2016, relationships 6 and 13")
