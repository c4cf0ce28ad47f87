"""The ontology's and the shapes' documentation, and the FAIR checks of FOOPS! that need a server, over our own."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, SDO, SH, SKOS, VANN
from werkzeug.test import TestResponse

from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.licences import licence_name
from citydiplomacy.web.site import SiteSettings

HTML = {"Accept": "text/html"}
ONTOLOGY = URIRef("https://w3id.org/citydiplomacy/ontology")
BASE = "https://w3id.org/citydiplomacy/"


@pytest.fixture(scope="module")
def real_client(real_release: Release) -> Iterator[FlaskClient]:
    application: Flask = create_app(SiteSettings(real_release.directory, PoolSettings(workers=2)))
    yield application.test_client()
    application.extensions["site"].close()


def get(client: FlaskClient, iri: str, accept: str) -> TestResponse:
    return client.get("/" + iri.removeprefix(BASE), headers={"Accept": accept}, follow_redirects=True)


def graph_of(client: FlaskClient, iri: str, accept: str = "text/turtle") -> Graph:
    form = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}[accept]
    return Graph().parse(data=get(client, iri, accept).data, format=form)


def header(client: FlaskClient, prop: URIRef) -> str:
    return str(graph_of(client, ONTOLOGY).value(ONTOLOGY, prop))


FOOPS: dict[str, Callable[[FlaskClient], bool]] = {
    "URI1 the IRI resolves": lambda client: get(client, ONTOLOGY, "*/*").status_code == 200,
    "URI2 the file names itself by that IRI": lambda client: (
        (ONTOLOGY, RDF.type, OWL.Ontology) in graph_of(client, ONTOLOGY)
    ),
    "CN1 HTML and RDF by negotiation": lambda client: (
        get(client, ONTOLOGY, "text/html").mimetype == "text/html"
        and all(len(graph_of(client, ONTOLOGY, one)) > 1000 for one in ("text/turtle", "application/rdf+xml"))
    ),
    "DOC1 documentation in HTML": lambda client: "<h1>" in get(client, ONTOLOGY, "text/html").text,
    "RDF1 the RDF parses": lambda client: len(graph_of(client, ONTOLOGY, "application/n-triples")) > 1000,
    "VER2 the version IRI resolves to that version": lambda client: (
        (ONTOLOGY, OWL.versionIRI, URIRef(header(client, OWL.versionIRI)))
        in graph_of(client, header(client, OWL.versionIRI))
    ),
    "FIND_3_BIS the catalogue it is in resolves and lists it": lambda client: (
        URIRef(header(client, OWL.versionIRI))
        in set(graph_of(client, header(client, SDO.includedInDataCatalog)).objects(None, DCTERMS.conformsTo))
    ),
    "OM3 the logo resolves": lambda client: (
        get(client, header(client, FOAF.logo), "image/*").mimetype == "image/svg+xml"
    ),
    "OM the changes resolve": lambda client: get(client, header(client, VANN.changes), "text/html").status_code == 200,
    "OM the example resolves": lambda client: (
        get(client, header(client, VANN.example), "text/turtle").status_code == 200
    ),
    "OM4.2 the licence is an https address": lambda client: header(client, DCTERMS.license).startswith("https://"),
    "OM creators resolve": lambda client: len(graph_of(client, header(client, DCTERMS.creator))) > 0,
}


@pytest.mark.parametrize("item", FOOPS)
def test_fair_item_passes_over_our_server(real_client: FlaskClient, item: str) -> None:
    assert FOOPS[item](real_client)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_term_is_on_the_page_with_its_definition(real_client: FlaskClient, language: str) -> None:
    text = real_client.get(f"/ontology?lang={language}", headers=HTML).text
    graph = graph_of(real_client, ONTOLOGY)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if str(term).startswith(f"{ONTOLOGY}#")}
    assert len(terms) >= 200
    for term in terms:
        part = text.partition(f'id="{str(term).partition("#")[2]}"')[2].partition("<h3")[0]
        (definition,) = (one for one in graph.objects(term, SKOS.definition) if one.language == language)  # type: ignore[attr-defined]
        assert str(definition) in unescape(part), term


def test_term_says_what_uses_it_and_what_it_is_aligned_with(real_client: FlaskClient) -> None:
    text = real_client.get("/ontology", headers=HTML).text
    city = text.partition('id="CityNetwork"')[2].partition("<h3")[0]
    assert re.search(r'href="/shapes#[A-Z]+-\d+"', city)
    assert re.search(r'<a href="/queries/actors/city-networks">[^<]+</a> \(CQ-\d+', city)
    organisation = text.partition('id="Organisation"')[2].partition("<h3")[0]
    assert "http://www.w3.org/ns/org#" in organisation


def test_page_speaks_german_throughout(real_client: FlaskClient) -> None:
    text = real_client.get("/ontology?lang=de", headers=HTML).text
    assert '<a href="#module-agents">Akteure und Orte <small>' in text
    network = text.partition('id="CityNetwork"')[2].partition("<h3")[0]
    assert ">Eine neue Rolle für Städte" in network
    assert (
        '<h2 id="file-networks">Mitgliedschaften und Netzwerke</h2>'
        in real_client.get("/shapes?lang=de", headers=HTML).text
    )


def test_each_module_with_classes_has_a_drawing(real_client: FlaskClient) -> None:
    text = real_client.get("/ontology", headers=HTML).text
    drawings = re.findall(r'<svg class="diagram".*?</svg>', text, re.DOTALL)
    assert len(drawings) >= 8
    for drawing in drawings:
        assert "<title>" in drawing
        for name in re.findall(r'<a href="#(\w+)">', drawing):
            assert f'<h3 id="{name}">' in text


def test_every_requirement_is_on_the_shapes_page(real_client: FlaskClient, real_release: Release) -> None:
    text = real_client.get("/shapes?lang=de", headers=HTML).text
    for path in (real_release.directory / "shapes").glob("*.ttl"):
        for name in re.findall(r"^req:([\w-]+) a sh:", path.read_text("utf-8"), re.MULTILINE):
            assert f'id="{name}"' in text, name
    messages = list(graph_of(real_client, URIRef(f"{BASE}shapes")).objects(None, SH.message))
    german = [str(one) for one in messages if one.language == "de"]  # type: ignore[attr-defined]
    assert len(german) > 100
    for message in german:
        assert message in unescape(text), message


def test_pages_and_interface_name_the_licence_that_the_ontology_states(
    real_client: FlaskClient, client: FlaskClient
) -> None:
    stated = header(real_client, DCTERMS.license)
    assert f'<a href="{stated}" rel="external noreferrer">CC BY 4.0</a>' in real_client.get("/", headers=HTML).text
    assert real_client.get("/openapi.json").json["info"]["license"] == {"name": "CC BY 4.0", "url": stated}  # type: ignore[index]
    assert "CC BY" not in client.get("/", headers=HTML).text, "the small repository states none"
    assert "license" not in client.get("/openapi.json").json["info"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/licenses/by/3.0/de/", "CC BY 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://example.org/licence", "https://example.org/licence"),
    ],
)
def test_licence_is_called_as_people_call_it(iri: str, name: str) -> None:
    assert licence_name(iri) == name


def test_small_repository_is_documented_too(client: FlaskClient) -> None:
    text = client.get("/ontology", headers=HTML).text
    assert "<p>Belongs to.</p>" in text.partition('id="memberOf"')[2].partition("<h3")[0]
    assert 'id="MIN-01"' in client.get("/shapes", headers=HTML).text
    assert client.get("/ontology/0.1", headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/catalog", "/dumps/", "/changes"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_page_is_there_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    text = client.get(f"{path}?lang={language}", headers=HTML).text
    assert f'<html lang="{language}"' in text
    assert text.count("<h1") == 1
