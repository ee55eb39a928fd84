"""Make a statement about abstract densities concrete: every law becomes the Gaussian one its claim names.

An instance maps densities and functions to concrete ones, as {p(z): N(z; 0, 1), p(x | z): N(x; w z + b, s^2)}.
Marginals, joints and posteriors that it does not name are worked out from means and covariances.
"""

from sympy import Dummy, cancel, sqrt

from derivations.language.density import Density
from derivations.language.functions import AbstractFunction
from derivations.language.normal import NormalDensity
from derivations.language.substitution import put
from derivations.language.word import depends


class NoInstance(Exception):
    """The instance says nothing of a density or function; the message names it."""


def concretise(expr, instance, partial=False):
    """`expr` with every abstract density and function replaced by its concrete instance.

    Raises `NoInstance` for those of which the instance says nothing; `partial` leaves them as they are.
    """
    try:
        if isinstance(expr, Density):
            return _density(expr, instance)
        if isinstance(expr, AbstractFunction):
            return _function(expr, instance)
    except NoInstance:
        if not partial:
            raise
    if not expr.args:
        return expr
    args = tuple(concretise(a, instance, partial) for a in expr.args)
    if args == expr.args:
        return expr
    return expr.func(*args, evaluate=False) if expr.is_Relational else expr.func(*args)


def is_abstract(expr):
    """Does `expr` speak of an abstract density or function?"""
    return expr.has(Density, AbstractFunction)


def _function(expr, instance):
    arguments = [concretise(v, instance) for v in expr.values]
    for key, value in instance.items():
        if isinstance(key, AbstractFunction) and key.args[0] == expr.args[0]:
            if len(key.values) != len(arguments):
                raise NoInstance(f"the instance says what {key} is, but not {expr}")
            return _placed(value, key.values, arguments)
    raise NoInstance(f"the instance does not say what {expr} is")


def _placed(value, variables, arguments):
    """`value` with the arguments in the variables' places, all at once; bound variables make room."""
    pairs = [(v, Dummy(str(v), **getattr(v, "assumptions0", {})), a) for v, a in zip(variables, arguments) if v != a]
    for old, new in [(v, d) for v, d, _ in pairs] + [(d, a) for _, d, a in pairs]:
        value = put(value, old, new)
        if value is None:
            raise NoInstance(f"{new} cannot be put for {old} here")
    return value


def _density(expr, instance):
    known = [k for k in instance if isinstance(k, Density) and k.law == expr.law]
    for key in known:
        if (key.slots, key.given_slots) == (expr.slots, expr.given_slots):
            arguments = [concretise(v, instance) for v in expr.values + expr.given_values + expr.parameters]
            return _placed(instance[key], key.values + key.given_values + key.parameters, arguments)
    prior = [k for k in known if not k.given_slots and len(k.slots) == 1]
    likelihood = [k for k in known if prior and k.given_slots == prior[0].slots and len(k.slots) == 1]
    if not likelihood:
        raise NoInstance(f"the instance does not say what {expr} is")
    return _linear_gaussian(expr, prior[0], instance[prior[0]], likelihood[0], instance[likelihood[0]])


def _linear_gaussian(expr, prior, p_z, likelihood, p_x_given_z):
    """p(x), p(x, z) or p(z | x) of z ~ N(m, t^2), x | z ~ N(a z + b, s^2), from means and covariances."""
    z, x = prior.values[0], likelihood.values[0]
    slope = p_x_given_z.mu.diff(z)
    if not p_x_given_z.mu.is_polynomial(z) or any(depends(a, v) for a in (slope, p_x_given_z.sigma, p_z.mu, p_z.sigma) for v in (x, z)):
        raise NoInstance(f"{p_x_given_z} is no affine function of {z} plus noise, so {expr} is not worked out")
    mean_z, var_z = p_z.mu, p_z.sigma**2
    mean_x = p_x_given_z.mu.subs(z, mean_z)
    var_x = cancel(slope**2 * var_z + p_x_given_z.sigma**2)
    covariance = slope * var_z
    if expr.slots == likelihood.slots and not expr.given_slots:
        result = NormalDensity(x, mean_x, sqrt(var_x))
    elif expr.slots == prior.slots and expr.given_slots == likelihood.slots:
        spread = sqrt(cancel(var_z - covariance**2 / var_x))
        result = NormalDensity(z, mean_z + covariance / var_x * (x - mean_x), spread)
    elif set(expr.slots) == set(prior.slots + likelihood.slots):
        result = p_x_given_z * p_z
    else:
        raise NoInstance(f"the instance does not say what {expr} is")
    named = dict(zip(expr.slots + expr.given_slots, expr.values + expr.given_values))
    return result.xreplace({v: named[str(v)] for v in (x, z) if str(v) in named})
