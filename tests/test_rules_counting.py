"""Counting: entries, parameters, the places of a window."""

import pytest
from sympy import Max, Sum, Symbol, floor

import derivations
import verify
from derivations.autoencoders.autoencoder_shapes import d, k, n, p, places, s
from derivations.checker import Context
from derivations.enclose import Balls, Unevaluable
from derivations.language import Entries, Multiples, WindowPlaces, real
from derivations.rules import algebra, counting, definition, linearity
from derivations.rules.rule import StepError

CLAIM = derivations.claim("autoencoder_shapes")
i, j = Symbol("i", integer=True, positive=True), Symbol("j", integer=True, positive=True)


def accepts(rule, before, after):
    try:
        return bool(rule.replay(before, "=", after, Context(CLAIM)))
    except StepError:
        return False


def test_multiples_are_counted():
    room = n + 2 * p - k
    before = Multiples(room, s)
    assert accepts(counting(), before, Max(0, floor(room / s) + 1))
    for wrong in (floor(room / s) + 1, Max(0, floor(room / s)), Max(0, floor(room / s) - 1), Max(0, floor(s / room) + 1), Max(1, floor(room / s) + 1)):
        assert not accepts(counting(), before, wrong)
    assert accepts(counting(), Multiples(s * (n - 1), s), n)
    assert not accepts(counting(), Multiples(s * n, s), n)
    assert not accepts(counting(), Multiples(real("u"), s), Max(0, floor(real("u") / s) + 1))  # no integer
    shift = Symbol("q", integer=True)
    assert not accepts(counting(), Multiples(n, shift), Max(0, floor(n / shift) + 1))  # may be negative, or zero
    assert not accepts(algebra(), before, Max(0, floor(room / s) + 1))


def test_windows_and_entries_are_their_definitions():
    rule = definition(WindowPlaces)
    assert accepts(rule, places, Multiples(n + 2 * p - k, s))
    for wrong in (Multiples(n + p - k, s), Multiples(n + 2 * p - k, k), Multiples(n + 2 * p - s, s), Multiples(n + 2 * p - k + 1, s)):
        assert not accepts(rule, places, wrong)
    entries = Entries(d, n).definition()
    assert accepts(linearity(), entries, d * n)
    for wrong in (d + n, d * d, n * n, 2 * d * n, -d * n):
        assert not accepts(linearity(), entries, wrong)


def test_a_double_sum_is_not_taken_apart_where_its_indices_hang_together():
    triangle = Sum(Sum(j, (j, 1, i)), (i, 1, n))
    assert not accepts(linearity(), triangle, n * Sum(j, (j, 1, i)))
    assert accepts(linearity(), Sum(Sum(1, (j, 1, i)), (i, 1, n)), Sum(i, (i, 1, n)))
    assert Balls({n: 4})(triangle) == 1 + 3 + 6 + 10


@pytest.mark.parametrize(("room", "stride"), [(-5, 2), (-1, 3), (0, 1), (6, 3), (7, 3), (8, 3), (9, 4)])
def test_the_formula_counts_what_is_counted(room, stride):
    counted = Balls()(Multiples(room, stride))
    assert counted == sum(stride * k <= room for k in range(50))
    m = Symbol("m", integer=True)
    assert Balls({m: room, s: stride})(Max(0, floor(m / s) + 1)) == counted


def test_a_window_that_does_not_move_has_no_last_place():
    for stride in (0, -1):
        with pytest.raises(Unevaluable, match="no end"):
            Balls({n: 3})(Multiples(n, stride))


def test_an_uncertain_integer_part_is_refused():
    from flint import acb, arb

    with pytest.raises(Unevaluable, match="either side"):
        Balls({real("u"): acb(arb(2, 1e-9))})(floor(real("u")))


def test_the_numbers_of_the_sheet():
    assert verify.autoencoder_compression_ratio.numpy()(28, 28, 32) == 24.5
    parameters, convolution, transposed = verify.autoencoder_shapes.numpy()(784, 32, 4, 2, 1)
    assert (parameters, convolution, transposed) == (50_992, 392, 1568)


@pytest.mark.parametrize("name", ["autoencoder_compression_ratio", "autoencoder_shapes"])
def test_no_step_can_be_corrupted(name):
    claim = derivations.claim(name)
    for part in claim.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            for wrong in (-step.result, 2 * step.result, step.result + 1, step.result.xreplace({n: d})):
                if wrong != step.result:
                    assert not accepts(step.rule, before, wrong)
            before = step.result
