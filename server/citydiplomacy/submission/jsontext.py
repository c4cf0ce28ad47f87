"""JSON with the place of every value, as JSON pointers (RFC 6901) and spans."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

DEEPEST = 100
SPACE = re.compile(r"[ \t\r\n]*")
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
SCALAR = re.compile(r"[^\s,\]}]+")


@dataclass
class Value:
    """A JSON value: what it is, where it stands, and the values in it by key or number."""

    data: object
    span: tuple[int, int]
    pointer: str
    members: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)


def scan(text: str) -> Value:
    """The value of a JSON text that ``json.loads`` has accepted; RecursionError where it nests too deep."""
    return _value(text, _skip(text, 0), "", 0)


def _skip(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def _value(text: str, start: int, pointer: str, depth: int) -> Value:
    if depth > DEEPEST:
        raise RecursionError(f"JSON nests deeper than {DEEPEST}")
    if text[start] == "{":
        return _object(text, start, pointer, depth)
    if text[start] == "[":
        return _array(text, start, pointer, depth)
    match = (STRING if text[start] == '"' else SCALAR).match(text, start)
    end = match.end() if match else start + 1
    return Value(json.loads(text[start:end]), (start, end), pointer)


def _object(text: str, start: int, pointer: str, depth: int) -> Value:
    value = Value({}, (start, start), pointer)
    position = _skip(text, start + 1)
    while text[position] != "}":
        match = STRING.match(text, position)
        end = match.end() if match else position + 1
        key = json.loads(text[position:end])
        value.keys[key] = (position, end)
        below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        member = _value(text, _skip(text, _skip(text, end) + 1), below, depth + 1)
        value.members[key] = member
        position = _skip(text, member.span[1])
        position = _skip(text, position + 1) if text[position] == "," else position
    value.span = (start, position + 1)
    return value


def _array(text: str, start: int, pointer: str, depth: int) -> Value:
    value = Value([], (start, start), pointer)
    position = _skip(text, start + 1)
    while text[position] != "]":
        item = _value(text, position, f"{pointer}/{len(value.items)}", depth + 1)
        value.items.append(item)
        position = _skip(text, item.span[1])
        position = _skip(text, position + 1) if text[position] == "," else position
    value.span = (start, position + 1)
    return value
