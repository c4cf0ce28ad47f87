"""What is told of a query's text without parsing it."""

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citydiplomacy.errors import BadQuery, QueryTooBig, ReadOnly
from citydiplomacy.sparql import Limits, check, from_clauses, is_update
from citydiplomacy.tokens import after_prologue, pattern, tokens

LIMITS = Limits()
HARMLESS = [
    'PREFIX SERVICE: <http://e/SERVICE> SELECT ?SERVICE { SERVICE:a SERVICE:b "SERVICE" # SERVICE <http://x>\n}',
    'SELECT * { ?s ?p """a " SERVICE <http://x> {}""" }',
    "SELECT * { ?s ?p 'SERVICE' . FILTER(?a < 5 && ?b > 3) }",
    "SELECT * { ?s <http://e/SERVICE> ?o }",
    "SELECT $service { ?s ?p 'x'@en }",
    r"SELECT * { ?s <http://e/\u0053ERVICE> 'caf\u00e9 \U0010FFFF \uD800 \U00FFFFFF SERVICE' }",
]
CALLING = [
    "SELECT * { SERVICE <http://x> { ?s ?p ?o } }",
    "SELECT * { service\nsilent <http://x> {} }",
    r"SELECT * { \u0053ERV\U00000049CE <http://x> {} }",
    r"SELECT * { ?s ?p '\u0027 SERVICE <http://x> {} #' }",
    "SELECT * { # \\u000A SERVICE <http://x> {}\n}",
    "SELECT * { ?s ?p 5.SERVICE <http://x> {} }",
    "SELECT * { ?s ?p true.SERVICE <http://x> {} }",
    "SELECT * { ?s ?p <a>.SERVICE<http://x>{} }",
    "SELECT * { ?s ?p 'a'.service<http://x>{} }",
    "SELECT * { SERVICE ?where {} }",
    "SELECT * { # comment\r SERVICE <http://x> {} }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_word_service_elsewhere_is_let_through(query: str) -> None:
    check(query, LIMITS)


@pytest.mark.parametrize("query", CALLING)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(BadQuery) as error:
        check(query, LIMITS)
    assert error.value.line
    assert error.value.column


def test_service_an_operator_allows_is_let_through() -> None:
    check(CALLING[0], LIMITS, frozenset({"http://x"}))
    with pytest.raises(BadQuery):
        check(CALLING[0], LIMITS, frozenset({"http://y"}))


def test_nesting_and_length_are_limited() -> None:
    check("{" * 100, LIMITS)
    with pytest.raises(QueryTooBig, match="line 1, column 101"):
        check("{" * 101, LIMITS)
    with pytest.raises(QueryTooBig, match="characters"):
        check("x" * 11, Limits(length=10))


@pytest.mark.parametrize("text", ["a.-", '"', "<", "?", "\\", "''a", "a:", "_:", "'''", "\U0001f600"])
def test_hostile_text_is_cut_in_linear_work(text: str) -> None:
    started = time.process_time()
    found = sum(1 for _ in tokens(text * 50_000))
    assert time.process_time() - started < 2
    assert found > 0


@pytest.mark.parametrize("quote", ["'", '"', "'''", '"""'])
def test_long_string_takes_no_memory_beside_itself(quote: str) -> None:
    text = f"{quote}{'a' * 100_000}{quote}"
    tracemalloc.start()
    found = next(tokens(text))
    check(text, LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.text == text
    assert peak < 10 * len(text)  # where it may be given back sign by sign, 300 times its length


FROMS = [
    ("PREFIX a: <http://a/> SELECT * FROM <g1> FROM NAMED <g2> FROM a:g3 { ?s ?p ?o }", ("<g1>", "a:g3"), ("<g2>",)),
    ("CONSTRUCT { ?s ?p [ ?p 1 ] } FROM <g1> FROM <g2> WHERE { ?s ?p ?o }", ("<g1>", "<g2>"), ()),
    ("CONSTRUCT FROM <g1> WHERE { ?s ?p ?o }", ("<g1>",), ()),
    ("SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <g1> FROM NAMED :g { ?s ?p ?o }", ("<g1>",), (":g",)),
    ("DESCRIBE <a> FROM <g1> # FROM <g2>", ("<g1>",), ()),
    (r"ASK FROM <\u0067> { ?s ?p 'FROM <g2>' }", (r"<\u0067>",), ()),
    ("SELECT ?from { ?from ?p ?o }", (), ()),
    ("ASK FROM", (), ()),
    ("FROM", (), ()),
]


@pytest.mark.parametrize(("query", "defaults", "named"), FROMS)
def test_reads_from_clauses_as_they_are_written(query: str, defaults: tuple[str, ...], named: tuple[str, ...]) -> None:
    clauses = from_clauses(query)
    assert (clauses.defaults, clauses.named) == (defaults, named)
    assert query.startswith(clauses.prologue)


def test_prologue_ends_where_the_form_begins() -> None:
    assert from_clauses("BASE <http://b/> PREFIX : <> ASK FROM <a> {}").prologue == "BASE <http://b/> PREFIX : <> "


PATTERNS = [
    ("SELECT * WHERE { ?s ?p [ ?q { } ] } LIMIT 1", "{ ?s ?p [ ?q { } ] }"),
    ("PREFIX a: <http://a/> SELECT ?s { ?s ?p '}' # }\n }", "{ ?s ?p '}' # }\n }"),
    ("SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <g> { ?s ?p ?o }", "{ ?s ?p ?o }"),
    (
        "SELECT (EXISTS { ?a ?b ?c } AS ?x) (NOT EXISTS { ?d ?e ?f } AS ?y) WHERE { { SELECT * {} } }",
        "{ { SELECT * {} } }",
    ),
    ("CONSTRUCT { ?s ?p [ ?q 1 ] } FROM <g> WHERE { ?s ?p ?o }", "{ ?s ?p ?o }"),
    ("construct {} { ?s ?p ?o }", "{ ?s ?p ?o }"),
    ("CONSTRUCT WHERE { ?s ?p ?o }", "{ ?s ?p ?o }"),
    ("DESCRIBE ?s { ?s ?p ?o } LIMIT 1", "{ ?s ?p ?o }"),
    ("ASK { ?s ?p ?o } VALUES ?s { <a> }", "{ ?s ?p ?o }"),
    ("ASK { { ?s ?p", "{ { ?s ?p"),
    ("DESCRIBE <http://e/a>", None),
    ("CONSTRUCT { ?s ?p ?o }", None),
    ("CONSTRUCT {", None),
    ("BASE <http://e/>", None),
]


@pytest.mark.parametrize(("query", "group"), PATTERNS)
def test_finds_the_group_of_the_where_clause(query: str, group: str | None) -> None:
    words = list(after_prologue(query))
    found = pattern(words)
    first, last = (words[place] for place in found) if found else (None, None)
    assert (query[first.start : last.start + len(last.text)] if first and last else None) == group


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("INSERT DATA {}", True),
        ("PREFIX a: <http://a/> BASE <http://b/>\n# x\ndelete where {}", True),
        ("LOAD <http://x>", True),
        ("PREFIX insert: <http://a/> SELECT * {}", False),
        ("ASK {}", False),
        ("", False),
    ],
)
def test_tells_updates_from_queries(text: str, update: bool) -> None:
    assert is_update(text) is update
    with pytest.raises(ReadOnly) if update else contextlib.nullcontext():
        check(text, LIMITS)


@pytest.mark.parametrize("text", [r"\u0049NSERT DATA {}", "#\\u000AINSERT DATA {} #\nASK {}"])
def test_update_is_refused_where_some_engines_see_one(text: str) -> None:
    with pytest.raises(ReadOnly):
        check(text, LIMITS)


PIECES = [
    "SERVICE",
    "service",
    '"',
    "'",
    '"""',
    "<",
    ">",
    "#",
    "\n",
    ".",
    ":",
    " ",
    "_",
    "-",
    "?",
    "@",
    "1",
    "\\(",
    "{",
    "(",
    "]",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_quick_look_at_brackets_and_service_misses_nothing_that_the_tokens_show(text: str) -> None:
    depth = deepest = 0
    service = False
    for token in tokens(text):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        deepest = max(deepest, depth)
        service = service or (token.kind == "word" and token.text.upper() == "SERVICE")
    if deepest > 2:
        with pytest.raises(QueryTooBig):
            check(text + " " + "()" * 3, Limits(depth=2), frozenset(["x"]))
    elif service:
        with pytest.raises(BadQuery):
            check(text, Limits())


@pytest.mark.parametrize(
    "rest", ["?a ?b ?c . {} " * 70_000, '"\\"{' * 200_000, "SERVICE {} " * 60_000, "''' " * 200_000]
)
def test_long_query_is_looked_at_in_a_moment(rest: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(QueryTooBig, BadQuery):
        check("SELECT * { " + rest, Limits())
    assert time.perf_counter() - started < 1
