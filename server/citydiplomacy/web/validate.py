"""``/validate``: a form and a verdict for people, a report for machines, and a page for each code."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import IO

from flask import Blueprint, Request, Response, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from citydiplomacy.errors import NotAcceptable, Overloaded
from citydiplomacy.media import HTML, by_suffix, negotiate
from citydiplomacy.submission.catalogue import codes
from citydiplomacy.submission.fixes import mend
from citydiplomacy.submission.formats import REPORTS, write
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.submitting import Bounds, Job, submit
from citydiplomacy.submission.terms import shown
from citydiplomacy.submission.uploads import Upload
from citydiplomacy.submission.words import ONE, summary, totals
from citydiplomacy.web.listing import key, list_file
from citydiplomacy.web.site import current_site
from citydiplomacy.web.submitted import allow_large_bodies, flag, language, own_shapes, sent

blueprint = Blueprint("validate", __name__)

AT_ONCE = 2  # judgements that run at the same time: each is a process of its own
PATIENCE = 10.0  # seconds a request waits for its turn
EXAMPLE_SYNTAX = ("", "turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
PLACE = re.compile(r"\{\w+\}")
KEPT = 300_000  # bytes of what was sent that a page repeats
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
    return render_template("validate.html", codes=codes(), syntaxes=EXAMPLE_SYNTAX, report=None, kept=False)


@blueprint.post("/validate")
def verdict() -> Response:
    """The report: 200 whether the data conforms or not. 406, 413, 415 and 503 where nothing can be judged."""
    allow_large_bodies()
    wanted = request.args.get("format") or request.form.get("format", "")
    chosen = by_suffix(wanted, REPORTS) if wanted else negotiate(request.headers.get("Accept"), REPORTS)
    if chosen is None:
        raise NotAcceptable(f"Reports are offered as: {', '.join(one.media_type for one in REPORTS)}.")
    uploads, source = sent()
    site = current_site()
    job = Job(
        uploads=uploads,
        folder=site.release.directory,
        names=site.names,
        language=language(),
        source=source,
        shapes=own_shapes(),
        alone=flag("alone"),
        against=site.release.version,
        bounds=Bounds(bytes=site.settings.submission_bytes, seconds=site.settings.submission_seconds),
    )
    with _turn():
        report = submit(job)
        wishes = request.form.getlist("fix")
        if wishes and chosen is HTML:
            job = replace(job, uploads=mended(uploads, report, wishes))
            report = submit(job)
    headers = {"Cache-Control": "no-store"}
    if chosen is HTML:
        return Response(_page(report, job.uploads), mimetype="text/html", headers=headers)
    if request.form.get("download"):
        headers["Content-Disposition"] = f'attachment; filename="verdict.{chosen.suffix}"'
    body = write(report, chosen.name, site.names, _texts(job.uploads))
    return Response(body, content_type=chosen.content_type, headers=headers)


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


def mended(uploads: tuple[Upload, ...], report: Report, wishes: list[str]) -> tuple[Upload, ...]:
    """The files with some fixes written into them: ``safe`` for all that need no look, or findings by their keys."""
    syntaxes = {one.name: one.syntax for one in report.files}
    chosen = [
        replace(one, safe=True) for one in report.findings if key(one) in wishes or (one.safe and "safe" in wishes)
    ]
    files = []
    for upload in uploads:
        fixes = [one for one in chosen if one.file == upload.name]
        text, done = mend(_text(upload), syntaxes.get(upload.name, ""), fixes)
        files.append(replace(upload, data=text.encode()) if done else upload)
    return tuple(files)


def _text(upload: Upload) -> str:
    return upload.data.decode("utf-8", "replace")


def _texts(uploads: tuple[Upload, ...]) -> dict[str, str]:
    return {one.name: _text(one) for one in uploads}


def _page(report: Report, uploads: tuple[Upload, ...]) -> str:
    """The verdict, each file with its findings at their lines, and the form with what was sent, unless it is large."""
    syntaxes = {one.name: one.syntax for one in report.files}
    listings = [
        list_file(upload.name, _text(upload), syntaxes.get(upload.name, ""), report.findings) for upload in uploads
    ]
    return render_template(
        "validate.html",
        codes=codes(),
        syntaxes=EXAMPLE_SYNTAX,
        report=report,
        listings=listings,
        elsewhere=[one for one in report.findings if one.file not in {each.name for each in listings}],
        kept=sum(len(one.data) for one in uploads) <= KEPT,
        severities=ONE[report.language],
        formats=[one for one in REPORTS if one is not HTML],
        key=key,
        shown=lambda term: shown(term, current_site().names),
        summary=summary(report),
        totals=totals(report),
        language=report.language,
    )
