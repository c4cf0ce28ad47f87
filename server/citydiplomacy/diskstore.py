"""A release's data on disk, for what is too much for memory: made once, then opened by any number of processes.

It is the engine's own store (RocksDB), with the merge of all graphs as its default graph, as in memory.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from citydiplomacy.errors import ReleaseError

VERSION = f"oxigraph-{ox.__version__}"


def disk_store(data: Path, folder: Path) -> Path:
    """The store of an N-Quads file below a folder; it is made there where it is not, a minute for a million quads.

    It is named after the file's SHA-256 and the engine's version. ReleaseError where it can not be made.
    """
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target = folder / f"{digest[:24]}-{VERSION}"
    if target.is_dir():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder, prefix="unfinished-"))
    except OSError as error:
        raise ReleaseError(f"{folder} can not hold a store: {error.strerror}.") from error
    try:
        _fill(made, data)
        made.rename(target)
    except (OSError, SyntaxError) as error:
        if not target.is_dir():  # else somebody else was quicker
            raise ReleaseError(f"{data} could not be put into a store in {folder}: {error}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return target


def open_disk_store(path: Path) -> ox.Store:
    """The store, to be read only. A fork has to open its own: nothing of the engine's threads outlives a fork."""
    return ox.Store.read_only(str(path))


def made_apart(data: Path, folder: Path) -> Path:
    """The same as ``disk_store``, made by a process of its own: whoever made one must not fork any more."""
    command = [sys.executable, "-m", __name__, str(data), str(folder)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise ReleaseError(made.stderr.strip() or f"{data} could not be put into a store in {folder}.")
    return Path(made.stdout)


def _fill(path: Path, data: Path) -> None:
    store = ox.Store(str(path))
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_QUADS)
    store.bulk_extend(_merge(data))
    store.optimize()
    store.flush()


def _merge(data: Path) -> Iterator[ox.Quad]:
    """The statements of all graphs, in none."""
    for quad in ox.parse(path=str(data), format=ox.RdfFormat.N_QUADS):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph())


def main(arguments: list[str]) -> int:
    """``python -m citydiplomacy.diskstore DATA FOLDER`` makes a store where there is none, and prints its path."""
    try:
        sys.stdout.write(str(disk_store(Path(arguments[0]), Path(arguments[1]))))
    except ReleaseError as error:
        sys.stderr.write(error.detail)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
