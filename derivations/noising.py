"""The noising chain that the claims of diffusion speak of: x_0, x_1, ..., with a schedule beta_1, beta_2, ..."""

from dataclasses import dataclass
from fractions import Fraction

from sympy import IndexedBase, Symbol

from derivations.claimfile import Parameter
from derivations.domains import Integers, Interval, Vector
from derivations.language.word import integer

t = integer("t")
x, x0, xt, x_before, x_after = (Symbol(name, real=True) for name in ("x", "x_0", "x_t", "x_{t-1}", "x_{t+1}"))
beta = IndexedBase("beta", positive=True)


@dataclass(frozen=True)
class Schedule(Vector):
    """The noise variances of the steps, each in (0, 1); five of them where the checker samples."""

    entry: Interval = Interval(Fraction(0), Fraction(1))

    def sample(self, rng, sizes=None):
        return [self.entry.sample(rng) for _ in range(5)]

    def edge(self, rng, sizes=None):
        return [self.entry.edge(rng) for _ in range(5)]


@dataclass(frozen=True)
class Step(Integers):
    """A step of the chain, from `low` to the number of betas."""

    def describe(self, name):
        return f"{name} is an integer, {self.low} <= {name} <= the number of betas"

    def validate_beside(self, name, array, others):
        length = others["betas"].shape[-1] if "betas" in others else self.high
        if (array > length).any():
            raise ValueError(f"{name} = {int(array.max())} is outside its domain: {self.describe(name)} = {length}")


@dataclass(frozen=True)
class StepsAbove(Integers):
    """How many steps above step t a process starts: at the last beta at most."""

    def describe(self, name):
        return f"{name} is an integer, 1 <= {name} <= the number of betas - t"

    def validate_beside(self, name, array, others):
        above = int(others["betas"].shape[-1] - others["t"].max()) if {"betas", "t"} <= set(others) else self.high
        if (array > above).any():
            raise ValueError(f"{name} = {int(array.max())} is outside its domain: {self.describe(name)} = {above}")


betas = Parameter(beta, Schedule(), "noise variances beta_1, beta_2, ... of the steps", keyword="betas")
