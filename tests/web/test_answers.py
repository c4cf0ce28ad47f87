"""Answers are kept in as much memory as there is for them, whatever they are the answers to."""

import pyoxigraph as ox

from citydiplomacy.pool import Request
from citydiplomacy.web.answers import Answers, Stored
from citydiplomacy.web.direct import Direct, Scope
from citydiplomacy.web.plain import read_plain
from citydiplomacy.worker import Terms

HEAD = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
LONG = ["ASK {} # " + f"{number}" * 30_000 for number in range(10)]


def test_long_questions_with_short_answers_are_counted() -> None:
    answers = Answers(None, 100_000)  # type: ignore[arg-type]
    for query in LONG:
        answers.keep(Request(query), Stored((), b"true"))
    assert [bool(answers.recall(Request(query))) for query in LONG] == [False] * 7 + [True] * 3


def test_long_questions_that_are_answered_at_once_are_counted() -> None:
    direct = Direct(ox.Store(), Terms(2**30, 2**20, {}), Scope(cache_bytes=200_000))
    requests = []
    for query in LONG:
        data = f"{HEAD}Content-Length: {len(query)}\r\n\r\n{query}".encode()
        plain = read_plain(data)
        request = plain and direct.request(plain)
        assert plain
        assert request
        assert direct.answer(data, plain, request, None)
        requests.append(request)
    assert [bool(direct.recall(request)) for request in requests] == [False] * 7 + [True] * 3
