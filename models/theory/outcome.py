"""What an experiment found: numbers of a trained model beside what the theory says of them."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Comparison:
    """A number found by training and the number derived.

    `side` says what the derivation makes impossible whatever the training: "above" (the derived number is a least
    value, found must not be below), "below" (a largest value), or "equal" (an identity that holds for any weights).
    `tolerance` is how far training may have stopped from the optimum, or the stated error of an identity's two
    sides; `certain` is the numerical error of the comparison itself, beyond which the impossible has happened.
    """

    what: str
    found: float
    expected: float
    tolerance: float
    side: str
    certain: float

    @property
    def agrees(self):
        return abs(self.found - self.expected) <= self.tolerance and not self.contradicts

    @property
    def contradicts(self):
        """Is this what the derivation says cannot be? NaN is neither here nor in `agrees`."""
        difference = self.found - self.expected
        return {"above": difference < -self.certain, "below": difference > self.certain, "equal": abs(difference) > self.certain}[self.side]


@dataclass(frozen=True)
class Outcome:
    """The comparisons at the end of training, and curves on the way: {label: values} at `steps`, towards `optimum` if there is one.

    `axis` names what `steps` count. `measured` holds further figures (JSON-ready), `protocol` says what was trained: data, model, steps, seed.
    """

    comparisons: tuple
    steps: tuple
    curves: dict
    quantity: str
    optimum: float | None
    protocol: dict
    measured: dict = field(default_factory=dict)
    axis: str = "step"

    @property
    def status(self):
        """Supported where all agree, refuted where one contradicts the derivation, undecided where training did not get there."""
        if not self.comparisons or any(c.contradicts for c in self.comparisons):
            return "refuted" if self.comparisons else "undecided"
        return "supported" if all(c.agrees for c in self.comparisons) else "undecided"

    def sentence(self):
        """The comparison that came least near, in one sentence."""
        if not self.comparisons:
            return "nothing was compared"
        worst = max(self.comparisons, key=lambda c: (c.contradicts, not c.agrees, abs(c.found - c.expected) / c.tolerance))
        counted = f"{len(self.comparisons)} comparison{'s' if len(self.comparisons) > 1 else ''}"
        word = {"supported": "agree", "refuted": "contradict the derivation", "undecided": "did not all come near enough"}[self.status]
        return f"{counted} {word}; {worst.what}: trained {worst.found:.6g}, derived {worst.expected:.6g} (within {worst.tolerance:.1g})"

    def to_dict(self):
        return {
            "comparisons": [asdict(c) | {"agrees": c.agrees} for c in self.comparisons],
            "steps": list(self.steps),
            "curves": {label: list(values) for label, values in self.curves.items()},
            "quantity": self.quantity,
            "axis": self.axis,
            "optimum": self.optimum,
            "protocol": self.protocol,
            "measured": self.measured,
        }
