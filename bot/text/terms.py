"""Match lists of terms in a text.

Whole words match, with case and accents folded; `*` stands for any ending, or before a word for
the front of a compound.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from bot.data_files import languages_of
from bot.text import fold, normalise

Value = TypeVar("Value")

LIKE = {"nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "mo": "ro"}
"""Languages that share word lists."""

BEGINNING = 5
"""Letters of a word that are compared before a pattern is run."""
_BEGINNING = re.compile(rf"(?<!\w)\w{{1,{BEGINNING}}}")


class FoldedText:
    """A text with its folded form; positions in both are the same."""

    def __init__(self, text: str, folded: str | None = None) -> None:
        self.text, self.folded = text, fold(text) if folded is None else folded

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Return the beginnings of its words."""
        return frozenset(_BEGINNING.findall(self.folded))


class TermMatcher:
    """A list of terms, compiled to one pattern when it is first used."""

    def __init__(self, terms: tuple[str, ...] = ()) -> None:
        self._terms = fold("\n".join(terms)).split("\n") if terms else []

    def find_words(self, passage: FoldedText) -> list[str]:
        """Return the distinct words that match, as the text writes them, in order."""
        return [word for word, _ in self.find_positions(passage)]

    def find_positions(self, passage: FoldedText) -> list[tuple[str, int]]:
        """Return the words that match, each with its first position."""
        if not self._may_be_in(passage):
            return []
        hits: dict[str, tuple[str, int]] = {}
        for match in self._pattern.finditer(passage.folded):
            word = passage.text[match.start() : match.end()]
            hits.setdefault(match[0], (word, match.start()))
        return list(hits.values())

    def blank_out(self, passage: FoldedText) -> FoldedText:
        """Return the text with spaces for the words that match, so that positions stay."""
        if not self._may_be_in(passage):
            return passage
        blanked = self._pattern.sub(lambda match: " " * len(match[0]), passage.folded)
        return FoldedText(passage.text, blanked)

    def _may_be_in(self, passage: FoldedText) -> bool:
        # Most lists have no word in a text, and a set is faster to ask than a pattern.
        beginnings, pieces = self._first_words
        return not beginnings.isdisjoint(passage.beginnings) or any(
            piece in passage.folded for piece in pieces
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){any_of(self._terms)}(?!\w)")

    @cached_property
    def _first_words(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the beginnings of first words, and the pieces of those that begin variously."""
        words = {term.split()[0] for term in self._terms}
        begins = {word: _beginning(word) for word in words}
        return (
            frozenset(filter(None, begins.values())),
            frozenset(word.strip("*") for word, beginning in begins.items() if not beginning),
        )


def list_language(language: str | None) -> str:
    """Return the language (ISO 639-1) whose word lists a language tag has; English for none."""
    code = (language or "en").split("-")[0].lower()
    return LIKE.get(code, code)


def listed_language(language: str | None, folder: str) -> str:
    """Return the same; English where the folder of `bot/data` has no lists of it."""
    code = list_language(language)
    return code if code in languages_of(folder) else "en"


def names_in(passage: FoldedText, matchers: Mapping[str, TermMatcher]) -> list[str]:
    """Return the names of the matchers that find words in a passage, in its order; of overlapping
    words, the longer counts."""
    positions = sorted(
        (start, -len(word), name)
        for name, matcher in matchers.items()
        for word, start in matcher.find_positions(passage)
    )
    names, end = list[str](), 0
    for start, length, name in positions:
        if start >= end:
            names.append(name)
            end = start - length
    return names


def any_of(terms: Iterable[str]) -> str:
    """Return a pattern of terms, the longest first, to match folded text; of none, one that never
    matches. It says nothing of what stands around them."""
    longest_first = sorted(filter(None, terms), key=len, reverse=True)
    return f"(?:{'|'.join(map(_pattern, map(fold, longest_first))) or '(?!)'})"


def _pattern(term: str) -> str:
    return r"\s+".join(
        re.escape(word.strip("*")).join((_star(word[:1]), _star(word[-1:])))
        for word in term.split()
    )


def _beginning(word: str) -> str | None:
    """Return the first letters of all words that a term matches; None where they differ."""
    known = _BEGINNING.match(word)
    is_open = known and known[0] == word.strip("*") and word.endswith("*")
    return known[0] if known and (len(known[0]) == BEGINNING or not is_open) else None


def _star(end: str) -> str:
    return r"\w*" if end == "*" else ""


class TermIndex(Generic[Value]):
    """Finds the values of the terms that are a whole phrase: a dictionary, with `*` for endings."""

    def __init__(self, terms: Iterable[tuple[str, Value]]) -> None:
        self._whole = defaultdict[str, list[Value]](list)
        self._open = defaultdict[tuple[int, str], list[tuple[tuple[_Word, ...], Value]]](list)
        self.longest = 1
        """Words of the longest term."""
        for term, value in terms:
            words = tuple(_words(term))
            self.longest = max(self.longest, len(words))
            if any(begins or ends for _, begins, ends in words):
                first = "" if words[0][1] else words[0][0][:INITIALS]
                self._open[len(words), first].append((words, value))
            elif words:
                self._whole[" ".join(letters for letters, _, _ in words)].append(value)

    def find(self, phrase: str) -> list[Value]:
        """Return the values of a phrase that is normalised (`text.normalise`), each once."""
        return list(dict.fromkeys(value for _, value in self.matches(phrase)))

    def matches(self, phrase: str) -> list[tuple[int, Value]]:
        """Return the same, each with how many letters of the phrase its term names."""
        words = phrase.split()
        inflected = (
            (sum(len(letters) for letters, _, _ in term), value)
            for length in range(INITIALS + 1)
            for term, value in self._open.get((len(words), phrase[:length]), ())
            if all(map(_is_form, words, term))
        )
        return [*((len(phrase), value) for value in self._whole.get(phrase, ())), *inflected]


INITIALS = 3
"""Letters by which a `TermIndex` looks up terms with an ending."""
_Word = tuple[str, bool, bool]
"""Letters, and whether others may stand before and behind them."""


def _words(term: str) -> Iterable[_Word]:
    """Yield the words of a term, as `normalise` parts them."""
    for written in term.split():
        letters = normalise(written).split()
        for number, each in enumerate(letters, 1):
            begins = written.startswith("*") and number == 1
            yield each, begins, written.endswith("*") and number == len(letters)


def _is_form(word: str, term: _Word) -> bool:
    letters, begins, ends = term
    if begins:
        return letters in word if ends else word.endswith(letters)
    return word.startswith(letters) if ends else word == letters
