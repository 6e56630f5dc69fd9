"""The numbers by which later stages of the same matter name it: acts, bills, cases (pure).

CELEX as EUR-Lex writes it, COM documents and acts of the Union, cases of the European courts and
applications to Strasbourg, and what parliaments and official gazettes call their own.
"""

import re
from collections.abc import Iterable

REFERENCES_LIMIT = 8

_YEAR = r"(?:19|20)\d\d"
# A name, what stands in every text that has one (looking for it costs a thirtieth), and its form.
_FORMS: tuple[tuple[str, str, str], ...] = (
    ("CELEX {}", "", rf"\b([35-7]{_YEAR}[A-Z]{{1,2}}\d{{4}})\b"),
    ("COM({}) {}", "COM", rf"\bCOM\s*\(({_YEAR})\)\s*(\d{{1,4}})\b"),
    ("EU {}/{}", "/", rf"\(E[UC]\)\s*(?:No\.?\s*|Nr\.?\s*|č\.\s*|n°\s*)?({_YEAR})/(\d{{1,5}})\b"),
    ("EU {}/{}", "/", rf"\b({_YEAR})/(\d{{1,4}})/(?:EU|EC|EÚ|ES|UE|CE|EG|EK|EL|WE)\b"),
    ("C-{}/{}", "C", r"\bC[-‑–](\d{1,4})/(\d\d)\b"),
    ("ECLI:{}", "ECLI:", r"\bECLI:([A-Z]{2}:[A-Z]+:\d{4}:[A-Z0-9.]+[A-Z0-9])"),
    ("ECHR {}/{}", "/",
     r"(?i:application|requête|Beschwerde)\.?\s*(?:n[o°]\.?\s*)?(\d{4,5})/(\d\d)\b"),
    ("Drucksache {}/{}", "Dr", r"\b(?:BT-|BR-)?Drs?(?:ucksache)?\.?\s*(\d{1,3})/(\d{1,5})\b"),
    ("sněmovní tisk {}", "sněmovní", r"\bsněmovní\w*\s+tisk\w*\s+(?:č\.\s*)?(\d{1,4})\b"),
    ("BGBl. {} {} {}", "BGBl",
     rf"\bBGBl\.?\s*({_YEAR})?\s*(I{{1,3}})\s*(?:S\.|Nr\.)?\s*(\d{{1,4}})\b"),
    ("Dz.U. {} {}", "Dz",
     rf"\bDz\.?\s?U\.?\s*(?:z\s*)?({_YEAR})\s*(?:r\.\s*)?poz\.\s*(\d{{1,4}})\b"),
    ("{}/{} Sb.", "Sb.", rf"\b(\d{{1,3}})/({_YEAR})\s*Sb\."),
    ("{}/{} Z. z.", "Z.", rf"\b(\d{{1,3}})/({_YEAR})\s*Z\.\s*z\."),
    ("BOE-A-{}-{}", "BOE-A-", rf"\bBOE-A-({_YEAR})-(\d{{1,5}})\b"),
)  # fmt: skip
_PATTERNS = tuple((name, mark, re.compile(form)) for name, mark, form in _FORMS)


def find_references(texts: Iterable[str]) -> tuple[str, ...]:
    """The numbers that texts name, each in one way of writing it, in the order of the forms."""
    named = dict.fromkeys(
        name.format(*(group or "" for group in match.groups()))
        for text in texts
        for name, mark, pattern in _PATTERNS
        if mark in text
        for match in pattern.finditer(text)
    )
    return tuple(named)[:REFERENCES_LIMIT]
