"""What of a development is to be translated, and the development with its translation."""

from msgspec.structs import replace

from bot.models import Development, Passage, Provenance, Translation


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
