"""Requests that come in pieces end where they end, however they are cut, and what is unclear is refused."""

import time

import pytest

from citydiplomacy.web.incoming import FIELDS_MOST, HEAD_MOST, TARGET_MOST, Incoming

GET = b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
SIZED = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nASK{}"
CHUNKED_HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b'3\r\nASK\r\n2 ;a="b"\r\n{}\r\n0\r\nTrailer: x\r\n\r\n'
WHOLE = {
    "get": GET,
    "sized": SIZED,
    "chunked": CHUNKED,
    "bare": GET.replace(b"\r\n", b"\n"),
    "after": b"\r\n\r\n" + GET,
}


def body_of(passed: bytes) -> bytes:
    """The body of chunks as we write them: nothing but a size, data, and the end."""
    body, rest = b"", passed
    while True:
        size, _, rest = rest.partition(b"\r\n")
        piece, rest = rest[: int(size, 16)], rest[int(size, 16) :]
        assert rest[:2] == b"\r\n"
        body, rest = body + piece, rest[2:]
        if not piece:
            assert rest == b""
            return body


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_request_ends_where_it_ends_however_it_is_cut(name: str, size: int) -> None:
    request, more = WHOLE[name], b"GET /next"
    incoming, passed, data = Incoming(), b"", request + more
    for start in range(0, len(data), size):
        if incoming.over:
            break
        passed += incoming.take(data[start : start + size])
        assert incoming.refusal is None
        assert incoming.over == (start + size >= len(request))
    assert more.startswith(incoming.rest)
    if name == "chunked":
        assert body_of(passed.removeprefix(CHUNKED_HEAD)) == b"ASK{}"
    else:
        assert passed == request.lstrip(b"\r\n")


def field(text: bytes) -> bytes:
    return b"POST /x HTTP/1.1\r\nHost: x\r\n" + text + b"\r\n\r\n"


REFUSED = {
    "another protocol": b"\x16\x03\x01\x02\x00\x01",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.2": GET.replace(b"1.1", b"1.2"),
    "no version": b"GET /x\r\n\r\n",
    "a space in the target": GET.replace(b"/x", b"/x y"),
    "letters beyond ASCII in the target": GET.replace(b"/x", "/ü".encode()),
    "a field without colon": field(b"abc"),
    "a field without name": field(b": abc"),
    "a space before the colon": field(b"Content-Length : 0"),
    "a folded field": field(b"Accept: a,\r\n b"),
    "a folded field at first": b"GET /x HTTP/1.1\r\n Host: x\r\n\r\n",
    "a byte 0": field(b"Accept: \0"),
    "a bare carriage return": field(b"Accept: a\rb"),
    "two lengths": field(b"Content-Length: 5\r\nContent-Length: 5"),
    "a list of lengths": field(b"Content-Length: 5, 5"),
    "a length with a sign": field(b"Content-Length: +5"),
    "no length": field(b"Content-Length:"),
    "a length past all bounds": field(b"Content-Length: " + b"9" * 20),
    "a length and chunks": field(b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
    "another coding": field(b"Transfer-Encoding: gzip, chunked"),
    "no coding at all": field(b"Transfer-Encoding: identity"),
    "chunks twice": field(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    "chunks in HTTP/1.0": field(b"Transfer-Encoding: chunked").replace(b"1.1", b"1.0"),
    "a size that is none": CHUNKED_HEAD + b"zz\r\n",
    "a size with a sign": CHUNKED_HEAD + b"-3\r\n",
    "a size in C": CHUNKED_HEAD + b"0x3\r\n",
    "a size past all bounds": CHUNKED_HEAD + b"F" * 16 + b"\r\n",
    "a size without end": CHUNKED_HEAD + b"3;" + b"a" * 5000,
    "a chunk that is longer than its size": CHUNKED_HEAD + b"3\r\nASK{}\r\n",
    "bare line feeds between chunks": CHUNKED_HEAD + b"3\nASK\n",
    "thousands of tiny chunks": CHUNKED_HEAD + b"1\r\na\r\n" * 2000,
    "trailers without end": CHUNKED_HEAD + b"0\r\n" + b"a: b\r\n" * 5000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(name: str) -> None:
    incoming = Incoming()
    incoming.take(REFUSED[name])
    assert incoming.refusal
    assert incoming.refusal.status == 400
    assert not incoming.over


def test_long_field_that_ends_badly_takes_no_time() -> None:
    incoming, started = Incoming(), time.perf_counter()
    incoming.take(field(b"X:" + b" " * (HEAD_MOST - 100) + b"\x01"))
    assert time.perf_counter() - started < 1  # if a space may be of two parts of a field, half a minute
    assert incoming.refusal
    assert incoming.refusal.status == 400


def test_many_chunks_may_come_where_they_are_not_tiny() -> None:
    incoming = Incoming()
    incoming.take(CHUNKED_HEAD + b"20\r\n%s\r\n" % (b"a" * 32) * 5000 + b"0\r\n\r\n")
    assert incoming.over


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * TARGET_MOST, 414),
        (b"GET / HTTP/1.1\r\n" + b"X:\r\n" * HEAD_MOST, 431),
        (GET.replace(b"/x", b"/" + b"a" * TARGET_MOST), 414),
        (GET[:-2] + b"X: " + b"a" * HEAD_MOST, 431),
        (GET[:-2] + b"X: " + b"a" * HEAD_MOST + b"\r\n\r\n", 431),
        (GET[:-2] + b"X: a\r\n" * FIELDS_MOST + b"\r\n", 431),
    ],
)
def test_head_past_the_limits_is_refused(request_bytes: bytes, status: int) -> None:
    incoming = Incoming()
    assert incoming.take(request_bytes) == b""
    assert incoming.refusal
    assert incoming.refusal.status == status
