"""Several independent draws: their laws, their means, and one of them left out."""

import pytest
from flint import acb
from sympy import IndexedBase, Product, Sum, exp, log

import derivations
import verify
from derivations.checker import Context
from derivations.enclose import Balls, precision
from derivations.language import IWAE, AllBut, Bernoulli, E, Normal, integer, positive, real
from derivations.rules import algebra, exchangeability, independence, jensen, leave_one_out, linearity
from derivations.rules.rule import StepError
from derivations.vae.iwae_bound import K, all_but, bound, draws, elbo, encoder, evidence, in_turn, j, k, more_weights, next_bound, over, weight, weights, x, z

CLAIM = derivations.claim("iwae_bound")
a, n = positive("a"), integer("n")
u = real("u")
v = IndexedBase("v", positive=True)


def accepts(rule, before, after, relation="=", claim=CLAIM):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


def test_the_mean_of_logarithms_is_at_most_the_logarithm_of_the_mean():
    before, after = over(K, Sum(log(weight), (k, 1, K)) / K), over(K, log(weights / K))
    assert accepts(jensen(), before, after, "<=")
    assert not accepts(jensen(), before, after, ">=") and not accepts(jensen(), before, after)
    assert not accepts(jensen(), -before, -after, "<=") and accepts(jensen(), -before, -after, ">=")
    for wrong in (over(K, Sum(log(weight), (k, 1, K))), over(K, Sum(log(weight), (k, 1, K)) / (K + 1)), over(K, Sum(weight, (k, 1, K)) / K)):
        assert not accepts(jensen(), wrong, after, "<=")
    assert not accepts(jensen(), over(K, Sum(log(weight), (k, 0, K)) / K), after, "<=")
    assert not accepts(jensen(), before, over(K, log(weights)), "<=")
    signed = IndexedBase("s", real=True)  # logarithms of what may be negative
    assert not accepts(jensen(), over(K, Sum(log(signed[k]), (k, 1, K)) / K), over(K, log(Sum(signed[k], (k, 1, K)) / K)), "<=")


def test_every_term_is_left_out_once():
    before, total = Sum(AllBut(Sum(v[k], (k, 1, n)), j), (j, 1, n)), Sum(v[k], (k, 1, n))
    assert accepts(leave_one_out(), before, (n - 1) * total)
    for wrong in (n * total, (n + 1) * total, total, -(n - 1) * total, (n - 1) * Sum(v[k], (k, 1, n - 1))):
        assert not accepts(leave_one_out(), before, wrong)
    assert not accepts(leave_one_out(), Sum(AllBut(total, j), (j, 1, n + 1)), n * total)  # for j = n + 1 nothing is left out
    assert not accepts(leave_one_out(), Sum(AllBut(total, j) ** 2, (j, 1, n)), (n - 1) ** 2 * total)
    assert not accepts(leave_one_out(), Sum(j * AllBut(total, j), (j, 1, n)), (n - 1) * Sum(j, (j, 1, n)) * total)
    assert not accepts(algebra(), before, (n - 1) * total) and not accepts(linearity(), before, (n - 1) * total)


def test_a_sum_of_others_is_positive_only_where_one_is_left():
    assert AllBut(Sum(v[k], (k, 1, n + 1)), j).is_positive
    assert AllBut(Sum(v[k], (k, 1, n)), j).is_positive is None  # n may be 1
    assert AllBut(Sum(v[k] - 1, (k, 1, n + 1)), j).is_positive is None
    at = Balls({v: [1, 2, 4]})
    assert at(AllBut(Sum(v[k], (k, 1, 3)), 2)) == 5 and at(AllBut(Sum(v[k], (k, 1, 3)), 7)) == 7


def test_whichever_draw_is_left_out_the_others_have_one_law():
    before = in_turn(over(K + 1, log(all_but / K)))
    assert accepts(exchangeability(), before, (K + 1) * over(K, log(weights / K)))
    for wrong in (K * over(K, log(weights / K)), (K + 1) * over(K + 1, log(more_weights / K)), (K + 1) * over(K, log(weights / (K + 1))), -before):
        assert not accepts(exchangeability(), before, wrong)
    draw = draws[1]
    for other in (
        in_turn(over(K + 1, log(all_but / K) * exp(draw))),  # which speaks of a draw besides
        in_turn(over(K + 1, j * log(all_but / K))),  # and of its place
        Sum(over(K + 1, log(all_but / K)), (j, 1, K)),  # of too few places
        in_turn(over(K, log(all_but / K))),  # of too few draws
    ):
        assert not accepts(exchangeability(), other, other.xreplace({before.function: over(K, log(weights / K))}))
        assert not accepts(exchangeability(), other, (K + 1) * over(K, log(weights / K)))
    assert not accepts(exchangeability(), in_turn(over(K + 1, j * log(all_but / K))), (K + 1) * over(K, j * log(weights / K)))
    unlike = Product(Normal(k, 1)(draws[k]), (k, 1, K + 1))  # draws with laws of their own
    moved = AllBut(Sum(exp(draws[k]), (k, 1, K + 1)), j)
    left = in_turn(E(moved, unlike, draws))
    right = (K + 1) * E(Sum(exp(draws[k]), (k, 1, K)), Product(Normal(k, 1)(draws[k]), (k, 1, K)), draws)
    assert not accepts(exchangeability(), left, right)


def test_abstract_draws_are_independent_too():
    before, after = over(K, Sum(log(weight), (k, 1, K))), Sum(E(log(bound.weight(k).xreplace({draws[k]: z})), encoder, z), (k, 1, K))
    assert accepts(independence(), before, after)
    assert not accepts(independence(), before, K * after) and not accepts(independence(), before, -after)
    hanging = E(Sum(log(v[k]) * draws[k], (k, 1, K)), Product(Normal(draws[1], 1)(draws[k]), (k, 1, K)), draws)  # on the first draw
    assert not accepts(independence(), hanging, Sum(log(v[k]) * E(u, Normal(draws[1], 1)(u), u), (k, 1, K)))


def test_the_mean_of_a_sum_is_the_sum_of_the_means():
    before = E(Sum(v[k] * u, (k, 1, n)), Normal(0, a)(u), u)
    assert accepts(linearity(), before, Sum(E(v[k] * u, Normal(0, a)(u), u), (k, 1, n)))
    assert not accepts(linearity(), before, n * E(v[k] * u, Normal(0, a)(u), u))
    captured = E(Sum(v[k] * u, (k, 1, n)), Normal(k, a)(u), u)  # the k of the law is another one
    assert not accepts(linearity(), captured, Sum(E(v[k] * u, Normal(k, a)(u), u), (k, 1, n)))


def test_no_step_can_be_corrupted():
    for part in CLAIM.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            for wrong in (-step.result, 2 * step.result, step.result + 1, step.result.xreplace({encoder: encoder.xreplace({z: x})})):
                if wrong != step.result:
                    assert not accepts(step.rule, before, wrong, step.relation)
            assert not accepts(step.rule, before, step.result, {"=": "<=", "<=": ">="}[step.relation])
            before = step.result


@pytest.mark.parametrize("size", [1, 2, 3])
def test_bits_are_summed_over(size):
    """By hand: E log mean_k f(z_k) over independent bits."""
    from itertools import product
    from math import log as ln

    f = 1 + 3 * draws[k]
    mean = E(log(Sum(f, (k, 1, size)) / size), Product(Bernoulli(a)(draws[k]), (k, 1, size)), draws)
    by_hand = sum(0.3 ** sum(b) * 0.7 ** (size - sum(b)) * ln(sum(1 + 3 * c for c in b) / size) for b in product((0, 1), repeat=size))
    with precision(96):
        assert abs(float(Balls({a: acb("0.3")})(mean).real) - by_hand) < 1e-14
    import numpy

    from derivations.compile import evaluate

    assert evaluate(mean, {a: 0.3}, numpy) == pytest.approx(by_hand, rel=1e-14)


def test_one_draw_gives_the_elbo_and_many_come_close_to_the_evidence():
    point = {"x": 0.7, "prior": 0.4, "w": 2.0, "b": -1.0, "sigma": 0.8, "encoder": 0.6}
    found = [float(verify.iwae_bound.numpy()(K=size, **point)) for size in (1, 2, 4, 8)]
    with precision(96):
        from derivations.enclose.points import Point

        symbols = {p.name: p.symbol for p in CLAIM.parameters}
        at = Point({symbols[name]: value for name, value in point.items()}, CLAIM.instance)
        lowest, highest = (float(at.evaluate(side).real) for side in (elbo, evidence))
    assert found[0] == pytest.approx(lowest, rel=1e-13)
    assert found == sorted(found) and lowest < found[-1] < highest
    assert isinstance(next_bound, IWAE)
