"""The pages people use: gallery, answers in their views, documents, languages."""

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from web_pages import HTML, page

from citydiplomacy.web.explore import EACH, START
from citydiplomacy.web.home import PICTURES
from citydiplomacy.web.navigation import MENU
from citydiplomacy.web.question import OURS


@pytest.mark.parametrize("path", MENU)
def test_menu_leads_to_pages_that_say_where_they_are(browser: FlaskClient, path: str) -> None:
    assert re.findall(r'<a href="([^"]*)" aria-current="page">', page(browser, path)) == [path]


def test_gallery_is_searched(browser: FlaskClient) -> None:
    text = page(browser, "/queries?find=funds&lang=en")
    assert "/queries/finance/who-funds-whom" in text
    assert "/queries/actors/places" not in text


def test_form_offers_what_has_answers(client: FlaskClient) -> None:
    text = page(client, "/queries/people/members")
    assert '<option value="chess-club">Chess Club</option>' in text


def test_answer_speaks_the_pages_language(browser: FlaskClient) -> None:
    assert "Internationale Organisation für Migration" in page(browser, "/queries/actors/who-leads?lang=de")
    assert "International Organization for Migration" in page(browser, "/queries/actors/who-leads?lang=en")


def test_graphs_are_called_by_their_names(browser: FlaskClient) -> None:
    assert ">redaktionell</a>" in page(browser, "/page/bristol?lang=de")
    assert ">editorial</a>" in page(browser, "/page/bristol?lang=en")


def test_many_passages_are_folded(browser: FlaskClient) -> None:
    text = page(browser, "/page/gcm?lang=en")
    folded = re.search(r"<details><summary>\+ (\d+) more</summary>(.*?)</details>", text, re.DOTALL)
    assert folded
    assert folded[2].count('class="passage"') == int(folded[1])


def test_choice_of_language_is_kept(browser: FlaskClient) -> None:
    page(browser, "/queries?lang=de")
    assert '<html lang="de">' in page(browser, "/")
    page(browser, "/?lang=en")
    assert '<html lang="en">' in browser.get("/", headers={**HTML, "Accept-Language": "de"}).text


@pytest.mark.parametrize("view", ["table", "network", "timeline", "chart"])
def test_answer_has_its_views(browser: FlaskClient, view: str) -> None:
    text = page(browser, f"/queries/actors/founded-by?view={view}")
    address = "/queries/actors/founded-by" + (f"?view={view}" if view != "table" else "")
    assert f'<a href="{address}" aria-current="true">' in text
    assert ("<table" in text) == (view in ("table", "chart"))


def test_map_shows_cities(browser: FlaskClient) -> None:
    text = page(browser, "/queries/actors/places?view=map&lang=en")
    assert "<title>Bristol</title>" in text


def test_front_page_shows_no_picture_of_what_does_not_fit(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page(browser, "/").count('<section class="shown">') == len(PICTURES)
    monkeypatch.setattr("citydiplomacy.web.home.PICTURES", (("map", "actors/who-leads"), ("map", "actors/places")))
    assert page(browser, "/").count('<section class="shown">') == 1


def test_answer_is_sorted_searched_and_paged(browser: FlaskClient) -> None:
    text = page(browser, "/queries/themes/findings?sort=-finding&lang=en")
    assert 'aria-sort="descending"' in text
    assert "page=2" in text
    assert page(browser, "/queries/themes/findings?page=2") != text
    found = page(browser, "/queries/actors/places?find=bristol&lang=en")
    assert "Bristol" in found
    assert "Athens" not in found.split("<tbody>")[1]
    assert page(browser, "/queries/themes/findings?page=99999")
    assert page(browser, "/queries/themes/findings?page=x&sort=nothing&view=nothing&by=nothing")


def test_empty_answer_is_explained(browser: FlaskClient) -> None:
    text = page(browser, "/queries/actors/who-leads?body=nobody&lang=en")
    assert "leadershipOf ?body" in text
    assert "id:nobody" in text


def test_answer_can_be_taken_along(browser: FlaskClient) -> None:
    text = page(browser, "/queries/finance/who-funds-whom?recipient=mayors-migration-council&lang=en")
    assert "curl --get http://localhost/queries/finance/who-funds-whom.csv" in text
    assert "recipient=mayors-migration-council" in text
    assert "from SPARQLWrapper import JSON, SPARQLWrapper" in text
    assert 'href="/queries/finance/who-funds-whom.csv?recipient=mayors-migration-council"' in text


@pytest.mark.parametrize(("query", "language", "said"), [("ASK {}", "en", "Yes"), ("ASK { ?x ?x 1 }", "de", "Nein")])
def test_yes_or_no_is_answered_in_words(browser: FlaskClient, query: str, language: str, said: str) -> None:
    response = browser.get("/answer", query_string={"query": query, "lang": language}, headers=HTML)
    assert f'<p class="truth">{said}</p>' in response.text


def test_unknown_value_is_answered_with_what_was_meant(browser: FlaskClient) -> None:
    text = page(browser, "/queries/actors/who-leads?body=mayors-mechanisn&lang=de")
    assert 'Vielleicht gemeint <a href="/id/mayors-mechanism">Mayors Mechanism</a>' in text


def test_exploring_begins_with_things_of_many_kinds(browser: FlaskClient) -> None:
    start = page(browser, "/explore?lang=en").partition('<ul class="cards">')[2].partition("</ul>")[0]
    kinds = re.findall(r"<p>([^<]+)</p>", start)
    assert len(kinds) == START
    assert max(Counter(kinds).values()) == EACH


def test_query_of_an_answer_stands_in_the_editor(browser: FlaskClient) -> None:
    text = page(browser, "/sparql?edit=finance/who-funds-whom&recipient=mayors-migration-council")
    assert "VALUES ?recipient { &lt;https://w3id.org/citydiplomacy/id/mayors-migration-council&gt; }" in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_home_shows_three_pictures_from_the_data(browser: FlaskClient, language: str) -> None:
    pictures = page(browser, f"/?lang={language}").split("<figure")[1:]
    assert len(pictures) == 3
    world, ties, time_ = pictures
    assert '<a href="/id/freetown"><circle' in world
    assert ">Freetown</text>" in world
    assert '<a href="/id/mayors-mechanism"><circle' in ties
    assert "<line" in ties
    assert [int(year) for year in re.findall(r'class="year[^>]*>(\d+)<', time_)] == list(range(2004, 2029))
    assert all("<desc>" in one for one in pictures)


def test_document_shows_its_outline_and_coverage(browser: FlaskClient) -> None:
    text = page(browser, "/page/source/new-role-for-cities?lang=en")
    assert "II.2.1 Central city networks" in text
    assert 'class="strip"' in text
    assert re.search(r'<li id="lines-2-4">lines <a href="#lines-2-4">2–4</a>: <a href="/id/omission-heading">\w', text)
    section = page(browser, "/page/source/new-role-for-cities?section=ii-2-1&lang=en")
    assert "engaged actor" in section
    assert "Mayors Mechanism" in section
    assert page(browser, "/page/source/new-role-for-cities?page=8")
    assert browser.get("/page/source/new-role-for-cities?section=nothing", headers=HTML).status_code == 404
    assert browser.get("/page/source/new-role-for-cities?page=999", headers=HTML).status_code == 404


def test_outline_is_read_once_for_a_release(real: Flask) -> None:
    known = real.extensions["known"]
    document = known.site.names.sources + "new-role-for-cities"
    assert known.outline(document) is known.outline(document)


def test_every_page_is_light(browser: FlaskClient) -> None:
    paths = ["/", "/queries", "/search?q=city", "/sparql", "/page/source/new-role-for-cities"]
    paths += [f"/queries/{name}" for name in browser.application.extensions["site"].gallery.queries]
    for path in paths:
        assert len(page(browser, path)) < 300_000, path


def test_no_page_has_inline_script_or_style(browser: FlaskClient) -> None:
    for path in (
        "/",
        "/queries",
        "/queries/actors/places?view=map",
        "/search?q=bristol",
        "/page/source/new-role-for-cities",
    ):
        text = page(browser, path)
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path


def test_page_words_are_no_parameters(real: Flask) -> None:
    for query in real.extensions["site"].gallery.queries.values():
        assert not {one.name for one in query.parameters} & set(OURS), query.name
