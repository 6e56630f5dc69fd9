"""The title and the summary of a development: as published, what of them is to be translated, and
their translation."""

from msgspec.structs import replace

from bot.models import Development, Passage, Provenance, Translation
from bot.text import each_sentence, normalise, one_line, shorten, utf16_length

SUMMARY_LIMIT = 600
"""UTF-16 units. The lead beats extractive summarisers against publishers' own descriptions."""
_ENDS = tuple(".!?…;:)\"'»”’")


def first_sentences(title: str, text: str) -> str:
    """Return whole sentences from the beginning of a text, about SUMMARY_LIMIT long."""
    # Skip a sentence equal to the title, and a last one that the publisher's excerpt has cut off.
    title_words = normalise(title)
    summary, length = list[str](), 0
    for sentence in each_sentence(text):
        if normalise(sentence) != title_words:
            summary.append(one_line(sentence))
            length += utf16_length(summary[-1]) + 1
        if length > SUMMARY_LIMIT + 1:  # with a space after each
            break
    is_full = length > SUMMARY_LIMIT + 1
    if len(summary) > 1 and (is_full or not summary[-1].endswith(_ENDS)):
        summary.pop()
    return shorten(" ".join(summary), SUMMARY_LIMIT)


def passage_to_translate(development: Development) -> Passage | None:
    """Return what of a development is to be translated; None: it is English already."""
    source = development.sources[0]
    if source.title_en is not None or development.translated_by is not None:
        return None
    return Passage(title=source.title_native, text=development.summary, language=source.language)


def with_translation(development: Development, translation: Translation) -> Development:
    """Return a development with its title, and its summary where there is one, in English; the
    native title stays beside it."""
    source, *others = development.sources
    has_summary = translation.summary is not None
    return replace(
        development,
        title=translation.title,
        summary=development.summary if translation.summary is None else translation.summary,
        summary_native=development.summary if has_summary else development.summary_native,
        sources=(replace(source, title_en=translation.title), *others),
        key_terms=(),
        translated_by=translation.by,
        provenance=Provenance(
            title=translation.origin, summary=translation.origin if has_summary else "original"
        ),
    )
