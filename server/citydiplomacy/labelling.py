"""Names for relationship nodes, made from the ``labelPattern`` of their class and the labels of what they relate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.names import SKOS

Triple = tuple[Node, Node, Node]
PART = re.compile(r"\[(?P<optional>[^\]]*)\]|\{(?P<name>\w+)\}")


def relationship_labels(content: Content) -> Iterator[Triple]:
    """Labels of nodes without one, from the ``labelPattern`` of their class and the labels of what they relate.

    ``{member}`` stands for the labels of the values of that property; a part in square brackets is left out where one
    of its properties has no value.
    """
    patterns = _patterns(content)
    values: dict[Node, dict[str, dict[Node, None]]] = {}
    labels: dict[Node, dict[str, str]] = {}
    classes: dict[Node, set[Node]] = {}
    prefix = content.names.term("")
    for quad in content.quads:
        if quad.predicate in (RDFS.label, URIRef(SKOS + "prefLabel")) and isinstance(quad.object, Literal):
            labels.setdefault(quad.subject, {})[quad.object.language or ""] = str(quad.object)
        elif quad.predicate == RDF.type:
            classes.setdefault(quad.subject, set()).add(quad.object)
        elif str(quad.predicate).startswith(prefix):
            values.setdefault(quad.subject, {}).setdefault(str(quad.predicate)[len(prefix) :], {})[quad.object] = None
    for node, kinds in classes.items():
        for kind in sorted(kinds & set(patterns), key=str):
            for language, pattern in sorted(patterns[kind].items()):
                if language not in labels.get(node, {}):
                    text = _fill(pattern, values.get(node, {}), labels, language)
                    yield node, RDFS.label, Literal(text, lang=language)


def _patterns(content: Content) -> dict[Node, dict[str, str]]:
    wanted = URIRef(content.names.term("labelPattern"))
    patterns: dict[Node, dict[str, str]] = {}
    for quad in content.ontology:
        if quad.predicate == wanted and isinstance(quad.object, Literal):
            patterns.setdefault(quad.subject, {})[quad.object.language or ""] = str(quad.object)
    return patterns


def _fill(pattern: str, values: dict[str, dict[Node, None]], labels: dict[Node, dict[str, str]], language: str) -> str:
    def name_of(node: Node) -> str:
        if isinstance(node, Literal):
            return str(node)
        known = labels.get(node, {})
        return known.get(language) or next(iter(known.values()), str(node).rpartition("/")[2])

    def part(match: re.Match[str]) -> str:
        if match["optional"] is not None:
            needed = re.findall(r"\{(\w+)\}", match["optional"])
            return PART.sub(part, match["optional"]) if all(values.get(name) for name in needed) else ""
        return ", ".join(sorted(map(name_of, values.get(match["name"], [])))) or "…"

    return PART.sub(part, pattern).strip()
