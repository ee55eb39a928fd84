"""Greatest and least values, and where they are attained: over numbers, functions, or laws."""

from derivations.language.density import Density
from derivations.language.functions import AbstractFunction, UnitFunction, _name_latex
from derivations.language.word import Word


class Optimum(Word):
    """An optimum of `functional` over `variable`.

    The variable is D(x), for all functions with values in (0, 1), or f(x), for all real functions; a number d = D() in
    (0, 1), or t = f() on the line; or a density q(z | x), for all positive densities. It is bound by its name: the x of D(x) is the functional's own.
    Functions and densities that agree almost everywhere count as one.
    """

    functional = property(lambda self: self.args[0])
    variable = property(lambda self: self.args[1])
    greatest = True  # of a maximum
    place = False  # the value of the optimum; True for the place of it

    @property
    def free_symbols(self):
        return self.functional.free_symbols

    def at(self, candidate):
        """The functional with the candidate in the variable's place."""
        return self.functional.xreplace({self.variable: candidate})

    def variable_latex(self):
        """The variable's name, without its arguments."""
        return _name_latex(self.variable.law if isinstance(self.variable, Density) else self.variable.name)

    def _latex(self, printer):
        body = printer._print(self.functional)
        if self.functional.is_Add:
            body = rf"\left\{{{body}\right\}}"
        text = rf"{self.operator}_{{{self.variable_latex()}}} {body}"
        if not self.place:
            return text
        arguments = _arguments_latex(self.variable, printer)
        return rf"\left({text}\right)\left({arguments}\right)" if arguments else text


class Maximum(Optimum):
    """The greatest value of a functional."""

    operator = r"\max"


class Minimum(Optimum):
    """The least value of a functional."""

    operator, greatest = r"\min", False


class ArgMax(Optimum):
    """The value, at the variable's arguments, of the one function or law at which a functional is greatest."""

    operator, place = r"\operatorname*{arg\,max}", True

    @property
    def free_symbols(self):
        return self.functional.free_symbols | self.variable.free_symbols

    def _eval_is_positive(self):
        return True if isinstance(self.variable, (UnitFunction, Density)) else None


class ArgMin(ArgMax):
    """The value, at the variable's arguments, of the one function or law at which a functional is least."""

    operator, greatest = r"\operatorname*{arg\,min}", False


def _arguments_latex(variable, printer):
    if isinstance(variable, AbstractFunction):
        return ", ".join(map(printer._print, variable.values))
    inside = ", ".join(map(printer._print, variable.values))
    return inside + (r" \mid " + ", ".join(map(printer._print, variable.given_values)) if variable.given_values else "")
