"""A Linked Data Event Stream of what we know (https://w3id.org/ldes/specification): one page a release.

The stream's first node, ``/ldes``, points to the dump of the oldest release in it, and to the pages of those that came
after. A member is a thing as it was in a release; pages never change once they are written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from citydiplomacy.names import XSD
from citydiplomacy.nquads import iri, literal
from citydiplomacy.release.changes import Changes, Entity, Snapshot
from citydiplomacy.release.describing import Description, kind
from citydiplomacy.release.directory import Release
from citydiplomacy.release.material import Material
from citydiplomacy.release.reporting import ACTIVITIES


def page_turtle(changes: Changes, lines: list[str]) -> bytes:
    """The page of a release: each added, changed or removed thing as a member. ``lines`` are those of the release."""
    release, now = changes.new, Snapshot(lines, changes.new.names)
    page, stream = f"{release.base}ldes/{release.version}", f"{release.base}ldes"
    rdf = Description(release.names)
    rdf.say(page, "a", kind("tree:Node"))
    for word, entities in changes.entities.items():
        for one in entities:
            member = f"{page}#{one.iri.removeprefix(release.base).replace('#', '/')}"
            rdf.say(stream, "tree:member", iri(member))
            rdf.say(member, "a", kind(f"as:{ACTIVITIES[word]}"))
            _member(rdf, member, one, release, now)
    return rdf.turtle()


def _member(rdf: Description, member: str, one: Entity, release: Release, now: Snapshot) -> None:
    rdf.say(member, "dcterms:isVersionOf", iri(one.iri))
    rdf.say(member, "dcterms:created", moment(release))
    for predicate, value in now.facts.get(one.iri, ()):
        if not value.startswith("_:"):
            rdf.state(member, predicate, value)


def index_turtle(material: Material, first: str, pages: list[str]) -> bytes:
    """The stream and its first node: ``first`` is the version of the oldest release, ``pages`` those of later ones."""
    release = material.release
    stream = f"{release.base}ldes"
    rdf = Description(release.names)
    rdf.say(stream, "a", kind("ldes:EventStream"), kind("tree:Node"))
    rdf.say(stream, "tree:view", iri(stream))
    rdf.say(stream, "ldes:versionOfPath", kind("dcterms:isVersionOf"))
    rdf.say(stream, "ldes:timestampPath", kind("dcterms:created"))
    rdf.say(stream, "void:dataDump", iri(replace(release, version=first).file_iri("data.nq.gz")))
    rdf.licence(stream, material.header.licence)
    for version in pages:
        relation = f"{stream}#to-{version}"
        rdf.say(stream, "tree:relation", iri(relation))
        rdf.say(relation, "a", kind("tree:Relation"))
        rdf.say(relation, "tree:node", iri(f"{stream}/{version}"))
    return rdf.turtle()


def moment(release: Release) -> str:
    """The date of a release as a point in time, as the stream's timestamps need it."""
    return literal(f"{release.issued or '1970-01-01'}T00:00:00Z", datatype=XSD + "dateTime")


def pages_of(folder: Path) -> list[str]:
    """The versions that have a page in a release's ldes/ folder, in their order."""
    listed = folder / "ldes" / "order.txt"
    return listed.read_text(encoding="utf-8").split() if listed.is_file() else []
