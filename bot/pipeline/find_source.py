"""Find what can be read behind an address: itself, a feed that its page names, one that is where
feeds usually are, or the news list on the page."""

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import HeraldError, ParseError
from bot.fetch import Fetcher
from bot.models.sources import Document, Fetched, PageSelectors, Source
from bot.parse.leads import common_feed_urls
from bot.pipeline.context import PollContext
from bot.pipeline.diagnosis import leads_of, parse_fetched

ATTEMPTS = 12
"""Requests to one site to find its feed."""


class Found(Struct, frozen=True):
    """A source as it can be read, what it gives, and what there is to say of how it was found."""

    source: Source
    document: Document
    remark: str = ""


async def find_source(
    context: PollContext, source: Source, fetched: Fetched, fetcher: Fetcher | None = None
) -> Found:
    """Return the source that can be read behind an address that was fetched. Raises ParseError when
    there is none."""
    try:
        return Found(source, await parse_fetched(context, source, fetched))
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
        return Found(feed, document, f"{reason}; its feed is {url}")
    if leads.list_ is None:
        raise ParseError(f"{reason}, and no feed or news list was found behind it")
    news = as_list(source, source.url, leads.list_)
    document = await parse_fetched(context, news, fetched)
    return Found(news, document, "no feed was found; this is the page's news list")


def as_list(source: Source, url: str, selectors: PageSelectors) -> Source:
    """Return a source as the news list of a page."""
    return replace(source, url=url, kind="page", page=selectors)
