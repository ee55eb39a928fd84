"""The record of a run: what was found so far, kept on disk after every task, so that a run can be taken up again."""

import hashlib
import json
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from verify.mutation.finding import WORDS

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "build" / "mutants.json"


def fingerprint(seed):
    """Changes with every source file that a finding rests on, and with the seed."""
    digest = hashlib.sha256(str(seed).encode())
    for folder in ("derivations", "verify", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


class Record:
    """Findings by task, as JSON; those of other sources or another seed are forgotten."""

    def __init__(self, path=PATH, seed=0, fresh=False):
        self.path, self.seed, self.mark = Path(path), seed, fingerprint(seed)
        self.tasks, self.sabotages = {}, {}
        if not fresh and self.path.exists():
            before = json.loads(self.path.read_text())
            if before.get("fingerprint") == self.mark:
                self.tasks, self.sabotages = before["tasks"], before["sabotages"]

    def save(self):
        """Write what is known; a reader never sees half a file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps(self.to_dict(), indent=1))
        unfinished.replace(self.path)

    def to_dict(self):
        """Ready for JSON: "claims" and "checker" are for readers, "tasks" and "sabotages" for taking a run up again."""
        return {
            "command": "make mutants",
            "date": date.today().isoformat(),
            "seed": self.seed,
            "versions": {"python": platform.python_version(), **{p: version(p) for p in ("sympy", "jax", "python-flint")}},
            "claims": self.claims(),
            "checker": list(self.sabotages.values()),
            "fingerprint": self.mark,
            "tasks": self.tasks,
            "sabotages": self.sabotages,
        }

    def claims(self):
        """{claim: {layer: counts and descriptions}}, the tasks of a claim added up."""
        total = {}
        for name, table in self.tasks.items():
            claim = total.setdefault(name.split(":")[0], {})
            for layer, row in table.items():
                sums = claim.setdefault(layer, {k: type(v)() for k, v in row.items()})
                for key, value in row.items():
                    sums[key] = sums[key] + value
        return total

    def totals(self):
        """{layer: {word: count}} over all claims."""
        total = {}
        for table in self.claims().values():
            for layer, row in table.items():
                sums = total.setdefault(layer, dict.fromkeys(WORDS, 0))
                for word in WORDS:
                    sums[word] += row[word]
        return total
