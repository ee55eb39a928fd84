"""Integrands as straight-line programs: the expression is walked once, then run on whole columns of points.

A `Program` is the structure (cached), a `Function` that program with the values of one evaluator. A function
runs on real balls (quadrature nodes), on complex balls (boxes), and on polynomial majorants (growth.py).

Over complex balls every operation returns, for each box, the values of a function that is analytic on the
box and agrees with the integrand on the real line, or something not finite. Where a box meets the real line
that function is thereby unique, so an operation may choose its formula box by box (`LogSum` does): **boxes
must meet the real line**, as those of `acb.integral` over a real segment and of trapezoid.py do.
"""

from functools import lru_cache

from flint import acb, acb_poly, arb, arb_poly
from sympy import Abs, Add, Max, Mul, exp, log

from derivations.enclose import growth
from derivations.enclose.positive import positive_form
from derivations.language.normal import NormalDensity, gaussian_power
from derivations.language.word import Word, depends

REAL, ANALYTIC = "real", "analytic"  # how to run: over real balls; over complex ones, refusing where not analytic
NOTHING = arb("nan")
MOST_DEGREE = 6  # of the polynomials that are expanded

ENTIRE = {"exp", "sin", "cos", "sinh", "cosh", "erf", "erfc"}
MEROMORPHIC = {"tanh"}
CORNERS = {"Abs": "real_abs", "Heaviside": "real_heaviside", "sign": "real_sgn"}  # and their names in flint
WALKED = {"Sum", "Product", "Derivative", "Subs", "E", "Int", "MatrixElement", "Trace", "Determinant"}
"""Kinds of which the walker is trusted to refuse a box where they are not analytic."""


class Constant:
    """A part without the variable: evaluated once."""

    def __init__(self, expr):
        self.expr = expr


class Variable:
    """The variable itself."""


class Sum:
    def polynomial(self, parts):
        return sum(parts[1:], parts[0])

    def run(self, mode, first, *others):
        for column in others:
            first = [a + b for a, b in zip(first, column)]
        return first

    def majorant(self, function, *parts):
        return growth.add([function.majorant(p) for p in parts])


class Times:
    def polynomial(self, parts):
        result = parts[0]
        for p in parts[1:]:
            result = result * p
        return result if result.degree() <= MOST_DEGREE else None

    def run(self, mode, first, *others):
        for column in others:
            first = [a * b for a, b in zip(first, column)]
        return first

    def majorant(self, function, *parts):
        return growth.multiply([function.majorant(p) for p in parts])


class Power:
    """A whole power. `floor`: the base is a sum of a positive constant and of positive terms."""

    def __init__(self, exponent, floor=False):
        self.exponent, self.floor = exponent, floor

    def polynomial(self, parts):
        if 0 < self.exponent and parts[0].degree() * self.exponent <= MOST_DEGREE:
            return parts[0] ** self.exponent
        return None

    def run(self, mode, base, floor=None):
        if self.exponent == 2:
            return [v * v for v in base]
        return [v**self.exponent for v in base]

    def majorant(self, function, base, floor=None):
        if self.exponent > 0:
            return growth.multiply([function.majorant(base)] * self.exponent)
        if self.floor:
            return growth.constant(function.constant(floor) ** self.exponent)
        raise growth.NoMajorant("a negative power")


class Root:
    """A square root."""

    def run(self, mode, base):
        if mode is ANALYTIC:
            return [v.sqrt(analytic=True) for v in base]
        return [v.sqrt() for v in base]

    def majorant(self, function, base):
        return growth.add([growth.constant(arb(1)), function.majorant(base)])


class Log:
    """A logarithm. `floor`: of a sum of a positive constant and of positive terms."""

    def __init__(self, floor=False):
        self.floor = floor

    def run(self, mode, column, floor=None):
        if mode is ANALYTIC:
            return [v.log(analytic=True) for v in column]
        return [v.log() for v in column]

    def majorant(self, function, column, floor=None):
        if self.floor:  # c <= u gives log c <= log u <= u
            return growth.add([growth.constant(function.constant(floor).log()), function.majorant(column)])
        raise growth.NoMajorant("a logarithm of something that may come near zero")


class LogSum:
    """log(exp a + exp b + ...), the largest taken out: box by box, so that no exponential is large.

    `gaps` are the columns of a - b, ... for all pairs, computed from polynomials where these are: no box
    arithmetic between a and b, whose squares cancel.
    """

    def run(self, mode, columns, gaps):
        if len(columns) == 2:
            return self._of_two(mode, *columns, gaps[0, 1])
        result = []
        for k, row in enumerate(zip(*columns)):
            largest = 0
            for i in range(1, len(row)):
                if gaps[largest, i][k].real.mid() < 0:
                    largest = i
            u = 1
            for i in range(len(row)):
                if i < largest:
                    u = u + gaps[i, largest][k].exp()
                elif i > largest:
                    u = u + (-gaps[largest, i][k]).exp()
            result.append(row[largest] + _log(u, mode))
        return result

    def _of_two(self, mode, a, b, gap):
        if mode is REAL:
            return [_larger(v, w, d) for v, w, d in zip(a, b, gap)]
        return [
            v + _log(1 + (-d).exp(), mode) if d.real.mid() > 0 else w + _log(1 + d.exp(), mode)
            for v, w, d in zip(a, b, gap)
        ]

    def majorant(self, function, *parts):
        # max u_i <= u <= k max u_i, so |log u| <= log k + sum |log u_i|
        return growth.add([growth.constant(arb(len(parts)).log()), *map(function.majorant, parts)])


def _larger(a, b, gap):
    """log(exp a + exp b) of real balls, gap = a - b; of wide ones from max(a, b) <= it <= max(a, b) + log 2."""
    value = a + (-gap).exp().log1p() if gap > 0 else b + gap.exp().log1p()
    if value.is_finite():
        return value
    half = arb.const_log2() / 2
    return a.max(b) + arb(half, half.upper())


def _log(value, mode):
    return value.log(analytic=True) if mode is ANALYTIC else value.log()


class Normal:
    """A Gaussian density, from its logarithm; the second operand is its standard deviation."""

    def run(self, mode, logarithm, sigma):
        return [v.exp() for v in logarithm]

    def majorant(self, function, logarithm, sigma):
        return growth.constant(1 / (function.constant(sigma) * (2 * arb.pi()).sqrt()))


class Elementary:
    """A function that is meromorphic on the whole plane, by its name."""

    def __init__(self, name):
        self.name = name

    def run(self, mode, column):
        return [getattr(v, self.name)() for v in column]

    def majorant(self, function, column):
        if self.name in ("sin", "cos", "erf", "tanh"):
            return growth.constant(arb(1))
        if self.name == "erfc":
            return growth.constant(arb(2))
        if self.name == "exp":
            return function.majorant_of_exponential(column)
        raise growth.NoMajorant(f"the function {self.name}")


class Corner:
    """|u|, a step or a sign: analytic away from the zero of u."""

    def __init__(self, name):
        self.name = name

    def run(self, mode, column):
        if mode is REAL:
            column = [acb(v) for v in column]
        values = [getattr(v, self.name)(analytic=mode is ANALYTIC) for v in column]
        return [v.real for v in values] if mode is REAL else values

    def majorant(self, function, column):
        return function.majorant(column) if self.name == "real_abs" else growth.constant(arb(1))


class Walked:
    """Anything else: the walker, at every point."""

    def __init__(self, expr):
        self.expr = expr

    def majorant(self, function):
        raise growth.NoMajorant(f"{self.expr}")


class Program:
    """The steps that compute `expr` from `variable`, shared subexpressions once; `walks` says which words the walker knows."""

    def __init__(self, expr, variable, walks):
        self.variable, self.walks = variable, walks
        self.steps, self.known, self.memo = [], {}, {}
        self.entire = True  # no poles, no branch points, no corners
        self._step(Variable(), variable)
        self.result = self.value(expr)

    def _step(self, operation, key, *operands):
        self.steps.append((operation, operands))
        self.known[key] = len(self.steps) - 1
        return self.known[key]

    def value(self, expr):
        """The number of the step that holds `expr`."""
        if expr in self.known:
            return self.known[expr]
        if not self.depends(expr):
            return self._step(Constant(expr), expr)
        return self._compile(expr)

    def depends(self, expr):
        if expr not in self.memo:
            self.memo[expr] = depends(expr, self.variable)
        return self.memo[expr]

    def _grouped(self, expr, kind):
        """The arguments of a sum or product, the constant ones as one."""
        constant = [a for a in expr.args if not self.depends(a)]
        varying = [a for a in expr.args if self.depends(a)]
        return ([kind(*constant)] if constant else []) + varying

    def _compile(self, expr):
        if expr.is_Add:
            return self._step(Sum(), expr, *map(self.value, self._grouped(expr, Add)))
        if expr.is_Mul:
            exponents = [a for a in expr.args if self.depends(a) and self._in_exponent(a)]
            if len(exponents) > 1:
                together = self.logarithm(Mul(*exponents, evaluate=False))
                product = self._step(Elementary("exp"), ("exp", together), together)
                others = [a for a in expr.args if a not in exponents]
                return self._step(Times(), expr, product, *([self.value(Mul(*others))] if others else []))
            factors = self._grouped(expr, Mul)
            return self._step(Times(), expr, *map(self.value, factors))
        if expr.is_Pow and not (isinstance(expr.base, NormalDensity) and expr.exp.is_positive):
            return self._power(expr)
        if isinstance(expr, log):
            return self.logarithm(expr.args[0])
        if expr.is_Pow and isinstance(expr.base, NormalDensity) and expr.exp.is_positive:
            density, constant = gaussian_power(*expr.args)
            return self.value(constant * density)
        if isinstance(expr, NormalDensity):
            logarithm = self.logarithm(expr)
            if self.depends(expr.sigma):
                return self._step(Elementary("exp"), expr, logarithm)
            return self._step(Normal(), expr, logarithm, self.value(expr.sigma))
        name = type(expr).__name__
        if name in ENTIRE | MEROMORPHIC and len(expr.args) == 1:
            self.entire &= name in ENTIRE
            return self._step(Elementary(name), expr, self.value(expr.args[0]))
        if name in CORNERS:
            self.entire = False
            return self._step(Corner(CORNERS[name]), expr, self.value(expr.args[0]))
        if isinstance(expr, Max) and len(expr.args) == 2:
            a, b = expr.args
            return self.value((a + b + Abs(a - b)) / 2)
        if isinstance(expr, Word) and not self.walks(expr):
            return self.value(expr.definition())
        self.entire = False
        return self._step(Walked(expr), expr)

    def _power(self, expr):
        base, exponent = expr.args
        if self._in_exponent(expr) and exponent != 1:
            logarithm = self.logarithm(expr)
            return self._step(Elementary("exp"), expr, logarithm)
        if exponent.is_Integer:
            self.entire &= exponent > 0
            floor = self._floor(base) if exponent < 0 else None
            operands = [self.value(base)] + ([self.value(floor)] if floor is not None else [])
            return self._step(Power(int(exponent), floor is not None), expr, *operands)
        if exponent.is_Rational and exponent.q == 2:
            self.entire = False
            root = self._step(Root(), ("root", base), self.value(base))
            return root if exponent.p == 1 else self._step(Power(int(exponent.p)), expr, root)
        if self.depends(base):
            self.entire = False
        product = self._step(Times(), ("exponent", expr), self.value(exponent), self.logarithm(base))
        return self._step(Elementary("exp"), expr, product)

    def logarithm(self, u):
        """The number of the step that holds log u, without leaving the exponent where u is a density."""
        u = positive_form(u)
        key = ("log", u)
        if key in self.known:
            return self.known[key]
        if not self.depends(u):
            return self._step(Constant(log(u)), key)
        if hasattr(u, "log_density"):
            return self.value(u.log_density())
        if isinstance(u, exp):
            return self.value(u.args[0])
        if u.is_Mul and all(a.is_positive for a in u.args):
            return self._step(Sum(), key, *map(self.logarithm, self._grouped(u, Mul)))
        if u.is_Pow and u.base.is_positive and not self.depends(u.exp):
            return self._step(Times(), key, self.value(u.exp), self.logarithm(u.base))
        self.entire = False
        if u.is_Add and all(self._in_exponent(a) for a in u.args):
            return self._step(LogSum(), key, *map(self.logarithm, self._grouped(u, Add)))
        floor = self._floor(u)
        return self._step(Log(floor is not None), key, self.value(u), *([self.value(floor)] if floor is not None else []))

    def _in_exponent(self, u):
        """Is u positive, with a logarithm that is finite wherever u is defined?"""
        if not self.depends(u):
            return bool(u.is_positive)
        if isinstance(u, (NormalDensity, exp)) or hasattr(u, "log_density"):
            return True
        if u.is_Mul or u.is_Add:
            return all(self._in_exponent(a) for a in u.args)
        return bool(u.is_Pow and not self.depends(u.exp) and u.exp.is_real and self._in_exponent(u.base))

    def _floor(self, u):
        """c where u = c + terms that are not negative, c a positive constant; else None."""
        if not u.is_Add:
            return None
        floor, *others = self._grouped(u, Add)
        ok = not self.depends(floor) and floor.is_positive and all(o.is_nonnegative for o in others)
        return floor if ok else None


@lru_cache(maxsize=512)
def _program(expr, variable, kind):
    return Program(expr, variable, lambda word: any(hasattr(kind, "_" + k.__name__) for k in type(word).__mro__))


class Function:
    """y -> expr at variable = mu + sigma y, with everything else from the evaluator `balls`.

    All values must be real: an integral inside the complex plane of another one is refused. Polynomial parts
    are expanded in y, so that each costs one evaluation and cancels within itself.
    """

    def __init__(self, balls, expr, variable, mu=arb(0), sigma=arb(1)):
        self.balls, self.variable, self.mu, self.sigma = balls, variable, mu, sigma
        self.obstacle = ""  # why the walker last refused
        program = _program(expr, variable, type(balls))
        self.program, self.entire = program, program.entire
        self.polynomials, self.plan, self.planned = {}, [], {}
        for i, (step, operands) in enumerate(program.steps):
            found = self._polynomial(step, operands)
            if found is not None:
                self.polynomials[i] = found
        self.result = self._plan(program.result)

    def _polynomial(self, step, operands):
        if isinstance(step, Constant):
            return arb_poly([real_part(self.balls(step.expr), step.expr, self.balls)])
        if isinstance(step, Variable):
            return arb_poly([self.mu, self.sigma])
        if hasattr(step, "polynomial") and all(j in self.polynomials for j in operands):
            return step.polynomial([self.polynomials[j] for j in operands])
        return None

    def constant(self, i):
        """The value of a step without the variable."""
        return self.polynomials[i][0]

    # --- what to compute, in order: pairs of a polynomial, or a step, and the positions of its operands

    def _add(self, item, operands=()):
        self.plan.append((item, operands))
        return len(self.plan) - 1

    def _plan(self, i):
        """The position in the plan of step i of the program."""
        if i not in self.planned:
            self.planned[i] = self._planned(i)
        return self.planned[i]

    def _planned(self, i):
        if i in self.polynomials:
            return self._add(self.polynomials[i])
        step, operands = self.program.steps[i]
        if isinstance(step, LogSum):
            return self._log_sum([self.polynomials.get(j, j) for j in operands])
        if isinstance(step, (Sum, Times)):
            known = [self.polynomials[j] for j in operands if j in self.polynomials]
            together = step.polynomial(known) if known else None
            if together is not None:
                others = [j for j in operands if j not in self.polynomials]
                absorbed = self._absorbed(together, others) if isinstance(step, Sum) else None
                return self._add(step, absorbed or (self._add(together), *map(self._plan, others)))
        return self._add(step, tuple(map(self._plan, operands)))

    def _absorbed(self, p, others):
        """p + k log sum exp a_i as k log sum exp(a_i + p / k): in log q - log((q + p) / 2) the large terms cancel."""
        for j in others:
            k, at = arb(1), j
            step, operands = self.program.steps[j]
            if isinstance(step, Times) and len(operands) == 2 and operands[0] in self.polynomials:
                k, at = self.polynomials[operands[0]], operands[1]
                k = k[0] if k.degree() < 1 else arb(0)
            step, operands = self.program.steps[at]
            if isinstance(step, LogSum) and abs(k) > 0 and all(o in self.polynomials for o in operands):
                inner = self._log_sum([self.polynomials[o] + p * (1 / k) for o in operands])
                scaled = self._add(Times(), (self._add(arb_poly([k])), inner))
                return (scaled, *(self._plan(o) for o in others if o != j))
        return None

    def _log_sum(self, rows):
        """Plan a `LogSum` of rows that are polynomials or steps."""
        pairs = {(a, b): self._gap(rows[a], rows[b]) for b in range(len(rows)) for a in range(b)}
        return self._add(LogSum(), (tuple(map(self._row, rows)), pairs))

    def _row(self, row):
        return self._add(row) if isinstance(row, arb_poly) else self._plan(row)

    def _gap(self, a, b):
        if isinstance(a, arb_poly) and isinstance(b, arb_poly):
            return self._add(a - b)
        return self._add(Gap(), (self._row(a), self._row(b)))

    def __call__(self, points, mode):
        """The values at a list of y: real balls for REAL, complex ones otherwise."""
        columns = []
        for item, operands in self.plan:
            if isinstance(item, arb_poly):
                columns.append(_values(item, points, mode))
            elif isinstance(item, Walked):
                columns.append([self._walk(item.expr, y, mode) for y in points])
            elif isinstance(item, LogSum):
                values, pairs = operands
                columns.append(item.run(mode, [columns[j] for j in values], {k: columns[j] for k, j in pairs.items()}))
            else:
                columns.append(item.run(mode, *[columns[j] for j in operands]))
        return columns[self.result]

    def _walk(self, expr, y, mode):
        from derivations.enclose.balls import Unevaluable

        point = {self.variable: acb(self.mu + self.sigma * y)}
        try:
            if mode is REAL:
                return real_part(self.balls.with_values(point)(expr), expr, self.balls)
            if type(expr).__name__ in WALKED:
                return self.balls.inside_integral(point, True)(expr)
            self.obstacle = f"{expr} is not known to be analytic"
        except Unevaluable as obstacle:
            self.obstacle = str(obstacle)
        return NOTHING

    def refuse_what_is_never_analytic(self):
        """Raise `Unevaluable` where the walker refuses even tiny boxes: bisection would go on for ever."""
        from derivations.enclose.balls import Unevaluable

        boxes = [acb(arb(k, 1e-9), arb(0, 1e-9)) for k in (-1.1, 0.3)]
        if any(isinstance(item, Walked) for item, _ in self.plan) and not any(v.is_finite() for v in self(boxes, ANALYTIC)):
            raise Unevaluable(self.obstacle)

    def growth(self):
        """The `Majorant` of |f| on the real line."""
        from derivations.enclose.balls import Unevaluable

        try:
            found = self.majorant(self.program.result)
        except growth.NoMajorant as what:
            raise Unevaluable(f"no bound on the growth of {what} in {self.variable}") from None
        if not found.g < 0.5:
            raise Unevaluable("the integrand may grow as fast as the Gaussian weight falls")
        return found

    def majorant_of_exponential(self, i):
        """The majorant of exp(P + sum k log sum exp a): from a choice of one a where k < 0, from them all where k > 0.

        For k < 0 the sum is at least any of its terms; for k > 0 it is at most n max, so that its power is at
        most n^k times the sum of the powers of the terms.
        """
        parts = self._exponent(i)
        if parts is None:
            raise growth.NoMajorant("an exponential")
        p, sums = parts
        for k, rows in sums:
            if not (k < 0 or k > 0):
                raise growth.NoMajorant("a power with an uncertain exponent")
        return self._of_exponential(p, sums)

    def _of_exponential(self, p, sums):
        if not sums:
            if p.degree() > 2:
                raise growth.NoMajorant("the exponential of a polynomial of high degree")
            return growth.of_exponential(p)
        (k, rows), *rest = sums
        choices = [self._of_exponential(p + r * k, rest) for r in rows]
        if k < 0:
            return min(choices, key=lambda m: (float(m.g), float(m.b), float(m.coefficients[0].log())))
        return growth.multiply([growth.constant(arb(len(rows)) ** k), growth.add(choices)])

    def _exponent(self, i):
        """Step i as a polynomial and a list of (k, polynomials a) for terms k log sum exp a; None if it is not that."""
        if i in self.polynomials:
            return self.polynomials[i], []
        step, operands = self.program.steps[i]
        if isinstance(step, LogSum) and all(j in self.polynomials for j in operands):
            return arb_poly([0]), [(arb(1), [self.polynomials[j] for j in operands])]
        parts = [self._exponent(j) for j in operands] if isinstance(step, (Sum, Times)) else [None]
        if None in parts:
            return None
        if isinstance(step, Sum):
            return sum((p for p, _ in parts), arb_poly([0])), [s for _, sums in parts for s in sums]
        (factor, none), *others = parts
        if len(others) != 1 or none or factor.degree() > 0:
            return None
        p, sums = others[0]
        return p * factor[0], [(k * factor[0], rows) for k, rows in sums]

    def majorant(self, i):
        """The majorant of step i of the program."""
        if i in self.polynomials:
            return growth.of_polynomial(self.polynomials[i])
        step, operands = self.program.steps[i]
        return step.majorant(self, *operands)


def _values(p, points, mode):
    """The polynomial p at the points; at boxes expanded about the middle, where dependence costs least."""
    if p.degree() < 1:
        return [p[0] if mode is REAL else acb(p[0])] * len(points)
    if p.degree() == 1 or (mode is REAL and all(y.is_exact() for y in points)):
        return [p(y) for y in points]
    kind = arb_poly if mode is REAL else acb_poly
    p, result = kind(p), []
    for y in points:
        middle = y.mid()
        result.append(p(kind([middle, 1]))(y - middle))
    return result


class Gap:
    """The difference of two columns."""

    def run(self, mode, a, b):
        return [v - w for v, w in zip(a, b)]


def real_part(value, what, balls):
    """A real ball from a complex one whose true value is real, as it is unless `balls` is in the complex plane."""
    from derivations.enclose.balls import Unevaluable

    if not isinstance(value, acb):
        raise Unevaluable(f"{what} is not a number here, so an integral of it has no enclosure")
    if value.imag.is_zero() or (value.imag.contains(0) and not balls.complex):
        return value.real
    raise Unevaluable(f"{what} is not real here: an integral inside another one, which is not polynomial")
