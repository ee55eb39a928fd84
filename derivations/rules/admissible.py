"""What may be put for what: in the statement of an earlier claim, and in an induction's hypothesis."""

from sympy import Derivative, IndexedBase, Integer, MatrixSymbol, Symbol, preorder_traversal
from sympy.concrete.expr_with_limits import ExprWithLimits

from derivations.domains import Integers
from derivations.language.density import Density
from derivations.language.functions import AbstractFunction, SlopeFunction, UnitFunction
from derivations.language.maps import MapValue
from derivations.language.normal import NormalDensity
from derivations.language.optimum import Optimum
from derivations.language.word import Word, depends, integer
from derivations.rules.affine import line
from derivations.rules.densities import is_density
from derivations.rules.pushforward import monotone
from derivations.rules.rule import StepError

_VARIABLES = (Symbol, IndexedBase, MatrixSymbol)


def bound_variables(expr):
    """All that `expr` integrates, sums, multiplies over, or differentiates by, anywhere inside."""
    nodes = tuple(preorder_traversal(expr))
    found = {v for n in nodes if isinstance(n, Word) for v in getattr(n, "bound_symbols", ())}
    found |= {v for n in nodes if isinstance(n, Derivative) for v in n.variables}
    return found | {limit[0] for n in nodes if isinstance(n, ExprWithLimits) for limit in n.limits}


def admits(symbol, value):
    """Has `value` every property that is declared of `symbol`?"""
    declared = getattr(symbol, "assumptions0", {})
    return all(getattr(value, f"is_{name}", None) is truth for name, truth in declared.items())


def within(parameters, value):
    """`value` with every integer parameter written as its least value plus a nonnegative integer: its sign is then seen."""
    for p in parameters:
        if isinstance(p.domain, Integers) and p.domain.low > 1:
            value = value.xreplace({p.symbol: integer(f"{p.symbol}'") + p.domain.low - 1})
    return value


def check_values(statement, values, earlier, context):
    """Raise `StepError` unless `values` may be put into `statement`, of the claim `earlier`, in a claim of `context`."""
    for key in values:
        arguments = key.values + getattr(key, "given_values", ()) if isinstance(key, (Density, AbstractFunction)) else ()
        if not isinstance(key, (*_VARIABLES, Density, AbstractFunction)) or not all(isinstance(v, Symbol) for v in arguments):
            raise StepError(f"{key} is no variable, law or function of {earlier.name}: nothing can be put for it")
        if len(set(arguments)) < len(arguments):
            raise StepError(f"the arguments of {key} are not different variables")
    _check_variables(statement, values, earlier)
    _check_domains(statement, values, earlier, context)
    _check_optima(statement, values, earlier)
    _check_functions(statement, values, earlier)
    _check_laws(statement, values, earlier)


def _check_variables(statement, values, earlier):
    """Bound variables may only be renamed, to fresh names; nothing that is put in may speak of one."""
    bound = bound_variables(statement)
    free = statement.free_symbols
    for v in bound & set(values):
        new = values[v]
        if not isinstance(new, _VARIABLES) or getattr(new, "assumptions0", None) != getattr(v, "assumptions0", None):
            raise StepError(f"{earlier.name} integrates over {v} or differentiates by it, so it can only be renamed, not become {new}")
        if getattr(new, "shape", None) != getattr(v, "shape", None) or new != v and (new in free or new in bound):
            raise StepError(f"{new} already stands for something else in {earlier.name}, so {v} cannot be called {new}")
    if len({values.get(v, v) for v in bound}) < len(bound):
        raise StepError(f"two variables of {earlier.name} cannot get one name")
    taken = {values.get(v, v) for v in bound}
    variables = {k: v for k, v in values.items() if isinstance(k, _VARIABLES)}
    for key, value in values.items():
        own = set()
        if isinstance(key, (Density, AbstractFunction)):
            own = key.free_symbols | {values.get(s, s) for s in key.free_symbols if s in variables}
        strange = {t for t in taken if depends(value, t) and t not in own}
        if strange and key not in bound:
            raise StepError(f"{value} depends on {strange.pop()}, which {earlier.name} integrates over or differentiates by")


def _check_domains(statement, values, earlier, context):
    """Every free variable must stay where the statement is claimed: in its domain, with its declared properties."""
    here = getattr(context.claim, "parameters", ())
    domains = {p.symbol: p.domain for p in earlier.parameters}
    known = {p.symbol: p.domain for p in here}
    for symbol in set(domains) | {k for k in values if isinstance(k, _VARIABLES)}:
        if isinstance(symbol, Density) or not depends(statement, symbol):
            continue
        value, domain = values.get(symbol, symbol), domains.get(symbol)
        if isinstance(symbol, Symbol) and symbol in values and not admits(symbol, within(here, value)):
            raise StepError(f"{value} is not known to be an admissible value of {symbol} in {earlier.name}")
        if domain is not None and known.get(value) != domain and not domain.holds_for(within(here, value)):
            raise StepError(f"{value} is not known to satisfy '{domain.describe(str(symbol))}', which {earlier.name} asks for")


def _check_optima(statement, values, earlier):
    """What a statement optimises over is bound by its name."""
    for optimum in statement.atoms(Optimum):
        varied = _name(optimum.variable)
        if any(_name(k) == varied for k in values):
            raise StepError(f"{earlier.name} optimises over {varied}, so nothing can be put for it")
        if any(_name(w) == varied for v in values.values() for w in v.atoms(Density, AbstractFunction)):
            raise StepError(f"{earlier.name} optimises over {varied}, so nothing that is put in may speak of it")


def _name(word):
    return word.law if isinstance(word, Density) else word.name if isinstance(word, AbstractFunction) else None


def _check_functions(statement, values, earlier):
    """A claim about monotone maps holds for those only, one about functions with values in (0, 1) or [-1, 1] for those only."""
    for key, value in values.items():
        if not isinstance(key, AbstractFunction):
            continue
        if any(len(f.values) != len(key.values) for f in statement.atoms(AbstractFunction) if f.name == key.name):
            raise StepError(f"{earlier.name} uses {key.name} with other arguments than {key}")
        if isinstance(key, UnitFunction) and not isinstance(value, UnitFunction):
            raise StepError(f"{value} is not known to lie between 0 and 1, so it cannot stand for {key}")
        if isinstance(key, SlopeFunction) and not isinstance(value, SlopeFunction):
            raise StepError(f"{value} is not known to lie between -1 and 1, so it cannot stand for {key}")
        if isinstance(key, MapValue) and key.direction and monotone(value, key.argument) != key.direction:
            way = "increasing" if key.direction > 0 else "decreasing"
            raise StepError(f"{value} is not known to be strictly {way}, so it cannot stand for {key}")


def _check_laws(statement, values, earlier):
    """For a density only a density can be put, and for all densities of one law at once, as they hang together."""
    keys = [k for k in values if isinstance(k, Density)]
    for key in keys:
        if len(key.values) != 1:
            raise StepError(f"{key} is a joint density: give its factors instead")
        variable = values.get(key.values[0], key.values[0])
        if not is_density(values[key], variable) or not values[key].is_positive:
            raise StepError(f"{values[key]} is not known to be a positive density of {variable}, so it cannot stand for {key}")
    for law in {k.law for k in keys}:
        mine = [k for k in keys if k.law == law]
        forms = {(d.slots, d.given_slots, d.parameters) for d in statement.atoms(Density) if d.law == law}
        given = {(k.slots, k.given_slots, k.parameters) for k in mine}
        prior = [k for k in mine if not k.given_slots]
        whole = len(mine) == 2 and len(prior) == 1 and _linear_gaussian(*sorted(mine, key=lambda k: len(k.given_slots)), values)
        if not (len(mine) == 1 and forms <= given or whole and all(p == mine[0].parameters for _, _, p in forms)):
            raise StepError(
                f"{earlier.name} speaks of several densities of {law}, which hang together: a law can be put for all of them "
                "only as a Gaussian prior and a likelihood with a mean affine in its variable"
            )


def _linear_gaussian(prior, likelihood, values):
    """Are these a Gaussian prior and a Gaussian likelihood of which all other densities of the law are worked out?"""
    p, l = values[prior], values[likelihood]
    x, z = (values.get(k.values[0], k.values[0]) for k in (likelihood, prior))
    if likelihood.given_slots != prior.slots or not isinstance(p, NormalDensity) or not isinstance(l, NormalDensity):
        return False
    return line(l.mu, z) is not None and not any(depends(a, v) for a in (p.mu, p.sigma, l.sigma) for v in (x, z))
