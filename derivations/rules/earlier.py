"""Lean on an earlier claim."""

from sympy import Derivative, Dummy, Eq, Ge, Le, Symbol, preorder_traversal, sympify

from derivations.conditions import CONTINUOUS, DIFFEOMORPHIC
from derivations.instance import concretise, is_abstract
from derivations.language.density import Density
from derivations.language.functions import AbstractFunction, UnitFunction
from derivations.language.maps import MapValue
from derivations.language.normal import NormalDensity
from derivations.language.optimum import Optimum
from derivations.language.word import Binder
from derivations.ring import canonical, canonical_atoms, is_zero, same
from derivations.rules.densities import is_density
from derivations.rules.pushforward import monotone
from derivations.rules.rule import Normaliser, StepError


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
        self._check_maps()
        self._check_variables()
        missing = [c for c in earlier.conditions if c not in context.conditions and c not in self._met()]
        if missing:
            raise StepError(f"{self.claim} holds under a condition that is not stated here: {missing[0]}")
        self._check_densities()
        if not self.times.is_positive:
            raise StepError(f"a claim can be used {self.times} times only if that is positive")
        statement = self.statement()
        if isinstance(statement, Eq) and relation == "=":
            if self._adds(statement, before, after):
                return f"the step is {self.claim}, with the same terms added on both sides"
            return super().replay(before, relation, after, context)
        return self._inequality(statement, before, relation, after)

    def _check_densities(self):
        """A claim about any density holds for densities only."""
        for key, value in self.values.items():
            if isinstance(key, Density):
                variable = self.values.get(key.values[0], key.values[0])
                if not is_density(value, variable) or not value.is_positive:
                    raise StepError(f"{value} is not known to be a positive density of {variable}, so it cannot stand for {key}")

    def _check_maps(self):
        """A claim about monotone maps holds for those only, one about functions with values in (0, 1) for those only."""
        for key, value in self.values.items():
            if isinstance(key, UnitFunction) and not isinstance(value, UnitFunction):
                raise StepError(f"{value} is not known to lie between 0 and 1, so it cannot stand for {key}")
            if isinstance(key, MapValue) and key.direction and monotone(value, key.argument) != key.direction:
                way = "increasing" if key.direction > 0 else "decreasing"
                raise StepError(f"{value} is not known to be strictly {way}, so it cannot stand for {key}")

    def _check_variables(self):
        """What is put in must not speak of a variable that the statement integrates over or differentiates by."""
        from derivations import claim

        statement = claim(self.claim).parts[self.part].statement
        taken = {n.bound for n in preorder_traversal(statement) if isinstance(n, Binder)}
        taken |= {v for n in statement.atoms(Derivative) for v in n.variables}
        symbols = {k: v for k, v in self.values.items() if isinstance(k, Symbol)}
        for key, value in self.values.items():
            if isinstance(key, (Density, AbstractFunction)):
                own = key.free_symbols | key.xreplace(symbols).free_symbols
                strange = {self.values.get(v, v) for v in taken} & value.free_symbols - own
                if strange:
                    raise StepError(f"{value} depends on {strange.pop()}, which {self.claim} integrates over or differentiates by")

    def _met(self):
        """The conditions that concrete laws and maps meet by themselves: Gaussians, and affine maps with a slope."""
        if is_abstract(self.statement()):
            return ()
        put = [(k, v) for k, v in self.values.items() if isinstance(k, (Density, MapValue))]
        gaussian = all(isinstance(v, NormalDensity) for k, v in put if isinstance(k, Density))
        affine = all(monotone(v, k.argument) for k, v in put if isinstance(k, MapValue))
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

        if isinstance(statement.lhs, Optimum):  # its own bound names are fixed before those around it are renamed
            expr = swap(expr, lambda node: isinstance(node, Optimum) and canonical(node) == lhs)
        return swap(canonical_atoms(expr), lambda node: node == lhs or node.is_Add and lhs.is_Add and canonical(node) == lhs)

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

