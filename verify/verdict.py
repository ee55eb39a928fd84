"""What a check answers: evidence from each layer, and the verdict that follows from it."""

import json
from dataclasses import dataclass, field

STATUSES = ("proved", "enclosed", "supported", "refuted", "undecided")
LAYERS = ("derivation", "enclosure", "monte_carlo", "gradient", "trained")
QUICK = LAYERS[:-1]  # those that are asked where none is named: training takes longer
STRENGTH = {"proved": 3, "enclosed": 2, "supported": 1}


@dataclass(frozen=True)
class Evidence:
    """The word of one layer: `status` is one of `STATUSES`, `summary` one sentence, `details` JSON-ready."""

    layer: str
    status: str
    summary: str
    details: dict = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """The outcome of checking a claim; true where the claim is proved, enclosed or supported.

    Attributes:
        name: the claim.
        status: "proved", "enclosed", "supported", "refuted" or "undecided".
        value: the right side at the parameters given (float, or array where they broadcast); None without parameters.
        enclosure: (low, high), floats or arrays, certain to hold the true value of the left side.
        estimate, standard_error: of the Monte Carlo layer, in the units of the claim.
        evidence: what each layer said.
        counterexample: a point at which the statement fails, with both sides' values there.
        diagnosis: how a refuted formula differs from the truth, in words.
        holds: whether the claim is said to hold (False for the museum of wrong formulas).
    """

    name: str
    status: str
    evidence: tuple = ()
    value: object = None
    enclosure: object = None
    estimate: object = None
    standard_error: object = None
    counterexample: object = None
    diagnosis: str = ""
    holds: bool = True
    statement: str = ""
    unit: str = ""

    def __bool__(self):
        return self.status in STRENGTH

    @property
    def as_expected(self):
        """Does what should hold hold, and is what should be refuted refuted?"""
        return bool(self) if self.holds else self.status == "refuted"

    @property
    def contradiction(self):
        """The layers that contradict each other, the loudest failure there is; empty when none do."""
        said = {e.status for e in self.evidence}
        if "refuted" in said and said & set(STRENGTH):
            return tuple(f"{e.layer}: {e.status}" for e in self.evidence)
        return ()

    @property
    def seconds(self):
        return sum(e.seconds for e in self.evidence)

    def to_dict(self):
        """The verdict as JSON-ready data."""
        return {
            "name": self.name,
            "status": self.status,
            "holds": self.holds,
            "as_expected": self.as_expected,
            "value": plain(self.value),
            "enclosure": plain(self.enclosure),
            "estimate": plain(self.estimate),
            "standard_error": plain(self.standard_error),
            "unit": self.unit,
            "counterexample": plain(self.counterexample),
            "diagnosis": self.diagnosis,
            "contradiction": list(self.contradiction),
            "evidence": [
                {"layer": e.layer, "status": e.status, "summary": e.summary, "details": plain(e.details), "seconds": e.seconds}
                for e in self.evidence
            ],
        }

    def to_json(self):
        """The verdict as a line of JSON."""
        return json.dumps(self.to_dict())

    def __str__(self):
        from verify.report import as_text

        return as_text(self)

    def __repr__(self):
        return f"<Verdict {self.name}: {self.status}>"

    def _repr_html_(self):
        from verify.report import as_html

        return as_html(self)


def conclude(evidence):
    """The status that follows from the layers' words.

    A refutation wins over everything, then what is undecided (an oracle that could not say is never a
    pass), then the strongest layer. No evidence at all is undecided.
    """
    said = [e.status for e in evidence]
    if "refuted" in said:
        return "refuted"
    if not said or "undecided" in said:
        return "undecided"
    return max(said, key=STRENGTH.__getitem__)


def counted(number, noun):
    """As "1 point", "6 points"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(value):
    """Arrays, tuples and numbers of any library as JSON-ready lists, floats and ints; NaN and infinity as text."""
    import math

    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, int):
        return value
    number = float(value)
    return number if math.isfinite(number) else str(number)
