"""Building a release: content in, a directory out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from citydiplomacy.canonical import canonical_lines
from citydiplomacy.claims import statement_outside_graphs
from citydiplomacy.content import Content, read_content
from citydiplomacy.errors import ReleaseError
from citydiplomacy.examples import example_lines
from citydiplomacy.names import Names
from citydiplomacy.nquads import Statement, graph_of, iri
from citydiplomacy.progress import Progress, silent
from citydiplomacy.queries import read_gallery
from citydiplomacy.reading import term_of
from citydiplomacy.reasoning import infer
from citydiplomacy.release.deriving import derive, derive_lean
from citydiplomacy.release.describing import header_of
from citydiplomacy.release.directory import Release, checksums, digest_of_lines, open_release, write_description
from citydiplomacy.release.history import write_history
from citydiplomacy.release.material import Material
from citydiplomacy.repository import Repository


@dataclass(frozen=True)
class Additions:
    """What goes into a release beside what follows from the content alone.

    ``whole``: also the files for others (dumps in every syntax, tables, catalogue). ``reports``: files of reports/ by
    name. ``previous``: the release before, which this one tells its changes against. ``lines``: the content's
    ``release_lines``, where somebody has worked them out already.
    """

    whole: bool = True
    reports: Mapping[str, bytes] = field(default_factory=dict)
    previous: Release | None = None
    lines: list[str] | None = None


def build(
    repository: Repository,
    out: Path,
    progress: Progress = silent,
    additions: Additions | None = None,
) -> Release:
    """Builds a release into ``out``, which appears whole or not at all; an older release there is replaced.

    Raises ReleaseError where content can not be published as it stands (``citydiplomacy check`` says all that is wrong)
    or ``out`` is something else.
    """
    if out.exists() and not (out / "release.json").is_file() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty and no release; name another folder.")
    additions = additions or Additions()
    lines = _statements(repository, additions.lines or _read(repository, progress))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as name:
        draft = Path(name) / "release"
        draft.mkdir()
        progress(f"writing {len(lines)} statements")
        release = _described(repository.names, lines, draft, additions.previous)
        _write(repository, Material(release, lines), additions)
        _swap(draft, out, Path(name))
    return open_release(out)


def _read(repository: Repository, progress: Progress) -> list[str]:
    progress("reading content")
    content = read_content(repository)
    _refuse_broken(content)
    progress(f"reasoning over {len(content.data)} statements")
    return release_lines(repository, content)


def _statements(repository: Repository, lines: list[str]) -> list[str]:
    """The lines of content with those of the canned queries, which are under the same licence."""
    licence = header_of(lines, repository.names).licence
    examples = set(example_lines(read_gallery(repository), repository.names, licence))
    return sorted([*lines, *examples.difference(lines)])


def _refuse_broken(content: Content) -> None:
    """ReleaseError where a file can not be read, or has a statement outside all graphs: it would get lost."""
    wrong = [*content.findings, *statement_outside_graphs(content)]
    if wrong:
        raise ReleaseError(f"{wrong[0].text()} (and {len(wrong) - 1} more; run: citydiplomacy check)")


def release_lines(repository: Repository, content: Content) -> list[str]:
    """The canonical N-Quads lines of a release: all content, and what follows from it in graph/inferred."""
    paths = (*repository.ontology_files, *repository.alignment_files, *repository.data_files)
    try:
        return canonical_lines([(path, repository.graph_of(path)) for path in paths], inferred_lines(content))
    except SyntaxError as error:
        raise ReleaseError(f"{error.filename or 'content'}: {error}") from error


def inferred_lines(content: Content) -> Iterator[str]:
    """What follows from the content, as N-Quads lines in graph/inferred."""
    graph = iri(content.names.graph("inferred"))
    return (Statement(term_of(s), term_of(p), term_of(o), graph).line for s, p, o in infer(content))


def _described(names: Names, lines: list[str], folder: Path, previous: Release | None) -> Release:
    digest, header = digest_of_lines(lines), header_of(lines, names)
    return Release(
        directory=folder,
        version=f"{header.version or '0'}+{digest[:12]}",
        base=names.base,
        prefix=names.prefix,
        digest=digest,
        statements=len(lines),
        graphs=len({graph_of(line) for line in lines}),
        issued=header.issued,
        previous=previous.version if previous and previous.digest != digest else "",
    )


def _write(repository: Repository, material: Material, additions: Additions) -> None:
    release, folder = material.release, material.release.directory
    with release.data.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(material.lines)
    for path in repository.copied_files:
        target = folder / path.relative_to(repository.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for name, data in additions.reports.items():
        (folder / "reports").mkdir(exist_ok=True)
        (folder / "reports" / name).write_bytes(data)
    write_description(release)
    write_history(material, additions.previous if release.previous else None)
    (derive if additions.whole else derive_lean)(material, folder)
    (folder / "SHA256SUMS").write_text(checksums(folder), encoding="utf-8")


def _swap(draft: Path, out: Path, scratch: Path) -> None:
    """Puts the draft in the place of ``out``; at any moment ``out`` is the old release, absent, or the new one."""
    if out.exists():
        out.replace(scratch / "old")
    draft.replace(out)
