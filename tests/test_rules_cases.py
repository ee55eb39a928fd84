"""Case distinction, and leaky ReLU as a maximum."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Abs, Derivative, Integer, Max, Min, Piecewise, Sum, Symbol, sign

import derivations
import verify
from derivations.checker import Context, check_claim
from derivations.domains import ClosedInterval, Interval, Real
from derivations.enclose import Balls, Unevaluable
from derivations.gan.leaky_relu_max import alpha, x
from derivations.language import E, LeakyReLU, Normal, latex, real
from derivations.rules import cases
from derivations.rules.rule import StepError

CLAIM = derivations.claim("leaky_relu_max")
i, n = (Symbol(name, integer=True, positive=True) for name in "in")
y = real("y")
leaky = LeakyReLU(x, alpha).definition()


def accepts(before, after, rule=cases(x), claim=CLAIM, relation="="):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


def with_slopes(domain):
    return replace(CLAIM, parameters=(CLAIM.parameters[0], replace(CLAIM.parameters[1], domain=domain)))


def test_what_agrees_in_every_case():
    assert accepts(leaky, Max(x, alpha * x)) and accepts(Max(x, alpha * x), leaky)
    assert accepts(Abs(x), Max(x, -x)) and accepts(Abs(x), x * sign(x)) and accepts(Max(0, x) + Min(0, x), x)


@pytest.mark.parametrize(
    "before, after",
    [
        (leaky, Min(x, alpha * x)),
        (leaky, Max(x, -alpha * x)),
        (leaky, Max(0, x)),
        (leaky, alpha * Max(x, alpha * x)),
        (leaky, Max(alpha * x, alpha**2 * x)),
        (leaky, x),  # right for positive x alone
        (leaky, alpha * x),
        (Abs(x), x), (Abs(x), -x), (sign(x) ** 2, Integer(1)),  # wrong at 0 alone
        (Piecewise((x, x > 0), (1, True)), Piecewise((x, x >= 0), (1, True))),  # at 0 alone
        (Max(x, y), x),  # nothing is known of y
        (Derivative(Abs(x), x), sign(x)),
        (Sum(x, (x, 1, n)), Sum(Abs(x), (x, 1, n))),
        (E(Abs(x), Normal(0, 1)(x), x), E(x, Normal(0, 1)(x), x)),
    ],
)  # fmt: skip
def test_refused(before, after):
    assert not accepts(before, after)


def test_only_equalities_of_real_variables_that_occur():
    assert not accepts(leaky, Max(x, alpha * x), relation="<=")
    assert not accepts(leaky, Max(x, alpha * x), rule=cases(y))
    z = Symbol("z")
    assert not accepts(Abs(z), Max(z, -z), rule=cases(z))  # not known to be real
    assert not accepts(leaky, leaky)


@pytest.mark.parametrize("domain", [Real(), ClosedInterval(Fraction(0), Fraction(2)), ClosedInterval(Fraction(-1), Fraction(11, 10)), Interval(Fraction(0), Fraction(3))])
def test_slopes_above_one_are_refused(domain):
    claim = with_slopes(domain)
    assert not accepts(leaky, Max(x, alpha * x), claim=claim)
    assert not check_claim(claim).ok


def test_negative_slopes_up_to_one_are_as_good():
    assert accepts(leaky, Max(x, alpha * x), claim=with_slopes(ClosedInterval(Fraction(-3), Fraction(1))))
    assert accepts(leaky, Min(x, alpha * x), claim=with_slopes(ClosedInterval(Fraction(1), Fraction(3))))


def test_a_closed_interval_has_its_ends_and_nothing_beyond():
    assert verify.leaky_relu_max(x=-2, alpha=1).value == -2 and verify.leaky_relu_max(x=-2, alpha=0).value == 0
    assert verify.leaky_relu_max(x=-2, alpha=0.25).value == -0.5 and verify.leaky_relu_max(x=3, alpha=0.25).value == 3
    for outside in (1.0001, -0.0001):
        with pytest.raises(ValueError, match="alpha"):
            verify.leaky_relu_max(x=1, alpha=outside)


def test_numbers_settle_conditions_only_where_they_are_certain():
    from flint import acb, arb

    assert Balls({x: -2, alpha: Fraction(1, 4)})(leaky) == -0.5
    assert Balls({x: 0, alpha: Fraction(1, 4)})(leaky) == 0
    with pytest.raises(Unevaluable):
        Balls({x: acb(arb(0, 1e-9)), alpha: Fraction(1, 4)})(leaky)


@pytest.mark.parametrize("wrong", ["min(x, alpha*x)", "max(x, -alpha*x)", "max(0, x)", "x"])
def test_wrong_formulas_are_refuted(wrong):
    assert verify.leaky_relu_max(claim=wrong).status == "refuted"


def test_a_power_of_an_exponential_prints_with_brackets():
    """The normal form is shown on pages, and two superscripts on one base are no LaTeX."""
    from derivations.rules.algebra import _Exponential

    assert latex(_Exponential(x) ** 2) == r"\left(e^{x}\right)^{2}"
