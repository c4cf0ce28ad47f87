"""Passages: ranges, pages, digests."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from citydiplomacy.evidence import LineRange, SourceText, pair_ranges

TEXT = b" one\ntwo\n three\nfour\nfive\n "


def test_pairs_ranges_in_any_order() -> None:
    assert pair_ranges([42, 7], [9, 42]) == (LineRange(7, 9), LineRange(42, 42))


@pytest.mark.parametrize(
    ("firsts", "lasts"), [([], []), ([1], []), ([3], [2]), ([0], [2]), ([1, 2], [3, 4]), ([1, 3], [3, 4])]
)
def test_refuses_what_is_no_set_of_disjoint_ranges(firsts: list[int], lasts: list[int]) -> None:
    with pytest.raises(ValueError):
        pair_ranges(firsts, lasts)


def test_digest_equals_sed_and_sha256sum(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(TEXT)
    lines = subprocess.run(["sed", "-n", "2,4p", str(path)], capture_output=True, check=True).stdout
    total = subprocess.run(["sha256sum"], input=lines, capture_output=True, check=True).stdout
    assert SourceText(TEXT).digest((LineRange(2, 4),)) == total.decode().split()[0]


def test_digest_of_several_ranges_is_of_their_lines_in_order() -> None:
    expected = hashlib.sha256(b" one\nfour\nfive\n").hexdigest()
    assert SourceText(TEXT).digest((LineRange(1, 1), LineRange(4, 5))) == expected


def test_page_starts_where_a_line_starts_with_a_space() -> None:
    source = SourceText(TEXT)
    assert [source.page(line) for line in range(1, 6)] == [1, 1, 2, 2, 2]


def test_last_line_feed_and_lone_space_are_no_lines() -> None:
    assert len(SourceText(TEXT)) == 5


def test_first_line_without_a_space_still_starts_page_one() -> None:
    assert [SourceText(b"a\n b\n").page(line) for line in (1, 2)] == [1, 2]
