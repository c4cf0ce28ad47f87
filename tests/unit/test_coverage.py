"""The account of every line of a source, and of what it names."""

import json
from pathlib import Path

import pytest

from citydiplomacy.cli import main
from citydiplomacy.content import read_content
from citydiplomacy.coverage import BLANK, UNACCOUNTED, USED, Coverage, cover
from citydiplomacy.errors import RepositoryError
from citydiplomacy.evidence import LineRange, SourceText, read_source
from citydiplomacy.repository import open_repository

LETTER = Path(__file__).resolve().parents[1] / "fixtures" / "letter.txt"
OMISSION = """
sec:greeting :omissionReason <https://example.org/mini/id/omission-heading> ; :firstLine 1 ; :lastLine 1 .
"""


def covered(root: Path) -> Coverage:
    return cover(read_content(open_repository(root)), read_source(LETTER))


def test_lines_are_used_or_unaccounted(small: Path) -> None:
    coverage = covered(small)
    assert coverage.lines == (UNACCOUNTED, USED, USED, USED, USED)
    assert list(coverage.ranges(UNACCOUNTED)) == [LineRange(1, 1)]
    assert coverage.share == 0.8


def test_an_omission_accounts_for_its_lines(small: Path) -> None:
    with (small / "data/sources/letter.ttl").open("a") as record:
        record.write(OMISSION)
    coverage = covered(small)
    assert coverage.counts == {USED: 4, "heading": 1}
    assert coverage.share == 1


def test_blank_lines_need_no_account(small: Path, tmp_path: Path) -> None:
    content = read_content(open_repository(small))
    text = LETTER.read_bytes().replace(b" Dear Bob,", b"  ")
    content.documents[next(iter(content.documents))] = SourceText(text).sha256
    assert cover(content, SourceText(text)).lines[0] == BLANK


def test_a_mention_in_lines_without_a_claim_about_it_shows(small: Path) -> None:
    editorial = small / "data/editorial.trig"
    editorial.write_text(
        editorial.read_text().replace(
            '"Eve"@en , "Eva"@de .', '"Eve"@en , "Eva"@de .\n  id:bob rdfs:label "Bob"@en , "Bob"@de .'
        )
    )
    coverage = covered(small)
    assert [(mention.first, mention.name) for mention in coverage.unused] == [(1, "Bob")]
    assert coverage.mentions == 4


def test_text_of_no_known_document_is_refused(small: Path) -> None:
    with pytest.raises(RepositoryError, match="digest"):
        cover(read_content(open_repository(small)), SourceText(b"something else\n"))


def test_command_prints_the_account(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--root", str(small), "--source", str(LETTER)]) == 1
    told = capsys.readouterr().out
    assert "80.0% of 5 lines accounted for" in told
    assert "unaccounted: line 1" in told


def test_command_prints_the_account_for_machines(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["coverage", "--root", str(small), "--source", str(LETTER), "--format", "json"])
    account = json.loads(capsys.readouterr().out)
    assert account["accountedFor"] == 0.8
    assert [one["kind"] for one in account["lines"]] == ["unaccounted", "used", "used", "used", "used"]
    assert account["lines"][1]["passages"] == ["https://example.org/mini/passage/letter/1"]
