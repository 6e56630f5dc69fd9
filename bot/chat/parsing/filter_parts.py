"""Put together what the words of a filter add to it (pure)."""

from collections.abc import Iterable

from bot.models.chats import Filter
from bot.wordings import Meaning

WORDS_LIMIT = 20
"""Words that one filter asks for."""


def filter_of(meaning: Meaning) -> Filter:
    """Return a filter of the terms of a wording."""

    def codes(facet: str) -> frozenset[str]:
        return frozenset(term.code for term in meaning if term.facet == facet)

    return Filter(
        countries=codes("country"),
        themes=codes("theme"),
        topics=codes("topic"),
        types=codes("type"),  # type: ignore[arg-type]
    )


def may_join(known: Filter, adds: Filter) -> bool:
    """Return whether a filter can have what some words add: no second name or pace, and not too
    many words."""
    words = len({*known.words, *known.without, *adds.words, *adds.without})
    is_full = words > WORDS_LIMIT and bool(adds.words or adds.without)
    is_second = known.name and adds.name not in ("", known.name)
    is_other_pace = known.pace and adds.pace not in (None, known.pace)
    return not (is_full or is_second or is_other_pace)


def merge(filters: Iterable[Filter]) -> Filter:
    """Return a filter with what each of several adds."""
    merged = Filter()
    for each in filters:
        merged = Filter(
            countries=merged.countries | each.countries,
            themes=merged.themes | each.themes,
            topics=merged.topics | each.topics,
            types=merged.types | each.types,
            mentions=merged.mentions | each.mentions,
            words=tuple(dict.fromkeys(merged.words + each.words)),
            without=tuple(dict.fromkeys(merged.without + each.without)),
            sources=merged.sources | each.sources,
            source_types=merged.source_types | each.source_types,
            less=merged.less | each.less,
            name=each.name or merged.name,
            pace=each.pace or merged.pace,
        )
    return merged


def excluded(labels: Filter) -> frozenset[str]:
    """Return the labels of a filter as `Filter.less` has them."""
    facets = {
        "country": labels.countries,
        "theme": labels.themes | labels.topics,
        "type": labels.types,
        "source": labels.sources,
        "source_type": labels.source_types,
    }
    return frozenset(f"{facet}:{code}" for facet, codes in facets.items() for code in codes)
