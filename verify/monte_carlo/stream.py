"""Samples in chunks: one compiled scan, every local device, bounded memory, the same numbers wherever it runs.

A sampler is `draw(key, m, *parameters) -> (m,) float32`, any function that JAX can trace. Chunk number i is drawn
from the key folded with i, so which samples exist depends on the seed and the plan alone, not on the number of
devices, nor on the order in which they work. A chunk is reduced where it is drawn to a few numbers in float32;
these come to the host, which merges them in float64 and in the order of the chunks.

Chunks of 2^14 to 2^17 normals stay in a core's cache: on two CPU cores they run three times as fast as one array of
all samples, which also takes gigabytes (measured: 409 against 129 million samples per second in one dimension).
"""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SAMPLES = 2**22
"""Scalars drawn by a test unless told otherwise: well below a second on two cores."""

NORMALS_PER_CHUNK = 2**16
CHUNKS_PER_SEGMENT = 64
"""Chunks per device between two looks at the clock and the progress callback."""


@dataclass(frozen=True)
class Plan:
    """How many samples, in which chunks. `samples` = `chunk` * `chunks`; `segment` chunks run between callbacks."""

    samples: int
    chunk: int
    chunks: int
    segment: int


def plan(samples: int | None = None, dimension: int = 1, segment: int = CHUNKS_PER_SEGMENT) -> Plan:
    """A plan for at least `samples` draws that each use about `dimension` normals.

    samples    rounded up to whole chunks; default 2^22 in one dimension, fewer above it, never below 2^18
    dimension  normals (or other scalars) that one sample uses; sets the chunk to about 2^16 scalars
    segment    chunks run between two progress callbacks

    There are at least four chunks: one chunk alone could not show that the sampler reads its key.
    """
    dimension = _positive("dimension", dimension)
    segment = _positive("segment", segment)
    if samples is None:
        samples = max(SAMPLES // dimension, 2**18)
    samples = _positive("samples", samples)
    chunk = max(2 ** round(math.log2(NORMALS_PER_CHUNK / dimension)), 2**8)
    chunk = min(chunk, max(1, 2 ** int(math.log2(max(1, samples // 4)))))
    chunks = max(4, -(-samples // chunk))
    return Plan(samples=chunk * chunks, chunk=chunk, chunks=chunks, segment=segment)


class Undecided(Exception):
    """There is nothing to judge by; the message says why. A test that catches it is undecided."""


def stream(
    draw,
    statistics,
    seed,
    plan,
    *,
    parameters=(),
    arguments=(),
    may_repeat=False,
    devices=None,
    progress=None,
    time_limit=None,
):
    """Yield the statistics of some chunks at a time, as a dict of float32 arrays over the chunks, until all are done.

    draw        draw(key, m, *parameters) -> (m,) float32, traceable; compiled once per function object, so hand
                over what changes from call to call in `parameters` (arrays or numbers)
    statistics  statistics(x, *arguments) -> dict of small arrays, for x of shape (m,), traceable, same rule
    seed        integer from 0 to 2^32 - 1
    may_repeat  whether all chunks may be equal, as they are when X is constant
    devices     default all local ones
    progress    called as progress(samples done, samples in all) after each segment; returning False ends the stream
    time_limit  seconds after which no new segment starts

    Raises `Undecided` if the sampler returns another shape or type than asked, or any NaN or infinity, or the same
    samples in every chunk (it then ignores its key), and when the stream is ended early by its caller or the clock.
    """
    import jax

    devices = tuple(jax.local_devices() if devices is None else devices)
    key = root_key(seed)
    began = time.monotonic()
    _check_shape(draw, key, plan.chunk, parameters)
    parameters = tuple(_as_array(p) for p in parameters)
    arguments = tuple(_as_array(a) for a in arguments)
    # Every call gets the same number of chunks per device; those past the end are dropped on arrival.
    width = len(devices) * min(plan.segment, -(-plan.chunks // len(devices)))
    run = _compiled(draw, statistics, plan.chunk, devices)
    fingerprints = set()
    for first in range(0, plan.chunks, width):
        keep = min(width, plan.chunks - first)
        found = run(key, np.arange(first, first + width, dtype=np.uint32), parameters, arguments)
        found, zeros, prints = jax.tree.map(lambda a, keep=keep: np.asarray(a)[:keep], found)
        if bad := int((zeros != 0).any(1).sum()):
            raise Undecided(f"samples are NaN or infinite, in {bad:,} of {keep:,} chunks of {plan.chunk:,}")
        fingerprints |= {row.tobytes() for row in prints}
        yield found
        done, ended = (first + keep) * plan.chunk, first + keep == plan.chunks
        if progress is not None and progress(done, plan.samples) is False and not ended:
            raise Undecided(f"stopped by its caller after {done:,} of {plan.samples:,} samples")
        if time_limit is not None and time.monotonic() - began > time_limit and not ended:
            raise Undecided(f"ran out of its {time_limit:g} s after {done:,} of {plan.samples:,} samples")
    if len(fingerprints) == 1 and not may_repeat:
        raise Undecided("every chunk drew the same samples: the sampler ignores its key, or X is constant")


def device_name(devices=None) -> str:
    """Such as "cpu x 2"."""
    import jax

    devices = jax.local_devices() if devices is None else devices
    return f"{devices[0].platform} x {len(devices)}"


@lru_cache(maxsize=64)
def _compiled(draw, statistics, chunk, devices):
    import jax
    import jax.numpy as jnp
    from jax.sharding import Mesh, PartitionSpec

    def chunks(key, indices, parameters, arguments):
        def one(x, i):
            # 0 * x is 0 unless x is NaN or infinite.
            found = statistics(x, *arguments), partial_sums(0 * x), fingerprint(x)
            return draw(jax.random.fold_in(key, i), chunk, *parameters), found

        # The samples travel through the carry, and are read one step later: what is carried is in memory, while XLA
        # would draw anything else again for each statistic that reads it. The first step reads zeros: dropped.
        indices = jnp.append(indices, indices[-1])
        found = jax.lax.scan(one, jnp.zeros(chunk, jnp.float32), indices)[1]
        return jax.tree.map(lambda a: a[1:], found)

    mesh = Mesh(np.array(devices), ("chunks",))
    everywhere, split = PartitionSpec(), PartitionSpec("chunks")
    sharded = jax.shard_map(
        chunks,
        mesh=mesh,
        in_specs=(everywhere, split, everywhere, everywhere),
        out_specs=split,
        check_vma=False,
    )
    return jax.jit(sharded)


def partial_sums(x):
    """Sums of (m,) float32 or uint32 over m/256 classes (over all, if m <= 256), m a power of two; traceable.

    The host adds the rest in float64, so that every term meets at most `SUM_ROUNDINGS` float32 roundings, whatever
    order a backend would choose for a sum of its own. Higham, Accuracy and Stability of Numerical Algorithms,
    section 4.2: k roundings on each term's way bound the error by k u / (1 - k u) times the sum of absolute values,
    u = 2^-24.
    """
    for _ in range(2):
        rows = list(x.reshape(min(16, len(x)), -1))
        while len(rows) > 1:
            rows = [a + b for a, b in zip(rows[::2], rows[1::2], strict=True)]
        x = rows[0]
    return x


SUM_ROUNDINGS = 8


def fingerprint(x):
    """Hashes of (m,) float32 that depend on the order: equal chunks give equal numbers, others almost never do."""
    import jax
    import jax.numpy as jnp

    bits = jax.lax.bitcast_convert_type(x, jnp.uint32)
    place = jax.lax.iota(jnp.uint32, len(x))
    return partial_sums((bits ^ (bits >> 15)) * (place * jnp.uint32(0x9E3779B1) | 1))


def root_key(seed):
    """The one place where a seed becomes a key. The generator is named, so that no setting changes the samples."""
    import jax

    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"seed = {seed!r} must be an integer from 0 to 2^32 - 1")
    return jax.random.wrap_key_data(np.array([0, seed], np.uint32), impl="threefry2x32")


def _check_shape(draw, key, m, parameters):
    import jax

    out = jax.eval_shape(lambda k, p: draw(k, m, *p), key, tuple(parameters))
    shape, dtype = getattr(out, "shape", None), getattr(out, "dtype", None)
    if shape is None:
        raise Undecided(f"the sampler returned a {type(out).__name__} where an array was asked")
    if shape != (m,):
        drawn = "no samples" if 0 in shape else f"an array of shape {shape}"
        raise Undecided(f"the sampler returned {drawn} where {m} samples, shape ({m},), were asked")
    if dtype != np.float32:
        raise Undecided(f"the sampler returned {dtype} where float32 was asked")


def _as_array(value):
    """Python numbers become float32 arrays, so that no call compiles anew for another number."""
    return np.float32(value) if isinstance(value, (int, float)) else value


def _positive(name, value):
    if isinstance(value, bool) or int(value) != value or value < 1:
        raise ValueError(f"{name} = {value!r} must be a positive integer")
    return int(value)
