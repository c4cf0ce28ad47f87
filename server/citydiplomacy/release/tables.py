"""Tables for those who do not speak RDF: one CSV a class, with CSVW metadata (https://www.w3.org/TR/tabular-metadata/).

A row is a thing; a column a property, one for each language where its texts have languages. Several values stand in one
cell with the separator that the metadata names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citydiplomacy.names import OWL, RDF, RDFS, XSD, Names
from citydiplomacy.nquads import iri_of, literal_of, merged, triples, value_of
from citydiplomacy.release.describing import fragment

SEPARATORS = ("|", ";", "¦", "‖", "\t")
DATATYPES = (
    "anyURI",
    "boolean",
    "date",
    "dateTime",
    "decimal",
    "double",
    "gMonthDay",
    "gYear",
    "gYearMonth",
    "integer",
)
CSVW = "http://www.w3.org/ns/csvw"

Values = dict[str, dict[tuple[str, str], list[str]]]


@dataclass(frozen=True)
class Column:
    """One column: its property and language, and how its cells are to be read."""

    name: str
    iri: str
    language: str
    datatype: str
    separator: str


def write_tables(folder: Path, lines: list[str], names: Names) -> None:
    """Writes ``tables/<class>.csv`` for every class of ours that has members, and ``tables/csv-metadata.json``."""
    members, values, labels = _gather(lines, names)
    target = folder / "tables"
    target.mkdir(parents=True, exist_ok=True)
    described = []
    for cls in sorted(members):
        name = f"{re.sub(r'(?<!^)(?=[A-Z])', '-', fragment(names, cls)).lower()}.csv"
        columns = _columns(sorted(members[cls]), values, names)
        (target / name).write_bytes(_csv(sorted(members[cls]), columns, values))
        described.append(_metadata(name, cls, columns, labels))
    document = {"@context": [CSVW, {"language": "en"}], "tables": described}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (target / "csv-metadata.json").write_text(text, encoding="utf-8")


def _gather(lines: list[str], names: Names) -> tuple[dict[str, set[str]], Values, dict[str, dict[str, str]]]:
    """Members by class, values by thing and column, labels of terms by language."""
    members: dict[str, set[str]] = defaultdict(set)
    values: Values = defaultdict(lambda: defaultdict(list))
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    things = (f"<{names.things}", f"<{names.passages}", f"<{names.sources}")
    keys: dict[tuple[str, str], tuple[str, str]] = {}  # one of each
    for subject_term, predicate_term, value in triples(merged(lines)):
        subject, predicate = value_of(subject_term), value_of(predicate_term)
        if predicate == RDFS + "label" and (parts := literal_of(value)):
            labels[subject][parts.language] = parts.text
        if not subject_term.startswith(things):
            continue
        cls = iri_of(value) or ""
        if predicate == RDF + "type":
            if cls.startswith(names.ontology + "#"):
                members[cls].add(subject)
        else:
            parts = literal_of(value)
            key = (predicate, parts.language if parts else "")
            values[subject][keys.setdefault(key, key)].append(value)
    return members, values, labels


def _columns(rows: list[str], values: Values, names: Names) -> list[Column]:
    used: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for row in rows:
        for key, terms in values[row].items():
            used[key].append(terms)
    first = (RDFS + "label",)
    return [
        _column(key, used[key], names) for key in sorted(used, key=lambda key: (key[0] not in first, key[0], key[1]))
    ]


def _column(key: tuple[str, str], cells: list[list[str]], names: Names) -> Column:
    predicate, language = key
    kinds = {parts.datatype if (parts := literal_of(term)) else XSD + "anyURI" for cell in cells for term in cell}
    local = next(iter(kinds)).removeprefix(XSD) if len(kinds) == 1 else "string"
    many = any(len(cell) > 1 for cell in cells)
    free = (mark for mark in SEPARATORS if not any(mark in term for cell in cells for term in cell))
    name = "label" if predicate == RDFS + "label" else re.sub(r"\W", "_", fragment(names, predicate))
    return Column(
        name=f"{name}_{language}" if language else name,
        iri=predicate,
        language=language,
        datatype=local if local in DATATYPES else "string",
        separator=next(free, "\x1f") if many else "",
    )


def _csv(rows: list[str], columns: list[Column], values: Values) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(["iri", *(column.name for column in columns)])
    for row in rows:
        cells = (values[row].get((column.iri, column.language), []) for column in columns)
        writer.writerow(
            [
                row,
                *(
                    column.separator.join(sorted(map(value_of, cell)))
                    for column, cell in zip(columns, cells, strict=True)
                ),
            ]
        )
    return out.getvalue().encode()


def _metadata(name: str, cls: str, columns: list[Column], labels: dict[str, dict[str, str]]) -> dict[str, Any]:
    type_column = {"name": "type", "virtual": True, "propertyUrl": RDF + "type", "valueUrl": cls}
    key = {"name": "iri", "titles": "iri", "datatype": "anyURI", "required": True, "suppressOutput": True}
    return {
        "url": name,
        "dc:title": labels[cls].get("en") or cls,
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": "iri",
            "columns": [key, *(_column_metadata(column, labels) for column in columns), type_column],
        },
    }


def _column_metadata(column: Column, labels: dict[str, dict[str, str]]) -> dict[str, Any]:
    texts = {language: [column.name, text] for language, text in sorted(labels[column.iri].items()) if language}
    known: dict[str, Any] = {
        "name": column.name,
        "titles": texts or column.name,
        "datatype": column.datatype,
        "propertyUrl": column.iri,
    }
    if column.language:
        known["lang"] = column.language
    if column.separator:
        known["separator"] = column.separator
    elif column.datatype == "anyURI" and not column.iri.startswith(OWL):
        known["valueUrl"] = f"{{+{column.name}}}"
    return known
