"""Lean on an earlier claim."""

from functools import cache

from sympy import Dummy, Eq, Ge, Le, Mul, Symbol, sympify

from derivations.conditions import CONTINUOUS, DIFFEOMORPHIC
from derivations.instance import concretise, is_abstract
from derivations.language.density import Density
from derivations.language.functions import AbstractFunction
from derivations.language.maps import MapValue
from derivations.language.normal import NormalDensity
from derivations.language.optimum import Optimum
from derivations.language.word import Word, depends
from derivations.ring import canonical, canonical_atoms, is_zero, same
from derivations.rules.admissible import bound_variables, check_values
from derivations.rules.pushforward import monotone
from derivations.rules.rule import Normaliser, StepError, bottom_up


class earlier_claim(Normaliser):
    """earlier_claim("kl_gaussian", {mu2: 0}, part=0): its left side, so specialised, becomes its right side.

    The claim must hold; its conditions must be stated by the claim that uses it. For an abstract density only
    a density may be put. An equation may also be added to a step, an inequality in the direction of the step,
    `times` a positive number.
    """

    summary = "An earlier claim, specialised to the case at hand, replaces one of its sides by the other."

    def __init__(self, claim, values=None, part=0, times=1):
        self.claim, self.part, self.times = claim, part, sympify(times)
        self.values = {k: sympify(v) for k, v in (values or {}).items()}

    @property
    def name(self):
        return f"earlier claim {self.claim}"

    def statement(self):
        """The claim's statement, specialised."""
        from derivations import claim

        statement = claim(self.claim).parts[self.part].statement
        abstract = {k: v for k, v in self.values.items() if isinstance(k, (Density, AbstractFunction))}
        aside = {k: Dummy(str(k), **k.assumptions0) for k in self.values if isinstance(k, Symbol)}  # all is put in at once
        renamed = {k: self.values[k] for k in aside}
        back = {dummy: self.values[k] for k, dummy in aside.items()}
        others = {k: v for k, v in self.values.items() if k not in abstract and k not in aside}
        named = {k.xreplace(renamed): v for k, v in abstract.items()}

        def specialised(side):
            return concretise(side.xreplace({**others, **aside}), named, partial=True).xreplace(back)

        return statement.func(*map(specialised, statement.args), evaluate=False)

    def replay(self, before, relation, after, context):
        from derivations import claim

        earlier = claim(self.claim)
        if not earlier.holds:
            raise StepError(f"{self.claim} is false: nothing can be built on it")
        if self.claim == context.claim.name:
            raise StepError("a claim cannot lean on itself")
        if context.claim.name in foundations(self.claim):
            raise StepError(f"{self.claim} itself leans on {context.claim.name}: that would be a circle")
        if not 0 <= self.part < len(earlier.parts):
            raise StepError(f"{self.claim} has no part {self.part}")
        if not _stands(self.claim):
            raise StepError(f"the derivation of {self.claim} is not replayed itself, so nothing can be built on it")
        check_values(earlier.parts[self.part].statement, self.values, earlier, context)
        missing = [c for c in earlier.conditions if c not in context.conditions and c not in self._met()]
        if missing:
            raise StepError(f"{self.claim} holds under a condition that is not stated here: {missing[0]}")
        context.used.update(c for c in earlier.conditions if c in context.conditions)
        if not self.times.is_positive:
            raise StepError(f"a claim can be used {self.times} times only if that is positive")
        statement = self.statement()
        if isinstance(statement, Eq) and relation == "=":
            if self._adds(statement, before, after):
                return f"the step is {self.claim}, with the same terms added on both sides"
            return super().replay(before, relation, after, context)
        return self._inequality(statement, before, relation, after)

    def _met(self):
        """The conditions that concrete laws and maps meet by themselves: Gaussians, and affine maps with a slope."""
        if is_abstract(self.statement()):
            return ()
        put = [(k, v) for k, v in self.values.items() if isinstance(k, (Density, MapValue))]
        laws, maps = ([(k, v) for k, v in put if isinstance(k, kind)] for kind in (Density, MapValue))
        gaussian = bool(laws) and all(isinstance(v, NormalDensity) for _, v in laws)
        affine = bool(maps) and all(monotone(v, k.argument) for k, v in maps)
        return (CONTINUOUS,) * gaussian + (DIFFEOMORPHIC,) * affine

    def _adds(self, statement, before, after):
        """Is the step the equation itself, plus the same terms on both sides?"""
        gain = self.times * (statement.lhs - statement.rhs)
        return not same(before, after) and (is_zero(before - after - gain) or is_zero(before - after + gain))

    def normal(self, expr, context):
        statement = self.statement()
        lhs, rhs = canonical(statement.lhs), canonical(statement.rhs)

        def swap(node, found):
            if found(node):
                return rhs
            if not node.args:
                return node
            return node.func(*(swap(a, found) for a in node.args))

        if isinstance(statement.lhs, (Mul, Word)):  # as it stands, before the variables bound around it are renamed
            expr = self._inside(expr, lhs, statement.rhs, bound_variables(expr))
        if isinstance(statement.lhs, Optimum):  # its own bound names are fixed before those around it are renamed
            expr = swap(expr, lambda node: isinstance(node, Optimum) and canonical(node) == lhs)
        return swap(canonical_atoms(expr), lambda node: node == lhs or node.is_Add and lhs.is_Add and canonical(node) == lhs)

    def _inside(self, expr, lhs, rhs, bound):
        """`expr` with the left side replaced wherever it stands, where the claim holds for all values of what is `bound` around it."""
        from derivations import claim

        for p in claim(self.claim).parameters:
            value = self.values.get(p.symbol, p.symbol)
            if any(depends(value, v) for v in bound) and not p.domain.holds_for(value):
                return expr
        return bottom_up(expr, lambda node: rhs if isinstance(node, lhs.func) and canonical(node) == lhs else node)

    def _inequality(self, statement, before, relation, after):
        kind = {Le: "<=", Ge: ">="}.get(type(statement), "=")
        pair = (statement.lhs, statement.rhs)
        if relation == {"<=": ">=", ">=": "<="}.get(kind):
            pair, kind = pair[::-1], relation
        if kind != relation:
            raise StepError(f"{self.claim} states '{kind}', which does not give '{relation}'")
        difference = (before - after) - self.times * (pair[0] - pair[1])
        if not is_zero(difference):
            raise StepError(f"the step is not an instance of {self.claim} (plus the same terms on both sides)")
        return f"the step is {self.claim}, with the same terms added on both sides"


def foundations(name):
    """The names of all claims that a claim leans on, directly or through others."""
    from derivations import claim

    found, ahead = set(), [name]
    while ahead:
        new = set(claim(ahead.pop()).uses) - found
        found |= new
        ahead += new
    return found


@cache
def _stands(name):
    """Is the derivation of the claim replayed, without a look at numbers?"""
    from derivations import check

    return check(name, attack=False).ok
