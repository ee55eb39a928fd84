"""When, on what and with which versions something was measured."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version


def circumstances(command, packages):
    """A record's head: command, date, cores, machine, load, versions."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "command": command,
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "load": os.getloadavg()[0],
        "versions": {"python": platform.python_version(), **versions},
    }
