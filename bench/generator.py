"""Synthetic city diplomacy of any size as N-Quads: the terms of our ontology, the shape of our data.

A block is what one document brings: its record and sections, its passages (each a named graph with a few claims), the
cities, networks and meetings it is the first to name, their labels in two languages, and what follows from the claims.
Blocks lie in communities of 64. Most references stay inside one, a few go to bodies everybody deals with: so popular
things are as popular, and ordinary ones as ordinary, as in real data, and the answer to a bounded question is as long
at ten million quads as at a hundred thousand. Each block has a random generator of its own: memory is bounded, and a
seed gives the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

BASE = "https://w3id.org/citydiplomacy/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ALT_LABEL = "<http://www.w3.org/2004/02/skos/core#altLabel>"
XSD = "http://www.w3.org/2001/XMLSchema#"
EDITORIAL, INFERRED = f"<{BASE}graph/editorial>", f"<{BASE}graph/inferred>"
QUADS_A_BLOCK = 1120  # measured: what a block comes to on average
COMMUNITY = 64  # blocks
CITIES, NETWORKS, MEETINGS, DOCUMENTS, PASSAGES, SECTIONS = 10, 1, 4, 3, 40, 8  # in each block
WORLD = 40  # bodies that everybody deals with
SYLLABLES = ["al", "bre", "ca", "den", "el", "fur", "gra", "hol", "im", "jor", "kal", "lin", "mar", "nor", "os", "sten"]
SUBJECTS = ["housing", "health", "schooling", "labour", "asylum", "data", "finance", "climate", "transit", "inclusion"]
THEMES = [
    f"{first}-{second}"
    for first in ("urban", "local", "regional", "global")
    for second in ("migration", "reception", "integration", "labour", "housing", "narratives")
]
ROLES = ["member", "chair", "co-lead", "founder", "partner", "observer"]
STATUSES = ["done", "ongoing", "planned", "proposed", "blocked"]
LEVELS = ["global", "international", "regional", "national", "local"]
AGENTS = (f"<{BASE}ontology#Actor>", "<http://www.w3.org/ns/prov#Agent>", "<http://www.w3.org/ns/org#Organization>")
ENTITIES = ("<http://www.w3.org/ns/prov#Entity>",)

Triple = tuple[str, str, str]


def thing(kind: str, name: int | str) -> str:
    """The IRI of a thing."""
    return f"<{BASE}id/{kind}-{name}>"


def term(name: str) -> str:
    return f"<{BASE}ontology#{name}>"


def typed(number: int, kind: str) -> str:
    return f'"{number}"^^<{XSD}{kind}>'


class Block:
    """The quads of one document, made with the block's own random generator."""

    def __init__(self, seed: int, number: int, blocks: int) -> None:
        self.number = number
        self.random = random.Random(f"{seed}/{number}")
        self._first = number // COMMUNITY * COMMUNITY
        self._width = min(COMMUNITY, blocks - self._first)
        self._source = f"<{BASE}source/synthetic-{number}>"
        self._claims = 0
        self._last: list[Triple] = []
        self._follows: list[Triple] = []
        self._kinds = (self.membership, self.membership, self.participation, self.adoption, self.funding, self.finding)

    def pick(self, kind: str, each: int, skew: float = 2.0) -> str:
        """A thing of this community; the higher the skew, the more of the choices fall on the first of them."""
        index = int(self._width * each * self.random.random() ** skew)
        return thing(kind, self._first * each + index)

    def body(self) -> str:
        return thing("body", int(WORLD * self.random.random() ** 3))

    def actor(self) -> str:
        chance = self.random.random()
        if chance < 0.05:
            return self.body()
        return self.pick("network", NETWORKS) if chance < 0.35 else self.pick("city", CITIES)

    def theme(self) -> str:
        return thing("theme", THEMES[int(len(THEMES) * self.random.random() ** 2)])

    def year(self) -> str:
        return typed(self.random.randint(1990, 2024), "gYear")

    def node(self, kind: str) -> str:
        """A new relation's or statement's IRI."""
        self._claims += 1
        return f"<{BASE}id/{kind}-{self.number}-{self._claims}>"

    def quads(self) -> Iterator[tuple[str, str, str, str]]:
        yield from ((*triple, self._source) for triple in self.record())
        for number in range(PASSAGES):
            graph = f"<{BASE}passage/synthetic-{self.number}/{number}>"
            yield from ((*triple, self._source) for triple in self.passage(graph, number))
            yield from ((*triple, graph) for triple in self.claims())
        yield from ((*triple, EDITORIAL) for triple in self.labels())
        yield from ((*triple, INFERRED) for triple in self.inferred())

    def section(self, number: int) -> str:
        return f"{self._source[:-1]}#s{number}>"

    def record(self) -> Iterator[Triple]:
        yield self._source, RDF_TYPE, term("SourceDocument")
        yield self._source, LABEL, f'"Report {self.number} on cities and migration"@en'
        yield self._source, LABEL, f'"Bericht {self.number} über Städte und Migration"@de'
        yield self._source, term("sha256"), f'"{hashlib.sha256(self._source.encode()).hexdigest()}"'
        for number in range(SECTIONS):  # a tree: two sections in the document, two in each of those ...
            above = self.section((number - 1) // 2) if number > 1 else self._source
            yield self.section(number), RDF_TYPE, term("Section")
            yield self.section(number), term("partOf"), above
            yield self.section(number), LABEL, f'"Section {number + 1}"@en'
            yield self.section(number), LABEL, f'"Abschnitt {number + 1}"@de'

    def passage(self, graph: str, number: int) -> Iterator[Triple]:
        yield graph, RDF_TYPE, term("Passage")
        yield graph, term("passageOf"), self._source
        yield graph, term("inSection"), self.section(number * SECTIONS // PASSAGES)
        yield graph, term("page"), typed(number // 4 + 1, "integer")
        yield graph, term("firstLine"), typed(number * 5 + 1, "integer")
        yield graph, term("lastLine"), typed(number * 5 + self.random.randint(1, 6), "integer")
        yield graph, term("sha256"), f'"{hashlib.sha256(graph.encode()).hexdigest()}"'

    def claims(self) -> list[Triple]:
        """What a passage says: up to five claims; one passage in twelve says again what the one before it said."""
        if self._last and self.random.random() < 1 / 12:
            return self._last
        kinds: list[Callable[[], list[Triple]]] = self.random.choices(self._kinds, k=self.random.randint(1, 5))
        self._last = [triple for make in kinds for triple in make()]
        return self._last

    def membership(self) -> list[Triple]:
        node, member, body = self.node("membership"), self.pick("city", CITIES), self.pick("network", NETWORKS)
        self._follows += [(member, term("memberOf"), body), (member, term("hasMembership"), node)]
        triples = [
            (node, RDF_TYPE, term("Membership")),
            (node, term("member"), member),
            (node, term("membershipIn"), body),
            (node, term("role"), thing("role", self.random.choice(ROLES))),
            (node, term("startDate"), self.year()),
        ]
        return triples if self.random.random() < 0.5 else triples[:-1]

    def participation(self) -> list[Triple]:
        node, actor, meeting = self.node("participation"), self.actor(), self.pick("meeting", MEETINGS)
        self._follows += [(actor, term("participatedIn"), meeting), (actor, term("hasParticipation"), node)]
        return [
            (node, RDF_TYPE, term("Participation")),
            (node, term("participant"), actor),
            (node, term("participationIn"), meeting),
            (node, term("role"), thing("role", self.random.choice(ROLES))),
        ]

    def adoption(self) -> list[Triple]:
        node = self.node("adoption")
        triples = [
            (node, RDF_TYPE, term("Adoption")),
            (node, term("adopter"), self.actor()),
            (node, term("adoptionOf"), self.pick("declaration", DOCUMENTS)),
            (node, term("adoptedAt"), self.pick("meeting", MEETINGS)),
            (node, term("status"), thing("status", self.random.choice(STATUSES))),
        ]
        return triples if self.random.random() < 0.4 else triples[:-1]

    def funding(self) -> list[Triple]:
        node = self.node("funding")
        return [
            (node, RDF_TYPE, term("Funding")),
            (node, term("funder"), self.body()),
            (node, term("fundingFor"), self.pick("network", NETWORKS)),
            (node, term("year"), self.year()),
        ]

    def finding(self) -> list[Triple]:
        node, about, subject = self.node("finding"), self.actor(), self.random.choice(SUBJECTS)
        return [
            (node, RDF_TYPE, term("Finding")),
            (node, LABEL, f'"Finding {self.number}.{self._claims}: cities shape {subject} together"@en'),
            (node, LABEL, f'"Befund {self.number}.{self._claims}: Städte gestalten {subject} gemeinsam"@de'),
            (node, term("about"), about),
            (node, term("theme"), self.theme()),
            (node, term("governanceLevel"), thing("level", self.random.choice(LEVELS))),
        ]

    def named(self) -> Iterator[tuple[str, str]]:
        """The things this block is the first to name, with their classes."""
        counts = {"city": CITIES, "network": NETWORKS, "meeting": MEETINGS, "declaration": DOCUMENTS}
        classes = {"city": "City", "network": "CityNetwork", "meeting": "ForumMeeting", "declaration": "Declaration"}
        for kind, each in counts.items():
            for number in range(each):
                yield thing(kind, self.number * each + number), classes[kind]
        if self.number < WORLD:
            yield thing("body", self.number), "InternationalOrganisation"

    def labels(self) -> Iterator[Triple]:
        for iri, kind in self.named():
            name = "".join(self.random.choices(SYLLABLES, k=3)).capitalize()
            yield iri, RDF_TYPE, term(kind)
            yield iri, LABEL, f'"{name} ({kind})"@en'
            yield iri, LABEL, f'"{name}ien ({kind})"@de'
            if self.random.random() < 0.3:
                yield iri, ALT_LABEL, f'"{name.upper()}"@en'
            if kind in ("ForumMeeting", "Declaration"):
                yield iri, term("organisedBy" if kind == "ForumMeeting" else "issuedBy"), self.pick("network", NETWORKS)
                yield iri, term("year"), self.year()
                yield iri, term("theme"), self.theme()
            if kind == "ForumMeeting":
                yield iri, term("heldIn"), self.pick("city", CITIES)

    def inferred(self) -> Iterator[Triple]:
        """What follows: the more general classes, inverse properties, the shortcuts of the sections' tree."""
        for iri, kind in self.named():
            general = ENTITIES if kind in ("ForumMeeting", "Declaration") else AGENTS
            yield from ((iri, RDF_TYPE, one) for one in general)
        yield from ((self._source, term("hasPart"), self.section(number)) for number in range(SECTIONS))
        yield from self._follows


def write(out: TextIO, size: float, seed: int) -> tuple[int, int]:
    """Writes about ``size`` quads, whole blocks, no line twice in one; returns how many quads and graphs."""
    blocks = max(1, round(size / QUADS_A_BLOCK))
    count = 0
    for number in range(blocks):
        lines = dict.fromkeys(f"{s} {p} {o} {g} .\n" for s, p, o, g in Block(seed, number, blocks).quads())
        out.write("".join(lines))
        count += len(lines)
    return count, blocks * (PASSAGES + 1) + 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=float, help="quads wished, about; 1e6 is a million")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other data (default 1)")
    options = parser.parse_args()
    print("{} quads in {} graphs".format(*write(sys.stdout, options.size, options.seed)), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
