"""Each must-fail file yields the finding that its first lines name, at that line, alone; must-pass files nothing.

Files are judged as their folder says: ``fail`` and ``pass`` by themselves; ``source`` with its note.txt sent along;
``consistency`` without the shapes, which would say the same in other words; ``shapes`` are shapes sent along.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from citydiplomacy.evidence import SourceText
from citydiplomacy.names import Names
from citydiplomacy.submission.catalogue import codes
from citydiplomacy.submission.judging import Settings, judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.submitting import Job, submit
from citydiplomacy.submission.syntaxes import Upload

HERE = Path(__file__).resolve().parent
CORPUS, SMALL = HERE / "corpus", HERE.parent / "fixtures" / "small"
FOLDERS = ("fail", "source", "consistency", "shapes")
FAIL = [
    path for one in FOLDERS for path in sorted((CORPUS / one).iterdir()) if not path.name.startswith(("note.", "pass-"))
]
PASS = [*sorted((CORPUS / "pass").iterdir()), CORPUS / "source" / "pass-note.trig"]
EXPECTED = re.compile(rb"must fail: (?P<code>[\w-]+) in line (?P<line>\d+)")
Judge = Callable[..., Report]


def expected(path: Path) -> tuple[str, int]:
    """The code and the line that one of a file's first lines names."""
    match = EXPECTED.search(b"\n".join(path.read_bytes().split(b"\n")[:6]))
    assert match, f"{path.name} does not say what must be found"
    return match["code"].decode(), int(match["line"])


@pytest.fixture(scope="session")
def judged(published: Published) -> Judge:
    """The verdict on a file of the corpus, judged as its folder says."""
    note = SourceText((CORPUS / "source" / "note.txt").read_bytes())
    without = replace(published, shapes=())

    def verdict(path: Path, language: str = "en") -> Report:
        upload = Upload(path.name, path.read_bytes())
        if path.parent.name == "shapes":
            names = Names("https://example.org/mini/", "mini")
            empty = Upload("a.trig", (SMALL / "data" / "claims" / "letter" / "letter.trig").read_bytes())
            return submit(Job((empty,), SMALL, names, language, shapes=upload))
        source = note if path.parent.name == "source" else None
        against = without if path.parent.name == "consistency" else published
        return judge([upload], against, Settings(language, source))

    return verdict


def test_finds_the_whole_corpus() -> None:
    assert len(FAIL) >= 250
    assert len(PASS) >= 7
    syntaxes = Counter(path.suffix for path in FAIL)
    assert set(syntaxes) == {".trig", ".ttl", ".nt", ".nq", ".jsonld", ".rdf"}
    assert min(syntaxes.values()) >= 9


@pytest.mark.parametrize("path", FAIL, ids=lambda path: path.name)
def test_must_fail_file_yields_its_finding_at_its_line_and_nothing_else(path: Path, judged: Judge) -> None:
    report = judged(path)
    found = [(one.file, one.code, one.line) for one in report.findings]
    assert found == [(path.name, *expected(path))], "\n".join(one.text() for one in report.findings)
    assert all(one.column for one in report.findings)


@pytest.mark.parametrize("path", PASS, ids=lambda path: path.name)
def test_must_pass_file_yields_nothing(path: Path, judged: Judge) -> None:
    report = judged(path)
    assert report.findings == [], "\n".join(one.text() for one in report.findings)
    assert report.conforms


def test_every_code_has_a_file_that_must_fail() -> None:
    too_big_for_a_file = {"syntax-long"}  # test_hostile.py makes one
    assert set(codes()) - {expected(path)[0] for path in FAIL} == too_big_for_a_file


def test_messages_come_in_german_too(judged: Judge) -> None:
    for path in FAIL:
        if path.parent.name != "shapes":  # each takes a process of its own
            english, german = (judged(path, one).findings[0] for one in ("en", "de"))
            assert (english.code, english.line) == (german.code, german.line)
            assert english.message != german.message or english.code in REASONS, path.name


REASONS = {"digest"}  # says in both languages what the check of digests says


def test_files_are_named_after_what_must_be_found() -> None:
    for path in FAIL:
        assert path.name.startswith(expected(path)[0].lower() + "-"), path.name
