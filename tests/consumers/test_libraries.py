"""rdflib, pyoxigraph and the Oxigraph server load our dumps and find what we find."""

import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import Dataset, Graph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

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


@pytest.fixture(scope="module")
def dataset(expected: Expected) -> Dataset:
    """The dump in rdflib: the named graphs, and their merge as default graph."""
    dataset = Dataset()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of what rdflib does itself
        dataset.parse(expected.nquads, format="nquads")
        dataset.default_graph.parse(expected.ntriples, format="nt")
    return dataset


def test_rdflib_counts_what_we_count(dataset: Dataset, expected: Expected) -> None:
    graphs = {graph.identifier: len(graph) for graph in dataset.graphs() if len(graph)}
    assert graphs.pop(DATASET_DEFAULT_GRAPH_ID) == expected.merged
    assert (sum(graphs.values()), len(graphs)) == (expected.quads, expected.graphs)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of what rdflib does itself
def test_rdflib_answers_as_we_do(dataset: Dataset, expected: Expected, name: str) -> None:
    """Its engine makes every combination before it looks at the next pattern: it needs up to seconds for each of these,
    and 14 GB for ``actors/who-leads`` (measured), which is why these are the ten.
    """
    answer = dataset.query(expected.queries[name])
    found = ({str(key): str(value) for key, value in row.asdict().items()} for row in answer)  # type: ignore[union-attr]
    assert rows(found) == expected.answers[name]


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
