"""Errors as HTTP: one shape everywhere, RFC 9457 problem details, or a page for browsers."""

from __future__ import annotations

import json
import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from citydiplomacy import errors
from citydiplomacy.media import HTML, PROBLEM, negotiate
from citydiplomacy.web.known import current_known
from citydiplomacy.web.problem_texts import meaning_in, title_in
from citydiplomacy.web.search import Found, queries_about, things_called
from citydiplomacy.web.site import best_language, current_site

PERHAPS = 5  # things that may have been meant by an address
logger = logging.getLogger(__name__)

STATUS: dict[type[errors.CityDiplomacyError], int] = {
    errors.BadRequest: 400,
    errors.ReadOnly: 403,
    errors.BodyTooBig: 413,
    errors.SubmissionTooBig: 413,
    errors.UnsupportedMediaType: 415,
    errors.TooManyRequests: 429,
    errors.BadQuery: 400,
    errors.BadParameter: 400,
    errors.UnknownQuery: 404,
    errors.UnknownThing: 404,
    errors.Withdrawn: 410,
    errors.NotAcceptable: 406,
    errors.ResultTooBig: 413,
    errors.QueryTooBig: 503,
    errors.Overloaded: 503,
    errors.EngineFailed: 503,
    errors.EngineCrashed: 500,
    errors.QueryTimeout: 504,
}


def register(app: Flask) -> None:
    """Hands every error of ours, and every HTTP error of Flask's, to one place."""
    app.register_error_handler(errors.CityDiplomacyError, from_ours)
    app.register_error_handler(HTTPException, from_http)


def from_ours(error: errors.CityDiplomacyError) -> Response:
    """The response for one of the package's errors."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        logger.error("unexpected error", exc_info=error)
    problem: dict[str, object] = {"title": error.title, "status": status, "detail": error.detail}
    if isinstance(error, errors.BadQuery):
        problem |= {"line": error.line, "column": error.column}
    if isinstance(error, errors.Withdrawn):
        problem["replacedBy"] = list(error.replaced_by)
    if error.hint:
        problem["hint"] = error.hint
    response = respond({key: value for key, value in problem.items() if value is not None})
    if isinstance(error, errors.Overloaded | errors.EngineFailed):  # what else is 503 will fail again
        response.headers["Retry-After"] = "2"
    if isinstance(error, errors.UnsupportedMediaType):
        response.headers.update(error.taken)
    if isinstance(error, errors.TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def from_http(error: HTTPException) -> Response:
    """The response for an HTTP error: its status, its headers (Allow, Location), and what it says."""
    if isinstance(error, InternalServerError) and error.original_exception:
        logger.error("unexpected error", exc_info=error.original_exception)
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    own = error.description if error.description != type(error).description else None  # what we said of it
    detail = own or meaning_in("en", status) or error.name
    response = respond({"title": error.name, "status": status, "detail": detail})
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def respond(problem: dict[str, object]) -> Response:
    """A problem document, as a page where the client prefers HTML to JSON."""
    status = int(str(problem["status"]))
    wanted = negotiate(request.headers.get("Accept"), (PROBLEM, HTML))
    if wanted is HTML:
        return Response(_page(problem, status), status, mimetype="text/html")
    body = json.dumps({"type": "about:blank", **problem}, ensure_ascii=False)
    return Response(body, status, mimetype=PROBLEM.media_type)


def _page(problem: dict[str, object], status: int) -> str:
    """A problem as a page in the reader's language: what it means, and ways to go on."""
    language = best_language(request)
    meaning, detail = meaning_in(language, status), problem["detail"]
    replaced_by = problem.get("replacedBy")
    return render_template(
        "error.html",
        problem=problem,
        title=title_in(language, str(problem["title"])),
        meaning=meaning,
        detail=detail if detail != meaning_in("en", status) else "",
        instead=_labels(replaced_by, language) if isinstance(replaced_by, list) else {},
        hits=_perhaps(language) if status == 404 else [],
    )


def _labels(iris: list[str], language: str) -> dict[str, str]:
    """What these are called; the IRIs themselves where that can not be found out just now."""
    try:
        return {one: current_known().label(one, language) for one in iris}
    except errors.CityDiplomacyError:
        return {one: one for one in iris}


def _perhaps(language: str) -> list[Found]:
    """What the end of the address may have meant; nothing where that can not be found out just now."""
    text = request.path.rpartition("/")[2].partition(".")[0].replace("-", " ").replace("_", " ")
    try:
        search = queries_about if request.path.startswith("/queries/") else things_called
        return search(current_site(), current_known(), text, language, PERHAPS)
    except errors.CityDiplomacyError:
        return []
