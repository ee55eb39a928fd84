"""What stays of an experiment: RECORDS/NAME/record.json, and its pictures beside it."""

import datetime
import json
import shutil
from pathlib import Path

import numpy as np

from models.settings import Settings

RECORDS = Path(__file__).resolve().parent.parent.parent / "docs" / "recorded" / "experiments"
FORMAT = "proofsheet experiment 1"


def records(folder=RECORDS):
    """All records by name; empty where there are none. Raises `ValueError` for a file that is none."""
    found = {}
    for path in sorted(Path(folder).glob("*/record.json")):
        record = json.loads(path.read_text())
        if record.get("format") != FORMAT:
            raise ValueError(f"{path} is no record of an experiment")
        found[path.parent.name] = record
    return found


def write(experiment, run, figures, pictures, folder=RECORDS):
    """Write the record of a finished run; `pictures` is {name: (figure, caption)}."""
    described = run.folder.description()
    place = Path(folder) / experiment.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    kept = {}
    for name in experiment.pictures:
        figure, caption = pictures[name]
        figure.savefig(place / f"{name}.webp", dpi=80, pil_kwargs={"quality": 80})
        kept[name] = caption
    record = {
        "format": FORMAT,
        "title": experiment.title,
        "tasks": experiment.tasks,
        "command": command(run),
        "date": datetime.date.today().isoformat(),
        "seconds": round(seconds(run)),
        "steps": run.step,
        "seed": run.settings.seed,
        "data": {"name": experiment.data, "files": {k: v["sha256"] for k, v in run.dataset.provenance.items() if isinstance(v, dict)}},
        "software": {k: v for k, v in described["software"].items() if k != "command"},
        "figures": _plain(figures),
        "curve": curve(run),
        "pictures": kept,
    }
    if experiment.published:
        record["published"] = experiment.published
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(v, allow_nan=False)}" for k, v in record.items())
    (place / "record.json").write_text(f"{{\n{lines}\n}}\n")
    return record


def command(run):
    """The command that makes the run, as a person types it: what differs from the defaults."""
    described, defaults = run.folder.description(), Settings().to_dict()
    changed = {**described["options"], **{k: v for k, v in described["settings"].items() if v != defaults[k]}}
    flags = (f"--{k.replace('_', '-')} {' '.join(map(str, v)) if isinstance(v, list) else v}" for k, v in changed.items())
    return f"proofsheet train {described['model']} --data {described['data']} --out RUN {' '.join(flags)}"


def seconds(run):
    """How long the steps of a run took, however often it was taken up again."""
    lines = [{"step": 0}, *run.folder.lines()]
    return sum((b["step"] - a["step"]) / b["steps_per_second"] for a, b in zip(lines, lines[1:]))


def curve(run):
    """Training and test means of every term by step: {"step": [...], "squared_error": [...], "test_squared_error": [...], ...}."""
    lines = [line for line in run.folder.lines() if any(k.startswith("test_") for k in line)]
    keys = [k for k in (lines[0] if lines else {}) if k not in ("learning_rate", "steps_per_second") and not k.endswith("gradient_norm")]
    return {k: [_short(line[k]) for line in lines] for k in keys}


def _plain(value):
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return _short(value)


def _short(value):
    return float(f"{float(value):.6g}") if isinstance(value, (float, np.floating)) else value
