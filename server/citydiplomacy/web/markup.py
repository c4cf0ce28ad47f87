"""schema.org in pages, as JSON-LD, for search engines (https://developers.google.com/search/docs/appearance/structured-data)."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from citydiplomacy.names import OWL, RDFS, SCHEMA, SKOS
from citydiplomacy.web.site import Site

SAME = f"<{SKOS}exactMatch>|<{OWL}sameAs>"


def thing_markup(site: Site, iri: str, root: str) -> Markup:
    """A thing as schema.org sees it, by the ontology's alignment with it; just a Thing where there is none."""
    rows = site.rows(
        f"SELECT ?kind ?name ?same WHERE {{ {{ <{iri}> a/(<{RDFS}subClassOf>|<{OWL}equivalentClass>)* ?kind "
        f'FILTER(STRSTARTS(STR(?kind), "{SCHEMA}")) }} UNION {{ <{iri}> <{RDFS}label> ?name }} '
        f"UNION {{ <{iri}> {SAME} ?same FILTER(isIRI(?same)) }} }} ORDER BY ?kind ?name ?same"
    )

    def values(name: str) -> list[str]:
        return list(dict.fromkeys(row[name]["value"] for row in rows if name in row))

    known: dict[str, Any] = {
        "@context": SCHEMA,
        "@id": iri,
        "@type": [one.removeprefix(SCHEMA) for one in values("kind")] or "Thing",
        "name": values("name"),
        "url": root + "page/" + iri.removeprefix(site.names.base).removeprefix("id/"),
        "isPartOf": {"@type": "Dataset", "@id": site.names.base + "catalog#dataset"},
    }
    if values("same"):
        known["sameAs"] = values("same")
    return script(known)


def dataset_markup(site: Site, root: str) -> Markup:
    """The whole as a Dataset in a DataCatalog, with its dump; named as the ontology's header names it."""
    base, version, vocabulary = site.names.base, site.release.version, site.vocabulary
    title = vocabulary.said("title", base)
    known: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Dataset",
        "@id": base + "catalog#dataset",
        "name": title,
        "description": vocabulary.said("description", title),
        "url": root,
        "version": version,
        "isAccessibleForFree": True,
        "distribution": [_download(f"{root}dumps/{version}/data.nq.gz")],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": base + "catalog", "url": f"{root}catalog"},
    }
    more = {"license": vocabulary.licence, "dateModified": site.release.issued}
    return script(known | {name: value for name, value in more.items() if value})


def _download(url: str) -> dict[str, str]:
    return {"@type": "DataDownload", "encodingFormat": "application/n-quads", "contentUrl": url}


def script(value: dict[str, Any]) -> Markup:
    """JSON-LD as a data block; nothing in it can end the block."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704
