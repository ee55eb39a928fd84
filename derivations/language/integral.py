"""Integrals over the space a variable lives in, and expectations under a density."""

from derivations.language.density import Density
from derivations.language.word import Binder


class Int(Binder):
    """The integral of `integrand` over all values of `variable` (a sum, where the variable is discrete)."""

    integrand = property(lambda self: self.args[0])

    def _latex(self, printer):
        from sympy import Add

        body = printer._print(self.integrand)
        if isinstance(self.integrand, Add):
            body = rf"\left({body}\right)"
        return rf"\int {body} \,\mathrm{{d}}{printer._print(self.bound)}"


class E(Binder):
    """The expectation of `integrand` when `variable` has the law `density`: E(f(x), p(x), x)."""

    integrand = property(lambda self: self.args[0])
    density = property(lambda self: self.args[1])

    def definition(self):
        return Int(self.integrand * self.density, self.bound)

    def _latex(self, printer):
        law = law_latex(self.density, self.bound, printer)
        return rf"\mathbb{{E}}_{{{law}}}\left[{printer._print(self.integrand)}\right]"


class Var(Binder):
    """The variance of `integrand` when `variable` has the law `density`."""

    integrand = property(lambda self: self.args[0])
    density = property(lambda self: self.args[1])

    def definition(self):
        mean = E(self.integrand, self.density, self.bound)
        return E(self.integrand**2, self.density, self.bound) - mean**2

    def _latex(self, printer):
        law = law_latex(self.density, self.bound, printer)
        return rf"\operatorname{{Var}}_{{{law}}}\left[{printer._print(self.integrand)}\right]"


def law_latex(density, variable, printer):
    """The law as it stands under an expectation: 'x ~ N(mu, sigma^2)', or 'q(z | x)' where that says it."""
    if isinstance(density, Density):
        return printer._print(density)
    if hasattr(density, "law_latex"):
        return rf"{printer._print(variable)} \sim {density.law_latex(printer)}"
    return rf"{printer._print(variable)} \sim {printer._print(density)}"


def law_name(density, printer):
    """The law's name alone, p_g for p_g(x)."""
    if hasattr(density, "name_latex"):
        return density.name_latex(printer)
    return density.law_latex(printer) if hasattr(density, "law_latex") else printer._print(density)
