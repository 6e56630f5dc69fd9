"""Find the developments of one matter: a law from its announcement to the court that annuls it
(pure).

Its numbers chain them: a bill has one, the act another, and some item names both. What has no
number yet, or names none, is chained by what it is about.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.data_files import read_data
from bot.dedupe.reports import head_stems, read
from bot.dedupe.resemblance import CASES, days_between, report, told_text, words_of
from bot.dedupe.subjects import subjects_of
from bot.models import Development, StageKind
from bot.text import fold
from bot.text.terms import FoldedText, TermMatcher, listed_language

RECURRING = dt.timedelta(days=1000)
"""How long a number stands for one bill where each term of a parliament counts anew."""
WINDOW = dt.timedelta(days=548)
"""How far apart two stages may be that nothing but their words chains."""
ENOUGH = 3.0
"""The least worth of what two stages without a number in common are both about."""
AHEAD = 0.5
"""By how much the matter that is nearest must be nearer than the next one."""
BASE_ACT, LAW, OTHER_LAW = 1.5, 1.5, -2.0
"""What it is worth that two cite one act, that their titles name one law, or two."""
EU, WIDE = "EU", 0.3
"""What is all on asylum; how much less these say of it."""
COMPOUND, LONG = 2.5, 17
"""What it is worth that two name a law in one word of so many letters: it is no old one."""
SUBJECTS, NAMES = 3, 2
"""Subjects and names in common that count at most."""
TITLES = ((3, 0.6, 3.0), (2, 0.6, 2.0), (3, 0.3, 2.0), (2, 0.3, 1.0), (1, 0.5, 0.5))
"""The least number and share of telling words in common of two titles, and what they are worth."""
YEAR, LONG_AGO = 365, 1.0
"""Days after which two stages are rather of two laws, and what that takes."""
WORDS = ((0.5, 2.5), (0.3, 1.5), (0.2, 0.5))
"""The least share of words in common, in one language, and what it is worth."""
SAME_THEME, ABBREVIATION = 0.5, 1.0
"""What themes in common are worth, and laws that both call by one short name."""
ALONE, SOON = 2.0, 300
"""The least worth where a country has no other matter about that law, and within how many days."""
SLOW = 1500
"""Days within which a court decides on a law, or the EU on a proposal."""
ONCE = frozenset[StageKind](("published", "in_force"))
"""What happens to a law once."""
RETOLD = 7
"""Days within which two sources tell of one stage."""
NEAR = 60
"""Days within which it may be told again."""

_RANKS: tuple[tuple[StageKind, ...], ...] = (
    ("announced",),
    ("consultation",),
    ("bill",),
    ("amended", "adopted", "rejected", "withdrawn"),
    ("published",),
    ("in_force",),
    ("challenged", "decided", "upheld", "suspended", "annulled"),
)
TABLED, ADOPTED, BY_COURTS = 2, 3, 6
"""The ranks of a bill, of a law, and of what courts do to either."""
BEFOREHAND = 180
"""Days before its publication within which a court reviews a law."""
_RANK = {kind: rank for rank, kinds in enumerate(_RANKS) for kind in kinds}
_DATED = re.compile(r"\d[/(-]\d|(?:19|20)\d\d|\d:\d")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]+[a-z]+-?[A-Z0-9][\w-]*|[A-Z]{2,}-[A-Z0-9]+)\b")
_DIGITS = re.compile(r"\d+")


def of_one_matter(draft: Development, others: Sequence[Development]) -> list[Development]:
    """Return which of some developments are stages of the same matter as a draft: all that have a
    number of it, else those of the matter that is most alike."""
    if draft.stage is None:
        return []
    staged = [each for each in others if each.stage and each.country == draft.country]
    numbered = [each for each in staged if _share_number(draft, each)]
    worths = {
        matter: _worth_of_matter(draft, stages) for matter, stages in _by_matter(staged).items()
    }
    known = {str(each.matter) for each in numbered}
    same = [each for each in staged if str(each.matter) in known]
    unknown = {name: worth for name, worth in worths.items() if name not in known}
    best = _best(unknown) or (None if known else _only(draft, unknown, staged))
    alike = [each for each in staged if each.matter == best]
    if _is_consistent((draft, *same), alike):
        return [*same, *alike]
    return same


def _by_matter(staged: Iterable[Development]) -> dict[str, list[Development]]:
    matters = defaultdict[str, list[Development]](list)
    for each in staged:
        matters[str(each.matter)].append(each)
    return matters


def _worth_of_matter(draft: Development, stages: Sequence[Development]) -> float:
    """Return what it is worth that a draft has in common with the stage of a matter that is most
    like it; nothing, if it cannot be a stage beside them all."""
    if not all(_are_in_order(draft, each) for each in stages):
        return 0.0
    near = (each for each in stages if _are_near(draft, each))
    return max((_worth(draft, each) for each in near), default=0.0)


def _best(worths: dict[str, float]) -> str | None:
    """Return the matter that is worth enough, and more than all others."""
    first, second = [*sorted(worths, key=worths.__getitem__, reverse=True), None, None][:2]
    if first is None or worths[first] < ENOUGH:
        return None
    return first if second is None or worths[first] - worths[second] >= AHEAD else None


def _only(
    draft: Development, worths: dict[str, float], staged: Iterable[Development]
) -> str | None:
    """Return the only matter of these days about the law of a draft."""
    soon = {
        str(each.matter)
        for each in staged
        if days_between(draft, each) <= SOON and _laws(draft).title & _laws(each).all
    }
    named = [name for name in worths if name in soon]
    is_clear = len(named) == 1 and _names_law(draft) and worths[named[0]] >= ALONE
    return named[0] if is_clear else None


def in_order(stages: Iterable[Development]) -> list[Development]:
    """Return the stages of a matter in their order; those of a day as a procedure goes."""
    return sorted(
        stages,
        key=lambda each: (
            each.date or dt.date.max,
            _rank(each),
            str(each.id),
        ),
    )


def told_once(stages: Iterable[Development]) -> list[Development]:
    """Return the stages of a matter in their order, with the sources of all that tell one of some
    days under the first."""
    once = list[Development]()
    for each in in_order(stages):
        at = next((n for n, one in enumerate(once) if _is_one_stage(one, each)), None)
        if at is None:
            once.append(each)
        else:
            once[at] = replace(once[at], sources=(*once[at].sources, *each.sources))
    return once


def _is_one_stage(one: Development, other: Development) -> bool:
    if not (one.stage and other.stage) or days_between(one, other) > RETOLD:
        return False
    is_one_body = one.stage.body == other.stage.body or one.stage.kind != "adopted"
    return one.stage.kind == other.stage.kind and is_one_body


# ------------------------------------------------------------------ numbers


def _share_number(one: Development, other: Development) -> bool:
    shared = {*one.own_references} & {*other.own_references}
    is_near = days_between(one, other) <= RECURRING.days
    return any(is_near or _DATED.search(number) for number in shared)


def _is_consistent(some: Iterable[Development], others: Iterable[Development]) -> bool:
    """Return whether no two stages have other numbers of one series: these are of two bills."""
    own, theirs = ({number for each in stages for number in each.own_references}
                   for stages in (some, others))  # fmt: skip
    return own & theirs != set() or not {*map(_series, own)} & {*map(_series, theirs)}


def _series(number: str) -> str:
    return _DIGITS.sub("0", number)


# ------------------------------------------------------------------ likeness


def _are_in_order(one: Development, other: Development) -> bool:
    """Return whether two stages may be of one procedure, by their order."""
    first, second = in_order((one, other))
    if not (first.stage and second.stage):
        return False
    if _rank(second) == BY_COURTS and not _is_law_before(first, second):
        return False
    is_again = first.stage.kind == second.stage.kind in ONCE
    if is_again and days_between(one, other) > NEAR:
        return False
    if _rank(first) == BY_COURTS and days_between(one, other) <= BEFOREHAND:
        return _rank(second) >= ADOPTED  # in some countries courts decide before it is published
    return _rank(second) >= _rank(first) - 1


def _are_near(one: Development, other: Development) -> bool:
    """Return whether two stages are so near that words chain them: that is later for courts, and
    for what has a title of its own."""
    days, latest = days_between(one, other), max(_rank(one), _rank(other))
    is_slow = latest == BY_COURTS or one.country == EU
    window = SLOW if is_slow else WINDOW.days
    return days <= window or _worth_of_titles(one, other) >= TITLES[0][2]


def _rank(development: Development) -> int:
    return _RANK[development.stage.kind] if development.stage else 0


def _is_law_before(first: Development, second: Development) -> bool:
    """Return whether what a court decides on was a bill at least, and is no other court's case."""
    kind = first.stage.kind if first.stage else "announced"
    is_case = bool(second.own_references) and all(map(_is_case, second.own_references))
    return _RANK[kind] == BY_COURTS or (
        _RANK[kind] >= TABLED and not is_case and first.country != EU
    )


def _is_case(number: str) -> bool:
    return number.startswith(CASES)


def _worth(one: Development, other: Development) -> float:
    """Return what it is worth that two stages have in common."""
    first, second = read(report(one)), read(report(other))
    cited = {*one.references} & {*other.references}
    subjects = len(_subjects(one) & _subjects(other)) + len(first.mentions & second.mentions)
    names = len((first.names & second.names) - first.mentions - second.mentions)
    named, others = _laws(one), _laws(other)
    is_one_law = bool(named.title & others.all or named.all & others.title)
    is_other_law = bool(named.title and others.title) and not named.all & others.all
    return (
        (BASE_ACT * bool(cited) + LAW * is_one_law) * (1 if one.country != EU else WIDE)
        + OTHER_LAW * is_other_law
        + SAME_THEME * bool(_about(one) & _about(other))
        + ABBREVIATION * bool(_abbreviations(one) & _abbreviations(other))
        + min(subjects, SUBJECTS)
        + 0.5 * min(names, NAMES)
        + COMPOUND * bool(_compounds(one) & _compounds(other))
        + _worth_of_titles(one, other)
        + _worth_of_words(one, other)
        - LONG_AGO * (days_between(one, other) > YEAR)
    )


def _worth_of_titles(one: Development, other: Development) -> float:
    """Return what the words are worth that two titles have in common, but for those of laws and
    stages: in one language, else in English as far as they are known in it."""
    if one.sources[0].language == other.sources[0].language:
        return _worth_of_telling(*(_telling(told_text(each)[0], each.sources[0].language)
                                   for each in (one, other)))  # fmt: skip
    return _worth_of_telling(*(_telling(_in_english(each), "en") for each in (one, other)))


def _worth_of_telling(words: Set[str], others: Set[str]) -> float:
    shared = len(words & others)
    share = shared / max(min(len(words), len(others)), 1)
    return next(
        (worth for fewest, least, worth in TITLES if shared >= fewest and share >= least), 0.0
    )


def _in_english(development: Development) -> str:
    source = development.sources[0]
    return source.title_en or (
        development.title if development.translated_by else development.gloss
    )


def _worth_of_words(one: Development, other: Development) -> float:
    if one.sources[0].language != other.sources[0].language:
        return 0.0
    words, others = words_of(one), words_of(other)
    share = len(words & others) / max(min(len(words), len(others)), 1)
    return next((worth for least, worth in WORDS if share >= least), 0.0)


class _Bodies(Struct):
    bodies: dict[str, tuple[str, ...]]


@lru_cache(maxsize=2000)
def _telling(title: str, language: str | None) -> frozenset[str]:
    """Return the stems of the words of a title that tell what its law is about."""
    passage = FoldedText(title)
    for terms in (_procedural(listed_language(language, "stages")), *_law_names().values()):
        passage = terms.blank_out(passage)
    return frozenset(each for each in head_stems(passage.folded, "") if not each[0].isdigit())


@lru_cache(maxsize=32)
def _procedural(code: str) -> TermMatcher:
    """Return the words for laws and their stages, which say nothing of what one is about; not the
    compounds with them."""
    lists = [
        *read_data(f"stages/{code}", dict[str, tuple[str, ...]]).values(),
        *read_data(f"events/{listed_language(code, 'events')}", _Bodies).bodies.values(),
    ]
    return TermMatcher(tuple(term for terms in lists for term in terms if term[0] != "*"))


def _compounds(development: Development) -> Set[str]:
    """Return the beginnings of the long names of laws in one word: `Asylnoodmaatregelenwet`."""
    passage = FoldedText(". ".join(told_text(development)))
    terms = _compound_laws(listed_language(development.sources[0].language, "stages"))
    return {fold(word)[:LONG] for word in terms.find_words(passage) if len(word) >= LONG}


@lru_cache(maxsize=32)
def _compound_laws(code: str) -> TermMatcher:
    lists = read_data(f"stages/{code}", dict[str, tuple[str, ...]])
    return TermMatcher(tuple(term for term in lists["laws"] if term[0] == "*"))


def _subjects(development: Development) -> frozenset[str]:
    title, text = told_text(development)
    return _subjects_in(f"{title}. {text}", development.sources[0].language)


@lru_cache(maxsize=2000)  # a stage is compared with many others
def _subjects_in(text: str, language: str | None) -> frozenset[str]:
    return subjects_of(text, language)


class _Laws(NamedTuple):
    """Which laws a development names, in its title and anywhere."""

    title: Set[str]
    all: Set[str]


def _laws(development: Development) -> _Laws:
    title, text = (_laws_in(each) for each in told_text(development))
    return _Laws(title, title | text)


@lru_cache(maxsize=2000)
def _laws_in(text: str) -> Set[str]:
    passage = FoldedText(text)
    return {name for name, terms in _law_names().items() if terms.find_positions(passage)}


def _names_law(development: Development) -> bool:
    """Return whether a title has a word for a law."""
    code = listed_language(development.sources[0].language, "stages")
    return bool(_words_for_laws(code).find_positions(FoldedText(told_text(development)[0])))


@lru_cache(maxsize=32)
def _words_for_laws(code: str) -> TermMatcher:
    return TermMatcher(read_data(f"stages/{code}", dict[str, tuple[str, ...]])["laws"])


def _about(development: Development) -> Set[str]:
    return {*development.themes, *development.topics} - {"general"}


def _abbreviations(development: Development) -> Set[str]:
    """Return what laws are called in short: `AsylG`, `ZTuj-2D`."""
    return {*_ABBREVIATION.findall(". ".join(told_text(development)))}


@lru_cache(maxsize=1)
def _law_names() -> dict[str, TermMatcher]:
    lists = read_data("law_names", dict[str, tuple[str, ...]])
    return {name: TermMatcher(terms) for name, terms in lists.items()}
