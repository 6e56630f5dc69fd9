"""Enrich items: decide whether one is relevant, and find its labels, country and date.

Each decision is recorded with the words that led to it (`Evidence`).

language     the language of a text
lexicon      its words that stand for labels
own_words    what an operator adds to these words, or removes
  word_suggestions  such words from what admins have corrected
classifier   the linear model that weighs words
  label_model  its weights, in a file that processes share
labels       whether an item is relevant, its labels, and the words that decided
proposals    what an engine proposes where labels were close
names        the country that a development is about, and the others it mentions
references   the acts, bills and cases that it names, and which of them it is about
  reference_forms  how each country writes their numbers
  reference_roles  what the words beside a number say of it
stages       the stage of its matter that an item tells
  stage_rules  the rules that find it
  stage_words  the words that tell it, and who decides
  stage_features  what a linear model reads of a text
event_date   the day of the decision
dates_ahead  the dates to come that an item tells
  dates_ahead_words  what such dates are of, and what stands beside them
  date_features  what a linear model reads around a date
dated_laws   the days in the names of laws
governing    the word in a sentence that a day belongs to
event_words  the words of decisions and of other events
linear_model  how probable each kind of stage or date is, by the features of a text
  word_features  the words of a text as such features
gloss        what a title in another language says, in English words
  glossary       the words of a language, and the English ones that stand for them
  gloss_words    the clauses of a text, and what is found in them
  gloss_parts    its parts, in their order
  gloss_english  the forms of English words
  gloss_phrases  nouns with what belongs to them, verbs with their mode
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.dates.zones import local_day
from bot.enrich import language, names, references
from bot.enrich.dates_ahead import dates_ahead
from bot.enrich.event_date import event_date
from bot.enrich.gloss import make_gloss
from bot.enrich.labels import find_labels
from bot.enrich.proposals import with_proposals
from bot.enrich.references import Publication
from bot.enrich.stages import find_stage
from bot.i18n import base_language
from bot.models import Citation, Development
from bot.models.sources import Item, NotRelevant, Source
from bot.models.translations import Passage, Translation
from bot.reader_language import IN_ENGLISH, in_words_of, native_text
from bot.text import first_sentences, page_of, shorten

TITLE = 500
"""UTF-16 units of a title: a longer one is cut."""
READ = 20_000
"""Characters of a text that are read: what a long law says further on, it says of all things."""
ARTICLE = 6000
"""UTF-16 units of a text that an engine may read."""


def enrich_item(item: Item, source: Source, own_words: str = "") -> Development | NotRelevant:
    """Turn an item into a development, or return why it is not about migration or asylum.

    `own_words` are an operator's word lists (`own_words.read_own_words`).
    """
    item = replace(item, title=shorten(item.title, TITLE), text=item.text[:READ])
    # A declared language is trusted: titles are often too short to detect one.
    language_code = item.language or language.detect_language(f"{item.title}\n{item.text}")
    labels = find_labels(item.title, item.text, language_code, own_words)
    if source.scope == "mixed" and labels.irrelevance:
        return labels.irrelevance
    published = local_day(item.published, source) if item.published else None
    stated = published and event_date(item.title, item.text, language_code, published)
    date, words = stated or (published, None)
    about = source.country or names.find_country(item.title, item.text, language_code)
    summary = first_sentences(item.title, item.text)
    publication = Publication(
        country=about,
        language=language_code,
        date=published,
        publisher=f"{source.publisher} | {source.publisher_native or ''}",
    )
    own = references.own_references(item.title, item.text, publication)
    gloss = make_gloss(item.title, summary, language_code)
    return Development(
        title=item.title,
        summary=summary,
        sources=(citation(item, source, language_code),),
        date=date,
        country=about,
        themes=labels.themes,
        topics=labels.topics,
        type=labels.type,
        gloss=gloss,
        references=references.find_references((item.title, item.text), about),
        own_references=own,
        stage=find_stage(item.title, item.text, publication, own, gloss),
        ahead=dates_ahead(item.title, item.text, language_code, published) if published else (),
        mentions=names.mentioned_countries(item.title, item.text, language_code, about),
        evidence=replace(labels.evidence, date=(words,) if words else ()),
        confidence=labels.confidence,
    )


class EnrichFailure(Struct, frozen=True):
    """An item that could not be enriched; the next poll tries again."""

    reason: str


def enrich_items(
    items: Sequence[Item], source: Source, own_words: str = ""
) -> list[Development | EnrichFailure | NotRelevant]:
    """Enrich each item; an item that raises an exception does not stop the others."""
    return [_enrich_safely(item, source, own_words) for item in items]


def _enrich_safely(
    item: Item, source: Source, own_words: str
) -> Development | EnrichFailure | NotRelevant:
    try:
        return enrich_item(item, source, own_words)
    except Exception as error:  # noqa: BLE001 - the supervisor of one item
        return EnrichFailure(f"{item.url or item.title}: {type(error).__name__}: {error}")


def citation(item: Item, source: Source, language_code: str | None = None) -> Citation:
    """Return the citation of an item: publisher, title, language, date and URL."""
    return Citation(
        publisher=source.publisher,
        publisher_native=source.publisher_native,
        date=local_day(item.published, source) if item.published else None,
        title_native=item.title,
        title_en=item.title if (language_code or "").split("-")[0] == "en" else None,
        language=language_code,
        url=item.url,
        official=source.is_official,
        source=source.id,
        source_type=source.type,
        editions=item.editions,
        medium=item.medium,
    )


def passage_to_translate(
    development: Development, article: str = "", target: str = IN_ENGLISH
) -> Passage | None:
    """Return what of a development is to be translated into a language (ISO 639-1); None: it is in
    that language already. `article`: all that its source says, of which a summary is written; one
    in another language than English is of the lead."""
    source = development.sources[0]
    if target == IN_ENGLISH:
        is_there = source.title_en is not None or development.translated_by is not None
    else:
        is_there = target in (base_language(source.language), *development.translations)
    if is_there:
        return None
    title, text = native_text(development)
    if target != IN_ENGLISH:
        return Passage(title=title, text=text, language=source.language, target=target)
    article = shorten(article[: 2 * ARTICLE], ARTICLE)
    return Passage(
        title=title,
        text=text,
        language=source.language,
        article=article if len(article) > len(text) else "",
        publisher=source.publisher,
        country=development.country,
        published=source.date,
    )


def with_translation(
    development: Development, translation: Translation, target: str = IN_ENGLISH, article: str = ""
) -> Development:
    """Return a development with its translation into a language (ISO 639-1). An English one takes
    the place of the native words, which stay beside it, and decides labels that were close by what
    is proposed. `article`: all that its source says, which its summary quotes."""
    if target != IN_ENGLISH:
        translations = {**development.translations, target: translation}
        return replace(development, translations=translations)
    pages = tuple(page_of(article, quotation) for quotation in translation.quotations)
    if any(pages):
        translation = replace(translation, pages=pages)
    return with_proposals(in_words_of(translation, development), translation.proposals)
