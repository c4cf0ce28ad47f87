"""Responses of the pages' process end where they end, and what the HTTP server behind refuses is told in our words."""

import json

import pytest

from citydiplomacy.web.incoming import Refusal
from citydiplomacy.web.outgoing import Outgoing, problem

BARE = (
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: Wed, 25 Nov 2026 21:44:36 GMT\r\n\r\n"
)


@pytest.mark.parametrize(
    ("head_only", "pieces", "over", "keeps"),
    [
        (False, [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"ab", b"c"], [False, False, True], True),
        (False, [b"HTTP/1.1 200 OK\r\nConte", b"nt-Length: 3\r\n\r\nabc"], [False, True], True),
        (False, [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"], [True], False),
        (False, [b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"], [True], False),
        (False, [b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"], [True], True),
        (
            False,
            [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
            [False, True],
            True,
        ),
        (True, [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"], [True], True),
        (False, [b"HTTP/1.1 304 Not Modified\r\nETag: a\r\n\r\n"], [True], True),
    ],
)
def test_end_of_a_response_is_found(head_only: bool, pieces: list[bytes], over: list[bool], keeps: bool) -> None:
    outgoing, passed, seen = Outgoing(head_only=head_only), b"", []
    for piece in pieces:
        passed += outgoing.take(piece)
        seen.append(outgoing.over)
    assert seen == over
    assert outgoing.keeps == keeps
    assert passed == b"".join(pieces)


def test_nothing_is_passed_on_of_a_head_that_is_not_whole() -> None:
    outgoing = Outgoing(head_only=False)
    assert outgoing.take(b"HTTP/1.1 200 OK\r\nContent-Le") == b""
    assert not outgoing.begun


def test_response_without_a_length_is_none() -> None:
    with pytest.raises(ConnectionError):
        Outgoing(head_only=False).take(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")


@pytest.mark.parametrize("head_only", [False, True])
def test_bare_refusal_is_told_as_a_problem(head_only: bool) -> None:
    outgoing = Outgoing(head_only=head_only)
    head, _, body = outgoing.take(BARE).partition(b"\r\n\r\n")
    assert outgoing.over
    assert not outgoing.keeps
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"\r\nConnection: close" in head
    assert not body if head_only else json.loads(body)["status"] == 400


def test_refusal_of_ours_is_passed_on_as_it_is() -> None:
    theirs = BARE.replace(b"connection: close", b"connection: close\r\nallow: GET")
    assert Outgoing(head_only=False).take(theirs) == theirs


def test_problem_says_what_is_wrong() -> None:
    head, _, body = problem(Refusal(503, "Try again.")).partition(b"\r\n\r\n")
    assert json.loads(body) == {
        "type": "about:blank",
        "title": "The server is busy",
        "status": 503,
        "detail": "Try again.",
    }
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert int(fields[b"Content-Length"]) == len(body)
    assert fields[b"Retry-After"] == b"2"
