"""``/validate``: a form without JavaScript, a report in the form asked for, a page for each code."""

from __future__ import annotations

import gzip
import io
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citydiplomacy.submission.catalogue import codes

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"
LETTER = (SMALL / "data" / "claims" / "letter" / "letter.trig").read_bytes()
WRONG = LETTER.replace(b"a :Membership", b"a :Membreship")
TRIG = {"content_type": "application/trig"}


def test_form_needs_no_script_and_speaks_both_languages(client: FlaskClient) -> None:
    english, german = (client.get(f"/validate?lang={one}") for one in ("en", "de"))
    assert re.search(r'<form method="post" action="/validate" enctype="multipart/form-data"', english.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", english.text)
    assert '<html lang="de"' in german.text
    assert "Daten einfügen" in german.text
    assert "script-src" not in english.headers["Content-Security-Policy"]
    assert "default-src 'self'" in english.headers["Content-Security-Policy"]


def test_conforming_data_is_answered_with_200(client: FlaskClient) -> None:
    response = client.post("/validate", data=LETTER, **TRIG)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json is not None
    assert response.json["conforms"] is True
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("text/turtle", "text/turtle"),
        ("application/sarif+json", "application/sarif+json"),
        ("application/xml", "application/xml"),
        ("text/plain", "text/plain"),
        ("text/html", "text/html"),
    ],
)
def test_wrong_data_is_answered_with_200_in_the_form_asked_for(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    response = client.post("/validate", data=WRONG, headers={"Accept": accept}, **TRIG)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "unknown-term" in response.text


def test_report_counts_in_proper_words(client: FlaskClient) -> None:
    english, german = (
        client.post(f"/validate?lang={one}", data=WRONG, headers={"Accept": "text/html"}, **TRIG).text
        for one in ("en", "de")
    )
    assert "1 violation, 0 warnings, 0 notes" in english
    assert "1 Verstoß, 0 Warnungen, 0 Hinweise" in german


def test_form_with_pasted_text_shows_the_line_and_keeps_the_text(client: FlaskClient) -> None:
    form = {"data": WRONG.decode(), "lang": "de", "format": "html", "syntax": "trig"}
    response = client.post("/validate", data=form)
    assert "<mark>:Membreship</mark>" in response.text
    assert re.search(r'<span class="number">\d+</span><code>[^\n]*<mark>:Membreship</mark>', response.text)
    assert "nirgends deklariert" in response.text
    assert response.text.count(":Membreship") >= 2


def pasted(client: FlaskClient, text: str, **more: str) -> str:
    return client.post("/validate", data={"data": text, "name": "data", **more}, headers={"Accept": "text/html"}).text


def kept(page: str) -> list[str]:
    """What stands in the form, for the next time."""
    return [unescape(one) for one in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)]


def test_fix_is_applied_by_a_click(client: FlaskClient) -> None:
    page = pasted(client, WRONG.decode())
    buttons = [unescape(one) for one in re.findall(r'name="fix" value="(unknown-term [^"]+)"', page)]
    assert len(buttons) == 1
    again = pasted(client, *kept(page), fix=buttons[0])
    assert kept(again) == [LETTER.decode()]
    assert 'class="finding' not in again
    untouched = pasted(client, *kept(page), fix="unknown-term 1 1 <https://example.org/> data")
    assert kept(untouched) == [WRONG.decode()]


def test_safe_fixes_are_applied_together(client: FlaskClient) -> None:
    wrong = LETTER.replace(b":membershipIn", b":membershipin").replace(b":year", b":Year").decode()
    page = pasted(client, wrong)
    assert 'name="fix" value="safe"' in page
    assert kept(pasted(client, wrong, fix="safe")) == [LETTER.decode()]


def test_lines_of_forms_end_as_everywhere(client: FlaskClient) -> None:
    assert kept(pasted(client, WRONG.decode().replace("\n", "\r\n"))) == [WRONG.decode()]


def test_files_stay_in_the_form_under_their_names(client: FlaskClient) -> None:
    parts = [(io.BytesIO(WRONG), "a.trig"), (io.BytesIO(LETTER), "a b.trig"), (io.BytesIO(LETTER), "a b.trig")]
    page = client.post("/validate", data={"file": parts}, headers={"Accept": "text/html"}).text
    assert kept(page) == [WRONG.decode(), LETTER.decode(), LETTER.decode()]
    assert re.findall(r'name="name" value="([^"]*)"', page) == ["a.trig", "a b.trig", "a b.trig"]
    again = client.post("/validate", data={"data": kept(page), "name": ["a.trig", "b.trig", "c.trig"]})
    assert again.json is not None
    assert [one["name"] for one in again.json["files"]] == ["a.trig", "b.trig", "c.trig"]


def test_large_data_is_judged_but_not_repeated(client: FlaskClient) -> None:
    page = pasted(client, WRONG.decode() + "# filler\n" * 40_000)
    assert "<mark>:Membreship</mark>" in page
    assert len(page) < 60_000


@pytest.mark.parametrize("suffix", ["json", "ttl", "sarif", "xml", "txt"])
def test_report_is_downloaded_from_the_page(client: FlaskClient, suffix: str) -> None:
    assert f'name="format" value="{suffix}"' in pasted(client, WRONG.decode())
    response = client.post("/validate", data={"data": WRONG.decode(), "format": suffix, "download": "1"})
    assert response.headers["Content-Disposition"] == f'attachment; filename="verdict.{suffix}"'
    assert "unknown-term" in response.text


def test_several_files_are_judged_together(client: FlaskClient) -> None:
    record, claims = LETTER.split(b"p:1 {", 1)
    prefixes = record[: record.index(b"source:letter")]
    parts = [(io.BytesIO(record), "record.trig"), (io.BytesIO(prefixes + b"p:1 {" + claims), "claims.trig")]
    response = client.post("/validate", data={"file": parts})
    assert response.json is not None
    assert [one["name"] for one in response.json["files"]] == ["record.trig", "claims.trig"]
    assert response.json["conforms"] is True


def test_packed_body_is_unpacked(client: FlaskClient) -> None:
    headers = {"Content-Encoding": "gzip"}
    response = client.post("/validate", data=gzip.compress(LETTER), headers=headers, **TRIG)
    assert response.json is not None
    assert response.json["conforms"] is True


@pytest.mark.parametrize("way", ["raw", "form", "file"])
def test_data_may_be_larger_than_a_query(client: FlaskClient, way: str) -> None:
    large = LETTER + b"# filler\n" * 250_000
    head = b'--xx\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    name = b'file"; filename="letter.trig' if way == "file" else b"data"
    body = large if way == "raw" else head % name + large + b"\r\n--xx--\r\n"
    media_type = "application/trig" if way == "raw" else "multipart/form-data; boundary=xx"
    response = client.post("/validate", data=body, content_type=media_type)
    assert response.json is not None
    assert response.json["conforms"] is True


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"x", "content_type": "image/png"}, 415),
        ({"data": b"x", "content_type": "text/turtle", "headers": {"Content-Encoding": "br"}}, 415),
        ({"data": gzip.compress(b"0" * 40_000_000), **TRIG, "headers": {"Content-Encoding": "gzip"}}, 413),
        ({"data": b" " * (33 * 1024 * 1024), **TRIG}, 413),
        ({"data": LETTER, **TRIG, "headers": {"Accept": "image/png"}}, 406),
        ({"data": {"format": "html"}}, 400),
    ],
)
def test_what_can_not_be_judged_is_refused(client: FlaskClient, options: dict[str, object], status: int) -> None:
    response = client.post("/validate", **options)  # type: ignore[arg-type]
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert json.loads(response.text)["detail"]


def test_shapes_of_ones_own_are_taken_where_the_operator_lets_them(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = b"@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:nodeKind sh:BlankNode ; "
    shape += b"sh:targetClass <https://example.org/mini/ontology#Person> ."

    def sent() -> Any:
        parts = {"file": (io.BytesIO(LETTER), "a.trig"), "shapes": (io.BytesIO(shape), "s.ttl")}
        return client.post("/validate", data=parts)

    assert sent().status_code == 400
    assert "--own-shapes" in sent().text
    site = app.extensions["site"]
    monkeypatch.setitem(app.extensions, "site", replace(site, settings=replace(site.settings, own_shapes=True)))
    assert sent().get_json()["codes"] == {"urn:s": 2}


def test_every_code_has_a_page_in_both_languages(client: FlaskClient) -> None:
    for code in codes():
        for language in ("en", "de"):
            response = client.get(f"/validate/{code}?lang={language}")
            assert response.status_code == 200
            assert codes()[code].title[language] in response.text.replace("&#39;", "'")
            assert not re.search(r"\{\w+\}", response.text), "places for what is found are left open"


def test_requirements_of_the_shapes_have_a_page_and_others_none(client: FlaskClient) -> None:
    text = client.get("/validate/MIN-01").text
    assert "A membership has one member" in text
    assert 'href="/shapes#MIN-01"' in text
    assert client.get("/validate/MIN-99").status_code == 404


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["", "text/turtle", "application/ld+json", "application/rdf+xml", "text/plain", "application/n-quads", "a/b"]
    ),
)
def test_no_body_makes_the_server_fail(client: FlaskClient, body: bytes, media_type: str) -> None:
    response = client.post("/validate", data=body, content_type=media_type)
    assert response.status_code in (200, 400, 413, 415)
