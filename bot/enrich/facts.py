"""Extract facts from a text: its date, references to acts and cases, its first sentences."""

import datetime as dt
import re
from collections.abc import Iterable

from msgspec import Struct

from bot import dates
from bot.text import each_sentence, normalise, one_line, shorten, utf16_length

DATE_WINDOW = dt.timedelta(days=14)
"""How long before its publication an event may be dated: releases report the last days."""
DATE_LEAD = 800
"""Characters of text that are searched for a date: later ones belong to the background."""


class StatedDate(Struct, frozen=True):
    """A date, and the words that state it."""

    date: dt.date
    words: str


def stated_date(
    title: str, text: str, language: str | None, published: dt.date | None
) -> StatedDate | None:
    """Return the last date that title and lead state, within the window before publication; None
    where none is stated, or the day of publication is not known."""
    if published is None:
        return None
    dates_stated = [
        StatedDate(date, mention.words.strip())
        for passage in (title, text[:DATE_LEAD])
        for mention in dates.find_mentions(passage, language)
        if (date := _to_date(mention, published)) and published - DATE_WINDOW <= date <= published
    ]
    return max(dates_stated, key=lambda day: day.date, default=None)


def _to_date(mention: dates.Mention, published: dt.date) -> dt.date | None:
    """Return a mention as a date; without a year, the last such day up to the publication."""
    try:
        date = dt.date(mention.year or published.year, mention.month, mention.day)
        if not mention.year and date > published:
            date = date.replace(year=published.year - 1)
    except ValueError:
        return None
    return date


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
    """Return the numbers of acts, bills and cases that texts name, each in one spelling."""
    named = dict.fromkeys(
        name.format(*(group or "" for group in match.groups()))
        for text in texts
        for name, mark, pattern in _PATTERNS
        if mark in text
        for match in pattern.finditer(text)
    )
    return tuple(named)[:REFERENCES_LIMIT]


SUMMARY_LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""
_ENDS = tuple(".!?…;:)\"'»”’")


def first_sentences(title: str, text: str) -> str:
    """Return whole sentences from the beginning of a text, about SUMMARY_LIMIT long."""
    # Skip a sentence equal to the title, and a last one that the publisher's excerpt has cut off.
    title_words = normalise(title)
    summary, length = list[str](), 0
    for sentence in each_sentence(text):
        if normalise(sentence) != title_words:
            summary.append(one_line(sentence))
            length += utf16_length(summary[-1]) + 1
        if length > SUMMARY_LIMIT + 1:  # with a space after each
            break
    is_full = length > SUMMARY_LIMIT + 1
    if len(summary) > 1 and (is_full or not summary[-1].endswith(_ENDS)):
        summary.pop()
    return shorten(" ".join(summary), SUMMARY_LIMIT)
