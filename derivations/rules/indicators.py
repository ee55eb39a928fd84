"""Indicators of inequalities: what is between two numbers, and the mean of an indicator."""

from sympy import Abs, Symbol

from derivations.language import E, Indicator, Int, Probability
from derivations.language.word import depends, real
from derivations.rules.pushforward import is_in_unit_interval, is_uniform
from derivations.rules.rule import Normaliser, bottom_up


class length_between(Normaliser):
    """|a - b| is the integral over t of |1[a <= t] - 1[b <= t]|; for a and b in [0, 1] and uniform u, E|1[u <= a] - 1[u <= b]|."""

    name = "length between two numbers"
    summary = (
        "Of two inequalities with different thresholds exactly one holds between the thresholds, which is a length of |a - b|; "
        "so too of the interval (0, 1), where both lie in it."
    )

    def normal(self, expr, context):
        return bottom_up(expr, _length)


def _length(node):
    if isinstance(node, Int) and on_the_line(node.bound):
        ends = _thresholds(node.integrand, lambda event: event.lesser if event.greater == node.bound else None)
        return Abs(ends[0] - ends[1]) if ends and not any(depends(a, node.bound) for a in ends) else node
    if isinstance(node, E) and is_uniform(node.density, node.bound):
        ends = _thresholds(node.integrand, lambda event: event.greater if event.lesser == node.bound else None)
        inside = ends and all(is_in_unit_interval(a) and not depends(a, node.bound) for a in ends)
        return Abs(ends[0] - ends[1]) if inside else node
    return node


def on_the_line(variable):
    """Is it a symbol of which nothing is declared but that it is a real number, so that it runs through the whole line?"""
    return isinstance(variable, Symbol) and variable.assumptions0 == real("t").assumptions0


def _thresholds(size, of_event):
    """(a, b) where `size` is |1[..] - 1[..]| of two events with these thresholds; None for anything else."""
    if not isinstance(size, Abs) or not size.args[0].is_Add or len(size.args[0].args) != 2:
        return None
    plus, minus = size.args[0].args
    if not isinstance(plus, Indicator):
        plus, minus = minus, plus
    if not (isinstance(plus, Indicator) and isinstance(-minus, Indicator)):
        return None
    ends = of_event(plus), of_event(-minus)
    return None if None in ends else ends


class mean_of_indicator(Normaliser):
    """E[1[a <= b]] = P(a <= b)."""

    name = "mean of an indicator"
    summary = "The mean of the indicator of an event is the probability of the event."

    def normal(self, expr, context):
        return bottom_up(expr, _probability)


def _probability(node):
    if isinstance(node, E) and isinstance(node.integrand, Indicator):
        return Probability(node.integrand.lesser, node.integrand.greater, node.density, node.bound)
    return node
