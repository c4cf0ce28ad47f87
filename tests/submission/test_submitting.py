"""A submission is judged in a process of its own, which is stopped when it wants too much, and keeps nothing."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from citydiplomacy.cli import main
from citydiplomacy.errors import BodyTooBig, SubmissionTooBig, UnsupportedMediaType
from citydiplomacy.names import Names
from citydiplomacy.repository import Repository
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.submitting import MIB, Bounds, Job, submit, unpack
from citydiplomacy.submission.syntaxes import Upload, read

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "fixtures" / "small"
NAMES = Names("https://example.org/mini/", "mini")
LETTER = (SMALL / "data" / "claims" / "letter" / "letter.trig").read_bytes()


def job(*uploads: Upload, **more: object) -> Job:
    return Job(uploads, SMALL, NAMES, **more)  # type: ignore[arg-type]


def test_data_of_the_repository_conforms() -> None:
    report = submit(job(Upload("letter.trig", LETTER)))
    assert report.conforms
    assert report.findings == []


def test_our_own_data_conforms_together_and_file_by_file(real_repository: Repository, real: Published) -> None:
    uploads = [Upload(real_repository.relative(path), path.read_bytes()) for path in real_repository.data_files]
    together = submit(Job(tuple(uploads), real_repository.root, real_repository.names, alone=True))
    assert (together.conforms, together.severities.get("warning", 0)) == (True, 0)
    for upload in uploads:
        report = judge([upload], real)
        assert report.conforms, "\n".join(one.text() for one in report.findings)


def test_digests_hold_with_the_source_text_and_not_with_another() -> None:
    text = (SMALL.parent / "letter.txt").read_bytes()
    assert submit(job(Upload("letter.trig", LETTER), source=text)).findings == []
    wrong = LETTER.replace(b'"8aed6411', b'"9aed6411')
    assert [one.code for one in submit(job(Upload("a.trig", wrong), source=text)).findings] == ["digest"]
    other = submit(job(Upload("letter.trig", LETTER), source=b"another text\n"))
    assert [one.code for one in other.findings] == ["source-unknown"]


def test_a_job_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(SubmissionTooBig):
        submit(job(Upload("letter.trig", LETTER), bounds=Bounds(seconds=0.05)))


def test_a_job_that_wants_too_much_memory_is_stopped() -> None:
    large = b"".join(b'<http://a/%d> <http://b/> "%d" .\n' % (number, number) for number in range(400_000))
    with pytest.raises(SubmissionTooBig):
        submit(job(Upload("large.nt", large), bounds=Bounds(memory=200 * MIB)))


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("deep", "[" * 200_000, "syntax-expected"),
        ("deep.jsonld", "[" * 200_000, "syntax-depth"),
        ("deep", '{"a":' * 100_000, "syntax-depth"),
        ("deep", "<http://a> <http://b> " + "[ <http://c> " * 50_000, "syntax-depth"),
        ("deep", "<http://a> <http://b> " + "( " * 50_000, "syntax-depth"),
        ("deep.rdf", "<a>" * 100_000, "syntax-depth"),
    ],
)
def test_deep_nesting_is_a_finding_and_harms_nobody(name: str, text: str, code: str) -> None:
    assert [one.code for one in submit(job(Upload(name, text.encode()))).findings] == [code]


def test_more_bytes_than_are_judged_are_refused() -> None:
    with pytest.raises(BodyTooBig):
        submit(job(Upload("letter.trig", LETTER), bounds=Bounds(bytes=100)))


def test_a_body_that_unpacks_without_end_is_refused() -> None:
    packed = zlib.compress(b"0" * 50 * MIB)
    assert len(packed) < 100_000
    with pytest.raises(BodyTooBig):
        unpack(packed, "gzip", MIB)
    assert unpack(zlib.compress(b"abc"), "deflate", 10) == b"abc"
    for data, encoding in ((b"abc", "gzip"), (b"abc", "br")):
        with pytest.raises(UnsupportedMediaType):
            unpack(data, encoding, 10)


def test_command_mends_and_says_by_its_exit_code_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.trig"
    options = ["--root", str(SMALL)]
    file.write_bytes(LETTER)
    assert main(["validate", str(file), *options]) == 0
    file.write_bytes(LETTER.replace(b"a :Membership", b"a :membership"))
    assert main(["validate", str(file), *options]) == 1
    assert main(["validate", str(file), "--fix", *options]) == 0
    assert file.read_bytes() == LETTER
    file.write_bytes(LETTER[:-4])
    assert main(["validate", str(file), *options]) == 2
    assert main(["validate", str(tmp_path / "none"), *options]) == 2
    assert "mine.trig" in capsys.readouterr().out


def test_command_says_why_it_does_not_rewrite_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.jsonld"
    context = '{"c": "https://example.org/mini/ontology#", "id": "https://example.org/mini/id/"}'
    text = f'{{"@context": {context}, "@id": "id:x", "@type": "c:person"}}'
    file.write_text(text)
    assert main(["validate", str(file), "--fix", "--root", str(SMALL)]) == 1
    told = capsys.readouterr()
    assert "1 fixes are known and not written into jsonld" in told.err
    assert "can be mended by --fix" not in told.out
    assert file.read_text() == text
    assert main(["validate", str(file), "--patch", "--root", str(SMALL)]) == 1
    assert "ontology#Person>" in capsys.readouterr().out


SHAPE = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/mini/ontology#> .\n"
PREFIX = SHAPE + "<urn:s> a sh:NodeShape ; sh:targetClass :Person ;\n"


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        ("sh:property [ sh:path :year ; sh:maxCount 9 ] .", []),
        ("sh:property [ sh:path :year ; sh:minCount 1 ] .", ["urn:s", "urn:s"]),
        ("sh:property [ sh:path :year ;", ["syntax-end"]),
    ],
)
def test_own_shapes_are_linted_and_then_used(shape: str, codes: list[str]) -> None:
    report = submit(job(Upload("letter.trig", LETTER), shapes=Upload("mine.ttl", (PREFIX + shape).encode())))
    assert [one.code for one in report.findings] == codes


def test_own_shape_that_can_not_fire_is_told_and_the_others_are_used() -> None:
    aimless = "<urn:idle> a sh:NodeShape ;\n  sh:property [ sh:path :year ; sh:minCount 1 ] .\n"
    shapes = Upload("mine.ttl", (PREFIX + "sh:property [ sh:path :year ; sh:maxCount 0 ] .\n" + aimless).encode())
    report = submit(job(Upload("letter.trig", LETTER), shapes=shapes))
    assert [(one.file, one.line, one.code) for one in report.findings] == [("mine.ttl", 4, "shapes-aimless")]
    assert report.conforms
    assert report.shapes == {"urn:s": 2}
    assert (report.counts, report.severities) == ({"shapes-aimless": 1}, {"warning": 1})
    assert [one.name for one in report.files] == ["letter.trig", "mine.ttl"]


@pytest.mark.parametrize(
    ("name", "said", "data", "syntax", "known_by"),
    [
        ("a.ttl", "", b"<http://a/> a <http://b/> .", "turtle", "suffix"),
        ("a.ttl", "application/trig", b"<http://a/> a <http://b/> .", "trig", "header"),
        ("a", "text/plain", b"<http://a/> <http://b/> <http://c/> .\n", "ntriples", "content"),
        ("a", "", b"<http://a/> <http://b/> <http://c/> <http://g/> .\n", "nquads", "content"),
        ("a", "", b'{"@id": "http://a/", "http://b/": 1}', "jsonld", "content"),
        ("a", "", b"<?xml version='1.0'?><x/>", "rdfxml", "content"),
        ("a", "application/json; charset=utf-8", b"{}", "jsonld", "header"),
        ("a", "", b"PREFIX : <http://a/> :a :b :c .", "trig", "content"),
    ],
)
def test_syntax_is_known_by_header_suffix_or_content(
    name: str, said: str, data: bytes, syntax: str, known_by: str
) -> None:
    document = read(Upload(name, data, said))
    assert (document.syntax, document.known_by) == (syntax, known_by)
