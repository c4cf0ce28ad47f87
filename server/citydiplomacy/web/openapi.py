"""The HTTP interface as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html), made from the queries."""

from __future__ import annotations

from typing import Any

from citydiplomacy import media
from citydiplomacy.media import Format
from citydiplomacy.parameters import Kind, Parameter
from citydiplomacy.queries import CannedQuery, Gallery
from citydiplomacy.web.licences import licence_name
from citydiplomacy.web.operations import PROBLEM, endpoint, validation
from citydiplomacy.web.texts import text

SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.IRI: {"type": "string"},
    Kind.STRING: {"type": "string"},
    Kind.LANGUAGE: {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    Kind.INTEGER: {"type": "string", "pattern": "^[+-]?[0-9]{1,18}$"},
    Kind.YEAR: {"type": "string", "pattern": "^[0-9]{4}$"},
    Kind.DATE: {"type": "string", "format": "date"},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "hint": {"type": "string"},
    },
}


def api_document(gallery: Gallery, version: str, server: str, licence: str, language: str) -> dict[str, Any]:
    """The document: every canned query with its parameters, the endpoint, and the one shape of all errors.

    What is there for people to read is in ``language``. ``licence`` is the IRI of the data's licence, "" where none is
    stated.
    """
    paths: dict[str, Any] = {"/sparql": endpoint(language), "/validate": validation(language)}
    for name, query in gallery.queries.items():
        for one in query.formats:
            paths[f"/queries/{name}.{one.suffix}"] = {"get": _operation(query, one, language)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "City Diplomacy",
            "version": version,
            "description": text("api_note", language),
            **({"license": {"name": licence_name(licence), "url": licence}} if licence else {}),
        },
        "servers": [{"url": server}],
        "tags": [{"name": topic} for topic in gallery.topics()],
        "paths": paths,
        "components": {
            "responses": {
                "Problem": {
                    "description": text("api_problem", language),
                    "content": {media.PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {"Problem": PROBLEM_SCHEMA},
        },
    }


def _operation(query: CannedQuery, form: Format, language: str) -> dict[str, Any]:
    return {
        "operationId": f"{query.name.replace('/', '_').replace('-', '_')}_{form.suffix}",
        "summary": query.title[language],
        "description": query.question[language],
        "tags": [query.topic],
        "parameters": [_parameter(one, language) for one in query.parameters],
        "responses": {
            "200": {"description": text("api_answer", language), "content": {form.media_type: {}}},
            "304": {"description": text("api_unchanged", language)},
            **dict.fromkeys(("400", "503", "504"), PROBLEM),
        },
    }


def _parameter(parameter: Parameter, language: str) -> dict[str, Any]:
    schema = dict(SCHEMAS[parameter.kind])
    if parameter.allowed:
        schema = {"type": "string", "enum": list(parameter.allowed)}
    if parameter.default is not None:
        schema["default"] = parameter.default
    member = f" ({parameter.class_name})" if parameter.class_name else ""
    iri = f"; {text('api_iri', language)}" if parameter.kind == Kind.IRI else ""
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.label[language] + member + iri,
        "schema": schema,
    }
