"""`python -m models.experiments`: train, measure and record; interrupted runs go on where they stopped."""

import argparse
import sys
from pathlib import Path

from models.experiments.catalogue import CATALOGUE

RUNS = Path("runs")
COMPARISON = "comparison"  # of the families, beside the runs of the catalogue
POINTS = 30  # of a curve


def main(arguments=None):
    options = _options(arguments)
    known = {e.name: e for e in CATALOGUE}
    unknown = set(options.names) - set(known) - {COMPARISON}
    if unknown:
        print(f"no experiment is named {', '.join(sorted(unknown))}; there are {', '.join((*known, COMPARISON))}", file=sys.stderr)
        return 2
    try:
        for name in options.names or (*known, COMPARISON):
            if name == COMPARISON:
                from models.experiments.comparison import compare

                compare(tell=lambda line: print(f"  {line}", file=sys.stderr, flush=True))
            else:
                perform(known[name], options.data_dir)
    except KeyboardInterrupt as stopped:
        print(f"\n{stopped or 'interrupted'}; the same command goes on from there", file=sys.stderr)
        return 130
    except (OSError, ValueError) as trouble:
        print(f"experiments: {trouble}", file=sys.stderr)
        return 1
    return 0


def perform(experiment, data_dir=None):
    """Train (or go on with) the run of an experiment, and record it."""
    import models.data
    from models.experiments.figures import figures
    from models.experiments.record import write
    from models.report_page import figures as pictures
    from models.run import train
    from models.settings import Settings

    print(experiment.title, file=sys.stderr, flush=True)

    def progress(line, seconds):
        tests = ", ".join(f"{k} {v:.4g}" for k, v in line.items() if k.startswith("test_"))
        if tests:
            print(f"  step {line['step']}: {tests}", file=sys.stderr, flush=True)

    each_pass = len(models.data.load(experiment.data, folder=data_dir).train) // experiment.settings["batch_size"]
    every = each_pass * max(1, experiment.passes // POINTS)
    settings = Settings(steps=experiment.passes * each_pass, evaluate_every=every, log_every=every, checkpoint_every=every, pictures_every=0, **experiment.settings)
    out = RUNS / experiment.name
    run = train(experiment.model, experiment.data, out, resume=True, data_dir=data_dir, settings=settings, progress=progress, **experiment.options)
    record = write(experiment, run, figures(run, experiment.iwae), pictures(run))
    print(f"  {record['figures']['test']}, {record['seconds']} s", file=sys.stderr, flush=True)


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m models.experiments", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these experiments")
    parser.add_argument("--data-dir", help="where the files of MNIST and Fashion-MNIST lie; else $PROOFSHEET_DATA, or they are downloaded")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
