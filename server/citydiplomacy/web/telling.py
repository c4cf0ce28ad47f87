"""What passages claim, by what they speak of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from citydiplomacy.names import RDF
from citydiplomacy.web.known import NAMING, Known


@dataclass(frozen=True)
class Claim:
    """One statement of a passage: property and value with the IRIs behind them ("" for literals)."""

    prop: str
    prop_iri: str
    value: str
    value_iri: str


@dataclass(frozen=True)
class Subject:
    """What a passage speaks of, and as what."""

    label: str
    iri: str
    kinds: tuple[str, ...]


def claims_of(known: Known, passages: list[str], language: str) -> dict[str, dict[Subject, list[Claim]]]:
    """What each passage says, by subject; labels, and texts in other languages, are left out."""
    wanted = " ".join(f"<{one}>" for one in passages)
    rows = known.site.rows(f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {wanted} }} GRAPH ?g {{ ?s ?p ?o }} }}")
    said: dict[str, dict[str, list[Claim]]] = {one: {} for one in passages}
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["s"]["value"], row["p"]["value"], row["o"]["value"])):
        graph, subject, prop, value = (row[one]["value"] for one in ("g", "s", "p", "o"))
        claims = said[graph].setdefault(subject, [])
        if prop == RDF + "type":
            kinds[graph, subject].append(known.label(value, language))
        elif prop not in NAMING and row["o"].get("xml:lang", language) == language:
            is_iri = row["o"]["type"] == "uri"
            text = known.label(value, language) if is_iri else value
            claims.append(Claim(known.label(prop, language), prop, text, value if is_iri else ""))
    return {
        graph: {
            Subject(known.label(iri, language), iri, tuple(kinds[graph, iri])): claims
            for iri, claims in sorted(by_subject.items(), key=lambda pair: not pair[1])
        }
        for graph, by_subject in said.items()
    }
