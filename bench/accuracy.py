"""Errors of all compiled closed forms in ulp, beside those of the textbook's expressions.

    python -m bench.accuracy              # 200 points for each claim, value and gradient, float32 and float64
    python -m bench.accuracy 50 kl_gaussian
"""

import sys
import warnings

from verify.accuracy import measurable, measure


def main(count=200, *names):
    warnings.simplefilter("ignore")  # the textbook's expressions overflow and divide zero by zero
    print(f"{'worst and median error in ulp':46}{'':17}{'compiled':>20}{'bad':>5}{'textbook':>22}{'bad':>5}")
    for name in names or measurable():
        for dtype in ("float32", "float64"):
            for what in ("value", "gradient"):
                try:
                    ours, naive = (measure(name, dtype, what=what, count=int(count), naive=n) for n in (False, True))
                except ValueError as reason:
                    print(f"{name:46}{dtype} {what:9}{reason}")
                    continue
                for a, b in zip(ours, naive):
                    print(f"{a.name:46}{dtype} {what:9}{a.worst:10.3g}{a.median:10.2g}{a.bad:5}{b.worst:12.3g}{b.median:10.2g}{b.bad:5}")


if __name__ == "__main__":
    main(*sys.argv[1:])
