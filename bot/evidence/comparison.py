"""Compare two readings, sentence by sentence, so that a small screen shows what differs (pure)."""

import difflib
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from bot.models.readings import Reading
from bot.text import PAGE_BREAK, sentences

COMPARED = 2_000
"""Sentences of a text that are compared: the time grows with their square."""
WORDS = 100
"""Words up to which two sentences are merged into one, with the words that have changed."""
AHEAD = 5
"""Sentences among which the new wording of an old one is looked for."""
ALIKE = 0.5
"""The least similarity (0 to 1) of these."""


class Segment(Struct, frozen=True):
    """Words that both readings have, or one of them alone."""

    kind: Literal["same", "gone", "come"]
    text: str


Difference = tuple[Segment, ...]
"""Sentences that follow each other and differ, or one with the words of it that do."""


class Comparison(Struct, frozen=True):
    """What differs between two readings, in the order of their texts."""

    differences: tuple[Difference, ...]
    is_partial: bool = False
    """Whether the texts were too long to be compared to their ends."""


def compare(before: Reading, after: Reading) -> Comparison:
    """Return what differs between the titles and texts of two readings; of a page that was gone
    there are none."""
    if before.is_gone or after.is_gone:
        return Comparison(())
    old, new = (
        [one.title, *sentences(one.text.replace(PAGE_BREAK, "\n"))] for one in (before, after)
    )
    matcher = difflib.SequenceMatcher(None, old[:COMPARED], new[:COMPARED], autojunk=False)
    found = (
        difference
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
        for difference in _differences(old[start:end], new[first:last])
    )
    return Comparison(tuple(found), is_partial=max(len(old), len(new)) > COMPARED)


def _differences(gone: Sequence[str], come: Sequence[str]) -> Iterator[Difference]:
    """Yield the differences of sentences that stand in one place."""
    at = 0
    for old in gone:
        found = next(_alike(old, come, at), None)
        if found is None:
            yield (Segment("gone", old),)
            continue
        place, merged = found
        yield from ((Segment("come", new),) for new in come[at:place])
        yield merged
        at = place + 1
    yield from ((Segment("come", new),) for new in come[at:])


def _alike(old: str, come: Sequence[str], at: int) -> Iterator[tuple[int, Difference]]:
    """Yield the next sentences with which an old one can be merged, and their places."""
    for place in range(at, min(at + AHEAD, len(come))):
        if merged := _merged(old, come[place]):
            yield place, merged


def _merged(old: str, new: str) -> Difference | None:
    """Return two sentences as one, with what has changed; None: they have too little in common."""
    was, now = old.split(" "), new.split(" ")
    if max(len(was), len(now)) > WORDS:
        return None
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return None
    segments = list[Segment]()
    for kind, start, end, first, last in matcher.get_opcodes():
        old_words, new_words = " ".join(was[start:end]), " ".join(now[first:last])
        if kind == "equal":
            segments.append(Segment("same", old_words))
        else:
            both = (Segment("gone", old_words), Segment("come", new_words))
            segments += (segment for segment in both if segment.text)
    return tuple(segments)
