"""Decide whether developments may be stages of one matter by their order and their days (pure)."""

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.dedupe.resemblance import CASES
from bot.models import Development, StageKind

WINDOW = 1080
"""Days between two stages that nothing but their words chains."""
SLOW = 2730
"""The same where a court decides on a law, or the EU on a proposal."""
NEAR = 42
"""Days within which a stage may be told again that a law has once."""
BEFOREHAND = 180
"""Days before its publication within which a court reviews a law."""
CONVERSION = 300
"""Days within which a parliament approves a decree that is published already."""
EU = "EU"
ONCE = frozenset[StageKind](("published", "in_force"))
"""What happens to a law once."""

_RANKS: tuple[tuple[StageKind, ...], ...] = (
    ("announced",),
    ("consultation",),
    ("bill",),
    ("amended", "adopted", "rejected", "withdrawn"),
    ("published",),
    ("in_force",),
    ("challenged", "decided", "upheld", "suspended", "annulled"),
)
TABLED, ADOPTED, PUBLISHED, BY_COURTS = 2, 3, 4, 6
"""The ranks of a bill, of a law, of its publication, and of what courts do to it."""
_RANK = {kind: rank for rank, kinds in enumerate(_RANKS) for kind in kinds}


def in_order(stages: Iterable[Development]) -> list[Development]:
    """Return the stages of a matter in their order; those of a day as a procedure goes."""
    return sorted(stages, key=lambda each: (each.date or dt.date.max, rank(each), str(each.id)))


def as_published(stages: Iterable[Development]) -> list[Development]:
    """Return stages in the order of their publication; those of a day as a procedure goes."""
    return sorted(stages, key=lambda each: (told_on(each) or dt.date.max, rank(each), str(each.id)))


def told_on(development: Development) -> dt.date | None:
    """Return the day of publication: a text about a law names days of other stages, too."""
    return development.sources[0].date or development.date


def days_apart(one: Development, other: Development) -> int:
    """Return the days between the publication of two developments; 0 where one has no date."""
    first, second = told_on(one), told_on(other)
    return abs((first - second).days) if first and second else 0


def rank(development: Development) -> int:
    """Return how far a stage is in a procedure."""
    return _RANK[development.stage.kind] if development.stage else 0


def progress(one: Development, other: Development) -> int:
    """Return by how many steps of a procedure the later of two stages is ahead; at least 0."""
    first, second = as_published((one, other))
    return max(rank(second) - rank(first), 0)


def fits(draft: Development, stages: Sequence[Development]) -> bool:
    """Return whether a draft can be a stage of the matter of some stages: it follows all of them,
    or comes before them, as a procedure goes."""
    if not all(_are_in_order(draft, each) for each in stages):
        return False
    if rank(draft) == BY_COURTS and not _may_be_before_court(draft, (*stages, draft)):
        return False
    # A ruling that numbers have joined to what no court decides on says nothing against a draft.
    return all(
        _may_be_before_court(each, (*stages, draft))
        for each in stages
        if rank(each) == BY_COURTS and _may_be_before_court(each, stages)
    )


def are_near(one: Development, other: Development) -> bool:
    """Return whether words chain two stages of so many days between them: courts are slow."""
    is_slow = max(rank(one), rank(other)) == BY_COURTS or one.country == EU
    return days_apart(one, other) <= (SLOW if is_slow else WINDOW)


def _are_in_order(one: Development, other: Development) -> bool:
    first, second = as_published((one, other))
    if not (first.stage and second.stage):
        return False
    is_again = first.stage.kind == second.stage.kind in ONCE
    if is_again and days_apart(one, other) > NEAR:
        return False
    if rank(first) == PUBLISHED and rank(second) <= ADOPTED:
        latest = CONVERSION if any(map(_is_decree, first.own_references)) else NEAR
        return second.stage.kind == "withdrawn" or days_apart(one, other) <= latest
    if rank(first) == BY_COURTS and _is_of_case(first):
        return rank(second) == BY_COURTS
    if rank(first) == BY_COURTS and days_apart(one, other) <= BEFOREHAND:
        return rank(second) >= ADOPTED  # in some countries courts decide before it is published
    is_still_told = _is_still_told(first.stage.kind, second.stage.kind, days_apart(one, other))
    return rank(second) >= rank(first) - 1 or is_still_told


def _is_still_told(vote: StageKind, draft: StageKind, days: int) -> bool:
    """Return whether a draft may be told of so many days after a vote: soon after it, or what
    others say of it once it is amended."""
    if _RANK[vote] != ADOPTED or vote == "withdrawn":
        return False
    return days <= NEAR or (vote, draft) == ("amended", "consultation")


def _may_be_before_court(ruling: Development, stages: Sequence[Development]) -> bool:
    """Return whether one of the stages of a matter may be what a court decides on: a bill at
    least, or what another court has asked."""
    before = [each for each in as_published(stages) if each is not ruling]
    before = before[: len([each for each in before if as_published((each, ruling))[0] is each])]
    is_case = _is_of_case(ruling)
    return not before or any(
        rank(each) == BY_COURTS or (rank(each) >= TABLED and not is_case and each.country != EU)
        for each in before
    )


def _is_decree(number: str) -> bool:
    """Return whether a number is of a decree that a parliament has to approve."""
    return number.startswith(("OUG", "Decreto-legge", "Real Decreto-ley"))


def _is_of_case(ruling: Development) -> bool:
    """Return whether a stage is one of a case alone, which no parliament decides on."""
    own = ruling.own_references
    return bool(own) and all(number.startswith(CASES) for number in own)
