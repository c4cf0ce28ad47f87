"""The web application: a Flask factory over one release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from citydiplomacy.web import canned, errors, home, sparql, things
from citydiplomacy.web.front import COMMON, ERROR, Front
from citydiplomacy.web.site import Site, SiteSettings, best_language, open_site

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    **{name: value for name, value in COMMON if name != "Vary"},
}


def create_app(settings: SiteSettings) -> Flask:
    """The application for one release. It owns a pool of query workers: close ``app.extensions["site"]`` when done."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    site = open_site(settings)
    app.extensions["site"] = site
    for blueprint in (home.blueprint, sparql.blueprint, canned.blueprint, things.blueprint):
        app.register_blueprint(blueprint)
    errors.register(app)
    app.context_processor(_page_context(site))
    app.template_filter("here")(site.local_path)
    app.template_filter("short")(site.names.shorten)

    @app.before_request
    def refuse() -> None:
        """What ``front`` found wrong with a request becomes a response where all errors do."""
        if ERROR in request.environ:
            raise request.environ[ERROR]

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.vary.update(["Accept", "Accept-Encoding", "Accept-Language"])
        return response

    app.wsgi_app = Front(app.wsgi_app, site)  # type: ignore[method-assign]
    return app


def _page_context(site: Site) -> Callable[[], dict[str, Any]]:
    def context() -> dict[str, Any]:
        return {"site": site, "language": best_language(request), "root": request.script_root}

    return context
