"""Every statement keeps its line, and what can not be read says where."""

from pathlib import Path

from citydiplomacy.reading import read

TRIG = '''@prefix : <http://e/> .
:g { :a :b :c ,
    :d ;
  :e "x" .
  :q :r """two
lines""" ,
    5 . }
:g2 { :l :list ( :one
  :two ) . :last a :Thing }
:x :y :z .
'''


def test_keeps_the_line_of_every_object(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(TRIG)
    quads, findings = read(path, "a.trig")
    lines = {(str(q.subject)[-1], str(q.object)): q.line for q in quads}
    assert findings == []
    assert lines["a", "http://e/c"] == 2
    assert lines["a", "http://e/d"] == 3
    assert lines["a", "x"] == 4
    assert lines["q", "two\nlines"] == 5
    assert lines["q", "5"] == 7
    assert lines["t", "http://e/Thing"] == 9
    assert lines["x", "http://e/z"] == 10


def test_reads_lists_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(TRIG)
    quads, _ = read(path, "a.trig")
    firsts = [str(q.object) for q in quads if str(q.predicate).endswith("#first")]
    assert sorted(firsts) == ["http://e/one", "http://e/two"]


def test_statements_know_their_graph(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(TRIG)
    quads, _ = read(path, "a.trig", default_graph="http://e/default")
    graphs = {str(q.object): str(q.graph) for q in quads}
    assert graphs["http://e/c"] == "http://e/g"
    assert graphs["http://e/z"] == "http://e/default"


def test_syntax_error_names_file_and_line_and_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text("@prefix : <http://e/> .\n:g { :a :b :c .\n:d foo:e :f . }\n")
    quads, findings = read(path, "a.trig")
    assert len(quads) == 1
    assert [(f.file, f.line, f.code) for f in findings] == [("a.trig", 3, "syntax")]
    assert "foo:" in findings[0].message


def test_file_that_is_not_utf8_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"<http://e/a> <http://e/b>\n'\xff' .")
    _, findings = read(path, "a.ttl")
    assert [(f.line, f.code) for f in findings] == [(2, "not-utf-8")]


def test_unfinished_file_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text("@prefix : <http://e/> .\n:g { :a :b :c .\n")
    _, findings = read(path, "a.trig")
    assert [f.code for f in findings] == ["syntax"]
