"""Maps g_theta with parameters, derivatives at a point, inverse maps, integrals up to a point.

`DerivativeAt`, `InverseMap` and `LowerIntegral` are each about a function of a bound variable and a point:
d/dy f(y) at y = g, the y with g(y) = x, the integral of q(y) over y <= a.
"""

from dataclasses import dataclass
from itertools import permutations

from sympy import Add, Derivative, Integer, Mul, Symbol, Tuple
from sympy.combinatorics import Permutation
from sympy.core.symbol import Str

from derivations.language.density import Density
from derivations.language.functions import AbstractFunction, _name_latex
from derivations.language.word import Binder, Word, belongs, depends


class MapValue(AbstractFunction):
    """The value g_theta(eps) of an unknown smooth map of the line; the parameters print as subscripts.

    `direction` is 1 for a strictly increasing map of the line onto itself, -1 for a strictly decreasing
    one, 0 where nothing is known. The argument is the last of `values`, the parameters come before it.
    """

    parameters = property(lambda self: self.values[:-1])
    argument = property(lambda self: self.values[-1])
    direction = property(lambda self: int(self.args[2]))

    def symbol_latex(self, printer, mark=""):
        """The map itself, g_theta, with a `mark` such as -1 or a prime as its exponent."""
        head, _, index = self.name.partition("_")
        lower = ([index] if index else []) + [printer._print(t) for t in self.parameters]
        return head + (f"_{{{','.join(lower)}}}" if lower else "") + (f"^{{{mark}}}" if mark else "")

    def _latex(self, printer):
        return rf"{self.symbol_latex(printer)}\left({printer._print(self.argument)}\right)"


@dataclass(frozen=True)
class Map:
    """An abstract map of the line with a name and parameters; called with eps it gives g_theta(eps).

    >>> g = Map("g", theta); g(epsilon); Map("g", direction=1)(x)
    """

    name: str
    parameters: object = ()
    direction: int = 0

    def __call__(self, argument):
        parameters = self.parameters if isinstance(self.parameters, tuple) else (self.parameters,)
        return MapValue(Str(self.name), Tuple(*parameters, argument), Integer(self.direction))


class AtPoint(Binder):
    """A word about a `function` of the bound variable and a `point`, where that variable is not bound."""

    function = property(lambda self: self.args[0])
    point = property(lambda self: self.args[1])

    @property
    def free_symbols(self):
        return {s for s in self.function.free_symbols if not belongs(s, self.bound)} | self.point.free_symbols

    def _eval_subs(self, old, new):
        return self.func(self.function, self.point.subs(old, new), self.bound) if old == self.bound else None

    def renamed(self, variable):
        return self.func(self.function.xreplace({self.bound: variable}), self.point, variable)


class DerivativeAt(AtPoint):
    """The derivative of `function` in the bound variable, taken at `point`: f'(g) for DerivativeAt(f(y), g, y)."""

    def definition(self):
        if isinstance(self.point, Symbol) and (self.point == self.bound or not depends(self.function, self.point)):
            return Derivative(self.function.xreplace({self.bound: self.point}), self.point)
        raise NotImplementedError("the derivative at a point that is no symbol is a primitive word")

    def _latex(self, printer):
        f, point = self.function, printer._print(self.point)
        if isinstance(f, MapValue) and f.argument == self.bound and not any(depends(t, self.bound) for t in f.parameters):
            return rf"{f.symbol_latex(printer, chr(92) + 'prime')}\left({point}\right)"
        if isinstance(f, AbstractFunction) and not isinstance(f, MapValue) and f.values == (self.bound,):
            return rf"{_name_latex(f.name)}'\left({point}\right)"
        y = printer._print(self.bound)
        return rf"\left. \frac{{\mathrm{{d}}}}{{\mathrm{{d}}{y}}} {printer._print(f)} \right|_{{{y} = {point}}}"


class InverseMap(AtPoint):
    """The value of the bound variable at which the monotone `function` takes the value `point`: g^{-1}(x)."""

    def _latex(self, printer):
        f, point = self.function, printer._print(self.point)
        if isinstance(f, MapValue) and f.argument == self.bound:
            return rf"{f.symbol_latex(printer, '-1')}\left({point}\right)"
        if isinstance(f, DistributionFunction) and f.point == self.bound:
            return rf"{f.symbol_latex(printer)}^{{-1}}\left({point}\right)"
        y = printer._print(self.bound)
        return rf"\left({y} \mapsto {printer._print(f)}\right)^{{-1}}\left({point}\right)"


class LowerIntegral(AtPoint):
    """The integral of `function` over all values of the bound variable up to `point`."""

    def _latex(self, printer):
        f, point = printer._print(self.function), printer._print(self.point)
        return rf"\int_{{-\infty}}^{{{point}}} {f} \,\mathrm{{d}}{printer._print(self.bound)}"


class DistributionFunction(AtPoint):
    """F(x) = P(t <= x), the distribution function at `point` of the density `function` of the bound variable."""

    def definition(self):
        return LowerIntegral(self.function, self.point, self.bound)

    def symbol_latex(self, printer):
        f = self.function
        if isinstance(f, Density):
            return f"F_{{{f.law}}}"
        return f"F_{{{f.law_latex(printer)}}}" if hasattr(f, "law_latex") else f"F_{{{printer._print(f)}}}"

    def _latex(self, printer):
        return rf"{self.symbol_latex(printer)}\left({printer._print(self.point)}\right)"


class JacobianDeterminant(Word):
    """det d(y_1, ..., y_n) / d(x_1, ..., x_n), for as many functions as variables: JacobianDeterminant((y_1, ...), (x_1, ...))."""

    title = "the determinant of the Jacobian"
    outputs = property(lambda self: tuple(self.args[0]))
    inputs = property(lambda self: tuple(self.args[1]))

    def definition(self):
        """Leibniz's sum over the permutations of the variables."""
        if len(self.outputs) != len(self.inputs) or len(set(self.inputs)) < len(self.inputs):
            raise NotImplementedError("a Jacobian that is not square has no determinant")
        return Add(
            *(
                Permutation(list(chosen)).signature() * Mul(*(Derivative(y, self.inputs[k]) for y, k in zip(self.outputs, chosen)))
                for chosen in permutations(range(len(self.inputs)))
            )
        )

    def _latex(self, printer):
        above, below = (", ".join(map(printer._print, several)) for several in (self.outputs, self.inputs))
        return rf"\det \frac{{\partial\left({above}\right)}}{{\partial\left({below}\right)}}"
