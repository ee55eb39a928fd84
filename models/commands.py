"""What `proofsheet train`, `sample` and `report` do, and how they say it."""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models import hosts
from models.checkpoint import CheckpointError
from models.run import load, sample, train
from models.pictures import save, show
from models.report_page import report
from models.trainer import NotFinite

HIDDEN = {"step", "learning_rate"}


def train_command(model, settings, out, distributed=False, **options):
    """Train with a progress bar; the exit status."""
    if distributed:
        hosts.join()
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn(), TextColumn("{task.fields[terms]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(model, total=settings.steps, speed="compiling", terms="")
        seen = []

        def progress(line, seconds):
            terms = ", ".join(f"{k.replace('_', ' ')} {v:.4g}" for k, v in line.items() if k not in HIDDEN and not k.startswith("test_") and not k.endswith("gradient_norm"))
            steps = line["step"] - (seen[-1] if seen else line["step"] - 1)
            seen.append(line["step"])
            bar.update(task, completed=line["step"], speed=f"{steps / seconds:.0f} steps/s" if len(seen) > 1 else "", terms=terms)
            if not console.is_terminal and any(k.startswith("test_") for k in line):
                tests = ", ".join(f"{k.replace('_', ' ')} {v:.4g}" for k, v in line.items() if k.startswith("test_"))
                print(f"step {line['step']}: {terms}; {tests}", file=sys.stderr, flush=True)

        return _plainly(lambda: print(train(model, out=out, settings=settings, progress=progress, **options)))


def sample_command(run, n, seed, label, out, data_dir):
    """Write n samples of a run as a picture and as an array; the exit status."""

    def act():
        examples = sample(load(run, data_dir), n, seed, label)
        path = Path(out or Path(run) / "samples.png")
        save(show(examples, columns=round(len(examples) ** 0.5)), path)
        np.save(path.with_suffix(".npy"), examples)
        print(path)

    return _plainly(act)


def report_command(run, data_dir):
    """Write the page of a run; the exit status."""
    return _plainly(lambda: print(report(run, data_dir)))


def _plainly(act):
    """Run; what a person can mend is one line, not a traceback."""
    try:
        act()
    except NotFinite as failure:
        print(f"proofsheet: {failure}; a lower --learning-rate or --clip may help", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stopped:
        print(f"proofsheet: {stopped}", file=sys.stderr)
        return 130
    except CheckpointError as trouble:
        print(f"proofsheet: {trouble}", file=sys.stderr)
        return 3
    except OSError as trouble:
        print(f"proofsheet: {trouble}", file=sys.stderr)
        return 3
    return 0
