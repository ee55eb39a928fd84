"""`python -m verify.mutation`: mutate every claim and the checker; exit with 1 if the checker let anything through.

Findings are kept in build/mutants.json after every task: an interrupted run is taken up where it stopped, as long as
no source file has changed.
"""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from verify.mutation import campaign, sabotage
from verify.mutation.finding import DECISIVE, LAYERS, WORDS
from verify.mutation.record import PATH, Record


def main(arguments=None):
    options = _options(arguments)
    record = Record(options.output or PATH, options.seed, options.fresh)
    try:
        _run(record, options)
    except KeyboardInterrupt:
        record.save()
        print(f"\ninterrupted; {record.path} keeps what was found, and the same command goes on from there", file=sys.stderr)
        return 130
    _print_table(record)
    return _verdict(record)


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m verify.mutation", description=__doc__)
    parser.add_argument("--claims", nargs="+", metavar="NAME", help="only these claims, and not the checker")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run found")
    parser.add_argument("--output", help="where to keep the findings (build/mutants.json)")
    return parser.parse_args(arguments)


def _run(record, options):
    """Examine what the record does not know yet, with progress on the console."""
    tasks = {":".join(map(str, t)): t for t in campaign.tasks(options.claims)}
    waiting = {key: t for key, t in tasks.items() if key not in record.tasks}
    broken = [] if options.claims else [n for n in sabotage.NAMES if n not in record.sabotages]
    began, done, number = time.perf_counter(), 0, len(waiting) + len(broken)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as pool:
        running = {pool.submit(campaign.tallied, t, options.seed): ("tasks", key) for key, t in _long_first(waiting)}
        running |= {pool.submit(sabotage.noticed_by, name): ("sabotages", name) for name in broken}
        try:
            for future in as_completed(running):
                kind, key = running[future]
                getattr(record, kind)[key] = future.result()
                record.save()
                done += 1
                print(f"[{done}/{number}] {time.perf_counter() - began:4.0f} s  {key}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _long_first(waiting):
    """The slowest claims first, so that no worker is left with one of them at the end."""
    slow = ("gradient_variance", "jensen_shannon_bounds", "ddpm_posterior", "gan_global_optimum", "optimal_discriminator")
    return sorted(waiting.items(), key=lambda item: item[1][0] not in slow)


def _print_table(record):
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", title=", ".join(WORDS), title_justify="left")
    for heading in ("claim", *LAYERS):
        table.add_column(heading.replace("_", " "), justify="left" if heading == "claim" else "right")
    claims = record.claims()
    for name, row in [*claims.items(), ("all", record.totals())]:
        table.add_row(name, *(_cell(row.get(layer), layer) for layer in LAYERS))
    console = Console(width=max(120, Console().width))
    console.print(table)
    for name, rows in claims.items():
        for layer in DECISIVE:
            for survivor in rows.get(layer, {}).get("survivors", ()):
                console.print(f"[bold red]survived[/] {name}, {layer}: {survivor}", highlight=False, markup=True)
    for entry in record.sabotages.values():
        seen = entry["noticed_by"] or "[bold red]noticed by no test[/]"
        console.print(f"{entry['name']}: {seen}", highlight=False)


def _cell(row, layer):
    if row is None:
        return "–"
    text = " ".join(str(row[word]) for word in WORDS)
    return f"[bold red]{text}[/]" if row["survived"] and layer in DECISIVE else text


def _verdict(record):
    """0 when nothing survived where nothing may, and every broken checker was noticed; else 1."""
    survived = sum(record.totals().get(layer, {}).get("survived", 0) for layer in DECISIVE)
    unnoticed = sum(not entry["noticed_by"] for entry in record.sabotages.values())
    if not record.tasks:
        print("nothing was examined", file=sys.stderr)
        return 1
    print(f"{survived} survivors in the layers that decide; {unnoticed} broken checkers that no test notices")
    return 1 if survived or unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
