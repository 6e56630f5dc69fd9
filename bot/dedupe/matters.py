"""Find the developments of one matter: a law from its announcement to the court that annuls it
(pure).

Its numbers chain them: a bill has one, the act another, and some item names both. What has no
number yet, or names none, is chained by what it is about.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from bot.dedupe.matter_likeness import likeness
from bot.dedupe.matter_order import are_near, fits, in_order
from bot.dedupe.resemblance import days_between
from bot.models import Development

RECURRING = 1000
"""Days for which a number stands for one bill where each term of a parliament counts anew."""
ENOUGH, CROWDED = -1.0, 1.2
"""The least worth of what a stage and a matter are both about, if the country has no other matter
in these years; and what it takes more with the logarithm of their number. Most stages are of a
matter that is known; of many, one is sooner alike by chance."""
AHEAD = 0.3
"""By how much the matter that is nearest must be nearer than the next one."""
JOINED, LEAST_JOINED = 1.1, -0.9
"""What the next one must be worth to be the same matter, told in two parts until now; and how alike
the stages of both that are most so must be at least."""
OUT_OF_ORDER, TENTATIVE = -5.4, -2.0
"""What it takes that a stage comes too early or too late for a procedure; that it may be none."""
FURTHER, FURTHER_WORTH, LEAST = 2, 0.3, -0.65
"""How many further stages of a matter count beside the nearest, by what part, and at least."""
NONE = -math.inf
"""The worth of a matter that a stage cannot be of."""
RETOLD = 7
"""Days within which two sources tell of one stage."""

_DATED = re.compile(r"\d[/(-]\d|(?:19|20)\d\d|\d:\d")
_OF_DOCUMENTS = re.compile(r"Drucksache|druk |\d+ d\.B\.|Sénat|projet de loi|bet\. ")
"""Series in which reports on a bill have numbers, too: other ones tell two bills apart only when
both are tabled."""
_DIGITS = re.compile(r"\d+")


def of_one_matter(draft: Development, others: Sequence[Development]) -> list[Development]:
    """Return which of some developments are stages of the same matter as a draft: all that have a
    number of it, and those of the matter that is most alike, or of two that are one. A tentative
    stage is of none if the draft names numbers: it rather cites what these are of."""
    if draft.stage is None or (draft.stage.is_tentative and draft.references):
        return []
    staged = [each for each in others if each.stage and each.country == draft.country]
    known = {str(each.matter) for each in staged if _share_number(draft, each)}
    same = [each for each in staged if str(each.matter) in known]
    matters = {
        matter: stages for matter, stages in _by_matter(staged).items() if matter not in known
    }
    worths = {matter: _worth(draft, same, stages) for matter, stages in matters.items()}
    best = _best(worths, matters)
    found = [*same, *(stage for matter in best for stage in matters.pop(matter))]
    return [*found, *_rejoined((draft, *found), [*matters.values()])] if found else []


def _rejoined(
    matter: Sequence[Development], others: Sequence[Sequence[Development]]
) -> Iterator[Development]:
    """Yield the stages in a matter of their own that are of one that has grown."""
    for stages in others:
        alone, *further = stages
        worth = NONE if further else _worth(alone, (), matter)
        rest = (_worth(alone, (), other) for other in others if other is not stages)
        if worth >= _enough(len(others)) and all(worth - each >= AHEAD for each in rest):
            yield alone


def _by_matter(staged: Iterable[Development]) -> dict[str, list[Development]]:
    matters = defaultdict[str, list[Development]](list)
    for each in staged:
        matters[str(each.matter)].append(each)
    return matters


def _worth(draft: Development, same: Iterable[Development], stages: Sequence[Development]) -> float:
    """Return the score of a draft as a stage of a matter, by the stages that are most like it;
    minus infinity, if it is of another bill."""
    near = [each for each in stages if are_near(draft, each)]
    if not near or not _are_consistent((draft, *same), stages):
        return NONE
    nearest, *further = sorted((likeness(draft, each) for each in near), reverse=True)
    beside = [max(each, LEAST) for each in further[:FURTHER]]
    order = 0.0 if fits(draft, stages) else OUT_OF_ORDER
    doubt = TENTATIVE if draft.stage and draft.stage.is_tentative else 0.0
    return nearest + FURTHER_WORTH * sum(beside) / FURTHER + order + doubt


def _best(worths: dict[str, float], matters: dict[str, list[Development]]) -> list[str]:
    """Return the matter that is worth enough, and more than all others; two that are one."""
    possible = [matter for matter, worth in worths.items() if worth > NONE]
    first, second = [*sorted(possible, key=worths.__getitem__, reverse=True), None, None][:2]
    if first is None or worths[first] < _enough(len(possible)):
        return []
    if second is None:
        return [first]
    if worths[second] >= JOINED and _are_one(matters[first], matters[second]):
        return [first, second]
    return [first] if worths[first] - worths[second] >= AHEAD else []


def _enough(matters: int) -> float:
    """Return the least worth of a stage for one of so many matters."""
    return ENOUGH + CROWDED * math.log(matters)


def _are_one(some: Sequence[Development], others: Sequence[Development]) -> bool:
    """Return whether the stages of two matters may be of one that was told in two parts."""
    if not _are_consistent(some, others) or not all(fits(each, some) for each in others):
        return False
    pairs = ((one, other) for one in some for other in others if are_near(one, other))
    return any(likeness(*pair) >= LEAST_JOINED for pair in pairs)


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


def _share_number(one: Development, other: Development) -> bool:
    shared = set(one.own_references).intersection(other.own_references)
    is_near = days_between(one, other) <= RECURRING
    return any(is_near or _DATED.search(number) for number in shared)


def _are_consistent(some: Sequence[Development], others: Sequence[Development]) -> bool:
    """Return whether no two stages have other numbers of one series: these are of two bills."""
    own, theirs = ({number for each in stages for number in each.own_references}
                   for stages in (some, others))  # fmt: skip
    return bool(own & theirs) or _series_of(some).isdisjoint(_series_of(others))


def _series_of(stages: Iterable[Development]) -> set[str]:
    """Return in which series stages have a number that no other stage of their matter has."""
    return {
        _DIGITS.sub("0", number)
        for each in stages
        for number in each.own_references
        if not _OF_DOCUMENTS.match(number) or (each.stage and each.stage.kind == "bill")
    }
