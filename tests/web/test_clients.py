"""The clients people have, unchanged, over the wire: SPARQLWrapper, rdflib's SPARQLStore, curl."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

MINI = "https://example.org/mini/"
PREFIX = f"PREFIX : <{MINI}ontology#> "
SELECT = PREFIX + "SELECT ?person { ?person a :Person } ORDER BY ?person"
CONSTRUCT = PREFIX + "CONSTRUCT WHERE { ?person a :Person }"


@pytest.fixture(scope="module")
def endpoint(start: Any) -> str:
    return f"{start('--workers', '2').url}/sparql"


def wrapper(endpoint: str, query: str, method: str, form: str) -> SPARQLWrapper:
    client = SPARQLWrapper(endpoint)
    client.setQuery(query)
    client.setMethod(method)
    client.setReturnFormat(form)
    return client


@pytest.mark.parametrize(("method", "way"), [(GET, None), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_selects_by_each_method(endpoint: str, method: str, way: str | None) -> None:
    client = wrapper(endpoint, SELECT, method, JSON)
    if way:
        client.setRequestMethod(way)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert rows[0]["person"]["value"] == f"{MINI}id/ada"


@pytest.mark.parametrize("form", [XML, CSV, TSV])
def test_sparqlwrapper_takes_each_results_format(endpoint: str, form: str) -> None:
    answer = wrapper(endpoint, SELECT, GET, form).queryAndConvert()
    text = answer.toxml() if form == XML else answer.decode()
    assert f"{MINI}id/ada" in text


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper makes one
def test_sparqlwrapper_constructs(endpoint: str, form: str) -> None:
    answer = wrapper(endpoint, CONSTRUCT, GET, form).queryAndConvert()
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")
    assert len(graph) >= 2


def test_sparqlwrapper_asks(endpoint: str) -> None:
    assert wrapper(endpoint, PREFIX + "ASK { ?x a :Person }", POST, JSON).queryAndConvert()["boolean"] is True


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparqlstore_reads_triples_and_queries(endpoint: str, method: str) -> None:
    store = SPARQLStore(endpoint, method=method)
    graph = Graph(store)
    people = set(
        graph.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), URIRef(f"{MINI}ontology#Person"))
    )
    assert {row.person for row in graph.query(SELECT)} == people
    assert people
    assert (URIRef(f"{MINI}id/ada"), None, None) in graph
    assert len(graph) > 100


def test_rdflib_sparqlstore_sees_named_graphs(endpoint: str) -> None:
    store = SPARQLStore(endpoint, context_aware=True)
    graphs = {str(one.identifier if hasattr(one, "identifier") else one) for one in store.contexts()}
    assert f"{MINI}passage/letter/1" in graphs
    passage = Graph(store, identifier=URIRef(f"{MINI}passage/letter/1"))
    assert 0 < len(passage) < 50


def curl(*arguments: str) -> str:
    if not shutil.which("curl"):
        pytest.skip("no curl on this machine")
    return subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, timeout=30, check=True).stdout


def test_curl_asks_as_the_protocol_says(endpoint: str) -> None:
    rows = json.loads(curl(endpoint, "--data-urlencode", f"query={SELECT}"))["results"]["bindings"]
    assert rows
    csv = curl("-G", endpoint, "-H", "Accept: text/csv", "--data-urlencode", f"query={SELECT}")
    direct = curl(endpoint, "-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv", "-d", SELECT)
    assert csv == direct
    assert csv.count("\n") == len(rows) + 1


def test_curl_sees_compression_heads_and_errors(endpoint: str) -> None:
    everything = "query=SELECT * { ?s ?p ?o }"
    assert "bindings" in curl("--compressed", "-G", endpoint, "--data-urlencode", everything)
    head = curl("-I", "-G", endpoint, "--data-urlencode", everything)
    assert head.startswith("HTTP/1.1 200")
    assert "content-length" in head.lower()
    assert curl("-o", "/dev/null", "-w", "%{http_code}", "-G", endpoint, "--data-urlencode", "query=SELECT *") == "400"
    assert "Allow" in curl("-i", "-X", "DELETE", endpoint).title()
