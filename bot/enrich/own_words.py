"""Read the word lists that an operator adds to, or takes from, those of the package."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from bot import taxonomy
from bot.data_files import languages_of, read_data
from bot.errors import ConfigError
from bot.models import DevelopmentType

Terms = tuple[str, ...]
Lists = Terms | dict[str, Terms]


class WordLists(Struct, frozen=True, forbid_unknown_fields=True):
    """The terms of one language (`bot.text.terms` says how they match)."""

    gate: Terms = ()
    """Words that make an item relevant."""
    ambiguous: Terms = ()
    """Words that do so beside another sign alone: a foreigner may have been robbed."""
    names: Terms = ()
    """Names of authorities, which say nothing of a theme: a Ministry of Asylum also reports other
    news."""
    other: Terms = ()
    """Words in another sense: the migration of birds, or of data."""
    themes: dict[str, Terms] = {}
    weak: dict[str, Terms] = {}
    """Words that count for a theme only where no other theme is named."""
    topics: dict[str, Terms] = {}
    types: dict[DevelopmentType, Terms] = {}

    def flat(self) -> Iterator[tuple[str, str]]:
        """Yield each term with the key of its list, such as `themes.return`."""
        for field in fields(WordLists):
            lists = getattr(self, field.name)
            tables = lists.items() if isinstance(lists, dict) else [("", lists)]
            for code, terms in tables:
                for term in terms:
                    yield f"{field.name}.{code}".rstrip("."), term


class OwnWords(WordLists, frozen=True, forbid_unknown_fields=True):
    """What an operator adds to the lists of a language, and what they remove."""

    remove: WordLists = WordLists()

    def applied_to(self, lists: WordLists) -> WordLists:
        """Return lists with these changes."""
        changed = {
            field.name: _changed(
                *(getattr(each, field.name) for each in (lists, self, self.remove))
            )
            for field in fields(WordLists)
        }
        return WordLists(**cast(Any, changed))


def _changed(lists: Lists, added: Lists, removed: Lists) -> Lists:
    if isinstance(lists, tuple):
        kept = [term for term in lists if term not in removed]
        return tuple(dict.fromkeys((*kept, *added)))
    tables = [cast(dict[str, Terms], each) for each in (lists, added, removed)]
    codes = dict.fromkeys((*lists, *added))
    return {code: cast(Terms, _changed(*(each.get(code, ()) for each in tables))) for code in codes}


_TERM = re.compile(r"(?:\*?[^*\s]+\*?|\*)(?:\s(?:\*?[^*\s]+\*?|\*))*")
"""Words that are parted by one space."""


@lru_cache(maxsize=2)
def own_words(text: str) -> dict[str, OwnWords]:
    """Return the changes of a file that was checked, by language (ISO 639-1)."""
    # Handed about as text: that hashes, and a worker process reads it in no time.
    return msgspec.convert(tomllib.loads(text), dict[str, OwnWords])


def read_own_words(path: str) -> str:
    """Return the text of an operator's file of words; of "", nothing. Raises ConfigError, which
    says the line."""
    if not path:
        return ""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = str(getattr(error, "strerror", None) or "bytes that are not UTF-8")
        raise ConfigError(path, reason, "a readable file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, f"a mistake ({error})", "valid TOML") from None
    for language, table in tables.items():
        for sought, found, expected in _problems(language, table):
            line = _line_of(text, language, sought)
            raise ConfigError(f"{path}: line {line}", found, expected)
    return text


def _problems(language: str, table: object) -> Iterator[tuple[str, str, str]]:
    """Yield what to look for in the file, what is wrong with it, and what is expected."""
    known = languages_of("lexicon")
    if language not in known:
        yield language, f'"{language}"', f"a language with lists: {', '.join(sorted(known))}"
        return
    try:
        own = msgspec.convert(table, OwnWords)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        named = re.findall(r"`(\w+)`", message)[:1] if "unknown field" in message else []
        sought = [*re.findall(r"\w+", where.partition("[")[0]), *named]
        keys = ", ".join(OwnWords.__struct_fields__)
        yield (sought or [language])[-1], f"a mistake ({message})", f"lists of words: {keys}"
        return
    yield from _problems_of_terms(language, own)


def _problems_of_terms(language: str, own: OwnWords) -> Iterator[tuple[str, str, str]]:
    lists = set(read_data(f"lexicon/{language}", WordLists).flat())
    codes = {"themes": taxonomy.themes(), "weak": taxonomy.themes(), "topics": taxonomy.topics()}
    for part in (own, own.remove):
        for key, term in part.flat():
            table, _, code = key.partition(".")
            if code not in codes.get(table, (code,)):
                yield code, f'"{code}"', f"one of {', '.join(codes[table])}"
            if not _TERM.fullmatch(term) or not re.search(r"\w\w", term):
                yield f'"{term}"', f'"{term}"', "words, with * before or after one or in its place"
    for key, term in own.remove.flat():
        if (key, term) not in lists:
            yield f'"{term}"', f'"{term}", which is not in {key}', "a word as the list has it"


def _line_of(text: str, language: str, sought: str) -> int:
    """Return the line on which a word stands in the part of a language, or the part begins."""
    lines = list(enumerate(text.splitlines(), 1))
    heading = re.compile(rf"\s*\[?\s*[\"']?{re.escape(language)}\b")
    start = next((number for number, line in lines if heading.match(line)), 1)
    return next((number for number, line in lines[start - 1 :] if sought in line), start)
