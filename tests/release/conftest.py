"""Fixtures: releases to compare."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from citydiplomacy.release import Release
from citydiplomacy.release.building import Additions, build
from citydiplomacy.repository import Repository, open_repository

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"


@pytest.fixture(scope="session")
def lean_release(tmp_path_factory: pytest.TempPathFactory, small_repository: Repository) -> Release:
    out = tmp_path_factory.mktemp("lean") / "lean"
    return build(small_repository, out, additions=Additions(whole=False))


@pytest.fixture(scope="session")
def next_release(tmp_path_factory: pytest.TempPathFactory, small_release: Release) -> Release:
    """The release after ``small_release``: Bob comes, Eve goes, Ada has a second name, one term is deprecated."""
    root = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("next") / "small"))
    claims, editorial = root / "data/claims/letter/letter.trig", root / "data/editorial.trig"
    claims.write_text(claims.read_text().replace("id:eve a :Person", "id:bob a :Person"))
    text = editorial.read_text().replace(
        'id:eve rdfs:label "Eve"@en , "Eva"@de', 'id:bob rdfs:label "Bob"@en , "Bob"@de'
    )
    editorial.write_text(text.replace('id:ada rdfs:label "Ada"@en', 'id:ada rdfs:label "Ada L."@en'))
    ontology = root / "ontology/mini.ttl"
    deprecated = ":Club owl:deprecated true ; dcterms:isReplacedBy :Agent .\n"
    ontology.write_text(ontology.read_text() + deprecated)
    return build(open_repository(root), root.parent / "release", additions=Additions(previous=small_release))
