"""A claim, as its file says it: statement, parameters, conditions, derivation, sources."""

import importlib
import inspect
from dataclasses import dataclass, field
from functools import cache, cached_property

from sympy import And

from derivations.derivation import Derivation
from derivations.domains import Domain, SquareMatrix, Vector
from derivations.language import latex


@dataclass(frozen=True)
class Parameter:
    """A parameter of a claim: its symbol, its domain, what it means and its unit.

    The symbol is a SymPy symbol, an indexed base, a matrix symbol, or an abstract density p(x) where any law
    may be put. `optional` parameters are drawn at random where the caller gives none.
    """

    symbol: object
    domain: Domain
    meaning: str = ""
    unit: str = ""
    keyword: str = ""
    optional: bool = False

    @property
    def name(self):
        return self.keyword or str(self.symbol)

    @property
    def latex(self):
        return latex(self.symbol)

    @property
    def shape(self):
        return "(..., d)" if isinstance(self.domain, Vector) else "(..., d, d)" if isinstance(self.domain, SquareMatrix) else "scalar"


@dataclass(frozen=True)
class Axiom:
    """What a claim takes without proof: named, stated, with its source and the condition under which it holds."""

    name: str
    statement: str
    source: str
    condition: str = ""


@dataclass(frozen=True)
class Part:
    """One statement of a claim and the derivation of its right side from its left."""

    statement: object
    derivation: Derivation
    title: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim. `statement` relates a definition on the left to a closed form on the right.

    `instance` maps abstract densities and functions to concrete ones with the claim's parameters, for the
    layers that need numbers. `stable` proves, for what a caller computes, a form equal to it that loses no digits in
    floating point; that one is compiled. `value` names the numbers a caller gets where the right side is no number by
    itself, as {"mean": ..., "variance": ...}. `exact_replay()` is a computation in exact numbers that must come out
    true (`.ok`, `.summary`), as a recursion run for many steps. `holds` is False for the museum, whose statements must
    be refuted: `truth` names the claim that has it right, `correction` says it in a sentence where no two formulas can
    be compared.
    """

    name: str
    chapter: str
    title: str
    summary: str
    parts: tuple
    parameters: tuple = ()
    conditions: tuple = ()
    sources: tuple = ()
    axioms: tuple = ()
    instance: dict = field(default_factory=dict)
    value: dict = field(default_factory=dict)
    exact_replay: object = None
    stable: tuple = ()
    holds: bool = True
    truth: str = ""
    correction: str = ""
    unit: str = ""

    @property
    def statement(self):
        return self.parts[0].statement if len(self.parts) == 1 else And(*(p.statement for p in self.parts), evaluate=False)

    @property
    def derivation(self):
        return self.parts[0].derivation

    @property
    def latex(self):
        return r" \\ ".join(latex(p.statement) for p in self.parts) if len(self.parts) > 1 else latex(self.statement)

    @cached_property
    def uses(self):
        """Names of the earlier claims that the derivation leans on, in order of use."""
        from derivations.rules.earlier import earlier_claim

        found = [s.rule.claim for p in self.parts + self.stable for s in all_steps(p.derivation) if isinstance(s.rule, earlier_claim)]
        return tuple(dict.fromkeys(found))

    @property
    def used_by(self):
        from derivations import claim, claims

        return tuple(other for other in claims() if self.name in claim(other).uses)


def all_steps(derivation):
    """The steps of a derivation, those inside its inductions included."""
    for step in derivation.steps:
        yield step
        for inner in getattr(step.rule, "derivations", ()):
            yield from all_steps(inner)


_FIELDS = {
    "parameters", "conditions", "sources", "axioms", "instance", "value", "stable", "exact_replay", "holds", "truth", "correction",
    "unit",
}  # fmt: skip


@cache
def load(chapter, name):
    """The claim that the file derivations/<chapter>/<name>.py writes down."""
    module = importlib.import_module(f"derivations.{chapter}.{name}")
    title, _, summary = inspect.getdoc(module).partition("\n")
    parts = getattr(module, "parts", None) or (Part(module.statement, module.derivation),)
    fields = {f: getattr(module, f) for f in _FIELDS if hasattr(module, f)}
    return Claim(name, chapter, title.rstrip("."), summary.strip(), parts, **fields)
