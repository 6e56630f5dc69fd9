"""Try a source once, and tell why it gives no news."""

import re

from msgspec import Struct

from bot import parse
from bot.dedupe import stand_ins
from bot.errors import HeraldError, ParseError, WorkError
from bot.fetch import Fetcher
from bot.models.sources import Cause, Document, Fetched, Source
from bot.parse.leads import Leads, read_leads
from bot.pipeline import source_state
from bot.pipeline.causes import cause_of
from bot.pipeline.context import PollContext

WALL_TEXT = 1500
"""Characters of the longest page that stands for all of a site: others have news beside it."""
_TITLE_PARTS = re.compile(r"\s+[|·•–—:-]\s+")


class Diagnosis(Struct, frozen=True, kw_only=True):
    """How a source was found: what it gives, or why it gives nothing."""

    cause: Cause | None = None
    """None: it can be read."""
    said: str = ""
    fetched: Fetched | None = None
    document: Document | None = None
    leads: Leads | None = None
    """Of the page that came instead."""


async def fetch(context: PollContext, source: Source, fetcher: Fetcher | None = None) -> Fetched:
    """Fetch a source as its first poll does. Raises FetchError."""
    url = source_state.poll_url(source, source_state.current_state(source, None), context.clock())
    return await (fetcher or context.fetcher).get(source, url)


async def parse_fetched(context: PollContext, source: Source, fetched: Fetched) -> Document:
    """Parse what a source gave, in a worker. Raises ParseError and WorkError."""
    return await context.workers.run(parse.parse_document, source, fetched, context.clock().date())


async def leads_of(context: PollContext, source: Source, fetched: Fetched) -> Leads | None:
    """Return what leads from a page to news, read in a worker; None: it is no page that can be
    read."""
    today = context.clock().date()
    try:
        return await context.workers.run(read_leads, fetched, source.language, today)
    except WorkError:
        return None


async def diagnose(
    context: PollContext, source: Source, fetcher: Fetcher | None = None
) -> Diagnosis:
    """Try a source once."""
    try:
        fetched = await fetch(context, source, fetcher)
    except HeraldError as error:
        return Diagnosis(cause=cause_of(error), said=str(error))
    try:
        document = await parse_fetched(context, source, fetched)
    except ParseError as error:
        leads = await leads_of(context, source, fetched)
        cause = _cause_of_page(source, fetched, leads)
        return Diagnosis(cause=cause, said=str(error), fetched=fetched, leads=leads)
    except HeraldError as error:
        return Diagnosis(cause="other", said=str(error), fetched=fetched)
    if stand_ins.is_notice(document):
        said = f"a notice came, not the news: “{document.items[0].title}”"
        return Diagnosis(cause="stand-in", said=said, fetched=fetched)
    said = "; ".join(document.problems[:3])
    is_empty = document.total == 0
    return Diagnosis(
        cause="empty" if is_empty else None,
        said=said or ("it holds no items" if is_empty else ""),
        fetched=fetched,
        document=document,
    )


def _cause_of_page(source: Source, fetched: Fetched, leads: Leads | None) -> Cause:
    """Return why what came holds no news that can be read."""
    if not (fetched.body or b"").strip():
        return "empty"
    if leads and is_wall(leads):
        return "stand-in"
    return "no feed" if source.kind == "feed" else "no list"


def is_wall(leads: Leads) -> bool:
    """Return whether a page stands for another one: it asks for a browser, a login or consent, or
    says that the site is maintained, that what it should show is not there, or has failed."""
    headings = (leads.heading, *_TITLE_PARTS.split(leads.title))
    is_headed = any(stand_ins.is_stand_in(heading) for heading in headings if heading)
    return leads.is_challenge or (is_headed and len(leads.text) < WALL_TEXT)
