"""Each must-fail file yields the finding that its first lines name, at that line, alone; must-pass files nothing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from citydiplomacy.submission.catalogue import codes

CORPUS = Path(__file__).resolve().parent / "corpus"
FAIL, PASS = sorted((CORPUS / "fail").iterdir()), sorted((CORPUS / "pass").iterdir())
EXPECTED = re.compile(r"must fail: (?P<code>[\w-]+) in line (?P<line>\d+)")
# Codes no file can show by itself: the source text or shapes are sent along, the engine's own words, JSON's depth.
ELSEWHERE = {"syntax", "syntax-depth", "not-utf-8", "record-twice", "graph-without-provenance", "blank-text", "digest"}
ELSEWHERE |= {"source-unknown", "disjoint-classes", "shapes-malformed", "shapes-unknown-term", "shapes-pattern"}
ELSEWHERE |= {"shapes-aimless"}


def expected(path: Path) -> tuple[str, int]:
    """The code and the line that one of a file's first lines names."""
    match = EXPECTED.search("".join(path.read_text(encoding="utf-8").splitlines()[:6]))
    assert match, f"{path.name} does not say what must be found"
    return match["code"], int(match["line"])


def test_finds_the_whole_corpus() -> None:
    assert len(FAIL) >= 200
    assert len(PASS) >= 6
    syntaxes = Counter(path.suffix for path in FAIL)
    assert set(syntaxes) == {".trig", ".ttl", ".nt", ".nq", ".jsonld", ".rdf"}
    assert min(syntaxes.values()) >= 9


@pytest.mark.parametrize("path", FAIL, ids=lambda path: path.name)
def test_must_fail_file_yields_its_finding_at_its_line_and_nothing_else(path: Path, verdict) -> None:  # type: ignore[no-untyped-def]
    report = verdict(path.name, path.read_bytes())
    found = [(one.code, one.line) for one in report.findings]
    assert found == [expected(path)], "\n".join(one.text() for one in report.findings)
    assert all(one.column for one in report.findings)


@pytest.mark.parametrize("path", PASS, ids=lambda path: path.name)
def test_must_pass_file_yields_nothing(path: Path, verdict) -> None:  # type: ignore[no-untyped-def]
    report = verdict(path.name, path.read_bytes())
    assert report.findings == [], "\n".join(one.text() for one in report.findings)
    assert report.conforms


def test_every_code_has_a_file_that_must_fail_or_a_test_of_its_own() -> None:
    shown = {expected(path)[0] for path in FAIL}
    assert set(codes()) - shown == ELSEWHERE


def test_messages_come_in_german_too(verdict) -> None:  # type: ignore[no-untyped-def]
    for path in FAIL:
        english, german = (verdict(path.name, path.read_bytes(), language=one) for one in ("en", "de"))
        pairs = [(a.code, a.line) for a in english.findings], [(b.code, b.line) for b in german.findings]
        assert pairs[0] == pairs[1]
        assert english.findings[0].message != german.findings[0].message or english.findings[0].code == "digest"


def test_files_are_named_after_what_must_be_found() -> None:
    for path in FAIL:
        assert path.name.startswith(expected(path)[0].lower() + "-"), path.name
