"""Parse the arguments of commands: commas between them, any order, case and accents (pure)."""

import re
from collections.abc import Collection, Iterable
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from bot.chat.parsing import tokens
from bot.chat.parsing.filter_parts import WORDS_LIMIT, merge
from bot.chat.parsing.grammar import LONGEST_WORD, Grammar
from bot.chat.parsing.pace_words import write_pace
from bot.models.chats import Filter
from bot.search import Search
from bot.text import fold, one_line
from bot.text import normalise as folded

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
    """Words that were not understood, and what they may add to a filter, the nearest first."""

    text: str
    options: tuple[Filter, ...] = ()


class FilterReading(Struct, frozen=True):
    """What words add to a filter, and the first phrases that are not understood."""

    filter: Filter
    doubts: tuple[UnknownPhrase, ...]


def read_filter(
    text: str, sources: Collection[str] = (), language: str | None = None
) -> FilterReading:
    """Read the words of a filter. `sources`: the ids that may be named; `language`: what the reader
    speaks, which decides where a word means one thing in one language and another in the next."""
    parts = [*Grammar(sources, language).read(text)]
    doubts = tuple(UnknownPhrase(part.typed, part.options) for part in parts if part.adds is None)
    if not parts:  # nothing but punctuation
        doubts = (UnknownPhrase(text.strip()),)
    return FilterReading(merge(part.adds for part in parts if part.adds), doubts)


def parse_filter(
    text: str, sources: Collection[str] = (), language: str | None = None
) -> Filter | list[UnknownPhrase]:
    """Return the filter that words describe, or the first phrases that are not understood."""
    reading = read_filter(text, sources, language)
    return list(reading.doubts) or reading.filter


def write_filter(filter_: Filter) -> str:
    """Return the words that `parse_filter` makes a filter of, in any language: `CZ, return`."""
    less = (f"without {_write_label(exclusion)}" for exclusion in sorted(filter_.less))
    words = (
        *sorted(filter_.countries),
        *sorted(filter_.themes | filter_.topics),
        *sorted(filter_.types),
        *(f"mentions {country}" for country in sorted(filter_.mentions)),
        *(f'"{word}"' for word in filter_.words),
        *(f'without "{word}"' for word in filter_.without),
        *less,
        *(f"source {source}" for source in sorted(filter_.sources)),
        *(f"source {type_}" for type_ in sorted(filter_.source_types)),
        *([f'named "{filter_.name}"'] if filter_.name else []),
        *([write_pace(filter_.pace)] if filter_.pace else []),
    )
    return ", ".join(words) or "everything"


def _write_label(label: str) -> str:
    facet, _, code = label.partition(":")
    return f"source {code}" if facet in ("source", "source_type") else code


def parse_search(text: str, sources: Collection[str] = (), language: str | None = None) -> Search:
    """Return what to search the archive for: as a filter, but what names nothing is searched for in
    the texts, which must have each word, and each phrase in quotation marks."""
    grammar, named, words = Grammar(sources, language), list[Filter](), list[str]()
    for phrase in islice(tokens.phrases(text), WORDS_LIMIT):
        parts = grammar.read_phrase(phrase)
        if any(part.adds is None for part in parts):
            words += (token.text for token in phrase if not token.is_excluded)
            named.append(_without_excluded(phrase))
        else:
            named += (part.adds for part in parts if part.adds)
    filter_ = merge(named)
    words += filter_.words
    without = findable(filter_.without)
    found = replace(filter_, words=(), without=without, name="", pace=None)
    return Search(filter=found, words=findable(words))


def literal(text: str) -> Search:
    """Return a search for texts alone, with words of any ending."""
    said = [token for phrase in tokens.phrases(text) for token in phrase]
    opened = (
        token.text if token.kind == "quoted" else f"{token.text.strip('*')}*"
        for token in said
        if not token.is_excluded
    )
    return Search(filter=_without_excluded(said), words=findable(opened))


def _without_excluded(said: Iterable[tokens.Token]) -> Filter:
    """Return a filter that leaves out the words with a minus: `-football`."""
    return Filter(without=findable(token.text for token in said if token.is_excluded))


def phrases(text: str) -> list[str]:
    """Return what stands between the commas of a text, as it is typed."""
    return [tokens.written(phrase) for phrase in tokens.phrases(text)]


def findable(words: Iterable[str]) -> tuple[str, ...]:
    """Return words with a letter or digit, each once, without what cannot be read."""
    cut = (one_line(word).strip('" ')[:LONGEST_WORD].strip('" ') for word in words)
    return tuple(dict.fromkeys(word for word in cut if folded(word)))[:WORDS_LIMIT]


def parse_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of developments that a text names, each once, however they are written:
    `sk – 2026 – 12` is `SK-2026-0012`, and so is the end of a link to it."""
    found = (match.groups() for match in _NUMBER.finditer(fold(text)))
    return tuple(
        dict.fromkeys(f"{country.upper()}-{year}-{int(last):04}" for country, year, last in found)
    )


def parse_number(text: str) -> tuple[str, str] | None:
    """Return the first number of a development that a text names, and the text after it; None: it
    names none."""
    folded_text = fold(text)
    match = _NUMBER.search(folded_text)
    if match is None:
        return None
    (number,) = parse_numbers(match[0])
    return number, folded_text[match.end() :]


def parse_country(text: str, language: str | None = None) -> str | None:
    """Return the code of the one country that words name, and nothing else."""
    named = parse_filter(text, language=language)
    if isinstance(named, Filter) and len(named.countries) == 1:
        (code,) = named.countries
        return code if named == Filter(countries=frozenset({code})) else None
    return None
