"""Find the numbers of acts, bills and cases that a text names, and which of them are its own.

A report on a bill names the act that the bill amends, and a judgment the act that it applies. Its
own are the bill, the act as adopted and the case: their later stages are stages of the same matter.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct

from bot.data_files import read_data
from bot.text import fold, sentences
from bot.text.terms import any_of

REFERENCES_LIMIT = 8
LEAD = 3000
"""Characters of a text in which its own number stands."""
BEGINNING = 30
"""Characters of a title after which the act that it names is no longer its subject."""
NEAR = 80
"""Characters between a word and the number that it says something of."""

Kind = Literal["act", "bill", "case"]

_YEAR = r"(?:19|20)\d\d"
_NO = r"(?:No\.?\s*|Nr\.?\s*|nr\.?\s*|č\.\s*|[nN][°º]\s*|n\.\s*|№\s*)"
# A kind, a name, what stands in every text that has one (looking for it costs a thirtieth), and its
# form.
_FORMS: tuple[tuple[Kind, str, str, str], ...] = (
    ("act", "CELEX {}", "", rf"\b([35-7]{_YEAR}[A-Z]{{1,2}}\d{{4}})\b"),
    ("bill", "COM({}) {}", "COM", rf"\bCOM\s*\(({_YEAR})\)\s*(\d{{1,4}})\b"),
    ("act", "EU {}/{}", "/", rf"\((?:E[UCG]|UE|CE|EÚ|ЄС|ΕΕ)\)\s*{_NO}?({_YEAR})/(\d{{1,5}})\b"),
    ("act", "EU {}/{}", "/",
     rf"\b({_YEAR})/(\d{{1,4}})/(?:EU|EC|EÚ|ES|UE|CE|EG|EK|EL|WE|ΕΕ|ЄС)\b"),
    ("case", "C-{}/{}", "C", r"\bC[-‑–](\d{1,4})/(\d\d)\b"),
    ("case", "ECLI:{}", "ECLI:", r"\bECLI:([A-Z]{2}:[A-Z]+:\d{4}:[A-Z0-9.]+[A-Z0-9])"),
    ("case", "ECHR {}/{}", "/",
     r"(?i:application|requête|Beschwerde)\.?\s*(?:n[o°]\.?\s*)?(\d{4,5})/(\d\d)\b"),
    ("bill", "Drucksache {}/{}", "Dr",
     r"\b(?:BT-|BR-)?Drs?(?:ucksache)?\.?\s*(\d{1,3})/(\d{1,5})\b"),
    ("bill", "sněmovní tisk {}", "němovní",
     r"\b[Ss]němovní\w*\s+tisk\w*\s+(?:č\.\s*)?(\d{1,4})\b"),
    ("bill", "parlamentná tlač {}", "tlač", r"\btlač\w*\s+(?:č\.\s*)?(\d{1,4})\b"),
    ("bill", "druk {}", "ruk", r"\b[Dd]ruk\w*\s+(?:sejmow\w+\s+)?nr\s*(\d{1,4})\b"),
    ("bill", "projet de loi {}", "rojet", rf"\b[Pp]rojet de loi {_NO}\s*(\d{{1,5}})\b"),
    ("bill", "A.C. {}", "A.", r"\bA\.\s?C\.\s*(?:n\.\s*)?(\d{1,4})\b"),
    ("bill", "A.S. {}", "A.", r"\bA\.\s?S\.\s*(?:n\.\s*)?(\d{1,4})\b"),
    ("bill", "{}/{} Congreso", "121/", r"\b(121)/(\d{6})\b"),
    ("bill", "PL-x {}/{}", "PL", rf"\bPL-?x\s*(?:nr\.?\s*)?(\d{{1,4}})/({_YEAR})\b"),
    ("bill", "законопроєкт {}", "аконопро",
     r"\b[Зз]аконопро[єе]кт\w*\s+(?:№\s*)?(\d{4,5}(?:-\d)?)\b"),
    ("act", "BGBl. {} {} {}", "BGBl",
     rf"\bBGBl\.?\s*({_YEAR})?\s*(I{{1,3}})\s*(?:S\.|Nr\.)?\s*(\d{{1,4}})\b"),
    ("act", "Dz.U. {} {}", "Dz",
     rf"\bDz\.?\s?U\.?\s*(?:z\s*)?({_YEAR})\s*(?:r\.\s*)?poz\.\s*(\d{{1,4}})\b"),
    ("act", "{}/{} Sb.", "Sb.", rf"\b(\d{{1,3}})/({_YEAR})\s*Sb\."),
    ("act", "{}/{} Z. z.", "Z.", rf"\b(\d{{1,3}})/({_YEAR})\s*Z\.\s*z\."),
    ("act", "BOE-A-{}-{}", "BOE-A-", rf"\bBOE-A-({_YEAR})-(\d{{1,5}})\b"),
    ("act", "loi {}-{}", "oi ", rf"\b[Ll]oi {_NO}\s*({_YEAR})-(\d{{1,4}})\b"),
    ("act", "Ley {}/{}", "Ley", rf"\bLey\s+(\d{{1,2}})/({_YEAR})\b"),
    ("act", "Ley Orgánica {}/{}", "Ley", rf"\bLey Orgánica\s+(\d{{1,2}})/({_YEAR})\b"),
    ("act", "Real Decreto {}/{}", "Decreto", rf"\bReal Decreto\s+(\d{{1,4}})/({_YEAR})\b"),
    ("act", "Real Decreto-ley {}/{}", "Decreto",
     rf"\bReal Decreto-[Ll]ey\s+(\d{{1,4}})/({_YEAR})\b"),
    ("act", "Legge {}/{}", "egge", rf"\b[Ll]egge\s+(?:n\.\s*)?(\d{{1,3}})/({_YEAR})\b"),
    ("act", "Decreto-legge {}/{}", "ecreto",
     rf"\b[Dd]ecreto[- ]legge\s+(?:n\.\s*)?(\d{{1,3}})/({_YEAR})\b"),
    ("act", "Legea {}/{}", "Leg", rf"\bLegea\s+(?:nr\.?\s*)?(\d{{1,3}})/({_YEAR})\b"),
    ("act", "ν. {}/{}", "/", rf"\b(?:ν\.|[Νν]όμο[ςυ]|[Νν]\.)\s*(\d{{4}})/({_YEAR})\b"),
    ("act", "Закон {}-{}", "№", r"№\s*(\d{1,4})-([IVXІХ]{1,5})\b"),
)  # fmt: skip
_SECTORS: dict[str, Kind] = {"CELEX 5": "bill", "CELEX 6": "case"}
_PATTERNS = tuple((kind, name, mark, re.compile(form)) for kind, name, mark, form in _FORMS)


class _Words(Struct, frozen=True):
    amends: list[str]
    cites: list[str]
    adopts: list[str]
    amended: list[str]


class _Named(NamedTuple):
    """Where a sentence names an act, a bill or a case."""

    kind: Kind
    name: str
    start: int
    end: int


def find_references(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of acts, bills and cases that texts name, each in one spelling."""
    named = dict.fromkeys(each.name for text in texts for each in _named_in(text))
    return tuple(named)[:REFERENCES_LIMIT]


def own_references(title: str, text: str) -> tuple[str, ...]:
    """Return those that a text is about: the bill, the act as adopted, or the case; none that it
    amends or cites."""
    lead = text[:LEAD]
    own = _own_of_sentence(title, is_title=True)
    named = sentences(lead) if _named_in(lead) else ()
    below = [each for one in named for each in _own_of_sentence(one)]
    if not any(each.kind == "case" for each in own):
        own += [each for each in below if each.kind == "act"] + _first(below, "bill")
        own += [] if own else _first(below, "case")
    kinds = {each.kind for each in own}
    if "case" in kinds and len(kinds) > 1:  # a court's decision, which names what it applies
        own = [each for each in own if each.kind == "case"]
    return tuple(dict.fromkeys(each.name for each in own))[:REFERENCES_LIMIT]


def _first(named: list[_Named], kind: Kind) -> list[_Named]:
    return [each for each in named if each.kind == kind][:1]


def _own_of_sentence(sentence: str, *, is_title: bool = False) -> list[_Named]:
    named, folded = _named_in(sentence), fold(sentence)
    ends = [*(each.start for each in named[1:]), len(folded)]
    return [
        each
        for each, end in zip(named, ends, strict=False)
        if _is_own(each, folded, end, is_title=is_title)
    ]


def _is_own(named: _Named, folded: str, end: int, *, is_title: bool) -> bool:
    """Return whether a sentence is about what it names; `end` is where it names the next."""
    word, distance = _nearest_word(folded[: named.start])
    is_near = distance <= NEAR
    if named.kind != "act":  # a bill amends, and a case is decided: neither is amended
        return not (word == "cites" and is_near)
    if word in ("amends", "cites") or _amended().search(folded, named.end, end):
        return False
    return (word == "adopts" and is_near) or (
        is_title and word is None and named.start <= BEGINNING
    )


def _nearest_word(folded: str) -> tuple[str | None, int]:
    """Return which list the last word before a number is of, and how far off it is."""
    words = [(found.lastgroup, len(folded) - found.end()) for found in _before().finditer(folded)]
    return words[-1] if words else (None, 0)


def _named_in(text: str) -> list[_Named]:
    """Return what a text names, in its order."""
    named = [
        _Named(_sector(name, kind), name, *match.span())
        for kind, form, mark, pattern in _PATTERNS
        if mark in text
        for match in pattern.finditer(text)
        for name in (form.format(*(group or "" for group in match.groups())),)
    ]
    return sorted(named, key=lambda each: each.start)


def _sector(name: str, kind: Kind) -> Kind:
    """Return the kind of what EUR-Lex names: a number of its sector 5 is of a proposal, of 6 of a
    case."""
    return _SECTORS.get(name[:7], kind)


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    words = _words()
    groups = "|".join(
        f"(?P<{name}>{any_of(getattr(words, name))})" for name in ("amends", "cites", "adopts")
    )
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)")


@lru_cache(maxsize=1)
def _amended() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(_words().amended)}(?!\w)")


@lru_cache(maxsize=1)
def _words() -> _Words:
    return read_data("reference_words", _Words)
