"""The change report: for people as text and HTML, for programs as JSON, for graphs as Activity Streams 2.0 in RDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from citydiplomacy.names import XSD, Names
from citydiplomacy.nquads import iri, literal, literal_of, value_of
from citydiplomacy.release.changes import Changes, Entity
from citydiplomacy.release.describing import Description, kind

ACTIVITIES = {"added": "Create", "removed": "Delete", "changed": "Update"}
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem;border-bottom:1px solid #ccc;"
    "vertical-align:top;overflow-wrap:anywhere}del{color:#a11}ins{color:#161;text-decoration:none}"
)


def as_json(changes: Changes) -> dict[str, Any]:
    """The changes as JSON: entities with their labels and classes, changed ones with their values."""

    def entity(one: Entity) -> dict[str, Any]:
        known: dict[str, Any] = {"iri": one.iri, "labels": one.labels, "classes": list(one.classes)}
        for name, pairs in (("removed", one.removed), ("added", one.added)):
            if pairs:
                known[name] = [{"property": value_of(prop), "value": term} for prop, term in pairs]
        return known

    def counts(pairs: dict[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
        return {name: {"removed": removed, "added": added} for name, (removed, added) in pairs.items()}

    return {
        "old": changes.old.version,
        "new": changes.new.version,
        **{name: [entity(one) for one in entities] for name, entities in changes.entities.items()},
        "deprecated": {one: list(by) for one, by in changes.deprecated.items()},
        "classes": counts(changes.classes),
        "properties": counts(changes.properties),
    }


def as_text(changes: Changes, most: int = 20) -> Iterator[str]:
    """The changes in lines for a terminal, at most ``most`` entities of each kind."""
    names = changes.new.names
    yield f"{changes.old.version} -> {changes.new.version}"
    for word, entities in changes.entities.items():
        yield f"{len(entities)} {word}"
        for one in entities[:most]:
            yield f"  {names.shorten(one.iri)}  {_label(one)}"
        if len(entities) > most:
            yield f"  ... and {len(entities) - most} more"
    for term, by in changes.deprecated.items():
        yield f"deprecated: {names.shorten(term)}, replaced by {', '.join(map(names.shorten, by)) or 'nothing'}"
    for word, pairs in (("class", changes.classes), ("property", changes.properties)):
        for name, (removed, added) in pairs.items():
            yield f"{word} {names.shorten(name)}: -{removed} +{added}"


def as_html(changes: Changes) -> str:
    """The changes as a page that stands on its own."""
    title = f"Changes from {changes.old.version} to {changes.new.version}"
    parts = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{STYLE}</style></head>\n<body><main><h1>{escape(title)}</h1>",
        *_tables(changes),
    ]
    for word, entities in changes.entities.items():
        parts.append(f'<h2 id="{word}">{word.capitalize()}: {len(entities)}</h2>\n<ul>')
        parts += [_item(one, changes.new.names) for one in entities]
        parts.append("</ul>")
    if changes.deprecated:
        parts.append('<h2 id="deprecated">Deprecated</h2>\n<ul>')
        for term, by in changes.deprecated.items():
            replaced = ", ".join(_link(other, changes.new.names) for other in by) or "nothing"
            parts.append(f"<li>{_link(term, changes.new.names)}, replaced by {replaced}</li>")
        parts.append("</ul>")
    return "\n".join([*parts, "</main></body></html>\n"])


def as_turtle(changes: Changes) -> bytes:
    """The changes as Activity Streams 2.0: a Create, Update or Delete for each entity (IRIs below /changes)."""
    document = f"{changes.new.base}changes/{changes.new.version}"
    rdf = Description(changes.new.names)
    rdf.say(document, "a", kind("as:Collection"), kind("prov:Entity"))
    rdf.say(document, "prov:wasDerivedFrom", *(iri(one.file_iri("data.nq.gz")) for one in (changes.old, changes.new)))
    for word, entities in changes.entities.items():
        for one in entities:
            me = f"{document}#{one.iri.removeprefix(changes.new.base).replace('#', '/')}"
            rdf.say(document, "as:items", iri(me))
            rdf.say(me, "a", kind(f"as:{ACTIVITIES[word]}"))
            rdf.say(me, "as:object", iri(one.iri))
            rdf.texts(me, "as:summary", one.labels)
    for one_iri, by in changes.deprecated.items():
        rdf.say(one_iri, "owl:deprecated", literal("true", datatype=XSD + "boolean"))
        rdf.say(one_iri, "dcterms:isReplacedBy", *map(iri, by))
    return rdf.turtle()


def report_files(changes: Changes) -> dict[str, bytes]:
    """The report in each form, by file name."""
    text = json.dumps(as_json(changes), ensure_ascii=False, indent=1) + "\n"
    return {
        "changes.html": as_html(changes).encode(),
        "changes.json": text.encode(),
        "changes.ttl": as_turtle(changes),
    }


def _tables(changes: Changes) -> Iterator[str]:
    for title, pairs in (("By class", changes.classes), ("By property", changes.properties)):
        if pairs:
            yield f"<h2>{title}</h2>\n<table><thead><tr><th>name</th><th>removed</th><th>added</th></tr></thead><tbody>"
            for name, (removed, added) in pairs.items():
                yield f"<tr><td>{_link(name, changes.new.names)}</td><td>{removed}</td><td>{added}</td></tr>"
            yield "</tbody></table>"


def _item(one: Entity, names: Names) -> str:
    rows = [
        f"<li>{escape(names.shorten(value_of(prop)))}: <{tag}>{escape(_shown(term, names))}</{tag}></li>"
        for tag, pairs in (("del", one.removed), ("ins", one.added))
        for prop, term in pairs
    ]
    inner = f"<ul>{''.join(rows)}</ul>" if rows else ""
    return f"<li>{_link(one.iri, names)} {escape(_label(one))}{inner}</li>"


def _link(target: str, names: Names) -> str:
    return f'<a href="{escape(target)}">{escape(names.shorten(target))}</a>'


def _shown(term: str, names: Names) -> str:
    return term if literal_of(term) else names.shorten(value_of(term))


def _label(one: Entity) -> str:
    return one.labels.get("en") or next(iter(one.labels.values()), "")
