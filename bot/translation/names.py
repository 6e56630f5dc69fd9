"""Check the names in a translation or a summary against the text (pure).

A name is a word with a capital that is no ordinary one (`ordinary_words`). It stands in the
text as it is, in another grammatical case, in another script, or as its language calls it: names of
countries are CLDR's, others are in `data/summary_names`. A word for what belongs to a country
stands for the country.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from bot import taxonomy
from bot.data_files import read_data
from bot.enrich.names import mentioned_countries
from bot.models.translations import Passage
from bot.text import fold
from bot.text.terms import FoldedText, TermMatcher
from bot.translation.ordinary_words import is_ordinary
from bot.translation.sounds import begins_alike, by_sound, is_same_name

SHORTEST_ACRONYM = 3
BEGINNING = 2
"""Letters by which exonyms are looked for."""
_WORD = re.compile(r"[^\W\d_]+")


class _Country(Struct, frozen=True):
    code: str
    english: tuple[str, ...]
    native: tuple[str, ...]


class _Name(Struct, frozen=True):
    english: tuple[str, ...]
    native: tuple[str, ...]


class _Lists(Struct, frozen=True):
    countries: tuple[_Country, ...]
    names: tuple[_Name, ...]


class _Exonym(Struct, frozen=True, eq=False):
    """A name that languages write in their own ways."""

    said: TermMatcher
    native: TermMatcher
    country: str | None = None


class Names:
    """The names of a passage, as far as they are asked for."""

    def __init__(self, passage: Passage, text: FoldedText, target: str) -> None:
        """`target`: the language of what is said."""
        self._text, self._target = text, target
        countries = mentioned_countries(text.text, "", passage.language, None)
        self._countries = {*countries, passage.country}
        self._written = [*_names_in(text.text), *_names_in(passage.publisher)]
        self._names = {by_sound(name) for name in self._written}
        self._words = {by_sound(word) for word in _WORD.findall(text.text)}

    def unknown_in(self, said: str) -> list[str]:
        """Return the names in a sentence that the passage does not have."""
        rest, unknown = FoldedText(said), list[str]()
        for exonym in _exonyms_in(said, self._target):
            found = [word for word, _ in exonym.said.find_positions(rest) if word[0].isupper()]
            rest = exonym.said.blank_out(rest) if found else rest
            if found and not self._has(exonym):
                unknown += (word for word in found if not self._is_written(word))
        said_names = [*_names_in(said)]
        for match in _WORD.finditer(rest.folded):
            word = said[match.start() : match.end()]
            if word[0].isupper() and not self._is_founded(word, said_names):
                unknown.append(word)
        return unknown

    def _has(self, exonym: _Exonym) -> bool:
        is_about_it = exonym.country is not None and exonym.country in self._countries
        return is_about_it or bool(exonym.native.find_positions(self._text))

    def _is_founded(self, word: str, said: Sequence[str]) -> bool:
        return (
            is_ordinary(word, self._target)
            or self._is_written(word)
            or (word.isupper() and (_abbreviates(word, said) or _abbreviates(word, self._written)))
        )

    def _is_written(self, name: str) -> bool:
        """Return whether each word of a name stands in the passage as a name, or a long one as the
        beginning of any word (`ruzyňské letiště`)."""
        return all(
            any(is_same_name(sound, other) for other in self._names)
            or any(begins_alike(sound, other) for other in self._words)
            for sound in map(by_sound, _WORD.findall(name))
        )


def _names_in(text: str) -> Iterator[str]:
    """Yield the words that have a capital, from the capital on: Irish puts letters before it."""
    for word in _WORD.findall(text):
        at = next((at for at, letter in enumerate(word) if letter.isupper()), None)
        if at is not None:
            yield word[at:]


def _abbreviates(acronym: str, names: Sequence[str]) -> bool:
    """Return whether an acronym stands for neighbouring names: it has their first letters, and at
    most one that is inside (`BAMF`, for Bundesamt, Migration and Flüchtlinge)."""
    for start in range(len(names)):
        for end in range(start + 2, start + len(acronym) + 1):
            part = names[start:end]
            initials = "".join(name[0] for name in part).upper()
            letters = "".join(part).upper()
            is_near = 0 <= len(acronym) - len(initials) <= 1 and len(acronym) >= SHORTEST_ACRONYM
            if is_near and _has_in_order(acronym, initials) and _has_in_order(letters, acronym):
                return True
    return False


def _has_in_order(letters: str, wanted: str) -> bool:
    rest = iter(letters)
    return all(letter in rest for letter in wanted)


def _exonyms_in(said: str, language: str) -> dict[_Exonym, None]:
    """Return the exonyms that a text may have, by how its names begin."""
    listed = _exonyms(language)
    beginnings = {fold(name)[:BEGINNING] for name in _names_in(said)}
    return dict.fromkeys(each for start in sorted(beginnings) for each in listed.get(start, ()))


@lru_cache(maxsize=4)
def _exonyms(language: str) -> dict[str, list[_Exonym]]:
    lists = read_data(f"summary_names/{language}", _Lists)
    forms = {each.code: each for each in lists.countries}
    exonyms = defaultdict[str, list[_Exonym]](list)
    for code, names in taxonomy.country_names(language).items():
        listed = forms.get(code, _Country(code, (), ()))
        _put(exonyms, (*names, *listed.english), listed.native, code)
    for each in lists.names:
        _put(exonyms, each.english, each.native)
    return exonyms


def _put(
    exonyms: dict[str, list[_Exonym]],
    said: tuple[str, ...],
    native: tuple[str, ...],
    country: str | None = None,
) -> None:
    exonym = _Exonym(TermMatcher(said), TermMatcher(native), country)
    for beginning in {fold(term)[:BEGINNING] for term in said}:
        exonyms[beginning].append(exonym)
