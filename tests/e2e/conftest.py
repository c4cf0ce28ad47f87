"""A server with the whole content, and Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_servers import ours
from playwright.sync_api import Browser, sync_playwright

from citydiplomacy.release import Release

from .watching import Watched

ROOT = Path(__file__).resolve().parents[2]
LETTER = ROOT / "tests" / "fixtures" / "letter.txt"
AXE = ROOT / "build" / "frontend" / "axe.min.js"


@pytest.fixture(scope="session")
def site(real_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the whole content."""
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with ours(log, "--release", str(real_release.directory), "--workers", "2") as server:
        yield server.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where CI is true it has to be there."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None or not AXE.is_file():
        missing = "no Chromium on this machine" if found is None else f"the front end is not bundled ({AXE} is missing)"
        if os.environ.get("CI"):
            pytest.fail(f"{missing}: the pages can not be tested", pytrace=False)
        pytest.skip(f"{missing}: the pages are not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def site_with_a_copy(small_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the miniature content whose operator has a copy of the source text."""
    log = tmp_path_factory.mktemp("log") / "log.txt"
    options = ("--release", str(small_release.directory), "--source", str(LETTER), "--workers", "1")
    with ours(log, *options) as server:
        yield server.url


@pytest.fixture
def watched(chromium: Browser, site: str) -> Iterator[Watched]:
    """A page of the whole content that is watched."""
    yield from watch(chromium, site)


@pytest.fixture
def watched_copy(chromium: Browser, site_with_a_copy: str) -> Iterator[Watched]:
    """A page of the server with a copy of the text that is watched."""
    yield from watch(chromium, site_with_a_copy)


def watch(chromium: Browser, site: str) -> Iterator[Watched]:
    """A page whose requests and console are watched: at the end nothing foreign and no error may have been seen."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    one = Watched(context.new_page(), site)
    yield one
    context.close()
    assert not one.foreign, one.foreign
    assert not one.errors, one.errors
