"""Whether the servers give the same answers: what is fast and wrong is out of the race."""

from __future__ import annotations

import json
from collections import Counter

from queries import CONSTRUCTED, ROWS, Query
from servers import Server

CHECKED = 10  # variants of each query


def disagreements(servers: list[Server], queries: list[Query]) -> list[str]:
    """What servers answer differently from the first of them, one line each."""
    found = []
    for query in queries:
        for text in query.variants[:CHECKED]:
            wanted, *others = [(server.name, digest(server.ask(text, query.accept), query)) for server in servers]
            found += [
                f"{query.name}: {name} differs from {wanted[0]}\n{text}\n{_difference(known, wanted[1])}"
                for name, known in others
                if known != wanted[1]
            ]
    return found


def digest(body: bytes, query: Query) -> Counter[str]:
    """An answer as a bag: its rows; of triples, since LIMIT leaves open which they are, only how many."""
    if query.accept == ROWS:
        return Counter(_row(row) for row in json.loads(body)["results"]["bindings"])
    lines = {line.strip() for line in body.decode().splitlines() if line.strip() and not line.startswith("#")}
    # a construct may make a triple twice, which a server may leave out of the count
    return Counter({"triples": CONSTRUCTED}) if len(lines) > CONSTRUCTED * 0.9 else Counter({"triples": len(lines)})


def sizes(server: Server, query: Query) -> float:
    """How many rows or triples an answer has, on average."""
    bags = [digest(server.ask(text, query.accept), query) for text in query.variants[:CHECKED]]
    total = sum(bag["triples"] if "triples" in bag else bag.total() for bag in bags)
    return total / len(bags)


def _row(row: dict[str, dict[str, str]]) -> str:
    """A row without what servers may write differently: names of blank nodes, kinds of literals, case of languages."""
    known = {name: _term(term) for name, term in row.items()}
    return json.dumps(known, sort_keys=True, ensure_ascii=False)


def _term(term: dict[str, str]) -> list[str]:
    if term["type"] == "bnode":
        return ["blank"]
    kind = "iri" if term["type"] == "uri" else "literal"
    return [kind, term["value"], term.get("xml:lang", "").lower(), term.get("datatype", "")]


def _difference(known: Counter[str], wanted: Counter[str]) -> str:
    more, less = known - wanted, wanted - known
    return f"  {more.total()} too many, {less.total()} missing; such as {next(iter(more or less), '')[:300]}"
