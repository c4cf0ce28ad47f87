"""rdflib, pyoxigraph and the Oxigraph server load our dumps and find what we find."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, Dataset, Graph

from .conftest import QUERIES, Expected, needed, rows


def test_ten_queries_have_answers(expected: Expected) -> None:
    assert len(QUERIES) == 10
    assert all(expected.answers.values())


def test_pyoxigraph_agrees(expected: Expected) -> None:
    store = pyoxigraph.Store()
    store.bulk_load(path=str(expected.nquads))
    assert (len(store), len(list(store.named_graphs()))) == (expected.quads, expected.graphs)
    store.bulk_load(path=str(expected.ntriples))
    assert len(store) - expected.quads == expected.merged
    for name, query in expected.queries.items():
        solutions = store.query(query)
        names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
        found = ({key: row[key].value for key in names if row[key] is not None} for row in solutions)  # type: ignore[union-attr, index]
        assert rows(found) == expected.answers[name], name


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_agrees(expected: Expected) -> None:
    """The figures, and members by class. Its own engine is no match for the canned queries: ``actors/who-leads`` took
    14 GB and minutes (measured), since it makes every combination before it looks at the next pattern.
    """
    dataset = Dataset(default_union=True)
    dataset.parse(expected.nquads, format="nquads")
    assert sum(1 for _ in dataset.quads()) == expected.quads
    assert sum(1 for graph in dataset.graphs() if len(graph)) == expected.graphs
    members = Counter((str(kind), str(one)) for one, kind in set(dataset.subject_objects(RDF.type)))
    by_class = Counter(kind for kind, _ in members)
    for row in map(dict, expected.answers["ontology/classes"]):
        assert by_class[row["class"]] == int(row["things"]), row["class"]


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_the_other_syntaxes(expected: Expected, real_release: object, suffix: str) -> None:
    from citydiplomacy.release.packing import unpack

    data = unpack(real_release.directory / f"geonames.{suffix}.zst")  # type: ignore[attr-defined]
    form = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}[suffix]
    target = Dataset(default_union=True) if suffix == "jsonld" else Graph()
    target.parse(data=data, format=form)
    lines = unpack(real_release.directory / "geonames.nt.gz").splitlines()  # type: ignore[attr-defined]
    assert len(target) == len(lines) or sum(1 for _ in target.quads()) == len(lines)  # type: ignore[attr-defined]


def test_oxigraph_server_loads_and_agrees(expected: Expected, tmp_path: Path) -> None:
    beside = Path(sys.executable).parent / "oxigraph"
    oxigraph = needed(str(beside) if beside.is_file() else shutil.which("oxigraph"), "Oxigraph")
    store = str(tmp_path / "store")
    files = ["--file", str(expected.nquads), "--file", str(expected.ntriples)]
    subprocess.run([oxigraph, "load", "--location", store, *files], check=True, capture_output=True)
    for name, query in expected.queries.items():
        command = [oxigraph, "query", "--location", store, "--query", query, "--results-format", "json"]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        found = ({key: cell["value"] for key, cell in row.items()} for row in answer["results"]["bindings"])
        assert rows(found) == expected.answers[name], name
