"""The operations that are the same in every repository, as OpenAPI has them: ``/sparql`` and ``/validate``."""

from __future__ import annotations

from typing import Any

from citydiplomacy.media import GRAPHS, RESULTS
from citydiplomacy.queries import LANGUAGES
from citydiplomacy.submission.formats import REPORTS
from citydiplomacy.web.texts import text

PROBLEM = {"$ref": "#/components/responses/Problem"}
IRIS = {"type": "array", "items": {"type": "string"}}
SUFFIXES = list(dict.fromkeys(one.suffix for one in (*RESULTS, *GRAPHS)))
QUERY: dict[str, Any] = {"type": "string"}
OPTIONS: dict[str, Any] = {
    "default-graph-uri": IRIS,
    "named-graph-uri": IRIS,
    "format": {"type": "string", "enum": SUFFIXES},
    "timeout": {"type": "number", "exclusiveMinimum": 0},
    "on-limit": {"type": "string", "enum": ["error", "truncate"]},
    "explain": {"type": "string", "enum": ["true", "false"]},
}


def endpoint(language: str) -> dict[str, Any]:
    """The SPARQL endpoint: GET and both kinds of POST."""
    answers = {
        "200": {
            "description": text("api_by_accept", language),
            "content": {one.media_type: {} for one in (*RESULTS, *GRAPHS)},
        },
        **dict.fromkeys(("400", "403", "406", "413", "415", "503", "504"), PROBLEM),
    }
    meanings = _meanings(language)
    optional = [_parameter(name, schema, meanings[name]) for name, schema in OPTIONS.items()]
    query = _parameter("query", QUERY, text("api_query", language)) | {"required": True}
    form = {"type": "object", "required": ["query"], "properties": {"query": QUERY, **OPTIONS}}
    body = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
    asked = {"summary": text("api_sparql", language), "responses": answers}
    return {
        "get": {"operationId": "sparql_get", "parameters": [query, *optional], **asked},
        "post": {"operationId": "sparql_post", "parameters": optional, "requestBody": body, **asked},
    }


def validation(language: str) -> dict[str, Any]:
    """``/validate``: a form, and the verdict on data in any RDF syntax."""
    reports: dict[str, Any] = {one.media_type: {"schema": {"type": "string"}} for one in REPORTS if one.name != "json"}
    reports["application/json"] = {"schema": {"type": "object", "required": ["conforms", "findings"]}}
    answers: dict[str, Any] = {"200": {"description": text("api_verdict", language), "content": reports}}
    answers |= dict.fromkeys(("400", "406", "413", "415", "429", "503"), PROBLEM)
    spoken = _parameter("lang", {"type": "string", "enum": list(LANGUAGES)}, text("api_lang", language))
    alone = _parameter("alone", {"type": "string", "enum": ["true", "false"]}, text("api_alone", language))
    file: dict[str, Any] = {"type": "string", "contentMediaType": "application/octet-stream"}
    parts: dict[str, Any] = {name: {"type": "string"} for name in ("data", "syntax", "format", "alone", "lang")}
    parts |= {"file": {"type": "array", "items": file}, "source": file, "shapes": file}
    form = {"type": "object", "properties": parts}
    body: dict[str, Any] = {one.media_type: {"schema": {"type": "string"}} for one in GRAPHS}
    body["multipart/form-data"] = {"schema": form}
    page = {
        "200": {"description": text("api_form", language), "content": {"text/html": {"schema": {"type": "string"}}}}
    }
    return {
        "get": {
            "operationId": "validate_form",
            "summary": text("api_form", language),
            "parameters": [spoken],
            "responses": page,
        },
        "post": {
            "operationId": "validate",
            "summary": text("api_validate", language),
            "parameters": [spoken, alone],
            "requestBody": {"required": True, "content": body},
            "responses": answers,
        },
    }


def _meanings(language: str) -> dict[str, str]:
    """What each of ``OPTIONS`` is."""
    return {
        "default-graph-uri": text("api_default_graph", language),
        "named-graph-uri": text("api_named_graph", language),
        "format": text("api_format", language),
        "timeout": text("api_timeout", language),
        "on-limit": text("api_on_limit", language),
        "explain": text("api_explain", language),
    }


def _parameter(name: str, schema: dict[str, Any], meaning: str) -> dict[str, Any]:
    """A parameter of the query string."""
    return {"name": name, "in": "query", "description": meaning, "schema": schema}
