"""``/dumps/``: the releases that are kept here, and their files, to be fetched, resumed and checked."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citydiplomacy.media import GRAPHS
from citydiplomacy.release.packing import PACKINGS
from citydiplomacy.web.files import PART, SENDS_FILES, FileReply, Published, reply
from citydiplomacy.web.site import Site, current_site

blueprint = Blueprint("dumps", __name__)

MEDIA_TYPES = {
    **{one.suffix: one.content_type for one in GRAPHS},
    **PACKINGS,
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "rq": "application/sparql-query",
    "rdfp": "application/rdf-patch",
}
PLAIN = "text/plain; charset=utf-8"


@blueprint.get("/dumps/")
def index() -> str:
    """All releases, the one that is served first, each with its files."""
    return _page(current_site(), list(current_site().releases))


@blueprint.get("/dumps/<version>/")
def release(version: str) -> Response | str:
    """The files of one release; ``latest`` leads to the one that is served."""
    site = current_site()
    if version == "latest":
        return redirect(url_for("dumps.release", version=site.release.version), 302)  # type: ignore[return-value]
    return _page(site, [_known(site, version)])


@blueprint.get("/dumps/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file of a release. Under a version it never changes; under ``latest`` it is a redirect to one that does not."""
    site = current_site()
    if version == "latest":
        found = redirect(url_for("dumps.file", version=site.release.version, name=name), 302)
        found.headers["Cache-Control"] = "no-cache"
        return found  # type: ignore[return-value]
    published = published_file(site, _known(site, version), name)
    return send(reply(published, {key.lower(): value for key, value in request.headers.items()}))


def published_file(site: Site, version: str, name: str) -> Published:
    """A file that SHA256SUMS lists (or that itself), with its digest; 404 for any other."""
    digest = site.checksums(version).get(name)
    if digest is None:
        abort(404, f"Release {version} has no file {name}.")
    known = site.releases[version]
    suffix = name.rpartition(".")[2] if "." in name else ""
    return Published(known.directory / name, digest, known.issued, MEDIA_TYPES.get(suffix, PLAIN))


def send(found: FileReply) -> Response:
    """A file reply as Flask sends it, or leaves it to the server to send."""
    response = Response(status=found.status, headers=found.headers)
    if found.part and request.method != "HEAD":
        if request.environ.get(SENDS_FILES):
            request.environ[PART] = found.part
        else:
            response.response = iter(found.part)
    if "Content-Type" not in found.headers:
        response.headers.pop("Content-Type", None)
    return response


def _known(site: Site, version: str) -> str:
    if version not in site.releases:
        abort(404, f"There is no release {version} here; there are: {', '.join(site.releases)}.")
    return version


def _page(site: Site, versions: list[str]) -> str:
    shown = []
    for version in versions:
        known = site.releases[version]
        files = {
            name: ((known.directory / name).stat().st_size, digest) for name, digest in site.checksums(version).items()
        }
        kept = {
            name: value for name, value in files.items() if not name.startswith(("queries/", "shapes/", "ontology/"))
        }
        shown.append((known, kept))
    return render_template("dumps.html", releases=shown)
