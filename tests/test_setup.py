"""The set-up: pinned, once, from a path with a space in it."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent


def test_every_dependency_is_pinned():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", (REPOSITORY / "constraints.txt").read_text(), re.MULTILINE)
    missing = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted} - {name.lower() for name in pinned}
    assert not missing


def test_the_lock_file_names_no_registry():
    lock = json.loads((REPOSITORY / "docs" / "package-lock.json").read_text())
    packages = [one for name, one in lock["packages"].items() if name]
    assert packages and all("integrity" in one and "resolved" not in one for one in packages)


def test_set_up_runs_once_and_again_when_a_pin_changes(tmp_path):
    here = tmp_path / "a path with spaces"
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "docs/package-lock.json"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, here / name)
        os.utime(here / name, (1, 1))
    assert subprocess.run(["make", "--question", "env"], cwd=here).returncode == 1
    for stamp, time in ((".venv/.packages", 2), ("docs/node_modules/.complete", 3)):
        (here / stamp).parent.mkdir(parents=True)
        (here / stamp).touch()
        os.utime(here / stamp, (time, time))
    assert subprocess.run(["make", "--question", "env"], cwd=here).returncode == 0
    (here / "constraints.txt").touch()
    assert subprocess.run(["make", "--question", "env"], cwd=here).returncode == 1


def test_ci_calls_make_test():
    run = REPOSITORY / ".ci" / "run"
    assert os.access(run, os.X_OK) and "exec make test" in run.read_text()
