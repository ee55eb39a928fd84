"""Abstract functions: f(x) of which nothing is known, D(x) of which only its range (0, 1) is known."""

from dataclasses import dataclass

from sympy import Tuple
from sympy.core.symbol import Str

from derivations.language.word import Word


class AbstractFunction(Word):
    """The value at its arguments of an unknown smooth real function."""

    unit = False
    name = property(lambda self: self.args[0].name)
    values = property(lambda self: tuple(self.args[1]))

    def _latex(self, printer):
        if not self.values:
            return _name_latex(self.name)
        return rf"{_name_latex(self.name)}\left({', '.join(map(printer._print, self.values))}\right)"


class UnitFunction(AbstractFunction):
    """The value of an unknown function whose values lie strictly between 0 and 1."""

    unit = True
    is_positive = True


class SlopeFunction(AbstractFunction):
    """The value of an unknown function whose values lie between -1 and 1, both included."""


def _name_latex(name):
    head, _, index = name.partition("_")
    return head + (rf"_{{{index}}}" if index else "")


@dataclass(frozen=True)
class Function:
    """An abstract real function with a name; called with arguments it gives its value."""

    name: str

    def __call__(self, *arguments):
        return AbstractFunction(Str(self.name), Tuple(*arguments))


@dataclass(frozen=True)
class Slope:
    """An abstract function with values in [-1, 1], as the slope of a 1-Lipschitz critic; called with x it gives s(x)."""

    name: str = "s"

    def __call__(self, *arguments):
        return SlopeFunction(Str(self.name), Tuple(*arguments))


@dataclass(frozen=True)
class Discriminator:
    """An abstract function with values in (0, 1), as a discriminator; called with x it gives D(x)."""

    name: str = "D"

    def __call__(self, *arguments):
        return UnitFunction(Str(self.name), Tuple(*arguments))
