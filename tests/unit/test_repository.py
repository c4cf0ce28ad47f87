"""A repository knows which file says what: the graph of each, and one state for all of them."""

from pathlib import Path

import pytest

from citydiplomacy.errors import ReleaseError
from citydiplomacy.release.building import build
from citydiplomacy.repository import Repository, open_repository

BASE = "https://example.org/mini/"


@pytest.mark.parametrize(
    ("file", "graph"),
    [
        ("ontology/mini.ttl", "graph/ontology"),
        ("ontology/alignments/prov.ttl", "graph/ontology"),
        ("data/sources/letter.ttl", "source/letter"),
        ("data/claims/letter/letter.trig", None),
        ("data/people.ttl", None),
    ],
)
def test_each_file_has_its_graph(small_repository: Repository, file: str, graph: str | None) -> None:
    assert small_repository.graph_of(small_repository.root / file) == (graph and BASE + graph)


def test_statement_outside_all_graphs_is_not_published(small: Path, tmp_path: Path) -> None:
    (small / "data/people.ttl").write_text(f"<{BASE}id/bob> a <{BASE}ontology#Person> .\n")
    with pytest.raises(ReleaseError, match=r"data/people\.ttl:1.*stands in no graph"):
        build(open_repository(small), tmp_path / "out")


def test_digest_changes_with_every_file_that_a_release_has(small: Path, tmp_path: Path) -> None:
    (small / "ontology/overview.svg").write_text("<svg/>")
    release = build(open_repository(small), tmp_path / "out").directory
    copied = [path for name in ("ontology", "queries", "shapes") for path in (release / name).rglob("*.*")]
    sources = [small / path.relative_to(release) for path in copied] + sorted((small / "data").rglob("*.t*"))
    assert len(sources) == 7
    digests = {open_repository(small).digest()}
    for path in sources:
        path.write_text(path.read_text() + "\n")
        digests.add(open_repository(small).digest())
    assert len(digests) == len(sources) + 1
