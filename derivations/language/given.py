"""Densities that a caller hands over as functions: nothing is known of them but their values."""

from sympy.core.symbol import Str

from derivations.language.word import Word

_GIVEN = {}


class GivenDensity(Word):
    """The value at x of a density given as a Python function (or a frozen SciPy distribution), positive."""

    is_positive = True

    x = property(lambda self: self.args[1])

    @property
    def source(self):
        """The function or the distribution that was given."""
        return _GIVEN[self.args[0].name]

    def pdf(self, x):
        """Its values at an array of points."""
        return getattr(self.source, "pdf", self.source)(x)

    def _latex(self, printer):
        return rf"{self.args[0].name}\left({printer._print(self.x)}\right)"


def given_density(name, source, x):
    """The word for the density `source` at x; the name is made unique."""
    key = f"{name}{len(_GIVEN)}"
    _GIVEN[key] = source
    return GivenDensity(Str(key), x)
