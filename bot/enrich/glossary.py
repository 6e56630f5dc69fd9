"""Find the words of a text that have an English word in a language's glossary
(`data/glossary`)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from msgspec import Struct, structs

from bot.data_files import languages_of, read_data
from bot.text import fold
from bot.text.terms import list_language

Kind = Literal[
    "who", "people", "did", "about", "place", "like", "when", "link", "after", "mode"
]  # fmt: skip
"""The list of a word; `WordLists` tells what each has."""

LEAST = 3
"""Letters of the shortest part of a compound."""
JOINT = 2
"""Letters between the parts of a compound (`Flüchtlings-unterkunft`)."""
TAIL = 4
"""Letters after the beginning of a term, from which a word may rather be a compound."""
LONGEST = 60
"""Letters of the longest word that is looked up; longer ones are rather addresses and rows of
letters."""

_ECLIPSED = re.compile("^(?:m(?=b)|g(?=c)|n(?=[dg])|bh(?=f)|b(?=p)|d(?=t)|t(?=s))")
_PREFIXED = re.compile("^[tnh](?=[AEIOUÁÉÍÓÚ])")
_LENITED = re.compile("^([bcdfgmpst])h")


class WordLists(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The glossary of one language: English words, each with the terms that stand for it.

    `*` stands for any ending of a word; ` … ` for other words, as in `lehnt … ab`.
    """

    genitive: Literal["before", "after", "none"] = "none"
    """Where a noun that belongs to another stands beside it, without a word between."""
    adjectives: Literal["before", "after"] = "before"
    """Where most of them stand."""
    compounds: bool = False
    """Whether words are written together."""
    capital_nouns: bool = False
    """Whether all nouns have a capital, and not only names."""
    accents: bool = True
    """Whether they tell words apart; in some languages they move, or are often left out."""
    not_behind: bool = False
    """Whether `not` may stand behind the verb that it negates."""
    articles: frozenset[str] = frozenset()
    """Articles that begin another noun, and not what belongs to the one before."""
    negative: tuple[str, ...] = ()
    """What a verb begins with where it is negated, the longest first."""
    passive: str = ""
    """A regular expression of what a verb in the passive ends with, or is."""
    participle: str = ""
    """A regular expression of what a participle ends with that a noun follows."""
    passive_after: frozenset[str] = frozenset()
    """Words one of which stands before it in its clause; none: it needs none."""
    active_after: frozenset[str] = frozenset()
    """Words right behind which it is in the active: `a adopté`."""

    who: dict[str, tuple[str, ...]]
    """Those who decide, speak and act."""
    people: dict[str, tuple[str, ...]]
    """Those of whom decisions are made."""
    did: dict[str, tuple[str, ...]]
    """Verbs."""
    about: dict[str, tuple[str, ...]]
    """Other nouns."""
    place: dict[str, tuple[str, ...]] = {}
    """Towns and regions that English spells otherwise, or that have cases."""
    like: dict[str, tuple[str, ...]]
    """Adjectives, nationalities, and adverbs of degree."""
    when: dict[str, tuple[str, ...]] = {}
    """Times that are no dates: `next year`, `until further notice`."""
    link: dict[str, tuple[str, ...]]
    """Prepositions and conjunctions; `the` for words that are passed over."""
    after: dict[str, tuple[str, ...]] = {}
    """Postpositions, and endings that a hyphen sets apart (`1-től`)."""
    mode: dict[str, tuple[str, ...]]
    """`not`, and words that change a verb: `will`, `plans to`."""

    def without_words(self) -> "WordLists":
        """Return what they say of the language alone."""
        return structs.replace(self, **{kind: {} for kind in get_args(Kind)})

    def nouns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the entries that are no verbs, with their terms."""
        for entries in (self.who, self.people, self.about, self.like):
            yield from entries.items()


class Token(NamedTuple):
    """A word or number of a text, as a glossary compares it, and where it stands."""

    folded: str
    start: int = 0
    end: int = 0
    is_acronym: bool = False
    """Written in capitals alone."""


class Entry(NamedTuple):
    """What a glossary says of some words."""

    kind: Kind
    english: str
    is_negated: bool = False


NEGATED = " not"
"""What the English word of a mode that is negated ends with."""


class Match(NamedTuple):
    """An entry that tokens match."""

    entry: Entry
    length: int
    """How many tokens, from the first."""
    letters: int
    """How many letters of them the term names."""
    rest: range = range(0)
    """The tokens of what stands apart (`ab` of `lehnt … ab`)."""

    @property
    def rank(self) -> tuple[int, int]:
        """Return what is greatest of the best of several matches."""
        return self.length + len(self.rest), self.letters


class _Word(NamedTuple):
    letters: str
    is_open: bool
    is_acronym: bool
    """Found in capitals alone, as in the list: `CAS` is no `cas`."""

    def matches(self, token: Token) -> bool:
        if self.is_acronym and not token.is_acronym:
            return False
        folded = token.folded
        return folded.startswith(self.letters) if self.is_open else folded == self.letters


class _Term(NamedTuple):
    entry: Entry
    words: tuple[_Word, ...]
    apart: tuple[_Word, ...]

    @property
    def letters(self) -> int:
        return sum(len(word.letters) for word in (*self.words, *self.apart))

    def match(self, tokens: Sequence[Token], at: int, end: int) -> Match | None:
        """Return the match at an index; what stands apart does so before `end`."""
        length = len(self.words)
        if not _is_at(self.words, tokens, at, end):
            return None
        if not self.apart:
            return Match(self.entry, length, self.letters)
        for start in range(at + length, end):
            if _is_at(self.apart, tokens, start, end):
                rest = range(start, start + len(self.apart))
                return Match(self.entry, length, self.letters, rest)
        return None


def _is_at(words: Sequence[_Word], tokens: Sequence[Token], at: int, end: int) -> bool:
    if at + len(words) > end:
        return False
    return all(word.matches(tokens[at + i]) for i, word in enumerate(words))


class Glossary:
    """The glossary of one language, to be asked for the words of a text.

    Most terms are one word: of these only the letters and the entry are kept.
    """

    def __init__(self, language: str, lists: WordLists) -> None:
        self.lists = lists.without_words()
        self._is_irish = language == "ga"
        self._passive = re.compile(f"(?:{lists.passive})$") if lists.passive else None
        self._participle = re.compile(f"(?:{lists.participle})$") if lists.participle else None
        self._whole, self._begun = dict[str, Entry](), dict[str, Entry]()
        self._terms = defaultdict[str, list[_Term]](list)
        """Those of several words, or of capitals, by the first word."""
        for kind in get_args(Kind):
            for english, written in getattr(lists, kind).items():
                self._add(kind, english, written)
        self._longest_beginning = max(map(len, (*self._begun, *self._terms)), default=0)

    def _add(self, kind: Kind, english: str, written: tuple[str, ...]) -> None:
        bare = english.removesuffix(NEGATED)  # `can not`
        entry = Entry(kind, bare, is_negated=bare != english)
        for term in written:
            front, _, apart = term.partition(" … ")
            words = self._words(front)
            first = words[0]
            if len(words) > 1 or apart or first.is_acronym:
                self._terms[first.letters].append(_Term(entry, words, self._words(apart)))
            else:
                (self._begun if first.is_open else self._whole).setdefault(first.letters, entry)

    def _words(self, term: str) -> tuple[_Word, ...]:
        words = re.findall(r"[^\W_]+\*?", term)
        return tuple(
            _Word(self.fold(word.rstrip("*")), word.endswith("*"), is_acronym(word))
            for word in words
        )

    def fold(self, word: str) -> str:
        """Return a word as it is compared: in small letters, and without what Irish puts before it
        (`bhfuil` and `fhuil` are one)."""
        if not self.lists.accents:
            return fold(word)
        if self._is_irish:
            word = _PREFIXED.sub("", word)
            return _LENITED.sub(r"\1", _ECLIPSED.sub("", word.lower()))
        return word.lower()

    def is_passive(self, tokens: Sequence[Token], at: int, first: int) -> bool:
        """Return whether the verb at an index is in the passive, in a clause from `first` on."""
        if self._passive is None or not self._passive.search(tokens[at].folded):
            return False
        if self._is_active(tokens, at, first):
            return False
        auxiliaries = self.lists.passive_after
        before = (token.folded for token in tokens[first:at])
        return not auxiliaries or not auxiliaries.isdisjoint(before)

    def is_participle(self, tokens: Sequence[Token], at: int, first: int) -> bool:
        """Return whether the verb at an index has the ending of a participle that a noun
        follows."""
        if self._participle is None or not self._participle.search(tokens[at].folded):
            return False
        return not self._is_active(tokens, at, first)

    def may_be_participle(self, tokens: Sequence[Token], at: int, first: int) -> bool:
        """Return whether the verb at an index has the ending of a participle, or of the passive."""
        is_passive = self._passive is not None and self._passive.search(tokens[at].folded)
        if is_passive and not self._is_active(tokens, at, first):
            return True
        return self.is_participle(tokens, at, first)

    def _is_active(self, tokens: Sequence[Token], at: int, first: int) -> bool:
        """Return whether the word right before a verb tells that it is in the active."""
        return at > first and tokens[at - 1].folded in self.lists.active_after

    def find(self, tokens: Sequence[Token], at: int, end: int) -> Match | None:
        """Return the longest entry at an index of a clause that goes on to `end`; None for a word
        of more than LONGEST letters."""
        if len(tokens[at].folded) > LONGEST:
            return None
        best = self._longest(tokens, at, end)
        tail = len(tokens[at].folded) - best.letters if best else TAIL + 1
        if best and (best.length > 1 or best.rest or tail <= TAIL or not self.lists.compounds):
            return best
        negated = self._negated(tokens, at, end) if best is None else None
        return negated or (self._compound(tokens[at]) if self.lists.compounds else None) or best

    def _longest(self, tokens: Sequence[Token], at: int, end: int) -> Match | None:
        matches = self._matches(tokens, at, end)
        return max(matches, key=lambda match: match.rank, default=None)

    def _matches(self, tokens: Sequence[Token], at: int, end: int) -> Iterator[Match]:
        word = tokens[at].folded
        if entry := self._whole.get(word):
            yield Match(entry, 1, len(word))
        longest = min(len(word), self._longest_beginning)
        beginnings = [word[:length] for length in range(longest, 0, -1)]
        begun = next((each for each in beginnings if each in self._begun), None)
        if begun is not None:
            yield Match(self._begun[begun], 1, len(begun))
        for beginning in beginnings:
            for term in self._terms.get(beginning, ()):
                if match := term.match(tokens, at, end):
                    yield match

    def _negated(self, tokens: Sequence[Token], at: int, end: int) -> Match | None:
        """Return the entry of a verb behind the beginning that negates it (`nepřijala`)."""
        first = tokens[at]
        begins = (each for each in self.lists.negative if first.folded.startswith(each))
        bare = first.folded[len(next(begins, first.folded)) :]
        if len(bare) < LEAST:
            return None
        tail = (first._replace(folded=bare), *tokens[at + 1 : end])
        match = self._longest(tail, 0, len(tail))
        if match is None or match.entry.kind not in ("did", "mode"):
            return None
        moved = range(match.rest.start + at, match.rest.stop + at) if match.rest else range(0)
        return match._replace(entry=match.entry._replace(is_negated=True), rest=moved)

    def _compound(self, token: Token) -> Match | None:
        """Return the entry of two nouns in one word, `refugee accommodation`, or of the last."""
        best: Match | None = None
        for cut in range(LEAST, len(token.folded) - LEAST + 1):
            head = self._part(token.folded[cut:], TAIL)
            if head and head.entry.kind == "like":  # `eduskunn-alle`, no less than a parliament
                continue
            front = head and self._part(token.folded[:cut], JOINT)
            if head and front and (best is None or head.letters + front.letters > best.letters):
                english = _joined(front.entry.english, head.entry.english)
                entry = Entry(head.entry.kind, english)
                best = Match(entry, 1, head.letters + front.letters)
        return best

    def _part(self, folded: str, tail: int) -> Match | None:
        match = self._longest((Token(folded),), 0, 1)
        is_noun = match and match.entry.kind in ("about", "people", "who", "like")
        return match if match and is_noun and len(folded) - match.letters <= tail else None


def is_acronym(word: str) -> bool:
    """Return whether a word is written in capitals."""
    return word.isupper() and len(word) > 1


def _joined(front: str, head: str) -> str:
    """Return two English nouns as one; `asylum` before `asylum law` says nothing."""
    return head if head.startswith(front) else f"{front} {head}"


def has_glossary(language: str | None) -> bool:
    """Return whether a language has one; English needs none."""
    return list_language(language) in languages_of("glossary")


@lru_cache(maxsize=1)
def read_word_lists(language: str) -> WordLists:
    """Return the glossary of a language (ISO 639-1) as it is written; only the last one read is
    kept."""
    return read_data(f"glossary/{language}", WordLists)


@lru_cache(maxsize=32)
def load_glossary(language: str) -> Glossary:
    """Return the glossary of a language (ISO 639-1)."""
    glossary = Glossary(language, read_word_lists(language))
    read_word_lists.cache_clear()  # as it is written, a language takes as much again
    return glossary
