"""The SPARQL editor in a browser: answers, views, completion, mistakes, examples, links."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from .watching import OUTPUT, Watched

WRITE = "text => document.querySelector('#yasgui .CodeMirror').CodeMirror.setValue(text)"


def test_editor_answers_completes_and_marks_mistakes(watched: Watched) -> None:
    watched.tolerated = ("status of 400",)  # the browser's own note that the mistaken query was refused
    page = watched.open("/sparql?lang=en")
    expect(page.locator("#yasgui .CodeMirror")).to_be_visible()
    page.locator("button.yasqe_queryButton").click()
    expect(page.locator("#yasgui .yasr")).to_contain_text("International Organization for Migration")
    page.evaluate(WRITE, "PREFIX cd: <https://w3id.org/citydiplomacy/ontology#>\nSELECT * { ?x a cd:CityNet")
    page.locator("#yasgui .CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("CityNetwork")
    page.keyboard.press("Escape")
    page.evaluate(WRITE, "SELECT ?x {\n  ?x a nothing:here }")
    page.locator("button.yasqe_queryButton").click(force=True)
    expect(page.locator(".mistake")).to_have_text("nothing:here")
    expect(page.get_by_role("alert")).to_contain_text("The prefix nothing: is not declared")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_editor_shows_an_answer_in_every_view(watched: Watched, axe: str, scheme: Literal["light", "dark"]) -> None:
    watched.page.emulate_media(color_scheme=scheme)
    page = watched.open("/sparql?edit=actors/globally-active-cities&lang=en")
    page.locator("button.yasqe_queryButton").click()
    expect(page.locator("#yasgui table.dataTable")).to_contain_text("Freetown")
    assert watched.violations(axe) == []
    page.screenshot(path=OUTPUT / f"sparql-answer-{scheme}.png")
    page.get_by_role("button", name="Map").click()
    expect(page.locator("#yasgui svg.map").get_by_text("Freetown")).not_to_have_count(0)
    page.get_by_role("button", name="Chart").click()
    expect(page.locator("#yasgui table.bars")).to_be_visible()
    expect(page.get_by_role("button", name="Timeline")).to_be_hidden()
    assert watched.violations(axe) == []


def test_editor_shares_long_queries_by_link(watched: Watched) -> None:
    page = watched.open("/sparql?lang=en")
    text = f"SELECT ?x {{ ?x ?y ?z }} LIMIT 1 # {'long ' * 4000}"
    page.evaluate(WRITE, text)
    page.locator(".yasqe_share").click()
    shared = page.locator(".yasqe_sharePopup input").input_value()
    page.goto("about:blank")
    page.goto(shared)
    assert page.evaluate("document.querySelector('#yasgui .CodeMirror').CodeMirror.getValue()") == text


def test_editor_completes_things_and_takes_examples(watched: Watched) -> None:
    page = watched.open("/sparql?lang=en")
    page.evaluate(WRITE, "PREFIX id: <https://w3id.org/citydiplomacy/id/>\nSELECT * { ?x ?y id:mayors-mig")
    page.locator("#yasgui .CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("id:mayors-migration-council")
    page.keyboard.press("Escape")
    page.get_by_text("Examples").click()
    page.get_by_role("link", name="Chronology").click()
    expect(page.locator("#yasgui .CodeMirror")).to_contain_text("VALUES ?how")
