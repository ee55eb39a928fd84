"""`make bench`: the Monte Carlo engine and the enclosures beside their peers, in one run; written to build/bench.json.

Seconds depend on the machine and on who else uses it: what is compared are ratios, of the best of several interleaved
rounds. A ratio below its goal is said, and is no error.
"""

import argparse
import json
import sys
from pathlib import Path

from bench import enclosures, monte_carlo
from bench.circumstances import circumstances

PATH = Path(__file__).resolve().parent.parent / "build" / "bench.json"
GOALS = {("jax", 1): 7, ("jax", 8): 6, ("jax", 64): 6, ("torch", 1): 15}
MEBIBYTES = 300  # for 10^8 samples in one dimension


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10**8, help="in one dimension; n/d in d dimensions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=PATH)
    options = parser.parse_args()
    found = {}
    for d in (1, 8, 64):
        found[str(d)] = monte_carlo.measure(options.samples, d, options.rounds)
        monte_carlo.show(d, found[str(d)])
    print()
    enclosed = list(enclosures.rows())
    for row in enclosed:
        print(f"  {row['case']:24} {row['digits']:4} digits in {row['seconds'] * 1e3:7.2f} ms, mpmath takes {row['ratio']:.0f} times as long")
    missed = list(below(found))
    print("\n" + ("\n".join(missed) or "every goal is reached"))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({**circumstances("make bench", ("jax", "numpy", "scipy", "torch", "python-flint", "mpmath")), "monte_carlo": found, "enclosures": enclosed, "missed": missed}, indent=1))
    return 0


def below(found):
    """The goals that were not reached, a line each."""
    for (name, d), goal in GOALS.items():
        ratio = found[str(d)][name].get("ratio")
        if ratio is not None and ratio < goal:
            yield f"below the goal: {ratio:.1f} times as fast as {name} in {d} dimension{'s' if d > 1 else ''}, not {goal}"
    if (memory := found["1"]["proofsheet"]["mebibytes"]) > MEBIBYTES:
        yield f"above the goal: {memory:.0f} MiB in one dimension, not {MEBIBYTES}"


if __name__ == "__main__":
    sys.exit(main())
