"""Answers as tables and pictures."""

from citydiplomacy.web.captions import Mark, captions
from citydiplomacy.web.pictures import bars, counted, dots, globe, network, project, views, years
from citydiplomacy.web.tables import Table, tabulate

GYEAR = "http://www.w3.org/2001/XMLSchema#gYear"


def answer(*rows: dict[str, str]) -> Table:
    """A table of rows whose values are IRIs (``:name``), years or words."""
    variables = list(dict.fromkeys(name for row in rows for name in row))

    def term(text: str) -> dict[str, str]:
        if text.startswith((":", "p:")):
            return {"type": "uri", "value": text}
        if text.isdigit():
            return {"type": "literal", "value": text, "datatype": GYEAR}
        return {"type": "literal", "value": text}

    bindings = [{name: term(value) for name, value in row.items() if value} for row in rows]
    return tabulate({"head": {"vars": variables}, "results": {"bindings": bindings}}, ("p:",), str.upper)


def test_rows_that_differ_in_their_passage_only_are_one() -> None:
    table = answer(
        {"city": ":a", "cityLabel": "A", "passage": "p:1"},
        {"city": ":a", "cityLabel": "A", "passage": "p:2"},
        {"city": ":b", "cityLabel": "", "passage": "p:1"},
    )
    assert table.columns == ("city",)
    assert [(row.cells[0].text, row.graphs) for row in table.rows] == [("A", ("p:1", "p:2")), (":B", ("p:1",))]


def test_years_sort_by_value_and_empty_cells_last() -> None:
    table = answer({"year": "900"}, {"year": "1000"}, {"year": "", "x": "y"})
    assert [row.cells[0].text for row in table.sorted("year").rows] == ["900", "1000", ""]


def test_pictures_follow_the_columns() -> None:
    table = answer({"one": ":a", "other": ":b", "year": "2018"}, {"one": ":a", "other": ":c", "year": "2020"})
    assert views(table) == ["table", "network", "timeline"]
    drawn = network(table)
    assert {node.cell.iri: node.degree for node in drawn.nodes} == {":a": 2, ":b": 1, ":c": 1}
    assert network(table) == drawn
    assert [(one.year, one.count) for one in years(table)] == [(2018, 1), (2019, 0), (2020, 1)]


def test_chart_counts_recurring_values() -> None:
    table = answer({"kind": "a", "x": "1"}, {"kind": "a", "x": "2"}, {"kind": "b", "x": "3"})
    assert counted(table)[0] == "kind"
    assert [(bar.cell.text, bar.count, bar.share) for bar in bars(table, "kind")] == [("a", 2, 1.0), ("b", 1, 0.5)]


def test_map_projects_and_counts_what_it_can_not_place() -> None:
    table = answer(
        {"city": ":a", "latitude": "0.0", "longitude": "0.0"}, {"city": ":b", "latitude": "", "longitude": ""}
    )
    placed, missing = dots(table)
    assert [(one.x, one.y) for one in placed] == [project(0, 0)]
    assert missing == 1
    assert globe().startswith("M")


def test_timeline_of_wanted_years_has_just_these() -> None:
    table = answer({"year": "1996", "x": "a"}, {"year": "2005", "x": "b"}, {"year": "2006", "x": "c"})
    assert [(one.year, one.count) for one in years(table, range(2004, 2007))] == [(2004, 0), (2005, 1), (2006, 1)]


def test_captions_stand_where_there_is_room() -> None:
    marks = tuple(Mark(x, 50.0, 5.0, name) for x, name in ((100.0, "first"), (150.0, "second"), (20.0, "third")))
    first, second, third = captions(marks, 190.0, 100.0)
    assert first
    assert (first.anchor, first.x) == ("start", 108.0)
    assert second
    assert second.anchor == "middle"  # right of it the picture ends, left of it stands the first one's name
    assert third
    assert third.anchor == "start"


def test_caption_without_room_is_left_out() -> None:
    marks = (Mark(50.0, 50.0, 5.0, "first"), Mark(55.0, 55.0, 5.0, "a name of some length"))
    assert [bool(one) for one in captions(marks, 150.0, 100.0)] == [True, False]


def test_long_names_keep_their_ends() -> None:
    (caption,) = captions((Mark(10.0, 50.0, 5.0, "United Cities and Local Governments of Africa"),), 960.0, 100.0)
    assert caption
    assert caption.text == "United Cities and L…ents of Africa"
