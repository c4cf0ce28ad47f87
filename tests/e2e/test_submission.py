"""The page that judges data in a browser."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from .watching import Watched

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
