"""The compiled engine and pySHACL, the reference, give the same results: on our shapes, and on random ones."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from submission import generating

from citydiplomacy.errors import BadParameter
from citydiplomacy.shapes_engine import FAST, REFERENCE, Result, run
from citydiplomacy.store import statements_of
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement, iri, literal

XSD = "http://www.w3.org/2001/XMLSchema#"
EXAMPLES = int(os.environ.get("CITYDIPLOMACY_EXAMPLES", "15"))
THINGS = [iri(f"https://w3id.org/citydiplomacy/id/thing-{number}") for number in range(6)]
THINGS += [iri("https://w3id.org/citydiplomacy/id/Bad--name"), iri("https://w3id.org/citydiplomacy/passage/memo/1")]
TEXTS = [
    literal("Athens", "en"),
    literal("Athen", "de"),
    literal(" blank", "en"),
    literal("Athènes", "fr"),
    literal(""),
]
VALUES = [literal("2018", datatype=XSD + "gYear"), literal("2018-05-01", datatype=XSD + "date"), literal("18")]
VALUES += [literal("7", datatype=XSD + "integer"), literal("0", datatype=XSD + "integer"), literal("text")]
VALUES += [literal("true", datatype=XSD + "boolean"), literal("https://example.org/", datatype=XSD + "anyURI")]
PLAIN = re.compile(r"\^?<[^<>]*>")  # paths of one property, or of one against its direction


def compared(results: list[Result]) -> set[tuple[str, ...]]:
    """Results in the terms both engines share: other paths have no common form, blank nodes no common name."""
    return {
        (_named(one.focus), one.path if PLAIN.fullmatch(one.path) else "", _named(one.value), one.shape, *kind)
        for one in results
        for kind in [(one.component, one.severity)]
    }


def _named(term: str) -> str:
    return "_:" if term[:1] == "_" else term


@st.composite
def data(draw: st.DrawFn, classes: list[str], properties: list[str]) -> list[Statement]:
    """Things of random classes with random properties: right and wrong values, too many and too few."""
    typed = draw(st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from(classes)), min_size=1, max_size=8))
    value = st.sampled_from([*THINGS, *TEXTS, *VALUES])
    more = draw(st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from(properties), value), max_size=25))
    return [(thing, TYPE, kind, "") for thing, kind in typed] + [(*triple, "") for triple in more]


def test_engines_agree_on_our_shapes(real: Published) -> None:
    classes = sorted(real.ancestors)
    kinds = {"ObjectProperty", "DatatypeProperty", "AnnotationProperty"}
    ours = [term for term, found in real.declared.items() if found & kinds and "citydiplomacy" in term]
    properties = sorted(iri(one) for one in [*ours, "http://www.w3.org/2000/01/rdf-schema#label"])

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(data(classes, properties))
    def agree(statements: list[Statement]) -> None:
        around = [*real.beside, *statements]
        fast, engine = run(around, real.shapes)
        slow, reference = run(around, real.shapes, reference=True)
        assert (engine, reference) == (FAST, REFERENCE)
        assert compared(fast) == compared(slow)

    agree()


@pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning")
@settings(max_examples=EXAMPLES * 4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(generating.shapes(), generating.data())
def test_engines_agree_on_shapes_made_at_random(shapes: str, data: str) -> None:
    rules, statements = (tuple(statements_of(text.encode(), "turtle")) for text in (shapes, data))
    fast, engine = run(statements, rules)
    slow, reference = run(statements, rules, reference=True)
    assert (engine, reference) == (FAST, REFERENCE)
    assert compared(fast) == compared(slow)


def shapes(body: str) -> tuple[Statement, ...]:
    text = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . {body}"
    return tuple(statements_of(text.encode(), "turtle"))


DATA = [("<http://example.org/a>", "<http://example.org/p>", '"xy"', "")]
DATA += [
    ("<http://example.org/a>", "<http://example.org/q>", "<http://example.org/b>", ""),
    ("<http://example.org/b>", TYPE, "<http://example.org/C>", ""),
]


@pytest.mark.parametrize(
    ("text", "components"),
    [
        (':S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:pattern "^(?!x)" .', ["Pattern"]),
        (":S a sh:PropertyShape ; sh:targetSubjectsOf :q ; sh:path :q ; sh:closed true .", ["Closed"]),
        (":C a sh:NodeShape, <http://www.w3.org/2002/07/owl#Class> ; sh:nodeKind sh:Literal .", ["NodeKind"]),
        (
            ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql"
            ' [ sh:select "SELECT $this { $this ?p ?o FILTER(isIRI(?o)) }" ] .',
            ["SPARQL"],
        ),
        (
            ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; :most 1 . :C a sh:ConstraintComponent ;"
            " sh:parameter [ sh:path :most ] ; sh:validator [ a sh:SPARQLAskValidator ;"
            ' sh:ask "ASK { FILTER($most > 1) }" ] .',
            ["http://example.org/C"],
        ),
    ],
)
def test_shapes_beyond_what_is_proved_are_left_to_the_reference(text: str, components: list[str]) -> None:
    results, engine = run(DATA, shapes(text))
    assert engine == REFERENCE
    assert [one.component.removesuffix("ConstraintComponent") for one in results] == components


def test_shapes_that_no_engine_takes_are_refused_in_words() -> None:
    with pytest.raises(BadParameter, match="shapes can not be used"):
        run(DATA, shapes(':S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select "SELECT" ] .'))
