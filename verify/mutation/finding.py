"""What one layer said of one mutant."""

from dataclasses import dataclass

LAYERS = ("derivation", "attack", "enclosure", "monte_carlo", "gradient", "input")
DECISIVE = ("derivation", "enclosure")  # the layers in which no mutant may survive
WORDS = ("killed", "survived", "equivalent", "silent")


@dataclass(frozen=True)
class Finding:
    """`word` is one of `WORDS`; `reason` says why a mutant survived, is equivalent, or could not be judged.

    Silent: the layer could not evaluate the mutant, so it says "undecided", which never passes.
    """

    layer: str
    kind: str
    mutant: str
    word: str
    reason: str = ""

    def __str__(self):
        return f"{self.kind}: {self.mutant}" + (f" ({self.reason})" if self.reason else "")


def tally(findings):
    """{layer: {killed, survived, equivalent, silent, survivors}} of many findings, JSON-ready."""
    table = {}
    for f in findings:
        row = table.setdefault(f.layer, {**dict.fromkeys(WORDS, 0), "survivors": [], "equivalents": [], "silences": []})
        row[f.word] += 1
        if f.word != "killed":
            row[{"survived": "survivors", "equivalent": "equivalents", "silent": "silences"}[f.word]].append(str(f))
    return {layer: table[layer] for layer in LAYERS if layer in table}
