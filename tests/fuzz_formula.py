"""Fuzzing of the formula language: `python -m tests.fuzz_formula [COUNT] [SEED]`, 100,000 inputs unless told otherwise.

Each input must either be read or be refused with a FormulaError, in bounded time and memory.
"""
import random
import resource
import sys
import time

import sympy as sp

from verify.formula import FormulaError, parse

_i = sp.Symbol("i", integer=True)
SYMBOLS = {
    **{name: sp.Symbol(name, real=True) for name in ("x", "y", "mu", "mu1", "mu2")},
    **{name: sp.Symbol(name, positive=True) for name in ("sigma1", "sigma2")},
    "sigma": sp.IndexedBase("sigma", positive=True)[_i], "d": sp.Symbol("d", integer=True, positive=True),
    "A": sp.MatrixSymbol("A", 2, 2), "v": sp.MatrixSymbol("v", 2, 1),
}
RANGES = {_i: (1, SYMBOLS["d"])}

CORPUS = [
    "log(sigma2/sigma1) + (sigma1**2 + (mu1 - mu2)**2)/(2*sigma2**2) - 1/2", "½(1 + ln σ₁² − μ² − σ₁²)", "sum(1 + log(sigma_i^2) - mu^2, (i, 1, d))",
    r"\frac{1}{2} \sum_{i=1}^{d} (1 + \log \sigma_i^2 - \mu^2 - \sigma_i^2)", r"-\frac12\left(1 + \log(\sigma_1^2) - \mu^2\right)", "Σ_i |σᵢ| + √(2π) e^{-x²/2}",
    r"KL(q||p) = \log\frac{\sigma_2}{\sigma_1} - \tfrac12", r"\operatorname{tr}(A^{-1} A) + v^T A v + \log|A|", "max(x, y)/(1 + exp(-x))^2",
    r"\mathbf{\mu}^{2} \cdot \bar{x}_{1}", "np.log2(x**2) + log_10 y",
]
PIECES = list("xyi()[]{}|_^+-*/=,.$\\ 0123456789²₁½√σμΣ∏") + [
    r"\frac", r"\left(", r"\right)", r"\sum_", r"\log", r"\sqrt", "log", "exp", "**", "sum(", "||", "sigma", "A", "v", "^T", "9^9", "\u202e", "\0", "'", "lambda", "max(",
    "1e9", "det ", r"\|", r"\mathrm{", "^{", "_{",
]


def noise(seed, count):
    """Formulas cut, joined, repeated and sprinkled with pieces of others."""
    rng = random.Random(seed)
    for _ in range(count):
        text = rng.choice(CORPUS) if rng.random() < 0.8 else ""
        for _ in range(rng.randint(1, 6)):
            place = rng.randint(0, len(text))
            end = min(len(text), place + rng.randint(0, 6))
            choice = rng.random()
            if choice < 0.35:
                text = text[:place] + rng.choice(PIECES) + text[place:]
            elif choice < 0.6:
                text = text[:place] + text[end:]
            elif choice < 0.7:
                text = text[:place] + text[place:end] * rng.randint(2, 40) + text[end:]
            elif choice < 0.8:
                text = text[:place] + rng.choice(CORPUS) + text[place:]
            elif choice < 0.9:
                text = text[:place] + "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 12))) + text[end:]
            else:
                text = text[:place] + chr(rng.choice((rng.randrange(1, 0x250), rng.randrange(0x370, 0x400), rng.randrange(0x2000, 0x2300), rng.randrange(0x1D400, 0x1D800)))) + text[end:]
        yield text


def read_or_refuse(text, seconds=5):
    """Whether the text is a formula; any failure other than a FormulaError, or a slow answer, raises."""
    start = time.perf_counter()
    try:
        parse(text, SYMBOLS, ranges=RANGES)
        read = True
    except FormulaError as refusal:
        assert str(refusal)
        read = False
    assert time.perf_counter() - start < seconds, f"slow: {text!r}"
    return read


def main(count=100_000, seed=0):
    """Read or refuse `count` inputs; print how many were read, the slowest, and the memory used."""
    slowest, read, start = (0.0, ""), 0, time.perf_counter()
    for text in noise(seed, count):
        before = time.perf_counter()
        read += read_or_refuse(text)
        slowest = max(slowest, (time.perf_counter() - before, text))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} inputs in {time.perf_counter() - start:.0f} s: {read} read, {count - read} refused; slowest {slowest[0]:.2f} s; "
          f"at most {memory:.0f} MiB")
    print(f"slowest input: {slowest[1][:300]!r}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
