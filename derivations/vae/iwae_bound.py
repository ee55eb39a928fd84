"""The importance-weighted bound rises with the number of draws, from the ELBO towards the log-evidence.

L_K averages K weights p(x, z_k) / q(z_k | x) before it takes the logarithm. For any densities: by Jensen's inequality it
is at most log p(x), and at least the mean of the K logarithms, which is the ELBO. And it rises: the mean of K + 1 weights
is the mean of the K + 1 means that leave one of them out, the logarithm is concave, and each of those is a mean of K
weights. L_1 is the ELBO; L_K does not decrease in K.
"""

from fractions import Fraction

from sympy import Le, Product, Sum, log

from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Integers, Interval, Positive, Real
from derivations.language import ELBO, IWAE, AllBut, Bernoulli, E, Int, Normal, integer, positive, real
from derivations.language.density import Law
from derivations.rules import algebra, definition, exchangeability, independence, jensen, leave_one_out, linearity, marginalisation

x, z, w, b = real("x z w b")
sigma, pi_, rho = positive("sigma pi rho")
K, k, j = integer("K k j")
p, q = Law("p"), Law("q")
joint, encoder = p(x, z), q(z, given=x)

bound, next_bound, elbo, evidence = IWAE(joint, encoder, K, z), IWAE(joint, encoder, K + 1, z), ELBO(joint, encoder, z), log(p(x))
draws, weight = bound.draws, bound.weight(k)
weights, more_weights = Sum(weight, (k, 1, K)), Sum(weight, (k, 1, K + 1))
one = joint / encoder
all_but = AllBut(more_weights, j)


def over(size, value):
    """The mean over so many independent draws."""
    return E(value, Product(encoder.xreplace({z: draws[k]}), (k, 1, size)), draws)


def in_turn(term):
    """Over the K + 1 draws."""
    return Sum(term, (j, 1, K + 1))


parts = (
    Part(
        Le(elbo, bound, evaluate=False),
        start(elbo)
        .by(definition(ELBO), E(log(joint) - log(encoder), encoder, z))
        .by(algebra, E(log(one), encoder, z))
        .by(linearity, Sum(E(log(one), encoder, z), (k, 1, K)) / K)
        .by(independence, over(K, Sum(log(weight), (k, 1, K)) / K))
        .le(jensen, over(K, log(weights / K)))
        .by(definition(IWAE), bound),
        "At least the ELBO",
    ),
    Part(
        Le(bound, next_bound, evaluate=False),
        start(bound)
        .by(definition(IWAE), over(K, log(weights / K)))
        .by(exchangeability, in_turn(over(K + 1, log(all_but / K))) / (K + 1))
        .by(linearity, over(K + 1, in_turn(log(all_but / K)) / (K + 1)))
        .le(jensen, over(K + 1, log(in_turn(all_but / K) / (K + 1))))
        .by(linearity, over(K + 1, log(in_turn(all_but) / (K * (K + 1)))))
        .by(leave_one_out, over(K + 1, log(more_weights / (K + 1))))
        .by(definition(IWAE), next_bound),
        "It rises with every draw",
    ),
    Part(
        Le(bound, evidence, evaluate=False),
        start(bound)
        .by(definition(IWAE), over(K, log(weights / K)))
        .le(jensen, log(over(K, weights / K)))
        .by(independence, log(Sum(E(one, encoder, z), (k, 1, K)) / K))
        .by(linearity, log(E(one, encoder, z)))
        .by(definition(E), log(Int(joint, z)))
        .by(marginalisation, evidence),
        "At most the log-evidence",
    ),
)
parameters = (
    Parameter(x, Real(), "the observation"),
    Parameter(K, Integers(1, 3), "number of draws", keyword="K"),
    Parameter(pi_, Interval(Fraction(0), Fraction(1)), "probability that z is 1, where z is a bit", keyword="prior"),
    Parameter(w, Real(), "slope of the decoder's mean w z + b"),
    Parameter(b, Real(), "offset of the decoder's mean"),
    Parameter(sigma, Positive(), "standard deviation of the decoder, p(x | z) = N(w z + b, sigma^2)"),
    Parameter(rho, Interval(Fraction(0), Fraction(1)), "probability that the encoder gives to z = 1", keyword="encoder"),
)
conditions = (POSITIVE, FINITE)
unit = "nats"
instance = {
    joint: Normal(w * z + b, sigma)(x) * Bernoulli(pi_)(z),
    p(x): pi_ * Normal(w + b, sigma)(x) + (1 - pi_) * Normal(b, sigma)(x),
    encoder: Bernoulli(rho)(z),
}
value = {"bound": bound}
sources = ("Burda, Grosse & Salakhutdinov 2016, theorem 1",)
