"""A release directory: its description and its checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from citydiplomacy.errors import ReleaseError
from citydiplomacy.names import Names

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Release:
    """What ``release.json`` says of a release directory, and where that is.

    ``issued`` is the date the ontology's header gives the content (the latest of modified, issued and created);
    ``previous`` the version of the release before, where one was named when this one was built.
    """

    directory: Path
    version: str
    base: str
    prefix: str
    digest: str
    statements: int
    graphs: int
    issued: str = ""
    previous: str = ""

    @property
    def names(self) -> Names:
        return Names(self.base, self.prefix)

    def file_iri(self, name: str) -> str:
        """IRI of a file of this release, which is where it is fetched."""
        return f"{self.base}dumps/{self.version}/{name}"

    @property
    def data(self) -> Path:
        return self.directory / "data.nq"

    @property
    def is_whole(self) -> bool:
        """Whether the files for others (dumps, tables, catalogue) are there, too."""
        return (self.directory / "catalog.ttl").is_file()

    def lines(self) -> list[str]:
        """The lines of data.nq; ReleaseError where it can not be read."""
        try:
            with self.data.open(encoding="utf-8", newline="\n") as file:
                return file.readlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseError(f"{self.data} can not be read: {error}.") from error


def open_release(directory: Path) -> Release:
    """The release in a directory; ReleaseError where there is none or its description is broken."""
    try:
        known = json.loads((directory / "release.json").read_text(encoding="utf-8"))
        return Release(directory=directory, **known)
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseError(f"{directory} is no release directory ({error}). Make one: citydiplomacy build") from error


def write_description(release: Release) -> None:
    """Writes ``release.json``."""
    description = {key: value for key, value in asdict(release).items() if key != "directory"}
    text = json.dumps(description, indent=2, sort_keys=True) + "\n"
    (release.directory / "release.json").write_text(text, encoding="utf-8")


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a release by their name below it, sorted by name, without SHA256SUMS itself."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: names[name] for name in sorted(names) if name != "SHA256SUMS"}


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            total.update(piece)
    return total.hexdigest()


def digest_of_lines(lines: Iterable[str]) -> str:
    """SHA-256 of a text's UTF-8, line by line."""
    total = hashlib.sha256()
    for line in lines:
        total.update(line.encode())
    return total.hexdigest()


def checksums(folder: Path) -> str:
    """The text of SHA256SUMS for a folder, in the form ``sha256sum -c`` reads."""
    return "".join(f"{digest_of(path)}  {name}\n" for name, path in files_of(folder).items())


def read_checksums(folder: Path) -> dict[str, str]:
    """The digests that SHA256SUMS gives, by file name; ReleaseError where it is missing or not in that form."""
    try:
        lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        pairs = [line.split("  ", 1) for line in lines]
        return {name: digest for digest, name in pairs}
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder}/SHA256SUMS can not be read: {error}.") from error
