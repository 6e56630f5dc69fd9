"""The labels of records, filters and paces in a language."""

from collections.abc import Iterable, Sequence

from bot import taxonomy
from bot.i18n import ENGLISH, N_, Locale
from bot.models import Confidence, Development, Evidence, Medium
from bot.models.chats import Filter
from bot.models.pace import Pace
from bot.render.dates_ahead import with_page
from bot.render.head_line import doubts
from bot.text import shorten

DESCRIPTION = 2000
"""Units of a filter in words: with all that it can hold, it must still fit a message."""
MEDIA: dict[Medium, str] = {
    "pdf": N_("PDF"),
    "scanned": N_("PDF without text that can be read, such as a scan"),
    "locked": N_("PDF locked with a password, not read"),
}


def english_labels(facet: taxonomy.Facet, codes: Iterable[str]) -> list[str]:
    """Return the English labels of codes."""
    return [taxonomy.label(facet, code) for code in codes]


def country_label(code: str, to: Locale) -> str:
    """Return the name of a country in the record's frame: in English as the vocabulary has it."""
    return taxonomy.label("country", code) if to is ENGLISH else to.country(code)


def both_labels(text: str, to: Locale) -> str:
    """Return a label in the reader's language, and beside it the English one of EUAA's vocabulary
    where they differ."""
    own = to.gettext_raw(text)
    return text if own == text else f"{own} ({text})"


def themes_text(labels: Iterable[str], to: Locale) -> str:
    """Return labels in the reader's language, each with the English one beside it."""
    return ", ".join(both_labels(each, to) for each in labels)


def probable_themes(record: Development, to: Locale) -> str:
    """Return the labels of themes, marked where they are less likely than not, or no editor decided
    in time."""
    confidence = record.confidence or Confidence()
    labels = [both_labels(label, to) for label in english_labels("theme", record.themes)]
    return ", ".join(
        to.gettext("probably {label}", label=label) if is_doubted else label
        for label, is_doubted in zip(labels, doubts(confidence, confidence.themes), strict=False)
    )


def description(filter_: Filter, to: Locale = ENGLISH, *, is_short: bool = False) -> str:
    """Return a filter in words: `Czechia, Germany · Return of former applicants · Legislative`;
    `is_short`: for a button, with the short labels of themes and topics."""

    def labels(facet: taxonomy.Facet, codes: frozenset[str], order: Sequence[str]) -> list[str]:
        in_order = [code for code in order if code in codes]
        ordered = (*in_order, *sorted(codes - set(in_order)))
        if is_short and facet != "country":
            return [to.gettext(taxonomy.short_label(code)) for code in ordered]
        return [label(facet, code, to) for code in ordered]

    mentioned = labels("country", filter_.mentions, ())
    less = [label_of(exclusion, to) for exclusion in sorted(filter_.less)]
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
        [label_of(f"source:{name}", to) for name in sorted(filter_.sources)],
        [
            label_of(f"source_type:{code}", to)
            for code in taxonomy.source_types()
            if code in filter_.source_types
        ],
    )
    text = " · ".join(", ".join(facet) for facet in facets if facet)
    return shorten(text, DESCRIPTION) or to.gettext("everything")


def label(facet: str, code: str, to: Locale = ENGLISH) -> str:
    """Return the label of a country, theme, topic or type in a language."""
    if facet in ("country", "mention"):
        return to.country(code)
    if facet == "source":
        return code
    text = taxonomy.label(facet, code)  # type: ignore[arg-type]
    if facet == "theme" and text == code:
        text = taxonomy.label("topic", code)
    return to.gettext(text)


def label_of(text: str, to: Locale = ENGLISH) -> str:
    """Return the label of what a facet and a code name together: `theme:return`."""
    facet, _, code = text.partition(":")
    named = label(facet, code, to)
    return to.gettext("source {id}", id=named) if facet in ("source", "source_type") else named


def pace_label(pace: Pace, to: Locale = ENGLISH) -> str:
    """Return a pace in few words: `weekly Friday 09:00`."""
    values = {"day": to.weekday(pace.weekday), "time": clock(pace.minute)}
    match pace.kind:
        case "at_once":
            return to.gettext("at once")
        case "silent":
            return to.gettext("silently")
        case "daily":
            return to.gettext("daily {time}", **values)
        case "weekly":
            return to.gettext("weekly {day} {time}", **values)


def medium_label(medium: Medium, to: Locale = ENGLISH) -> str:
    """Return what a URL leads to, where that is no web page."""
    return to.gettext_raw(MEDIA[medium]) if medium in MEDIA else ""


def rests_on(evidence: Evidence, to: Locale = ENGLISH) -> str:
    """Return the words that a summary rests on, with their pages where they are of a PDF."""
    pages = evidence.pages or (None,) * len(evidence.summary)
    quoted = zip(evidence.summary, pages, strict=False)
    return " · ".join(with_page(words, page, to) for words, page in quoted)


def clock(minute: int) -> str:
    """Return a minute of the day as a time: `08:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def translation_note(record: Development, to: Locale) -> str:
    """Return whose words a development's texts are, where they are not the publisher's."""
    engine = record.translated_by
    match record.provenance.title, record.provenance.summary:
        case _, "ai":
            return to.gettext("AI-generated summary and title ({engine})", engine=engine)
        case _, "machine":
            return to.gettext("Machine-translated ({engine})", engine=engine)
        case "ai", _:
            return to.gettext("AI-translated title ({engine})", engine=engine)
        case "machine", _:
            return to.gettext("Machine-translated title ({engine})", engine=engine)
        case ("edition", _) | (_, "edition"):
            return to.gettext("From the publisher's own English edition")
    return ""
