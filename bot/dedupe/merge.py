"""Merge developments of one event into one, and part them again (pure)."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from bot.dates.ahead import most_exact
from bot.dedupe.editions import has_edition_at, is_english, is_english_edition
from bot.models import Citation, DateAhead, Development, Join, Provenance, Stage
from bot.reader_language import native_text
from bot.text import normalise
from bot.urls import canonical_url

Value = TypeVar("Value")


def merge(before: Development, draft: Development) -> Development:
    """Merge two developments of the same event: the official source decides labels and country."""
    # A publisher's English edition gives its words to the native one.
    edition_of = _edition(before, draft)
    leads = draft.sources[0].official and not before.sources[0].official
    first, second = (draft, before) if leads else (before, draft)
    first = edition_of or first
    cited = dict[str, Citation]()
    for source in (*first.sources, *before.sources, *draft.sources):
        cited.setdefault(_source_key(source), source)
    sources = sorted(_with_editions([*cited.values()]), key=lambda source: not source.official)
    themes = tuple(dict.fromkeys((*first.themes, *second.themes)))[:2]
    if before.is_corrected:
        first = replace(first, type=before.type, is_corrected=True)
        themes = before.themes
    return replace(
        first,
        id=before.id,
        recorded=before.recorded,
        revision=before.revision,
        sources=tuple(sources),
        summary=first.summary or second.summary,
        date=first.date or second.date,
        country=first.country or second.country,
        themes=themes,
        references=tuple(dict.fromkeys((*first.references, *second.references))),
        own_references=tuple(dict.fromkeys((*first.own_references, *second.own_references))),
        stage=_stage_of_both(first, second),
        matter=before.matter,
        matter_references=before.matter_references,
        ahead=_dates_of_both(first, second),
        topics=tuple(dict.fromkeys((*first.topics, *second.topics))),
    )


def _stage_of_both(first: Development, second: Development) -> Stage | None:
    """Return the stage of the first, or of the second where only that is no tentative one."""
    is_sure = first.stage and not first.stage.is_tentative
    return first.stage if is_sure else second.stage or first.stage


def _dates_of_both(first: Development, second: Development) -> tuple[DateAhead, ...]:
    """Return the dates to come that either tells, those of the second only where they are
    others."""
    known = {date.key for date in first.ahead}
    others = (date for date in second.ahead if date.key not in known)
    return most_exact((*first.ahead, *others))


def part(joined: Development, join: Join) -> tuple[Development, Development]:
    """Return what is left of a development without a draft that had joined it, and the draft."""
    before, draft = join.before, join.draft
    parted = _source_key(draft.sources[0])
    lead = joined.sources[0]
    is_led = _source_key(lead) == parted or is_english_edition(draft.sources[0], lead)
    base = before if is_led else joined
    left = replace(
        base,
        id=joined.id,
        revision=joined.revision,
        sources=_sources_left(joined, join) or before.sources,
        summary=base.summary if before.summary else "",
        date=before.date and base.date,
        country=before.country,
        themes=_left(joined.themes, before.themes, draft.themes),
        topics=_left(joined.topics, before.topics, draft.topics),
        ahead=_left(joined.ahead, before.ahead, draft.ahead),
        references=_left(joined.references, before.references, draft.references),
        own_references=_left(joined.own_references, before.own_references, draft.own_references),
        stage=before.stage,
        matter=joined.matter,
        matter_references=joined.matter_references,
    )
    if joined.is_corrected:
        labels = {"themes": joined.themes, "topics": joined.topics, "type": joined.type}
        left = replace(left, **labels, is_corrected=True)
    return left, draft


def _sources_left(joined: Development, join: Join) -> tuple[Citation, ...]:
    """Return the sources of a development without that of a draft, as they were before it brought
    them the words of their English edition, or took in what is its own."""
    parted = join.draft.sources[0]
    before = {_source_key(source): source for source in join.before.sources}
    left = [
        _without_edition(source, before.get(_source_key(source)))
        if has_edition_at(source, parted.url)
        else source
        for source in joined.sources
        if _source_key(source) != _source_key(parted)
    ]
    known = {_source_key(source) for source in joined.sources}
    editions = {canonical_url(source.url_en) for source in left}
    taken_in = (
        source
        for key, source in before.items()
        if key not in known and canonical_url(source.url) not in editions
    )
    return (*taken_in, *left)


def _without_edition(source: Citation, before: Citation | None) -> Citation:
    """Return a source with the edition that it had before, if any."""
    return replace(source, title_en=before and before.title_en, url_en=before and before.url_en)


def _left(
    now: tuple[Value, ...], before: tuple[Value, ...], brought: tuple[Value, ...]
) -> tuple[Value, ...]:
    """Return the codes or dates without those that only a draft has brought."""
    return tuple(dict.fromkeys((*before, *(each for each in now if each not in brought))))


def with_edition(native: Development, title: str, summary: str, url: str | None) -> Development:
    """Return a development in the words of its publisher's English edition at a URL, whoever has
    translated it before."""
    source, *others = native.sources
    _, summary_native = native_text(native)
    return replace(
        native,
        title=title,
        summary=summary or summary_native,
        summary_native=summary_native if summary else None,
        provenance=Provenance(title="edition", summary="edition" if summary else "original"),
        translated_by=None,
        gloss="",
        sources=(replace(source, title_en=title, url_en=url), *others),
    )


def _edition(before: Development, draft: Development) -> Development | None:
    """Return the native one of a publisher's two editions, in the words of the English one."""
    native, english = (before, draft) if is_english(draft.sources[0]) else (draft, before)
    if not is_english_edition(english.sources[0], native.sources[0]):
        return None
    if native.provenance.title == "edition":
        return native
    return with_edition(native, english.title, english.summary, english.sources[0].url)


def _with_editions(sources: Sequence[Citation]) -> list[Citation]:
    """Return the sources, of which the English editions of others are no sources of their own."""
    english = [each for each in sources if any(is_english_edition(each, one) for one in sources)]
    return [_with_title(source, english) for source in sources if source not in english]


def _with_title(source: Citation, english: Sequence[Citation]) -> Citation:
    """Return a source with the title of its edition among those in English."""
    edition = next((each for each in english if is_english_edition(each, source)), None)
    if edition is None or source.title_en is not None:
        return source
    return replace(source, title_en=edition.title_native, url_en=edition.url)


def _source_key(citation: Citation) -> str:
    """Return the URL of a citation, else its publisher and title."""
    # One page is one source, whatever feed has led to it.
    return (
        canonical_url(citation.url) or f"{citation.publisher}: {normalise(citation.title_native)}"
    )
