"""Finite tables: abstract densities become random tables of positive numbers, integrals become finite sums.

An identity that holds for any densities holds for these, so a false step is caught by arithmetic.
"""

from itertools import product

from flint import acb
from sympy import Product

from derivations.enclose import steps
from derivations.enclose.balls import Atom, Balls, Unevaluable, as_ball, expectation_of_image, total
from derivations.language.density import Density
from derivations.language.functions import AbstractFunction
from derivations.language.maps import DistributionFunction
from derivations.language.normal import UniformDensity
from derivations.language.pushforward import Indicator, Probability, Pushforward


class Tables(Balls):
    """Evaluates with finite supports: `supports` maps a variable to its list of real points.

    Every law gets a random joint table over its slots; a law with a parameter theta depends on it smoothly,
    by exponential tilting. Abstract functions get random cubic polynomials (a sigmoid of one, for functions
    with values in (0, 1)). `rng` is a `random.Random`.
    """

    laws = {}

    def __init__(self, supports, slots, rng, values=()):
        super().__init__(values)
        self.supports = {v: [as_ball(p) for p in points] for v, points in supports.items()}
        self.by_slot = {str(v): v for v in supports}
        self.slots, self.rng = slots, rng
        self.weights, self.polynomials = {}, {}

    def at(self, choice):
        """The evaluator at one choice of points: variable -> position in its support."""
        return self.with_values({v: Atom(i, self.supports[v][i]) for v, i in choice.items()})

    def _Int(self, expr):
        if expr.bound not in self.supports and expr.has(Indicator, Probability, DistributionFunction):
            return steps.line_integral(self, expr.integrand, expr.bound)
        return total(v(expr.integrand) for v in self.points(expr.bound))

    def _E(self, expr):
        if isinstance(expr.density, UniformDensity):
            return steps.unit_integral(self, expr.integrand, expr.bound)
        if isinstance(expr.density, Pushforward):
            return self(expectation_of_image(expr))
        if isinstance(expr.density, Product):
            return self._over_draws(expr)
        return total(v(expr.density) * v(expr.integrand) for v in self.points(expr.bound))

    def _over_draws(self, expr):
        """The mean over several independent draws z_1, z_2, ... of an abstract law: over all their combinations."""
        (index, low, high), law = expr.density.limits[0], expr.density.function
        if not isinstance(law, Density) or law.slots[0] not in self.by_slot:
            raise Unevaluable("independent draws from a law that is no finite table")
        points = self.supports[self.by_slot[law.slots[0]]]
        places = range(self.whole(low), self.whole(high) + 1)
        result = acb(0)
        for chosen in product(range(len(points)), repeat=len(places)):
            here = self.with_values({expr.bound: {k: Atom(i, points[i]) for k, i in zip(places, chosen)}})
            weight = acb(1)
            for k in places:
                weight = weight * here.with_values({index: acb(k)})(law)
            result = result + weight * here(expr.integrand)
        return result

    def points(self, variable):
        """The evaluators at all points of a variable's support."""
        if variable not in self.supports:
            raise Unevaluable(f"{variable} has no finite support")
        return [self.at({variable: i}) for i in range(len(self.supports[variable]))]

    def support(self, variable):
        return len(self.supports[variable]) if variable in self.supports else None

    def with_law(self, law, table):
        """The same evaluator with a law of one variable replaced by a table: position -> mass."""
        new = self.with_values({})
        new.laws = {**self.laws, law: table}
        return new

    def _Density(self, expr):
        if expr.law in self.laws:
            return self.laws[expr.law][self.index(expr.values[0])]
        joint = self._mass(expr, expr.slots + expr.given_slots, expr.values + expr.given_values)
        return joint / self._mass(expr, expr.given_slots, expr.given_values) if expr.given_slots else joint

    def _mass(self, expr, slots, arguments):
        """The mass of the slots' values, all other slots of the law summed out, over the total mass."""
        known = dict(zip(slots, (self.index(a) for a in arguments)))
        everything = self._tilted(expr)
        return total(w for key, w in everything if all(key[s] == i for s, i in known.items())) / total(w for _, w in everything)

    def _tilted(self, expr):
        slots = self.slots[expr.law]
        for s in slots:
            if s not in self.by_slot:
                raise Unevaluable(f"the variable {s} has no finite support")
        sizes = [range(len(self.supports[self.by_slot[s]])) for s in slots]
        thetas = [self(t) for t in expr.parameters]
        table = []
        for key in product(*sizes):
            weight, slope = self._entry(expr.law, key)
            for theta in thetas:
                weight = weight * (slope * theta).exp()
            table.append((dict(zip(slots, key)), weight))
        return table

    def _entry(self, law, key):
        if (law, key) not in self.weights:
            self.weights[law, key] = acb(self.rng.randint(1, 40)), acb(self.rng.randint(-20, 20)) / 10
        return self.weights[law, key]

    def function(self, expr):
        """An abstract function at its arguments: a random cubic of a random combination of them."""
        name = expr.name if isinstance(expr, AbstractFunction) else str(expr.func)
        if name not in self.polynomials:
            self.polynomials[name] = [acb(self.rng.randint(-12, 12)) / 10 for _ in range(4 + len(expr.args))]
        constant, linear, square, cube, *mix = self.polynomials[name]
        arguments = expr.values if isinstance(expr, AbstractFunction) else expr.args
        t = total((1 + m) * self(a) for m, a in zip(mix, arguments))
        value = constant + t * (linear + t * (square + t * cube))
        if isinstance(expr, AbstractFunction) and expr.unit:
            return 1 / (1 + (-value / 4).exp())
        return value

    def _MapValue(self, expr):
        """A map of known direction: a random odd cubic of its argument, moved by its parameters."""
        if not expr.direction:
            return self.function(expr)
        if expr.name not in self.polynomials:
            self.polynomials[expr.name] = [acb(self.rng.randint(1, 20)) / 10 for _ in range(3)]
        linear, cube, move = self.polynomials[expr.name]
        t = self(expr.argument)
        return expr.direction * t * (linear + cube * t * t) + move * total(self(a) for a in expr.parameters)

    def _DistributionFunction(self, expr):
        return steps.distribution_function(self, expr)

    def _InverseMap(self, expr):
        return steps.quantile(self, expr)

    def _Probability(self, expr):
        if isinstance(expr.density, UniformDensity):
            return steps.unit_integral(self, Indicator(expr.lesser, expr.greater), expr.bound)
        chosen = acb(0)
        for v in self.points(expr.bound):
            excess = v(expr.greater) - v(expr.lesser)
            if not isinstance(excess, acb) or not (excess.real > 0 or excess.real < 0):
                raise Unevaluable("an event at its edge, or one that moves")
            if excess.real > 0:
                chosen = chosen + v(expr.density)
        return chosen

    def _LowerIntegral(self, expr):
        raise Unevaluable("an integral up to a point, in a finite table")
