"""The service description tells the truth: each language, feature, format and figure that it names is tried."""

from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.store import RDF_FORMATS
from citydiplomacy.web.description import FORMAT_NAMES, FORMATS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
HERE = URIRef("http://localhost/sparql")
BY_IRI = {FORMATS + FORMAT_NAMES[one.name]: one for one in (*RESULTS, *GRAPHS)}
IN_1_0 = "SELECT DISTINCT ?s { ?s a ?c OPTIONAL { ?s ?p ?o FILTER(REGEX(STR(?o), 'x', 'i')) } } ORDER BY ?s LIMIT 1"
IN_1_1 = """SELECT (SUM(?one) AS ?n) {
  { SELECT ?s (COUNT(*) AS ?one) { ?s (a|!a)+ ?o MINUS { ?s a 1 } } GROUP BY ?s HAVING (COUNT(*) > 0) }
  VALUES ?t { UNDEF } BIND(IF(EXISTS { ?s a ?c }, 1, 0) AS ?is) FILTER NOT EXISTS { ?s a 2 }
}"""


def ask(client: FlaskClient, query: str, accept: str = "text/csv") -> bytes:
    response = client.get(f"/sparql?query={quote(query)}", headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert response.content_type.startswith(accept)
    return response.data


def count(client: FlaskClient, query: str) -> int:
    return int(ask(client, query).split()[1])


@pytest.fixture
def description(client: FlaskClient) -> Graph:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    return Graph().parse(data=response.data, format="turtle")


def test_it_is_one_service_at_its_own_address(description: Graph) -> None:
    assert list(description.subjects(RDF.type, SD.Service)) == [HERE]
    assert list(description.objects(HERE, SD.endpoint)) == [HERE]


@pytest.mark.parametrize("chosen", GRAPHS, ids=lambda one: one.name)
def test_it_comes_in_every_graph_format(client: FlaskClient, description: Graph, chosen: Format) -> None:
    by_accept = client.get("/sparql", headers={"Accept": chosen.media_type})
    by_name = client.get(f"/sparql?format={chosen.suffix}")
    assert by_accept.content_type == by_name.content_type == chosen.content_type
    assert by_accept.data == by_name.data
    quads = ox.parse(input=by_accept.data, format=RDF_FORMATS[chosen.name])
    assert {str(quad.triple) for quad in quads} == {f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in description}


def test_every_result_format_it_names_is_given_and_no_other(client: FlaskClient, description: Graph) -> None:
    named = {str(one) for one in description.objects(HERE, SD.resultFormat)}
    assert named == set(BY_IRI)
    for iri in named:
        query = "CONSTRUCT WHERE { ?s a ?c }" if BY_IRI[iri] in GRAPHS else "SELECT * { ?s a ?c }"
        assert ask(client, query, BY_IRI[iri].media_type)


def test_every_language_it_names_is_spoken(client: FlaskClient, description: Graph) -> None:
    queries = {SD.SPARQL10Query: IN_1_0, SD.SPARQL11Query: IN_1_1}
    assert set(description.objects(HERE, SD.supportedLanguage)) == set(queries)
    for query in queries.values():
        assert len(ask(client, query).splitlines()) == 2


def test_its_default_graph_is_the_merge_of_the_named_ones(client: FlaskClient, description: Graph) -> None:
    assert list(description.objects(HERE, SD.feature)) == [SD.UnionDefaultGraph]
    merged = count(client, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
    assert count(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == merged
    dataset = description.value(HERE, SD.defaultDataset)
    graph = description.value(dataset, SD.defaultGraph)
    assert description.value(graph, VOID.triples) == Literal(merged)
    named = count(client, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert f"merge of {named} named graphs" in str(list(description.objects(dataset)))


def test_its_address_has_the_prefix_it_is_mounted_at(client: FlaskClient) -> None:
    response = client.get("/sparql?x=y", base_url="https://example.org/city", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.data, format="turtle")
    assert list(graph.objects(None, SD.endpoint)) == [URIRef("https://example.org/city/sparql")]
