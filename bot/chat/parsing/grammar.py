"""Read the words of a filter: what each adds to it, and which are not understood (pure)."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from bot import taxonomy, wordings
from bot.chat.parsing.filter_parts import excluded, filter_of, may_join, merge
from bot.chat.parsing.keywords import (
    Split,
    is_everything,
    is_keyword,
    is_passed,
    split_keyword,
)
from bot.chat.parsing.pace_words import parse_pace
from bot.chat.parsing.tokens import Phrase, Token, phrases, written
from bot.models import SourceType
from bot.models.chats import Filter
from bot.text import normalise

LONGEST_PHRASE = 200
LONGEST_WORD = 80
DOUBTS_LIMIT = 5
SENTENCE = 8
"""Words of a sentence, in which no slips of single words are looked for."""
CODE = 2
"""Letters of a code. In small letters, among other words, it may be a word like any other."""
FORMS = ("without", "no", "mentions", "words", "source", "from", "named")
INNER_FORMS = ("without", "no", "mentions", "words", "source", "from")
"""What may stand behind other words of a phrase: `Germany without return`."""
_NO_LABELS: dict[str, frozenset[str]] = dict.fromkeys(
    ("countries", "themes", "topics", "types", "sources", "source_types"), frozenset()
)
_JOINT = re.compile(r"[-/+&.:'’ʼ]")


class Part(Struct, frozen=True):
    """Some words of a filter, as they are typed, and what they add to it."""

    typed: str
    adds: Filter | None = None
    """None: they are not understood."""
    options: tuple[Filter, ...] = ()
    """What they may add, the nearest first."""
    is_passed: bool = False
    """Whether they are understood and add nothing: a preposition."""
    is_joined: bool = False
    """Whether they touch what stands before them."""


class Grammar(Struct, frozen=True):
    """What words mean to whoever writes them."""

    sources: Collection[str] = ()
    """The ids that may be named."""
    language: str | None = None

    def read(self, text: str) -> Iterator[Part]:
        """Yield the parts of a text in order; every token is in one. After DOUBTS_LIMIT parts that
        are not understood comes none."""
        doubts, known = 0, Filter()
        for phrase in phrases(text):
            for part in self.read_phrase(phrase):
                is_doubt = part.adds is None or not may_join(known, part.adds)
                known = known if is_doubt or part.adds is None else merge((known, part.adds))
                yield replace(part, adds=None) if is_doubt else part
                doubts += is_doubt
                if doubts == DOUBTS_LIMIT:
                    return  # who sends a page of nonsense costs the others no time

    def read_phrase(self, phrase: Phrase) -> list[Part]:
        """Return the parts of a phrase, which stands between commas."""
        typed = written(phrase)
        if len(typed) > LONGEST_PHRASE:
            return [Part(typed)]
        if adds := self._whole(phrase):
            return [Part(typed, adds)]
        if pace := parse_pace(_text(phrase), self.language):
            return [Part(typed, Filter(pace=pace))]
        for split in split_keyword([_word(token) for token in phrase], FORMS, self.language):
            if part := self._form(split, phrase[split.rest], typed):
                return [part]
        return self._with_options(self._segments(phrase))

    def _whole(self, phrase: Phrase) -> Filter | None:
        if any(token.kind != "word" or token.is_excluded for token in phrase):
            return None
        text = _text(phrase)
        if adds := self._named(text):
            return adds
        return Filter() if is_everything(text, self.language) else None

    def _named(self, text: str) -> Filter | None:
        """Return what the label adds that words name, if it is one."""
        found = wordings.find(text, self.language)
        if not found and not is_keyword(text):
            found = wordings.find_parts(text)
        return filter_of(found[0]) if len(found) == 1 else None

    # -------------------------------------------------------------- with a keyword

    def _form(self, split: Split, rest: Phrase, typed: str) -> Part | None:
        """Return what a keyword and the words beside it add; None: it is no keyword here."""
        match split.name:
            case "without" | "no":
                return self._exclusion(rest, typed, may_be_word=split.name == "without")
            case "mentions":
                return self._mentions(rest, typed)
            case "words":
                return _word_part(_text(rest), typed)
            case "source" | "from":
                return self._source(rest, typed, name=split.name)
            case "named":
                return Part(typed, Filter(name=_text(rest)[:LONGEST_WORD]))
        return None

    def _exclusion(self, rest: Phrase, typed: str, *, may_be_word: bool = True) -> Part | None:
        """Return what leaves out labels, or else a word."""
        word = _text(rest)
        if rest[0].kind != "quoted" and (left_out := self._left_out(_plain(rest))):
            return Part(typed, left_out)
        if not may_be_word or not normalise(word) or len(word) > LONGEST_WORD:
            return None
        near = self._meant(_plain(rest)) if rest[0].kind == "word" else ()
        if less := [Filter(less=labels) for each in near if (labels := excluded(each))]:
            return Part(typed, options=(*less, Filter(without=(word,))))
        return Part(typed, Filter(without=(word,)))

    def _left_out(self, phrase: Phrase) -> Filter | None:
        """Return a filter that leaves out the labels of a phrase, with what else it names, such as
        a pace; None: it names no labels, or something is not understood."""
        parts = self._led_by_source(phrase) or self._segments(phrase)
        named = merge(part.adds for part in parts if part.adds)
        less = excluded(named)
        if not less or named.words or any(part.adds is None for part in parts):
            return None
        return merge((replace(named, **_NO_LABELS), Filter(less=less)))

    def _mentions(self, rest: Phrase, typed: str) -> Part | None:
        parts = self._segments(rest)
        named = merge(part.adds for part in parts if part.adds)
        is_clear = all(part.adds for part in parts) and named.countries
        if is_clear and named == Filter(countries=named.countries, pace=named.pace):
            return Part(typed, Filter(mentions=named.countries, pace=named.pace))
        near = (each.countries for each in self._meant(rest))
        return Part(typed, options=tuple(Filter(mentions=each) for each in near if each))

    def _source(self, rest: Phrase, typed: str, *, name: str) -> Part | None:
        named = _text(rest).lower()
        if named in self.sources:
            return Part(typed, Filter(sources=frozenset({named})))
        if adds := self._source_types(rest):
            return Part(typed, adds)
        if name == "from":  # a country may follow it, too
            return None
        near = (each for each in sorted(self.sources) if named in each)
        options = tuple(Filter(sources=frozenset({each})) for each in near)
        return Part(typed, options=options[:DOUBTS_LIMIT])

    def _led_by_source(self, phrase: Phrase) -> list[Part]:
        """Return the one part of words that name sources behind a keyword; none: they do not."""
        written_words = [_word(token) for token in phrase]
        for split in split_keyword(written_words, ("source", "from"), self.language):
            part = self._source(phrase[split.rest], written(phrase), name=split.name)
            if part and part.adds:
                return [part]
        return []

    def _source_types(self, phrase: Phrase) -> Filter | None:
        """Return a filter of the types of sources that a phrase begins with, and of what else it
        names: `courts and parliaments in Germany`; None: it begins with none, or something is not
        understood."""
        types, place = set[SourceType](), 0
        while place < len(phrase):
            if found := self._source_type_at(phrase, place):
                length, type_ = found
                types.add(type_)
                place += length
            elif is_passed(_word(phrase[place])):
                place += 1
            else:
                break
        others = self._segments(phrase[place:]) if types else []
        if not types or any(part.adds is None for part in others):
            return None
        named = (part.adds for part in others if part.adds)
        return merge((Filter(source_types=frozenset(types)), *named))

    def _source_type_at(self, phrase: Phrase, place: int) -> tuple[int, SourceType] | None:
        """Return the type of sources that words name from a place on, and how many they are."""
        words = [*_leading_words(phrase[place:])]
        for length in range(min(len(words), wordings.longest_source_type()), 0, -1):
            if type_ := wordings.find_source_type(_text(words[:length]), self.language):
                return length, type_
        return None

    def _meant(self, phrase: Phrase) -> list[Filter]:
        """Return what a phrase that is not understood may mean: the labels near to all of it; else
        all labels that it names or is near to, word by word, where each word is one."""
        if near := wordings.find_misspelt(_text(phrase), self.language):
            return [filter_of(each) for each in near]
        parts = [part for part in self._segments(phrase) if not part.is_passed]
        meant = [part.adds or next(iter(self._doubt(part.typed).options), None) for part in parts]
        found = [each for each in meant if each]
        return [merge(found)] if len(found) == len(meant) > 1 else []

    # -------------------------------------------------------------- word by word

    def _segments(self, phrase: Phrase) -> list[Part]:
        """Return the parts of a phrase: people forget commas."""
        parts, place = list[Part](), 0
        while place < len(phrase):
            length, part = self._segment(phrase, place)
            parts.append(replace(part, is_joined=phrase[place].is_joined))
            place += length
        return parts

    def _segment(self, phrase: Phrase, place: int) -> tuple[int, Part]:
        """Return the part of a phrase that begins at a token, and how many tokens it has."""
        token = phrase[place]
        if token.kind != "word" or token.is_excluded:
            return 1, self._single(token)
        longer = self._longest_label(phrase, place) or self._rest(phrase, place)
        return longer or (1, self._single(token))

    def _single(self, token: Token) -> Part:
        """Return what a token adds that is no label."""
        typed = written([token])
        if token.is_excluded:
            return self._exclusion((token,), typed) or Part(typed)
        if token.kind == "quoted":
            return _word_part(token.text, typed)
        if is_passed(token.text) or is_everything(token.text, self.language):
            return Part(typed, Filter(), is_passed=True)
        return Part(typed, self._pieces(token))

    def _rest(self, phrase: Phrase, place: int) -> tuple[int, Part] | None:
        """Return what the rest of a phrase adds as one: `Germany` … `without return`, `daily`."""
        rest = phrase[place:]
        if place == 0:
            return None
        for split in split_keyword([_word(token) for token in rest], INNER_FORMS, self.language):
            part = self._form(split, rest[split.rest], written(rest))
            if split.rest.start and part and part.adds:
                return len(rest), part
        pace = parse_pace(_text(rest), self.language)
        return (len(rest), Part(written(rest), Filter(pace=pace))) if pace else None

    def _longest_label(self, phrase: Phrase, place: int) -> tuple[int, Part] | None:
        words = [*_leading_words(phrase[place:])]
        for length in range(min(len(words), wordings.longest()), 0, -1):
            if length == 1 < len(phrase) and _is_code(words[0]) and not _means_code(phrase, place):
                return None
            if adds := self._named(_text(words[:length])):
                return length, Part(written(words[:length]), adds)
        return None

    def _pieces(self, token: Token) -> Filter | None:
        """Return the parts of one word that stands for several: `CZ/DE`, `l'Italia`."""
        pieces = [piece for piece in _JOINT.split(token.text) if piece]
        named = {piece: self._named(piece) for piece in pieces if piece != token.text}
        adds = [each for piece, each in named.items() if each or not is_passed(piece)]
        return merge(filter(None, adds)) if adds and all(adds) else None

    def _with_options(self, parts: list[Part]) -> list[Part]:
        """Return parts with those joined that are not understood and stand together, each with what
        it may mean."""
        if all(part.adds is None or part.is_passed for part in parts):
            return self._doubts(parts)
        joined = list[Part]()
        for is_label, group in groupby(parts, _is_label):
            run = [*group]
            if is_label or all(part.is_passed for part in run):
                joined += run
                continue
            known = [place for place, part in enumerate(run) if not part.is_passed]
            begin, end = known[0], known[-1] + 1
            joined += [*run[:begin], *self._doubts(run[begin:end]), *run[end:]]
        return joined

    def _doubts(self, run: list[Part]) -> list[Part]:
        """Return words that are not understood as one part, or as several where that tells more."""
        whole = self._doubt(written(run))
        if whole.options or len(run) == 1 or len(run) > SENTENCE:
            return [whole]
        singly = [part if part.is_passed else self._doubt(part.typed) for part in run]
        return singly if any(part.options for part in singly) else [whole]

    def _doubt(self, typed: str) -> Part:
        said = typed[:LONGEST_WORD]
        related = wordings.find_related(said, self.language)
        near = related or wordings.find_misspelt(said, self.language)
        type_ = wordings.find_source_type(said, self.language)
        of_type = [Filter(source_types=frozenset({type_}))] if type_ else []
        return Part(typed, options=(*of_type, *map(filter_of, near)))


# ------------------------------------------------------------------ filters


def _word_part(word: str, typed: str) -> Part:
    is_findable = normalise(word) and len(word) <= LONGEST_WORD
    return Part(typed, Filter(words=(word,)) if is_findable else None)


# ------------------------------------------------------------------ tokens


def _text(tokens: Iterable[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _word(token: Token) -> str:
    """Return a token as keywords are looked for in it: no code in capitals is one, no quotation."""
    is_word = token.kind == "word" and not token.is_excluded
    return token.text if is_word and not (_is_code(token) and token.text.isupper()) else ""


def _plain(phrase: Phrase) -> Phrase:
    return tuple(replace(token, is_excluded=False) for token in phrase)


def _leading_words(phrase: Phrase) -> Iterator[Token]:
    for token in phrase:
        if token.kind != "word" or token.is_excluded:
            return
        yield token


def _is_label(part: Part) -> bool:
    return part.adds is not None and not part.is_passed


def _is_code(token: Token) -> bool:
    return token.kind == "word" and len(token.text) <= CODE


def _means_code(phrase: Phrase, place: int) -> bool:
    """Return whether a short word among others is a code: in capitals, or in small letters beside
    one that is a code of a country that is followed, and no other word (`cz`, not `it`)."""
    if phrase[place].text.isupper():
        return True
    small = {token.text for token in phrase if _is_code(token) and token.text.islower()}
    codes = small & {code.lower() for code in taxonomy.countries()}
    return not all(map(is_passed, codes))
