"""Content negotiation (RFC 9110, 12.5.1)."""

import pytest

from citydiplomacy.media import GRAPHS, HTML, RANGES_MOST, RESULTS, by_suffix, negotiate

CASES = [
    (None, "json"),
    ("", "json"),
    ("*/*", "json"),
    ("text/csv", "csv"),
    ("application/json", "json"),
    ("text/*", "csv"),
    ("text/csv;q=0.5, text/tab-separated-values", "tsv"),
    ("text/csv;q=0, */*", "json"),
    ("application/sparql-results+json;q=0, */*", "xml"),
    ("application/sparql-results+xml; q=0.8 , text/csv ; q=0.9", "csv"),
    ("TEXT/CSV", "csv"),
    ("garbage, text/csv", "csv"),
    ("text/csv;header=present", "csv"),
]


@pytest.mark.parametrize(("header", "name"), CASES)
def test_chooses_what_the_client_likes_best(header: str | None, name: str) -> None:
    chosen = negotiate(header, RESULTS)
    assert chosen is not None
    assert chosen.name == name


def test_what_a_client_lists_past_a_hundred_ranges_is_not_read() -> None:
    others = "a/b," * (RANGES_MOST - 1)
    assert negotiate(others + "text/csv", RESULTS) is not None
    assert negotiate(others + "a/b,text/csv", RESULTS) is None


@pytest.mark.parametrize("header", ["image/png", "text/csv;q=0", "application/*;q=0, text/*;q=0.0", "nonsense"])
def test_answers_nothing_where_nothing_fits(header: str) -> None:
    assert negotiate(header, RESULTS) is None


def test_browser_gets_a_page_and_a_script_gets_data() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert negotiate(browser, (*GRAPHS, HTML)) is HTML
    assert negotiate("*/*", (*GRAPHS, HTML)) is GRAPHS[0]


def test_finds_formats_by_suffix_and_name() -> None:
    assert by_suffix("ttl", GRAPHS) is by_suffix("turtle", GRAPHS)
    assert by_suffix("png", GRAPHS) is None
