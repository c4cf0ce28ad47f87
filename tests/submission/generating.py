"""Shapes and data made at random: every constraint, target and path of SHACL Core, nested and combined.

Left out is where pySHACL, as it is here (``citydiplomacy.reference``), does not follow SHACL, and the compiled engine
does: blank nodes meet ``sh:minLength 0`` (4.4.1), IRIs and tagged texts are compared by ``sh:lessThan`` as strings
(4.5.3), the inverse of a sequence is taken step by step without turning it round (2.3.1.4).
"""

from __future__ import annotations

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
THINGS, CLASSES, PROPERTIES = ["e:a", "e:b", "e:c", "e:d"], ["e:A", "e:B", "e:C"], ["e:p", "e:q", "e:r"]
NUMBERS = ["0", "1", "2", "-1.5", "2.0", "1e0", '"01"^^xsd:integer', '"2"^^xsd:double', '"x"^^xsd:integer']
DATES = ['"2018-01-01"^^xsd:date', '"2019-05-01"^^xsd:date', '"2018-13-01"^^xsd:date', '"2018"^^xsd:gYear']
DATES += ['"2019-01-01T00:00:00"^^xsd:dateTime', '"2019-01-01T00:00:00Z"^^xsd:dateTime']
TEXTS = [
    '"x"',
    '"ab"',
    '""',
    '"x"@en',
    '"x"@de',
    '"Ab"@en-GB',
    '"A b"',
    '"x"^^xsd:anyURI',
    '"yes"^^xsd:boolean',
    "true",
]
DATATYPES = ["xsd:integer", "xsd:string", "xsd:date", "xsd:gYear", "xsd:boolean", "rdf:langString", "xsd:decimal"]
KINDS = ["sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:IRIOrLiteral"]
LIMITS = ["0", "1", "2.0", '"1"^^xsd:double', '"2018-06-01"^^xsd:date', '"2019-01-01T00:00:00Z"^^xsd:dateTime', '"ab"']
SEVERAL = ("sh:class ", "sh:equals ", "sh:disjoint ", "sh:hasValue ", "sh:and ", "sh:or ", "sh:xone ", "sh:not ")
SEVERAL += ("sh:node ", "sh:property ")
PATTERNS = ['"^x"', '"b$"', '"a."', '"^http"', '"^X" ; sh:flags "i"']

things, classes, properties = map(st.sampled_from, (THINGS, CLASSES, PROPERTIES))
terms = st.sampled_from([*THINGS, "0", "1", "2.0", '"x"', '"x"@en', '"2018"^^xsd:gYear'])


def said(names: str, values: Texts) -> Texts:
    """``sh:NAME VALUE`` for one of some names and one of some values."""
    return st.builds("sh:{} {}".format, st.sampled_from(names.split()), values)


def listed(items: Texts, least: int = 1, most: int = 3) -> Texts:
    return st.lists(items, min_size=least, max_size=most).map(lambda found: f"( {' '.join(found)} )")


def joined(constraints: Texts, most: int) -> Texts:
    """Constraints of one shape, at most one of those kinds of which SHACL allows one."""

    def distinct(found: list[str]) -> str:
        return " ; ".join({one if one.startswith(SEVERAL) else one.split()[0]: one for one in found}.values())

    return st.lists(constraints, min_size=1, max_size=most).map(distinct)


def repeated(inner: Texts) -> Texts:
    return st.builds("[ sh:{}Path {} ]".format, st.sampled_from(["zeroOrMore", "oneOrMore", "zeroOrOne"]), inner)


turned = st.one_of(properties, repeated(properties)).map("[ sh:inversePath {} ]".format)
paths = st.recursive(
    st.one_of(properties, turned),
    lambda inner: st.one_of(
        listed(inner, 2), listed(inner, 2).map("[ sh:alternativePath {} ]".format), repeated(inner)
    ),
    max_leaves=3,
)
on_values = st.one_of(
    said("class", classes),
    said("datatype", st.sampled_from(DATATYPES)),
    said("nodeKind", st.sampled_from(KINDS)),
    said("minInclusive maxInclusive minExclusive maxExclusive", st.sampled_from(LIMITS)),
    said("minLength maxLength", st.sampled_from("123")),
    said("pattern", st.sampled_from(PATTERNS)),
    said("languageIn", listed(st.sampled_from(['"en"', '"de"']))),
    said("in", listed(terms)),
    said("hasValue", terms),
    said("equals disjoint", properties),
)
on_properties = st.one_of(on_values, said("minCount maxCount", st.sampled_from("012")), st.just("sh:uniqueLang true"))
compared = st.builds(
    "sh:property [ sh:path {} ; {} ]".format,
    st.sampled_from(["e:n", "e:m", "[ sh:inversePath e:n ]"]),
    said("lessThan lessThanOrEquals", st.just("e:m")),
)


def unnamed(depth: int) -> Texts:
    """Unnamed shapes of nodes or of properties, so deep at most."""
    return st.one_of(unnamed_node(depth), st.builds("[ sh:path {} ; {} ]".format, paths, joined(of_property(depth), 2)))


def unnamed_node(depth: int) -> Texts:
    return joined(of_node(depth), 2).map("[ {} ]".format)


def of_node(depth: int) -> Texts:
    """What a node shape may say."""
    if depth == 0:
        return on_values
    property_shape = st.builds("[ sh:path {} ; {} ]".format, paths, joined(on_properties, 2))
    return st.one_of(
        on_values,
        compared,
        said("and or xone", listed(unnamed(depth - 1), 1, 2)),
        said("not", unnamed(depth - 1)),
        said("node", unnamed_node(depth - 1)),
        said("property", property_shape),
    )


def of_property(depth: int) -> Texts:
    """What a property shape may say."""
    if depth == 0:
        return on_properties
    return st.one_of(
        on_properties,
        of_node(depth),
        st.builds(
            "sh:qualifiedValueShape {} ; sh:qualified{}Count {} ; sh:qualifiedValueShapesDisjoint {}".format,
            unnamed(depth - 1),
            st.sampled_from(["Min", "Max"]),
            st.sampled_from("012"),
            st.sampled_from(["true", "false"]),
        ),
    )


targets = st.one_of(
    said("targetClass", classes), said("targetSubjectsOf targetObjectsOf", properties), said("targetNode", things)
)
extras = st.sampled_from(
    [
        "sh:severity sh:Warning",
        "sh:deactivated false",
        "sh:deactivated true",
        "a rdfs:Class",
        'sh:message "no"@en',
        "sh:closed false",
    ]
)
closed = st.sampled_from(["sh:closed true", "sh:closed true ; sh:ignoredProperties ( rdf:type )"])


@st.composite
def shapes(draw: st.DrawFn) -> str:
    """A shapes graph of one to three named shapes."""
    text = PREFIXES
    for number in range(draw(st.integers(1, 3))):
        aims = " ; ".join(draw(st.lists(targets, min_size=1, max_size=2)))
        if draw(st.booleans()):
            body = f"a sh:PropertyShape ; sh:path {draw(paths)} ; {draw(joined(of_property(2), 3))} ; {draw(extras)}"
        else:
            body = f"a sh:NodeShape ; {draw(joined(of_node(2), 3))} ; {draw(st.one_of(extras, closed))}"
        text += f"e:S{number} {aims} ; {body} .\n"
    return text


@st.composite
def data(draw: st.DrawFn) -> str:
    """Some typed things with values of every kind; one class lies below another. ``e:n`` and ``e:m`` are compared."""
    anything = st.sampled_from([*THINGS, *NUMBERS, *DATES, *TEXTS, "_:x"])
    typed = st.builds("{} a {} .\n".format, things, classes)
    valued = st.builds("{} {} {} .\n".format, things, properties, anything)
    numbered = st.builds("{} e:{} {} .\n".format, things, st.sampled_from("nm"), st.sampled_from([*NUMBERS, *DATES]))
    parts = [st.lists(typed, max_size=4), st.lists(valued, max_size=12), st.lists(numbered, max_size=6)]
    return PREFIXES + "e:B rdfs:subClassOf e:A .\n" + "".join(line for part in parts for line in draw(part))
