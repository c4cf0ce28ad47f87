"""What is sent to do harm, or is as bad by mistake, has its finding, in little time and memory; nothing is fetched."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from citydiplomacy.names import Names
from citydiplomacy.submission.submitting import MIB, Bounds, Job, submit
from citydiplomacy.submission.uploads import Upload

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"
NAMES = Names("https://example.org/mini/", "mini")
BOUNDS = Bounds(bytes=64 * MIB, memory=2048 * MIB, seconds=30)
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
TEXT = '<rdf:Description rdf:about="http://a/"><e:p>{}</e:p></rdf:Description></rdf:RDF>'


def xml(entities: str, text: str) -> str:
    return f"<!DOCTYPE x {entities}>{RDF}{TEXT.format(text)}"


LAUGHS = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "ha"}">' for n in range(12))
MANY = "".join(f'<!ENTITY e{n} "x">' for n in range(200))


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket of this machine that nobody should call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("laughs.rdf", xml(f"[{LAUGHS}]", "&b11;"), "xml-entity"),
        ("quadratic.rdf", xml(f'[<!ENTITY a "{"x" * 250}">]', "&a;" * 200_000), "xml-entity"),
        ("many.rdf", xml(f"[{MANY}]", "x"), "xml-entity"),
        ("file.rdf", xml('[<!ENTITY a SYSTEM "file:///etc/passwd">]', "&a;"), "xml-entity"),
        ("one-text.ttl", f'<http://a/> <http://b/> "{"x" * 17 * MIB}" .', "syntax-long"),
        ("one-text.jsonld", f'{{"@id": "http://a/", "http://b/": "{"x" * 17 * MIB}"}}', "syntax-long"),
        ("open-text.ttl", f'<http://a/> <http://b/> "{"x" * 10 * MIB}', "syntax-string"),
        ("nothing.ttl", "\0" * MIB, "syntax-character"),
        ("spaces.nt", "<http://a/>" + " " * 10 * MIB + "x\n", "syntax-expected"),
        ("digits.jsonld", f'{{"@id": "http://a/", "http://b/": {"1" * MIB}}}', "syntax-json"),
        ("open.ttl", "<" * MIB, "syntax-iri"),
    ],
)
def test_hostile_file_has_its_finding(name: str, text: str, code: str) -> None:
    report = submit(Job((Upload(name, text.encode()),), SMALL, NAMES, bounds=BOUNDS))
    assert set(report.counts) == {code}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.ttl", "<http://a/{n}> <http://b/{n}> <http://c/{n}> .\n"),
        ("a.nt", '<http://a/{n}> <http://b/> "text" \n'),
        ("a.ttl", ":a :b :c{n} .\n"),
        ("a.trig", "<https://example.org/mini/passage/letter/1> {{ <http://a/{n}> a <http://b/{n}> . }}\n"),
    ],
)
def test_very_many_findings_are_counted_and_few_are_listed(name: str, line: str) -> None:
    text = "".join(line.format(n=number) for number in range(100_000))
    report = submit(Job((Upload(name, text.encode()),), SMALL, NAMES, bounds=BOUNDS))
    assert 100 <= len(report.findings) <= 1000
    assert report.unlisted == sum(report.counts.values()) - len(report.findings)


def test_keys_without_meaning_are_told_up_to_a_hundred() -> None:
    text = "{" + ",".join(f'"key{number}": {number}' for number in range(50_000)) + "}"
    report = submit(Job((Upload("keys.jsonld", text.encode()),), SMALL, NAMES, bounds=BOUNDS))
    assert report.counts == {"key-without-meaning": 100, "nothing-stated": 1}


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("context.jsonld", '{{"@context": "http://{0}/c", "@id": "http://a/", "http://p/": 1}}'.format),
        ("import.jsonld", '{{"@context": {{"@import": "http://{0}/c"}}, "http://p/": 1}}'.format),
        ("inner.jsonld", '{{"@context": {{"a": {{"@id": "http://a/", "@context": "http://{0}/c"}}}}, "a": 1}}'.format),
        ("imports.ttl", "<http://{0}/> <http://www.w3.org/2002/07/owl#imports> <http://{0}/o> .".format),
        ("dtd.rdf", lambda host: xml(f'SYSTEM "http://{host}/d"', "x")),
        ("part.rdf", lambda host: xml(f'[<!ENTITY % p SYSTEM "http://{host}/d"> %p;]', "x")),
        ("entity.rdf", lambda host: xml(f'[<!ENTITY p SYSTEM "http://{host}/d">]', "&p;")),
    ],
)
def test_nothing_is_fetched(name: str, write: Callable[[str], str], listening: socket.socket) -> None:
    host = "{}:{}".format(*listening.getsockname())
    report = submit(Job((Upload(name, write(host).encode()),), SMALL, NAMES, bounds=BOUNDS))
    assert report.findings
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize("query", ["SERVICE <http://{}/> {{ ?s ?p ?o }}", "\\\\u0053ERVICE<http://{}/> {{ ?s ?p ?o }}"])
def test_queries_in_shapes_fetch_nothing(query: str, listening: socket.socket) -> None:
    host = "{}:{}".format(*listening.getsockname())
    shape = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:sparql"
    )
    select = f'[ sh:select "SELECT $this {{ $this <urn:a#b> <urn:c#d> . {query.format(host)} }}" ] .'
    job = Job(
        (Upload("a.ttl", b"<urn:a> <urn:p> 1 ."),), SMALL, NAMES, shapes=Upload("s.ttl", f"{shape} {select}".encode())
    )
    assert set(submit(job).counts) == {"shapes-query"}
    with pytest.raises(BlockingIOError):
        listening.accept()
