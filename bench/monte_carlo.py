"""How fast the Monte Carlo layer is, beside its peers, in one run: ratios, since seconds depend on the machine.

    python -m bench.monte_carlo [--samples 100000000] [--rounds 3] [--dimensions 1 8 64]

The task: mean and variance of log q(x) - log p(x), x ~ q = N(mu1, sigma1^2) in d independent dimensions. Ours is the
whole `mean_test`, with its checks of every sample. The peers draw one array and take its mean and variance, in float32:
naive JAX (`jax.random.normal`, one jit), torch.distributions (if installed), scipy.stats. Each runs in a process of its
own, which reports its best time and the growth of its peak memory; they take turns, round after round, so that a busy
machine slows all alike, and the best of all rounds counts. All may use every core. Peers that would need more memory
than is sensible draw fewer samples, and are compared by throughput.
"""

import argparse
import importlib.util
import json
import math
import os
import resource
import subprocess
import sys
import time

MU1, SIGMA1, MU2, SIGMA2 = 0.3, 1.0, 0.0, 1.2
MEAN = math.log(SIGMA2 / SIGMA1) + (SIGMA1**2 + (MU1 - MU2) ** 2) / (2 * SIGMA2**2) - 0.5
# log q - log p = const + a z + b z^2 with the standardised z: variance a^2 + 2 b^2.
A, B = SIGMA1 * (MU1 - MU2) / SIGMA2**2, SIGMA1**2 / (2 * SIGMA2**2) - 0.5
VARIANCE = A**2 + 2 * B**2
NAIVE_SCALARS = 2**26  # of float32 held at once by a peer


def log_ratio(z):
    x = MU1 + SIGMA1 * z
    return math.log(SIGMA2 / SIGMA1) - 0.5 * z * z + 0.5 * ((x - MU2) / SIGMA2) ** 2


def timed(run, repeats):
    run()  # compiles, fills caches
    best = math.inf
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - began)
    return best


def ours(n, d, repeats):
    import jax.numpy as jnp

    from verify.monte_carlo import mean_test, normals

    def draw(key, m):
        if d == 1:
            return log_ratio(normals(key, (m,)))
        # A product with ones: XLA on CPU writes the matrix out and adds its rows, instead of adding while it draws,
        # number by number, at a third of the speed.
        return jnp.matmul(jnp.ones(d), log_ratio(normals(key, (d, m))), precision="highest")

    def run():
        found = mean_test(draw, d * MEAN, d * VARIANCE, samples=n, dimension=d)
        if not found:
            raise SystemExit(str(found))

    return n, timed(run, repeats)


def jax_naive(n, d, repeats):
    import jax

    n = min(n, NAIVE_SCALARS // d)

    @jax.jit
    def both(key):
        x = log_ratio(jax.random.normal(key, (n, d))).sum(-1)
        return x.mean(), x.var()

    key = jax.random.key(0)
    return n, timed(lambda: jax.block_until_ready(both(key)), repeats)


def torch_distributions(n, d, repeats):
    import torch

    n = min(n, NAIVE_SCALARS // d)
    q, p = torch.distributions.Normal(MU1, SIGMA1), torch.distributions.Normal(MU2, SIGMA2)

    def run():
        x = q.sample((n, d))
        difference = (q.log_prob(x) - p.log_prob(x)).sum(-1)
        return difference.mean().item(), difference.var().item()

    return n, timed(run, repeats)


def scipy_stats(n, d, repeats):
    from scipy import stats

    n = min(n, NAIVE_SCALARS // d // 8)
    q, p = stats.norm(MU1, SIGMA1), stats.norm(MU2, SIGMA2)

    def run():
        x = q.rvs((n, d), random_state=0)
        difference = (q.logpdf(x) - p.logpdf(x)).sum(-1)
        return difference.mean(), difference.var()

    return n, timed(run, repeats)


CONTESTANTS = {"proofsheet": ours, "jax": jax_naive, "torch": torch_distributions, "scipy": scipy_stats}


def child(name, n, d, repeats):
    """Run one contestant in this process, and print what it took as a line of JSON."""
    if name == "torch":
        import torch  # noqa: F401
    elif name == "scipy":
        import scipy.stats  # noqa: F401
    else:
        import jax

        if name == "proofsheet":
            jax.config.update("jax_num_cpu_devices", os.cpu_count())  # a device runs on one core; naive JAX uses all by itself
        jax.block_until_ready(jax.jit(lambda x: x + 1)(0.0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drawn, seconds = CONTESTANTS[name](n, d, repeats)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"samples": drawn, "seconds": seconds, "mebibytes": grown / 1024}))


def measure(samples, d, rounds, repeats=2):
    """{contestant: samples, seconds, mebibytes, million normals per second (rate), ratio of our rate to its}, or why not."""
    best = {}
    for _ in range(rounds):
        for name in CONTESTANTS:
            if "missing" in best.get(name, {}):
                continue
            if name in ("torch", "scipy") and importlib.util.find_spec(name) is None:
                best[name] = {"missing": f"{name} not installed"}
                continue
            command = [sys.executable, "-m", "bench.monte_carlo", "--only", name, str(d), "--samples", str(samples), "--repeats", str(repeats)]
            found = subprocess.run(command, capture_output=True, text=True, check=False)
            if found.returncode:
                raise RuntimeError(f"{name} in {d} dimensions: {(found.stderr.strip() or 'ended without a word').splitlines()[-1]}")
            line = json.loads(found.stdout.splitlines()[-1])
            line["rate"] = line["samples"] * d / line["seconds"] / 1e6
            best[name] = max(best.get(name, line), line, key=lambda one: one["rate"])
    for one in best.values():
        if "rate" in one:
            one["ratio"] = best["proofsheet"]["rate"] / one["rate"]
    return best


def show(d, found):
    """Print what `measure` found in `d` dimensions."""
    print(f"\n{d} dimension{'s' if d > 1 else ''}, million normals per second")
    for name, one in found.items():
        if "missing" in one:
            print(f"  {name:12} {one['missing']}")
            continue
        ratio = f"   proofsheet is {one['ratio']:.1f} times as fast" if name != "proofsheet" else ""
        memory = f"{one['samples']:>11,} samples in {one['seconds']:.3f} s, {one['mebibytes']:6.0f} MiB"
        print(f"  {name:12} {one['rate']:8.1f}   {memory}{ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10**8, help="in one dimension; n/d in d dimensions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=2, help="within a round")
    parser.add_argument("--dimensions", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--only", nargs=2, metavar=("NAME", "DIMENSION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        name, d = options.only[0], int(options.only[1])
        child(name, options.samples // d, d, options.repeats)
        return
    for d in options.dimensions:
        show(d, measure(options.samples, d, options.rounds, options.repeats))


if __name__ == "__main__":
    main()
