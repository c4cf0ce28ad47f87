"""The compiled engine and pySHACL, the reference, give the same results on our shapes, whatever the data."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citydiplomacy.store import statements_of
from citydiplomacy.submission.engine import FAST, REFERENCE, Result, first_iri, run
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
# pySHACL lets a range constraint pass on values it can not compare; SHACL 4.3 makes each a result.
INCOMPARABLE = ("MinInclusive", "MaxInclusive", "LessThan", "LessThanOrEquals")


def compared(results: list[Result]) -> set[tuple[str, str, str, str, str, str]]:
    """Results in the terms both engines share; paths that are no single property have no common form."""
    return {
        (
            one.focus,
            first_iri(one.path) if one.path[:1] in "<^" else "",
            one.value,
            one.shape,
            one.component,
            one.severity,
        )
        for one in results
        if not one.component.startswith(INCOMPARABLE)
    }


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


def shapes(body: str) -> tuple[Statement, ...]:
    text = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . {body}"
    return tuple(statements_of(text.encode(), "turtle"))


def test_pattern_that_the_engine_does_not_know_is_left_to_the_reference() -> None:
    look_around = shapes(':S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:pattern "^(?!x)" .')
    data = [("<http://example.org/a>", "<http://example.org/p>", '"xy"', "")]
    results, engine = run(data, look_around)
    assert engine == REFERENCE
    assert [one.component for one in results] == ["PatternConstraintComponent"]
