"""Finding by name: folding, beginnings, slips, several languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citydiplomacy.searching import Entry, Index, distance, words

NAMES = {
    "uclg": ("United Cities and Local Governments", "Vereinte Städte und lokale Regierungen", "UCLG"),
    "uclg-africa": ("United Cities and Local Governments of Africa", "UCLG Africa"),
    "zurich": ("Zurich", "Zürich"),
    "sao-paulo": ("São Paulo",),
    "mmc": ("Mayors Migration Council", "MMC"),
    "launch": ("Launch of the Mayors Migration Council",),
    "bristol": ("Bristol",),
}
INDEX = Index(Entry(f"id:{key}", {"en": names[0]}, names) for key, names in NAMES.items())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bristol", "bristol"),
        ("Brsitol", "bristol"),
        ("Bristlo", "bristol"),
        ("bris", "bristol"),
        ("Zürich", "zurich"),
        ("zurich", "zurich"),
        ("Zuerich", "zurich"),
        ("sao paulo", "sao-paulo"),
        ("uclg", "uclg"),
        ("UCLG Africa", "uclg-africa"),
        ("vereinte städte", "uclg"),
        ("who funds the Mayors Migration Council?", "mmc"),
        ("mayor migration counsil", "mmc"),
    ],
)
def test_finds(text: str, first: str) -> None:
    assert INDEX.search(text)[0].entry.iri == f"id:{first}"


@pytest.mark.parametrize("text", ["", "  ", "?!", "xyzzy", "Brussels"])
def test_finds_nothing_where_nothing_is_called_so(text: str) -> None:
    assert INDEX.search(text) == []


def test_small_words_count_only_where_there_are_no_others() -> None:
    assert {hit.entry.iri for hit in INDEX.search("of")} == {"id:uclg-africa", "id:launch"}
    assert [hit.entry.iri for hit in INDEX.search("of Bristol")] == ["id:bristol"]


def test_knows_whether_a_whole_name_was_said() -> None:
    hits = {hit.entry.iri: hit.whole for hit in INDEX.search("who funds the Mayors Migration Council")}
    assert hits["id:mmc"]
    assert not hits["id:launch"]


def test_more_passages_come_first_among_equals() -> None:
    entries = [Entry(f"id:{n}", {}, ("Athens",), passages=n) for n in (1, 9, 3)]
    assert [hit.entry.passages for hit in Index(entries).search("athens")] == [9, 3, 1]


def test_label_falls_back_to_another_language_and_to_the_iri() -> None:
    assert Entry("urn:x/y", {"de": "Wien"}, ("Wien",)).label("en") == "Wien"
    assert Entry("urn:x/y", {}, ()).label("en") == "y"


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("", "ab", 2)]
)
def test_distance_counts_slips(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


@given(st.text(max_size=60), st.integers(1, 50))
def test_any_text_is_answered(text: str, limit: int) -> None:
    hits = INDEX.search(text, limit)
    assert len(hits) <= limit
    assert all(hit.score > 0 for hit in hits)


def test_words_are_folded() -> None:
    assert words("São-Paulo, Straße_2") == ["sao", "paulo", "strasse", "2"]
