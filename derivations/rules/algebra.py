"""Algebra with logarithms, exponentials and roots, under the declared signs."""

from sympy import Add, Mul, Number, Pow, Product, S, Sum, cancel, exp, expand_power_base, factor_list, log, symbols, together
from sympy.printing.precedence import PRECEDENCE

from derivations.language.word import Binder, Word
from derivations.rules.rule import Normaliser, bottom_up, rebuild


class algebra(Normaliser):
    """Ring arithmetic, and the laws of logarithms, exponentials and roots for positive arguments."""

    summary = (
        "Arithmetic; log of a product, quotient or power is split where the factors are known to be positive; "
        "exp of a sum is split, and e^-u is 1 / e^u; roots of products of positive factors are split."
    )

    def normal(self, expr, context):
        self.require_positive(context, expr)
        return _of_one_sign(split(expr))

    def idle(self, before, after):
        return False


class _Exponential(Word):
    """e^u as a generator of ring arithmetic: SymPy turns 1 / exp(u) back into exp(-u)."""

    is_positive = True
    precedence = PRECEDENCE["Pow"]  # so that a power of it is printed with brackets

    def _latex(self, printer):
        return printer._print(exp(self.args[0]))


def _of_one_sign(expr):
    """e^-u as 1 / e^u, so that the two cancel."""
    if not expr.has(exp):
        return expr

    def change(node):
        if not isinstance(node, exp):
            return node
        (u,) = node.args
        return 1 / _Exponential(-u) if u.could_extract_minus_sign() else _Exponential(u)

    return bottom_up(expr, change)


def split(expr):
    """Logarithms, exponentials and roots split as far as the declared signs allow."""
    if isinstance(expr, Binder):
        return expr.func(*(split(a) for a in expr.args[:-1]), expr.bound)
    expr = rebuild(expr, split)
    if isinstance(expr, log):
        return split_log(expr.args[0])
    if isinstance(expr, exp):
        return split_exp(expr.args[0])
    if isinstance(expr, Pow) and expr.exp.is_Rational and not expr.exp.is_Integer:
        return _split_root(expr)
    if isinstance(expr, Sum):
        return _split_sum(expr)
    return expr


def split_log(u):
    """log(u) as a sum over the factors of u, if all of them are known to be positive."""
    if isinstance(u, exp):
        return u.args[0] if u.args[0].is_real else log(u)
    if isinstance(u, Product) and u.function.is_positive:
        return _split_sum(Sum(split_log(u.function), *u.limits))
    u = together(u)
    constant, factors = _factors(u)
    if not constant.is_positive or not all(base.is_positive and power.is_real for base, power in factors):
        return log(cancel(u))
    if len(factors) == 1 and constant == 1 and factors[0] == (u, 1):
        return log(cancel(u)) if isinstance(u, Add) else log(u)
    total = _log_number(constant)
    for base, power in factors:
        total += power * (split_log(base) if base != u else log(base))
    return total


def _log_number(q):
    """log of a positive rational, over its primes."""
    if not q.is_Rational:
        return log(q)
    return Add(*(k * log(prime) for prime, k in q.factors().items() if prime != 1))


def split_exp(u):
    """exp(u) as a product over the terms of u; exp(k log v) as v**k."""
    product = S.One
    for term in Add.make_args(u.expand()):
        coefficient, rest = term.as_coeff_Mul()
        logs = [a for a in Mul.make_args(rest) if isinstance(a, log)]
        if len(logs) == 1 and logs[0].args[0].is_positive:
            product *= logs[0].args[0] ** (term / logs[0])
        else:
            product *= exp(term)
    return product


def _split_root(power):
    """A root of a product of positive factors, over the factors."""
    constant, factors = _factors(together(power.base))
    if len(factors) + (constant != 1) < 2 or not constant.is_positive:
        return expand_power_base(power)
    if not all(base.is_positive for base, _ in factors):
        return power
    return constant**power.exp * Mul(*(base ** (k * power.exp) for base, k in factors))


def _split_sum(total):
    """A finite sum over the terms of its summand, constants outside."""
    index, low, high = total.limits[0]
    if len(total.limits) > 1:
        return total
    result = S.Zero
    for term in Add.make_args(total.function.expand()):
        inside, outside = S.One, S.One
        for factor in Mul.make_args(term):
            if factor.has(index):
                inside *= factor
            else:
                outside *= factor
        result += outside * (high - low + 1 if inside == 1 else Sum(inside, (index, low, high)))
    return result


def _factors(u):
    """u as a rational constant and a list of (base, exponent), sums factored."""
    constant, factors = S.One, []
    for factor in Mul.make_args(u):
        base, exponent = factor.as_base_exp() if isinstance(factor, (Pow, exp)) else (factor, S.One)
        if isinstance(factor, exp):
            factors.append((factor, S.One))
        elif isinstance(base, Number):
            if exponent.is_Integer:
                constant *= base**exponent
            else:
                factors.append((base, exponent))
        elif isinstance(base, Add):
            c, parts = _factor_sum(base)
            if exponent.is_Integer:
                constant *= c**exponent
            elif c != 1:
                factors.append((c, exponent))
            factors += [(b, k * exponent) for b, k in parts]
        elif isinstance(base, Mul):
            c, parts = _factors(base)
            constant *= c**exponent if exponent.is_Integer else 1
            if not exponent.is_Integer and c != 1:
                factors.append((c, exponent))
            factors += [(b, k * exponent) for b, k in parts]
        else:
            factors.append((base, exponent))
    return constant, factors


def _factor_sum(base):
    """Factors of a sum, over the rationals, with everything else an opaque generator."""
    generators = {}

    def name(node):
        if isinstance(node, (Add, Mul)):
            return node.func(*map(name, node.args))
        if isinstance(node, Pow) and node.exp.is_Integer and node.exp > 0:
            return name(node.base) ** node.exp
        if node.is_Rational:
            return node
        return generators.setdefault(node, symbols(f"g{len(generators)}"))

    named = name(base)
    constant, parts = factor_list(named)
    back = {v: k for k, v in generators.items()}
    found = [(b.xreplace(back), k) for b, k in parts]
    negative = [i for i, (b, k) in enumerate(found) if b.is_negative and k % 2]
    for i in negative:  # 1 - x > 0 may come back as -(x - 1)
        found[i] = (-found[i][0], found[i][1])
        constant = -constant
    return constant, found
