"""Every IRI of ours that a release names leads to something that is about it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph

from citydiplomacy.nquads import statements
from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.store import statements_of
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NTRIPLES = {"Accept": "application/n-triples"}
FILES = ("/dumps/", "/logo.svg", "/openapi.json", "/changes")
BASE = "https://w3id.org/citydiplomacy/"
MANY = 25  # every so many of the pages is looked at


@pytest.fixture(scope="module")
def real_app(real_release: Release) -> Iterator[Flask]:
    application = create_app(SiteSettings(real_release.directory, PoolSettings(workers=2)))
    yield application
    application.extensions["site"].close()


@pytest.fixture(scope="module")
def real_client(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


@pytest.fixture(scope="module")
def our_iris(real_release: Release) -> dict[str, set[str]]:
    """Every IRI in our namespaces in data, shapes, catalogue, VoID and stream, by the document that is to answer."""
    terms = {term for one in statements(real_release.lines()) for term in one}
    folder = real_release.directory
    for path in [folder / "catalog.ttl", folder / "void.ttl", *folder.glob("ldes/*.ttl"), *folder.glob("shapes/*.ttl")]:
        terms |= {term for one in statements_of(path.read_bytes(), "turtle") for term in one}
    documents: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        if term.startswith(f"<{BASE}"):
            documents[term[1:-1].partition("#")[0]].add(term[1:-1])
    return documents


def test_all_kinds_of_iris_are_among_them(our_iris: dict[str, set[str]]) -> None:
    kinds = {document.removeprefix(BASE).partition("/")[0] for document in our_iris}
    assert kinds >= {
        "id",
        "passage",
        "source",
        "graph",
        "ontology",
        "shapes",
        "queries",
        "catalog",
        ".well-known",
        "dumps",
    }
    assert sum(map(len, our_iris.values())) > 4000


def test_every_iri_answers_with_data_about_it(real_client: FlaskClient, our_iris: dict[str, set[str]]) -> None:
    wrong = []
    for document, iris in sorted(our_iris.items()):
        path = "/" + quote(document.removeprefix(BASE), safe="/+:@!$&'()*,;=~")
        response = real_client.get(path, headers=NTRIPLES, follow_redirects=True)
        if response.status_code != 200:
            wrong.append(f"{document}: {response.status_code}")
        elif not path.startswith(FILES) and path != "/":
            said = {term for one in statements_of(response.data, "ntriples") for term in one}
            said |= (
                {f"<{BASE}sparql>"} if "<http://localhost/sparql>" in said else set()
            )  # the endpoint, by its address
            wrong += [f"{iri}: answered, but with nothing about it" for iri in iris if f"<{iri}>" not in said]
    assert wrong == []


def test_pages_are_about_their_iri(real_client: FlaskClient, our_iris: dict[str, set[str]]) -> None:
    shown = ("id", "passage", "source", "graph", "ontology", "shapes")
    documents = [one for one in sorted(our_iris) if one.removeprefix(BASE).partition("/")[0] in shown]
    always = ("ontology", "shapes", "source/new-role-for-cities")
    for document in [*documents[::MANY], *(BASE + one for one in always)]:
        path = "/" + quote(document.removeprefix(BASE))
        text = real_client.get(path, headers=HTML, follow_redirects=True).text
        assert "<h1>" in text, document
        for iri in our_iris[document]:
            fragment = iri.partition("#")[2]
            assert f'id="{fragment}"' in text if fragment else iri in text or path == "/shapes", iri


def test_sources_sections_are_on_its_page(real_client: FlaskClient) -> None:
    text = real_client.get("/page/source/new-role-for-cities", headers=HTML).text
    assert len(re.findall(r'id="[ivx]+[\w-]*"', text)) > 20


@pytest.mark.parametrize("path", ["/id/ada", "/page/ada", "/data/ada.ttl"])
def test_links_lead_to_the_iri_its_page_and_its_data(client: FlaskClient, path: str) -> None:
    links = client.get(path, headers=HTML).headers.getlist("Link")
    assert '<https://example.org/mini/id/ada>; rel="canonical"' in links
    assert '</page/ada>; rel="alternate"; type="text/html"' in links
    assert '</data/ada.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert '</data/ada.ttl>; rel="describedby"; type="text/turtle"' in links


def test_links_and_redirects_stay_below_a_prefix(client: FlaskClient) -> None:
    response = client.get("/id/ada", headers=HTML, environ_overrides={"SCRIPT_NAME": "/city"})
    assert response.headers["Location"] == "/city/page/ada"
    assert '</city/data/ada.ttl>; rel="alternate"; type="text/turtle"' in response.headers.getlist("Link")


def test_page_has_markup_for_search_engines(real_client: FlaskClient) -> None:
    text = real_client.get("/page/bristol", headers=HTML).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert found
    known = json.loads(found[1])
    assert known["@id"] == BASE + "id/bristol"
    assert "Bristol" in known["name"]


def test_front_page_is_a_dataset_for_search_engines(client: FlaskClient, small_release: Release) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get("/", headers=HTML).text)
    assert found
    known = json.loads(found[1])
    assert known["@type"] == "Dataset"
    assert known["distribution"][0]["contentUrl"].endswith(f"/dumps/{small_release.version}/data.nq.gz")


@pytest.mark.parametrize("language", ["en", "de"])
def test_page_groups_facts_in_the_readers_language(real_client: FlaskClient, language: str) -> None:
    text = real_client.get(f"/page/mayors-mechanism?lang={language}", headers=HTML).text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", text)
    expected = {"en": ["Names", "Relations", "Where it occurs"], "de": ["Namen", "Beziehungen", "Wo es vorkommt"]}
    assert set(expected[language]) <= set(headings)
    assert ("lines 377" if language == "en" else "Zeilen 377") in text


def test_page_of_something_with_dates_has_a_timeline(client: FlaskClient) -> None:
    text = client.get("/page/ada", headers=HTML).text
    assert '<time datetime="2001">2001</time>' in text


def test_operators_copy_shows_the_passage_itself(
    small_release: Release, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from pathlib import Path

    letter = Path(__file__).resolve().parents[1] / "fixtures" / "letter.txt"
    line = letter.read_text().splitlines()[2]  # names in it are links
    for source, shown in ((letter, True), (None, False)):
        application = create_app(SiteSettings(small_release.directory, PoolSettings(workers=1), source=source))
        try:
            client = application.test_client()
            assert (line in client.get("/page/passage/letter/1", headers=HTML).text) is shown
            assert (line in client.get("/page/ada", headers=HTML).text) is shown
        finally:
            application.extensions["site"].close()


def test_data_of_a_passage_is_its_graph_and_its_record(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/data/passage/letter/1.nt").data, format="nt")
    text = graph.serialize(format="nt")
    assert "ontology#firstLine" in text
    assert "<https://example.org/mini/id/ada> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in text


def test_trig_of_a_thing_has_each_graph_once(client: FlaskClient) -> None:
    text = client.get("/data/passage/letter/1.trig").text
    opened = re.findall(r"^\S+ \{$", text, re.MULTILINE)
    assert len(opened) == len(set(opened)) > 1


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
@pytest.mark.parametrize("document", ["ontology", "shapes", "catalog"])
def test_documents_come_in_every_syntax(client: FlaskClient, document: str, suffix: str) -> None:
    response = client.get(f"/{document}.{suffix}")
    assert response.status_code == 200
    assert response.headers["ETag"]
    again = client.get(f"/{document}.{suffix}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [("/catalog.png", 404), ("/ontology/9.9", 404), ("/ldes/nothing", 404), ("/ontology/overview.svg", 404)],
)
def test_documents_that_are_not_there(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void", "/ontology", "/shapes", "/ldes"])
def test_documents_know_what_they_can_not_be(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_query_is_described_as_linked_data(client: FlaskClient) -> None:
    response = client.get("/queries/people/members", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert "SPARQLExecutable" in response.text


def test_sitemap_lists_what_there_is(client: FlaskClient) -> None:
    text = client.get("/sitemap.xml").text
    for path in ("page/ada", "page/passage/letter/1", "queries/people/members", "ontology"):
        assert f"<loc>http://localhost/{path}</loc>" in text
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


def test_context_and_logo_are_there(client: FlaskClient) -> None:
    assert "memberOf" in client.get("/context.jsonld").json["@context"]  # type: ignore[index]
    assert client.get("/logo.svg", follow_redirects=True).mimetype == "image/svg+xml"
