"""The rules about graphs, each broken once in a copy of the miniature repository."""

from collections.abc import Callable
from pathlib import Path

import pytest

from citydiplomacy.claims import RULES, check_claims, check_source
from citydiplomacy.content import Content, read_content
from citydiplomacy.evidence import SourceText
from citydiplomacy.repository import open_repository

CLAIMS = "data/claims/letter/letter.trig"
TESTS = Path(__file__).resolve().parents[1]
LETTER = (TESTS / "fixtures" / "letter.txt").read_bytes()
Edit = Callable[[str], str]


def content_with(root: Path, edit: Edit, file: str = CLAIMS) -> Content:
    path = root / file
    text = path.read_text()
    changed = edit(text)
    assert changed != text
    path.write_text(changed)
    return read_content(open_repository(root))


def append(more: str) -> Edit:
    return lambda text: text + more


def replace(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new)


BROKEN = {
    "claim-in-no-passage": append("id:ada a :Person .\n"),
    "blank-node": append("p:2 { id:eve :year [] }\n"),
    "graph-of-no-kind": append("id:ada { id:ada a :Person }\n"),
    "graph-without-provenance": append("<https://example.org/mini/graph/other> { id:ada a :Person }\n"),
    "passage-without-record": append("p:3 { id:ada a :Person }\n"),
    "record-without-claims": append(
        "source:letter { p:3 a :Passage ; :passageOf source:letter ; :inSection sec:ps ; :page 1 ; :firstLine 1 ; "
        ':lastLine 1 ; :sha256 "x" . }\n'
    ),
    "record-in-wrong-place": replace("source:letter {\n  p:2", "source:other {\n  p:2"),
    "record-incomplete": replace(":page 2 ; ", ""),
    "record-lines": replace(':lines "4-5"', ':lines "4-6"'),
    "record-ranges": replace(":firstLine 4 ; :lastLine 5", ":firstLine 5 ; :lastLine 4"),
    "record-twice": append(
        "source:letter { p:2 a :Passage ; :passageOf source:letter ; :inSection sec:ps ; :page 2 ; :firstLine 4 ; "
        ':lastLine 5 ; :sha256 "x" . }\n'
    ),
    "unknown-term": replace("id:eve a :Person", "id:eve a :Persn"),
    "dangling-reference": replace(":member id:ada", ":member id:adaa"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_rule_is_found_with_file_and_line(small: Path, code: str) -> None:
    findings = [f for f in check_claims(content_with(small, BROKEN[code])) if f.code == code]
    assert len(findings) == 1
    assert findings[0].file == CLAIMS
    assert findings[0].line > 0


def test_every_rule_is_broken_by_some_case() -> None:
    assert len(BROKEN) == len(RULES) + 2  # two rules have two codes


def test_miniature_repository_breaks_no_rule(small: Path) -> None:
    content = read_content(open_repository(small))
    assert content.findings == ()
    assert check_claims(content) == []
    assert check_source(content, SourceText(LETTER)) == []


def test_unknown_term_is_answered_with_the_closest(small: Path) -> None:
    findings = check_claims(content_with(small, BROKEN["unknown-term"]))
    assert "ontology#Person" in next(f for f in findings if f.code == "unknown-term").suggestion


def test_changed_digest_fails_against_the_source(small: Path) -> None:
    content = content_with(small, lambda text: text.replace(':sha256 "', ':sha256 "0', 1))
    assert [f.code for f in check_source(content, SourceText(LETTER))] == ["digest"]


def test_claims_moved_to_another_record_fail_against_the_source(small: Path) -> None:
    content = content_with(small, replace(":firstLine 2 ; :lastLine 3", ":firstLine 1 ; :lastLine 3"))
    assert [f.code for f in check_source(content, SourceText(LETTER))] == ["digest"]


def test_wrong_page_fails_against_the_source(small: Path) -> None:
    content = content_with(small, replace(":page 2", ":page 1"))
    assert [f.code for f in check_source(content, SourceText(LETTER))] == ["digest"]


def test_lines_beyond_the_source_fail(small: Path) -> None:
    content = content_with(small, replace(":lastLine 5 ; :lines", ":lastLine 6 ; :lines"))
    assert [f.code for f in check_source(content, SourceText(LETTER))] == ["digest"]


def test_text_of_no_known_document_is_said(small: Path) -> None:
    content = read_content(open_repository(small))
    assert [f.code for f in check_source(content, SourceText(LETTER + b"!\n"))] == ["source-unknown"]
