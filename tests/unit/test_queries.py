"""Canned queries: headers, parameters, and terms that can not break out of their place."""

import pytest

from citydiplomacy.errors import BadHeader, BadParameter, UnknownQuery
from citydiplomacy.names import Names
from citydiplomacy.queries import CannedQuery, Gallery, parse_query, read_gallery
from citydiplomacy.repository import Repository
from citydiplomacy.store import select, store_of

NAMES = Names("https://example.org/mini/", "mini")
HEADER = """#+ title = { en = "T", de = "T" }
#+ question = { en = "Q", de = "Q" }
#+ columns = ["s"]
"""
BODY = "SELECT ?s WHERE {\n  # values: x\n  ?s ?p ?x\n}\n"


def query_with(kind: str, more: str = "") -> CannedQuery:
    parameter = f'#+ [parameters.x]\n#+ type = "{kind}"\n#+ label = {{ en = "x", de = "x" }}\n{more}'
    return parse_query("t/q", HEADER + parameter + BODY, "q.rq")


GOOD = [
    ("iri", "chess-club", "<https://example.org/mini/id/chess-club>"),
    ("iri", "id:chess-club", "<https://example.org/mini/id/chess-club>"),
    ("iri", "http://e/a?b=c#d", "<http://e/a?b=c#d>"),
    ("string", 'a"b\\c\n', '"a\\"b\\\\c\\n"'),
    ("string", "} DROP ALL #", '"} DROP ALL #"'),
    ("language", "de-AT", '"de-at"'),
    ("integer", "-07", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("year", "2018", '"2018"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
    ("date", "2018-02-28", '"2018-02-28"^^<http://www.w3.org/2001/XMLSchema#date>'),
]
BAD = [
    ("iri", "a b"),
    ("iri", "http://e/> } #"),
    ("iri", "<http://e/>"),
    ("iri", "x:{"),
    ("string", "a\x00b"),
    ("string", "\ud800"),
    ("language", "de_DE"),
    ("integer", "1.5"),
    ("integer", "9" * 30),
    ("integer", "٣"),
    ("year", "18"),
    ("year", "２０１８"),
    ("date", "2018-02-30"),
    ("date", "yesterday"),
]


@pytest.mark.parametrize(("kind", "value", "term"), GOOD)
def test_value_becomes_a_term_in_its_place(kind: str, value: str, term: str) -> None:
    assert f"  VALUES ?x {{ {term} }}\n" in query_with(kind).bind({"x": value}, NAMES)


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_value_of_the_wrong_kind_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BadParameter, match="x"):
        query_with(kind).bind({"x": value}, NAMES)


@pytest.mark.parametrize(
    "value", ['"', "\\", '\\"', "\n\r\t", "} UNION { ?s ?p ?o", "'''", '"""', "#", "?x", "\\u0022"]
)
def test_text_comes_back_as_it_went_in(value: str) -> None:
    query = parse_query(
        "t/q",
        '#+ title = { en = "T", de = "T" }\n#+ question = { en = "Q", de = "Q" }\n#+ columns = ["x"]\n'
        '#+ [parameters.x]\n#+ type = "string"\n#+ label = { en = "x", de = "x" }\nSELECT ?x {\n# values: x\n}\n',
        "q.rq",
    )
    assert select(store_of([]), query.bind({"x": value}, NAMES), {}) == [{"x": value}]


def test_without_a_value_the_place_stays_a_comment() -> None:
    assert "# values: x" in query_with("string").bind({}, NAMES)


def test_default_stands_in_for_a_missing_value() -> None:
    assert '"5"^^' in query_with("integer", "#+ default = 5\n").bind({}, NAMES)


def test_missing_required_value_is_refused() -> None:
    with pytest.raises(BadParameter, match="needs a value"):
        query_with("integer", "#+ required = true\n").bind({}, NAMES)


def test_unknown_parameter_is_refused_with_the_closest() -> None:
    with pytest.raises(BadParameter, match="no parameter 'xx'"):
        query_with("integer").bind({"xx": "1"}, NAMES)


def test_value_outside_the_allowed_ones_is_refused() -> None:
    query = query_with("string", '#+ allowed = ["global", "local"]\n')
    with pytest.raises(BadParameter, match="one of global, local") as error:
        query.bind({"x": "glbal"}, NAMES)
    assert error.value.hint == "did you mean global?"


X = '#+ [parameters.x]\n#+ type = "string"\n#+ label = { en = "x", de = "x" }\n'
BROKEN = [
    ("#+ title = \n", "TOML"),
    (HEADER.replace("title", "titel"), "titel"),
    (HEADER.replace(', de = "T"', "") + X, "title"),
    (HEADER.replace('#+ columns = ["s"]\n', "") + X, "columns"),
    (HEADER + '#+ [parameters.y]\n#+ type = "string"\n#+ label = { en = "y", de = "y" }\n', "no place"),
    (HEADER + '#+ [parameters.x]\n#+ type = "text"\n#+ label = { en = "x", de = "x" }\n', "type is one of"),
    (HEADER + '#+ [parameters.x]\n#+ type = "string"\n', "label"),
    (HEADER, "names no parameter"),
]


@pytest.mark.parametrize(("header", "message"), BROKEN)
def test_broken_header_is_an_error(header: str, message: str) -> None:
    with pytest.raises(BadHeader, match=message):
        parse_query("t/q", header + BODY, "q.rq")


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("# ASK no more\nPREFIX ASK: <http://e/ASK>\nSELECT ?s { ?s ASK:a 'DESCRIBE' }\n", "SELECT"),
        ("describe <http://e/a>\n", "DESCRIBE"),
        ("CONSTRUCT { ?s a ?o } { SELECT * { ?s ?p ?o } }\n", "CONSTRUCT"),
    ],
)
def test_form_is_the_first_word_after_comments_and_prefixes(body: str, form: str) -> None:
    assert parse_query("t/q", HEADER + body, "q.rq").form == form


@pytest.mark.parametrize("body", ["# SELECT ?s {}\n", "INSERT { ?s a ?o } WHERE { SELECT * {} }\n"])
def test_text_that_begins_with_no_form_is_refused(body: str) -> None:
    with pytest.raises(BadHeader, match="begins with none of SELECT"):
        parse_query("t/q", HEADER + body, "q.rq")


def test_query_is_found_with_and_without_its_topic(small_repository: Repository) -> None:
    gallery = read_gallery(small_repository)
    assert gallery.get("members") is gallery.get("people/members")
    with pytest.raises(UnknownQuery) as error:
        gallery.get("member")
    assert error.value.hint == "did you mean members?"


def test_two_queries_of_one_name_need_their_topic() -> None:
    query = query_with("string")
    with pytest.raises(UnknownQuery):
        Gallery({"a/q": query, "b/q": query}).get("q")


def test_words_people_say_instead_are_kept_by_language() -> None:
    words = '#+ words = { en = ["pays for"], de = ["bezahlt", "zahlt"] }\n'
    assert parse_query("t/q", HEADER + words + "ASK {}\n", "q.rq").words == {
        "en": ("pays for",),
        "de": ("bezahlt", "zahlt"),
    }


@pytest.mark.parametrize("words", ['{ fr = ["paie"] }', '{ en = "pays" }', '"pays"'])
def test_words_that_are_no_lists_of_our_languages_are_refused(words: str) -> None:
    with pytest.raises(BadHeader, match="words"):
        parse_query("t/q", f"{HEADER}#+ words = {words}\nASK {{}}\n", "q.rq")
