"""Understand what people say without a command: `czechia and germany on return`, `stop`, `what
about returns in Greece last month` (pure).

The vocabulary is `data/plain_words.toml`; labels are for `query` to find.
"""

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot.chat.keywords import Keyword, is_passed, unanimous
from bot.chat.moments import find_end, find_period
from bot.chat.pace import parse_said
from bot.chat.pace_words import parse_pace
from bot.data_files import read_data
from bot.i18n import base_language
from bot.terms import TermIndex, list_language
from bot.text import normalise

LONGEST = 300
"""Characters that are read: nobody says more to a bot at once, but somebody may paste a page."""
SHORT = 3
"""Letters of a term that may be a word of another language as well."""
PACE_WORDS = 4
"""Words of a pace that stands before what is to come."""
STOP_WORDS = 6
"""Words of a sentence that may ask to stop in other words than those that are listed."""
ARGUMENTS = 3
"""Words that may follow a command that is said without its slash."""
ALONE = ("stop", "help", "settings", "resume", "latest", "filters", "status")
"""What is said alone, and goes by the name of its command, but for `stop`."""
SMALL_TALK = ("greeting", "thanks")
LEADS = ("pause", "digest", "follow", "search")
"""What is said before something else."""

Kind = Literal["greeting", "thanks", "stop", "command", "labels", "search"]


class Said(Struct, frozen=True):
    """What somebody has said."""

    kind: Kind
    text: str = ""
    """What is to be followed or searched for; the arguments of a command."""
    command: str = ""


def understand(
    text: str, now: dt.datetime, zone: str, language: str | None, commands: Collection[str]
) -> Said:
    """Return what a person means. `commands`: the names that go without a slash, too."""
    text = text[:LONGEST]
    words = _without_polite(text.split(), language)
    if name := _find(" ".join(words), ALONE, language) or _find(text, SMALL_TALK, language):
        return _alone(name)
    words = _without_greeting(words, language)
    return (
        _led(words, now, zone, language)
        or _unled(words, language, commands)
        or _about(" ".join(words), now.date(), language)
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
    for length in range(min(_index().longest, len(words)), 0, -1):
        lead = _find(" ".join(words[:length]), LEADS, language)
        rest = " ".join(words[length:])
        match lead:
            case "pause" if not rest or find_end(rest, now, zone, language):
                return Said("command", rest, "pause")
            case "digest" if not rest or parse_said(rest, language):
                return Said("command", rest, "digest")
            case "follow":
                labels = _with_pace_apart(words[length:], language)
                return Said("labels", labels) if rest else Said("command", command="subscribe")
            case "search":
                return Said("search", rest) if rest else Said("command", command="search")
    return None


def _unled(words: list[str], language: str | None, commands: Collection[str]) -> Said | None:
    """Return the command that is said without its slash, or in other words than those listed."""
    whole = " ".join(words)
    first, _, rest = whole.partition(" ")
    if first.lower() in commands and _may_be_arguments(rest):
        return Said("command", rest, first.lower())
    if parse_pace(whole, language):
        return Said("command", whole, "digest")
    may_stop = len(words) <= STOP_WORDS and any(_find(each, ("stop",), language) for each in words)
    return Said("stop") if may_stop else None


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
    """Return what is said of labels alone, or of those within a period."""
    period, _ = find_period(text, today, language)
    return Said("search" if period else "labels", text)


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
    for length in range(min(_index().longest, len(words) - 1), 0, -1):
        if _find(" ".join(words[:length]), names, language):
            return _trimmed(words[length:], names, language, at_end=at_end)
        if at_end and _find(" ".join(words[-length:]), names, language):
            return _trimmed(words[:-length], names, language, at_end=at_end)
    return words


def _find(phrase: str, names: Collection[str], language: str | None) -> str | None:
    """Return which of several terms a whole phrase is; a short one (`co`, `et`) only in their
    own language or in English."""
    words = normalise(phrase)
    own = (list_language(base_language(language) or None), "en")
    found = [
        each
        for each in _index().find(words)
        if each.name in names and (len(words) > SHORT or each.language in own)
    ]
    return unanimous(found, language)


@lru_cache(maxsize=1)
def _index() -> TermIndex[Keyword]:
    entries = read_data("plain_words", dict[str, dict[str, list[str]]]).items()
    return TermIndex(
        (term, Keyword(name, language))
        for language, terms in entries
        for name, forms in terms.items()
        for term in forms
    )
