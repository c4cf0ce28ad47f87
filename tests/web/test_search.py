"""Search finds things, terms and questions by name, whatever it is asked."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from web_pages import HTML, JSON, page

from citydiplomacy.web.site import Site


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "who funds the Mayors Migration Council",
            "/queries/finance/who-funds-whom?recipient=mayors-migration-council",
        ),
        (
            "wer finanziert den Mayors Migration Council",
            "/queries/finance/who-funds-whom?recipient=mayors-migration-council",
        ),
        ("who pays for the MMC", "/queries/finance/who-funds-whom?recipient=mayors-migration-council"),
        ("wer leitet den Mayors Mechanism", "/queries/actors/who-leads?body=mayors-mechanism"),
        ("Bristol", "/queries/actors/members-of?body=bristol"),
    ],
)
def test_search_answers_a_question_with_a_query_filled_in(browser: FlaskClient, text: str, query: str) -> None:
    for _ in range(20):  # what forms offer is worked out for so long at a time, and kept
        found = browser.get("/search", query_string={"q": text}, headers=JSON).json
        assert found
        if query in [one["path"] for one in found["questions"]]:
            break
    else:
        pytest.fail(f"{query} is not among {found['questions']}")
    for one in found["questions"]:
        assert not one["filled"] or '<table class="answer">' in page(browser, one["path"]), one


@pytest.mark.parametrize(("text", "label"), [("uclg", "United Cities and Local Governments"), ("Brsitol", "Bristol")])
def test_search_finds_by_acronym_and_with_a_slip(browser: FlaskClient, text: str, label: str) -> None:
    found = browser.get(f"/search?q={text}&lang=en", headers=JSON).json
    assert found
    assert found["things"][0]["label"] == label
    assert label in page(browser, f"/search?q={text}&lang=en")


def test_search_shows_names_in_the_pages_language(browser: FlaskClient) -> None:
    assert "Afrikanische Union" in page(browser, "/search?q=african+union&lang=de")


@pytest.mark.parametrize("text", ["", "zzzz qqqq", '"><script>', "\x00", "%"])
def test_search_survives_any_text(browser: FlaskClient, text: str) -> None:
    response = browser.get("/search", query_string={"q": text}, headers=HTML)
    assert response.status_code == 200
    assert "<script>" not in response.text


def test_search_asks_the_release_nothing_twice(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows = Site.rows

    def count(site: Site, query: str, *more: Any) -> list[dict[str, Any]]:
        asked.append(query)
        return rows(site, query, *more)

    monkeypatch.setattr(Site, "rows", count)
    for text in ("mayors mechanisn", "Bristol", "who funds Bristol") * 2:
        for headers in (JSON, HTML):
            assert browser.get("/search", query_string={"q": text}, headers=headers).status_code == 200
    assert len(asked) == len(set(asked))


def test_search_as_json_says_what_was_asked(client: FlaskClient) -> None:
    found = json.loads(client.get("/search?q=ada", headers=JSON).data)
    assert found["query"] == "ada"
    assert found["things"][0]["path"] == "/id/ada"
