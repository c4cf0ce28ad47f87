"""The shapes on a submission: what breaks them, and how many things each of them looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from citydiplomacy.findings import Severity
from citydiplomacy.names import OWL, RDFS, SH
from citydiplomacy.shapes_engine import MOST, Result, first_iri, run
from citydiplomacy.submission.problems import Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement, iri, literal_of, plain

INVERSE = re.compile(r"\^<([^>]*)>")
SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}
CLASSES = {iri(RDFS + "Class"), iri(OWL + "Class")}
TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")


@dataclass(frozen=True)
class ShapesGraph:
    """Shapes as look-up tables."""

    statements: tuple[Statement, ...]

    @cached_property
    def outgoing(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for subject, predicate, value, _ in self.statements:
            found.setdefault(subject, {}).setdefault(plain(predicate).removeprefix(SH), []).append(value)
        return found

    def values(self, shape: str, name: str) -> list[str]:
        """The values of a ``sh:`` property of a shape."""
        return self.outgoing.get(shape, {}).get(name, [])

    def messages(self, shape: str) -> dict[str, str]:
        """The messages of a shape by language."""
        if shape not in self._messages:
            parts = (literal_of(one) for one in self.values(shape, "message"))
            self._messages[shape] = {one.language: one.text for one in parts if one}
        return self._messages[shape]

    @cached_property
    def _messages(self) -> dict[str, dict[str, str]]:
        return {}

    def looked_at(self, shape: str) -> set[str]:
        """The properties that a shape and the unnamed shapes in it look at, and those that aim it."""
        found, todo, seen = set(self.values(shape, "targetSubjectsOf")), [shape], set()
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            for name, values in self.outgoing.get(node, {}).items():
                found |= {value for value in values if name == "path" and value[0] == "<"}
                todo += [value for value in values if value[0] == "_"]
        return found

    @cached_property
    def aims(self) -> dict[str, list[tuple[str, str]]]:
        """Each named shape with its targets (kind and value), those of the shapes that list it included."""
        found: dict[str, list[tuple[str, str]]] = {}
        for shape in self.outgoing:
            own = self.own_aims(shape)
            for one in (shape, *self.values(shape, "property")):
                if one[0] == "<" and own:
                    found.setdefault(one, []).extend(own)
        return {shape: aims for shape, aims in found.items() if self._constrains(shape)}

    def own_aims(self, shape: str) -> list[tuple[str, str]]:
        """The targets of a shape itself: kind and value. A shape that is a class is aimed at its members."""
        classes = [("targetClass", shape)] if CLASSES.intersection(self.values(shape, plain(TYPE))) else []
        return [(kind, value) for kind in TARGETS for value in self.values(shape, kind)] + classes

    def _constrains(self, shape: str) -> bool:
        """Whether a shape says anything itself, and not only by shapes that have a name of their own."""
        group = {"property", *TARGETS}
        names = {name for name in self.outgoing.get(shape, {}) if not name.startswith("http")}
        return bool(names - group) or any(value[0] == "_" for value in self.values(shape, "property"))


@lru_cache(maxsize=2)
def shapes_graph(statements: tuple[Statement, ...]) -> ShapesGraph:
    """The look-up tables of some shapes, made once."""
    return ShapesGraph(statements)


def check_shapes(
    statements: list[Statement], published: Published, *, reference: bool = False
) -> tuple[list[Problem], str, bool]:
    """What breaks a shape, which engine judged, and whether that is all of it.

    The data graph is what is sent, what is published of things that are not restated, the tree of classes and the
    concepts. Results about things that the submission does not mention are not its own, and left out.
    """
    graph = shapes_graph(published.shapes)
    around = (*surroundings(statements, published), *published.beside)
    results, engine = run([*around, *statements], published.shapes, reference=reference)
    if not results:
        return [], engine, True
    wanted = {result.focus for result in results}
    mentions: dict[str, list[Statement]] = {}
    for statement in statements:
        for term in {statement[0], statement[2]} & wanted:
            mentions.setdefault(term, []).append(statement)
    own = {result for result in results if result.focus in mentions}
    order = sorted(own, key=lambda one: (one.focus, one.path, one.value, one.shape, one.component))
    return [_problem(one, mentions[one.focus], graph) for one in order], engine, len(results) < MOST


def surroundings(statements: list[Statement], published: Published) -> list[Statement]:
    """What is published, without what the submission restates: the statements of a thing in a graph, taken together."""
    restated = {(subject, graph) for subject, _, _, graph in statements if graph}
    return [one for one in published.data if (one[0], one[3]) not in restated]


def coverage(statements: list[Statement], published: Published) -> dict[str, int]:
    """How many things of the submission each shape looked at, by its code."""
    typed: dict[str, set[str]] = {}
    subjects: dict[str, set[str]] = {}
    objects: dict[str, set[str]] = {}
    nodes: dict[str, set[str]] = {}
    shapes = shapes_graph(published.shapes)
    aimed = {kind: {value for aims in shapes.aims.values() for k, value in aims if k == kind} for kind in TARGETS}
    for subject, predicate, value, _ in statements:
        if predicate == TYPE:
            typed.setdefault(value, set()).add(subject)
        if predicate in aimed["targetSubjectsOf"]:
            subjects.setdefault(predicate, set()).add(subject)
        if predicate in aimed["targetObjectsOf"]:
            objects.setdefault(predicate, set()).add(value)
    if aimed["targetNode"]:
        nodes = {one: {one} for statement in statements for one in aimed["targetNode"].intersection(statement[:3:2])}
    classes: dict[str, set[str]] = {}
    for value, members in typed.items():
        for kind in published.closure((value,)) & aimed["targetClass"]:
            classes.setdefault(kind, set()).update(members)
    tables = {"targetClass": classes, "targetSubjectsOf": subjects, "targetObjectsOf": objects, "targetNode": nodes}
    counts = {}
    for shape, aims in shapes.aims.items():
        sets = [tables[kind].get(value, set()) for kind, value in dict.fromkeys(aims)]
        filled = [one for one in sets if one]
        counts[code_of(shape)] = len(set().union(*filled)) if len(filled) > 1 else len(filled[0]) if filled else 0
    return dict(sorted(counts.items()))


def code_of(shape: str) -> str:
    """The number of a requirement: the last part of its IRI."""
    return plain(shape).replace("#", "/").rpartition("/")[2] or "shacl"


def _problem(result: Result, mentions: list[Statement], graph: ShapesGraph) -> Problem:
    statement, part = _place(result, mentions, graph)
    inverse = INVERSE.fullmatch(result.path)
    path = result.path[1:-1] if re.fullmatch(r"<[^>]*>", result.path) else f"^{inverse[1]}" if inverse else ""
    return Problem(
        code_of(result.shape),
        statement,
        part,
        {"thing": result.focus, "value": result.value},
        messages=graph.messages(result.shape),
        severity=SEVERITIES.get(result.severity, Severity.VIOLATION),
        path=path,
        component=result.component,
        shape=plain(result.shape),
    )


def _second(values: list[Statement], component: str) -> Statement:
    """Of several values of a property the one too many: the first other one, or the second in its language."""
    if component.startswith("MaxCount"):
        return next((one for one in values if one[2] != values[0][2]), values[0])
    if component.startswith("UniqueLang"):
        seen: set[str] = set()
        for one in values:
            parts = literal_of(one[2])
            language = parts.language if parts else ""
            if language and language in seen:
                return one
            seen.add(language)
    return values[0]


def _place(result: Result, mentions: list[Statement], graph: ShapesGraph) -> tuple[Statement, str]:
    """The statement that a result is about: the value's, the property's, what the shape looks at, or the thing's."""
    own = [one for one in mentions if one[0] == result.focus]
    path = first_iri(result.path)
    if path and not INVERSE.match(result.path):
        with_path = [one for one in own if one[1] == path]
        exact = [one for one in with_path if one[2] == result.value]
        if exact:
            return exact[0], "object"
        if with_path:
            return _second(with_path, result.component), "object"
    elif path:
        return next((one for one in mentions if one[1] == path), mentions[0]), "object"
    else:
        asked, aimed_by = graph.looked_at(result.shape), graph.values(result.shape, "targetSubjectsOf")
        found = [one for one in own if one[1] in aimed_by] or [one for one in own if one[1] in asked]
        if found:
            return found[0], "predicate"
    typed = [one for one in own if one[1] == TYPE] or own
    if typed:
        return typed[0], "subject"
    aimed = set(graph.values(result.shape, "targetObjectsOf"))
    return next((one for one in mentions if one[1] in aimed), mentions[0]), "object"
