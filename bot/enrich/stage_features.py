"""Read what a text has that tells the stage of a matter, for the linear model
(`bot/enrich/linear_model.py`): facts, which have names, and words, which have hashes.

Facts are the hits of word lists by the place of their words, who decides, which numbers are named,
and what the rules say.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from bot.enrich.linear_model import Features, Weighted
from bot.enrich.reference_forms import find_numbers, whole_sentences
from bot.enrich.reference_roles import is_cited, names_court
from bot.enrich.references import Publication
from bot.enrich.stage_words import CHAMBERS, COURT, LAWMAKERS, StageWords, stage_words
from bot.enrich.word_features import hashes_of, parts_of, with_pairs, words_in
from bot.models import Stage
from bot.text.terms import FoldedText

SENTENCES, LEAD = 2, 400
"""The sentences, and the characters of them, below a title that are read."""
HEADING = 15
"""Characters of a title before the number that it begins with."""
FEWEST_OF_TEXT, FEWEST_OF_GLOSS = 12.0, 3.0
"""The least length by which the values of words are divided: a few say less."""


def read_features(
    title: str,
    text: str,
    publication: Publication,
    own: Sequence[str],
    by_rules: Stage | None,
    in_english: str = "",
) -> Features:
    """Return the features of a text. `own`: its numbers (`references.own_references`);
    `in_english`: the gloss of its title."""
    lead = " ".join(whole_sentences(text[: 3 * LEAD], publication.country)[:SENTENCES])[:LEAD]
    head, below = FoldedText(title), FoldedText(lead)
    found = _Finder(publication, frozenset(own))
    stages = found.stages(head)
    facts = (
        *found.of_passage("title", head),
        *found.of_passage("lead", below),
        *found.of_publisher(stages),
        *found.of_numbers(title),
        f"rule {by_rules.kind if by_rules else None}{' own' if own else ''}",
    )
    return Features(frozenset(facts), words_of(head, below, FoldedText(in_english or title)))


def words_of(title: FoldedText, lead: FoldedText, in_english: FoldedText) -> tuple[Weighted, ...]:
    """Return the words of a title, of what stands below it alone, and of its gloss."""
    of_title = parts_of(words_in(title.folded))
    of_lead = parts_of(words_in(lead.folded)) - of_title
    of_gloss = with_pairs(words_in(in_english.folded))
    text = max(math.sqrt(4 * len(of_title) + len(of_lead)), FEWEST_OF_TEXT)
    gloss = max(math.sqrt(len(of_gloss)), FEWEST_OF_GLOSS)
    return (
        Weighted(2 / text, hashes_of("w", of_title)),
        Weighted(1 / text, hashes_of("w", of_lead)),
        Weighted(1 / text, hashes_of("t", of_title)),
        Weighted(1 / gloss, hashes_of("g", of_gloss)),
    )


class _Finder:
    """Finds the facts of one text."""

    def __init__(self, publication: Publication, own: frozenset[str]) -> None:
        self._words: StageWords = stage_words(publication.language)
        self._publication, self._own = publication, own

    def stages(self, passage: FoldedText) -> set[str]:
        """Return the lists of stages that a passage has words of."""
        return {*self._words.stages(passage)}

    def of_passage(self, place: str, passage: FoldedText) -> Iterator[str]:
        """Yield which lists have words of a passage, and who decides in it."""
        stages, bodies = self.stages(passage), self._bodies(passage)
        laws = self._words.laws(passage)
        named = {
            "law": bool(laws),
            "cited law": bool(laws) and all(is_cited(passage.text, start) for start in laws),
            "draft": self._words.names_draft(passage),
            "rules": self._words.names_rules(passage),
            "today": self._words.names_today(passage),
            "plaintiffs": self._words.names_plaintiffs(passage),
        }
        yield from (
            f"{place} {name}" for name in (*stages, *(n for n, is_in in named.items() if is_in))
        )
        yield from (f"{place} by {body}" for body in bodies)
        yield from (f"{place} {group} {stage}" for group in _groups(bodies) for stage in stages)
        for each in find_numbers(passage.text, self._publication.country):
            is_own = each.name in self._own
            yield f"{place} {'own' if is_own else 'other'} {each.kind}"
            if not is_own and is_cited(passage.text, each.start):
                yield f"{place} cites"

    def of_publisher(self, stages: Iterable[str]) -> Iterator[str]:
        """Yield who has published it, alone and with the stages of its title."""
        passage = FoldedText(self._publication.publisher)
        bodies = self._bodies(passage)
        yield from (f"publisher by {body}" for body in bodies)
        yield from (
            f"publisher {group} {stage}"
            for group in _groups(bodies)
            for stage in [*stages] or ["nothing"]
        )
        if "published" in self.stages(passage):
            yield "publisher gazette"
        if names_court(passage.text):
            yield "publisher court"

    def of_numbers(self, title: str) -> Iterator[str]:
        """Yield whether a text has a number of its own, and whether its title begins with one."""
        named = find_numbers(title, self._publication.country)
        if named and named[0].start <= HEADING:
            yield "heading"
        if self._own:
            yield "own number"

    def _bodies(self, passage: FoldedText) -> list[str]:
        return self._words.bodies(passage, self._publication.country)


def _groups(bodies: Iterable[str]) -> set[str]:
    """Return of which kinds some bodies are."""
    return {*map(_group, bodies)} or {"nobody"}


def _group(body: str) -> str:
    if body.endswith(COURT):
        return "court"
    if body in CHAMBERS:
        return "chamber"
    return "government" if body in LAWMAKERS or body == "ministry" else "other"
