"""Read a text as clauses of what its gloss is made of: words of a glossary, days, numbers,
countries and names."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from bot import taxonomy
from bot.dates.calendar import month_numbers
from bot.dates.mentions import DateMatch, find_dates, find_figures
from bot.enrich.gloss_english import english_number, grammar, is_year, participle
from bot.enrich.glossary import TAIL, Glossary, Kind, Match, Token, is_acronym
from bot.enrich.names import find_countries
from bot.enrich.reference_forms import number_signs
from bot.text import NUMBER, fold

ElementKind = Kind | Literal["number", "day", "name", "gap", "article"]

MONTHS = (
    "January February March April May June July August September October November December".split()
)
LONG_MONTH = 5
"""Letters of the name of a month that endings follow."""
CAPITALS = 0.5
"""The share of words with a capital from which it makes no name of a word."""

FEW = 5
"""Words of which the share says nothing."""

CONJUNCTIONS = ("although", "because", "if", "when", "while")
"""What begins a clause, and says how it belongs to the one before."""
RELATIVE = ("that", "which")
"""What begins a clause, and says nothing more."""

_TOKEN = re.compile(
    r"(?P<reference>(?<!\w)(?:[^\W\d_]{1,2}-)?\d+(?:/\d+)+(?!\w)|(?<!\w)[^\W\d_]{1,2}\d+(?!\w))"
    rf"|(?P<number>(?:[€$£] ?)?(?:{NUMBER.pattern})(?: ?[%€$£])?)|(?P<word>[^\W\d_]+)"
)
_MALTESE_WITH = re.compile(r"\bma['’](?=\s)")
"""What is `not` without its apostrophe; `mal`, as long, is the same with an article."""
_BREAK = re.compile(r"[:;!?|()…\n]|[.](?=\s+[^\W\d_a-zà-ÿα-ωа-я]|\s*$)|\s[-–—]\s|—")


class Element(NamedTuple):
    """A piece of a clause and what it is in English; a gap: words that no list has."""

    kind: ElementKind
    english: str
    is_negated: bool = False
    is_after_comma: bool = False
    is_after_hyphen: bool = False
    is_passive: bool = False
    is_participle: bool = False

    def as_participle(self) -> "Element":
        """Return a verb as the adjective that its participle is: `not accepted`."""
        english = f"{'not ' if self.is_negated else ''}{participle(self.english)}"
        return self._replace(kind="like", english=english, is_negated=False, is_passive=False)


Clause = Sequence[Element]


class _Fixed(NamedTuple):
    """An element that is found without the glossary, and where it stands in the text."""

    element: Element
    start: int
    end: int


def read_clauses(text: str, glossary: Glossary, language: str | None) -> Iterator[Clause]:
    """Yield the clauses of a tidy text, which a colon, a dash or the end of a sentence parts; or a
    comma or a conjunction, if there is a verb on both sides of it."""
    reader = _Reader(text, glossary, language)
    for first, end in reader.segments():
        yield from _at_commas([*reader.elements(first, end)])


def _at_commas(elements: list[Element]) -> Iterator[Clause]:
    clause = list[Element]()
    for at, element in enumerate(elements):
        joins = is_conjunction(element)
        if joins or element.is_after_comma:
            if _has_verb(clause) and _has_verb(elements[at:]):
                yield clause
                clause = []
            elif joins and clause:  # `together with the president who …`
                continue
        if element.english not in RELATIVE:
            clause.append(element)
    yield clause


def is_conjunction(element: Element) -> bool:
    """Return whether an element begins a clause: `although`."""
    return element.kind == "link" and element.english in (*CONJUNCTIONS, *RELATIVE)


def _has_verb(elements: Sequence[Element]) -> bool:
    return any(element.kind in ("did", "mode") for element in elements)


class _Reader:
    """A text, its words, and what is found in it without the glossary."""

    def __init__(self, text: str, glossary: Glossary, language: str | None) -> None:
        if language == "mt":
            text = _MALTESE_WITH.sub("mal", text)
        self._text, self._glossary, self._language = text, glossary, language
        self._matches = [*_TOKEN.finditer(text)]
        self._tokens = [
            Token(glossary.fold(match[0]), *match.span(), is_acronym(match[0]))
            for match in self._matches
        ]
        self._fixed = {each.start: each for each in self._find_fixed()}
        words = [match for match in self._matches[1:] if match["word"] and len(match[0]) > 3]
        capitals = sum(match[0][0].isupper() for match in words)
        self._has_names = len(words) < FEW or capitals / len(words) <= CAPITALS
        self._apart = set[int]()

    def segments(self) -> Iterator[tuple[int, int]]:
        """Yield the indexes between which there is no break."""
        first = 0
        for at in range(1, len(self._tokens)):
            gap_start, gap_end = self._tokens[at - 1].end, self._tokens[at].start
            is_in_day = any(one.start < gap_end < one.end for one in self._fixed.values())
            if not is_in_day and _BREAK.search(self._text, gap_start, gap_end + 1):
                yield first, at
                first = at
        yield first, len(self._tokens)

    def elements(self, first: int, end: int) -> Iterator[Element]:
        """Yield the elements between two indexes of the words."""
        at, is_after_element = first, False
        while at < end:
            element, after = self._element(at, first, end)
            if element:
                between = self._between(at) if at > first else ""
                yield element._replace(
                    is_after_comma="," in between,
                    is_after_hyphen=is_after_element and between == "-",
                )
            at, is_after_element = after, element is not None

    def _between(self, at: int) -> str:
        return self._text[self._tokens[at - 1].end : self._tokens[at].start]

    def _element(self, at: int, first: int, end: int) -> tuple[Element | None, int]:
        """Return the element at an index, and the index after it."""
        if at in self._apart:
            return None, at + 1
        fixed = self._fixed.get(self._tokens[at].start)
        if fixed and fixed.element.kind == "day":
            return fixed.element, self._index_after(fixed.end, at)
        if not self._matches[at]["word"]:
            return self._figure(at, first), at + 1
        match = self._glossary.find(self._tokens, at, end)
        is_fixed = fixed and match and match.length == 1 and self._is_rather_place(match, at)
        if match and not (is_fixed or self._begins_name(match, at, first)):
            self._apart.update(match.rest)
            element = self._known(match, at, first, end)
            return element, at + match.length
        if fixed:
            return fixed.element, self._index_after(fixed.end, at)
        return self._name_or_gap(at, first, end)

    def _known(self, match: Match, at: int, first: int, end: int) -> Element | None:
        """Return the element that the glossary has at an index."""
        entry = match.entry
        if entry.english == "the":
            return self._article(at)
        if entry.kind != "did":
            kind: ElementKind = "day" if entry.kind == "when" else entry.kind
            return Element(kind, entry.english, entry.is_negated)
        verb = Element(
            "did",
            entry.english,
            entry.is_negated,
            is_passive=self._glossary.is_passive(self._tokens, at, first),
            is_participle=self._glossary.may_be_participle(self._tokens, at, first),
        )
        is_participle = self._glossary.is_participle(self._tokens, at, first)
        if is_participle and self._is_noun(at + match.length, end):
            return verb.as_participle()
        return verb

    def _is_noun(self, at: int, end: int) -> bool:
        match = self._glossary.find(self._tokens, at, end) if at < end else None
        return match is not None and match.entry.kind in ("people", "about")

    def _is_rather_place(self, match: Match, at: int) -> bool:
        """Return whether the name of a country is no other word: `Afganistan`, no Afghans."""
        tail = len(self._tokens[at].folded) - match.letters
        return match.entry.kind in ("like", "about") or tail > TAIL

    def _article(self, at: int) -> Element | None:
        """Return a word that is passed over, if another noun than the one before begins with it."""
        is_article = self._tokens[at].folded in self._glossary.lists.articles
        return Element("article", "") if is_article else None

    def _figure(self, at: int, first: int) -> Element:
        """Return a number, or the number of an act or a case as it is written."""
        match = self._matches[at]
        if at > first and self._tokens[at - 1].folded in number_signs():
            return Element("name", f"No {match[0]}")
        number = match["number"]
        return Element("number", english_number(number)) if number else Element("name", match[0])

    def _index_after(self, position: int, at: int) -> int:
        """Return the first index whose word begins after a position."""
        while at < len(self._tokens) and self._tokens[at].start < position:
            at += 1
        return at

    # -------------------------------------------------------------- names

    def _name_or_gap(self, at: int, first: int, end: int) -> tuple[Element, int]:
        after = at
        while after < end and self._is_name(after, at, first):
            after += 1
        is_name = after > at + 1 or (
            after == at + 1 and (at > first or self._is_acronym(at) or self._is_subject(after, end))
        )
        if not is_name:
            return Element("gap", ""), at + 1
        name = self._text[self._tokens[at].start : self._tokens[after - 1].end]
        return Element("name", name), after

    def _begins_name(self, match: Match, at: int, first: int) -> bool:
        """Return whether a word is rather a name: an adjective before another name (`Malko
        Tarnovo`), or what only begins like the word (`Fiumicino`, no river)."""
        if self._glossary.lists.capital_nouns or match.length > 1 or at == first:
            return False
        if not self._is_name(at, at, first):
            return False
        if len(self._tokens[at].folded) - match.letters > TAIL:
            return match.entry.kind in ("like", "about")
        is_last = at + 1 == len(self._tokens)
        return match.entry.kind == "like" and not is_last and self._is_name(at + 1, at, first)

    def _is_name(self, at: int, begins: int, first: int) -> bool:
        if not self._has_names or not self._matches[at]["word"]:
            return False
        if at > begins and (self._is_known(at) or not self._between(at).isspace()):
            return False
        if self._glossary.lists.capital_nouns:
            if at == first:  # a noun or a name: a verb behind it tells nothing of which
                return self._matches[at][0][0].isupper()
            return self._is_acronym(at) or self._is_place_or_person(begins)
        return self._matches[at][0][0].isupper()

    def _is_known(self, at: int) -> bool:
        match = self._glossary.find(self._tokens, at, len(self._tokens))
        is_adjective = match and match.entry.kind == "like"
        return self._tokens[at].start in self._fixed or (match is not None and not is_adjective)

    def _is_subject(self, after: int, end: int) -> bool:
        """Return whether what begins a clause up to an index is somebody or a place: before a verb,
        a colon, or the place that is named after it (`Narva piiripunkt`)."""
        if after == end:
            return self._text[self._tokens[end - 1].end :].lstrip().startswith(":")
        match = self._glossary.find(self._tokens, after, end)
        if match is None:
            return False
        is_place = match.entry.english in grammar().places
        return match.entry.kind == "did" or (is_place and self._glossary.lists.genitive == "before")

    def _is_acronym(self, at: int) -> bool:
        word = self._matches[at][0]
        return self._has_names and len(word) > 1 and word.isupper()

    def _is_place_or_person(self, at: int) -> bool:
        """Return whether a noun stands where names do, in a language that gives all a capital."""
        before = self._glossary.find(self._tokens, at - 1, at)
        is_capital = self._matches[at][0][0].isupper()
        if before is None or not is_capital or not self._between(at).isspace():
            return False
        return before.entry.kind == "who" or before.entry.english in ("in", "from", "to")

    # -------------------------------------------------------------- what needs no glossary

    def _find_fixed(self) -> Iterator[_Fixed]:
        """Yield the countries, months and days of the text, the longest of those that begin at the
        same position last."""
        for code, start, end in find_countries(self._text, self._language):
            yield _Fixed(Element("place", taxonomy.label("country", code)), start, end)
        yield from self._months()
        if any(letter.isdigit() for letter in self._text):
            for date in (*find_figures(self._text), *find_dates(self._text, self._language)):
                start = date.at + len(date.words) - len(date.words.lstrip())
                words = date.words.rstrip(" .")
                yield _Fixed(Element("day", _english_day(date)), start, date.at + len(words))

    def _months(self) -> Iterator[_Fixed]:
        language = (self._language or "en").split("-")[0]
        for at, token in enumerate(self._tokens):
            if not (number := _month(self._matches[at][0], language)):
                continue
            beside = (at - 2 if self._is_word_year(at - 1) else at - 1, at + 1)
            years = [self._tokens[i] for i in beside if 0 <= i < len(self._tokens)]
            year = next((each for each in years if is_year(each.folded)), None)
            is_word = len(token.folded) < LONG_MONTH and not year and self._is_other_word(at)
            is_long = len(token.folded) > 3 and not is_word
            if year or is_long or self._is_in_month(at):
                span = sorted(filter(None, (token, year)), key=lambda each: each.start)
                english = " ".join([MONTHS[number - 1], *([year.folded] if year else [])])
                yield _Fixed(Element("day", english), span[0].start, span[-1].end)

    def _is_word_year(self, at: int) -> bool:
        """Return whether a token is the word that some languages have behind a year: `gada`."""
        match = self._glossary.find(self._tokens, at, at + 1) if at > 0 else None
        return match is not None and match.entry.english == "year"

    def _is_other_word(self, at: int) -> bool:
        """Return whether a short month is another word, too: `sept`, seven."""
        match = self._glossary.find(self._tokens, at, at + 1)
        return match is not None and match.entry.kind == "like"

    def _is_in_month(self, at: int) -> bool:
        """Return whether a short word is a month after a preposition: `im Mai`, but not `mai`."""
        before = self._glossary.find(self._tokens, at - 1, at) if at else None
        is_in = before is not None and before.entry.english.partition("|")[0] == "in"
        return is_in and self._glossary.find(self._tokens, at, len(self._tokens)) is None


@lru_cache(maxsize=4096)
def _month(word: str, language: str) -> int | None:
    months, folded = month_numbers(language), fold(word)
    if number := months.get(folded):
        return number
    begun = (name for name in months if len(name) > LONG_MONTH and folded.startswith(name))
    return next((months[name] for name in begun), None)


def _english_day(date: DateMatch) -> str:
    days = [str(date.day)]
    if date.is_range:
        days = [str(int(day)) for day in re.findall(r"\d+", date.words)[:2]]
    english = f"{'–'.join(days)} {MONTHS[date.month - 1]}"
    return f"{english} {date.year}" if date.year else english
