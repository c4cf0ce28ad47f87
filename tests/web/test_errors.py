"""Errors as pages: in the reader's language, with a way to go on. As documents they are the same for everybody."""

import json

import pytest
from flask.testing import FlaskClient

from citydiplomacy import errors
from citydiplomacy.web.errors import STATUS
from citydiplomacy.web.problem_texts import MEANINGS, TITLES

HTML = {"Accept": "text/html"}
CASES = {
    "/nothing/here": (404, "Not Found", "Nicht gefunden"),
    "/page/adda": (404, "Nothing is known of this", "Darüber ist nichts bekannt"),
    "/queries/people/member": (404, "No such query", "Diese Abfrage gibt es nicht"),
    "/queries/people/members?club=a%20b": (
        400,
        "A parameter is missing or wrong",
        "Ein Parameter fehlt oder stimmt nicht",
    ),
    "/answer?query=SELEC": (400, "The query is not valid", "Die Abfrage ist nicht gültig"),
    "/answer": (400, "The request breaks the SPARQL Protocol", "Die Anfrage hält sich nicht an das SPARQL-Protokoll"),
}


@pytest.mark.parametrize("path", CASES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_error_page_speaks_the_readers_language(client: FlaskClient, path: str, language: str) -> None:
    status, english, german = CASES[path]
    response = client.get(path + ("&" if "?" in path else "?") + f"lang={language}", headers=HTML)
    assert response.status_code == status
    assert f"<h1>{german if language == 'de' else english}</h1>" in response.text
    assert MEANINGS[status][language == "de"] in response.text


@pytest.mark.parametrize("language", ["en", "de"])
def test_wrong_method_is_told_in_the_readers_language(client: FlaskClient, language: str) -> None:
    response = client.post(f"/page/ada?lang={language}", headers=HTML)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert f"<h1>{'Hier nicht möglich' if language == 'de' else 'Method Not Allowed'}</h1>" in response.text


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/page/adda", '<a href="/id/ada">Ada</a>'),
        ("/ches-club.html", '<a href="/id/chess-club">Chess Club</a>'),
        ("/queries/people/member", '<a href="/queries/people/members">Members of a club</a>'),
    ],
)
def test_page_for_a_slip_leads_to_what_was_meant(client: FlaskClient, path: str, link: str) -> None:
    assert link in client.get(path, headers=HTML).text


def test_page_for_anything_else_suggests_nothing(client: FlaskClient) -> None:
    assert "Perhaps" not in client.get("/nothing/here", headers=HTML).text


def test_mistaken_query_can_be_mended_where_it_is_told(client: FlaskClient) -> None:
    text = client.get("/answer", query_string={"query": "SELECT * {\n ?s a nothing:here }"}, headers=HTML).text
    assert "Line 2, column 7" in text
    assert "SELECT * {\n ?s a nothing:here }</textarea>" in text


def test_mistaken_value_leads_back_to_the_form(client: FlaskClient) -> None:
    text = client.get("/queries/people/members?club=a%20b", headers=HTML).text
    assert '<a href="/queries/people/members">' in text


def test_document_is_the_same_in_every_language(client: FlaskClient) -> None:
    english, german = (client.get("/nothing", headers={"Accept-Language": one}) for one in ("en", "de"))
    assert english.mimetype == "application/problem+json"
    assert english.data == german.data
    assert json.loads(english.data)["detail"] == MEANINGS[404][0]


def test_every_error_has_its_words() -> None:
    titles = {kind.title for kind in STATUS} | {errors.CityDiplomacyError.title}
    assert titles <= set(TITLES)
    assert set(STATUS.values()) <= set(MEANINGS)
