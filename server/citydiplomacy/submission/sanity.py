"""Texts: language tags that do not exist, letters that an encoding has broken, white space nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from citydiplomacy.submission.problems import Problem, at
from citydiplomacy.submission.terms import Statement, literal, plain

# ISO 639-1; three letters are ISO 639-3, of which only those with a shorter form are wrong (BCP 47, 2.2.1)
TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
MISTAKEN = (
    "eng=en english=en englisch=en deu=de ger=de german=de deutsch=de fra=fr fre=fr french=fr spa=es ita=it por=pt "
    "ara=ar tur=tr nld=nl dut=nl pol=pl ell=el gre=el gr=el dk=da jp=ja cz=cs ua=uk"
)
LANGUAGES = frozenset(TWO_LETTERS.split())
SHORTER = dict(one.split("=") for one in MISTAKEN.split())
TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*(-x(-[a-z0-9]{1,8})+)?"
)
LANGUAGE = re.compile(r'"@([A-Za-z0-9-]+)$')
SPACES = re.compile(r"^\s|\s$|  |[\t\n\r\f\v\u00a0\u200b\u200c\u2060\ufeff\u00ad]")
INSIDE = re.compile(r"[ \t\n\r\f\v\u00a0]+")
INVISIBLE = re.compile(r"[\u200b\u200c\u2060\ufeff\u00ad]")
BROKEN = re.compile(
    r"[\u0080-\u009f\ufffd]|Ã[\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]|Â[\u00a0-\u00bf]|â€|Å[\u0080-\u00bf\u2013-\u2122]"
)
SUSPICIOUS = re.compile(r'^"\s|^""|\s"(@[\w-]+|\^\^.*)?$|  |\\[tnrfbu]')


def check_texts(statements: Iterable[Statement]) -> Iterator[Problem]:
    """What is wrong with the language tags and texts of literals. Texts without a language are data, and left alone."""
    tags: dict[str, str | None] = {}
    for statement in statements:
        value = statement[2]
        if value[0] != '"':
            continue
        match = LANGUAGE.search(value)
        if match is None:
            continue
        tag = match[1]
        if tag not in tags:
            tags[tag] = _wrong_tag(tag)
        better = tags[tag]
        if better is not None:
            words = plain(value)
            instead = literal(words, better) if better else ""
            yield at(statement, "language-tag", "object", instead, tag=tag, better=better)
        elif not value.isascii() or SUSPICIOUS.search(value):
            yield from _text(statement, tag)


def _wrong_tag(tag: str) -> str | None:
    """None where a tag is right, else the one to write ("" where none is known)."""
    primary, _, rest = tag.partition("-")
    if tag in SHORTER or primary in SHORTER:
        return SHORTER.get(tag) or SHORTER[primary] + (f"-{rest}" if rest else "")
    if TAG.fullmatch(tag) and (len(primary) == 3 or primary in LANGUAGES):
        return None
    return ""


def _text(statement: Statement, tag: str) -> Iterator[Problem]:
    words = plain(statement[2])
    if not words.strip():
        yield at(statement, "blank-text", "object")
    elif BROKEN.search(words):
        mended = _mended(words)
        yield at(statement, "mojibake", "object", literal(mended, tag) if mended else "", mended=mended)
    elif SPACES.search(words):
        mended = INSIDE.sub(" ", INVISIBLE.sub("", words)).strip()
        yield at(statement, "white-space", "object", literal(mended, tag), mended=mended)
    elif not unicodedata.is_normalized("NFC", words):
        mended = unicodedata.normalize("NFC", words)
        yield at(statement, "not-nfc", "object", literal(mended, tag), mended=mended)


def _mended(words: str) -> str:
    """A text whose UTF-8 was read as Windows-1252 or Latin-1, as it was meant; "" where that can not be told."""
    for encoding in ("cp1252", "latin-1"):
        try:
            mended = words.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if not BROKEN.search(mended):
            return mended
    return ""
