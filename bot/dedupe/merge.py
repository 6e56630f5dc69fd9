"""Merge developments of one event into one, and part them again (pure)."""

from msgspec.structs import replace

from bot.models import Citation, Development, Join, Provenance
from bot.text import normalise
from bot.urls import canonical_url

Codes = tuple[str, ...]


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
    sources = sorted(cited.values(), key=lambda source: not source.official)
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
        topics=tuple(dict.fromkeys((*first.topics, *second.topics))),
    )


def part(joined: Development, join: Join) -> tuple[Development, Development]:
    """Return what is left of a development without a draft that had joined it, and the draft."""
    before, draft = join.before, join.draft
    parted = _source_key(draft.sources[0])
    is_led = _source_key(joined.sources[0]) == parted or joined.provenance.title == "edition"
    base = before if is_led else joined
    left = replace(
        base,
        id=joined.id,
        revision=joined.revision,
        sources=tuple(each for each in joined.sources if _source_key(each) != parted)
        or before.sources,
        summary=base.summary if before.summary else "",
        date=before.date and base.date,
        country=before.country,
        themes=_left(joined.themes, before.themes, draft.themes),
        topics=_left(joined.topics, before.topics, draft.topics),
        references=_left(joined.references, before.references, draft.references),
    )
    if joined.is_corrected:
        labels = {"themes": joined.themes, "topics": joined.topics, "type": joined.type}
        left = replace(left, **labels, is_corrected=True)
    return left, draft


def _left(now: Codes, before: Codes, brought: Codes) -> Codes:
    """Return the codes without those that only a draft has brought."""
    return tuple(dict.fromkeys((*before, *(each for each in now if each not in brought))))


def _edition(before: Development, draft: Development) -> Development | None:
    """Return the native one of a publisher's two editions, in the words of the English one."""
    one, other = before.sources[0], draft.sources[0]
    if one.publisher != other.publisher or one.language == other.language:
        return None
    native_one, english = (before, draft) if other.language == "en" else (draft, before)
    source = native_one.sources[0]
    if english.sources[0].language != "en" or native_one.translated_by:
        return None
    return replace(
        native_one,
        title=english.title,
        summary=english.summary or native_one.summary,
        summary_native=native_one.summary if english.summary else None,
        provenance=Provenance(
            title="edition", summary="edition" if english.summary else "original"
        ),
        key_terms=(),
        sources=(replace(source, title_en=english.title), *native_one.sources[1:]),
    )


def _source_key(citation: Citation) -> str:
    """Return the URL of a citation, else its publisher and title."""
    # One page is one source, whatever feed has led to it.
    return (
        canonical_url(citation.url) or f"{citation.publisher}: {normalise(citation.title_native)}"
    )
