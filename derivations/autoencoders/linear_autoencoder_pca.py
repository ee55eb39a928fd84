"""A linear autoencoder loses at least the variance of the axes after the k-th, and PCA loses just that.

In the principal axes of centred data the coordinates are uncorrelated, and their variances are the eigenvalues of the
covariance. With k units that each carry one axis, x_i comes back as a_i b_i x_i: the loss is least where a_i b_i = 1, and
what remains are the eigenvalues of the axes that no unit carries, for any numbers of axes. That no mixture of the
axes does better is shown for one unit and three axes, whatever its weights: with W = w v^T the excess is a sum of squares.
"""

from sympy import Eq, Ge, IndexedBase, Product, Sum, sqrt

from derivations.claimfile import Parameter, Part
from derivations.coordinates import i, x
from derivations.derivation import start
from derivations.domains import Positive, Real, Vector
from derivations.language import E, Normal, integer, positive, real
from derivations.rules import gaussian_moments, independence, linearity, sum_of_squares

k, r = integer("k r")
kept, dropped = IndexedBase("lambda", positive=True), IndexedBase("kappa", positive=True)
a, b, y = (IndexedBase(name, real=True) for name in "aby")
one = real("u")

# --- any number of axes, one unit for each of the first k

carried = Sum((x[i] - a[i] * b[i] * x[i]) ** 2, (i, 1, k))
lost = Sum(y[i] ** 2, (i, 1, r))
on_kept, on_dropped = Product(Normal(0, sqrt(kept[i]))(x[i]), (i, 1, k)), Product(Normal(0, sqrt(dropped[i]))(y[i]), (i, 1, r))
loss = E(E(carried + lost, on_dropped, y), on_kept, x)
excess, tail = Sum(kept[i] * (1 - a[i] * b[i]) ** 2, (i, 1, k)), Sum(dropped[i], (i, 1, r))

of_kept = E((one - a[i] * b[i] * one) ** 2, Normal(0, sqrt(kept[i]))(one), one)
of_dropped = E(one**2, Normal(0, sqrt(dropped[i]))(one), one)
axis_by_axis = (
    start(loss)
    .by(independence, E(E(carried, on_dropped, y) + Sum(of_dropped, (i, 1, r)), on_kept, x))
    .by(linearity, E(carried, on_kept, x) + Sum(of_dropped, (i, 1, r)))
    .by(independence, Sum(of_kept, (i, 1, k)) + Sum(of_dropped, (i, 1, r)))
    .by(gaussian_moments, excess + tail)
)

# --- three axes, one unit with any weights; the eigenvalues fall by h^2 and g^2

l, g, h = positive("l"), *real("g h")
axes = x1, x2, x3 = real("x1 x2 x3")
w = w1, w2, w3 = real("w1 w2 w3")
v = v1, v2, v3 = real("v1 v2 v3")
least = 2 * l + g**2


def mixed_loss(w, v):
    """The mean squared error of x -> w (v . x)."""
    code = sum(n * m for n, m in zip(v, axes))
    error = sum((coordinate - n * code) ** 2 for coordinate, n in zip(axes, w))
    for coordinate, variance in zip(axes, (l + g**2 + h**2, l + g**2, l)):
        error = E(error, Normal(0, sqrt(variance))(coordinate), coordinate)
    return error


def minor(m, n):
    """w_m v_n - w_n v_m, squared."""
    return (w[m] * v[n] - w[n] * v[m]) ** 2


of_first = (1 - w1 * v1) ** 2 + (w2 * v1) ** 2 + (w3 * v1) ** 2
of_two = (1 - w1 * v1 - w2 * v2) ** 2 + minor(0, 1) + (w3 * v1) ** 2 + (w3 * v2) ** 2
of_all = (1 - w1 * v1 - w2 * v2 - w3 * v3) ** 2 + minor(0, 1) + minor(0, 2) + minor(1, 2)
squares = h**2 * of_first + g**2 * of_two + l * of_all
first_axis = mixed_loss((1, 0, 0), (1, 0, 0))

parts = (
    Part(Eq(loss, excess + tail, evaluate=False), axis_by_axis, "The loss, with a unit for each of k axes"),
    Part(Ge(loss, tail, evaluate=False), axis_by_axis.ge(sum_of_squares, tail), "It is at least the tail of the eigenvalues"),
    Part(
        Ge(mixed_loss(w, v), least, evaluate=False),
        start(mixed_loss(w, v)).by(gaussian_moments, least + squares).ge(sum_of_squares, least),
        "A unit that mixes three axes loses at least the two smaller eigenvalues",
    ),
    Part(
        Eq(first_axis, least, evaluate=False),
        start(first_axis).by(gaussian_moments, least),
        "A unit that carries the first axis loses just those",
    ),
)
parameters = (
    Parameter(kept, Vector(Positive(), k), "variances of the axes that a unit carries", keyword="kept"),
    Parameter(dropped, Vector(Positive(), r), "variances of the axes that none carries", keyword="dropped"),
    Parameter(a, Vector(Real(), k), "weights of the decoder", keyword="decoder"),
    Parameter(b, Vector(Real(), k), "weights of the encoder", keyword="encoder"),
    Parameter(l, Positive(), "the smallest of three eigenvalues l, l + g^2, l + g^2 + h^2", optional=True),
    Parameter(g, Real(), "root of what the second is larger by", optional=True),
    Parameter(h, Real(), "root of what the first is larger by than the second", optional=True),
    *(Parameter(n, Real(), f"weight {m} of the decoder, of a unit that mixes three axes", optional=True) for m, n in enumerate(w, 1)),
    *(Parameter(n, Real(), f"weight {m} of its encoder", optional=True) for m, n in enumerate(v, 1)),
)
value = {"loss": excess + tail, "least loss": tail}
sources = ("Bourlard & Kamp 1988", "Baldi & Hornik 1989, fact 4", "Eckart & Young 1936", "sheet L 1.1, PCA-Vergleich")
