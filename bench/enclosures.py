"""Times of enclosures of KL and JS between Gaussians, and the ratio to mpmath's `quad` in the same run.

    python -m bench.enclosures            # 30 and 100 digits

mpmath's numbers carry no proof; it is given the best it can use: its breakpoints, and the Gaussian standardised.
"""

import time

import mpmath

from sympy import cos

from derivations.enclose import Balls, enclose_to
from derivations.language import JS, KL, E, Normal, positive, real

x, m1, m2 = real("x m1 m2")
s1, s2 = positive("s1 s2")
q, p = Normal(m1, s1)(x), Normal(m2, s2)(x)


def log_normal(t, m, s):
    return -mpmath.log(s * mpmath.sqrt(2 * mpmath.pi)) - ((t - m) / s) ** 2 / 2


def by_mpmath(integrand, digits):
    with mpmath.workdps(digits + 5):
        radius = mpmath.sqrt(2 * digits * mpmath.log(10)) + 2
        points = [k * radius / 4 for k in range(-4, 5)]
        return mpmath.quad(lambda y: integrand(y) * mpmath.npdf(y), points)


def kl_mpmath(m, digits):
    return by_mpmath(lambda y: log_normal(y, 0, 1) - log_normal(y, m, 1), digits)


def js_mpmath(m, digits):
    def half(y):
        return mpmath.log(2) - mpmath.log1p(mpmath.exp(m * y - mpmath.mpf(m * m) / 2))

    return by_mpmath(half, digits)  # both halves are equal, as the widths are


def cos_mpmath(m, digits):
    return by_mpmath(lambda y: mpmath.cos(m + y), digits)


CASES = [
    ("KL, N(0,1) and N(1,1)", KL(q, p, x), kl_mpmath, 1),
    ("E cos under N(1,1)", E(cos(x), p, x), cos_mpmath, 1),
    ("JS, N(0,1) and N(1,1)", JS(q, p, x), js_mpmath, 1),
    ("JS, N(0,1) and N(4,1)", JS(q, p, x), js_mpmath, 4),
]


def seconds(f, runs):
    """The least processor time of some runs; both sides use one thread."""
    f()  # compiles what is compiled once
    times = []
    for _ in range(runs):
        began = time.process_time()
        f()
        times.append(time.process_time() - began)
    return min(times)


def rows():
    """One measured case after the other; `RuntimeError` where mpmath and the enclosure differ."""
    for name, expr, reference, m in CASES:
        for digits in (30, 100):
            values = {m1: 0, s1: 1, m2: m, s2: 1}
            ours = seconds(lambda: enclose_to(lambda: Balls(values)(expr), digits), 15)
            theirs = seconds(lambda: reference(m, digits), 1)
            value = enclose_to(lambda: Balls(values)(expr), digits)
            with mpmath.workdps(digits + 5):
                difference = mpmath.mpf(value.str(digits + 5, radius=False)) - reference(m, digits)
                if abs(difference) > mpmath.mpf(10) ** (2 - digits):
                    raise RuntimeError(f"{name}: mpmath and the enclosure differ by {mpmath.nstr(difference, 3)}")
            yield {"case": name, "digits": digits, "seconds": ours, "mpmath": theirs, "ratio": theirs / ours}


def main():
    print(f"{'':24}{'digits':>7}{'ours/ms':>10}{'mpmath/ms':>11}{'ratio':>8}")
    for row in rows():
        print(f"{row['case']:24}{row['digits']:7}{row['seconds'] * 1e3:10.2f}{row['mpmath'] * 1e3:11.1f}{row['ratio']:8.0f}", flush=True)


if __name__ == "__main__":
    main()
