"""What came with a request to ``/validate``: files, text, and how they are to be judged."""

from __future__ import annotations

from itertools import zip_longest

from flask import request
from werkzeug.datastructures import FileStorage

from citydiplomacy.errors import BadParameter
from citydiplomacy.media import GRAPHS
from citydiplomacy.submission.submitting import unpack
from citydiplomacy.submission.uploads import Upload
from citydiplomacy.web.site import best_language, current_site

PASTED = "data"  # what text is called that was pasted


def allow_large_bodies() -> None:
    """Data may be larger than a query; what limits there are must be set before the first look at a form."""
    request.max_content_length = request.max_form_memory_size = current_site().settings.submission_bytes
    request.max_form_parts = 200


def sent() -> tuple[tuple[Upload, ...], bytes | None]:
    """The files of a request, from its body, its parts or its form's text; and the source text, if it came."""
    most = current_site().settings.submission_bytes
    if request.mimetype not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        encoding = request.headers.get("Content-Encoding", "").strip().lower()
        data = unpack(request.get_data(), encoding, most)
        return (Upload(request.args.get("name", PASTED)[:200], data, request.mimetype),), None
    uploads = [_upload(one) for one in request.files.getlist("file") if one.filename] + _pasted()
    if not uploads:
        raise BadParameter("Send a file as part 'file', or text as 'data'.")
    source = request.files.get("source")
    return tuple(uploads), source.read() if source and source.filename else None


def own_shapes() -> Upload | None:
    """The shapes that came with a request, where the operator takes such; BadParameter where not."""
    part = request.files.get("shapes")
    if part is None or not part.filename:
        return None
    if not current_site().settings.own_shapes:
        raise BadParameter(
            "This server judges by its own shapes only. By yours judges: citydiplomacy validate --shapes FILE, "
            "or a server that was started with --own-shapes."
        )
    return Upload(part.filename[:200], part.read(), _told(part))


def language() -> str:
    """The language of the report: the form's, else the page's."""
    asked = request.form.get("lang", "")
    return asked if asked in ("en", "de") else best_language(request)


def flag(name: str) -> bool:
    """Whether something is switched on, in the address or in the form."""
    return (request.args.get(name) or request.form.get(name, "")) in ("1", "true", "on")


def _pasted() -> list[Upload]:
    """The texts of a form, each with its name; forms end lines as HTTP does, texts as everybody else."""
    texts, names = request.form.getlist("data"), request.form.getlist("name")
    syntax = request.form.get("syntax", "")
    return [
        Upload((name or PASTED)[:200], text.replace("\r\n", "\n").encode(), syntax)
        for text, name in zip_longest(texts, names[: len(texts)], fillvalue="")
        if text.strip()
    ]


def _upload(part: FileStorage) -> Upload:
    return Upload((part.filename or "file")[:200], part.read(), request.form.get("syntax", "") or _told(part))


def _told(part: FileStorage) -> str:
    """The media type of a part, where it is one of RDF's: browsers guess the others from names."""
    known = {name for one in GRAPHS for name in (one.media_type, *one.also)}
    return part.mimetype if part.mimetype in known else ""
