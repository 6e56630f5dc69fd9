"""Recognise a text that another publisher has copied, whole or in part (pure)."""

from bot.dedupe.distinctions import entitle_other_acts, have_other_details
from bot.dedupe.event_terms import BODIES, COURT, CRITICS, PUBLISHES, STAGES
from bot.dedupe.reports import Report, ReportContent, read
from bot.dedupe.resemblance import COPIED_WORDS
from bot.text.terms import FoldedText

ADDED = 25
"""Words that a publisher at most writes before a copy, and after one that it has cut."""
SEARCHED = 4
"""Words by which the beginning of a text is found in another one."""
LABEL = ": "
"""What stands in a title between who tells it and what is told."""


def is_copy(one: Report, other: Report) -> bool:
    """Return whether one of two reports holds the text of the other from its first word on, as far
    as it goes, and nothing else of substance; their titles may differ in words."""
    if one.language != other.language:
        return False
    first, second = read(one), read(other)
    return (
        (_copies(first, second) or _copies(second, first))
        and not entitle_other_acts(first, second)
        and not (_entitles_other_number(first, second) or _entitles_other_number(second, first))
        and not have_other_details(_without_label(one), _without_label(other))
    )


def _copies(copy: ReportContent, original: ReportContent) -> bool:
    words, lead = copy.text_words, original.text_words
    start = _position(lead[:SEARCHED], words)
    if start is None:
        return False
    end = next(
        (at for at, pair in enumerate(zip(words[start:], lead, strict=False)) if len({*pair}) > 1),
        min(len(words) - start, len(lead)),
    )
    added, is_whole = [words[:start]], end == len(lead)
    if not is_whole:  # the copy ends before, or goes on in its own words after a sentence
        added.append(words[start + end :])
    return (
        end >= COPIED_WORDS
        and (is_whole or not added[1] or end in original.sentence_ends)
        and all(len(each) <= ADDED and _says_nothing(each, original) for each in added)
        and not any(word[0].isdigit() for each in added[1:] for word in each)
    )


def _position(beginning: list[str], words: list[str]) -> int | None:
    """Return where a text begins in another one, but for what is written before it."""
    places = range(min(ADDED, len(words)) + 1)
    return next((at for at in places if words[at : at + SEARCHED] == beginning), None)


def _says_nothing(words: list[str], original: ReportContent) -> bool:
    """Return whether words beside a copy name no stage, opposite, court or critic of their own."""
    text = " ".join(words)
    facets = original.terms.codes(FoldedText(text, text))
    for facet, (codes, of_title, of_text) in enumerate(
        zip(facets, original.codes_of_title, original.codes_of_text, strict=True)
    ):
        own = {*codes} - {*of_title, *of_text}
        if facet == STAGES:
            own.discard(PUBLISHES)  # as whoever passes on a release says of it
        elif facet == BODIES:
            own = {body for body in own if body == CRITICS or body.endswith(COURT)}
        if own:
            return False
    return True


def _entitles_other_number(one: ReportContent, other: ReportContent) -> bool:
    """Return whether a title has a number that neither its text nor the other report has."""
    numbers = {word.folded for word in one.sentences[0] if word.is_number}
    return not numbers <= {*one.text_words} | other.numbers


def _without_label(report: Report) -> Report:
    """Return a report whose title does not say who tells it."""
    _, label, title = report.title.partition(LABEL)
    return report._replace(title=title) if label and title else report
