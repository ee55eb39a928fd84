"""The record of a calibration: what was counted so far, kept on disk after every claim."""

import json
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from verify.mutation.record import ROOT, fingerprint

PATH = ROOT / "build" / "calibration.json"


class Record:
    """Counts by claim, as JSON; those of other sources, another seed or other numbers are forgotten."""

    def __init__(self, path=PATH, seed=0, seeds=0, points=0, fresh=False):
        self.path, self.seed, self.mark = Path(path), seed, fingerprint(f"{seed}/{seeds}/{points}")
        self.claims = {}
        if not fresh and self.path.exists():
            before = json.loads(self.path.read_text(encoding="utf-8"))
            if before.get("fingerprint") == self.mark:
                self.claims = before["claims"]

    def save(self):
        """Write what is known; a reader never sees half a file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps(self.to_dict(), indent=1), encoding="utf-8")
        unfinished.replace(self.path)

    def to_dict(self):
        """Ready for JSON."""
        from verify.monte_carlo.stream import device_name

        return {
            "command": "make calibration",
            "date": date.today().isoformat(),
            "seed": self.seed,
            "device": device_name(),
            "versions": {"python": platform.python_version(), **{p: version(p) for p in ("jax", "numpy", "sympy", "python-flint")}},
            "claims": self.claims,
            "fingerprint": self.mark,
        }
