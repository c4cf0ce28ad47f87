"""Shapes that somebody else wrote: whether they are well-formed, say what they mean to, and can fire at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from citydiplomacy.names import SH
from citydiplomacy.reference import malformed, shacl_terms
from citydiplomacy.submission.problems import Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.shapes import ShapesGraph
from citydiplomacy.submission.syntaxes import Document
from citydiplomacy.submission.terms import TYPE, Statement, iri, plain
from citydiplomacy.tokens import tokens

USES = ("property", "node", "qualifiedValueShape", "not")
BEYOND = re.compile(
    r"js.*|JS.*|(.*[rR]|R)ule|.*[tT]arget(Type)?|.*Function|returnType|[eE]xpression.*|condition|construct|update|"
    r"SPARQL(Construct|Update)Executable|filterShape|nodes|intersection|union|this|subject|predicate|object|entailment"
)  # scripts, and what SHACL's Advanced Features add: no engine here runs them
QUERIES = (iri(SH + "select"), iri(SH + "ask"))
ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")  # may hide a letter anywhere in a query
UNFIT = ("SERVICE", "FROM", "MINUS", "VALUES")


def lint(document: Document, published: Published) -> list[Problem]:
    """What is wrong with shapes. They are never fetched from elsewhere, and no script or rule in them is run."""
    if document.problems:
        return document.problems
    statements = document.statements
    graph = ShapesGraph(tuple(statements))
    found = [*_terms(statements), *_patterns(statements), *_queries(statements), *_aimless(statements, graph)]
    told = {one.statement[0] for one in found}
    return found + [one for one in _malformed(statements) if one.statement[0] not in told]


def _terms(statements: list[Statement]) -> Iterator[Problem]:
    known = {term for term in shacl_terms() if not BEYOND.fullmatch(term.removeprefix(SH))}
    for statement in statements:
        for part, term in (("predicate", statement[1]), ("object", statement[2])):
            name = plain(term)
            if term[0] != "<" or not name.startswith(SH) or name in known:
                continue
            if name in shacl_terms():
                yield Problem("shapes-beyond", statement, part, {"term": term})
            else:
                near = get_close_matches(name, sorted(known), n=1, cutoff=0.8)
                instead = iri(near[0]) if near else ""
                yield Problem("shapes-unknown-term", statement, part, {"term": term, "instead": instead}, instead)


def _patterns(statements: list[Statement]) -> Iterator[Problem]:
    for statement in statements:
        if statement[1] == iri(SH + "pattern"):
            try:
                re.compile(plain(statement[2]))
            except re.error as error:
                yield Problem(
                    "shapes-pattern", statement, "object", {"pattern": plain(statement[2]), "reason": str(error)}
                )


def _queries(statements: list[Statement]) -> Iterator[Problem]:
    """Queries that would reach for other data, or that SHACL does not allow (https://www.w3.org/TR/shacl/#pre-binding)."""
    for statement in statements:
        if statement[1] in QUERIES:
            query = ESCAPED.sub(lambda match: chr(int(match[1] or match[2], 16) % 0x110000), plain(statement[2]))
            words = {token.text.upper() for token in tokens(query) if token.kind in ("word", "service")}
            for word in UNFIT:
                if word in words:
                    yield Problem("shapes-query", statement, "object", {"word": word})


def _aimless(statements: list[Statement], graph: ShapesGraph) -> Iterator[Problem]:
    """Named shapes without a target that no other shape uses."""
    shapes = {
        s: one for one in reversed(statements) if one[1] == TYPE and plain(one[2]).startswith(SH) for s in one[:1]
    }
    used = {value for node in graph.outgoing for name in USES for value in graph.values(node, name)}
    listed = {one[2] for one in statements if plain(one[1]).endswith("#first")}
    for shape, statement in shapes.items():
        if shape[0] == "<" and not graph.own_aims(shape) and shape not in used | listed:
            yield Problem("shapes-aimless", statement, "subject", {"shape": shape})


def _malformed(statements: list[Statement]) -> Iterator[Problem]:
    """What SHACL's shapes for shapes find; of a shape as a whole only where they find nothing closer."""
    found = list(
        malformed("".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value, _ in statements))
    )
    closer = {focus for focus, path, _ in found if path}
    for focus, path, reason in found:
        if path or focus not in closer:
            own = [one for one in statements if one[0] == focus] or [(focus, "", "", "")]
            where = next((one for one in own if plain(one[1]) == path), own[0])
            part = "object" if path else "subject"
            yield Problem("shapes-malformed", where, part, {"shape": focus, "reason": reason})
