"""The words behind a command: commas between them, any order, case and accents (pure)."""

import datetime as dt
import re

from msgspec import Struct

from bot import taxonomy
from bot.config.values import duration
from bot.models import Filter

_MENTIONS = re.compile(r"^(?:mention(?:s|ing)?|about)\s+", re.IGNORECASE)
LONGEST_PHRASE = 80
DOUBTS_LIMIT = 5


class Said(Struct, frozen=True):
    """A command as a person wrote it: `/name@bot words`."""

    command: str
    words: str
    to: str | None
    """The bot it is addressed to by name; None: to whoever listens."""


def command_of(text: str) -> Said | None:
    """The command that a message begins with; None: it is no command."""
    match = re.fullmatch(r"/(\w{1,64})(?:@(\w+))?(?:\s+(.*))?", text.strip(), re.DOTALL)
    return Said(match[1].lower(), match[3] or "", match[2]) if match else None


class Doubt(Struct, frozen=True):
    """Words that were not understood, and the labels nearest to them."""

    said: str
    suggestions: tuple[str, ...]


def filter_of(said: str) -> Filter | list[Doubt]:
    """The filter that words describe, or the first doubts about them: then nothing is to be
    saved."""
    chosen: list[taxonomy.Term] = []
    mentions: list[taxonomy.Term] = []
    doubts: list[Doubt] = []
    for phrase in filter(None, map(str.strip, said.split(","))):
        named = _MENTIONS.sub("", phrase)
        found = _understood(named) if len(phrase) <= LONGEST_PHRASE else []
        if named != phrase:
            found = [term for term in found if term.facet == "country"]
            mentions += found
        else:
            chosen += found
        if not found:
            doubts.append(Doubt(phrase, taxonomy.suggest(named[:LONGEST_PHRASE])))
        if len(doubts) == DOUBTS_LIMIT:
            break  # who sends a page of nonsense costs the others no time
    if doubts:
        return doubts
    return Filter(
        countries=_codes(chosen, "country"),
        themes=_codes(chosen, "theme"),
        topics=_codes(chosen, "topic"),
        types=_codes(chosen, "type"),  # type: ignore[arg-type]
        mentions=_codes(mentions, "country"),
    )


def country_of(said: str) -> str | None:
    """The code of the one country that words name."""
    term = taxonomy.understand(said)
    return term.code if term and term.facet == "country" else None


def pause_of(said: str) -> dt.timedelta | None:
    """The length of a pause (`3d`, `2 w`); None: it is none."""
    return duration(said.strip().lower())


def _understood(phrase: str) -> list[taxonomy.Term]:
    """The terms of a phrase; people forget commas, so one that is nothing is tried word by word.

    A code in small letters is a word there, like any other: `is it no`.
    """
    whole = taxonomy.understand(phrase)
    if whole:
        return [whole]
    parts = [
        taxonomy.understand(part) if len(part) > 2 or part.isupper() else None
        for part in phrase.split()
    ]
    return [part for part in parts if part and part.facet != "everything"] if all(parts) else []


def _codes(terms: list[taxonomy.Term], facet: taxonomy.Facet) -> frozenset[str]:
    return frozenset(term.code for term in terms if term.facet == facet)
