"""Checkpoints: whole or not there at all.

A checkpoint is an Orbax folder, written as STEP.new and moved to STEP by one rename. It holds the state of training
and, as JSON, what it is a state of. The ones before are removed only when the new one is in place.
"""

import json
import os
import re
import shutil
from pathlib import Path

import jax
import numpy as np

KEPT = 2


class CheckpointError(ValueError):
    """A checkpoint that cannot be written, or cannot be read as what is asked for."""


class Checkpoints:
    """The checkpoints of one run in `folder`; `about` (JSON-ready) says of what, and must agree when one is read."""

    def __init__(self, folder, about):
        self.folder, self.about = Path(folder).resolve(), json.loads(json.dumps(about))

    def steps(self):
        """The steps of all whole checkpoints, in order."""
        if not self.folder.is_dir():
            return []
        return sorted(int(p.name) for p in self.folder.iterdir() if p.is_dir() and re.fullmatch(r"\d+", p.name))

    def save(self, step, state):
        """Write the state after `step` steps. Raises `CheckpointError`; what was there before stays."""
        import orbax.checkpoint as ocp

        try:
            with _checkpointer() as checkpointer:
                about = {**self.about, "step": step, "arrays": _shapes(state)}
                args = ocp.args.Composite(state=ocp.args.StandardSave(state), about=ocp.args.JsonSave(about))
                checkpointer.save(self.folder / f"{step}.new", args=args, force=True)
            shutil.rmtree(self.folder / str(step), ignore_errors=True)
            os.replace(self.folder / f"{step}.new", self.folder / str(step))
        except Exception as trouble:  # Orbax reports a full disk in many ways
            last = f"the last whole one is that of step {self.steps()[-1]}" if self.steps() else "there is none yet"
            raise CheckpointError(f"The checkpoint of step {step} could not be written to {self.folder}; {last}. {_first_line(trouble)}") from trouble
        for old in [s for s in self.steps() if s <= step][:-KEPT]:
            shutil.rmtree(self.folder / str(old), ignore_errors=True)

    def restore(self, like, step=None):
        """(step, state) of the newest checkpoint, or that of `step`; arrays are placed as those of `like` are.

        Raises `CheckpointError` for one that cannot be read, or is of something else.
        """
        import orbax.checkpoint as ocp

        step = self.steps()[-1] if step is None else step
        place = self.folder / str(step)
        try:
            with _checkpointer() as checkpointer:
                about = checkpointer.restore(place, args=ocp.args.Composite(about=ocp.args.JsonRestore()))["about"]
        except Exception as trouble:
            raise CheckpointError(f"{place} is no checkpoint that can be read: {_first_line(trouble)}") from trouble
        for name, wanted in {**self.about, "arrays": _shapes(like)}.items():
            if about.get(name) != wanted:
                raise CheckpointError(f"{place} is a checkpoint of something else: {_difference(name, about.get(name), wanted)}")
        try:
            with _checkpointer() as checkpointer:
                abstract = jax.tree.map(ocp.utils.to_shape_dtype_struct, like)
                state = checkpointer.restore(place, args=ocp.args.Composite(state=ocp.args.StandardRestore(abstract)))["state"]
        except Exception as trouble:
            raise CheckpointError(f"The arrays in {place} cannot be read: {_first_line(trouble)}") from trouble
        return step, state

    def forget_after(self, step):
        """Remove unfinished writes, and checkpoints later than `step`."""
        for p in self.folder.iterdir() if self.folder.is_dir() else ():
            if not re.fullmatch(r"\d+", p.name) or int(p.name) > step:
                shutil.rmtree(p, ignore_errors=True)


def _checkpointer():
    import orbax.checkpoint as ocp

    return ocp.Checkpointer(ocp.CompositeCheckpointHandler())


def _shapes(state):
    """{where: "dtype[shape]"} of every array."""
    leaves = jax.tree_util.tree_flatten_with_path(state)[0]
    return {jax.tree_util.keystr(path): f"{leaf.dtype}{list(np.shape(leaf))}" for path, leaf in leaves}


def _difference(name, found, wanted):
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in sorted({*found, *wanted}):
            if found.get(key) != wanted.get(key):
                return f"{name} {key} is {found.get(key, 'absent')} there and {wanted.get(key, 'absent')} here"
    return f"its {name} is {found!r}, and {wanted!r} is asked for"


def _first_line(trouble):
    text = str(trouble).strip()
    return f"{type(trouble).__name__}: {text.splitlines()[0][:300]}" if text else type(trouble).__name__
