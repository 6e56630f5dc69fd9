"""Find the numbers of acts, bills and cases that a text names, and which of them are its own.

A report on a bill names the act that the bill amends, and a judgment the act that it applies. Its
own are the bill, the act as adopted and the case: their later stages are stages of the same matter.
So is the act that a court annuls, suspends or is asked to.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bot.enrich.reference_forms import Named, find_numbers, whole_sentences
from bot.enrich.reference_roles import NamedIn, names_court, numbers_in
from bot.enrich.stage_words import (
    CHAMBERS,
    LAWMAKERS,
    PROGRESS,
    has_words,
    is_court,
    stage_words,
)
from bot.text.terms import FoldedText

REFERENCES_LIMIT = 8
LEAD = 3000
"""Characters of a text in which its own number stands."""
SPOKEN = 40
"""Characters of a sentence in which it says that it is a judgment."""
SAID = 200
"""Characters of a text in which it says who acts."""
BARE = 30
"""Characters beside its numbers of a sentence that is little else."""
_BILLS = ("bill", "draft", "vote")
_OF_COURTS = ("case", "ruling")
FIRST = 2
"""Sentences in which an act of the year is the text's own."""


class Publication(Struct, frozen=True):
    """Who published a text, when, in which language (BCP 47), and on which country (ISO 3166-1
    alpha-2)."""

    country: str | None = None
    language: str | None = None
    date: dt.date | None = None
    publisher: str = ""


def find_references(texts: Iterable[str], country: str | None = None) -> tuple[str, ...]:
    """Return the numbers of acts, bills and cases that texts about a country (ISO 3166-1 alpha-2)
    name, each in one spelling."""
    named = dict.fromkeys(each.name for text in texts for each in find_numbers(text, country))
    return tuple(named)[:REFERENCES_LIMIT]


def own_references(title: str, text: str, publication: Publication) -> tuple[str, ...]:
    """Return those that a text is about: the bill, the act as adopted, or the case; none that it
    amends or cites."""
    own = (each for each in _Reader(title, text[:LEAD], publication).own() if each.kind != "ruling")
    return tuple(dict.fromkeys(each.name for each in own))[:REFERENCES_LIMIT]


class _Reader:
    """Reads what one text is about."""

    def __init__(self, title: str, lead: str, publication: Publication) -> None:
        self._title, self._lead, self._publication = title, lead, publication
        self._words, self._passage = stage_words(publication.language), FoldedText(title)
        self._bodies = self._words.bodies(self._passage, publication.country)
        self._is_of_court = is_court(self._bodies) or names_court(
            f"{title} | {publication.publisher}"
        )
        self._is_of_law = self._is_about_law()

    def own(self) -> list[Named]:
        """Return what the title and the lead are about."""
        above, below = self._of_title(), self._of_lead()
        if any(each.kind in _OF_COURTS for each in above):
            # A court's decision names what it applies; what it turns against is its own, too.
            acts = [each for each in above if each.kind in ("act", *_BILLS)]
            affected = [one.named for one in self._affected(below)]
            return [
                *(each for each in above if each.kind in _OF_COURTS),
                *(acts + affected if self._is_of_court else []),
            ]
        acts, bills, cases = self._acts(below), self._bills(below, above), self._cases(below)
        found = [*acts, *bills]
        own = [*above, *found]
        return own + cases if self._is_of_court or not own else own

    def _of_title(self) -> list[Named]:
        return [
            one.named
            for one in numbers_in(self._title, self._publication.country)
            if one.is_own(is_title=True)
            or one.is_of_year(self._publication.date)
            or (self._is_of_court and one.is_affected)
        ]

    def _of_lead(self) -> list[tuple[str, list[NamedIn]]]:
        """Return the sentences below the title, with what each names."""
        country = self._publication.country
        if not find_numbers(self._lead, country):
            return []
        whole = whole_sentences(self._lead, country)
        if not has_words(self._publication.language):  # nobody knows what the title says
            whole = whole[:1]
        return [(sentence, numbers_in(sentence, country)) for sentence in whole]

    def _acts(self, below: Sequence[tuple[str, list[NamedIn]]]) -> list[Named]:
        first = [one for _, told in below[:1] for one in told if one.becomes]
        if not (self._is_of_law or self._is_of_court):
            return [one.named for one in first]
        own = [one for _, told in below for one in told if one.is_own(is_title=False)]
        new = [one for _, told in below[:FIRST] for one in told] if self._is_of_law else []
        found = [*first, *own, *(one for one in new if one.is_of_year(self._publication.date))]
        return [one.named for one in (*found, *self._affected(below)) if one.named.kind == "act"]

    def _affected(self, below: Iterable[tuple[str, list[NamedIn]]]) -> list[NamedIn]:
        return [
            one
            for sentence, told in below
            if self._is_of_court or names_court(sentence)
            for one in told
            if one.is_affected
        ]

    def _bills(
        self, below: Iterable[tuple[str, list[NamedIn]]], above: Sequence[Named]
    ) -> list[Named]:
        """Return the bill that the first sentence names which names one, by all its numbers."""
        if not (self._is_of_law or above):
            return []
        # An act names the bill that it was, whatever words stand between.
        is_act = any(each.kind == "act" for each in above)
        bare = [one.named for sentence, told in below if _is_bare(sentence, told) for one in told]
        for _, told in below:
            bills = [one for one in told if one.named.kind in _BILLS]
            if own := [one.named for one in bills if is_act or not one.is_cited]:
                return [*_first_of_series([*own, *(one for one in bare if one.kind in _BILLS)])]
        return []

    def _cases(self, below: Iterable[tuple[str, list[NamedIn]]]) -> list[Named]:
        is_about = self._is_of_court or self._is_of_law
        cases = (
            one.named
            for sentence, told in below
            if is_about or names_court(sentence[:SPOKEN])
            for one in told
            if one.named.kind in _OF_COURTS and not one.is_cited
        )
        return [*cases][:1]

    def _is_about_law(self) -> bool:
        """Return whether the title is about a law, or tells what those who make laws do to one; in
        a language without lists, nobody knows."""
        if not has_words(self._publication.language) or self._words.laws(self._passage):
            return True
        stages = {*self._words.stages(self._passage)}
        if not CHAMBERS.isdisjoint(self._bodies) or stages & {"in_force", "published"}:
            return True
        around = FoldedText(f"{self._title}. {self._lead[:SAID]}")
        bodies = self._words.bodies(around, self._publication.country)
        return not LAWMAKERS.isdisjoint(bodies) and not PROGRESS.isdisjoint(stages)


def _is_bare(sentence: str, told: Sequence[NamedIn]) -> bool:
    """Return whether a sentence is little but numbers, as in the head of what is printed."""
    return len(sentence) - sum(one.named.end - one.named.start for one in told) <= BARE


def _first_of_series(named: Iterable[Named]) -> Iterator[Named]:
    """Yield the first number of each series: each chamber has its own for a bill."""
    series = set[str]()
    for each in named:
        kind = re.sub(r"\d+", "0", each.name)
        if kind not in series:
            series.add(kind)
            yield each
