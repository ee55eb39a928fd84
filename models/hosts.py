"""One process among several: `jax.distributed` makes their devices one mesh; files are written by the first process alone.

All processes see the same folder, as they do on a cluster's shared disk. With one process nothing here does anything.
"""

import os

import jax
import numpy as np


def join():
    """Join the processes of this cluster, as `jax.distributed.initialize` finds them, or as JAX_COORDINATOR_ADDRESS,
    JAX_NUM_PROCESSES and JAX_PROCESS_ID name them. Raises `ValueError` where there is nothing to join."""
    try:
        jax.distributed.initialize(**_named())
    except (RuntimeError, ValueError) as trouble:
        raise ValueError(
            f"--distributed: no cluster to join: {str(trouble).splitlines()[0]}; set JAX_COORDINATOR_ADDRESS (host:port), "
            "JAX_NUM_PROCESSES and JAX_PROCESS_ID, or start it on a cluster"
        ) from None


def first():
    """Is this the process that writes?"""
    return jax.process_index() == 0


def wait(where):
    """Until all processes are here."""
    if jax.process_count() > 1:
        from jax.experimental.multihost_utils import sync_global_devices

        sync_global_devices(where)


def any_of(flag):
    """Is the flag up in any process?"""
    if jax.process_count() == 1:
        return bool(flag)
    from jax.experimental.multihost_utils import process_allgather

    return bool(process_allgather(np.asarray(bool(flag))).any())


def here(tree):
    """Arrays that every process has whole, as this process's own."""
    return jax.tree.map(lambda a: np.asarray(a) if isinstance(a, jax.Array) else a, tree)


def _named():
    names = {"coordinator_address": "JAX_COORDINATOR_ADDRESS", "num_processes": "JAX_NUM_PROCESSES", "process_id": "JAX_PROCESS_ID"}
    given = {k: os.environ[v] for k, v in names.items() if v in os.environ}
    return {k: v if k == "coordinator_address" else int(v) for k, v in given.items()}
