"""The texts of a development by language, and which of them a reader reads (pure).

The English words stand in the development itself, translations into other languages beside them.
"""

from msgspec import Struct
from msgspec.structs import replace

from bot.i18n import base_language
from bot.models import Development, Provenance
from bot.models.chats import Chat
from bot.models.translations import Translation

IN_ENGLISH = "en"
"""What texts are translated into for whoever has chosen nothing else."""
AS_PUBLISHED = ""
"""The choice of no translation."""


class Reader(Struct, frozen=True):
    """The languages of somebody who reads developments."""

    language: str | None = None
    """That they speak with the bot (BCP 47); None: it is not known."""
    texts: str = IN_ENGLISH
    """What texts are translated into for them (ISO 639-1), or `AS_PUBLISHED`."""

    def reads(self, language: str | None) -> bool:
        """Return whether they read a language (BCP 47) as it is: it is their own, or what texts are
        translated into for them."""
        own = {base_language(self.language), self.texts}
        return base_language(language) in own - {""}

    def target(self, language: str | None) -> str:
        """Return what a text in a language (BCP 47) is translated into for them; `AS_PUBLISHED`:
        they read it as it is."""
        is_native = self.reads(language) and base_language(language) != IN_ENGLISH
        return AS_PUBLISHED if is_native else self.texts


def reader_of(chat: Chat) -> Reader:
    """Return the languages of a chat."""
    return Reader(chat.language, chat.texts)


def native_text(development: Development) -> tuple[str, str]:
    """Return the title and the summary as published."""
    title = development.sources[0].title_native
    summary = development.summary_native
    return title, development.summary if summary is None else summary


def as_read(development: Development, reader: Reader) -> Development:
    """Return a development in the words that a reader reads: translated for them, else in English,
    else as published."""
    language = development.sources[0].language
    target = reader.target(language)
    if translation := development.translations.get(target):
        return in_words_of(translation, _as_published(development))
    if target != AS_PUBLISHED:
        return development
    published = _as_published(development)
    return replace(published, gloss="") if reader.reads(language) else published


def language_read(development: Development, reader: Reader) -> str | None:
    """Return the language (BCP 47) of the words in which a reader reads a development."""
    source = development.sources[0]
    target = reader.target(source.language)
    if target in development.translations:
        return target
    is_english = target != AS_PUBLISHED and development.title != source.title_native
    return IN_ENGLISH if is_english else source.language


def title_language(read: Development) -> str | None:
    """Return the language (BCP 47) of the title of a development as somebody reads it."""
    source = read.sources[0]
    if read.title == source.title_native:
        return source.language
    translations = read.translations.items()
    return next((code for code, one in translations if one.title == read.title), IN_ENGLISH)


def summary_language(read: Development) -> str | None:
    """Return the language (BCP 47) of the summary of a development as somebody reads it."""
    if read.summary_native is None:
        return read.sources[0].language
    translations = read.translations.items()
    return next((code for code, one in translations if one.summary == read.summary), IN_ENGLISH)


def in_words_of(translation: Translation, development: Development) -> Development:
    """Return a development with its title, and its summary where there is one, translated; the
    native title stays beside it."""
    source, *others = development.sources
    has_summary = translation.summary is not None
    return replace(
        development,
        title=translation.title,
        summary=development.summary if translation.summary is None else translation.summary,
        summary_native=development.summary if has_summary else development.summary_native,
        sources=(replace(source, title_en=translation.title), *others),
        gloss="",
        translated_by=translation.by,
        provenance=Provenance(
            title=translation.origin, summary=translation.origin if has_summary else "original"
        ),
        evidence=replace(
            development.evidence, summary=translation.quotations, pages=translation.pages
        ),
    )


def _as_published(development: Development) -> Development:
    title, summary = native_text(development)
    source, *others = development.sources
    return replace(
        development,
        title=title,
        summary=summary,
        summary_native=None,
        sources=(replace(source, title_en=None), *others),
        translated_by=None,
        provenance=Provenance(),
        evidence=replace(development.evidence, summary=(), pages=()),
    )
