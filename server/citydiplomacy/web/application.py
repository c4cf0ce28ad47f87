"""The Flask application over one release, put together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request

from citydiplomacy.web import (
    api,
    canned,
    documents,
    dumps,
    errors,
    explore,
    home,
    outline,
    search,
    sparql,
    things,
    validate,
    vocabulary,
)
from citydiplomacy.web.answers import COMMON
from citydiplomacy.web.front import ERROR, Front
from citydiplomacy.web.known import Known
from citydiplomacy.web.licences import licence_name
from citydiplomacy.web.markup import dataset_markup
from citydiplomacy.web.mounting import mount
from citydiplomacy.web.navigation import built_files, page_context, remember_language
from citydiplomacy.web.packing import pack
from citydiplomacy.web.site import SiteSettings, open_site

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
    app.extensions["known"] = Known(site)
    for module in (home, explore, sparql, canned, api, things, documents, dumps, vocabulary, validate, search, outline):
        app.register_blueprint(module.blueprint)
    errors.register(app)
    built = built_files(Path(str(app.static_folder), "built"))
    app.context_processor(lambda: page_context(site, built))
    app.template_filter("here")(site.local_path)
    app.template_filter("short")(site.names.shorten)
    app.template_filter("licence_name")(licence_name)
    app.template_filter("dataset_markup")(lambda site: dataset_markup(site, request.url_root))

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
        remember_language(response)
        pack(request, response)
        return response

    front = Front(app.wsgi_app, site)
    app.wsgi_app = mount(front, settings.prefix, trust_proxy=settings.trust_proxy)  # type: ignore[method-assign,assignment]
    return app
