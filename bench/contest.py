"""Contestants that train the same network take turns, each in a process of its own; the best of all rounds counts.

Seconds depend on the machine and on who else uses it: what is compared are ratios within a run, which goes to build/bench-NAME.json.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.circumstances import circumstances

BUILD = Path(__file__).resolve().parent.parent / "build"
PEERS = {"torch": "PyTorch eager", "torch.compile": "torch.compile", "flax": "Flax NNX"}


def run(name, doc, contestants, steps, goals):
    """The command line of a contest: `contestants` are {who: function of a model's name and of steps}, `steps` and `goals` are by model.

    A contestant gives {"seconds": of a step, ...}; "proofsheet" is ours, and a goal is how many times as long PyTorch eager takes.
    """
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=doc.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs=2, metavar=("WHO", "MODEL"), help="one contestant in this process; prints JSON")
    options = parser.parse_args()
    if options.only:
        who, model = options.only
        print(json.dumps(contestants[who](model, steps[model])))
        return 0
    found = {}
    for model in steps:
        found[model] = compete(f"bench.{name}", model, contestants, options.rounds)
        print("\n".join(lines(model, found[model], goals[model])), flush=True)
    BUILD.mkdir(exist_ok=True)
    head = circumstances(f"python -m bench.{name}", ("jax", "equinox", "optax", "torch", "flax"))
    (BUILD / f"bench-{name}.json").write_text(json.dumps({**head, "steps": steps, "goals": goals, "found": found}, indent=1) + "\n")
    return 0


def compete(module, model, contestants, rounds):
    """{who: their best round}; {"trouble": why} of one that cannot run. Raises `RuntimeError` where that is ours."""
    found = {}
    for _ in range(rounds):
        for who in contestants:
            if "trouble" in found.get(who, ()):
                continue
            done = subprocess.run([sys.executable, "-m", module, "--only", who, model], capture_output=True, text=True)
            if done.returncode:
                found[who] = {"trouble": done.stderr.strip().splitlines()[-1]}
            else:
                one = json.loads(done.stdout)
                found[who] = min(found.get(who, one), one, key=lambda m: m["seconds"])
    if "trouble" in found["proofsheet"]:
        raise RuntimeError(f"{model}: {found['proofsheet']['trouble']}")
    return found


def lines(model, found, goal):
    """What is to be said of a contest."""
    mine = found["proofsheet"]
    yield f"{model}: {mine['seconds'] * 1e3:.2f} ms a step after {mine['compile_seconds']:.1f} s of compiling"
    for who, words in PEERS.items():
        if who in found:
            one = found[who]
            verdict = f"cannot run: {one['trouble']}" if "trouble" in one else f"takes {one['seconds'] / mine['seconds']:.2f} times as long"
            yield f"  {words} {verdict}" + (f" (goal {goal})" if who == "torch" else "")
    if "ddim_seconds" in mine:
        yield f"  {mine['ddim_images']} images by DDIM in {mine['ddim_steps']} steps, one compiled call: {mine['ddim_seconds']:.2f} s"
