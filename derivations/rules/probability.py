"""The rules of probability: chain rule, Bayes, marginalisation, normalisation."""

from sympy import Mul, S

from derivations.language import E, Int
from derivations.language.density import Density
from derivations.language.normal import NormalDensity
from derivations.language.word import depends
from derivations.rules.algebra import split
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, bottom_up, rebuild


class bayes(Normaliser):
    """p(x, z) = p(z | x) p(x): conditionals are quotients of joints, in either direction."""

    summary = "The chain rule of probability p(x, z) = p(z | x) p(x) = p(x | z) p(z), from which Bayes' theorem follows."

    def normal(self, expr, context):
        def quotient(node):
            if isinstance(node, Density) and node.given_slots:
                return node.joint() / node.condition()
            return node

        self.require_positive(context, expr)
        return split(bottom_up(expr, quotient))


class marginalisation(Normaliser):
    """A joint density integrated over one of its arguments is the marginal; over all of them, 1."""

    summary = "A density integrated over one argument is the density of the others; over all its arguments it is 1."

    def normal(self, expr, context):
        return integrate_out(expr)


def integrate_out(expr):
    """Every integral of a density times factors free of the variable, carried out."""
    expr = rebuild(expr, integrate_out)
    if isinstance(expr, E) and not depends(expr.integrand, expr.bound):
        return expr.integrand if is_density(expr.density, expr.bound) else expr
    if not isinstance(expr, Int):
        return expr
    inside = [f for f in Mul.make_args(expr.integrand) if depends(f, expr.bound)]
    if len(inside) != 1:
        return expr
    outside = Mul(*(f for f in Mul.make_args(expr.integrand) if not depends(f, expr.bound)))
    density, variable = inside[0], expr.bound
    if isinstance(density, NormalDensity) and density.x == variable and not depends(density.mu + density.sigma, variable):
        return outside
    if isinstance(density, Density) and _varies_alone(density, variable):
        rest = density.without(variable)
        return outside * (S.One if rest is None else rest)
    return expr


def _varies_alone(density, variable):
    """Is the variable one of the density's arguments, and does nothing else in the density depend on it?"""
    others = [v for v in density.values if v != variable] + list(density.given_values + density.parameters)
    return density.values.count(variable) == 1 and not any(depends(a, variable) for a in others)
