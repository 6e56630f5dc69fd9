"""Read reports for comparison: their words, names and numbers, and what they name first."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from bot.dates.mentions import DateMatch, find_dates
from bot.dedupe.event_terms import EventTerms, Facets, event_terms
from bot.dedupe.months import months_in
from bot.dedupe.subjects import subjects_of
from bot.text import NUMBER, first_sentence, fold, normalise, numbers, sentences
from bot.text.terms import FoldedText

HEAD = 2
"""The title and the first sentence say what a report is about."""
CAPITALS = 0.7
"""The share of capitalised words from which capitals say nothing: headlines in title case."""
STEM = 5
"""Letters that two forms of one word have in common."""
SHORT = 4
"""Letters of the shortest word that says what a report is about."""

_TOKEN = re.compile(rf"{NUMBER.pattern}|[^\W\d_]+")
_DATELINE = re.compile(
    r"^(?:\(\w{2,8}\) ?[–—-] ?[^–—\n-]{0,40}[–—-] |[^!?\n()]{0,45}\(\w{2,8}\) ?[.:–—-]+ ?)"
)
_STARTS = (":", "–", "—", " -", "|", '"', "„", "“", "«", "»", "(", "[")
"""After these, a capital begins a sentence or a quotation and no name."""


class Report(NamedTuple):
    """A report in its own language."""

    title: str
    text: str
    language: str | None
    mentions: frozenset[str]
    """The countries that it names beside its own."""


class Word(NamedTuple):
    """A word or number of a sentence."""

    folded: str
    is_capital: bool = False
    """Whether it begins with a capital within a sentence."""
    is_name: bool = False
    is_place: bool = False
    is_number: bool = False


Sentence = tuple[Word, ...]
Slot = tuple[str, str, str]
"""The two words before a name or number, and the one after it."""


class ReportContent:
    """What a report says, as far as reports are compared."""

    def __init__(self, report: Report) -> None:
        self.language = report.language
        self.mentions = report.mentions
        self.terms = event_terms(report.language)
        self._written = [report.title, *sentences(report.text)]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The title and the sentences of the text."""
        return [_words(sentence, self.terms, self.language) for sentence in self._written]

    @cached_property
    def words(self) -> list[Word]:
        """All of its words."""
        return [*itertools.chain.from_iterable(self.sentences)]

    @cached_property
    def text_words(self) -> list[str]:
        """The words of the text, folded."""
        return [word.folded for sentence in self.sentences[1:] for word in sentence]

    @cached_property
    def sentence_ends(self) -> frozenset[int]:
        """How many of these words there are up to the end of each sentence."""
        return frozenset(itertools.accumulate(map(len, self.sentences[1:])))

    @cached_property
    def head(self) -> list[Word]:
        """The words of the title and of the first sentence."""
        return [*itertools.chain.from_iterable(self.sentences[:HEAD])]

    @cached_property
    def codes(self) -> Facets:
        """What the title and the first sentence name."""
        return self.terms.codes(FoldedText(". ".join(self._written[:HEAD])))

    @cached_property
    def codes_of_title(self) -> Facets:
        """What the title names."""
        return self.terms.codes(FoldedText(self._written[0]))

    @property
    def stages_of_title(self) -> tuple[str, ...]:
        """The stages that the title names."""
        return self.codes_of_title[0]

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """The abbreviations of the title, unless it is all in capitals."""
        words = re.findall(r"[^\W\d_]{3,}", self._written[0])
        acronyms = frozenset(fold(word) for word in words if word.isupper())
        return acronyms if 2 * len(acronyms) < len(words) else frozenset()

    @cached_property
    def initials(self) -> str:
        """The first letters of its words."""
        return "".join(word.folded[0] for word in self.words)

    def names_acronym(self, acronym: str) -> bool:
        """Return whether it names what an abbreviation stands for."""
        return acronym in self.initials or any(word.folded == acronym for word in self.words)

    @cached_property
    def codes_of_text(self) -> Facets:
        """What the text names."""
        return self.terms.codes(FoldedText(". ".join(self._written[1:])))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """What it is about."""
        return subjects_of(". ".join(self._written), self.language)

    @cached_property
    def about(self) -> frozenset[str]:
        """What and whom it is about: its subjects, and the countries that it names."""
        return self.subjects | self.mentions

    @cached_property
    def subjects_of_title(self) -> frozenset[str]:
        """What the title says that it is about."""
        return subjects_of(self._written[0], self.language)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers."""
        return frozenset(word.folded for word in self.words if word.is_number)

    @cached_property
    def dates(self) -> frozenset[tuple[int, int]]:
        """Its dates that are written with the name of a month: day and month."""
        found = itertools.chain.from_iterable(self._dates)
        return frozenset((each.day, each.month) for each in found)

    @cached_property
    def months(self) -> frozenset[int]:
        """The months that it names without a day."""
        return frozenset(itertools.chain.from_iterable(self._months))

    @property
    def months_of_title(self) -> frozenset[int]:
        """The months that its title names without a day."""
        return self._months[0]

    @cached_property
    def _dates(self) -> list[list[DateMatch]]:
        return [[*find_dates(sentence, self.language)] for sentence in self._written]

    @cached_property
    def _months(self) -> list[frozenset[int]]:
        pairs = zip(self._written, self._dates, strict=True)
        return [months_in(sentence, self.language, dates) for sentence, dates in pairs]

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of its names that are no words for a body."""
        return _stems(
            word.folded
            for word in self.words
            if word.is_name and not self.terms.codes_of_word(word.folded)[1]
        )

    @cached_property
    def slots(self) -> dict[Slot, Counter[str]]:
        """Its names and numbers by the words around them."""
        found = defaultdict[Slot, Counter[str]](Counter)
        for sentence in self.sentences:
            around = ["", "", *("#" if word.is_number else word.folded for word in sentence), ""]
            for at, word in enumerate(sentence):
                if word.is_name or word.is_number:
                    found[around[at], around[at + 1], around[at + 3]][word.folded] += 1
        return found


def without_dateline(text: str) -> str:
    """Return a text without the place, the day and the agency that a wire report begins with."""
    return _DATELINE.sub("", text)


@lru_cache(maxsize=100)  # a report is compared with several others
def read(report: Report) -> ReportContent:
    """Read a report for comparison."""
    return ReportContent(report)


@lru_cache(maxsize=200)
def head_stems(title: str, text: str) -> frozenset[str]:
    """Return the stems of the words of a title and of the first sentence of a text."""
    return _stems(normalise(f"{title} {first_sentence(text)}").split())


@lru_cache(maxsize=200)
def telling_numbers(title: str, text: str) -> frozenset[str]:
    """Return the numbers of two digits and more of a title and of a text."""
    return frozenset(number for number in numbers(f"{title} {text}") if len(number) > 1)


@lru_cache(maxsize=200)  # far cheaper than `read`: most reports are compared by nothing else
def all_stems(title: str, text: str) -> frozenset[str]:
    """Return the stems of the words of a title and of a text."""
    return _stems(normalise(f"{title} {text}").split())


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[:STEM] for word in words if len(word) >= SHORT)


def _words(sentence: str, terms: EventTerms, language: str | None) -> Sentence:
    return tuple(_each_word(sentence, terms, language))


def _each_word(sentence: str, terms: EventTerms, language: str | None) -> Iterator[Word]:
    tokens = [*_TOKEN.finditer(sentence)]
    long = [token[0] for token in tokens[1:] if len(token[0]) > 3 and token[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long)
    # All nouns of German begin with a capital.
    says_nothing = language == "de" or capitals > CAPITALS * len(long)
    before = ""
    for token in tokens:
        word, folded = token[0], fold(token[0])
        if word[0].isdigit():
            yield Word(next(iter(numbers(word))), is_number=True)
        else:
            so_far = sentence[: token.start()].rstrip()
            is_capital = word[0].isupper() and bool(so_far) and not so_far.endswith(_STARTS)
            follows = before in terms.place_prepositions
            yield Word(
                folded,
                is_capital=is_capital,
                is_name=is_capital and (follows or not says_nothing),
                is_place=is_capital and (follows or not terms.place_prepositions),
            )
        before = folded
