"""Names found in a scan: lost umlauts, broken and joined words, short names, names inside longer ones."""

import pytest

from citydiplomacy.mentions import FoldedText, Mention, Span, find_mentions, find_spans

FOUND = [
    ("Städtenetzwerk", "das Stadtenetzwerk C40"),
    ("Globaler Pakt für Migration", "Globaler Pakt fir Migration"),
    ("Globaler Pakt für Migration", "Globaler Pakt flr Migration"),
    ("Zürich", "in Zurich."),
    ("Mayors Migration Council", "der Mayors Migra-\ntion Council"),
    ("Global Mayoral Forum", "GlobalMayoralForum in Quezon"),
    ("IOM", "von |IOM, UCLG"),
    ("IOM", "im Rahmen von IOM’s Dialog"),
    ("GFMD", "GFMD-Webinare"),
    ("Freetown", "Freetowns Rolle"),
    ("Netzwerk", "des Netzwerkes"),
    ("UCLG", "die UCLG seit 2004"),
    ("Mayors Mechanism", "der Mayors Mechanism\nstellt"),
    ("Montreal", "in Montreal entstand"),
]
NOT_FOUND = [
    ("ODI", "Melodie und Odi"),
    ("IOM", "iom"),
    ("Rom", "Strom und Romane"),
    ("Amman", "Gammanns"),
    ("Milan", "Milanese"),
]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_finds_a_name_in_spite_of_the_scan(name: str, text: str) -> None:
    assert [one.thing for one in find_mentions(FoldedText(text.split("\n")), [("x", name)])] == ["x"]


@pytest.mark.parametrize(("name", "text"), NOT_FOUND)
def test_does_not_find_a_name_inside_a_word(name: str, text: str) -> None:
    assert not find_mentions(FoldedText([text]), [("x", name)])


def test_a_name_inside_a_longer_one_is_no_mention_of_its_own() -> None:
    names = [("uclg", "UCLG"), ("uclg-africa", "UCLG Africa")]
    assert find_mentions(FoldedText(["UCLG Africa und UCLG"]), names) == [
        Mention(1, 1, "uclg", "UCLG"),
        Mention(1, 1, "uclg-africa", "UCLG Africa"),
    ]


def test_two_things_of_one_name_are_both_mentioned() -> None:
    names = [("athens", "Athen"), ("place-athens", "Athen")]
    assert len(find_mentions(FoldedText(["in Athen"]), names)) == 2


def test_a_mention_over_a_line_end_tells_both_lines() -> None:
    text = FoldedText(["", "der Mayors", "Mechanism"])
    assert find_mentions(text, [("mm", "Mayors Mechanism")]) == [Mention(2, 3, "mm", "Mayors Mechanism")]


def test_skipped_lines_are_not_searched() -> None:
    text = FoldedText(["https://uclg.org/UCLG", "UCLG"], frozenset({1}))
    assert [one.first for one in find_mentions(text, [("uclg", "UCLG")])] == [2]


def test_a_span_tells_the_columns_of_what_is_read() -> None:
    lines = ["(Straße des Mayors", "Mechanism, Zürich)"]
    spans = find_spans(FoldedText(lines), [("mm", "Mayors Mechanism"), ("zurich", "Zürich"), ("road", "Straße")])
    assert spans == [
        Span(1, 1, 1, 7, "road", "Straße"),
        Span(1, 12, 2, 9, "mm", "Mayors Mechanism"),
        Span(2, 11, 2, 17, "zurich", "Zürich"),
    ]


@pytest.mark.parametrize(("text", "read"), [("Athens Rat", "Athens"), ("Athen er", "Athen"), ("Athen seit", "Athen")])
def test_a_span_holds_the_name_with_its_ending_and_nothing_of_the_next_word(text: str, read: str) -> None:
    assert [text[one.start : one.end] for one in find_spans(FoldedText([text]), [("x", "Athen")])] == [read]


def test_spans_do_not_overlap() -> None:
    names = [("forum", "Global Forum"), ("place", "Forum Athen"), ("athens", "Athen"), ("city", "Athen")]
    assert [(one.start, one.end, one.thing) for one in find_spans(FoldedText(["Global Forum Athen"]), names)] == [
        (0, 12, "forum")
    ]
    assert [one.thing for one in find_spans(FoldedText(["in Athen"]), names)] == ["athens"]
