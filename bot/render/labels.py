"""Put filters, themes, countries and hours into words (pure)."""

from collections.abc import Sequence

from bot import taxonomy
from bot.i18n import ENGLISH, Locale
from bot.models import Development, Filter


def description(filter_: Filter, to: Locale = ENGLISH) -> str:
    """Return a filter in words: `Czechia, Germany · Return of former applicants · Legislative`."""

    def labels(facet: taxonomy.Facet, codes: frozenset[str], order: Sequence[str]) -> list[str]:
        known = [code for code in order if code in codes]
        return [label(facet, code, to) for code in (*known, *sorted(codes - set(known)))]

    mentioned = labels("country", filter_.mentions, ())
    less = [
        label(facet, code, to)
        for facet, _, code in (one.partition(":") for one in sorted(filter_.less))
    ]
    facets = (
        labels("country", filter_.countries, taxonomy.countries()),
        labels("theme", filter_.themes, taxonomy.themes())
        + labels("topic", filter_.topics, taxonomy.topics()),
        labels("type", filter_.types, taxonomy.types()),
        [to.gettext("all of {reference}", reference=one) for one in sorted(filter_.references)],
        [to.gettext("mentions {country}", country=name) for name in mentioned],
        [f"“{word}”" for word in filter_.words],
        [to.gettext("without “{word}”", word=word) for word in filter_.without],
        [to.gettext("without {label}", label=each) for each in less],
        [to.gettext("source {id}", id=name) for name in sorted(filter_.sources)],
    )
    said = " · ".join(", ".join(labels) for labels in facets if labels)
    return said or to.gettext("everything")


def label(facet: str, code: str, to: Locale = ENGLISH) -> str:
    """Return the label of a country, theme, topic or type in a language."""
    if facet == "country":
        return to.country(code)
    if facet == "source":
        return code
    named = taxonomy.label(facet, code)  # type: ignore[arg-type]
    if facet == "theme" and named == code:
        named = taxonomy.label("topic", code)
    return to.gettext(named)


def clock(minute: int) -> str:
    """Return a minute of the day as a time: `08:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def mark(record: Development) -> str:
    """Return the note on whose words a development's texts are, where they are not the publisher's;
    and its key terms, where it is not translated."""
    origin = record.provenance
    if origin.summary == "ai":
        return f"AI-generated summary and title ({record.translated_by})"
    if origin.summary == "machine":
        return f"Machine-translated ({record.translated_by})"
    if origin.title in ("ai", "machine"):
        by = "AI-translated" if origin.title == "ai" else "Machine-translated"
        return f"{by} title ({record.translated_by})"
    if "edition" in (origin.title, origin.summary):
        return "From the publisher's own English edition"
    return ""
