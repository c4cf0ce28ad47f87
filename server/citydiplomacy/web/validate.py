"""``/validate``: a form and a verdict for people, a report for machines, and a page for each code."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import BytesIO
from typing import IO

from flask import Blueprint, Request, Response, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from citydiplomacy.errors import BadParameter, NotAcceptable, Overloaded
from citydiplomacy.media import GRAPHS, HTML, by_suffix, negotiate
from citydiplomacy.submission.as_html import finding_html
from citydiplomacy.submission.catalogue import codes
from citydiplomacy.submission.formats import REPORTS, write
from citydiplomacy.submission.places import Lines
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.submitting import Bounds, Job, submit, unpack
from citydiplomacy.submission.syntaxes import Upload
from citydiplomacy.submission.words import summary, totals
from citydiplomacy.web.site import best_language, current_site

blueprint = Blueprint("validate", __name__)

AT_ONCE = 2  # judgements that run at the same time: each is a process of its own
PATIENCE = 10.0  # seconds a request waits for its turn
EXAMPLE_SYNTAX = ("", "turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
PLACE = re.compile(r"\{\w+\}")
TURNS = "citydiplomacy.validate.turns"


class InMemoryRequest(Request):
    """A request whose files are never written to disk: what is sent is not stored, and its size is bounded."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    """Each application has its own turns, and keeps what is sent in memory."""
    state.app.request_class = InMemoryRequest  # type: ignore[attr-defined]
    state.app.extensions[TURNS] = threading.BoundedSemaphore(AT_ONCE)


@blueprint.get("/validate")
def form() -> str:
    """The form, and every code that can be found."""
    return render_template("validate.html", codes=codes(), syntaxes=EXAMPLE_SYNTAX, report=None)


@blueprint.post("/validate")
def verdict() -> Response:
    """The report: 200 whether the data conforms or not. 406, 413, 415 and 503 where nothing can be judged."""
    _allow_large_bodies()
    wanted = request.args.get("format") or request.form.get("format", "")
    chosen = by_suffix(wanted, REPORTS) if wanted else negotiate(request.headers.get("Accept"), REPORTS)
    if chosen is None:
        raise NotAcceptable(f"Reports are offered as: {', '.join(one.media_type for one in REPORTS)}.")
    uploads, source = _sent()
    site = current_site()
    job = Job(
        uploads=uploads,
        folder=site.release.directory,
        names=site.names,
        language=_language(),
        source=source,
        alone=_flag("alone"),
        against=site.release.version,
        bounds=Bounds(bytes=site.settings.submission_bytes, seconds=site.settings.submission_seconds),
    )
    with _turn():
        report = submit(job)
    texts = {one.name: one.data.decode("utf-8", "replace") for one in uploads}
    if chosen is HTML:
        return Response(_page(report, texts), mimetype="text/html", headers={"Cache-Control": "no-store"})
    body = write(report, chosen.name, site.names, texts, version=version("citydiplomacy"))
    return Response(body, content_type=chosen.content_type, headers={"Cache-Control": "no-store"})


@blueprint.get("/validate/<code>")
def explain(code: str) -> str:
    """What a code means: of our own checks from the catalogue, of a shape from its requirement."""
    known, requirement = codes().get(code), current_site().vocabulary.requirement(code)
    if known is None and requirement is None:
        abort(404, f"No check has the code {code}.")
    return render_template("code.html", name=code, code=known, requirement=requirement)


@blueprint.app_template_filter("open_places")
def open_places(message: str) -> str:
    """A message as it is before anything is found: what is put in later is left open."""
    return PLACE.sub("…", message)


def _sent() -> tuple[tuple[Upload, ...], bytes | None]:
    """The files of a request, from its body, its parts or its form's text; and the source text, if it came."""
    most = current_site().settings.submission_bytes
    if request.mimetype not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        encoding = request.headers.get("Content-Encoding", "").strip().lower()
        data = unpack(request.get_data(), encoding, most)
        return (Upload(request.args.get("name", "data")[:200], data, request.mimetype),), None
    uploads = [_upload(one) for one in request.files.getlist("file") if one.filename]
    text = request.form.get("data", "")
    if text.strip():
        uploads.append(Upload("data", text.encode(), request.form.get("syntax", "")))
    if not uploads:
        raise BadParameter("Send a file as part 'file', or text as 'data'.")
    source = request.files.get("source")
    return tuple(uploads), source.read() if source and source.filename else None


def _allow_large_bodies() -> None:
    """Data may be larger than a query; what limits there are must be set before the first look at a form."""
    request.max_content_length = request.max_form_memory_size = current_site().settings.submission_bytes
    request.max_form_parts = 200


def _upload(part: FileStorage) -> Upload:
    return Upload((part.filename or "file")[:200], part.read(), request.form.get("syntax", "") or _told(part))


def _told(part: FileStorage) -> str:
    """The media type of a part, where it is one of RDF's: browsers guess the others from names."""
    known = {name for one in GRAPHS for name in (one.media_type, *one.also)}
    return part.mimetype if part.mimetype in known else ""


def _language() -> str:
    asked = request.form.get("lang", "")
    return asked if asked in ("en", "de") else best_language(request)


def _flag(name: str) -> bool:
    return (request.args.get(name) or request.form.get(name, "")) in ("1", "true", "on")


@contextmanager
def _turn() -> Iterator[None]:
    """Waits for one of the few places; Overloaded where none becomes free in time."""
    turns: threading.BoundedSemaphore = current_app.extensions[TURNS]
    if not turns.acquire(timeout=PATIENCE):
        raise Overloaded("Other submissions are being judged. Try again in a few seconds.")
    try:
        yield
    finally:
        turns.release()


def _page(report: Report, texts: dict[str, str]) -> str:
    lines = {name: Lines(text) for name, text in texts.items()}
    items = [(one, Markup(finding_html(one, lines, report.language))) for one in report.findings]  # noqa: S704 (escaped)
    return render_template(
        "validate.html",
        codes=codes(),
        syntaxes=EXAMPLE_SYNTAX,
        report=report,
        items=items,
        summary=summary(report),
        totals=totals(report),
        text=texts.get("data", ""),
        language=report.language,
    )
