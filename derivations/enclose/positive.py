"""Positive expressions, written so that their signs can be seen: 1 - a/(a + b) as b/(a + b)."""

from functools import lru_cache

from sympy import Add, cancel


@lru_cache(maxsize=256)
def positive_form(u):
    """The same quotient without differences, where `u` is a sum with differences that cancel; else `u` itself."""
    if not isinstance(u, Add) or all(a.is_positive for a in u.args):
        return u
    quotient = cancel(u)
    return quotient if quotient.is_positive else u
