"""Where a repository's content lies: ontology, shapes, data and queries below one root folder."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from citydiplomacy.errors import RepositoryError
from citydiplomacy.names import Names

CONTENT = ("ontology", "shapes", "data", "queries")
HEADER = re.compile(r"<(?P<base>[^<>\s]+/)ontology>\s+a\s+owl:Ontology\b")
PREFIX = re.compile(r'vann:preferredNamespacePrefix\s+"(?P<prefix>[A-Za-z][\w-]*)"')


@dataclass(frozen=True)
class Repository:
    """A folder with the four content folders, and the names its ontology's header gives it."""

    root: Path
    names: Names

    def files(self, folder: str, *suffixes: str) -> list[Path]:
        """The files below ``folder`` with one of the suffixes (".ttl"), in a fixed order."""
        found = (path for path in (self.root / folder).rglob("*") if path.suffix in suffixes and path.is_file())
        return sorted(found, key=lambda path: path.relative_to(self.root).as_posix())

    def relative(self, path: Path) -> str:
        """A file's name for people: relative to the root where it lies below it."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    @property
    def ontology_files(self) -> list[Path]:
        """Header, modules and vocabularies: what stands in graph/ontology."""
        skipped = ("ontology/alignments", "ontology/imports")
        return [
            path
            for path in self.files("ontology", ".ttl")
            if path.parent.relative_to(self.root).as_posix() not in skipped
        ]

    @property
    def alignment_files(self) -> list[Path]:
        """Links to outside vocabularies; published, but kept away from the OWL 2 DL proof."""
        return self.files("ontology/alignments", ".ttl")

    @property
    def shape_files(self) -> list[Path]:
        return self.files("shapes", ".ttl")

    @property
    def data_files(self) -> list[Path]:
        """Document records (.ttl) and named graphs (.trig)."""
        return self.files("data", ".ttl", ".trig")

    @property
    def query_files(self) -> list[Path]:
        return self.files("queries", ".rq")

    def graph_of(self, path: Path) -> str | None:
        """The graph that a file's statements stand in where the file names none; None for files that have to name one.

        Ontology and alignments stand in graph/ontology, a document's record in the graph of that document.
        """
        folder = path.relative_to(self.root).parts[:-1]
        if folder[:1] == ("ontology",):
            return self.names.graph("ontology")
        return self.names.sources + path.stem if folder == ("data", "sources") and path.suffix == ".ttl" else None

    @property
    def copied_files(self) -> list[Path]:
        """What a release carries as it stands: ontology with its pictures, queries, shapes."""
        return [path for name in ("ontology", "queries", "shapes") for path in self.files(name, ".rq", ".ttl", ".svg")]

    def digest(self) -> str:
        """SHA-256 over the names and bytes of all files that a release is made from."""
        total = hashlib.sha256()
        for path in (*self.data_files, *self.copied_files):
            total.update(path.relative_to(self.root).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


def open_repository(root: Path) -> Repository:
    """The repository at ``root``.

    Raises RepositoryError where the folder lacks one of the four content folders, or where no file directly below
    ``ontology/`` declares ``<BASE/ontology> a owl:Ontology``.
    """
    root = root.resolve()
    missing = [name for name in CONTENT if not (root / name).is_dir()]
    if missing:
        raise RepositoryError(f"{root} has no folder {', '.join(missing)}; a repository has {', '.join(CONTENT)}.")
    for path in sorted((root / "ontology").glob("*.ttl")):
        text = path.read_text(encoding="utf-8", errors="replace")
        header = HEADER.search(text)
        if header:
            prefix = PREFIX.search(text)
            return Repository(root, Names(header["base"], prefix["prefix"] if prefix else "cd"))
    raise RepositoryError(f"No file in {root / 'ontology'} declares an ontology: <BASE/ontology> a owl:Ontology.")


def packaged_root() -> Path:
    """The content that came with this package: beside the code in a wheel, two folders up in a checkout."""
    package = Path(__file__).resolve().parent
    shipped = package / "repository"
    return shipped if shipped.is_dir() else package.parents[1]
