"""What is not published any more: it answers 410 and says what replaces it.

A thing is withdrawn by ``owl:deprecated true`` with ``dcterms:isReplacedBy``, or by having gone in one of the releases
that the event stream tells of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from citydiplomacy.errors import Withdrawn
from citydiplomacy.names import DCTERMS, OWL
from citydiplomacy.release.ldes import pages_of
from citydiplomacy.store import statements_of

if TYPE_CHECKING:
    from citydiplomacy.web.site import Site


def withdrawn_things(site: Site) -> dict[str, tuple[str, ...]]:
    """Everything that was withdrawn, with what replaces it."""
    gone: dict[str, tuple[str, ...]] = dict.fromkeys(_deleted(site), ())
    rows = site.rows(
        f"SELECT ?thing ?by WHERE {{ ?thing <{OWL}deprecated> true . "
        f'FILTER(!STRSTARTS(STR(?thing), "{site.names.ontology}")) '
        f"OPTIONAL {{ ?thing <{DCTERMS}isReplacedBy> ?by }} }} ORDER BY ?thing ?by"
    )
    for row in rows:
        by = (row["by"]["value"],) if "by" in row else ()
        gone[row["thing"]["value"]] = gone.get(row["thing"]["value"], ()) + by
    return gone


def refuse_withdrawn(site: Site, iri: str) -> None:
    """Raises Withdrawn where an IRI is one of them."""
    by = site.withdrawn.get(iri)
    if by is not None:
        instead = f"It is replaced by {', '.join(by)}." if by else "Nothing replaces it."
        raise Withdrawn(f"{iri} was published and is not any more. {instead}", replaced_by=by)


def _deleted(site: Site) -> list[str]:
    """What went in the releases that the stream tells of and did not come back."""
    from_pages: dict[str, str] = {}
    for version in pages_of(site.release.directory)[1:]:
        from_pages |= _page(site, version)
    return [iri for iri, kind in from_pages.items() if kind == "Delete"]


def _page(site: Site, version: str) -> dict[str, str]:
    """What happened to each thing in one release."""
    path = site.release.directory / "ldes" / f"{version}.ttl"
    kinds: dict[str, str] = {}
    of: dict[str, str] = {}
    for subject, predicate, value, _ in statements_of(path.read_bytes(), "turtle"):
        if value.startswith("<https://www.w3.org/ns/activitystreams#"):
            kinds[subject] = value[1:-1].rpartition("#")[2]
        elif predicate == f"<{DCTERMS}isVersionOf>":
            of[subject] = value[1:-1]
    return {of[member]: kind for member, kind in kinds.items() if member in of}
