"""Fixtures: the real shapes, and a way to judge data against them beside the real ontology."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from rdflib import BNode, Graph

from citydiplomacy.content import Content
from citydiplomacy.findings import Finding
from citydiplomacy.names import Names
from citydiplomacy.reading import LocatedQuad, read
from citydiplomacy.repository import Repository
from citydiplomacy.validation import read_shapes, validate, validate_fast

Judge = Callable[[Iterable[LocatedQuad]], list[Finding]]


@pytest.fixture(scope="session")
def shapes(real_repository: Repository) -> Graph:
    graph, findings = read_shapes(real_repository.shape_files, real_repository.root)
    assert findings == []
    return graph


@pytest.fixture(scope="session")
def axioms(real_repository: Repository) -> tuple[LocatedQuad, ...]:
    """The ontology's modules, without the vocabularies: the test files describe each concept they name."""
    paths = sorted((real_repository.root / "ontology").glob("*.ttl"))
    return tuple(quad for path in paths for quad in read(path, path.name)[0])


@pytest.fixture(scope="session")
def judge(shapes: Graph, axioms: tuple[LocatedQuad, ...], names: Names) -> Judge:
    """What of some statements breaks a shape, by pySHACL; the compiled engine has to say the same, word for word."""

    def found(quads: Iterable[LocatedQuad]) -> list[Finding]:
        content = Content(names, axioms, (), tuple(quads))
        broken = validate(content, shapes)
        blank = any(isinstance(term, BNode) for quad in content.data for term in (quad.subject, quad.object))
        assert validate_fast(content, shapes) == broken or (blank and validate_fast(content, shapes) is None)
        return broken

    return found


@pytest.fixture(scope="session")
def names(real_repository: Repository) -> Names:
    return real_repository.names


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where the must-pass and must-fail files lie, one folder for each file of shapes."""
    return Path(__file__).resolve().parent
