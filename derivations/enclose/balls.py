"""The walker: an expression and values for its symbols in, a ball out."""

from contextlib import contextmanager
from fractions import Fraction

import flint
from flint import acb, acb_mat, acb_series, arb, fmpq
from sympy import Add, Ge, Gt, Integer, Le, Lt, MatrixBase, Rational, Sum, false, fraction, together, true
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from derivations.language.multivariate import MultivariateNormalDensity
from derivations.enclose.positive import positive_form
from derivations.language.normal import NormalDensity
from derivations.language.pushforward import Pushforward
from derivations.language.word import Word


class Unevaluable(Exception):
    """The expression has no value here that this arithmetic can enclose; the message says what stands in the way."""


@contextmanager
def precision(bits):
    """Work with `bits` of precision inside the block."""
    before, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def interval(ball):
    """(low, high) as floats, rounded outwards, of a real ball."""
    import math

    ball = ball.real if isinstance(ball, acb) else ball
    low, high = float(ball.lower()), float(ball.upper())
    if not ball.is_exact():
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    return low, high


def as_ball(value):
    """An exact number (int, Fraction, float) or a ball, as a complex ball; lists and matrices entrywise."""
    if isinstance(value, (acb, acb_series, acb_mat, Atom)):
        return value
    if isinstance(value, (list, tuple)):
        return [as_ball(v) for v in value]
    if isinstance(value, dict):
        return {k: as_ball(v) for k, v in value.items()}
    if isinstance(value, MatrixBase):
        return acb_mat(value.rows, value.cols, [as_ball(v) for v in value])
    if isinstance(value, Fraction):
        return acb(fmpq(value.numerator, value.denominator))
    if isinstance(value, Rational):
        return acb(fmpq(int(value.p), int(value.q)))
    return acb(value)


class Atom:
    """One point of a finite table: which point it is, and the real number that it stands for."""

    __slots__ = ("index", "value")

    def __init__(self, index, value):
        self.index, self.value = index, value


class Balls:
    """Evaluates expressions in ball arithmetic, with `values` for the free symbols.

    Values are exact numbers or balls for symbols, lists for indexed bases (entry 1 first, or a dict from
    index to value), matrices (`flint.acb_mat`) for matrix symbols.
    """

    analytic = False  # refuse to cross a branch cut
    complex = False  # inside an integral, where arguments leave the real line
    functions = {}  # tables for abstract functions: name -> (positions of the arguments -> ball)

    def __init__(self, values=()):
        self.values = {k: as_ball(v) for k, v in dict(values).items()}

    def real(self, expr):
        """The value of a real expression, as a real ball."""
        value = self(expr)
        if isinstance(value, acb):
            if not value.imag.contains(0):
                raise Unevaluable(f"{expr} is not real at this point")
            return value.real
        raise Unevaluable(f"{expr} is not a number")

    def inside_integral(self, more, analytic):
        """The same evaluator at a complex point; `analytic` asks it to refuse branch cuts."""
        new = self.with_values(more)
        new.complex, new.analytic = True, bool(analytic) or self.analytic
        return new

    def with_values(self, more):
        """The same evaluator with further values."""
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new.values = {**self.values, **more}
        return new

    def with_function(self, name, table):
        """The same evaluator with the values of an abstract function: positions of its arguments -> ball."""
        new = self.with_values({})
        new.functions = {**self.functions, name: table}
        return new

    def support(self, variable):
        """The number of points that `variable` can take; None on the real line."""
        return None

    def __call__(self, expr):
        if expr.is_Rational:
            return acb(fmpq(int(expr.p), int(expr.q)))
        for kind in type(expr).__mro__:
            method = getattr(self, "_" + kind.__name__, None)
            if method is not None:
                return method(expr)
        if isinstance(expr, AppliedUndef):
            return self.function(expr)
        if isinstance(expr, Word):
            try:
                meaning = expr.definition()
            except NotImplementedError as primitive:
                raise Unevaluable(str(primitive)) from None
            return self(meaning)
        raise Unevaluable(f"no enclosure for {type(expr).__name__}")

    # --- numbers and symbols

    def _Float(self, expr):
        return acb(float(expr))

    def _Pi(self, expr):
        return acb(arb.pi())

    def _EulerGamma(self, expr):
        return acb(arb.const_euler())

    def _Exp1(self, expr):
        return acb(1).exp()

    def _Symbol(self, expr):
        try:
            value = self.values[expr]
        except KeyError:
            raise Unevaluable(f"the symbol {expr} has no value here") from None
        return value.value if isinstance(value, Atom) else value

    def _Indexed(self, expr):
        if expr in self.values:
            return self._Symbol(expr)
        try:
            entries = self.values[expr.base]
        except KeyError:
            raise Unevaluable(f"{expr.base} has no values here") from None
        index = tuple(self.whole(i) for i in expr.indices)
        place = index if len(index) > 1 else index[0]
        if not isinstance(entries, dict):
            entries = dict(enumerate(entries, 1))
        if place not in entries:
            raise Unevaluable(f"{expr.base} has no entry {place} here")
        entry = entries[place]
        return entry.value if isinstance(entry, Atom) else entry

    def whole(self, expr):
        """The value of an expression that must be an integer, as an int."""
        value = self(expr)
        number = value.real.unique_fmpz() if isinstance(value, acb) else None
        if number is None:
            raise Unevaluable(f"{expr} is not an integer at this point")
        return int(number)

    # --- arithmetic

    def _Add(self, expr):
        total = self(expr.args[0])
        for a in expr.args[1:]:
            total = total + self(a)
        return total

    def _Mul(self, expr):
        product = self(expr.args[0])
        for a in expr.args[1:]:
            product = product * self(a)
        return product

    def _Pow(self, expr):
        base, exponent = expr.args
        if exponent.is_Integer:
            return power(self(base), int(exponent))
        if exponent.is_Rational and exponent.q == 2:
            return power(self.root(self(base)), int(exponent.p))
        return self.exponential(self(exponent) * self.log_of(base))

    def root(self, value):
        return value.sqrt(analytic=True) if self.analytic and isinstance(value, acb) else value.sqrt()

    def exponential(self, value):
        return value.exp()

    def _exp(self, expr):
        return self.exponential(self(expr.args[0]))

    def _log(self, expr):
        return self.log_of(expr.args[0])

    def log_of(self, u):
        """log u; for products, powers, sums of positive terms and Gaussians without leaving the exponent."""
        u = positive_form(u)
        if hasattr(u, "log_density"):
            return self(u.log_density())
        if u.is_Mul and all(a.is_positive for a in u.args):
            return total(self.log_of(a) for a in u.args)
        if u.is_Pow and u.base.is_positive and u.exp.is_real:
            return self(u.exp) * self.log_of(u.base)
        if u.is_Add and u.has(NormalDensity) and all(a.is_positive for a in u.args):
            first, *others = (self.log_of(a) for a in u.args)
            return first + self.log_ball(1 + total((o - first).exp() for o in others))
        return self.log_ball(self(u))

    def log_ball(self, value):
        if isinstance(value, acb):
            if self.analytic:
                return value.log(analytic=True)
            if not self.complex and not (value.imag.contains(0) and value.real > 0):
                raise Unevaluable("a logarithm of something that is not certainly positive")
        return value.log()

    def _Abs(self, expr):
        value = self(expr.args[0])
        if self.analytic:
            raise Unevaluable("an absolute value is not analytic")
        return acb(abs(value.real)) if isinstance(value, acb) else value if value[0].real >= 0 else -value

    def _sign(self, expr):
        value = self(expr.args[0]).real
        if value > 0 or value < 0 or value == 0:
            return acb(value.sgn())
        raise Unevaluable("a sign of something that may be zero")

    def _Max(self, expr):
        if self.analytic:
            raise Unevaluable("a maximum is not analytic")
        values = [self(a) for a in expr.args]
        if any(isinstance(v, acb_series) for v in values):
            return largest(values)
        first, *others = (v.real for v in values)
        for value in others:
            first = first.max(value)
        return acb(first)

    def _Piecewise(self, expr):
        if self.analytic:
            raise Unevaluable("a choice between cases is not analytic")
        for value, condition in expr.args:
            if self.holds(condition):
                return self(value)
        raise Unevaluable(f"none of the cases of {expr} applies")

    def holds(self, condition):
        """Does an inequality certainly hold (True) or certainly not (False)? Raises `Unevaluable` where neither is certain."""
        if condition in (true, false):
            return bool(condition)
        if not isinstance(condition, (Ge, Gt, Le, Lt)):
            raise Unevaluable(f"no enclosure for the condition {condition}")
        gap = self(condition.gts - condition.lts)
        gap = (gap[0] if isinstance(gap, acb_series) else gap).real
        if gap > 0 or gap < 0:
            return bool(gap > 0)
        if gap == 0:
            return isinstance(condition, (Ge, Le))
        raise Unevaluable(f"it is not certain whether {condition}")

    def _KroneckerDelta(self, expr):
        i, j = map(self.whole, expr.args[:2])
        return acb(int(i == j))

    def _floor(self, expr):
        above, below = (self(part) for part in fraction(together(expr.args[0])))
        wholes = [part.real.unique_fmpz() if part.is_exact() else None for part in (above, below)]
        exact = None not in wholes and wholes[1] != 0  # of two integers: a ball would not see that one divides the other
        number = wholes[0] // wholes[1] if exact else (above / below).real.floor().unique_fmpz()
        if number is None:
            raise Unevaluable("the integer part of something that may lie on either side of an integer")
        return acb(number)

    def _Multiples(self, expr):
        """Counted one by one."""
        room, stride, count = self.whole(expr.room), self.whole(expr.stride), 0
        if stride <= 0:
            raise Unevaluable(f"the multiples of {stride} that are at most {room} have no end")
        while stride * count <= room:
            count += 1
        return acb(count)

    def _AllBut(self, expr):
        (k, low, high), = expr.total.limits
        left_out = self.whole(expr.index)
        places = range(self.whole(low), self.whole(high) + 1)
        return total(self.with_values({k: acb(n)})(expr.total.function) for n in places if n != left_out)

    def _Heaviside(self, expr):
        value = self(expr.args[0]).real
        if value > 0:
            return acb(1)
        if value < 0:
            return acb(0)
        if value == 0:
            return self(expr.args[1])
        raise Unevaluable("a step function at a point not certainly on one side")

    def _erf(self, expr):
        return self(expr.args[0]).erf()

    def function(self, expr):
        raise Unevaluable(f"the function {expr.func} has no values here")

    def _AbstractFunction(self, expr):
        if expr.name in self.functions:
            return self.functions[expr.name][tuple(self.index(v) for v in expr.values)]
        return self.function(expr)

    def index(self, argument):
        """The position of an argument in its finite support."""
        if isinstance(argument, Indexed):
            atom = self.values.get(argument.base, {}).get(self.whole(argument.indices[0]))
        else:
            atom = self.values.get(argument)
        if not isinstance(atom, Atom):
            raise Unevaluable(f"{argument} is no point of a finite support")
        return atom.index

    def _Optimum(self, expr):
        return optimum(self, expr)

    def _LimitAtInfinity(self, expr):
        return limit(self, expr)

    # --- finite sums and products, derivatives

    def _Sum(self, expr):
        return total(self._range(expr))

    def _Product(self, expr):
        product = acb(1)
        for factor in self._range(expr):
            product = product * factor
        return product

    def _range(self, expr):
        *inside, (index, low, high) = expr.limits
        inner = expr.func(expr.function, *inside) if inside else expr.function
        for k in range(self.whole(low), self.whole(high) + 1):
            yield self.with_values({index: acb(k)})(inner)

    def _Derivative(self, expr):
        """By power series: the variable becomes a + t, and the coefficient of t is read off."""
        if len(expr.variables) != 1:
            raise Unevaluable("a derivative of higher order")
        variable = expr.variables[0]
        at = self._Symbol(variable)
        if isinstance(at, acb_series):
            raise Unevaluable("a derivative inside a derivative")
        value = self.with_values({variable: acb_series([at, 1], prec=2)})(expr.expr)
        if not isinstance(value, acb_series):
            return acb(0)
        return value[1]

    def _Subs(self, expr):
        return self.with_values({v: self(p) for v, p in zip(expr.variables, expr.point)})(expr.expr)

    # --- matrices

    def _MatrixSymbol(self, expr):
        return self._Symbol(expr)

    def _MatAdd(self, expr):
        return total_matrix([self(a) for a in expr.args])

    def _MatMul(self, expr):
        product, scale = None, acb(1)
        for a in expr.args:
            value = self(a)
            if isinstance(value, acb_mat):
                product = value if product is None else product * value
            else:
                scale = scale * value
        return product * scale if product is not None else scale

    def _Transpose(self, expr):
        return self(expr.args[0]).transpose()

    def _Inverse(self, expr):
        return self(expr.args[0]).inv()

    def _SpectralNorm(self, expr):
        return spectral_norm(self(expr.args[0]))

    def _NormalisedMatrix(self, expr):
        matrix = self(expr.args[0])
        return matrix * (1 / spectral_norm(matrix))

    def _ActivatedVector(self, expr):
        vector, alpha = self(expr.args[0]), self(expr.args[1])
        return acb_mat(vector.nrows(), 1, [acb(v.real.max((alpha * v).real)) for v in vector.entries()])

    def _TransportMatrix(self, expr):
        return self(expr.definition())

    def _MatrixRoot(self, expr):
        return matrix_root(self(expr.args[0]))

    def _Identity(self, expr):
        n = self.whole(expr.shape[0])
        return acb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])

    def _ZeroMatrix(self, expr):
        n, m = (self.whole(k) for k in expr.shape)
        return acb_mat(n, m)

    def _QuadraticForm(self, expr):
        vector = self(expr.vector)
        return (vector.transpose() * self(expr.matrix) * vector)[0, 0]

    def _Trace(self, expr):
        return self(expr.args[0]).trace()

    def _Determinant(self, expr):
        return self(expr.args[0]).det()

    def _MatrixElement(self, expr):
        i, j = (self.whole(k) for k in expr.args[1:])
        return self(expr.args[0])[i, j]

    # --- densities, integrals

    def _NormalDensity(self, expr):
        return self.exponential(self(expr.log_density()))

    def _GivenDensity(self, expr):
        raise Unevaluable("a density given as a function, which has values but no enclosures")

    def _UniformDensity(self, expr):
        u = self(expr.x).real
        if u > 0 and u < 1:
            return acb(1)
        if u < 0 or u > 1:
            return acb(0)
        raise Unevaluable("the uniform density at its edge")

    def _DerivativeAt(self, expr):
        """By power series, as every derivative."""
        at = self(expr.point)
        if isinstance(at, acb_series):
            raise Unevaluable("a derivative inside a derivative")
        value = self.with_values({expr.bound: acb_series([at, 1], prec=2)})(expr.function)
        return value[1] if isinstance(value, acb_series) else acb(0)

    def _InverseMap(self, expr):
        return inverse(self, expr.function, self(expr.point), expr.bound)

    def _LowerIntegral(self, expr):
        return lower_integral(self, expr.function, self(expr.point), expr.bound)

    def _Probability(self, expr):
        if has_chains(expr.density):
            evaluate, expr = without_chains(self, expr)
            return evaluate(expr)
        return probability(self, expr)

    def _Wasserstein(self, expr):
        return wasserstein(self, expr)

    def _E(self, expr):
        if isinstance(expr.density, Pushforward):
            return self(expectation_of_image(expr))
        expr = self._terms(expr)
        if has_chains(expr):
            evaluate, expr = without_chains(self, expr)
            return evaluate(expr)
        return mean(self, settled(expr.integrand), expr.density, expr.bound)

    def _Int(self, expr):
        expr = self._terms(expr)
        if has_chains(expr):
            evaluate, expr = without_chains(self, expr)
            return evaluate(expr)
        return integral(self, settled(expr.integrand), expr.bound)

    def _terms(self, binder):
        """The same with every finite sum of Gaussian densities of the bound variable as its terms."""

        def written_out(total):
            (index, low, high), = total.limits
            return Add(*(total.function.xreplace({index: Integer(k)}) for k in range(self.whole(low), self.whole(high) + 1)))

        def mixes(node):
            return isinstance(node, Sum) and len(node.limits) == 1 and any(d.x == binder.bound for d in node.function.atoms(NormalDensity))

        return binder.replace(mixes, written_out) if binder.has(Sum) else binder

    def _ForwardMarginal(self, expr):
        return chain_density(self, expr)

    def _NonMarkovMarginal(self, expr):
        return non_markov_density(self, expr)


def expectation_of_image(expr):
    """An expectation under the law of an image, as the expectation over its source that defines it."""
    inner = expr.density.expectation(expr.integrand, expr.bound)
    if inner is None:
        raise Unevaluable("an expectation, over an image, of a derivative in the variable itself")
    return inner


def total(values):
    """The sum of balls (or series), 0 for none."""
    result = acb(0)
    for v in values:
        result = result + v
    return result


def largest(values):
    """The largest of several series, where that is certain."""
    for v in values:
        ahead = ((v - w)[0] if isinstance(v - w, acb_series) else v - w for w in values if w is not v)
        if all(gap.real > 0 for gap in ahead):
            return v
    raise Unevaluable("a maximum of numbers of which none is certainly the largest, as they move")


def total_matrix(values):
    """The sum of matrices."""
    result = values[0]
    for v in values[1:]:
        result = result + v
    return result


def power(value, exponent):
    """value**exponent for a whole exponent, for balls and for series."""
    if isinstance(value, acb):
        return value**exponent
    if exponent < 0:
        return 1 / power(value, -exponent)
    result = acb(1)
    for _ in range(exponent):
        result = result * value
    return result


from derivations.enclose.chain import chain_density, has_chains, non_markov_density, without_chains  # noqa: E402
from derivations.enclose.ends import limit  # noqa: E402
from derivations.enclose.probability import inverse, lower_integral, probability  # noqa: E402
from derivations.enclose.integral import integral, mean  # noqa: E402  (the two walk each other's trees)
from derivations.enclose.optimum import optimum, settled  # noqa: E402
from derivations.enclose.roots import matrix_root, spectral_norm  # noqa: E402
from derivations.enclose.transport import wasserstein  # noqa: E402
