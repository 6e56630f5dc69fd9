"""Find the countries that an item names: the one that it is about, where its source has none, and
the others."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from bot import taxonomy
from bot.text import fold
from bot.text.terms import FoldedText, any_of

STEM = 5
"""Letters from which the beginning of a name is as good as the name: cases and endings follow."""
ENDING = 4
LONG_ENDING = 7
"""Letters of an ending, and in languages that put one ending on another."""
_ENDINGS_ON_ENDINGS = {"fi", "et", "hu", "is", "lt", "lv", "mt", "ga"}
_LENITED = tuple("bcdfgmpst")
"""Irish consonants that take an h."""
_VOWELS = "aeiouyαειουωηаеиоуяюійь"
_WORD = re.compile(r"(?<!\w)\w")
COMPILED = 5000
"""Patterns of names that are kept."""
LEAD = 3000
"""Characters of a text in which a country that is named counts."""


def find_country(title: str, text: str, language: str | None) -> str | None:
    """Return the EU+ country that an item is about (ISO 3166-1 alpha-2): of the authority it names
    first, else of the title, else the one it names most; None: none, or several alike."""
    if agency := _agencies().search(f"{title}\n{text[:LEAD]}"):
        return agency.lastgroup
    followed = set(taxonomy.countries())
    for passage in (title, text):
        named = Counter(code for code in _countries_in(passage, language) if code in followed)
        ranked = named.most_common(2)
        if len(ranked) == 1 or (ranked and ranked[0][1] > ranked[1][1]):
            return ranked[0][0]
    return None


def mentioned_countries(
    title: str, text: str, language: str | None, about: str | None
) -> tuple[str, ...]:
    """Return the other countries that an item names, in their order."""
    named = [*_countries_in(title, language), *_countries_in(text, language)]
    return tuple(dict.fromkeys(code for code in named if code != about))


def _countries_in(text: str, language: str | None) -> list[str]:
    return [country.code for country in find_countries(text, language)]


class NamedCountry(NamedTuple):
    """A country (ISO 3166-1 alpha-2), and where a text names it."""

    code: str
    start: int
    end: int


def find_countries(text: str, language: str | None) -> list[NamedCountry]:
    """Return each country where it is named, in the order of the text."""
    # A name begins with a capital: in many languages small letters make another word of it.
    passage = FoldedText(text[:LEAD])
    names = _country_patterns((language or "en").split("-")[0])
    named, end = list[NamedCountry](), 0
    for at in _capitals(passage.text):
        if at >= end and (begun := names.get(passage.folded[at : at + 2])):
            pattern, codes = begun
            if match := _compiled(pattern).match(passage.folded, at):
                end = match.end()
                named.append(NamedCountry(codes[match.lastindex or 0], at, end))
    return named


def _capitals(text: str) -> Iterator[int]:
    """Yield where words have their capital: Irish puts letters before it (`bhFrainc`)."""
    for word in _WORD.finditer(text):
        for at in range(word.start(), word.start() + 3):
            if text[at : at + 1].isupper():
                yield at
                break


@lru_cache(maxsize=1)
def _agencies() -> re.Pattern[str]:
    """Return the patterns of the names of authorities; a short one counts only as it is written."""
    groups = (
        f"(?P<{code}>{'|'.join(map(re.escape, names))})"
        for code, names in taxonomy.agencies().items()
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})(?!\w)")


@lru_cache(maxsize=32)
def _country_patterns(language: str) -> dict[str, tuple[str, list[str]]]:
    """Return, by the two letters that names begin with, their pattern and the country of each
    group."""
    whole = {
        fold(form): code
        for code, names in taxonomy.country_names(language).items()
        for name in names
        for form in _initial_forms(_without_article(name), language)
    }
    terms = [
        (form, code)
        for code, listed in taxonomy.country_forms(language).items()
        for term in listed
        for form in _initial_forms(term, language)
    ]
    ending = LONG_ENDING if language in _ENDINGS_ON_ENDINGS else ENDING
    patterns = [(fold(term[:2]), any_of([term]), code) for term, code in _longest_first(terms)]
    patterns += [(name[:2], re.escape(name), code) for name, code in _longest_first(whole.items())]
    ordered = sorted(whole)
    stems = {stem: code for name, code in whole.items() if (stem := _stem(name, whole, ordered))}
    patterns += [
        (stem[:2], rf"{stem}\w{{0,{ending}}}", code) for stem, code in _longest_first(stems.items())
    ]
    begun = defaultdict[str, list[tuple[str, str]]](list)
    for beginning, pattern, code in patterns:
        begun[beginning].append((pattern, code))
    return {
        beginning: (
            rf"(?:{'|'.join(f'({pattern})' for pattern, _ in group)})(?!\w)",
            ["", *(code for _, code in group)],
        )
        for beginning, group in begun.items()
    }


@lru_cache(maxsize=COMPILED)
def _compiled(pattern: str) -> re.Pattern[str]:
    # When a text first has a word that begins so: most names are never met.
    return re.compile(pattern)


def _without_article(name: str) -> str:
    """Return a name from its first capital: Irish and Maltese names have articles before it, which
    texts change (`an Fhrainc`, `l-Italja`, `mill-Italja`)."""
    return next((name[at:] for at, letter in enumerate(name) if letter.isupper()), name)


def _initial_forms(name: str, language: str) -> set[str]:
    """Return the two forms in which an Irish name begins: `Frainc`, and `Fhrainc` after an
    article."""
    if language != "ga" or name[:1].lower() not in _LENITED:
        return {name}
    plain = name[0] + name[2:] if name[1:2] == "h" else name
    return {plain, f"{plain[0]}h{plain[1:]}"}


def _stem(name: str, whole: Mapping[str, str], ordered: Sequence[str]) -> str | None:
    """Return the pattern of what stays of a name in every grammatical case; None where that is too
    short. `whole`: the country of each name, `ordered`: the names by the alphabet."""
    parts = name.split()
    if len(name) < STEM or (len(name) == STEM and name[-1] not in _VOWELS):
        return None
    if len(parts) > 1:
        return r"\w{0,3} ".join(re.escape(_bare(part)) for part in parts)
    stem = _bare(name)
    alike = takewhile(
        lambda other: other.startswith(stem), islice(ordered, bisect_left(ordered, stem), None)
    )
    begins_another = any(whole[other] != whole[name] for other in alike)
    return re.escape(name[:-1] if begins_another else stem)


def _bare(word: str) -> str:
    """Return a word without its final vowels, as far as enough of it stays."""
    stem = word.rstrip(_VOWELS)
    return stem if len(stem) >= STEM else word[: max(len(word) - 1, STEM - 1)]


def _longest_first(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(names, key=lambda pair: -len(pair[0]))
