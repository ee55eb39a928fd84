"""Abstract densities: p(x, z), p(z | x), with nothing known but that they are densities."""

from dataclasses import dataclass

from sympy import Tuple
from sympy.core.symbol import Str

from derivations.language.word import Word


class Density(Word):
    """The value of an abstract density p(arguments | given; parameters), positive everywhere.

    As in the literature the *names* of the arguments say which marginal or conditional of the law is
    meant: p(x) and p(z) are different functions. They are kept as slots, so that putting a value for x
    does not change the meaning.
    """

    is_positive = True

    @property
    def law(self):
        return self.args[0].name

    @property
    def slots(self):
        return tuple(s.name for s in self.args[1])

    @property
    def values(self):
        return tuple(self.args[2])

    @property
    def given_slots(self):
        return tuple(s.name for s in self.args[3])

    @property
    def given_values(self):
        return tuple(self.args[4])

    @property
    def parameters(self):
        return tuple(self.args[5])

    @property
    def free_symbols(self):
        return set().union(*(self.args[i].free_symbols for i in (2, 4, 5)))

    def joint(self):
        """The density of arguments and conditions together, p(x, z) for p(z | x), slots in order."""
        slots, values = self.slots + self.given_slots, self.values + self.given_values
        return _density(self.law, *_ordered(slots, values), (), (), self.parameters)

    def condition(self):
        """The density of the conditions alone, p(x) for p(z | x); None without conditions."""
        if not self.given_slots:
            return None
        return _density(self.law, *_ordered(self.given_slots, self.given_values), (), (), self.parameters)

    def without(self, variable):
        """The density with the argument whose value is `variable` integrated out; None if none remains."""
        kept = [(s, v) for s, v in zip(self.slots, self.values) if v != variable]
        if not kept:
            return None
        slots, values = zip(*kept)
        return _density(self.law, slots, values, self.given_slots, self.given_values, self.parameters)

    def name_latex(self, printer):
        """The law's name with its parameters, without the arguments."""
        head, _, index = self.law.partition("_")
        lower = [rf"\mathrm{{{index}}}" if len(index) > 1 else index] if index else []
        lower += [printer._print(t) for t in self.parameters]
        return head + ("_{" + ",".join(lower) + "}" if lower else "")

    def _latex(self, printer):
        inside = ", ".join(printer._print(v) for v in self.values)
        if self.given_values:
            inside += r" \mid " + ", ".join(printer._print(v) for v in self.given_values)
        return rf"{self.name_latex(printer)}\left({inside}\right)"


@dataclass(frozen=True)
class Law:
    """An abstract law with a name; called with variables it gives its densities.

    >>> p = Law("p"); p(x, z); p(z, given=x); Law("p", theta)(x)
    """

    name: str
    parameters: object = ()

    def __call__(self, *variables, given=()):
        given = given if isinstance(given, tuple) else (given,)
        parameters = self.parameters if isinstance(self.parameters, tuple) else (self.parameters,)
        slots, values = _ordered([str(v) for v in variables], variables)
        given_slots, given_values = _ordered([str(v) for v in given], given)
        return _density(self.name, slots, values, given_slots, given_values, parameters)


def _ordered(slots, values):
    pairs = sorted(zip(slots, values), key=lambda pair: pair[0])
    return tuple(s for s, _ in pairs), tuple(v for _, v in pairs)


def _density(law, slots, values, given_slots, given_values, parameters):
    return Density(
        Str(law), Tuple(*map(Str, slots)), Tuple(*values),
        Tuple(*map(Str, given_slots)), Tuple(*given_values), Tuple(*parameters),
    )
