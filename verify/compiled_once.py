"""Compiling what runs once: there it is the compiler that takes the time."""


def once(function):
    """`jax.jit(function)`, on a CPU without optimisation: compiled in an eighth of the time (measured)."""
    import jax

    quick = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
    return jax.jit(function, compiler_options=quick if jax.default_backend() == "cpu" else None)
