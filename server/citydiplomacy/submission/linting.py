"""Shapes that somebody else wrote: whether they are well-formed, say what they mean to, and can fire at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from citydiplomacy.names import RDFS, SH
from citydiplomacy.reference import malformed, shacl_terms
from citydiplomacy.submission.problems import Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.shapes import TARGETS, ShapesGraph
from citydiplomacy.submission.syntaxes import Document
from citydiplomacy.submission.terms import TYPE, Statement, iri, plain

USES = ("property", "node", "qualifiedValueShape", "not")
FORBIDDEN = ("js", "jsFunctionName", "jsLibrary", "rule", "JSConstraint", "JSLibrary")


def lint(document: Document, published: Published) -> list[Problem]:
    """What is wrong with shapes. They are never fetched from elsewhere, and no script or rule in them is run."""
    if document.problems:
        return document.problems
    statements = document.statements
    graph = ShapesGraph(tuple(statements))
    found = [*_terms(statements), *_patterns(statements), *_aimless(statements, graph, published)]
    told = {one.statement[0] for one in found}
    return found + [one for one in _malformed(statements) if one.statement[0] not in told]


def _terms(statements: list[Statement]) -> Iterator[Problem]:
    known = shacl_terms() - {SH + name for name in FORBIDDEN}
    for statement in statements:
        for part, term in (("predicate", statement[1]), ("object", statement[2])):
            name = plain(term)
            if term[0] == "<" and name.startswith(SH) and name not in known:
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


def _aimless(statements: list[Statement], graph: ShapesGraph, published: Published) -> Iterator[Problem]:
    """Named shapes without a target that no other shape uses."""
    shapes = {
        s: one for one in reversed(statements) if one[1] == TYPE and plain(one[2]).startswith(SH) for s in one[:1]
    }
    used = {value for node in graph.outgoing for name in USES for value in graph.values(node, name)}
    listed = {one[2] for one in statements if plain(one[1]).endswith("#first")}
    for shape, statement in shapes.items():
        is_class = (shape, TYPE, iri(RDFS + "Class"), "") in statements or plain(shape) in published.declared
        aimed = any(graph.values(shape, kind) for kind in TARGETS) or is_class
        if shape[0] == "<" and not aimed and shape not in used | listed:
            yield Problem("shapes-aimless", statement, "subject", {"shape": shape})


def _malformed(statements: list[Statement]) -> Iterator[Problem]:
    text = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value, _ in statements)
    for focus, path, reason in malformed(text):
        where = next((one for one in statements if one[0] == focus and plain(one[1]) == path), None)
        where = where or next((one for one in statements if one[0] == focus), (focus, "", "", ""))
        yield Problem("shapes-malformed", where, "object" if path else "subject", {"shape": focus, "reason": reason})
