"""How to take a request along: as a command for a shell, as a program in Python."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping


def curl(url: str, values: Mapping[str, str], options: Iterable[str] = ()) -> str:
    """A call of curl that sends ``values`` in the query string; ``options`` are further ones, quoted where needed."""
    words = ["curl", *(["--get"] if values else []), url, *options]
    lines = [" ".join(shlex.quote(word) for word in words)]
    lines += [f"  --data-urlencode {shlex.quote(f'{key}={value}')}" for key, value in values.items()]
    return " \\\n".join(lines)


def python(endpoint: str, query: str) -> str:
    """A program that asks an endpoint a query with SPARQLWrapper and prints the rows."""
    quoted = f'r"""\n{query}\n"""' if '"""' not in query else repr(query)
    return (
        "from SPARQLWrapper import JSON, SPARQLWrapper\n\n"
        f'endpoint = SPARQLWrapper("{endpoint}", returnFormat=JSON)\n'
        f"endpoint.setQuery({quoted})\n"
        'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n'
        '    print({name: value["value"] for name, value in row.items()})\n'
    )
