"""Count how often labels were right, as editors have decided in reviews."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from bot.models import Correction


class Precision(NamedTuple):
    """The reviews of one language."""

    language: str
    """ISO 639-1; `?` where it is not known."""
    right: int
    reviews: int


def precision(decisions: Iterable[Correction]) -> list[Precision]:
    """Return how many reviews have approved the labels as they were, for each language; the one
    with the most reviews first."""
    verdicts = defaultdict[str, list[bool]](list)
    for decision in decisions:
        if decision.is_review:
            is_right = decision.is_relevant and decision.after == decision.before
            verdicts[decision.language or "?"].append(is_right)
    counts = [Precision(code, sum(right), len(right)) for code, right in verdicts.items()]
    return sorted(counts, key=lambda count: (-count.reviews, count.language))
