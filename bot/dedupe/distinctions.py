"""Tell apart reports that resemble each other (pure).

Releases of one kind differ in little else than what matters: the stage of a bill, who decides,
yes or no, a place, a number. One such difference makes two events; to keep two reports of one event
apart is harmless.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Set
from typing import TypeVar

from bot.dedupe.countries import name_other_countries
from bot.dedupe.event_terms import AGENCY, COURT, MINISTRY, contradict
from bot.dedupe.patterns import follow_one_pattern
from bot.dedupe.reports import (
    Report,
    ReportContent,
    Slot,
    read,
)
from bot.dedupe.word_forms import is_form_of_name

T = TypeVar("T")

DETAILS = frozenset(
    (
        "applications", "arrests", "barracks", "boat", "capacity", "children", "compensation",
        "crossing", "death", "double", "half", "health", "inhuman", "plan", "registration",
        "report", "school", "status", "third", "vehicle",
    )
)  # fmt: skip
"""Subjects that a report may leave out of what another one is about."""
CARRIED_OUT = frozenset(("arrests", "arrivals"))
"""Subjects of what follows a decision."""
GOVERNMENT = "government"
"""The code of governments."""
REACTS = "reacts"
"""The stage of a reaction."""
ANNULMENT = ("annul yes", "annul no")
"""The two sides of a ruling."""
DECISIONS = ("adopts", "rules")
"""The stages that are decisions."""


def are_distinct(one: Report, other: Report) -> bool:
    """Return whether two reports tell of two events, however much they have in common."""
    first, second = read(one), read(other)
    return (
        _differ(first.numbers, second.numbers)
        or name_other_places(first, second)
        or entitle_other_subjects(first, second)
        or tell_of_other_things(one, other)
    )


def tell_of_other_things(one: Report, other: Report) -> bool:
    """Return whether two reports tell of two events, whatever numbers and places each has."""
    return have_other_details(one, other) or _name_other_things(read(one), read(other))


def have_other_details(one: Report, other: Report) -> bool:
    """Return whether two reports name other countries or dates, or have another word or number
    where the rest agrees."""
    first, second = read(one), read(other)
    return (
        name_other_countries(first, second)
        or _name_other_dates(first, second)
        or _fill_slots_differently(first.slots, second.slots)
        or follow_one_pattern(first, second)
    )


# ------------------------------------------------------------------ stages, bodies, opposites


def _name_other_things(one: ReportContent, other: ReportContent) -> bool:
    """Return whether two reports name other stages, bodies or opposites."""
    codes = zip(one.codes, other.codes, strict=True)
    return any(itertools.starmap(contradict, codes)) or _act_otherwise(one, other)


def name_other_acts(one: ReportContent, other: ReportContent) -> bool:
    """Return whether two reports in other words, or in two languages, name other stages, bodies or
    opposites."""
    stages, bodies, *opposites = zip(one.codes, other.codes, strict=True)
    return (
        contradict(*stages)
        or contradict(*(tuple(map(_executive, codes)) for codes in bodies))
        or any(
            _has_opposite(one, other, facet) or _has_opposite(other, one, facet)
            for facet, _ in enumerate(opposites, start=2)
        )
        or _act_otherwise(one, other)
    )


def entitle_other_acts(one: ReportContent, other: ReportContent) -> bool:
    """Return whether two titles have no stage, body or side of an opposite in common, of which each
    names some."""
    facets = zip(one.codes_of_title, other.codes_of_title, strict=True)
    return any(codes and others and {*codes}.isdisjoint(others) for codes, others in facets)


def _executive(body: str) -> str:
    """Return the same code for all whom a newspaper calls the government."""
    return GOVERNMENT if body in (AGENCY, MINISTRY) else body


def _has_opposite(one: ReportContent, other: ReportContent, facet: int) -> bool:
    """Return whether a title names a side of an opposite, and another report the other alone."""
    titled = one.codes_of_title[facet]
    named = (*other.codes[facet], *other.codes_of_text[facet])
    return bool(titled and named) and titled[0] not in named


def _act_otherwise(one: ReportContent, other: ReportContent) -> bool:
    """Return whether one of two reports tells of a step, of people or of a court that the other
    says nothing of, or of another ruling."""
    return any(
        lacks(*pair)
        for pair in ((one, other), (other, one))
        for lacks in (_lacks_stage, _carries_out, _lacks_court)
    ) or _rule_otherwise(one, other)


def _lacks_stage(one: ReportContent, other: ReportContent) -> bool:
    """Return whether the title of a report tells of a step before or after a decision, which the
    other does not name."""
    # Of a decision there are more words than any list has.
    steps = (stage for stage in one.stages_of_title if stage not in DECISIONS)
    step = next(steps, None)
    if step == REACTS and step in one.codes_of_text[0]:
        return step not in other.codes_of_text[0]  # titles call many a decision a reaction
    return step is not None and step not in (*other.codes_of_title[0], *other.codes_of_text[0])


def _carries_out(one: ReportContent, other: ReportContent) -> bool:
    """Return whether the title of one report tells of a step, and that of the other of people who
    arrived or were caught, of whom the first says nothing."""
    done = (one.subjects_of_title & CARRIED_OUT) - other.subjects
    return bool(done and {*other.stages_of_title} - {*one.stages_of_title})


def _rule_otherwise(one: ReportContent, other: ReportContent) -> bool:
    """Return whether of the texts of two rulings one annuls and the other one upholds."""
    sides, others = (
        {code for facet in each.codes_of_text for code in facet if code in ANNULMENT}
        for each in (one, other)
    )
    return bool(sides and others) and sides.isdisjoint(others)


def _lacks_court(one: ReportContent, other: ReportContent) -> bool:
    """Return whether the title of a report names a court, and the other report none at all."""
    return any(body.endswith(COURT) for body in one.codes_of_title[1]) and not any(
        body.endswith(COURT) for body in (*other.codes_of_title[1], *other.codes_of_text[1])
    )


def entitle_other_subjects(one: ReportContent, other: ReportContent) -> bool:
    """Return whether each of two titles names a subject that the other report lacks."""
    return _differ(
        one.subjects_of_title - other.subjects - DETAILS,
        other.subjects_of_title - one.subjects - DETAILS,
    )


# ------------------------------------------------------------------ numbers and names


def _differ(one: Set[T], other: Set[T]) -> bool:
    """Return whether each of two sets has something that the other lacks."""
    return bool(one - other and other - one)


def _name_other_dates(one: ReportContent, other: ReportContent) -> bool:
    """Return whether each of two reports has a date of which the other does not even name the
    month, or each title names the months of another period."""
    titled, others = one.months_of_title, other.months_of_title
    return bool(titled and others and titled != others) or (
        _has_own_date(one, other) and _has_own_date(other, one)
    )


def _has_own_date(one: ReportContent, other: ReportContent) -> bool:
    # The 15th of March is told as the middle of March.
    return any(month not in other.months for _, month in one.dates - other.dates)


def name_other_places(one: ReportContent, other: ReportContent) -> bool:
    """Return whether each of two reports begins with a place that the other lacks."""
    return _has_own_place(one, other) and _has_own_place(other, one)


def _has_own_place(one: ReportContent, other: ReportContent) -> bool:
    return any(
        word.is_place and not any(is_form_of_name(word.folded, each.folded) for each in other.words)
        for word in one.head
    )


def _fill_slots_differently(
    one: Mapping[Slot, Counter[str]], other: Mapping[Slot, Counter[str]]
) -> bool:
    """Return whether other names or numbers stand between the same words."""
    return any(
        _lacks(one[slot], other[slot]) and _lacks(other[slot], one[slot])
        for slot in one.keys() & other.keys()
    )


def _lacks(one: Counter[str], other: Counter[str]) -> bool:
    """Return whether one has a word, or has it more often, that is no form of any of the other."""
    return any(
        not any(is_form_of_name(word, each) for each in other if each != word)
        for word in one - other
    )
