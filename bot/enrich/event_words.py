"""Words that tell the day of a decision from other days, by language (`data/event_days`)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.data_files import read_data
from bot.dates.mentions import Day
from bot.enrich.dated_laws import DatedLaws
from bot.text import fold
from bot.text.terms import any_of, listed_language

BOUND = 30
"""Characters before or after a day in which a word makes it a bound of a period."""
CITED = 3
"""Words before a ruling or a law in which another says that it is only cited."""

_NUMBER = r"(?:\W+(?:\w{1,4}\W+){0,2}(?:[a-z]+[ -])?\S*\d\S*)?"
"""Of a law or a ruling: `№ 9120`, `U-III-1221/2025`, `sp. zn. II. ÚS 12/2026`."""

_WORD = re.compile(r"(?<!\w)\w[\w']?")
"""The first two letters of a word."""
ANY_BEGINNING = ""
"""Stands for the beginning of a term for the end of compounds."""

OTHER = "other"
"""The kind of the words of other events."""
LAW = "law"
"""The kind of a law that is named with its day."""
DECIDE, MEETING, PUBLISH, RULING = "decide", "meet", "publish", "rule"
MADE = frozenset({"adopt", "sign"})
"""Kinds of decisions that this code names; the others are those of the lists."""


class EventWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of one language, of terms as `bot.text.terms` has them."""

    bounds: tuple[str, ...] = ()
    """Before a day that begins or ends something: since, until, as of, every."""
    bounds_after: tuple[str, ...] = ()
    """The same, after the day."""
    other_events: tuple[str, ...] = ()
    """Of entry into force, deadlines, births, anniversaries, crimes, counts, and the future."""
    clauses: tuple[str, ...] = ()
    """At the beginning of a subordinate clause."""
    clauses_after_comma: bool = False
    """They are such only after a comma: elsewhere, German `der` is an article."""
    laws: tuple[str, ...] = ()
    laws_by_day: tuple[str, ...] = ()
    """Between a law and the day that names it (`Act of 5 May`); "" where nothing need stand."""
    laws_behind_day: tuple[str, ...] = ()
    """The same where the day comes first."""
    courts: tuple[str, ...] = ()
    citing: tuple[str, ...] = ()
    """Before a law or a ruling that is not the item's own subject: amending, pursuant to."""
    verbs: dict[str, tuple[str, ...]] = {}
    """Of decisions, by their kind."""
    verbs_last: bool = False
    """Verbs follow the day that they govern."""


class Word(NamedTuple):
    """A word to which a day may belong, with its kind and where it stands."""

    kind: str
    start: int
    end: int


class KindPatterns:
    """Lists of terms, by the kind that they stand for; those are compiled that begin as a word of
    some text does."""

    # A pattern of all terms takes ten times as long: at each word, it tries one after the other.

    def __init__(self, kinds: Mapping[str, Iterable[str]]) -> None:
        self._terms = defaultdict[str, dict[str, list[str]]](lambda: defaultdict(list))
        """By the two letters in which they begin, and by kind."""
        for kind, terms in kinds.items():
            for term in terms:
                beginning = _WORD.match(fold(term))
                self._terms[beginning[0] if beginning else ANY_BEGINNING][kind].append(term)
        self._patterns: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def find(self, text: str) -> list[Word]:
        """Return the words of each kind in a folded text."""
        return [
            Word(kind, word.start(), match.end())
            for word in _WORD.finditer(text)
            for beginning in (word[0], ANY_BEGINNING)
            if beginning in self._terms
            for kind, pattern in self._patterns_of(beginning)
            if (match := pattern.match(text, word.start()))
        ]

    def _patterns_of(self, beginning: str) -> list[tuple[str, re.Pattern[str]]]:
        if beginning not in self._patterns:
            self._patterns[beginning] = [
                (kind, re.compile(rf"{any_of(terms)}(?!\w)"))
                for kind, terms in self._terms[beginning].items()
            ]
        return self._patterns[beginning]


class EventPatterns:
    """The lists of one language, compiled; all texts that they are asked about are folded."""

    def __init__(self, words: EventWords) -> None:
        self.verbs_last = words.verbs_last
        rulings = words.verbs.get(RULING, ())
        self._bound = re.compile(rf"(?<!\w){any_of(words.bounds)}(?:\W+\w{{1,3}}\.?)?\W*\Z")
        self._bound_after = re.compile(rf"\W{{0,2}}{any_of(bare(words.bounds_after))}(?!\w)")
        self._document = re.compile(rf"(?<!\w){any_of((*words.laws, *rulings))}{_NUMBER}\W*\Z")
        self._law, self._court, self._citing = (
            _whole(terms) for terms in (words.laws, words.courts, words.citing)
        )
        self._dated_laws = DatedLaws(words.laws, words.laws_by_day, words.laws_behind_day)
        before = r",\s+(?:\w{1,5}\s+)?" if words.clauses_after_comma else r"(?<!\w)"
        self._clause = re.compile(rf"{before}{any_of(words.clauses)}(?!\w)")
        self._kinds = KindPatterns({**words.verbs, OTHER: words.other_events})

    def find(self, text: str) -> list[Word]:
        """Return the words of decisions and of other events."""
        return self._kinds.find(text)

    def kinds(self, title: str) -> frozenset[str]:
        """Return the kinds of decisions that a title tells of; a court rules or decides, and a law
        of which nothing else is said was adopted."""
        own = {word.kind for word in self.find(title)}
        if self._court.search(title):
            own |= {RULING, DECIDE}
        elif not own and self._law.search(title) and not self._citing.search(title):
            own |= MADE
        return frozenset(own - {OTHER})

    def tells_of_law(self, title: str) -> bool:
        """Return whether a title tells that a law was adopted, signed or published."""
        is_made = not self.kinds(title).isdisjoint((*MADE, PUBLISH))
        return is_made and self._law.search(title) is not None

    def is_bound(self, text: str, day: Day) -> bool:
        """Return whether a day begins or ends something."""
        before, after = text[max(day.start - BOUND, 0) : day.start], text[day.end :][:BOUND]
        bound = self._bound.search(before)
        # In many languages the word for `since` also stands between a ruling and its day.
        until = day.start - len(before) + bound.start() if bound else 0
        is_bound = bound is not None and not self._document.search(text[:until][-2 * BOUND :])
        return is_bound or self._bound_after.match(after) is not None

    def law_of(self, text: str, day: Day) -> Word | None:
        """Return the law that is named by a day."""
        law = self._dated_laws.named_by(text, day)
        if law is None or self.find(text[law.end : day.start]):
            return None
        return Word(LAW, law.start, law.end)

    def is_cited(self, text: str, word: Word) -> bool:
        """Return whether a decision is one that a sentence only refers to."""
        before = " ".join(text[: word.start].split()[-CITED:])
        return self._citing.search(before) is not None

    def count_clauses(self, text: str) -> int:
        """Return how many subordinate clauses begin in a part of a sentence."""
        return len(self._clause.findall(text))


def _whole(terms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(terms)}(?!\w)")


def bare(terms: Iterable[str]) -> list[str]:
    """Return endings without the mark before them, which texts write in several ways."""
    return [term.lstrip("-'") for term in terms]


def event_patterns(language: str | None) -> EventPatterns:
    """Return the patterns of a language; the English ones where there are none."""
    return _load(listed_language(language, "event_days"))


@lru_cache(maxsize=40)
def _load(code: str) -> EventPatterns:
    return EventPatterns(read_data(f"event_days/{code}", EventWords))
