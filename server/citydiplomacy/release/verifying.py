"""Whether a release directory is what it says: its checksums, its data, and everything that follows from them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from citydiplomacy.canonical import canonical_lines
from citydiplomacy.errors import ReleaseError
from citydiplomacy.nquads import graph_of, is_in_graph
from citydiplomacy.progress import Progress, silent
from citydiplomacy.release.deriving import derive, derive_lean
from citydiplomacy.release.directory import Release, digest_of, digest_of_lines, files_of, open_release, read_checksums
from citydiplomacy.release.material import Material


def verify(directory: Path, progress: Progress = silent) -> Iterator[str]:
    """What is wrong with a release, in sentences; none where all is well. ReleaseError where it is no release."""
    release = open_release(directory)
    progress("checksums")
    yield from _check_sums(directory)
    progress("canonical form")
    try:
        lines = release.lines()
        canonical = canonical_lines((), ["".join(lines)])
    except ReleaseError as error:
        yield f"Nothing can be derived: {error.detail}"
        return
    except SyntaxError as error:
        yield f"data.nq is not valid N-Quads, so nothing can be derived from it: {error}."
        return
    if not all(map(is_in_graph, canonical)):
        yield "data.nq has statements in no graph, so nothing can be derived from it."
        return
    yield from _check_data(release, lines, canonical)
    progress("deriving everything anew")
    yield from _check_derived(release, lines)


def _check_sums(directory: Path) -> Iterator[str]:
    said, there = read_checksums(directory), files_of(directory)
    for name in sorted({*said, *there}):
        if name not in there:
            yield f"{name} is missing."
        elif name not in said:
            yield f"{name} is not in SHA256SUMS."
        elif digest_of(there[name]) != said[name]:
            yield f"{name} has another checksum than SHA256SUMS says."


def _check_data(release: Release, lines: list[str], canonical: list[str]) -> Iterator[str]:
    if digest_of_lines(lines) != release.digest:
        yield "data.nq has another digest than release.json says."
    if not release.version.endswith("+" + release.digest[:12]):
        yield "The version does not end in the beginning of the digest."
    if (len(lines), len({graph_of(line) for line in lines})) != (release.statements, release.graphs):
        yield "data.nq has another number of statements or graphs than release.json says."
    if canonical != lines:
        yield "data.nq is not in canonical form (RDFC-1.0, sorted)."


def _check_derived(release: Release, lines: list[str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(release.data, folder / "data.nq")
        (derive if release.is_whole else derive_lean)(Material(release, lines), folder)
        for file, path in files_of(folder).items():
            known = release.directory / file
            if not known.is_file():
                yield f"{file} is missing, though it follows from data.nq."
            elif digest_of(known) != digest_of(path):
                yield f"{file} is not what follows from data.nq (or was made by other versions of the tools)."
