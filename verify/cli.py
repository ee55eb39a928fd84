"""The command line: `proofsheet verify`, `check`, `list`, `site`, and `train`, `sample`, `report` for models."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import tyro

from models.options import Options
from models.settings import Settings
from verify.report import MARK
from verify.verdict import LAYERS, QUICK, STRENGTH

SHORT = {"derivation": "rules", "enclosure": "balls", "monte_carlo": "samples", "gradient": "grad", "trained": "trained"}

Layer = Literal["derivation", "enclosure", "monte_carlo", "gradient", "trained"]

app = tyro.extras.SubcommandApp()


@app.command(name="verify")
def verify_claims(
    names: tyro.conf.Positional[tuple[str, ...]] = (),
    /,
    layer: tyro.conf.UseAppendAction[tuple[Layer, ...]] = (),
    json: bool = False,
    seed: int = 0,
) -> int:
    """Check claims (all of them, where none is named) and say what was proved, refuted on purpose, and not decided.

    Args:
        names: the claims to check; `proofsheet list` names them all.
        layer: ask only this layer; may be given several times. Without it all are asked but `trained`, which takes longer.
        json: one JSON object per claim and line instead of the table.
        seed: of every random choice.
    """
    from verify.all_claims import verify_all

    verdicts = []

    def progress(position, total, name, verdict):
        if verdict is not None:
            verdicts.append(verdict)
            if json:
                print(verdict.to_json(), flush=True)
        if not json and sys.stderr.isatty():
            print(f"\r\033[K[{position + 1}/{total}] {name} …", end="" if verdict is None else "\r\033[K", file=sys.stderr, flush=True)

    try:
        verify_all(names, layer or None, progress, seed)
    except KeyboardInterrupt:
        print(f"\ninterrupted after {len(verdicts)} claim(s)", file=sys.stderr)
        _finish(verdicts, json)
        return 130
    return _finish(verdicts, json)


def _finish(verdicts, json):
    """Print the table; 0 when everything is as it should be and there was something to check, else 1."""
    if not json:
        _table(verdicts)
    for v in verdicts:
        if not v.as_expected:
            print(f"\n{v}", file=sys.stderr)
    return 0 if verdicts and all(v.as_expected for v in verdicts) else 1


def _table(verdicts):
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("claim", no_wrap=True)
    table.add_column("verdict", no_wrap=True, min_width=9)
    layers = [l for l in LAYERS if l in QUICK or any(e.layer == l for v in verdicts for e in v.evidence)]
    for layer in layers:
        table.add_column(SHORT[layer], justify="center", no_wrap=True, min_width=len(SHORT[layer]))
    for v in verdicts:
        said = {e.layer: e.status for e in v.evidence}
        colour = "green" if v.as_expected else "bold red"
        word = v.status if v.holds else f"{v.status} on purpose" if v.as_expected else f"{v.status}, should be refuted"
        cells = (MARK[said[l]] if l in said else "–" for l in layers)
        table.add_row(v.name, f"[{colour}]{word}[/]", *cells)
    console = Console()
    console.print(table)
    counts = {s: sum(v.status == s and v.holds for v in verdicts) for s in STRENGTH}
    museum = sum(not v.holds and v.as_expected for v in verdicts)
    wrong = sum(not v.as_expected for v in verdicts)
    words = ", ".join(f"{n} {s}" for s, n in counts.items() if n)
    console.print(f"{len(verdicts)} claims: {words or 'none proved'}, {museum} refuted on purpose, {wrong} not as they should be, in {sum(v.seconds for v in verdicts):.0f} s.")


@app.command(name="check")
def check_formula(name: tyro.conf.Positional[str], formula: tyro.conf.Positional[str], /, seed: int = 0) -> int:
    """Judge your own formula for the right side of a claim: right, or refuted with a counterexample.

    Args:
        name: the claim, as kl_gaussian.
        formula: Python ("log(sigma2/sigma1) + ..."), plain mathematics, or LaTeX.
        seed: of the random points.
    """
    import verify

    verdict = getattr(verify, name)(claim=formula, seed=seed)
    print(verdict)
    return 0 if verdict else 1


@app.command(name="list")
def list_claims() -> int:
    """Name every claim, with its statement in words."""
    import derivations

    for name in derivations.claims():
        claim = derivations.claim(name)
        print(f"{name:<40} {claim.title}{'' if claim.holds else '  (false, on purpose)'}")
    return 0


@app.command(name="site")
def build_site() -> int:
    """Verify everything and build the site into site/ (needs a checkout of the repository)."""
    checkout = Path(__file__).resolve().parent.parent
    if not (checkout / "docs" / "build.py").exists():
        print(f"The site is built from a checkout of the repository; there is no docs/build.py in {checkout}.", file=sys.stderr)
        return 2
    return subprocess.call([sys.executable, "-m", "docs.build"], cwd=checkout)


@app.command(name="train")
def train_model(
    model: tyro.conf.Positional[str],
    /,
    out: Path,
    settings: Annotated[Settings, tyro.conf.arg(name="")] = Settings(),
    data: str = "digits",
    options: Annotated[Options, tyro.conf.arg(name="")] = Options(),
    resume: bool = False,
    data_dir: Path | None = None,
    distributed: bool = False,
) -> int:
    """Train a model with the derived loss; the folder of the run holds its log, checkpoints and pictures.

    Args:
        model: linear-autoencoder, autoencoder, conv-autoencoder, denoising-autoencoder; vae, conv-vae, beta-vae, conditional-vae,
            linear-vae; gan, wgan, wgan-gp, conditional-gan, spectral-gan, spectral-wgan, dcgan, self-attention-gan, progressive-gan;
            flow; ddpm, conditional-ddpm; or classifier, whose features judge the others.
        out: the folder of the run.
        data: digits, shapes, mnist, fashion-mnist, cifar-10, mixture, ring, grid, two-moons or checkerboard.
        resume: go on with the run in the folder, or start one where there is none.
        data_dir: where the files of MNIST, Fashion-MNIST and CIFAR-10 lie; else $PROOFSHEET_DATA, or they are downloaded.
        distributed: one of several processes that train together, each started with this same command; on a cluster they find each
            other, elsewhere set JAX_COORDINATOR_ADDRESS (host:port), JAX_NUM_PROCESSES and JAX_PROCESS_ID. They share the folder.
    """
    from models.commands import train_command

    return train_command(model, settings, out, data=data, resume=resume, data_dir=data_dir, distributed=distributed, **options.chosen())


@app.command(name="sample")
def sample_model(
    run: tyro.conf.Positional[Path],
    /,
    n: int = 64,
    seed: int = 0,
    label: int | None = None,
    out: Path | None = None,
    data_dir: Path | None = None,
) -> int:
    """Draw examples from the prior of a trained model, as a picture and as a NumPy array.

    Args:
        run: the folder of the run.
        n: how many.
        seed: of the codes.
        label: the class, for a conditional model; all in turn where none is given.
        out: the picture (PNG); the array lies beside it as .npy. RUN/samples.png where none is given.
        data_dir: where the data lie, if not where they were found in training.
    """
    from models.commands import sample_command

    return sample_command(run, n, seed, label, out, data_dir)


@app.command(name="report")
def report_on_run(run: tyro.conf.Positional[Path], /, data_dir: Path | None = None) -> int:
    """Write RUN/report/index.html: losses, reconstructions, samples, maps of the codes, walks between classes, and a diagnosis.

    Args:
        run: the folder of the run.
        data_dir: where the data lie, if not where they were found in training.
    """
    from models.commands import report_command

    return report_command(run, data_dir)


def main() -> None:
    """Run the command line; errors that a person can mend are one line on stderr and exit status 2."""
    try:
        sys.exit(app.cli(prog="proofsheet", description="The mathematics of deep generative models, checked."))
    except (ValueError, TypeError, AttributeError) as error:
        print(f"proofsheet: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
