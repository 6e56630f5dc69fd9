"""Find what can be read behind an address: itself, a feed that its page names, one that is where
feeds usually are, or the news list on the page."""

import asyncio
from collections.abc import Collection, Sequence
from itertools import count
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from bot import enrich, taxonomy
from bot.errors import HeraldError, ParseError
from bot.fetch import Fetcher
from bot.models import Development
from bot.models.source_edits import Candidate, FoundBy, Proposal
from bot.models.sources import Document, Fetched, Item, NotRelevant, PageSelectors, Source
from bot.parse.dom import html_to_text
from bot.parse.leads import common_feed_urls
from bot.parse.opml import read_opml
from bot.pipeline.candidates import candidate_of
from bot.pipeline.context import PollContext
from bot.pipeline.diagnosis import diagnose, leads_of, parse_fetched
from bot.text import one_line, shorten
from bot.urls import canonical_url

ATTEMPTS = 12
"""Requests to one site to find its feed."""
SPACING = 1.0
"""Seconds between two requests to one host, while somebody waits for the answer."""
TRIED = 50
"""Feeds of one list that are tried."""
SHOWN = 5
"""Items that are shown of a source that is to be added."""
NAME_LIMIT = 100


class FoundSource(Struct, frozen=True):
    """A source as it can be read, what it gives, and what there is to say of how it was found."""

    source: Source
    document: Document
    found: FoundBy = "given"
    remark: str = ""


class Look(Struct, frozen=True):
    """What would be read of an address as a source, and its newest items as they would come."""

    proposal: Proposal
    followed_as: str = ""
    """The id of the source that is read there already; empty: none is."""
    items: tuple[tuple[Item, Development | NotRelevant | None], ...] = ()
    """Each with its development; None: it could not be made."""


class ListLook(Struct, frozen=True, kw_only=True):
    """What would be read of a list of feeds."""

    proposal: Proposal
    """Those that can be read and are new."""
    count: int
    followed: int
    """How many of them are read already."""
    unread: tuple[tuple[str, str], ...]
    """The URLs of those that cannot be read, each with the reason."""
    is_cut: bool
    """Whether there are more than are tried."""


async def find_source(
    context: PollContext, source: Source, fetched: Fetched, fetcher: Fetcher | None = None
) -> FoundSource:
    """Return the source that can be read behind an address that was fetched. Raises ParseError when
    there is none."""
    try:
        return FoundSource(source, await parse_fetched(context, source, fetched))
    except ParseError as error:
        reason = error
    leads = await leads_of(context, source, fetched)
    if leads is None:
        raise reason
    declared = [lead.url for lead in leads.feeds]
    for url in [*declared, *common_feed_urls(fetched.url)][:ATTEMPTS]:
        feed = replace(source, url=url)
        try:
            answer = await (fetcher or context.fetcher).get(feed, url)
            document = await parse_fetched(context, feed, answer)
        except HeraldError:
            continue
        found: FoundBy = "declared" if url in declared else "usual"
        return FoundSource(feed, document, found, f"{reason}; its feed is {url}")
    if leads.list_ is None:
        raise ParseError(f"{reason}, and no feed or news list was found behind it")
    news = as_list(source, source.url, leads.list_)
    document = await parse_fetched(context, news, fetched)
    return FoundSource(news, document, "list", "no feed was found; this is the page's news list")


def as_list(source: Source, url: str, selectors: PageSelectors) -> Source:
    """Return a source as the news list of a page."""
    return replace(source, url=url, kind="page", page=selectors)


async def look_at(
    context: PollContext, followed: Sequence[Source], url: str, country: str | None = None
) -> Look:
    """Return what would be read of an address as a source. Raises FetchError and ParseError."""
    fetcher = context.fetcher.sparing(ATTEMPTS, SPACING)
    asked = Source(id=url, url=url, publisher="")
    found = await find_source(context, asked, await fetcher.get(asked), fetcher)
    source = described(found.source, found.document, {each.id for each in followed})
    source = replace(source, country=country or source.country)
    candidate = candidate_of(source, found.document, found.found)
    newest = found.document.items[:SHOWN]
    drafts = await context.workers.run(enrich.enrich_items, newest, source, context.own_words)
    proposal = Proposal(at=context.clock(), candidates=(candidate,))
    return Look(
        proposal,
        next((each.id for each in followed if same_url(each.url) == same_url(source.url)), ""),
        tuple(
            (item, None if isinstance(draft, enrich.EnrichFailure) else draft)
            for item, draft in zip(newest, drafts, strict=True)
        ),
    )


async def look_through(context: PollContext, followed: Sequence[Source], body: bytes) -> ListLook:
    """Return what would be read of a list of feeds (OPML). Raises ParseError."""
    listed = await context.workers.run(read_opml, body)
    urls = {same_url(each.url) for each in followed}
    new = [each for each in listed if same_url(each.url) not in urls]
    asked = [
        Source(id=each.url, url=each.url, publisher=each.name, language=each.language)
        for each in new[:TRIED]
    ]
    diagnoses = await asyncio.gather(*(diagnose(context, source) for source in asked))
    taken, candidates, unread = {each.id for each in followed}, list[Candidate](), []
    for source, diagnosis in zip(asked, diagnoses, strict=True):
        if diagnosis.document is None:
            unread.append((source.url, diagnosis.said))
            continue
        made = described(source, diagnosis.document, taken)
        taken.add(made.id)
        made = replace(made, publisher=source.publisher or made.publisher)
        candidates.append(candidate_of(made, diagnosis.document, "given"))
    return ListLook(
        proposal=Proposal(at=context.clock(), candidates=tuple(candidates)),
        count=len(listed),
        followed=len(listed) - len(new),
        unread=tuple(unread),
        is_cut=len(new) > TRIED,
    )


def described(source: Source, document: Document, taken: Collection[str] = ()) -> Source:
    """Return a source with an id that is not taken, and with its country, language and publisher as
    far as they can be seen."""
    host = (urlsplit(source.url).hostname or "").removeprefix("www.")
    country = {"UK": "GB"}.get(top := host.rpartition(".")[2].upper(), top)
    title = shorten(one_line(html_to_text(document.title or "")), NAME_LIMIT)
    return replace(
        source,
        id=free_id(host.replace(".", "-").encode("ascii", "ignore").decode(), taken),
        country=country if taxonomy.is_country(country) else None,
        language=source.language or document.language,
        publisher=title or host,
    )


def same_url(url: str) -> str:
    """Return what all spellings of a source's URL have in common."""
    return canonical_url(url) or url


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return an id, with a number where it is taken."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)
