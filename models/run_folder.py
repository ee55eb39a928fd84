"""The folder of a run: what was asked for, the log, checkpoints and pictures.

    RUN/run.json        model, data, options, settings, versions, device
    RUN/log.jsonl       one JSON object per line: {"step": ..., "loss": ..., ...}
    RUN/checkpoints/    the last two
    RUN/pictures/       mosaics made while the run went
"""

import json
import os
from pathlib import Path

FORMAT = "proofsheet run 1"


class RunFolder:
    """The folder at `path`."""

    def __init__(self, path):
        self.path = Path(path)
        self.log_path, self.checkpoints, self.pictures = self.path / "log.jsonl", self.path / "checkpoints", self.path / "pictures"

    def description(self):
        """What is in run.json, None where there is none. Raises `ValueError` for a foreign or broken one."""
        try:
            text = (self.path / "run.json").read_text()
        except FileNotFoundError:
            return None
        try:
            found = json.loads(text)
        except json.JSONDecodeError as trouble:
            raise ValueError(f"{self.path / 'run.json'} cannot be read: {trouble}") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"{self.path / 'run.json'} does not describe a run of this program")
        return found

    def begin(self, description):
        """Make the folder and describe the run. Raises `ValueError` where the folder holds something else."""
        if self.path.exists() and (not self.path.is_dir() or any(p.name != "run.json.new" for p in self.path.iterdir())):
            raise ValueError(f"--out {self.path} is not empty and holds no run to resume: choose another folder. Nothing was changed.")
        self.path.mkdir(parents=True, exist_ok=True)
        self.describe(description)

    def describe(self, description):
        write_whole(self.path / "run.json", json.dumps({"format": FORMAT, **description}, indent=2) + "\n")

    def log(self, **line):
        """Append a line to the log."""
        with self.log_path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def lines(self):
        """The lines of the log, as dicts; a last line that was cut off is left out."""
        if not self.log_path.exists():
            return []
        found = []
        for line in self.log_path.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                break
        return found

    def cut_log(self, step):
        """Keep what the log says up to `step`."""
        write_whole(self.log_path, "".join(json.dumps(l) + "\n" for l in self.lines() if l["step"] <= step))


def write_whole(path, text):
    """Write a file so that it is there whole, or as it was before."""
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    os.replace(new, path)
