"""JSON-LD: data compacted with a context of the repository's own names (https://www.w3.org/TR/json-ld11/).

The context is in the document, so that nobody has to fetch anything to read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from citydiplomacy.names import OWL, RDF, XSD, Names
from citydiplomacy.nquads import Statement, encoded, graph_of, iri, iri_of, literal_of, statements

Node = dict[str, Any]
KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def context_json(compactor: Compactor) -> bytes:
    """The context as a document of its own: prefixes, and every term of the ontology by its local name."""
    return _json({"@context": compactor.context})


def compacted(lines: list[str], compactor: Compactor) -> bytes:
    """Statements as compacted JSON-LD, one named graph after the other; N-Quads lines in, UTF-8 out."""
    graphs: dict[str, list[str]] = {}
    for line in lines:
        graphs.setdefault(graph_of(line), []).append(line)
    return encoded(_document(graphs, compactor))


def _document(graphs: dict[str, list[str]], compactor: Compactor) -> Iterator[str]:
    """The document, piece by piece."""
    yield f'{{"@context": {_text(compactor.context)},\n"@graph": [\n'
    comma = ""
    for graph, part in graphs.items():
        yield f'{comma}{{"@id": {_text(compactor.name(iri(graph)))}, "@graph": [\n'
        yield ",\n".join(_nodes(part, compactor))
        yield "\n]}"
        comma = ",\n"
    yield "\n]}\n"


def _nodes(lines: Iterable[str], compactor: Compactor) -> Iterator[str]:
    """The nodes of one graph, each as JSON; lines are sorted, so those of a node stand together."""
    for subject, about in groupby(statements(lines), key=lambda one: one.subject):
        node: Node = {"@id": compactor.name(subject)}
        for one in about:
            compactor.add(node, one)
        yield _text(node)


class Compactor:
    """Names and values as the context shortens them; the context has the terms of the ontology among ``lines``."""

    def __init__(self, lines: Iterable[str], names: Names) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in names.prefixes.items()}
        self.names = names
        terms: dict[str, Any] = {}
        for one in statements(lines):
            kind, iri = iri_of(one.object), iri_of(one.subject) or ""
            if one.predicate == f"<{RDF}type>" and kind in KINDS and iri.startswith(names.ontology + "#"):
                self._define(terms, iri, is_link=kind == OWL + "ObjectProperty")
        self._terms = {names.term(name): (name, isinstance(known, dict)) for name, known in terms.items()}
        self.context = {**names.prefixes, **{name: terms[name] for name in sorted(terms)}}

    def _define(self, terms: dict[str, Any], iri: str, *, is_link: bool) -> None:
        local = iri.removeprefix(self.names.ontology + "#")
        short = f"{self.names.prefix}:{local}"
        if local not in self.names.prefixes:
            terms[local] = {"@id": short, "@type": "@id"} if is_link else short

    def add(self, node: Node, one: Statement) -> None:
        """Adds a statement to the node that it is about."""
        if one.predicate == f"<{RDF}type>":
            key, value = "@type", self._term(one.object)
        else:
            key, is_link = self._property(one.predicate)
            value = self._value(one.object, is_link=is_link)
        before = node.get(key)
        if isinstance(before, list):
            before.append(value)
        else:
            node[key] = value if before is None else [before, value]

    def name(self, term: str) -> str:
        """An IRI as a compact IRI where a prefix fits; blank nodes as they are."""
        iri = iri_of(term)
        if iri is None:
            return term
        end = len(iri)
        while end > 0:  # namespaces end in a slash or a hash: the longest that fits
            end = max(iri.rfind("#", 0, end), iri.rfind("/", 0, end))
            prefix = self._prefixes.get(iri[: end + 1])
            if prefix and not iri.startswith("//", end + 1):
                return f"{prefix}:{iri[end + 1 :]}"
        return iri

    def _term(self, term: str) -> str:
        known = self._terms.get(iri_of(term) or "")
        return known[0] if known else self.name(term)

    def _property(self, term: str) -> tuple[str, bool]:
        return self._terms.get(iri_of(term) or "") or (self.name(term), False)

    def _value(self, term: str, *, is_link: bool) -> Any:
        parts = literal_of(term)
        if parts is None:
            return self.name(term) if is_link else {"@id": self.name(term)}
        if parts.language:
            return {"@language": parts.language, "@value": parts.text}
        if parts.datatype != XSD + "string":
            return {"@type": self.name(f"<{parts.datatype}>"), "@value": parts.text}
        return {"@value": parts.text} if is_link else parts.text


def _text(value: Any) -> str:
    """JSON on one line: a node is a line, which the encoder in C writes (the one that indents is slow)."""
    return json.dumps(value, ensure_ascii=False)


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
