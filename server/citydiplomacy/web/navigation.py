"""What every page's frame needs: the menu, links to this page with something changed, languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from citydiplomacy.media import GRAPHS, RESULTS
from citydiplomacy.queries import LANGUAGES
from citydiplomacy.web.site import Site, best_language
from citydiplomacy.web.texts import TOPICS, text

COOKIE = "language"
MENU = {  # texts by path
    "/queries": "queries",
    "/search": "search",
    "/explore": "explore",
    "/sparql": "sparql",
    "/ontology": "ontology",
    "/shapes": "shapes",
    "/dumps/": "dumps",
    "/api": "api",
    "/validate": "validate",
}


def page_context(site: Site, built: frozenset[str]) -> dict[str, Any]:
    """What all templates may use; ``built`` are the bundled files that are there."""
    language = best_language(request)

    def t(key: str) -> str:
        return text(key, language)

    return {
        "site": site,
        "language": language,
        "root": request.script_root,
        "t": t,
        "topic_names": {key: texts[language == "de"] for key, texts in TOPICS.items()},
        "menu": MENU,
        "graph_formats": GRAPHS,
        "result_formats": RESULTS,
        "this": this,
        "here_in": {one: this(lang=one) for one in LANGUAGES},
        "built": built,
    }


def this(**changes: str | int | None) -> str:
    """This page's address with some of its query's values changed; None takes one away."""
    values = {key: value for key, value in request.args.items() if value} | changes
    kept = {key: str(value) for key, value in values.items() if value not in (None, "")}
    return f"{request.script_root}{request.path}{'?' + urlencode(kept) if kept else ''}"


def built_files(folder: Path) -> frozenset[str]:
    """The names of the bundled files that are there: none where the front end was not built."""
    return frozenset(one.name for one in folder.iterdir()) if folder.is_dir() else frozenset()


def remember_language(response: Response) -> None:
    """Keeps the language that a reader chose: a cookie that says nothing else."""
    if response.mimetype != "text/html":
        return
    response.vary.add("Cookie")
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, request.args["lang"], max_age=31536000, httponly=True, samesite="Lax")
