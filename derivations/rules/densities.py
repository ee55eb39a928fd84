"""Which expressions are densities: what Jensen's inequality and a specialised earlier claim must know."""

from sympy import Add, Dummy, IndexedBase, Mul, Product, S

from derivations.language.chain import ReverseDensity
from derivations.language.density import Density
from derivations.language.extreme import ExponentialDensity, GumbelDensity
from derivations.language.laplace import LaplaceDensity
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.noised import CleanGivenNoised
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.word import depends


_KNOWN = (NormalDensity, UniformDensity, MultivariateNormalDensity, GumbelDensity, LaplaceDensity, ExponentialDensity)


def is_density(expr, variable):
    """Is `expr` known to be a density of `variable`: abstract, of a known family, a product over coordinates, a mixture?"""
    return _mass(expr.expand(deep=False), variable) == 1


def _mass(expr, variable):
    """The integral over `variable` of a combination, with positive weights, of densities; None where that is not known."""
    total = S.Zero
    for term in Add.make_args(expr):
        weights = [f for f in Mul.make_args(term) if not depends(f, variable)]
        shapes = [f for f in Mul.make_args(term) if depends(f, variable)]
        if len(shapes) != 1 or not _is_simple(shapes[0], variable) or not all(w.is_positive for w in weights):
            return None
        total += Mul(*weights)
    return total


def _is_simple(density, variable):
    if isinstance(density, _KNOWN):
        return density.x == variable and not any(depends(a, variable) for a in density.args[1:])
    if isinstance(density, Product):  # of independent coordinates, each with a law of its own
        (index, *_), *others = density.limits
        if others or not isinstance(variable, IndexedBase):
            return False
        coordinate = Dummy(real=True)
        law = density.function.xreplace({variable[index]: coordinate})
        return _is_simple(law, coordinate) and not depends(law, variable)
    if isinstance(density, CleanGivenNoised):  # prior times likelihood, over the integral of the same
        prior = density.noised.clean
        return density.x == variable and not depends(density.noised, variable) and is_density(prior, density.noised.bound)
    if isinstance(density, ReverseDensity):
        moves = any(depends(a, variable) for a in (density.after, density.start))
        return density.x == variable and not moves and (density.step - 1).is_positive is True
    if isinstance(density, Density):
        return density.values == (variable,) and not any(depends(a, variable) for a in density.given_values + density.parameters)
    return False
