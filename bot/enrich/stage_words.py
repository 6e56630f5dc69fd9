"""Read the words by which texts tell the stages of laws (`data/stages`), and who decides
(`data/events`, `bot.procedures`)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.procedures import bodies_of
from bot.text.scripts import TWO_SCRIPTS
from bot.text.terms import FoldedText, TermMatcher, list_language, listed_language, names_in

CHAMBERS = frozenset(("lower_house", "upper_house", "european_parliament", "council", "parliament"))
"""Bodies that adopt laws."""
LAWMAKERS = frozenset((*CHAMBERS, "commission", "government"))
"""Bodies that make laws, or propose them."""
PROGRESS = frozenset(
    "bill amended adopted signed rejected published in_force annulled withdrawn passing".split()
)
"""Stages that tell what becomes of a law, and of little else."""
RECENT = 32
"""Passages of which is remembered what they have: several readers ask of the same ones."""
COURT = "court"
"""What the codes of courts end with."""

Terms = tuple[str, ...]
_Matchers = Mapping[str, TermMatcher]


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of one language."""

    laws: Terms
    """What laws, drafts and their parts are called."""
    drafts: Terms
    """What is no law yet."""
    rules: Terms
    """What laws bring: conditions, quotas, restrictions."""
    planned: Terms
    """Before what somebody is still to do."""
    announced: Terms
    consultation: Terms
    bill: Terms
    amended: Terms
    """A bill is amended on its way; not that it amends a law."""
    adopted: Terms
    signed: Terms
    rejected: Terms
    published: Terms
    """In an official gazette."""
    issued: Terms
    """Made public, wherever."""
    in_force: Terms
    today: Terms
    """Beside these, it is in force now."""
    challenged: Terms
    upheld: Terms
    suspended: Terms
    annulled: Terms
    withdrawn: Terms
    plaintiffs: Terms
    """Who goes to court for others than themselves."""
    passing: Terms = ()
    """A body has decided, and the bill goes on: a general approach, a negotiating mandate."""
    softened: Terms = ()
    """Weakened or cut: a bill is amended, where one is named."""


class _EventLists(Struct, frozen=True):
    stages: dict[str, Terms]
    bodies: dict[str, Terms]


class StageWords:
    """The lists of one language, compiled."""

    def __init__(self, words: _Words, events: _EventLists) -> None:
        lists = {name: getattr(words, name) for name in _Words.__struct_fields__}
        self._laws, self._drafts, self._rules, self._plaintiffs, self._today = (
            TermMatcher(lists.pop(name))
            for name in ("laws", "drafts", "rules", "plaintiffs", "today")
        )
        courts = {
            "decided": events.stages["rules"],
            "referred": events.stages["refers"],
            "heard": events.stages["hears"],
        }
        self._stages, self._bodies = _matchers(lists | courts), _matchers(events.bodies)
        self._stages_in = lru_cache(maxsize=RECENT)(self._find_stages)
        self._bodies_in = lru_cache(maxsize=RECENT)(self._find_bodies)

    def laws(self, passage: FoldedText) -> list[int]:
        """Return where a text names laws, or drafts."""
        return [start for _, start in self._laws.find_positions(passage)]

    def names_draft(self, passage: FoldedText) -> bool:
        """Return whether a text names what is no law yet."""
        return bool(self._drafts.find_positions(passage))

    def names_rules(self, passage: FoldedText) -> bool:
        """Return whether a text names what laws bring."""
        return bool(self._rules.find_positions(passage))

    def names_today(self, passage: FoldedText) -> bool:
        """Return whether a text says that it tells of today."""
        return bool(self._today.find_positions(passage))

    def names_plaintiffs(self, passage: FoldedText) -> bool:
        """Return whether a text names those who go to court for others."""
        return bool(self._plaintiffs.find_positions(passage))

    def stages(self, passage: FoldedText) -> list[str]:
        """Return the names of the lists of stages that a text has words of, in its order."""
        return [*self._stages_in(passage.text)]

    def starts(self, stage: str, passage: FoldedText) -> list[int]:
        """Return where a text has the words of a list of stages."""
        lists = ("amended", "softened") if stage == "amended" else (stage,)
        return [start for each in lists for _, start in self._stages[each].find_positions(passage)]

    def bodies(self, passage: FoldedText, country: str | None) -> list[str]:
        """Return who decides, in the order of a text: as a country (ISO 3166-1 alpha-2) calls them,
        else its language."""
        return [*self._bodies_in(passage.text, country)]

    def _find_stages(self, text: str) -> tuple[str, ...]:
        passage = FoldedText(text)
        found = names_in(passage, self._stages)
        if not self.laws(passage):
            found = [each for each in found if each != "softened"]
        return tuple(dict.fromkeys("amended" if each == "softened" else each for each in found))

    def _find_bodies(self, text: str, country: str | None) -> tuple[str, ...]:
        passage = FoldedText(text)
        own = names_in(passage, _national_bodies(country or ""))
        others = names_in(passage, self._bodies)
        return (*own, *(each for each in others if not own or each not in CHAMBERS))


def is_court(bodies: Iterable[str]) -> bool:
    """Return whether a court is among some bodies."""
    return any(body.endswith(COURT) for body in bodies)


def has_words(language: str | None) -> bool:
    """Return whether there are lists of a language (BCP 47); not of one that is unknown."""
    return language is not None and list_language(_listed(language)) in languages_of("stages")


def stage_words(language: str | None) -> StageWords:
    """Return the words of a language (BCP 47); the English ones where it has no lists."""
    listed = _listed(language)
    return _load(listed_language(listed, "stages"), listed_language(listed, "events"))


def _listed(language: str | None) -> str | None:
    return "hr" if language in TWO_SCRIPTS else language


@lru_cache(maxsize=32)
def _load(code: str, events: str) -> StageWords:
    return StageWords(
        read_data(f"stages/{code}", _Words), read_data(f"events/{events}", _EventLists)
    )


@lru_cache(maxsize=64)
def _national_bodies(country: str) -> _Matchers:
    return _matchers(bodies_of(country))


def _matchers(lists: Mapping[str, Terms]) -> _Matchers:
    return {name: TermMatcher(terms) for name, terms in lists.items()}
