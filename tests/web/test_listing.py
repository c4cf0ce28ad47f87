"""What was sent, with what was found at its lines."""

from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.web.listing import list_file


def at(line: int, column: int = 1, length: int = 3, replacement: str = "<x:right>") -> Reported:
    return Reported("f.ttl", line, "code", "message", column=column, length=length, replacement=replacement)


TEXT = "\n".join(f"abcdefghi {number}" for number in range(1, 21))


def test_lines_with_findings_stand_with_those_around_them() -> None:
    listing = list_file("f.ttl", TEXT, "turtle", [at(1), at(5), at(19), at(0)])
    assert [[line.number for line in run] for run in listing.runs] == [[1, 2, 3, 4, 5, 6, 7], [17, 18, 19, 20]]
    assert [line.number for run in listing.runs for line in run if line.findings] == [1, 5, 19]
    assert len(listing.loose) == 1


def test_what_is_meant_is_cut_out_of_its_line() -> None:
    listing = list_file("f.ttl", TEXT, "turtle", [at(2, 5, 2), at(2, 1, 2), at(2, 2, 3)])
    line = listing.runs[0][1]
    assert [one for one in line.pieces if one[0]] == [("ab", True), ("cd", False), ("ef", True), ("ghi 2", False)]
    assert len(line.findings) == 3


def test_long_lines_are_cut() -> None:
    listing = list_file("f.ttl", "x" * 5000 + "abc" + "y" * 5000, "turtle", [at(1, 5001, 3)])
    pieces = listing.runs[0][0].pieces
    assert ("abc", True) in pieces
    assert sum(len(text) for text, _ in pieces) < 500


def test_only_texts_that_are_written_in_one_way_are_mended() -> None:
    assert list_file("f.ttl", TEXT, "turtle", [at(1)]).can_mend(at(1))
    assert not list_file("f.jsonld", TEXT, "jsonld", [at(1)]).can_mend(at(1))
    assert not list_file("f.ttl", TEXT, "turtle", [at(1)]).can_mend(at(1, replacement=""))


def test_findings_of_other_files_are_left_out() -> None:
    assert list_file("g.ttl", TEXT, "turtle", [at(1)]).runs == ()
