"""Rigorous numbers: every expression of the language, evaluated in ball arithmetic.

A ball is a midpoint with a proven error radius; what comes out encloses the true value. Nothing here
shares code with the rules, so that the two can contradict each other.
"""

from derivations.enclose.balls import Balls, Unevaluable, interval, precision
from derivations.enclose.refine import enclose_to
from derivations.enclose.tables import Tables
