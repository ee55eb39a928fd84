"""Where the files of a public data set are: in a folder, in the cache, or at their public home.

A download goes to NAME.part, is resumed where it broke off, and takes its place only when its digest is right.
"""

import hashlib
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Public:
    """A file with its public addresses and the MD5 digest under which it was published."""

    name: str
    md5: str
    homes: tuple


def find(dataset, public, folder=None, alternatives=()):
    """The path of a file: in `folder`, $PROOFSHEET_DATA or ../shared/data if it is there, else in the cache.

    `alternatives` are other names under which a folder may hold it. A folder that is named and does not hold the
    file is an error; otherwise the file is downloaded. Raises `FileNotFoundError`, and `ValueError` for a wrong digest.
    """
    named = folder or os.environ.get("PROOFSHEET_DATA")
    for place in (named,) if named else (SHARED,):
        for candidate in (public.name, *alternatives):
            for path in (Path(place) / dataset / candidate, Path(place) / candidate):
                if path.is_file():
                    return path
    if named:
        names = " or ".join((public.name, *alternatives))
        raise FileNotFoundError(f"There is no {names} in {Path(named) / dataset}. Leave --data-dir and PROOFSHEET_DATA away to download it.")
    return download(public, cache() / dataset)


def cache():
    """The folder that downloads are kept in: $PROOFSHEET_CACHE, else ~/.cache/proofsheet."""
    return Path(os.environ.get("PROOFSHEET_CACHE") or Path.home() / ".cache" / "proofsheet")


def download(public, folder):
    """The path of the file in `folder`, fetched from its public home if it is not there yet."""
    path = folder / public.name
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    obstacles = []
    for home in public.homes:
        try:
            _transfer(home + public.name, part)
        except (urllib.error.URLError, OSError, EOFError) as obstacle:
            obstacles.append(f"{home}: {obstacle}")
            continue
        found = digest(part, "md5")
        if found == public.md5:
            part.replace(path)
            return path
        part.unlink()
        obstacles.append(f"{home}: the file has MD5 {found}, published is {public.md5}")
    raise FileNotFoundError(
        f"{public.name} could not be downloaded ({'; '.join(obstacles)}). "
        f"Put it in a folder and name that with --data-dir or PROOFSHEET_DATA; what came so far is kept and resumed."
    )


def _transfer(address, part):
    """Append to `part` what is missing of the file at `address`."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as refusal:
        if refusal.code == 416:  # nothing is missing
            return
        raise
    with answer, part.open("ab" if answer.status == 206 else "wb") as out:
        expected = int(answer.headers.get("Content-Length", -1))
        got = 0
        while block := answer.read(BLOCK):
            out.write(block)
            got += len(block)
    if 0 <= got < expected:
        raise EOFError(f"the connection broke off after {got} of {expected} bytes")


def digest(path, kind="sha256"):
    """The digest of a file, in hexadecimal."""
    found = hashlib.new(kind)
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
