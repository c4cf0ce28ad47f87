"""The ways that people take through the pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from .watching import Watched, until


def test_three_clicks_from_the_home_page_to_an_answer_of_ones_own(watched: Watched) -> None:
    page = watched.open("/?lang=en")
    page.get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="Who leads a body", exact=True).click()
    page.get_by_role("combobox", name="body, forum or initiative").fill("mediterranean host")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.answer tbody")).to_contain_text("Mediterranean Host Municipalities Learning Network")
    assert "body=" in page.url


def test_pictures_of_the_home_page_lead_on(watched: Watched) -> None:
    page = watched.open("/?lang=en")
    page.locator("svg.map a", has_text="Freetown").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Freetown")
    page.go_back()
    page.get_by_role("link", name="The network of networks").click()
    expect(page.locator("svg.network")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "asked", "option", "answer"),
    [
        (
            "en",
            "who funds the Mayors Migration Council",
            "Who funds whom",
            "Swiss Agency for Development and Cooperation",
        ),
        ("en", "who pays for the Mayors Migratoin Council", "Who funds whom", "Swiss Agency for Development"),
        ("de", "wer finanziert den Mayors Migration Council", "Wer wen fördert", "Direktion für Entwicklung"),
    ],
)
def test_stranger_asks_in_words_and_is_answered(
    watched: Watched, language: str, asked: str, option: str, answer: str
) -> None:
    page = watched.open(f"/?lang={language}")
    page.get_by_role("combobox", name={"en": "Search", "de": "Suche"}[language]).fill(asked)
    page.get_by_role("option", name=option).click()
    expect(page.locator("table.answer")).to_contain_text(answer)
    assert "recipient=mayors-migration-council" in page.url


def test_search_field_completes_by_keyboard(watched: Watched) -> None:
    page = watched.open("/search?lang=en")
    page.get_by_role("combobox", name="Search").press_sequentially("Brsitol")
    expect(page.get_by_role("option", name="Bristol").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    selected = page.locator('[role="option"][aria-selected="true"]')
    expect(selected).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_answer_is_sorted_searched_and_paged(watched: Watched) -> None:
    page = watched.open("/queries/themes/findings?lang=en")
    first = page.locator("table.answer tbody tr").first
    before = first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(first).not_to_have_text(before)
    page.get_by_role("columnheader").first.get_by_role("link").click()
    page.get_by_role("columnheader").first.get_by_role("link").click()
    expect(page.get_by_role("columnheader").first).to_have_attribute("aria-sort", "descending")
    page.get_by_label("Find in the answer").fill("covid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).not_to_contain_text("100 rows")
    expect(first).to_contain_text(re.compile("covid", re.IGNORECASE))
    expect(page.locator("td.passages a").first).to_contain_text("lines")


def test_answer_changes_its_view_and_its_year(watched: Watched) -> None:
    page = watched.open("/queries/forums/timeline?lang=en")
    page.get_by_label("year").fill("2018")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.answer tbody")).not_to_contain_text("2019")
    for view, drawn in (("Timeline", "svg.timeline-chart"), ("Chart", "table.bars"), ("Table", "table.answer")):
        page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()
        expect(page.locator(drawn)).to_be_visible()
        assert "year=2018" in page.url


@pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv"])
def test_answer_is_downloaded(watched: Watched, suffix: str) -> None:
    page = watched.open("/queries/actors/who-leads?lang=en")
    with page.expect_download() as download:
        page.locator(".downloads").get_by_role("link", name=suffix).click()
    assert download.value.suggested_filename == f"who-leads.{suffix}"
    assert "mayors-mechanism" in download.value.path().read_text(encoding="utf-8")


def test_query_of_an_answer_is_edited(watched: Watched) -> None:
    page = watched.open("/queries/finance/who-funds-whom?recipient=mayors-migration-council&lang=en")
    page.get_by_text("SPARQL", exact=True).last.click()
    page.get_by_role("link", name="Edit this query").click()
    expect(page.locator("#yasgui .CodeMirror")).to_contain_text("VALUES ?recipient")


def test_answer_is_printed_without_what_can_only_be_clicked(watched: Watched) -> None:
    watched.page.emulate_media(media="print", color_scheme="dark")
    page = watched.open("/queries/actors/who-leads?lang=en")
    expect(page.locator("table.answer")).to_be_visible()
    expect(page.locator("footer")).to_contain_text("Release")
    for away in ("header", "form.find", ".reuse details", ".downloads"):
        expect(page.locator(away).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_pages_speak_the_browsers_language_until_one_chooses(chromium: Browser, site: str) -> None:
    context = chromium.new_context(locale="de-AT")
    page = context.new_page()
    page.goto(f"{site}/queries")
    expect(page.get_by_role("heading", level=1)).to_have_text("Abfragen")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queries")
    page.goto(f"{site}/explore")
    expect(page.get_by_role("heading", level=1)).to_have_text("Explore")
    context.close()


def test_document_leads_to_sections_passages_and_things(watched: Watched) -> None:
    page = watched.open("/page/source/new-role-for-cities?lang=en")
    page.get_by_role("link", name="II.2.2 Central cities").click()
    expect(page.locator("article.told").first).to_contain_text("engagement level")
    page.locator("article.told h2 a").first.click()
    expect(page.get_by_role("heading", name="What it says")).to_be_visible()


def test_text_stands_beside_its_claims_with_mentions_linked(watched_copy: Watched, axe: str) -> None:
    page = watched_copy.open("/page/source/letter?section=body&lang=en")
    beside = page.locator("article.told .beside")
    expect(beside.locator(".claims")).to_contain_text("Chess Club")
    assert watched_copy.violations(axe) == []
    beside.locator("blockquote").get_by_role("link", name="Ada").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada")
    page.locator("td.passages summary").first.click()
    expect(page.locator("td.passages blockquote").first).to_be_visible()
    assert watched_copy.violations(axe) == []


def test_answer_is_copied(watched: Watched) -> None:
    page = watched.open("/queries/actors/who-leads?lang=en")
    page.get_by_text("With curl").click()
    page.locator("details[open] button.copy").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl http")


def test_api_is_tried_out(watched: Watched) -> None:
    page = watched.open("/api?lang=en")
    page.get_by_text("Who leads a body", exact=True).click()
    call = page.locator("details[open]")
    expect(call).to_contain_text("body, forum or initiative")
    call.locator("button.copy").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl --get http")
    call.get_by_role("link", name="HTML").click()
    expect(page.locator("table.answer")).to_contain_text("International Organization for Migration")


def test_graph_opens_step_by_step(watched: Watched) -> None:
    page = watched.open("/explore?thing=mayors-mechanism&lang=en")
    until(page, "window.explorer?.nodes?.().length > 5")
    before = page.evaluate("explorer.nodes().length")
    page.evaluate("() => void explorer.nodes().filter(one => one.id().endsWith('/id/iom')).emit('tap')")
    until(page, f"explorer.nodes('.open').length === 2 && explorer.nodes().length > {before}")
    page.evaluate("() => void explorer.edges()[0].emit('tap')")
    expect(page.locator("#facts li").first).to_contain_text("lines")
    page.locator("#relations").select_option(index=1)
    assert page.evaluate("explorer.edges('.away').length") > 0


def test_graph_is_opened_from_a_thing_and_by_keyboard(watched: Watched) -> None:
    page = watched.open("/page/mayors-migration-council?lang=en")
    page.get_by_role("main").get_by_role("link", name="Explore").click()
    until(page, "window.explorer?.nodes?.().length > 5")
    page.locator("a[data-expand]").first.focus()
    page.keyboard.press("Enter")
    until(page, "explorer.nodes('.open').length === 2")


def test_graph_stays_quick_with_hundreds_of_things(watched: Watched) -> None:
    page = watched.open("/explore?thing=uclg&lang=en")
    until(page, "window.explorer?.nodes?.().length > 5")
    took = page.evaluate(
        """async () => {
          for (let n = 0; n < 300; n += 1) {
            explorer.add({data: {id: `n${n}`, label: `n${n}`, short: `n${n}`}});
            explorer.add({data: {id: `e${n}`, source: `n${n}`, target: `n${n >> 1}`}});
          }
          const started = performance.now();
          explorer.layout({name: "cose", animate: false, numIter: 250}).run();
          return performance.now() - started;
        }"""
    )
    assert took < 8000
