"""What changed between two releases, by thing, term, class and property."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from citydiplomacy.names import DCTERMS, OWL, RDF, RDFS, SKOS, Names
from citydiplomacy.nquads import iri_of, literal_of, statements, value_of
from citydiplomacy.release.directory import Release

TYPE, DEPRECATED, REPLACED = f"<{RDF}type>", f"<{OWL}deprecated>", f"<{DCTERMS}isReplacedBy>"
LABELS = (f"<{RDFS}label>", f"<{SKOS}prefLabel>")

Pair = tuple[str, str]
Counts = tuple[int, int]


@dataclass(frozen=True)
class Entity:
    """Something of ours that was added, removed or changed; predicates and values are N-Quads terms."""

    iri: str
    labels: dict[str, str]
    classes: tuple[str, ...]
    removed: tuple[Pair, ...] = ()
    added: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All that changed. ``deprecated`` maps terms and things that are newly deprecated to what replaces them."""

    old: Release
    new: Release
    added: tuple[Entity, ...]
    removed: tuple[Entity, ...]
    changed: tuple[Entity, ...]
    deprecated: dict[str, tuple[str, ...]]
    classes: dict[str, Counts] = field(default_factory=dict)
    properties: dict[str, Counts] = field(default_factory=dict)

    @property
    def entities(self) -> dict[str, tuple[Entity, ...]]:
        """The entities by what happened to them."""
        return {"added": self.added, "removed": self.removed, "changed": self.changed}


class Snapshot:
    """One release by thing: what is said of each, inferences left out, each statement once.

    Only the names of what nothing else names, relationships and the like, are inferred ones.
    """

    def __init__(self, lines: Iterable[str], names: Names) -> None:
        self.facts: dict[str, set[Pair]] = defaultdict(set)
        self._names: dict[str, set[Pair]] = defaultdict(set)
        inferred = f"<{names.graph('inferred')}>"
        for one in statements(lines):
            iri = iri_of(one.subject)
            if iri and iri.startswith(names.base):
                if one.graph != inferred:
                    self.facts[iri].add((one.predicate, one.object))
                elif one.predicate in LABELS:
                    self._names[iri].add((one.predicate, one.object))

    def entity(self, iri: str, removed: set[Pair] | None = None, added: set[Pair] | None = None) -> Entity:
        """The thing as it is described, with what was taken from and added to it."""
        facts = self.facts[iri]
        names = [*sorted(self._names.get(iri, ())), *sorted(facts)]
        labels = {p.language: p.text for name, term in names if name in LABELS and (p := literal_of(term))}
        classes = tuple(sorted(value_of(term) for name, term in facts if name == TYPE))
        return Entity(iri, labels, classes, tuple(sorted(removed or ())), tuple(sorted(added or ())))


def describe_changes(old: Release, old_lines: list[str], new: Release, new_lines: list[str]) -> Changes:
    """The changes between two releases of the same repository."""
    before, after = Snapshot(old_lines, old.names), Snapshot(new_lines, new.names)
    gone, come = set(before.facts) - set(after.facts), set(after.facts) - set(before.facts)
    stayed = sorted(iri for iri in set(before.facts) & set(after.facts) if before.facts[iri] != after.facts[iri])
    return Changes(
        old=old,
        new=new,
        added=tuple(after.entity(iri) for iri in sorted(come)),
        removed=tuple(before.entity(iri) for iri in sorted(gone)),
        changed=tuple(
            after.entity(iri, before.facts[iri] - after.facts[iri], after.facts[iri] - before.facts[iri])
            for iri in stayed
        ),
        deprecated=_newly_deprecated(before, after),
        classes=_balance(_members(before), _members(after)),
        properties=_balance(_uses(before), _uses(after)),
    )


def _newly_deprecated(before: Snapshot, after: Snapshot) -> dict[str, tuple[str, ...]]:
    def deprecated(snapshot: Snapshot) -> set[str]:
        said = ((iri, fact) for iri, facts in snapshot.facts.items() for fact in facts)
        return {iri for iri, (name, term) in said if name == DEPRECATED and value_of(term) in ("true", "1")}

    return {
        iri: tuple(sorted(value_of(term) for name, term in after.facts[iri] if name == REPLACED))
        for iri in sorted(deprecated(after) - deprecated(before))
    }


def _members(snapshot: Snapshot) -> set[Pair]:
    return {(value_of(term), iri) for iri, facts in snapshot.facts.items() for name, term in facts if name == TYPE}


def _uses(snapshot: Snapshot) -> set[Pair]:
    return {(value_of(n), f"{iri} {term}") for iri, facts in snapshot.facts.items() for n, term in facts if n != TYPE}


def _balance(before: set[Pair], after: set[Pair]) -> dict[str, Counts]:
    """How many were removed and added, by name."""
    removed, added = Counter(name for name, _ in before - after), Counter(name for name, _ in after - before)
    return {name: (removed[name], added[name]) for name in sorted({*removed, *added})}
