"""Lean on an earlier claim."""

from sympy import Eq, Ge, Le, sympify

from derivations.language.density import Density
from derivations.ring import canonical, canonical_atoms, is_zero, same
from derivations.rules.densities import is_density
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
        return statement.func(*(side.xreplace(self.values) for side in statement.args), evaluate=False)

    def replay(self, before, relation, after, context):
        from derivations import claim

        earlier = claim(self.claim)
        if not earlier.holds:
            raise StepError(f"{self.claim} is false: nothing can be built on it")
        if self.claim == context.claim.name:
            raise StepError("a claim cannot lean on itself")
        missing = [c for c in earlier.conditions if c not in context.conditions]
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

    def _adds(self, statement, before, after):
        """Is the step the equation itself, plus the same terms on both sides?"""
        gain = self.times * (statement.lhs - statement.rhs)
        return not same(before, after) and (is_zero(before - after - gain) or is_zero(before - after + gain))

    def normal(self, expr, context):
        statement = self.statement()
        lhs, rhs = canonical(statement.lhs), canonical(statement.rhs)

        def swap(node):
            if node == lhs or node.is_Add and lhs.is_Add and canonical(node) == lhs:
                return rhs
            if not node.args:
                return node
            return node.func(*(swap(a) for a in node.args))

        return swap(canonical_atoms(expr))

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

