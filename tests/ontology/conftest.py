"""Fixtures: the real ontology as statements, as a graph, and as a repository of its own that a test may add to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from rdflib import Graph

from citydiplomacy.content import Content, read_content
from citydiplomacy.errors import MissingTool
from citydiplomacy.queries import Gallery, read_gallery
from citydiplomacy.reasoning import find_java
from citydiplomacy.repository import Repository


@pytest.fixture(scope="session")
def content(real_repository: Repository) -> Content:
    content = read_content(real_repository)
    assert content.findings == ()
    return content


@pytest.fixture(scope="session")
def gallery(real_repository: Repository) -> Gallery:
    return read_gallery(real_repository)


@pytest.fixture(scope="session")
def ontology(content: Content) -> Graph:
    """Header, modules and vocabularies, without alignments and data."""
    graph = Graph()
    for quad in content.ontology:
        graph.add((quad.subject, quad.predicate, quad.object))
    return graph


@pytest.fixture
def bare(tmp_path: Path, real_repository: Repository) -> Path:
    """A repository with a copy of the real ontology, and no shapes, data or queries."""
    root = tmp_path / "bare"
    for folder in ("shapes", "data", "queries"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(real_repository.root / "ontology", root / "ontology")
    return root


@pytest.fixture(scope="session")
def java() -> str:
    """A Java runtime. Without one the test is skipped, and the report says so; in CI (CI=true) it fails."""
    try:
        return find_java()
    except MissingTool as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a Java: {error.detail}")
        pytest.skip(error.detail)
