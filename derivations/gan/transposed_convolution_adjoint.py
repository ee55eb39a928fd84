"""A transposed convolution is the adjoint of the convolution: <conv x, y> = <x, conv^T y>.

In one dimension, for every stride, padding and kernel. The convolution gathers: each output sums what lies under the window at
its place. The transposed one scatters: each input puts the window down there, times itself. Both multiply the same pairs with
the same weights. It is not the inverse: of lengths alone it undoes the convolution, giving s (o - 1) + k - 2 p numbers for o.
"""

from sympy import Eq, IndexedBase, KroneckerDelta, Sum, Symbol

from derivations.autoencoders import autoencoder_shapes as shapes
from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Integers, Real, Vector
from derivations.language import Convolution, PaddedEntry, TransposedConvolution, WindowPlaces, integer
from derivations.rules import definition, earlier_claim, order_of_sums

n, k, o, s, i, j, m = integer("n k o s i j m")
p = Symbol("p", integer=True, nonnegative=True)
x, y, w = (IndexedBase(name, real=True) for name in "xyw")

parameters = (
    Parameter(x, Vector(Real(), n), "what the convolution reads"),
    Parameter(y, Vector(Real(), o), "what the transposed convolution reads"),
    Parameter(w, Vector(Real(), k), "the window's weights"),
    Parameter(s, Integers(1, 4), "by how much the window moves", keyword="stride"),
    Parameter(p, Integers(0, 2), "zeros that are put at each end", keyword="padding"),
)
gathered = Sum(y[j] * Convolution(x, n, w, k, s, p, j), (j, 1, o))
scattered = Sum(x[i] * TransposedConvolution(y, o, w, k, s, p, i), (i, 1, n))
meets = KroneckerDelta(i, s * (j - 1) + m - p)
over_i, over_j, over_m = (i, 1, n), (j, 1, o), (m, 1, k)
back = WindowPlaces(s * (o - 1) + k - 2 * p, k, s, p)

parts = (
    Part(
        Eq(gathered, scattered, evaluate=False),
        start(gathered)
        .by(definition(Convolution, PaddedEntry), Sum(y[j] * Sum(w[m] * Sum(x[i] * meets, over_i), over_m), over_j))
        .by(order_of_sums, Sum(x[i] * Sum(Sum(w[m] * y[j] * meets, over_m), over_j), over_i))
        .by(definition(TransposedConvolution), scattered),
        "The adjoint",
    ),
    Part(
        Eq(back, o, evaluate=False),
        start(back).by(earlier_claim("autoencoder_shapes", {shapes.n: o}, part=2), o),
        "The length that it gives",
    ),
)
value = {"inner product": scattered}
sources = ("sheet D 22c", "sheet C 2a", "Dumoulin & Visin 2016, section 4.1 and relationship 13")
