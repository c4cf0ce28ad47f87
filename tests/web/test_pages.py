"""Canned queries and things, as pages and as data."""

import json

import pytest
from flask.testing import FlaskClient

from citydiplomacy.media import GRAPHS

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}


@pytest.mark.parametrize(
    "path", ["/", "/queries", "/queries/people/members", "/page/ada", "/page/passage/letter/1", "/sparql", "/api"]
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_page_is_there_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(f"{path}?lang={language}", headers=HTML)
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert "<h1>" in response.text


def test_page_follows_the_browsers_language(client: FlaskClient) -> None:
    assert "Mitglieder" in client.get("/queries", headers={**HTML, "Accept-Language": "de-AT,de;q=0.9"}).text


def test_query_page_has_form_answer_and_passages(client: FlaskClient) -> None:
    text = client.get("/queries/people/members?club=chess-club", headers=HTML).text
    assert '<option value="chess-club" selected>Chess Club</option>' in text
    assert '<a href="/id/ada">Ada</a>' in text
    assert 'href="/passage/letter/1"' in text


@pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv"])
def test_query_answers_as_data_by_suffix(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/queries/people/members.{suffix}?club=chess-club")
    assert response.status_code == 200
    assert b"https://example.org/mini/id/ada" in response.data


def test_query_answers_as_data_by_accept(client: FlaskClient) -> None:
    response = client.get("/queries/people/members", headers={"Accept": "text/csv"})
    assert response.text.splitlines()[0] == "person,personLabel,year,passage"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queries/people/nobody", 404),
        ("/queries/people/members.png", 404),
        ("/queries/people/members.csv?nonsense=1", 400),
        ("/queries/people/members.csv?club=a%20b", 400),
        ("/queries/people/members?club=%22%3E%3Cscript%3E", 400),
        ("/id/nobody", 404),
        ("/id/a%3Eb", 404),
        ("/page/nobody", 404),
        ("/data/nobody.ttl", 404),
        ("/data/ada.png", 404),
        ("/passage/letter/99", 404),
        ("/nowhere", 404),
    ],
)
def test_what_is_not_there_is_a_problem_document(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert json.loads(response.data)["status"] == status


def test_unknown_thing_is_answered_with_the_closest(client: FlaskClient) -> None:
    assert json.loads(client.get("/id/adda").data)["hint"] == "did you mean ada?"


def test_thing_sees_other_by_accept(client: FlaskClient) -> None:
    page = client.get("/id/ada", headers=HTML)
    assert (page.status_code, page.headers["Location"]) == (303, "/page/ada")
    data = client.get("/id/ada", headers=TURTLE)
    assert (data.status_code, data.headers["Location"]) == (303, "/data/ada.ttl")
    assert client.get("/id/ada", headers={"Accept": "image/png"}).status_code == 406


def test_passage_sees_other_by_accept(client: FlaskClient) -> None:
    assert client.get("/passage/letter/1", headers=TURTLE).headers["Location"] == "/data/passage/letter/1.ttl"


def test_data_is_about_the_thing_with_its_graphs(client: FlaskClient) -> None:
    trig = client.get("/data/ada.trig").text
    assert "passage:letter\\/1" in trig or "<https://example.org/mini/passage/letter/1>" in trig
    assert "id:ada" in client.get("/data/ada.ttl").text


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_data_comes_in_every_rdf_syntax(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/data/ada.{suffix}")
    assert response.status_code == 200
    assert b"ada" in response.data


def test_page_shows_facts_with_their_passages(client: FlaskClient) -> None:
    text = client.get("/page/ada", headers=HTML).text
    assert "Chess Club" in text
    assert "passage:letter/1" in text


def test_page_speaks_of_common_terms_in_the_readers_language(client: FlaskClient) -> None:
    text = client.get("/page/ada?lang=de", headers=HTML).text
    assert 'title="rdf:type"><a href="http://www.w3.org/1999/02/22-rdf-syntax-ns#type"' in text
    assert ">Art</a></th>" in text
    assert ">abgeleitet</a>" in text


def test_passage_is_called_by_its_place_and_says_what_it_claims(client: FlaskClient) -> None:
    text = client.get("/page/passage/letter/1?lang=en", headers=HTML).text
    assert "<h1>p. 1, lines 2–3</h1>" in text
    assert '<a href="/page/source/letter?page=1#1">Letter to Bob</a>' in text
    claims = text.partition('<dl class="claims">')[2].partition("</dl>")[0]
    assert '<dt><a href="/id/ada">Ada</a>' in claims
    assert '<a href="/ontology#member">member</a></span> <a href="/id/ada">Ada</a>' in claims
    assert 'id="1"' in client.get("/page/source/letter?page=1", headers=HTML).text


def test_thing_can_be_explored_from_its_page(client: FlaskClient) -> None:
    assert '<a href="/explore?thing=ada">' in client.get("/page/ada", headers=HTML).text
    assert client.get("/explore?thing=ada", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/page/ada", "/data/ada"),
        ("/page/source/letter", "/data/source/letter"),
        ("/ontology", "/ontology"),
        ("/shapes", "/shapes"),
        ("/catalog", "/catalog"),
    ],
)
def test_page_leads_to_its_data_in_every_syntax(client: FlaskClient, path: str, stem: str) -> None:
    response = client.get(path, headers=HTML)
    for one in GRAPHS:
        address = f"{stem}.{one.suffix}"
        assert f'<link rel="alternate" type="{one.media_type}" href="{address}">' in response.text
        assert f'<a href="{address}" download>{one.suffix}</a>' in response.text
        assert f'<{address}>; rel="alternate"; type="{one.media_type}"' in response.headers.getlist("Link")
        assert client.get(address).mimetype == one.media_type


def test_health_names_the_release(client: FlaskClient, small_release: object) -> None:
    assert client.get("/health").json["release"] == small_release.version  # type: ignore[index, attr-defined]


def test_every_answer_has_the_protective_headers(client: FlaskClient) -> None:
    for path in ("/", "/queries", "/nowhere", "/data/ada.ttl"):
        headers = client.get(path, headers=HTML).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_gallery_is_there_for_machines(client: FlaskClient) -> None:
    gallery = client.get("/queries", headers={"Accept": "application/json"}).json
    assert gallery[0]["parameters"][0]["name"] == "club"  # type: ignore[index]
