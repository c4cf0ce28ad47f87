"""Deltas: patches lead from one release to the next, reports say what that means, the event stream carries it."""

import hashlib
import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, BNode, Dataset, Graph, Namespace, URIRef

from citydiplomacy.canonical import canonical_lines
from citydiplomacy.cli import main
from citydiplomacy.errors import ReleaseError
from citydiplomacy.release import Release
from citydiplomacy.release.building import Additions, build
from citydiplomacy.release.changes import describe_changes
from citydiplomacy.release.packing import unpack
from citydiplomacy.release.patch import Patch, apply, compare, delta, read_patch, verify_patch, write_patch
from citydiplomacy.repository import Repository

BASE = "https://example.org/mini/"
PAIRS = 200
VALUES = ['"a \\"b\\" \\\\ <c> _:d . "@en', '"7"^^<urn:t>', '"lines\u2028of\x85a \\n text"']
TREE = Namespace("https://w3id.org/tree#")


def version(lines: list[str], chance: random.Random) -> list[str]:
    """A made-up version: some statements gone, some new, blank nodes among them. Canonical."""
    kept = [line for line in lines if chance.random() > chance.choice((0.01, 0.3))]
    labels = [f"_:n{chance.randrange(6)}" for _ in range(4)]
    nodes = [*labels, f"<{BASE}id/new-{chance.randrange(9)}>"]
    for _ in range(chance.randrange(12)):
        value = chance.choice([*nodes, *VALUES])
        kept.append(f"{chance.choice(nodes)} <urn:p{chance.randrange(3)}> {value} <{BASE}graph/x> .\n")
    return canonical_lines((), kept)


def digest(lines: list[str]) -> str:
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def between(one: Release, old: list[str], other: Release, new: list[str]) -> str:
    return delta(replace(one, digest=digest(old)), old, replace(other, digest=digest(new)), new)


def test_patch_leads_from_one_version_to_the_other_for_many_pairs(
    small_release: Release, next_release: Release
) -> None:
    chance = random.Random(6)  # noqa: S311
    lines = [line for line in small_release.lines() if "_:" not in line]
    versions = [version(lines, chance) for _ in range(40)]
    tried = 0
    for _ in range(PAIRS):
        old, new = chance.choice(versions), chance.choice(versions)
        text = between(small_release, old, next_release, new)
        assert read_patch(text) == compare(old, new)
        applied = canonical_lines((), apply(read_patch(text), old))
        assert digest(applied) == digest(new)
        tried += 1
    assert tried == PAIRS


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of what it does itself
def test_rdflib_applies_the_patches_as_we_do(small_release: Release, next_release: Release) -> None:
    chance = random.Random(7)  # noqa: S311
    lines = [line for line in small_release.lines() if "_:" not in line]
    for _ in range(10):
        old, new = version(lines, chance), version(lines, chance)
        text = between(small_release, old, next_release, new)
        labels = re.findall(r"_:(c14n\d+)", "".join(old))
        dataset = Dataset()
        dataset.parse(data="".join(old), format="nquads", bnode_context={label: BNode(label) for label in labels})
        dataset.parse(data=text, format="patch")
        assert canonical_lines((), [dataset.serialize(format="nquads")]) == new


def test_no_patch_is_made_from_or_to_lines_that_are_not_the_releases(
    small_release: Release, next_release: Release
) -> None:
    for start, end in ((1, 0), (0, 1)):
        with pytest.raises(ReleaseError, match="is not what its release"):
            delta(small_release, small_release.lines()[start:], next_release, next_release.lines()[end:])


def test_patch_for_other_data_is_refused(small_release: Release) -> None:
    lines = small_release.lines()
    patch = Patch((lines[0],), ())
    with pytest.raises(ReleaseError, match="does not fit"):
        apply(patch, lines[1:])
    text = write_patch(patch, small_release, small_release)
    verify_patch(text, lines, digest(lines[1:]))
    with pytest.raises(ReleaseError, match="does not lead"):
        verify_patch(text, lines, digest(lines))
    with pytest.raises(ReleaseError, match="does not lead"):
        verify_patch(text.replace("D ", "H "), lines, digest(lines[1:]))
    with pytest.raises(ReleaseError, match="no row"):
        read_patch("nonsense\n")


def test_blank_nodes_are_written_as_the_format_wants(small_release: Release) -> None:
    text = write_patch(Patch((), ("_:c14n0 <urn:p> _:c14n1 <urn:g> .\n",)), small_release, small_release)
    assert "A <_:c14n0> <urn:p> <_:c14n1> <urn:g> .\n" in text
    assert text.startswith("H id <uuid:")
    assert text.splitlines()[-1] == "TC ."


def test_release_carries_the_delta_from_the_one_before(small_release: Release, next_release: Release) -> None:
    assert next_release.previous == small_release.version
    text = unpack(next_release.directory / "changes/delta.rdfp.zst").decode()
    assert apply(read_patch(text), small_release.lines()) == next_release.lines()


def test_report_says_what_came_went_and_changed(small_release: Release, next_release: Release) -> None:
    changes = describe_changes(small_release, small_release.lines(), next_release, next_release.lines())
    assert [one.iri for one in changes.added] == [BASE + "id/bob"]
    assert [(one.iri, one.labels["de"]) for one in changes.removed] == [(BASE + "id/eve", "Eva")]
    assert BASE + "id/ada" in [one.iri for one in changes.changed]
    assert changes.deprecated == {BASE + "ontology#Club": (BASE + "ontology#Agent",)}
    assert changes.classes == {BASE + "ontology#Person": (1, 1)}
    assert changes.properties["http://www.w3.org/2000/01/rdf-schema#label"] == (3, 3)


@pytest.mark.parametrize(("value", "deprecated"), [("true", True), ("1", True), ("false", False)])
def test_what_is_said_not_to_be_deprecated_is_not(value: str, deprecated: bool, small_release: Release) -> None:
    lines = small_release.lines()
    owl, xsd = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2001/XMLSchema#"
    said = f'<{BASE}id/ada> <{owl}deprecated> "{value}"^^<{xsd}boolean> <{BASE}graph/x> .\n'
    changes = describe_changes(small_release, lines, small_release, [*lines, said])
    assert changes.deprecated == ({BASE + "id/ada": ()} if deprecated else {})


def test_report_comes_in_three_forms(next_release: Release) -> None:
    folder = next_release.directory / "changes"
    known = json.loads((folder / "changes.json").read_text())
    assert [one["iri"] for one in known["added"]] == [BASE + "id/bob"]
    assert "Ada L." in (folder / "changes.html").read_text()
    graph = Graph().parse(folder / "changes.ttl")
    kinds = {str(kind).rpartition("#")[2] for kind in graph.objects(None, RDF.type)}
    assert {"Create", "Delete", "Update"} <= kinds


def test_event_stream_starts_at_the_first_dump_and_leads_on(small_release: Release, next_release: Release) -> None:
    stream = URIRef(BASE + "ldes")
    graph = Graph().parse(next_release.directory / "ldes/index.ttl")
    dumps = [str(one) for one in graph.objects(stream, URIRef("http://rdfs.org/ns/void#dataDump"))]
    assert dumps == [f"{BASE}dumps/{small_release.version}/data.nq.gz"]
    pages = [
        str(one) for relation in graph.objects(stream, TREE.relation) for one in graph.objects(relation, TREE.node)
    ]
    assert pages == [f"{BASE}ldes/{next_release.version}"]
    page = Graph().parse(next_release.directory / "ldes" / f"{next_release.version}.ttl")
    of = Namespace("http://purl.org/dc/terms/").isVersionOf
    members = {str(page.value(member, of)) for member in page.objects(stream, TREE.member)}
    assert {BASE + "id/ada", BASE + "id/bob", BASE + "id/eve", BASE + "ontology#Club"} <= members


def test_stream_goes_on_from_release_to_release(
    small_repository: Repository, small_release: Release, next_release: Release, tmp_path: Path
) -> None:
    third = build(small_repository, tmp_path / "third", additions=Additions(previous=next_release))
    order = (third.directory / "ldes/order.txt").read_text().split()
    assert order == [small_release.version, next_release.version, small_release.version]
    assert (third.directory / "ldes" / f"{next_release.version}.ttl").read_bytes() == (
        next_release.directory / "ldes" / f"{next_release.version}.ttl"
    ).read_bytes()


def test_same_data_again_is_no_new_release(
    small_repository: Repository, small_release: Release, tmp_path: Path
) -> None:
    again = build(small_repository, tmp_path / "again", additions=Additions(previous=small_release))
    assert again.previous == ""
    assert not (again.directory / "changes").exists()


@pytest.mark.parametrize(("form", "expected"), [("text", "1 added"), ("patch", "TX ."), ("json", '"added"')])
def test_diff_tells_it_in_the_form_asked_for(
    small_release: Release, next_release: Release, capsys: pytest.CaptureFixture[str], form: str, expected: str
) -> None:
    assert main(["diff", str(small_release.directory), str(next_release.directory), "--format", form]) == 0
    assert expected in capsys.readouterr().out


def test_diff_writes_all_forms(small_release: Release, next_release: Release, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["diff", str(small_release.directory), str(next_release.directory), "--format", "html", "--out", str(out)]
    assert main(command) == 0
    assert {path.name for path in out.iterdir()} == {"delta.rdfp", "changes.html", "changes.json", "changes.ttl"}


@pytest.mark.parametrize("broken", ["data.ttl", "data.nq", "tables/person.csv", "catalog.ttl", "release.json"])
def test_verify_finds_a_file_that_was_changed(
    small_release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    copy = Path(shutil.copytree(small_release.directory, tmp_path / "copy"))
    assert main(["verify", str(copy)]) == 0
    (copy / broken).write_bytes((copy / broken).read_bytes().replace(b"ada", b"ida").replace(b"0.1+", b"0.2+"))
    assert main(["verify", str(copy)]) == 1
    assert f"{broken} has another checksum" in capsys.readouterr().out


def test_verify_finds_files_that_only_their_checksum_hides(
    small_release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from citydiplomacy.release import checksums

    copy = Path(shutil.copytree(small_release.directory, tmp_path / "copy"))
    (copy / "void.ttl").write_text("")
    (copy / "queries/people/members.rq").unlink()
    assert main(["verify", str(copy)]) == 1
    assert "members.rq is missing" in capsys.readouterr().out
    (copy / "SHA256SUMS").write_text(checksums(copy))
    assert main(["verify", str(copy)]) == 1
    assert "void.ttl is not what follows from data.nq" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense\n", "not valid N-Quads"),
        (b"\xff\n", "can not be read"),
        (b"<urn:s> <urn:p> <urn:o> .\n", "in no graph"),
        (b'<urn:s> <urn:p> "a <b>" .\n', "in no graph"),
        (b'<urn:s> <urn:p> "\\u0061" <urn:g> .\n', "not in canonical form"),
    ],
)
def test_verify_says_what_is_wrong_with_the_data(
    small_release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: bytes, said: str
) -> None:
    copy = Path(shutil.copytree(small_release.directory, tmp_path / "copy"))
    (copy / "data.nq").write_bytes((copy / "data.nq").read_bytes() + line)
    assert main(["verify", str(copy)]) == 1
    assert said in capsys.readouterr().out


def test_release_without_data_is_told_not_a_traceback(
    small_release: Release, next_release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copytree(small_release.directory, tmp_path / "copy"))
    (copy / "data.nq").unlink()
    assert main(["verify", str(copy)]) == 1
    assert "data.nq is missing." in capsys.readouterr().out
    assert main(["diff", str(copy), str(next_release.directory)]) == 2
    assert "data.nq can not be read" in capsys.readouterr().err


def test_folder_that_can_not_be_written_is_told(
    small_release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["diff", *[str(small_release.directory)] * 2, "--out", str(tmp_path / "file/out")]) == 2
    assert "file/out" in capsys.readouterr().err


def test_verify_says_what_is_no_release(tmp_path: Path) -> None:
    assert main(["verify", str(tmp_path)]) == 2
