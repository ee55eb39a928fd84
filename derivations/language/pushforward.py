"""The law of a map's value, and probabilities of events."""

from sympy import Derivative, Dummy, Heaviside, Symbol

from derivations.language.density import Density
from derivations.language.integral import E, law_latex
from derivations.language.maps import DerivativeAt, MapValue
from derivations.language.substitution import put
from derivations.language.word import Binder, Word


class Indicator(Word):
    """1 where lesser <= greater, else 0."""

    is_nonnegative = True

    lesser = property(lambda self: self.args[0])
    greater = property(lambda self: self.args[1])

    def definition(self):
        return Heaviside(self.greater - self.lesser, 1)

    def _latex(self, printer):
        return rf"\mathbf{{1}}\left[{printer._print(self.lesser)} \le {printer._print(self.greater)}\right]"


class Probability(Binder):
    """P(lesser <= greater) when the bound variable has the law `density`."""

    lesser = property(lambda self: self.args[0])
    greater = property(lambda self: self.args[1])
    density = property(lambda self: self.args[2])

    def _latex(self, printer):
        law = law_latex(self.density, self.bound, printer)
        event = rf"{printer._print(self.lesser)} \le {printer._print(self.greater)}"
        return rf"\mathbb{{P}}_{{{law}}}\left({event}\right)"


class Pushforward(Binder):
    """p(x), where p is the law of image(eps), eps ~ q: Pushforward(x, image, q(eps), eps).

    As a law it is known by its expectations, E_{x ~ p}[f(x)] = E_{eps ~ q}[f(image(eps))]; its density at
    x is the derivative of its distribution function, d/dx P(image(eps) <= x).
    """

    title = "the density of an image"
    is_nonnegative = True

    x = property(lambda self: self.args[0])
    image = property(lambda self: self.args[1])
    density = property(lambda self: self.args[2])

    @property
    def free_symbols(self):
        return super().free_symbols | self.x.free_symbols

    def renamed(self, variable):
        image, density = (a.xreplace({self.bound: variable}) for a in (self.image, self.density))
        return self.func(self.x, image, density, variable)

    def definition(self):
        fresh = not isinstance(self.x, Symbol) or self.x in self.free_symbols_of_law
        at = Dummy("x", real=True) if fresh else self.x
        distribution = Probability(self.image, at, self.density, self.bound)
        return DerivativeAt(distribution, self.x, at) if fresh else Derivative(distribution, at)

    @property
    def free_symbols_of_law(self):
        return self.image.free_symbols | self.density.free_symbols

    def expectation(self, integrand, variable):
        """E over the image as E over eps, None where `integrand` is differentiated in the variable itself."""
        law = self.renamed(Dummy(str(self.bound), **self.bound.assumptions0)) if self.bound in integrand.free_symbols else self
        inner = put(integrand, variable, law.image)
        return None if inner is None else E(inner, law.density, law.bound)

    def law_latex(self, printer):
        if isinstance(self.image, MapValue) and self.image.argument == self.bound:
            image = self.image.symbol_latex(printer)
        else:
            image = rf"{printer._print(self.bound)} \mapsto {printer._print(self.image)}"
        law = self.density.law if isinstance(self.density, Density) else self.density.law_latex(printer)
        return rf"\left({image}\right)_{{\#}} {law}"

    def _latex(self, printer):
        return rf"\left({self.law_latex(printer)}\right)\left({printer._print(self.x)}\right)"
