"""Several devices and several processes train as one does."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "train vae --data digits --latent-dim 2 --hidden 8 --steps 40 --batch-size 64 --log-every 10 --checkpoint-every 20 --evaluate-every 20 --pictures-every 0"


def proofsheet(out, *more, devices=1, **environment):
    """The command, started; on a CPU that shows as so many devices."""
    flags = f"--xla_force_host_platform_device_count={devices} --xla_backend_optimization_level=0"  # compiles in half the time
    known = {**os.environ, "PYTHONPATH": str(ROOT), "XLA_FLAGS": flags, **environment}
    words = [sys.executable, "-m", "verify.cli", *COMMAND.split(), "--out", str(out), *more]
    return subprocess.Popen(words, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process, status=0):
    out, err = process.communicate(timeout=300)
    assert process.returncode == status, out + err
    return err


def log(folder):
    """The lines of the log without their speed."""
    return [{k: v for k, v in json.loads(line).items() if k != "steps_per_second"} for line in (folder / "log.jsonl").open()]


def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_any_number_of_devices_and_processes_gives_the_losses_of_one(tmp_path):
    """Two processes, which write one run; and a run of 20 steps on eight devices that is taken up for 20 more on one."""
    cluster = {"JAX_COORDINATOR_ADDRESS": f"127.0.0.1:{port()}", "JAX_NUM_PROCESSES": "2"}
    both = [proofsheet(tmp_path / "two", "--distributed", JAX_PROCESS_ID=str(k), **cluster) for k in (0, 1)]
    for process in both:
        finished(process)
    for process in [proofsheet(tmp_path / "one"), proofsheet(tmp_path / "moved", "--steps", "20", devices=8)]:
        finished(process)
    finished(proofsheet(tmp_path / "moved", "--resume"))
    assert (tmp_path / "two" / "checkpoints" / "40").is_dir()
    for one, two, moved in zip(*(log(tmp_path / name) for name in ("one", "two", "moved")), strict=True):
        assert one == pytest.approx(two, rel=1e-5)
        assert one == pytest.approx(moved, rel=1e-5)


def test_no_cluster_to_join_is_said_in_one_line(tmp_path):
    words = finished(proofsheet(tmp_path / "none", "--distributed"), status=2)
    assert "--distributed: no cluster to join" in words and "Traceback" not in words
