"""`python -m verify.calibration`: count false alarms and 1% errors found, for every claim's Monte Carlo layer.

Exit status 1 when more false alarms came than the stated rate allows, or less than 99.9% of the errors were found.
Counts are kept in build/calibration.json after every claim: an interrupted run is taken up where it stopped, as long as
no source file has changed.
"""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

import derivations
from verify.calibration.measure import POINTS, SEEDS, measure
from verify.calibration.record import PATH, Record


def main(arguments=None):
    options = _options(arguments)
    record = Record(options.output, options.seed, options.seeds, options.points, options.fresh)
    names = options.claims or derivations.claims()
    try:
        _run(record, names, options)
    except KeyboardInterrupt:
        print(f"\ninterrupted; {record.path} keeps what was counted, and the same command goes on from there", file=sys.stderr)
        return 130
    found = [record.claims[n] for n in names]
    _print_table(found)
    return _verdict(found)


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m verify.calibration", description=__doc__)
    parser.add_argument("--claims", nargs="+", metavar="NAME", help="only these claims")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs of every test at reduced size")
    parser.add_argument("--points", type=int, default=POINTS, help="points of the domain at which statements are made wrong by 1%%")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run counted")
    parser.add_argument("--output", default=PATH, help="where to keep the counts (build/calibration.json)")
    options = parser.parse_args(arguments)
    try:
        for name in options.claims or ():
            derivations.claim(name)
    except ValueError as error:
        parser.error(str(error))
    if min(options.seeds, options.points, options.jobs) < 1:
        parser.error("--seeds, --points and --jobs must be at least 1")
    return options


def _run(record, names, options):
    """Measure the claims that the record does not know yet, with progress on the console."""
    waiting = sorted((n for n in names if n not in record.claims), key=lambda n: n not in SLOW)
    began = time.perf_counter()
    with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = {pool.submit(measure, n, options.seeds, options.points, options.seed): n for n in waiting}
        try:
            for done, future in enumerate(as_completed(running), 1):
                record.claims[running[future]] = future.result()
                record.save()
                print(f"[{done}/{len(waiting)}] {time.perf_counter() - began:4.0f} s  {running[future]}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


SLOW = ("gradient_variance", "elbo_lower_bound", "inverse_cdf_reparameterization", "xavier_initialization", "ddpm_posterior")
"""Begun first, so that no worker is left with one of them at the end."""


def _print_table(found):
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("claim", "tests", "runs each", "false alarms", "at 5%", "detectable seen", "1% errors found", "time"):
        table.add_column(heading, justify="left" if heading == "claim" else "right", no_wrap=True)
    for one in [f for f in found if f["mutants"]]:
        colour = "bold red" if one["problems"] else "default"
        runs = one["seeds"]
        table.add_row(
            f"[{colour}]{one['claim']}[/]", str(one["tests"]), f"{runs:,}", str(one["alarms"]),
            f"{one['visible'] / runs:.2%}" if runs else "–", f"{1 - one['unseen'] / runs:.2%}" if runs else "–",
            f"{one['detected']} of {one['mutants']}", f"{one['seconds']:.0f} s",
        )  # fmt: skip
    console = Console(width=max(110, Console().width))
    console.print(table)
    for one in found:
        for missed in one["missed"]:
            console.print(f"[red]not found[/] {one['claim']}: {missed}", highlight=False)
        for problem in one["problems"]:
            console.print(f"[bold red]problem[/] {one['claim']}: {problem}", highlight=False)
    silent = [f for f in found if not f["mutants"]]
    for reason in dict.fromkeys(r.split(";")[0] for f in silent for r in f["skipped"]):
        of = [f["claim"] for f in silent if any(r.startswith(reason) for r in f["skipped"])]
        console.print(f"nothing to calibrate in {len(of)}: {reason} ({', '.join(of)})", highlight=False)


def _verdict(found):
    """0 when nothing is wrong with any claim and something was measured, else 1."""
    runs, alarms = sum(f["tests"] * f["seeds"] for f in found), sum(f["alarms"] for f in found)
    mutants, detected = sum(f["mutants"] for f in found), sum(f["detected"] for f in found)
    print(f"{alarms} false alarms in {runs:,} runs; {detected:,} of {mutants:,} errors of 1% found")
    return 1 if any(f["problems"] for f in found) or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())
