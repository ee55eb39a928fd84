"""Small changes to an expression: its additive terms, and every way to change one place in it."""
from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True)
class Edit:
    """`old` replaced by `new` at one place gives `result`; `kind` names the slip."""

    kind: str
    old: sp.Expr
    new: sp.Expr
    result: sp.Expr


def decompositions(expr):
    """`expr` as a list of terms that add up to it: as it stands, multiplied out, and with logarithms taken apart.

    A sum over an index is taken apart into one sum per term.
    """
    found = []
    for form in (expr, _multiplied_out(expr), _multiplied_out(sp.expand_log(expr, force=True))):
        terms = [part for term in sp.Add.make_args(form) for part in _split_sum(term)]
        terms = list(sp.Add.make_args(sp.Add(*terms)))
        if terms not in found and len(terms) <= 40:
            found.append(terms)
    return found


def additive_terms(expr):
    """Each term of any decomposition of `expr`, once, with the decomposition it belongs to."""
    found = {}
    for terms in decompositions(expr):
        for term in terms:
            if len(terms) > 1 and term != 0:
                found.setdefault(term, terms)
    return found.items()


def single_edits(expr, alike, most=400):
    """Every change at one place of `expr`; `alike(a, b)` says whether two parameters are of the same kind."""
    symbols = sorted(expr.free_symbols | expr.atoms(sp.Indexed), key=str)
    count = 0
    for part, put in _places(expr, lambda new: new):
        for kind, new in _changes(part, symbols, alike):
            count += 1
            if count > most:
                return
            yield Edit(kind, part, new, put(new))


def _changes(part, symbols, alike):
    """What may stand in place of `part`."""
    if part.is_Symbol or isinstance(part, sp.Indexed):
        for other in symbols:
            if other != part and alike(part, other):
                yield "wrong_symbol", other
        if part.is_positive:
            yield "variance_for_deviation", part**2
        yield "wrong_exponent", part**2
        yield "complement", 1 - part
    elif part.is_Pow and part.exp.is_Rational:
        scale = part.base.is_positive and (part.base.is_Symbol or isinstance(part.base, sp.Indexed))
        for k in (part.exp / 2, part.exp * 2):
            yield "variance_for_deviation" if scale else "wrong_exponent", part.base**k
        for k in (part.exp + 1, part.exp - 1, -part.exp):
            yield "wrong_exponent", part.base**k
    elif part.is_Add and len(part.args) <= 12:
        for term in part.args:
            yield "sign_inside", part - 2 * term
        if len(part.args) == 2 and 1 in part.args:
            yield "complement", 1 - part
    elif isinstance(part, (sp.exp, sp.log)):
        inner = part.args[0]
        yield "sign_inside", part.func(-inner) if isinstance(part, sp.exp) else -part
        yield "wrong_exponent", part.func(2 * inner) if isinstance(part, sp.exp) else 2 * part
        yield "wrong_exponent", part.func(inner / 2) if isinstance(part, sp.exp) else part / 2


def _places(expr, put):
    """Every subexpression with the function that puts another one in its place."""
    yield expr, put
    if isinstance(expr, sp.Indexed):
        return
    for k, part in enumerate(expr.args):
        if isinstance(part, sp.Expr):
            yield from _places(part, lambda new, k=k: put(expr.func(*expr.args[:k], new, *expr.args[k + 1:])))


def _multiplied_out(expr):
    """Products of sums multiplied out, powers of sums left as they are; sums over an index likewise inside."""
    return _spread(expr.replace(lambda e: isinstance(e, sp.Sum), lambda e: sp.Sum(_spread(e.function), *e.limits)))


def _spread(expr):
    return sp.Add(*(sp.expand(term, **_only_products) for term in sp.Add.make_args(expr)))


def _split_sum(term):
    """c * Sum(a + b) as c * Sum(a), c * Sum(b); the sum of a constant as a product."""
    factor, rest = term.as_independent(sp.Sum, as_Add=False)
    if not isinstance(rest, sp.Sum) or len(rest.limits) > 1:
        return [term]
    index, low, high = rest.limits[0]
    parts = []
    for part in sp.Add.make_args(rest.function):
        number, varying = part.as_coeff_Mul()
        if varying.has(index):
            parts.append(factor * number * sp.Sum(varying, *rest.limits))
        else:
            parts.append(factor * part * (high - low + 1))
    return parts


_only_products = {"deep": False, "mul": True, "multinomial": False, "log": False, "power_base": False, "power_exp": False,
                  "basic": False}
