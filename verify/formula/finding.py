"""What is said about a wrong formula: one sentence, and the formula put right."""
from dataclasses import dataclass, field

import sympy as sp


@dataclass(frozen=True)
class Diagnosis:
    """How a wrong formula differs from the right one.

    kind: "opposite_sign", "constant_factor", "nats_for_bits", "bits_for_nats", "constant_offset", "missing_term",
        "extra_term", "sign_of_term", "coefficient_of_term", "swapped_arguments", "variance_for_deviation", "log_base",
        "shifted_index", "reciprocal", "wrong_symbol", "wrong_exponent", "sign_inside", "complement",
        "parameter_factor", "wrong_term", "undefined", "extra_condition", "isolated_points", "unknown", or "none" where the two are equal.
    sentence: one English sentence.
    repaired: the formula put right, made out of the typed one where that is possible; None if nothing simple repairs it.
    factor, term, condition, difference: what the sentence speaks of.
    points, digits: the repair was held to the right formula at that many fresh points, to that many digits.
    """

    kind: str
    sentence: str
    repaired: sp.Expr | None = None
    factor: sp.Expr | None = None
    term: sp.Expr | None = None
    condition: str = ""
    difference: sp.Expr | None = None
    points: int = field(default=0)
    digits: int = field(default=0)

    def to_dict(self):
        """JSON-ready, formulas as plain maths."""
        found = {"kind": self.kind, "sentence": self.sentence, "condition": self.condition, "points": self.points,
                 "digits": self.digits}
        for part in ("repaired", "factor", "term", "difference"):
            value = getattr(self, part)
            found[part] = None if value is None else plain(value)
        return found


def plain(expr):
    """An expression as plain maths on one line; a very long one is cut."""
    text = str(expr).replace("**", "^")
    return text if len(text) <= 400 else text[:400] + "..."
