"""Every requirement fires on its must-fail files, alone, and on no must-pass file; and says so in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.findings import Finding
from citydiplomacy.names import SH
from citydiplomacy.reading import LocatedQuad, read
from citydiplomacy.repository import Repository

HERE = Path(__file__).resolve().parent
Judge = Callable[[list[LocatedQuad]], list[Finding]]
CASES = sorted(HERE.glob("*/*.ttl"))
FIRST_LINE = re.compile(r"# must (pass|fail: (?P<codes>[A-Z]{3}-\d\d(, [A-Z]{3}-\d\d)*))")
NUMBER = re.compile(r"#(?P<module>[A-Z]{3})-(?P<number>\d\d)$")
MODULES = {
    "AGE": "agents",
    "AGR": "agreements",
    "CON": "concepts",
    "DOC": "documents",
    "EVI": "evidence",
    "FIN": "finance",
    "FOR": "forums",
    "INI": "initiatives",
    "INS": "instruments",
    "KNO": "knowledge",
    "NET": "networks",
    "STA": "statistics",
    "SUB": "submission",
}
CORE = re.compile(
    r"(Node|Property)Shape|Violation|Warning|Info|IRI|BlankNode|Literal|target(Class|SubjectsOf|ObjectsOf)|property|path|"
    r"(inverse|zeroOrMore)Path|severity|message|(min|max)(Count|Inclusive|Length)|class|datatype|nodeKind|pattern|"
    r"languageIn|uniqueLang|in|or|not|disjoint|lessThanOrEquals|qualified(ValueShape|MinCount|MaxCount)"
)


def expected(path: Path) -> set[str]:
    """The codes that the first line of a test file names; none for a file that must pass."""
    line = FIRST_LINE.fullmatch(path.read_text(encoding="utf-8").split("\n", 1)[0])
    assert line, f"{path.name} does not say in its first line whether it must pass or fail"
    return set(line["codes"].split(", ")) if line["codes"] else set()


def requirements(shapes: Graph) -> dict[str, URIRef]:
    """Every numbered requirement, by its code."""
    numbered = {node for node in shapes.subjects() if isinstance(node, URIRef) and NUMBER.search(node)}
    return {str(node).rpartition("#")[2]: node for node in numbered}


def test_finds_all_cases() -> None:
    kinds = [path.name.split("-")[0] for path in CASES]
    assert (kinds.count("fail"), kinds.count("pass")) == (409, 19)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_fires_what_the_file_names_and_nothing_else(path: Path, judge: Judge) -> None:
    quads, findings = read(path, path.name)
    assert findings == []
    found = judge(quads)
    assert {finding.code for finding in found} == expected(path), "\n".join(finding.text() for finding in found)
    assert all(finding.file == path.name and finding.line for finding in found)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_file_is_named_after_what_it_shows(path: Path) -> None:
    kind, module, *_ = path.stem.upper().split("-")
    codes = expected(path)
    assert (kind == "PASS") == (not codes)
    if codes:
        assert MODULES[module] == path.parent.name
        assert path.stem.upper().removeprefix("FAIL-").startswith(tuple(codes))


def test_every_requirement_has_a_file_that_must_fail(shapes: Graph) -> None:
    assert set().union(*map(expected, CASES)) == set(requirements(shapes))


def test_numbers_run_from_one_within_each_file(real_repository: Repository) -> None:
    files = {path.stem: path for path in real_repository.shape_files}
    modules = {path.stem for path in (real_repository.root / "ontology").glob("*.ttl")} - {"citydiplomacy"}
    assert set(files) == modules | {"submission"} == set(MODULES.values())
    for code, name in MODULES.items():
        numbers = re.findall(rf"^req:{code}-(\d\d) a ", files[name].read_text(encoding="utf-8"), re.MULTILINE)
        assert numbers == [f"{number:02}" for number in range(1, len(numbers) + 1)], name
        assert (
            re.findall(rf"^req:(?!{code}-\d\d |[A-Z][A-Za-z]+Shape )\S+", files[name].read_text(encoding="utf-8")) == []
        )


def test_every_requirement_says_in_both_languages_what_is_wrong_and_what_right(shapes: Graph) -> None:
    right = {"en": "Right: ", "de": "Richtig: "}
    for code, shape in requirements(shapes).items():
        messages = {
            str(m.language): str(m) for m in shapes.objects(shape, URIRef(SH + "message")) if isinstance(m, Literal)
        }
        assert set(messages) == set(right), code
        for language, message in messages.items():
            assert re.fullmatch(rf"[A-Z:ÄÖÜ].+\. {right[language]}.*[:\w].*\.", message), (
                f"{code} {language}: {message}"
            )


def test_every_requirement_has_one_severity(shapes: Graph) -> None:
    severities = {URIRef(SH + name) for name in ("Violation", "Warning", "Info")}
    for code, shape in requirements(shapes).items():
        assert len(list(shapes.objects(shape, URIRef(SH + "severity")))) == 1, code
        assert shapes.value(shape, URIRef(SH + "severity")) in severities, code


def test_every_requirement_is_reached_from_a_target(shapes: Graph) -> None:
    targets = [URIRef(SH + name) for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf")]
    for code, shape in requirements(shapes).items():
        owners = [shape, *shapes.subjects(URIRef(SH + "property"), shape)]
        aimed = [owner for owner in owners if any((owner, target, None) in shapes for target in targets)]
        assert len(aimed) == 1, code


def test_shapes_with_constraints_are_numbered(shapes: Graph) -> None:
    """A finding names its shape: only groups of numbered requirements may go without a number."""
    for node in set(shapes.subjects(RDF.type, URIRef(SH + "NodeShape"))) - set(requirements(shapes).values()):
        used: set[Node] = set(shapes.predicates(node))
        assert used == {RDF.type, URIRef(SH + "targetClass"), URIRef(SH + "property")}, node


def test_uses_shacl_core_only(shapes: Graph) -> None:
    terms = {str(node)[len(SH) :] for triple in shapes for node in triple if str(node).startswith(SH)}
    assert [term for term in terms if not CORE.fullmatch(term)] == []
    patterns = [str(pattern) for pattern in shapes.objects(None, URIRef(SH + "pattern"))]
    assert not [pattern for pattern in patterns if "(?" in pattern]


def test_shapes_are_well_formed(shapes: Graph) -> None:
    """SHACL's own shapes for shapes (https://www.w3.org/TR/shacl/#shacl-shacl)."""
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_readme_lists_every_file_with_its_numbers(real_repository: Repository, shapes: Graph) -> None:
    text = (real_repository.root / "shapes" / "README.md").read_text(encoding="utf-8")
    codes = sorted(requirements(shapes))
    assert f"{len(codes)} numbered requirements" in text
    for module, name in MODULES.items():
        last = [code for code in codes if code.startswith(module)][-1]
        assert f"| `{name}.ttl` | {module}-01 to {last} |" in text
