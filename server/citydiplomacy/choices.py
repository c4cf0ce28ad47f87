"""The values of a canned query's parameter that lead to an answer: asked by the query itself, without the parameter."""

from __future__ import annotations

from dataclasses import replace

from citydiplomacy.names import RDFS, Names
from citydiplomacy.parameters import Kind, Parameter
from citydiplomacy.queries import CannedQuery
from citydiplomacy.tokens import after_prologue, pattern

MOST = 800  # where there are as many, they are too many to choose from: no order is asked for, so any might be missing


def choices_query(query: CannedQuery, parameter: Parameter, language: str, names: Names) -> str | None:
    """A SELECT of the parameter's possible values as ``?choice``, things with their ``?label``; None where none can be
    asked (the query is no SELECT or has no pattern, or the parameter is a language).
    """
    if query.form != "SELECT" or parameter.kind == Kind.LANGUAGE:
        return None
    unnarrowed = replace(query, parameters=tuple(one for one in query.parameters if one.kind == Kind.LANGUAGE))
    text = unnarrowed.bind({one.name: language for one in unnarrowed.parameters}, names)
    words = list(after_prologue(text))
    group = pattern(words)
    if group is None:
        return None
    first, last = (words[place].start for place in group)
    label, fit = "", "FILTER(BOUND(?choice))"  # in a group of its own: a value that is missing joins with anything
    if parameter.kind == Kind.IRI:
        fit = "FILTER(isIRI(?choice))"
        label = f"{_of_class(parameter, names)} {_label(language)}"
    return (
        f"{text[: words[0].start]}SELECT DISTINCT ?choice ?label WHERE {{\n"
        f"{{ {{ SELECT DISTINCT (?{parameter.name} AS ?choice) WHERE {text[first : last + 1]} }}\n"
        f"{fit} }} {label} }} LIMIT {MOST}"
    )


def members_query(parameter: Parameter, language: str, names: Names) -> str | None:
    """A SELECT of the members of the parameter's class, in the same form; None where it has no class."""
    if not parameter.class_name:
        return None
    return f"SELECT DISTINCT ?choice ?label WHERE {{ {_of_class(parameter, names)} {_label(language)} }} LIMIT {MOST}"


def _of_class(parameter: Parameter, names: Names) -> str:
    return f"?choice a <{names.term(parameter.class_name)}> ." if parameter.class_name else ""


def _label(language: str) -> str:
    return f'OPTIONAL {{ ?choice <{RDFS}label> ?label FILTER(LANG(?label) = "{language}") }}'
