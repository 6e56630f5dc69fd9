"""Read the word lists by which reports of different events differ (`data/events`)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.text import fold
from bot.text.scripts import TWO_SCRIPTS
from bot.text.terms import FoldedText, TermMatcher, listed_language, names_in

Terms = tuple[str, ...]
Facets = tuple[tuple[str, ...], ...]
"""What is named of each facet: the stages, the bodies, each pair of opposites."""
COURT = "court"
"""What the codes of courts end with; by itself, it may be any."""
AGENCY = "agency"
"""The same for agencies."""
MINISTRY = "ministry"
"""The code of ministries."""
CRITICS = "critics"
"""The code of those who decide nothing, and comment on what others do."""
PUBLISHES = "publishes"
"""The stage of a publication in a gazette."""
STAGES, BODIES = 0, 1
"""The facets of stages and of bodies; those of opposites follow."""
_ANNULS = "annuls"
LIKE_CROATIAN = "hr"
"""Whose words the languages of two scripts share, once they are in Latin."""
CACHED = 3000
"""Words of a language whose codes are kept."""


class _Lists(Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists of a language, as they are written."""

    places: Terms
    negations: Terms
    stages: dict[str, Terms]
    bodies: dict[str, Terms]
    opposites: dict[str, tuple[Terms, Terms]]


class EventTerms:
    """The words of one language for what tells events apart."""

    def __init__(self, lists: _Lists) -> None:
        self.place_prepositions = frozenset(map(fold, lists.places))
        """Words before a place; none in a language whose places have endings instead."""
        self._negations = TermMatcher(lists.negations)
        self._codes_of_words = dict[str, Facets]()
        self._negating = dict[str, bool]()
        annulling, upholding = lists.opposites["annul"]
        opposites = lists.opposites | {
            # Who adopts a bill agrees to it; what is annulled does not go on.
            "agree": _more(lists.opposites["agree"], yes=lists.stages["adopts"]),
            "extend": _more(lists.opposites["extend"], no=annulling),
        }
        self._stages = _matchers({**lists.stages, _ANNULS: (*annulling, *upholding)})
        self._bodies = _matchers(lists.bodies)
        self._opposites = {
            name: _matchers({f"{name} yes": yes, f"{name} no": no})
            for name, (yes, no) in opposites.items()
        }

    def codes(self, passage: FoldedText, *, is_whole: bool = True) -> Facets:
        """Return what a passage names, in its order: the stages of a procedure, the bodies, and
        for each pair of opposites its sides. `is_whole`: who decides is named in it, if anywhere.
        """
        bodies = names_in(passage, self._bodies)
        is_ruling = not is_whole or any(body.endswith(COURT) for body in bodies)
        stages = [
            _stage(stage, is_ruling=is_ruling)
            for stage in names_in(passage, self._stages)
            if is_ruling or stage != _ANNULS
        ]
        opposites = (
            names_in(passage, matchers) if is_ruling or name != "annul" else ()
            for name, matchers in self._opposites.items()
        )
        return tuple(map(tuple, (stages, bodies, *opposites)))

    def codes_of_word(self, word: str) -> Facets:
        """Return what a single folded word names."""
        if word not in self._codes_of_words:
            if len(self._codes_of_words) > CACHED:
                self._codes_of_words.clear()
            self._codes_of_words[word] = self.codes(FoldedText(word, word), is_whole=False)
        return self._codes_of_words[word]

    def is_negation(self, word: str) -> bool:
        """Return whether a folded word is a negation."""
        if word not in self._negating:
            if len(self._negating) > CACHED:
                self._negating.clear()
            self._negating[word] = bool(self._negations.find_words(FoldedText(word, word)))
        return self._negating[word]


def _stage(stage: str, *, is_ruling: bool) -> str:
    """Return the stage that a word names: only a court annuls or upholds, and who decides without
    one adopts."""
    if is_ruling:
        return "rules" if stage == _ANNULS else stage
    return "adopts" if stage == "rules" else stage


def _more(sides: tuple[Terms, Terms], *, yes: Terms = (), no: Terms = ()) -> tuple[Terms, Terms]:
    """Return the two sides of an opposite with further words."""
    return (*sides[0], *yes), (*sides[1], *no)


def _matchers(lists: Mapping[str, Terms]) -> dict[str, TermMatcher]:
    return {code: TermMatcher(terms) for code, terms in lists.items()}


def event_terms(language: str | None) -> EventTerms:
    """Return the words of a language; the English ones where it has no list."""
    listed = LIKE_CROATIAN if language in TWO_SCRIPTS else language
    return _load(listed_language(listed, "events"))


@lru_cache(maxsize=32)
def _load(code: str) -> EventTerms:
    return EventTerms(read_data(f"events/{code}", _Lists))


def contradict(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether each of two passages names something, and the first that one of them names is
    not named by the other."""
    if not one or not other:
        return False
    return not (may_speak_for(one[0], other) and may_speak_for(other[0], one))


def is_among(code: str, codes: Iterable[str]) -> bool:
    """Return whether a code may mean the same as one of others."""
    # "the court" may be any court, "the agency" any agency.
    return any(
        code == each
        or any(
            each.endswith(kind) and code.endswith(kind) and kind in (code, each)
            for kind in (COURT, AGENCY)
        )
        for each in codes
    )


def may_speak_for(code: str, codes: Iterable[str]) -> bool:
    """Return whether a code may stand for one of others, an agency for its ministry too."""
    return is_among(code, codes) or any({code, each} == {AGENCY, MINISTRY} for each in codes)
