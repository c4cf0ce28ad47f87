"""What commands share: exit codes, words on the terminal, the repository and the release that are meant."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.repository import Repository, open_repository, packaged_root

if TYPE_CHECKING:
    from citydiplomacy.release import Release

CLEAN, FINDINGS, FAILED = 0, 1, 2
KEPT_RELEASES = 5

Run = Callable[[argparse.Namespace], int]
Command = Callable[[str, Run, str, str], argparse.ArgumentParser]


def repository_of(options: argparse.Namespace) -> Repository:
    return open_repository(options.root or packaged_root())


def release_of(options: argparse.Namespace, *, whole: bool = False) -> Release:
    """The release named by --release, else one of the content as it is now, built where it is not there yet.

    ``whole``: with the files for others (dumps, tables, catalogue), too.
    """
    from citydiplomacy.release import open_release
    from citydiplomacy.release.building import Additions, build

    if options.release:
        return open_release(options.release)
    repository = repository_of(options)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "citydiplomacy"
    directory = cache / _state(repository)
    needed = "catalog.ttl" if whole else "release.json"
    if not (directory / needed).is_file():
        build(repository, directory, progress, Additions(whole=whole))
        clear()
        _prune(cache, directory)
    os.utime(directory)
    return open_release(directory)


def _state(repository: Repository) -> str:
    """A name for the content and the code that makes a release of it: a change in either makes another."""
    total = hashlib.sha256(repository.digest().encode())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:24]


def _prune(cache: Path, current: Path) -> None:
    """Keeps the releases used last."""
    releases = sorted(cache.glob("*/release.json"), key=lambda path: path.parent.stat().st_mtime, reverse=True)
    for path in releases[KEPT_RELEASES:]:
        if path.parent != current:
            shutil.rmtree(path.parent, ignore_errors=True)


def say(message: str) -> None:
    print(message, file=sys.stderr)


def progress(message: str) -> None:
    """One line that shows what goes on, on terminals only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{time.strftime('%H:%M:%S')} {message} ...", end="", file=sys.stderr, flush=True)


def clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
