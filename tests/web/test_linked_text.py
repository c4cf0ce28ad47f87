"""The operator's copy of a source text: what it mentions leads to pages, and nothing in it becomes markup."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from citydiplomacy.evidence import LineRange, SourceText
from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.linked_text import LinkedText, Piece
from citydiplomacy.web.site import SiteSettings

LETTER = Path(__file__).resolve().parents[1] / "fixtures" / "letter.txt"
HTML = {"Accept": "text/html"}
NAMES = [("club", "Chess Club"), ("ada", "Ada")]


def linked(text: str) -> LinkedText:
    return LinkedText(SourceText(text.encode()), NAMES)


@pytest.fixture(scope="module")
def app(small_release: Release) -> Iterator[Flask]:
    settings = SiteSettings(small_release.directory, PoolSettings(workers=1), source=LETTER, prefix="/mini")
    application = create_app(settings)
    yield application
    application.extensions["site"].close()


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


def test_pieces_are_the_lines_with_the_mentions_cut_out() -> None:
    pieces = linked("x\nAda & the <Chess\nClub>\n").pieces((LineRange(2, 3),))
    assert pieces == (Piece("Ada", "ada"), Piece(" & the <"), Piece("Chess\nClub", "club"), Piece(">\n"))


def test_a_link_holds_an_ending_and_nothing_of_the_next_word() -> None:
    pieces = linked("Ada seit\nChess Clubs\n").pieces((LineRange(1, 2),))
    assert pieces == (Piece("Ada", "ada"), Piece(" seit\n"), Piece("Chess Clubs", "club"), Piece("\n"))


def test_mention_that_ends_beyond_the_lines_stays_text() -> None:
    text = linked("to Ada’s Chess\nClub")
    assert [one.iri for one in text.pieces((LineRange(1, 1),)) if one.iri] == ["ada"]
    assert "".join(one.text for one in text.pieces((LineRange(2, 2), LineRange(1, 1)))) == "Club\nto Ada’s Chess\n"


def test_mentions_in_a_passage_lead_to_pages(reader: FlaskClient) -> None:
    quoted = '<a href="/mini/id/ada">Ada</a> joined the <a href="/mini/id/chess-club">Chess Club</a>\nin 2001.'
    for path in ("/page/passage/letter/1", "/page/source/letter?section=body", "/page/ada"):
        assert quoted in reader.get("/mini" + path, headers=HTML).text, path


def test_nothing_in_a_text_becomes_markup(tmp_path: Path, small_release: Release) -> None:
    from flask import render_template_string

    hostile = '<script>alert(1)</script> & "Ada" \'<b>'
    copy = linked(hostile)
    application = create_app(SiteSettings(small_release.directory, PoolSettings(workers=1)))
    try:
        with application.test_request_context("/"):
            template = '{% from "macros.html" import quoted with context %}{{ quoted(place, "") }}'
            html = render_template_string(template, place={"text": copy.pieces((LineRange(1, 1),))})
    finally:
        application.extensions["site"].close()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;" in html


def test_mentions_are_found_once(app: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.get("/mini/page/passage/letter/1", headers=HTML)
    monkeypatch.setattr("citydiplomacy.web.linked_text.find_spans", None)
    assert "/mini/id/ada" in reader.get("/mini/page/source/letter?section=body", headers=HTML).text
