"""The pages in a browser: every one of them clean, painted without waiting for scripts, readable without any."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from .watching import OUTPUT, Watched, until

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


def test_first_tab_leads_to_the_content(watched: Watched) -> None:
    page = watched.open("/queries?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


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
