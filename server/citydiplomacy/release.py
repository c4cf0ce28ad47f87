"""Releases: a directory with everything that is published of a repository, made from content alone.

The same content makes the same bytes, in any folder, on any day: nothing here asks for the time or the machine.

    release.json     version, base IRI, prefix, counts, digest of data.nq
    data.nq          canonical N-Quads (RDFC-1.0, sorted): every graph, the inferred one included
    data.trig        the same, for people
    data.ttl         the merge of all graphs
    ontology.ttl     the ontology alone
    queries/ shapes/ as they stand in the repository
    SHA256SUMS       of all of these
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rdflib import Graph

from citydiplomacy.content import Content, read_content
from citydiplomacy.errors import ReleaseError
from citydiplomacy.examples import example_lines
from citydiplomacy.names import OWL, Names
from citydiplomacy.queries import read_gallery
from citydiplomacy.reasoning import infer
from citydiplomacy.repository import Repository
from citydiplomacy.store import canonical_lines, convert

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Release:
    """What ``release.json`` says of a release directory, and where that is."""

    directory: Path
    version: str
    base: str
    prefix: str
    digest: str
    statements: int
    graphs: int

    @property
    def names(self) -> Names:
        return Names(self.base, self.prefix)

    @property
    def data(self) -> Path:
        return self.directory / "data.nq"


def open_release(directory: Path) -> Release:
    """The release in a directory; ReleaseError where there is none or its description is broken."""
    try:
        known = json.loads((directory / "release.json").read_text(encoding="utf-8"))
        return Release(directory=directory, **known)
    except (OSError, ValueError, TypeError) as error:
        raise ReleaseError(f"{directory} is no release directory ({error}). Make one: citydiplomacy build") from error


def build(repository: Repository, out: Path, progress: Progress = lambda message: None) -> Release:
    """Builds a release into ``out``, which appears whole or not at all; an older release there is replaced.

    Raises ReleaseError where content does not parse (``citydiplomacy check`` says where) or ``out`` is something else.
    """
    if out.exists() and not (out / "release.json").is_file() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty and no release; name another folder.")
    progress("reading content")
    content = read_content(repository)
    if content.findings:
        raise ReleaseError(
            f"{content.findings[0].text()} (and {len(content.findings) - 1} more; run: citydiplomacy check)"
        )
    progress(f"reasoning over {len(content.data)} statements")
    lines = sorted({*release_lines(repository, content), *example_lines(read_gallery(repository), repository.names)})
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as name:
        draft = Path(name) / "release"
        draft.mkdir()
        progress(f"writing {len(lines)} statements")
        _write(repository, content, lines, draft)
        _swap(draft, out, Path(name))
    return open_release(out)


def release_lines(repository: Repository, content: Content) -> list[str]:
    """The canonical N-Quads lines of a release: all content, and what follows from it in graph/inferred."""
    names = repository.names
    files: list[tuple[Path, str | None]] = [
        (path, names.graph("ontology")) for path in (*repository.ontology_files, *repository.alignment_files)
    ]
    files += [(path, names.sources + path.stem if path.suffix == ".ttl" else None) for path in repository.data_files]
    try:
        return canonical_lines(files, inferred_nquads(content))
    except SyntaxError as error:
        raise ReleaseError(f"{error.filename or 'content'}: {error}") from error


def inferred_nquads(content: Content) -> str:
    """What follows from the content, as N-Quads in graph/inferred."""
    graph = Graph()
    for triple in infer(content):
        graph.add(triple)
    name = f"<{content.names.graph('inferred')}>"
    lines = graph.serialize(format="nt").splitlines()
    return "".join(f"{line.removesuffix('.').rstrip()} {name} .\n" for line in lines if line)


def _write(repository: Repository, content: Content, lines: list[str], folder: Path) -> None:
    names = repository.names
    prefixes = names.prefixes
    data = "".join(lines).encode()
    ontology = f" <{names.graph('ontology')}> .\n"
    (folder / "data.nq").write_bytes(data)
    (folder / "data.trig").write_bytes(convert(lines, "trig", prefixes))
    (folder / "data.ttl").write_bytes(convert(lines, "turtle", prefixes))
    (folder / "ontology.ttl").write_bytes(convert([x for x in lines if x.endswith(ontology)], "turtle", prefixes))
    for name in ("queries", "shapes"):
        for path in repository.files(name, ".rq", ".ttl"):
            target = folder / path.relative_to(repository.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    digest = hashlib.sha256(data).hexdigest()
    known = Release(
        directory=folder,
        version=f"{_version(content)}+{digest[:12]}",
        base=names.base,
        prefix=names.prefix,
        digest=digest,
        statements=len(lines),
        graphs=len({line.rsplit(" ", 2)[1] for line in lines}),
    )
    description = {key: value for key, value in asdict(known).items() if key != "directory"}
    (folder / "release.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "SHA256SUMS").write_text(checksums(folder), encoding="utf-8")


def checksums(folder: Path) -> str:
    """The text of SHA256SUMS for a folder, in the form ``sha256sum -c`` reads."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    names = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in names)


def _swap(draft: Path, out: Path, scratch: Path) -> None:
    """Puts the draft in the place of ``out``; at any moment ``out`` is the old release, absent, or the new one."""
    if out.exists():
        out.replace(scratch / "old")
    draft.replace(out)


def _version(content: Content) -> str:
    """owl:versionInfo of the ontology, or 0."""
    versions = [
        str(quad.object)
        for quad in content.ontology
        if str(quad.predicate) == OWL + "versionInfo" and str(quad.subject) == content.names.ontology
    ]
    return versions[0] if versions else "0"
