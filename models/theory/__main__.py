"""`python -m models.theory`: every experiment at its full size, held to its claim; exit with 1 unless all are supported."""

import argparse
import sys
import time

from models import theory


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m models.theory", description=__doc__)
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="only these claims")
    parser.add_argument("--size", choices=theory.SIZES, default="full")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    held = True
    for claim in options.claims or theory.EXPERIMENTS:
        began = time.perf_counter()
        try:
            outcome = theory.train(claim, options.size, options.seed)
        except ValueError as trouble:
            print(f"theory: {trouble}", file=sys.stderr)
            return 2
        held &= outcome.status == "supported"
        print(f"{outcome.status:<10} {claim}: {outcome.sentence()} [{time.perf_counter() - began:.0f} s]", flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
