"""A page, and what it asks for and complains of."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

OUTPUT = Path(__file__).parent / "output"
PRUNE = """document.querySelectorAll('main, main *').forEach(
  one => [...one.children].slice(12).forEach(more => more.remove())
)"""

# What YASGUI makes wrong and nobody else can mend: its list of tabs holds its button for a new tab, too; CodeMirror's
# lines scroll with the cursor of a text area that axe does not see as theirs.
UPSTREAM = (
    ("aria-required-children", '<div class="tabsList"'),
    ("scrollable-region-focusable", '<div class="CodeMirror-scroll"'),
)


def until(page: Page, expression: str, seconds: float = 20.0) -> None:
    """Waits for an expression to be true (Playwright's own way needs eval, which the pages' policy forbids)."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        time.sleep(0.05)


class Watched:
    """A page of a site; every foreign request and every console message that is no mere note is kept."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.weight = 0
        self.tolerated: tuple[str, ...] = ()
        page.on("request", lambda request: self._asked(request.url))
        page.on("response", self._weighed)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str, status: int = 200) -> Page:
        """The page at a path; it must be there (or fail as it should)."""
        response = self.page.goto(self.site + path, wait_until="networkidle")
        assert response
        assert response.status == status, path
        return self.page

    def violations(self, axe: str) -> list[str]:
        """What axe-core finds against WCAG 2.2 A and AA, and against its own good practices.

        Of long lists it sees the beginning: the rest is the same again.
        """
        self.page.evaluate(PRUNE)
        self.page.evaluate(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
        found: dict[str, Any] = self.page.evaluate(run, tags)
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
            if not any(one["id"] == rule and node["html"].startswith(start) for rule, start in UPSTREAM)
        ]

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self.foreign.append(url)

    def _weighed(self, response: Response) -> None:
        if not response.url.startswith("data:"):
            self.weight += int(response.headers.get("content-length", "0"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in self.tolerated):
            self.errors.append(message.text)
