"""Parse the arguments of commands: commas between them, any order, case and accents (pure)."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot import taxonomy
from bot.chat.pace_words import parse_pace
from bot.config.values import Duration
from bot.models import Filter
from bot.text import fold, one_line
from bot.text import normalise as folded
from bot.words import Search

LONGEST_PHRASE = 80
DOUBTS_LIMIT = 5
WORDS_LIMIT = 20
"""Words that one filter asks for."""

_MENTIONS = re.compile(r"(?:mention(?:s|ing)?|about)\s+(.+)", re.IGNORECASE | re.DOTALL)
_WITHOUT = re.compile(r"(?:without\s+|not\s+|[-–−]\s*)(.+)", re.IGNORECASE | re.DOTALL)
_SOURCE = re.compile(r"(source|from)\s+(.+)", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"(?:named|called)\s+(.+)", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(r"words?\s+(.+)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r'(.*".*)', re.DOTALL)
_QUOTED_PART = re.compile(r'"([^"]*)"?')
_QUOTES = str.maketrans("„“”«»‟", '""""""')
_PHRASE = re.compile(r'(?:"[^"]*"|[^,"])+')
_LESS = {"topic": "theme"}
"""The facet under which an excluded label is stored in `Filter.less`."""
_NUMBER = re.compile(  # no part of a longer name, such as `pre-cz-2025-0001` or `CZ-2025-0001-2`
    r"(?<![^\W_])(?<![^\W_]-)([a-z]{2})\s{0,3}[-−]\s{0,3}([0-9]{4})\s{0,3}[-−]\s{0,3}([0-9]{1,6})"
    r"(?!\w|-\w)"
)


class CommandCall(Struct, frozen=True):
    """A command as a person wrote it: `/name@bot arguments`."""

    command: str
    words: str
    to: str | None
    """The bot it is addressed to by name; None: to whoever listens."""


def parse_command(text: str) -> CommandCall | None:
    """Return the command that a message begins with; None: it is no command."""
    match = re.fullmatch(r"/(\w{1,64})(?:@(\w+))?(?:\s+(.*))?", text.strip(), re.DOTALL)
    return CommandCall(match[1].lower(), match[3] or "", match[2]) if match else None


class UnknownPhrase(Struct, frozen=True):
    """Words that were not understood, and the labels nearest to them."""

    text: str
    suggestions: tuple[str, ...]


def parse_filter(text: str, sources: Collection[str] = ()) -> Filter | list[UnknownPhrase]:
    """Return the filter that words describe, or the first phrases that are not understood.
    `sources`: the ids that may be named."""
    filter_ = Filter()
    doubts: list[UnknownPhrase] = []
    for phrase in phrases(text):
        read = _with(filter_, phrase, sources) if len(phrase) <= LONGEST_PHRASE else _doubt(phrase)
        if isinstance(read, UnknownPhrase):
            doubts.append(read)
        else:
            filter_ = read
        if len(doubts) == DOUBTS_LIMIT:
            break  # who sends a page of nonsense costs the others no time
    return doubts or filter_


def parse_search(text: str, sources: Collection[str] = ()) -> Search:
    """Return what to search the archive for: as a filter, but what names nothing is searched for in
    the texts, which must have each word, and each phrase in quotation marks."""
    filter_, words = Filter(), list[str]()
    for phrase in islice(phrases(text), WORDS_LIMIT):
        form = next((each for each in (_WITHOUT, _WORDS) if each.fullmatch(phrase)), None)
        quoted = [] if form else _QUOTED_PART.findall(phrase)
        rest = phrase if form else _QUOTED_PART.sub(" ", phrase).strip()
        words += quoted
        read = _with(filter_, rest[:LONGEST_PHRASE], sources) if rest else filter_
        if isinstance(read, UnknownPhrase):
            words += (word for word in rest.split() if not word.startswith("-"))
            read = _without_words(filter_, rest)
        filter_ = read
    words += filter_.words
    return Search(filter=replace(filter_, words=(), name=""), words=findable(words))


def literal(text: str) -> Search:
    """Return a search for texts alone, with words of any ending."""
    plain = text.translate(_QUOTES).replace(",", " ")
    words = [*_QUOTED_PART.findall(plain), *_QUOTED_PART.sub(" ", plain).split()]
    opened = (f"{word.strip('*')}*" for word in words if not word.startswith("-"))
    return Search(filter=_without_words(Filter(), plain), words=findable(opened))


def _without_words(filter_: Filter, text: str) -> Filter:
    """Return a filter that leaves out the words after a hyphen: `-football`."""
    excluded = (word[1:] for word in text.split() if word.startswith("-"))
    return replace(filter_, without=findable((*filter_.without, *excluded)))


def findable(words: Iterable[str]) -> tuple[str, ...]:
    """Return words with a letter or digit, each once, without what cannot be read."""
    cut = (one_line(word).strip('" ')[:LONGEST_PHRASE].strip('" ') for word in words)
    return tuple(dict.fromkeys(word for word in cut if folded(word)))[:WORDS_LIMIT]


def phrases(text: str) -> Iterator[str]:
    """Split readable text at commas, but not within quotation marks."""
    for match in _PHRASE.finditer(one_line(text).translate(_QUOTES)):
        if phrase := match[0].strip(" .;\n\t"):
            yield phrase


def parse_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of developments that a text names, each once, however they are written:
    `sk – 2026 – 12` is `SK-2026-0012`, and so is the end of a link to it."""
    found = (match.groups() for match in _NUMBER.finditer(fold(text)))
    return tuple(
        dict.fromkeys(f"{country.upper()}-{year}-{int(last):04}" for country, year, last in found)
    )


def parse_country(text: str) -> str | None:
    """Return the code of the one country that words name."""
    term = taxonomy.find_term(text)
    return term.code if term and term.facet == "country" else None


def parse_pause(text: str) -> dt.timedelta | None:
    """Parse the length of a pause (`3d`, `2 w`); None for anything else."""
    return Duration.parse(text.strip().lower())


# ------------------------------------------------------------------ a phrase


def _with(filter_: Filter, phrase: str, sources: Collection[str]) -> Filter | UnknownPhrase:
    """Return a filter with what a phrase adds to it."""
    if pace := parse_pace(phrase):
        return replace(filter_, pace=pace)
    for pattern, add in _FORMS:
        if match := pattern.fullmatch(phrase):
            return add(filter_, match[1])
    if match := _SOURCE.fullmatch(phrase):
        is_place = match[1].lower() == "from"  # a country may follow it, too
        return _with_source(filter_, match[2].strip(), sources, is_place=is_place)
    terms = _terms(phrase)
    return _with_terms(filter_, terms) if terms else _doubt(phrase)


def _with_name(filter_: Filter, text: str) -> Filter:
    return replace(filter_, name=text.strip('" ')[:LONGEST_PHRASE])


def _with_terms(filter_: Filter, terms: list[taxonomy.Term]) -> Filter:
    return replace(
        filter_,
        countries=filter_.countries | _codes(terms, "country"),
        themes=filter_.themes | _codes(terms, "theme"),
        topics=filter_.topics | _codes(terms, "topic"),
        types=filter_.types | _codes(terms, "type"),
    )


def _with_word(filter_: Filter, text: str) -> Filter | UnknownPhrase:
    word = text.strip('" ')
    if not folded(word) or len(filter_.words) >= WORDS_LIMIT:
        return UnknownPhrase(text, ())
    return replace(filter_, words=tuple(dict.fromkeys((*filter_.words, word))))


def _with_exclusion(filter_: Filter, text: str) -> Filter | UnknownPhrase:
    """Return what a phrase excludes: a label, or else a word."""
    if terms := [] if '"' in text else _terms(text):
        less = {f"{_LESS.get(term.facet, term.facet)}:{term.code}" for term in terms}
        return replace(filter_, less=filter_.less | less)
    word = text.strip('" ')
    if not folded(word) or len(filter_.without) >= WORDS_LIMIT:
        return UnknownPhrase(text, ())
    return replace(filter_, without=tuple(dict.fromkeys((*filter_.without, word))))


def _with_source(
    filter_: Filter, text: str, sources: Collection[str], *, is_place: bool
) -> Filter | UnknownPhrase:
    name = text.lower()
    if name in sources:
        return replace(filter_, sources=filter_.sources | {name})
    places = [term for term in _terms(text) if term.facet == "country"]
    if places and is_place:
        return _with_terms(filter_, places)
    near = [f"source {each}" for each in sorted(sources) if name in each]
    return UnknownPhrase(f"source {name}", tuple(near[:DOUBTS_LIMIT]))


def _with_mentions(filter_: Filter, text: str) -> Filter | UnknownPhrase:
    countries = _codes(_terms(text), "country")
    return replace(filter_, mentions=filter_.mentions | countries) if countries else _doubt(text)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Filter, str], Filter | UnknownPhrase]], ...] = (
    (_NAMED, _with_name),
    (_WITHOUT, _with_exclusion),
    (_WORDS, _with_word),
    (_QUOTED, _with_word),
    (_MENTIONS, _with_mentions),
)


def _doubt(phrase: str) -> UnknownPhrase:
    return UnknownPhrase(phrase, taxonomy.suggest(phrase[:LONGEST_PHRASE]))


def _terms(phrase: str) -> list[taxonomy.Term]:
    """Return the terms of a phrase.

    People forget commas: a phrase that names nothing is tried word by word. A code in small letters
    is then a word like any other: `is it no`.
    """
    whole = taxonomy.find_term(phrase)
    if whole:
        return [whole]
    parts = [
        taxonomy.find_term(part) if len(part) > 2 or part.isupper() else None
        for part in phrase.split()
    ]
    return [part for part in parts if part and part.facet != "everything"] if all(parts) else []


def _codes(terms: list[taxonomy.Term], facet: taxonomy.Facet) -> frozenset[Any]:
    return frozenset(term.code for term in terms if term.facet == facet)
