"""Dumps: every syntax and both compressions say the same, slices are parts, tables and JSON-LD keep every value."""

import csv
import gzip
import json
import re

import pytest
from rdflib import Dataset, Graph

from citydiplomacy.canonical import canonical_lines
from citydiplomacy.media import GRAPHS, Format
from citydiplomacy.nquads import graph_of, statements, value_of
from citydiplomacy.release import Release
from citydiplomacy.release.jsonld import Compactor, compacted
from citydiplomacy.release.packing import pack, unpack
from citydiplomacy.release.slices import slices_of
from citydiplomacy.store import RDF_FORMATS, statements_of


def lines_of(data: bytes, syntax: str) -> list[str]:
    """The N-Quads lines of a dump."""
    return [" ".join(part for part in one if part) + " .\n" for one in statements_of(data, syntax)]


def merged(lines: list[str]) -> list[str]:
    """The merge of all graphs, canonical."""
    return canonical_lines((), (line[: line.rindex(" <")] + " .\n" for line in lines))


@pytest.mark.parametrize("chosen", GRAPHS, ids=lambda one: one.name)
@pytest.mark.parametrize("packing", ["gz", "zst"])
@pytest.mark.parametrize("slice_name", ["data", "ontology", "claims", "inferred", "documents/letter"])
def test_dump_says_what_its_slice_does(small_release: Release, chosen: Format, packing: str, slice_name: str) -> None:
    lines = slices_of(small_release.lines(), small_release.names)[slice_name]
    data = unpack(small_release.directory / f"{slice_name}.{chosen.suffix}.{packing}")
    found = canonical_lines((), lines_of(data, chosen.name))
    keeps_graphs = RDF_FORMATS[chosen.name].supports_datasets
    assert found == (canonical_lines((), lines) if keeps_graphs else merged(lines))


def test_trig_has_each_graph_once(real_release: Release) -> None:
    text = (real_release.directory / "data.trig").read_text(encoding="utf-8")
    assert len(re.findall(r"^\S+ \{$", text, re.MULTILINE)) == real_release.graphs


def test_slices_add_up_to_the_whole(real_release: Release) -> None:
    lines = real_release.lines()
    slices = slices_of(lines, real_release.names)
    whole = slices.pop("data")
    documents = [name for name in slices if name.startswith("documents/")]
    assert whole == lines
    assert documents == ["documents/new-role-for-cities"]
    assert sorted(line for name in slices if name not in documents for line in slices[name]) == lines
    assert slices["claims"] == sorted(line for name in documents for line in slices[name])


def test_outside_data_is_apart_from_claims(real_release: Release) -> None:
    claims = slices_of(real_release.lines(), real_release.names)["claims"]
    kept = (real_release.names.passages, real_release.names.sources)
    assert {graph_of(line).startswith(kept) for line in claims} == {True}


def test_gzip_is_read_by_the_standard_library_and_has_no_time(small_release: Release) -> None:
    data = (small_release.directory / "data.nq.gz").read_bytes()
    assert gzip.decompress(data) == small_release.data.read_bytes()
    assert data[4:8] == b"\0\0\0\0"
    assert pack(b"same", "gz") == pack(b"same", "gz")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of what it does itself
def test_json_ld_is_compact_and_rdflib_reads_the_same(small_release: Release) -> None:
    lines = small_release.lines()
    data = compacted(lines, Compactor(lines, small_release.names))
    document = json.loads(data)
    assert document["@context"]["memberOf"] == {"@id": "mini:memberOf", "@type": "@id"}
    nodes = [node for graph in document["@graph"] for node in graph["@graph"]]
    ada = [node for node in nodes if node["@id"] == "id:ada"]
    assert {"@id": "id:ada", "@type": "Person"} in ada
    read = Dataset().parse(data=data, format="json-ld")
    expected = Dataset().parse(data=small_release.data.read_bytes(), format="nquads")
    assert len(list(read.quads())) == len(list(expected.quads())) == small_release.statements


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of what it does itself
def test_context_stands_alone(small_release: Release) -> None:
    context = json.loads((small_release.directory / "context.jsonld").read_bytes())
    text = json.dumps({**context, "@id": "id:eve", "memberOf": "id:chess-club"})
    triple = next(iter(Graph().parse(data=text, format="json-ld")))
    assert [str(term) for term in triple] == [
        "https://example.org/mini/id/eve",
        "https://example.org/mini/ontology#memberOf",
        "https://example.org/mini/id/chess-club",
    ]


def rows_of(release: Release, name: str) -> list[dict[str, str]]:
    with (release.directory / "tables" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_table_has_a_row_a_thing_and_a_column_a_property(small_release: Release) -> None:
    assert rows_of(small_release, "person.csv") == [
        {
            "iri": "https://example.org/mini/id/ada",
            "label_de": "Ada",
            "label_en": "Ada",
            "hasMembership": "https://example.org/mini/id/ada-in-chess-club",
            "memberOf": "https://example.org/mini/id/chess-club",
        },
        {
            "iri": "https://example.org/mini/id/eve",
            "label_de": "Eva",
            "label_en": "Eve",
            "hasMembership": "",
            "memberOf": "",
        },
    ]


@pytest.mark.parametrize("name", ["city", "city-network", "membership", "document", "event"])
def test_tables_people_ask_for_are_there(real_release: Release, name: str) -> None:
    assert rows_of(real_release, f"{name}.csv")


def test_metadata_describes_every_table_and_column(real_release: Release) -> None:
    folder = real_release.directory / "tables"
    metadata = json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))
    assert {table["url"] for table in metadata["tables"]} == {path.name for path in folder.glob("*.csv")}
    assert len(metadata["tables"]) >= 50
    for table in metadata["tables"]:
        columns = [column for column in table["tableSchema"]["columns"] if not column.get("virtual")]
        header = (folder / table["url"]).read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(column["name"] for column in columns)


def test_tables_hold_every_statement_about_their_things(real_release: Release) -> None:
    """Read by their metadata alone, the tables give back the merge's statements about things of our classes."""
    folder = real_release.directory / "tables"
    found = set()
    for table in json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))["tables"]:
        for row in rows_of(real_release, table["url"]):
            for column in table["tableSchema"]["columns"][1:]:
                cell = column.get("valueUrl") if column.get("virtual") else row[column["name"]]
                values = cell.split(column["separator"]) if column.get("separator") and cell else [cell]
                found |= {(row["iri"], column["propertyUrl"], value) for value in values if value}
    subjects = {subject for subject, _, _ in found}
    ours = real_release.names.ontology + "#"
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    expected = {
        (subject, predicate, value)
        for one in statements(real_release.lines())
        for subject, predicate, value in [tuple(map(value_of, one.triple))]
        if subject in subjects and value and (predicate != kind or value.startswith(ours))
    }
    assert found == expected
    assert len(found) > 15_000


def test_lean_release_has_only_what_the_server_needs(lean_release: Release) -> None:
    assert not lean_release.is_whole
    assert not list(lean_release.directory.rglob("*.gz"))
