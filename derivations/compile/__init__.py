"""Compile an expression of the language to array code: NumPy, or JAX with its gradients and devices.

The expression is walked once per call; under `jax.jit` the walk happens at tracing, so what runs is the same
as hand-written code.
"""

from derivations.compile.arrays import Uncompilable
from derivations.compile.calculus import Calculus


def evaluate(expr, values, xp):
    """The value of `expr` for arrays `values` (symbol -> array), with NumPy or jax.numpy as `xp`.

    Raises `Uncompilable` where there is no array code.
    """
    return Calculus(values, xp)(expr)
