"""Find the dates to come that an item tells: what enters into force, ends or is due, and when.

What a date in the future is of is told by a linear model, which weighs the words around it
(`date_features`). It is told only where that is probable enough; a date of a meeting, an election,
a forecast, or of what a party wishes, is none.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec.structs import replace

from bot.data_files import map_data
from bot.dates.ahead import DayAhead, find_days_ahead, most_exact
from bot.enrich.date_features import Sentence, bound_of, distance, is_apart, read_features
from bot.enrich.dates_ahead_words import ahead_patterns
from bot.enrich.linear_model import LinearModel
from bot.models import DateAhead, DateKind, DatePrecision
from bot.text import PAGE_BREAK, each_sentence, fold, one_line, page_of

LEAST = 0.7
"""The probability of all kinds together from which a date is told."""
MOST = 6
"""Dates that are kept of one item: a law that names more is read by its readers."""
LOOKED_AT = 12
"""Dates that are looked at in one sentence: one that has more is a table."""
QUOTATION = 400
"""Characters of a sentence that are quoted; of a longer one, what stands around the date."""
READ = 8000
"""Characters of a text that are read."""
PERIODS: dict[str, DateKind] = {"appeal": "appeal", "comments": "comments"}
"""Words for which a period is told (`within 15 days`). Within that of an application most often an
authority decides."""
TOO_FAR = 10
"""The distance from a period from which a word is of something else."""


@lru_cache(maxsize=1)
def load_model() -> LinearModel[DateKind]:
    """Return the model of the package, which `tools/date_model` trains."""
    return map_data("date_model", LinearModel[DateKind])


def dates_ahead(
    title: str, text: str, language: str | None, published: dt.date
) -> tuple[DateAhead, ...]:
    """Return the dates after its publication that an item tells, the first one first, each with the
    sentence that tells it; periods for which no day can be told come last."""
    found = dict[tuple[DateKind, dt.date | None, DatePrecision], DateAhead]()
    for sentence in read_sentences(title, text, language, published):
        for date in (*_dated(sentence, published), *_periods(sentence)):
            found.setdefault(date.key, date)
    dates = most_exact(found.values())[:MOST]
    if PAGE_BREAK in text:
        return tuple(replace(date, page=page_of(text, date.sentence)) for date in dates)
    return dates


def read_sentences(
    title: str, text: str, language: str | None, published: dt.date
) -> Iterator[Sentence]:
    """Yield the sentences of an item that have a date to come, or a period."""
    patterns = ahead_patterns(language)
    sentences = [one_line(each) for each in (title, *each_sentence(text[:READ]))]
    for number, sentence in enumerate(sentences):
        folded = fold(sentence)
        days = [
            day
            for day in find_days_ahead(sentence, language, published)
            if not patterns.is_void(folded, day)
        ][:LOOKED_AT]
        if days or patterns.has_period(folded):
            yield Sentence(
                sentence, folded, language, days, patterns.find(folded), patterns, title,
                before=sentences[number - 1] if number else "",
                behind=" ".join(sentences[number + 1 : number + 2]),
                is_title=number == 0,
            )  # fmt: skip


# ------------------------------------------------------------------ dates


def _dated(sentence: Sentence, published: dt.date) -> Iterator[DateAhead]:
    features = read_features(sentence, published) if sentence.days else []
    for day, each in zip(sentence.days, features, strict=True):
        kind = likeliest(load_model().shares(each))
        if kind and not (kind == "hearing" and _is_off(sentence, day)):
            yield DateAhead(
                kind=kind,
                day=day.first if kind in ("in_force", "hearing") else day.last,
                words=day.words,
                sentence=_quotation(sentence.text, day.start, day.end),
                precision=day.precision,
            )


def _is_off(sentence: Sentence, day: DayAhead) -> bool:
    """Return whether a sentence tells that nothing will be held on a day: it is called off, or put
    off to another one, which stands behind the words that say so."""
    patterns, folded = sentence.patterns, sentence.folded
    is_new_day = bound_of(sentence, day) == "from" and patterns.is_off(folded[: day.start])
    return patterns.is_off(folded) and not is_new_day


def likeliest(shares: Mapping[DateKind | None, float]) -> DateKind | None:
    """Return the most probable kind; None where all together are less probable than `LEAST`."""
    if 1 - shares[None] < LEAST:
        return None
    return max((kind for kind in shares if kind), key=lambda kind: shares[kind])


# ------------------------------------------------------------------ periods


def _periods(sentence: Sentence) -> Iterator[DateAhead]:
    """Yield the periods within which people can appeal or comment. From which day they count is
    seldom said and often another for everybody: no day is told."""
    if sentence.patterns.is_past(sentence.folded):
        return
    for first, end in sentence.patterns.periods(sentence.folded):
        # Where a language says `a month within`, the word before it may be of a kind.
        ends = (word.end for word in sentence.words if first <= word.start < end)
        start = max(ends, default=first - 1) + 1
        near = sorted(
            (distance(sentence, word, start, end), word.kind)
            for word in sentence.words
            if word.kind in PERIODS and not is_apart(sentence, word, start, end)
        )
        if near and near[0][0] < TOO_FAR:
            quotation = _quotation(sentence.text, start, end)
            words, kind = sentence.text[start:end], PERIODS[near[0][1]]
            yield DateAhead(kind=kind, day=None, words=words, sentence=quotation)


def _quotation(sentence: str, start: int, end: int) -> str:
    """Return a sentence as it is; of a long one, the part around a date."""
    if len(sentence) <= QUOTATION:
        return sentence
    before = max(start - QUOTATION // 2, 0)
    after = max(end, before + QUOTATION - 2)
    part = sentence[before:after]
    if before:
        part = f"…{part.partition(' ')[2]}"
    return part if after >= len(sentence) else f"{part.rpartition(' ')[0]}…"
