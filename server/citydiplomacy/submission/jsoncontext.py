"""JSON-LD contexts: which IRI a key or a value stands for (https://www.w3.org/TR/json-ld11/#the-context)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from citydiplomacy.submission.jsontext import Value

SPECIAL = {"@context", "@container", "@nest", "@reverse"}


@dataclass(frozen=True)
class Context:
    """The part of a JSON-LD context that names things: prefixes and terms, vocabulary, language.

    ``special`` are terms that stand for no property, or whose values are read in a way of their own (maps, JSON).
    """

    terms: dict[str, str] = field(default_factory=dict)
    special: frozenset[str] = frozenset()
    languages: dict[str, str] = field(default_factory=dict)
    vocabulary: str = ""
    base: str = ""
    language: str = ""

    def extended(self, value: Value) -> Context:
        """This context with what a ``@context`` value adds."""
        found = self
        for item in value.items:
            found = found.extended(item)
        if not value.members:
            return found
        terms, languages, special = dict(found.terms), dict(found.languages), set(found.special)
        for key, member in value.members.items():
            if member.data is None or SPECIAL.intersection(member.members) or _told(member, "@type") == "@json":
                special.add(key)
            target = member.members["@id"].data if "@id" in member.members else member.data
            if key.startswith("@") or not isinstance(target, str):
                continue
            terms[key] = target
            if "@language" in member.members:
                languages[key] = str(member.members["@language"].data or "")
        found = replace(found, terms=terms, languages=languages, special=frozenset(special))
        other = {name: value.members[f"@{name}"].data for name in ("base", "language") if f"@{name}" in value.members}
        vocabulary = value.members["@vocab"].data if "@vocab" in value.members else found.vocabulary
        base, language = (str(other.get(name, getattr(found, name)) or "") for name in ("base", "language"))
        return replace(found, vocabulary=str(vocabulary or ""), base=base, language=language)

    def name(self, text: str, *, term: bool = True) -> str:
        """The IRI that a key or value stands for; with ``term`` also terms and the vocabulary are looked at."""
        seen: set[str] = set()
        while term and text in self.terms and text not in seen:
            seen.add(text)
            text = self.terms[text]
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.terms and not local.startswith("//"):
            return self.name(prefix) + local
        if colon or text.startswith(("@", "_:")):
            return text
        return (self.vocabulary if term else self.base) + text


def _told(value: Value, key: str) -> object:
    return value.members[key].data if key in value.members else None
