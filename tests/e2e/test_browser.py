"""The pages in a browser: every one of them clean, and the ways that people take through them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Route, expect

from .watching import Watched, until

OUTPUT = Path(__file__).parent / "output"
WEIGHT = 300_000  # bytes over the wire; the editor and the graph view may be heavier
PAGES = {
    "home": "/",
    "search": "/search?q=who+funds+the+Mayors+Migration+Council",
    "queries": "/queries",
    "table": "/queries/actors/founded-by",
    "map": "/queries/actors/places?view=map",
    "network": "/queries/actors/founded-by?view=network",
    "timeline": "/queries/forums/timeline?view=timeline",
    "chart": "/queries/actors/founded-by?view=chart",
    "empty": "/queries/actors/who-leads?body=nobody",
    "document": "/page/source/new-role-for-cities",
    "section": "/page/source/new-role-for-cities?section=ii-2-2",
    "thing": "/page/bristol",
    "passage": "/page/passage/new-role-for-cities/413",
    "answer": "/answer?query=SELECT+%3Fs+%7B+%3Fs+a+%3Fo+%7D+LIMIT+5",
    "start": "/explore",
    "ontology": "/ontology",
    "shapes": "/shapes",
    "dumps": "/dumps/",
    "api": "/api",
    "catalog": "/catalog",
    "validate": "/validate",
    "explore": "/explore?thing=mayors-migration-council",
    "sparql": "/sparql",
}
WRITE = "text => document.querySelector('#yasgui .CodeMirror').CodeMirror.setValue(text)"
HEAVY = ("explore", "sparql")
LOOKS = {
    "light": {"language": "en", "scheme": "light", "width": 1280},
    "dark-german-narrow": {"language": "de", "scheme": "dark", "width": 390},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_clean(watched: Watched, axe: str, name: str, look: str) -> None:
    chosen = LOOKS[look]
    watched.page.emulate_media(color_scheme=chosen["scheme"], reduced_motion="reduce")  # type: ignore[arg-type]
    watched.page.set_viewport_size({"width": int(str(chosen["width"])), "height": 900})
    path = PAGES[name]
    page = watched.open(f"{path}{'&' if '?' in path else '?'}lang={chosen['language']}")
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}-{look}.png")
    assert page.locator("html").get_attribute("lang") == chosen["language"]
    expect(page.locator("h1")).to_have_count(1)
    assert name in HEAVY or watched.weight < WEIGHT
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), "the page is wider than the screen"
    assert watched.violations(axe) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("path", "status"), [("/page/bristl", 404), ("/answer?query=SELEC", 400)])
def test_error_page_is_clean(watched: Watched, axe: str, path: str, status: int, look: str) -> None:
    chosen = LOOKS[look]
    watched.tolerated = (f"status of {status}",)  # the browser's own note
    watched.page.emulate_media(color_scheme=chosen["scheme"])  # type: ignore[arg-type]
    watched.page.set_viewport_size({"width": int(str(chosen["width"])), "height": 900})
    page = watched.open(f"{path}{'&' if '?' in path else '?'}lang={chosen['language']}", status)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), "the page is wider than the screen"
    assert watched.violations(axe) == []


def test_three_clicks_to_an_answer_of_ones_own(watched: Watched) -> None:
    page = watched.open("/queries?lang=en")
    page.get_by_role("link", name="Who leads a body", exact=True).click()
    page.get_by_role("combobox", name="body, forum or initiative").fill("mediterranean host")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.answer tbody")).to_contain_text("Mediterranean Host Municipalities Learning Network")
    assert "body=" in page.url


def test_home_is_painted_before_scripts_come(watched: Watched) -> None:
    held: list[Route] = []
    watched.page.route("**/*.js", lambda route: held.append(route))  # noqa: PLW0108 (a builtin can not be marked by Playwright)
    page = watched.page
    page.goto(f"{watched.site}/?lang=en", wait_until="commit")
    until(page, "performance.getEntriesByName('first-contentful-paint').length")
    expect(page.locator("figure.picture svg")).to_have_count(3)
    assert held, "the page has no script that could be waited for"
    for one in held:
        one.continue_()
    expect(page.get_by_role("combobox", name="Search")).to_be_visible()


def test_pictures_of_the_home_page_lead_on(watched: Watched) -> None:
    page = watched.open("/?lang=en")
    page.locator("svg.map a", has_text="Freetown").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Freetown")
    page.go_back()
    page.get_by_role("link", name="The network of networks").click()
    expect(page.locator("svg.network")).to_be_visible()


def test_stranger_asks_in_words_and_is_answered(watched: Watched) -> None:
    page = watched.open("/?lang=en")
    field = page.get_by_role("combobox", name="Search")
    field.fill("who funds the Mayors Migration Council")
    page.get_by_role("option", name="Who funds whom").click()
    expect(page.locator("table.answer")).to_contain_text("Swiss Agency for Development and Cooperation")


def test_search_field_completes_by_keyboard(watched: Watched) -> None:
    page = watched.open("/search?lang=en")
    page.get_by_role("combobox", name="Search").press_sequentially("Brsitol")
    expect(page.get_by_role("option", name="Bristol").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    selected = page.locator('[role="option"][aria-selected="true"]')
    expect(selected).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_first_tab_leads_to_the_content(watched: Watched) -> None:
    page = watched.open("/queries?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


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


WRONG = """@prefix : <https://w3id.org/citydiplomacy/ontology#> .
@prefix id: <https://w3id.org/citydiplomacy/id/> .
@prefix p: <https://w3id.org/citydiplomacy/passage/new-role-for-cities/> .

p:1 { id:leading a :Leadreship ; :leader id:iom ; :leadershipOf id:mayors-mechanism . }
"""


def test_data_is_judged_mended_and_its_report_downloaded(watched: Watched, axe: str) -> None:
    page = watched.open("/validate?lang=en")
    page.get_by_label("Paste data").fill(WRONG)
    page.get_by_role("button", name="Check").click()
    found = page.locator(".finding", has_text="Leadreship")
    expect(found).to_contain_text("did you mean cd:Leadership?")
    found.get_by_role("link", name="5:20").click()
    assert page.evaluate("getSelection().toString()") == ":Leadreship"
    with page.expect_download() as download:
        page.get_by_role("button", name="sarif").click()
    assert json.loads(download.value.path().read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert watched.violations(axe) == []
    page.go_back()
    page.get_by_label("Paste data").fill(WRONG)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Fix: cd:Leadership").click()
    expect(page.locator("textarea")).to_have_value(WRONG.replace("Leadreship", "Leadership"))
    expect(page.locator(".finding", has_text="Leadreship")).to_have_count(0)


def test_files_are_dropped_and_judged(watched: Watched) -> None:
    page = watched.open("/validate?lang=en")
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "mine.trig"));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector("form.submission").dispatchEvent(drop);
        }""",
        WRONG,
    )
    expect(page.get_by_role("heading", name="mine.trig")).to_be_visible()
    expect(page.locator(".finding", has_text="Leadreship")).to_be_visible()


def test_graph_opens_step_by_step(watched: Watched) -> None:
    page = watched.open("/explore?thing=mayors-mechanism&lang=en")
    until(page, "window.explorer && window.explorer.nodes().length > 5")
    before = page.evaluate("explorer.nodes().length")
    page.evaluate("() => void explorer.nodes().filter(one => one.id().endsWith('/id/iom')).emit('tap')")
    until(page, f"explorer.nodes('.open').length === 2 && explorer.nodes().length > {before}")
    page.evaluate("() => void explorer.edges()[0].emit('tap')")
    expect(page.locator("#facts li").first).to_contain_text("lines")
    page.locator("#relations").select_option(index=1)
    assert page.evaluate("explorer.edges('.away').length") > 0


def test_graph_stays_quick_with_hundreds_of_things(watched: Watched) -> None:
    page = watched.open("/explore?thing=uclg&lang=en")
    until(page, "window.explorer && window.explorer.nodes().length > 5")
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


def test_everything_reads_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{site}/?lang=en")
    page.locator("input[name=q]").fill("who funds the Mayors Migration Council")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Who funds whom").click()
    expect(page.locator("table.answer")).to_contain_text("Swiss Agency for Development and Cooperation")
    page.goto(f"{site}/queries/actors/founded-by?lang=en")
    page.locator("select[name=founder]").select_option(index=1)
    page.get_by_role("button", name="Ask").click()
    assert "founder=" in page.url
    page.goto(f"{site}/sparql?lang=en")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.answer")).to_contain_text("International Organization for Migration")
    context.close()
