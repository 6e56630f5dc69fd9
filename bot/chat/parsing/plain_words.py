"""Understand what people say without a command: `czechia and germany on return`, `stop`, `what
about returns in Greece last month` (pure).

The vocabulary is `data/plain_words.toml`; labels are for `query` to find.
"""

import datetime as dt
import re
from collections.abc import Collection
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.chat.parsing.brief_period import find_brief_period
from bot.chat.parsing.keywords import is_passed, read_keywords, unanimous
from bot.chat.parsing.moments import find_end, find_period
from bot.chat.parsing.pace_words import parse_pace, parse_said
from bot.i18n import base_language
from bot.text import normalise
from bot.text.terms import list_language

LONGEST = 300
"""Characters that are read: nobody says more to a bot at once, but somebody may paste a page."""
SHORT = 3
"""Letters of a term that may be a word of another language as well."""
PACE_WORDS = 4
"""Words of a pace that stands before what is to come."""
ARGUMENTS = 3
"""Words that may follow a command that is said without its slash."""
ALONE = ("stop", "help", "settings", "resume", "latest", "filters", "status")
"""What is said alone, and goes by the name of its command, but for `stop`."""
SMALL_TALK = ("greeting", "thanks")
NOISE = ("question", "filler")
"""Words that are left out of what is said of labels."""
CODE = 2
"""Letters of the code of a country."""
_MARKS = re.compile(r"[?¿;;]\s*$")
"""What a question ends with, also in Greek."""
LEADS = ("pause", "digest", "brief", "follow", "search")
"""What is said before something else."""

Kind = Literal["greeting", "thanks", "stop", "command", "labels", "search"]


class Said(Struct, frozen=True):
    """What somebody has said."""

    kind: Kind
    text: str = ""
    """What is to be followed or searched for; the arguments of a command."""
    command: str = ""
    greets: bool = False
    """Whether a greeting stood before that: where nothing else is understood, it is one."""


def understand(
    text: str, now: dt.datetime, zone: str, language: str | None, commands: Collection[str]
) -> Said:
    """Return what a person means. `commands`: the names that go without a slash, too."""
    text, now = text[:LONGEST], now.astimezone(ZoneInfo(zone))
    words = _without_polite(text.split(), language)
    if name := _find(" ".join(words), ALONE, language) or _find(text, SMALL_TALK, language):
        return _alone(name)
    said, words = words, _without_greeting(words, language)
    if _asks_to_stop(words, language):
        return Said("stop")
    return (
        _led(words, now, zone, language)
        or _unled(words, now, zone, language, commands)
        or replace(_about(" ".join(words), now.date(), language), greets=words != said)
    )


def _alone(name: str) -> Said:
    match name:
        case "greeting":
            return Said("greeting")
        case "thanks":
            return Said("thanks")
        case "stop":
            return Said("stop")
    return Said("command", command=name)


def _led(words: list[str], now: dt.datetime, zone: str, language: str | None) -> Said | None:
    """Return what is meant by words that begin with a lead; None: they do not."""
    for length in range(min(read_keywords("plain_words").longest, len(words)), 0, -1):
        lead = _find(" ".join(words[:length]), LEADS, language)
        rest = " ".join(words[length:])
        match lead:
            case "pause" if not rest or find_end(rest, now, zone, language):
                return Said("command", rest, "pause")
            case "digest" if not rest or parse_said(rest, language):
                return Said("command", rest, "digest")
            case "brief" if not rest or find_brief_period(rest, now.date(), language)[0]:
                return Said("command", rest, "brief")
            case "follow" | "search":
                return _wish(lead, words[length:], now.date(), language)
    return None


def _wish(lead: str, words: list[str], today: dt.date, language: str | None) -> Said:
    """Return what is meant by words behind a lead that wishes or asks."""
    if not words:
        return Said("command", command="subscribe" if lead == "follow" else "search")
    wish = _about(_with_pace_apart(words, language), today, language)
    if lead == "follow" and parse_pace(wish.text, language):
        return Said("command", wish.text, "digest")
    return replace(wish, kind="labels" if lead == "follow" else "search")


def _unled(
    words: list[str],
    now: dt.datetime,
    zone: str,
    language: str | None,
    commands: Collection[str],
) -> Said | None:
    """Return the command that is said without its slash, or in other words than those listed."""
    whole = " ".join(words)
    first, _, rest = whole.partition(" ")
    if first.lower() in commands and _may_be_arguments(rest):
        return Said("command", rest, first.lower())
    if any(_is_one_of(word, ("pause",), language) for word in words):
        length = " ".join(_without(words, (*NOISE, "pause"), language))
        return Said("command", length, "pause") if find_end(length, now, zone, language) else None
    said = " ".join(_without(words, (*NOISE, "digest"), language))
    pace = next((each for each in (whole, said) if parse_pace(each, language)), None)
    return Said("command", pace, "digest") if pace else None


def _asks_to_stop(words: list[str], language: str | None) -> bool:
    """Return whether a sentence asks for no more messages, and for nothing else."""
    ending = ("stop", "negation")
    noise = (*NOISE, *ending, "receiving")
    return any(_is_one_of(each, ending, language) for each in words) and all(
        _is_one_of(each, noise, language) or is_passed(each) for each in words
    )


def _may_be_arguments(rest: str) -> bool:
    """Return whether words may be the arguments of a command: "status of stateless people" names a
    status, and no command."""
    words = rest.split()
    return len(words) <= ARGUMENTS and not any(map(is_passed, words[:1]))


def _with_pace_apart(words: list[str], language: str | None) -> str:
    """Return words with a comma behind the pace that they begin with."""
    for length in range(min(PACE_WORDS, len(words)), 0, -1):
        pace, rest = " ".join(words[:length]), " ".join(words[length:])
        if parse_pace(pace, language):
            return f"{pace}, {rest}"
    return " ".join(words)


def _about(text: str, today: dt.date, language: str | None) -> Said:
    """Return what is said of labels, maybe of those within a period, without words that only ask
    or wish."""
    period, rest = find_period(text, today, language)
    words = _without(rest.split(), (*NOISE, "receiving"), language)
    name = "help" if not words else _find(" ".join(words), ALONE, language)
    if name and period is None:
        return _alone(name)
    asks = any(_is_one_of(word, ("question",), language) for word in rest.split())
    said = ", ".join(filter(None, (" ".join(words), period.written() if period else "")))
    return Said("search" if period or asks or _MARKS.search(text) else "labels", said)


# ------------------------------------------------------------------ words


def _without_polite(words: list[str], language: str | None) -> list[str]:
    """Return words without those that say no more than "please", at both ends."""
    return _trimmed(words, ("polite",), language, at_end=True)


def _without_greeting(words: list[str], language: str | None) -> list[str]:
    """Return words without a greeting before them, and thanks behind them."""
    rest = _trimmed(words, ("greeting", "polite"), language)
    return _trimmed(rest, ("thanks", "polite"), language, at_end=True)


def _trimmed(
    words: list[str], names: Collection[str], language: str | None, *, at_end: bool = False
) -> list[str]:
    for length in range(min(read_keywords("plain_words").longest, len(words) - 1), 0, -1):
        if _find(" ".join(words[:length]), names, language):
            return _trimmed(words[length:], names, language, at_end=at_end)
        if at_end and _find(" ".join(words[-length:]), names, language):
            return _trimmed(words[:-length], names, language, at_end=at_end)
    return words


def _without(words: list[str], names: Collection[str], language: str | None) -> list[str]:
    """Return words without the terms among them; what parted these still parts."""
    kept = list[str]()
    for word in words:
        if not _is_one_of(word, names, language):
            kept.append(word)
        elif kept and word.endswith((",", ";", ":")):
            kept[-1] += ","
    return kept


def _is_one_of(word: str, names: Collection[str], language: str | None) -> bool:
    """Return whether a word is a term of the reader's language or English; no code is (`IT`)."""
    if word.isupper() and len(word) == CODE:
        return False
    own = (list_language(base_language(language) or None), "en")
    return any(
        each.name in names and each.language in own
        for each in read_keywords("plain_words").find(normalise(word))
    )


def _find(phrase: str, names: Collection[str], language: str | None) -> str | None:
    """Return which of several terms a whole phrase is; a short one (`co`, `et`) only in their
    own language or in English."""
    words = normalise(phrase)
    own = (list_language(base_language(language) or None), "en")
    found = [
        each
        for each in read_keywords("plain_words").find(words)
        if each.name in names and (len(words) > SHORT or each.language in own)
    ]
    return unanimous(found, language)
