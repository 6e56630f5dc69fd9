"""Tell which countries a report names that another one does not, in any form (pure)."""

from functools import lru_cache

from bot.dedupe.reports import ReportContent
from bot.dedupe.word_forms import common_beginning, is_form_of
from bot.taxonomy import country_names
from bot.text import fold

STEM = 5
"""Letters that the name of a country and the word for its people have in common at least."""


def name_other_countries(one: ReportContent, other: ReportContent) -> bool:
    """Return whether each of two reports names a country that the other one names in no form."""
    return _names_own(one, other) and _names_own(other, one)


def _names_own(one: ReportContent, other: ReportContent) -> bool:
    return any(not _names_people_of(code, other) for code in one.mentions - other.mentions)


def _names_people_of(code: str, reading: ReportContent) -> bool:
    """Return whether a report has a word made of the name of a country (Kitajska, kitajski), and of
    none that it names itself (Nigeria is not Niger)."""
    alike = [word.folded for word in reading.words if _is_made_of(word.folded, code, reading)]
    return any(
        not any(_is_made_of(word, known, reading) for known in reading.mentions) for word in alike
    )


def _is_made_of(word: str, code: str, reading: ReportContent) -> bool:
    names = _names_of(code, reading.language)
    return any(len(common_beginning(word, name)) >= STEM and is_form_of(word, name)
               for name in names)  # fmt: skip


@lru_cache(maxsize=2000)
def _names_of(code: str, language: str | None) -> tuple[str, ...]:
    """Return the names of a country in a language that are one word."""
    names = map(fold, country_names(language).get(code, ()))
    return tuple(name for name in names if name.isalpha())
