"""DDPM's variational bound splits into the prior's term, one divergence per step, and a reconstruction.

The bound on -log p(x_0) is the mean, over the noising chain, of the log-ratio of its steps to the model's. Bayes turns every step
of the chain around, given x_0; of the marginals that this brings in all but the last and the first cancel. What is left
compares laws of one state at a time: L_T = KL(q_T(x_T | x_0) || p(x_T)), for every step the divergence of the chain's posterior
from the model's step, and L_0 = -E log p(x_0 | x_1). For any model, and any number T of steps. Each term stands under the law
of the two states that it speaks of; the others integrate to 1.
"""

from sympy import Eq, Sum, log

from derivations.claimfile import Parameter
from derivations.conditions import FINITE, MARKOV, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import KL, E, ForwardMarginal, Int, Normal, ReverseDensity, integer, positive, real, transition
from derivations.language.density import Law
from derivations.noising import Step, beta, betas, t, x0, x_after, xt
from derivations.rules import algebra, definition, fubini, linearity, telescoping

T, n = integer("T n")
x1, xT, w, b = real("x_1 x_T w b")
s = positive("s")

prior = Law("p")(xT)
model = Law("p", t + 1)(xt, given=x_after)
first = Law("p", 1)(xt, given=x_after).xreplace({xt: x0, x_after: x1})
parameters = (
    betas,
    Parameter(T, Step(1, 3), "the number of steps"),
    Parameter(x0, Real(), "the data", keyword="x0"),
    Parameter(w, Real(), "slope of the mean of a model p(x_t | x_(t+1)) = N(w x_(t+1) + b, s^2)", optional=True),
    Parameter(b, Real(), "its value at 0", optional=True),
    Parameter(s, Positive(), "its standard deviation", optional=True),
)
conditions, unit = (MARKOV, POSITIVE, FINITE), "nats"
instance = {prior: Normal(0, 1)(xT), Law("p", n)(xt, given=x_after): Normal(w * x_after + b, s)(xt)}


def marginal(x, t):
    return ForwardMarginal(x, x0, beta, t)


def entropy_term(x, t):
    """The mean of log q_t(x_t | x_0)."""
    return E(log(marginal(x, t)), marginal(x, t), x)


def over_steps(term):
    return Sum(term, (t, 1, T - 1))


step, posterior = transition(x_after, xt, beta, t + 1), ReverseDensity(xt, x_after, x0, beta, t + 1)
now, after = marginal(xt, t), marginal(x_after, t + 1)
turned = posterior * after / now
bound_at_first = E(log(marginal(x1, 1)) - log(first), marginal(x1, 1), x1)
prior_term = E(log(prior), marginal(xT, T), xT)
bound = bound_at_first + over_steps(E(E(log(step) - log(model), step, x_after), now, xt)) - prior_term

L_T = KL(marginal(xT, T), prior, xT)
L_t = E(KL(posterior, model, xt), after, x_after)
L_0 = -E(log(first), marginal(x1, 1), x1)


def whole(term):
    """The bound with the terms of its steps written so."""
    return bound_at_first + over_steps(term) - prior_term


ratio = log(posterior) - log(model)
weighed = ratio + log(after)
derivation = (
    start(bound)
    .by(definition(ReverseDensity), whole(E(E(log(turned) - log(model), step, x_after), now, xt)), "Bayes")
    .by(algebra, whole(E(E(weighed - log(now), step, x_after), now, xt)))
    .by(linearity, whole(E(E(weighed, step, x_after), now, xt) - entropy_term(xt, t)))
    .by(definition(E), whole(Int(now * Int(weighed * step, x_after), xt) - Int(now * log(now), xt)))
    .by(definition(ReverseDensity), whole(Int(now * Int(weighed * turned, x_after), xt) - Int(now * log(now), xt)), "Bayes")
    .by(linearity, whole(Int(Int(weighed * posterior * after, x_after), xt) - Int(now * log(now), xt)))
    .by(fubini, whole(Int(Int(weighed * posterior * after, xt), x_after) - Int(now * log(now), xt)))
    .by(linearity, whole(Int(after * Int(weighed * posterior, xt), x_after) - Int(now * log(now), xt)))
    .by(definition(E), whole(E(E(weighed, posterior, xt), after, x_after) - entropy_term(xt, t)))
    .by(linearity, whole(E(E(ratio, posterior, xt), after, x_after) + entropy_term(x_after, t + 1) - entropy_term(xt, t)))
    .by(definition(KL), whole(L_t + entropy_term(x_after, t + 1) - entropy_term(xt, t)))
    .by(telescoping, bound_at_first + over_steps(L_t) + entropy_term(xT, T) - entropy_term(x1, 1) - prior_term)
    .by(linearity, E(log(marginal(xT, T)) - log(prior), marginal(xT, T), xT) + over_steps(L_t) + L_0)
    .by(definition(KL), L_T + over_steps(L_t) + L_0)
)
statement = Eq(bound, L_T + over_steps(L_t) + L_0, evaluate=False)
sources = ("sheet A 4.1b", "Ho et al. 2020, equations (3) and (5), appendix A", "Sohl-Dickstein et al. 2015, appendix B")
