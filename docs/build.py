"""Builds the site: verify every claim, write the pages, build the HTML, check it against the evidence.

    python -m docs.build

`build/evidence` holds what was found, `build/pages` the Markdown written from it, `build/site` the HTML. Only a site
that passes every check becomes `site`. The exit status is non-zero if a claim that should hold is refuted, one that
should be refuted holds, anything is undecided, or the built HTML disagrees with the evidence.
"""

import json
import multiprocessing
import os
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import derivations
from docs import check, katex, ledger
from docs import evidence as evidence_files
from docs.figures import plot
from docs.markup import CHAPTERS, SIGNS
from docs.pages import claim, claims, errata, experiments, front, graph, marks, reference, sheets
from docs.pages import ledger as ledger_page
from models.experiments import COMPARISON, RECORDS, families, records

REPOSITORY = Path(__file__).resolve().parent.parent
BUILD = REPOSITORY / "build"
ASSETS = REPOSITORY / "docs" / "assets"
RECORDED = REPOSITORY / "docs" / "recorded"
CONTESTS = ("bench-training", "bench-generative")  # how fast training is beside others
PROCESSES = min(2, os.cpu_count() or 1)  # more gain little: the sampling of one claim uses every core by itself
COLOURS = {"proved": "green", "enclosed": "cyan", "supported": "magenta", "refuted": "red", "undecided": "yellow"}


def main() -> int:
    """Builds and checks the site; returns the exit status."""
    began, console = time.perf_counter(), Console()
    evidence = verify_all(console)
    unexpected = [one for one in evidence.values() if not one["as_expected"]]
    write_pages(evidence, evidence_files.example(front.SHOWN, front.POINT), BUILD / "pages")
    build_html(navigation(evidence), BUILD / "pages", BUILD / "site")
    formulas = katex.render_site(BUILD / "site")
    problems = ledger.problems(evidence) + check.check(BUILD / "site", evidence)
    if not unexpected and not problems:
        shutil.rmtree(REPOSITORY / "site", ignore_errors=True)
        shutil.copytree(BUILD / "site", REPOSITORY / "site")
    summary(console, evidence, formulas, problems, time.perf_counter() - began)
    return bool(unexpected or problems)


def verify_all(console: Console) -> dict[str, dict]:
    """The evidence of every claim, by name in reading order, with progress on the console; written to `build/evidence`."""
    names, found = derivations.claims(), {}
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    pool = ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(names))
        running = {pool.submit(evidence_files.gather, name): name for name in names}
        try:
            for done in as_completed(running):
                name = running[done]
                try:
                    found[name] = done.result()
                except Exception as error:
                    raise RuntimeError(f"the evidence of {name} could not be gathered") from error
                status = found[name]["verdict"]["status"]
                colour = COLOURS[status] if found[name]["as_expected"] else "bold red"
                progress.console.print(f"[{colour}]{SIGNS[status]} {status:<10}[/] {name}")
                progress.advance(task)
        finally:
            pool.shutdown(cancel_futures=True)  # of those that have not begun, when one fails or a person interrupts
    shutil.rmtree(BUILD / "evidence", ignore_errors=True)
    evidence_files.write(list(found.values()), BUILD / "evidence")
    return {name: found[name] for name in names}


def write_pages(evidence: dict[str, dict], example: dict, folder: Path) -> None:
    """Writes the Markdown of all pages, and what they load, to `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    runs = {name: ledger.recorded(BUILD / f"{name}.json", RECORDED / f"{name}.json") for name in ("mutants", "calibration", "bench", *CONTESTS)}
    entries = ledger.ledger(evidence, *(runs[name].get("claims", {}) for name in ("mutants", "calibration")))
    figures = {name: plot.of_claim(name) for name in evidence}
    recorded, beside = records(), families()
    pages = {
        "index.md": front.page(evidence, example),
        "claims/index.md": claims.page(evidence),
        "errata.md": errata.page(evidence, figures),
        "experiments.md": experiments.page(recorded, beside, [runs[name] for name in CONTESTS]),
        "graph.md": graph.page(evidence),
        "ledger.md": ledger_page.page(entries, runs["bench"]),
        "marks.md": marks.page(evidence),
        "sheets/index.md": sheets.index(evidence),
    }
    pages |= {f"claims/{name}.md": claim.page(one, figures[name], plot.of_accuracy(name, one["accuracy"])) for name, one in evidence.items()}
    pages |= {f"sheets/{letter}.md": sheets.page(letter, sheet, evidence) for letter, sheet in sheets.sheets().items()}
    pages |= {f"reference/{name}.md": reference.page(name, evidence) for name in reference.PAGES}
    for name, markdown in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown, encoding="utf-8")
    shutil.copytree(ASSETS, folder / "assets")
    if recorded:
        shutil.copytree(RECORDS, folder / "recorded", ignore=shutil.ignore_patterns("*.json"))
    if beside:
        shutil.copytree(COMPARISON, folder / "recorded" / "comparison", ignore=shutil.ignore_patterns("*.json"))
    katex.copy_assets(folder / "assets" / "katex")
    evidence_files.write(list(evidence.values()), folder / "evidence")
    (folder / "ledger.json").write_text(json.dumps(entries, indent=1, ensure_ascii=False), encoding="utf-8")


def navigation(evidence: dict[str, dict]) -> list:
    """MkDocs' navigation: the claims by chapter, and the pages about all of them."""
    chapters = [
        {title: [{one["title"]: f"claims/{name}.md"} for name, one in evidence.items() if one["chapter"] == chapter]}
        for chapter, title in CHAPTERS.items()
        if any(one["chapter"] == chapter for one in evidence.values())
    ]
    return [
        {"Home": "index.md"},
        {"Claims": [{"All claims": "claims/index.md"}, *chapters]},
        {"Exercise sheets": [{"All sheets": "sheets/index.md"}, *({f"Sheet {letter}": f"sheets/{letter}.md"} for letter in sheets.sheets())]},
        {"Errata": "errata.md"},
        {"Trained models": "experiments.md"},
        {"Evidence": [{"How to read the marks": "marks.md"}, {"Ledger": "ledger.md"}, {"What builds on what": "graph.md"}]},
        {"Reference": [{name: f"reference/{name}.md"} for name in reference.PAGES]},
    ]


def build_html(nav: list, pages: Path, site: Path) -> None:
    """`mkdocs build --strict` from the folder `pages` to the folder `site`."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's notice about a later MkDocs; the version here is pinned
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(str(REPOSITORY / "mkdocs.yml"), nav=nav, docs_dir=str(pages), site_dir=str(site), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)


def summary(console: Console, evidence: dict[str, dict], formulas: int, problems: list[str], seconds: float) -> None:
    """One screen: what was found, what is wrong if anything is, and how to look at it."""
    steps = [step for one in evidence.values() for step in evidence_files.steps(one["parts"])]
    axioms = {axiom["name"] for one in evidence.values() for axiom in one["axioms"]}
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    held = Counter(one["verdict"]["status"] for one in evidence.values() if one["holds"])
    for status in SIGNS:
        if held[status]:
            table.add_row(f"[{COLOURS[status]}]{SIGNS[status]} {status}[/]", str(held[status]), "claims")
    museum = [one for one in evidence.values() if not one["holds"]]
    refuted = sum(one["as_expected"] for one in museum)
    table.add_row("✗ refuted on purpose", f"{refuted} of {len(museum)}", "statements that have been printed and are false")
    table.add_row("steps replayed", f"{sum(step['replayed'] for step in steps)} of {len(steps)}", f"by {len({step['rule'] for step in steps})} rules")
    table.add_row("axioms", str(len(axioms)), "named on the pages that lean on them")
    table.add_row("formulas rendered", str(formulas), f"in {seconds:.0f} s, all of it")
    console.print(table)
    for one in evidence.values():
        if not one["as_expected"]:
            wanted = "hold" if one["holds"] else "be refuted"
            console.print(f"[bold red]{one['name']}[/] should {wanted} and is {one['verdict']['status']}")
    for problem in problems:
        console.print(f"[bold red]problem[/] {escape(problem)}", highlight=False, soft_wrap=True)
    if problems or any(not one["as_expected"] for one in evidence.values()):
        console.print("The site was not replaced. What was built lies in build/site.")
    else:
        console.print("The site is in site/. To look at it: [bold]make serve[/]")


if __name__ == "__main__":
    sys.exit(main())
