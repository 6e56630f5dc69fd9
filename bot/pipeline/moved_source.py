"""Look for where a source has gone: politely, within so many requests, and without changing
anything.

First its own address is tried again. Where that is gone, or shows something else, the pages of its
site are read: what stands there instead, the home page, the page of an item that is known, the
pages above its address, those that are called news. The feeds that they name, the lists of news on
them and the usual places of feeds are read as the source would be.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from bot.errors import FetchError, HeraldError
from bot.models.source_edits import SEARCHED, FoundBy, Proposal
from bot.models.sources import Cause, Fetched, Source, SourceState
from bot.parse.leads import Lead, Leads, common_feed_urls, names_news, names_something_else
from bot.pipeline.candidates import Judge, Place, is_silent, likeliest
from bot.pipeline.context import PollContext
from bot.pipeline.diagnosis import Diagnosis, diagnose, is_wall, leads_of, parse_fetched
from bot.pipeline.find_source import as_list, same_url
from bot.text import normalise
from bot.urls import registered_domain

REQUESTS = 12
"""Requests for one source, with redirects and robots.txt."""
SPACING = 2.0
"""Seconds between two requests to one host."""
FEEDS, PAGES, USUAL = 4, 3, 4
"""Feeds that are tried of those that a page names, other pages, and usual places."""
ABANDONED = dt.timedelta(days=7)
"""A failure that lasts longer counts as permanent: what the server had may be elsewhere."""
ABOVE = 2
"""Pages above an address that are looked at, beside the home page."""


async def look_for(
    context: PollContext,
    source: Source,
    state: SourceState | None,
    followed: Iterable[Source],
    spacing: float | None = None,
) -> Proposal:
    """Return why a source gives no news, and where it may be read instead; no cause: it does.
    `followed`: all sources; what is read of one of them is proposed for no other. `spacing`: the
    seconds between two requests to one host, by default `SPACING`."""
    before = state or SourceState(id=source.id, url=source.url)
    search = _Search(context, source, before, SPACING if spacing is None else spacing)
    search.leave_out(followed)
    return await search.run()


class _Search:
    """One search for one source."""

    def __init__(
        self, context: PollContext, source: Source, state: SourceState, spacing: float
    ) -> None:
        self._context, self._source, self._state = context, source, state
        self._fetcher = context.fetcher.sparing(REQUESTS, spacing)
        self._judge = Judge(context, source, state)
        self._places: list[Place] = []
        self._tried = {same_url(source.url)}
        self._cause: Cause | None = None
        self._called_news: list[Lead] = []
        self._elsewhere: list[Lead] = []
        self._is_down = False
        """Whether the last request was answered with an error of the server (5xx)."""

    def leave_out(self, followed: Iterable[Source]) -> None:
        """Propose no address that another source is read at."""
        self._tried |= {same_url(each.url) for each in followed}

    async def run(self) -> Proposal:
        """Search, and return what was found."""
        now = self._context.clock()
        diagnosis = await diagnose(self._context, self._source, self._fetcher)
        self._cause = diagnosis.cause or ("silent" if is_silent(self._state, now) else None)
        self._judge.wants_news = self._cause == "silent"
        if self._cause == "stand-in" or self._may_be_elsewhere:
            try:
                await self._search(diagnosis)
            except FetchError as error:
                if error.obstacle != "budget":
                    raise
        found = likeliest(self._places) if self._may_be_elsewhere else []
        return Proposal(
            at=now,
            source=self._source.id,
            cause=self._cause,
            said=diagnosis.said,
            candidates=tuple(place.candidate for place in found),
        )

    async def _search(self, diagnosis: Diagnosis) -> None:
        if diagnosis.fetched and diagnosis.leads and self._cause != "stand-in":
            leads = diagnosis.leads
            self._judge.note_redirect(self._source.url, diagnosis.fetched.url, leads.title)
            await self._look_on(diagnosis.fetched, diagnosis.leads)
        if not self._is_found and await self._is_site_open(diagnosis):
            await self._look_around()

    async def _is_site_open(self, diagnosis: Diagnosis) -> bool:
        """Look on the home pages, and return whether to go on: not where news were found, nor where
        all of the site shows one page that stands for it, or fails."""
        for url in _homes(self._source.url, is_host_known=diagnosis.cause != "name"):
            is_read = diagnosis.fetched is not None and diagnosis.fetched.url == url
            fetched = diagnosis.fetched if is_read else await self._get(url)
            if self._is_down:
                self._cause = "server"
                return False
            leads = await leads_of(self._context, self._source, fetched) if fetched else None
            if leads and is_wall(leads):
                self._cause = "stand-in"
                return False
            self._cause = "gone" if self._cause == "stand-in" else self._cause  # of its own address
            if fetched and leads and not is_read:
                self._judge.note_redirect(url, fetched.url, leads.title)
                await self._look_on(fetched, leads)
            if self._is_found:
                return False
        return True

    async def _look_around(self) -> None:
        for url in [*await self._known_articles(), *_above(self._source.url)]:
            if await self._look_at(url):
                return
        looked_at = set[str]()
        for _ in range(PAGES):
            called = [*self._elsewhere, *_nearest(self._called_news, self._source)]
            urls = [lead.url for lead in called if lead.url not in looked_at]
            if urls and await self._look_at(urls[0]):
                return
            looked_at.update(urls[:1])
        for url in common_feed_urls(urljoin(self._source.url, "/"))[:USUAL]:
            await self._try_feed(Lead(url), "usual")
            if self._is_found:
                return

    @property
    def _may_be_elsewhere(self) -> bool:
        """Whether the cause is permanent, and not that somebody forbids reading."""
        failing = self._state.failing
        is_abandoned = failing is not None and self._context.clock() - failing >= ABANDONED
        return self._cause in SEARCHED or (self._cause == "server" and is_abandoned)

    @property
    def _is_found(self) -> bool:
        """Whether there is a place with known items, or any place where no items are known."""
        return any(place.known for place in self._places) or (
            bool(self._places) and not self._state.baseline
        )

    async def _look_at(self, url: str) -> bool:
        """Look on a page, and return whether the source was found."""
        fetched = await self._get(url)
        leads = await leads_of(self._context, self._source, fetched) if fetched else None
        if fetched and leads and not is_wall(leads):
            self._judge.note_redirect(url, fetched.url, leads.title)
            await self._look_on(fetched, leads)
        return self._is_found

    async def _look_on(self, fetched: Fetched, leads: Leads) -> None:
        """Try the feeds that a page names, all of those that may be it, and the list on it."""
        self._called_news += leads.pages
        self._elsewhere += leads.elsewhere
        for lead in _nearest(leads.feeds, self._source)[:FEEDS]:
            is_redirected = registered_domain(fetched.url) != registered_domain(self._source.url)
            await self._try_feed(lead, "redirect" if is_redirected else "declared")
        if leads.list_ and not self._is_found:
            await self._try_list(fetched, leads)

    async def _try_feed(self, lead: Lead, found: FoundBy, *, is_named: bool = False) -> None:
        """Read a feed; where a page comes that lists the feeds of the site, read these."""
        if same_url(lead.url) in self._tried:
            return
        self._tried.add(same_url(lead.url))
        fetched = await self._get(lead.url)
        if fetched is None:
            return
        at = self._judge.at(lead.url, "feed")
        if await self._read(at, fetched, found) or is_named or found == "usual":
            return
        leads = await leads_of(self._context, self._source, fetched)
        for each in _nearest(leads.feeds, self._source)[:FEEDS] if leads else ():
            await self._try_feed(each, "linked", is_named=True)

    async def _try_list(self, fetched: Fetched, leads: Leads) -> None:
        is_own_page = same_url(fetched.url) == same_url(self._source.url)
        if leads.list_ is None or (same_url(fetched.url) in self._tried and not is_own_page):
            return
        url = self._source.url if is_own_page else fetched.url
        at = as_list(self._judge.at(url, "page"), url, leads.list_)
        if at.page != self._source.page or not is_own_page:
            await self._read(at, fetched, "list")

    async def _read(self, at: Source, fetched: Fetched, found: FoundBy) -> bool:
        """Judge what was fetched as the source would be read; return whether it can be read so."""
        try:
            document = await parse_fetched(self._context, at, fetched)
        except HeraldError:
            return False
        if place := await self._judge.judge(at, document, found):
            likeness = len(_words(urlsplit(at.url).path) & _words(urlsplit(self._source.url).path))
            self._places.append(replace(place, likeness=likeness))
        return True

    async def _get(self, url: str) -> Fetched | None:
        """Fetch a document; None: it cannot be had. Raises FetchError when no request is left."""
        self._is_down = False
        try:
            return await self._fetcher.get(self._source, url)
        except FetchError as error:
            if error.obstacle == "budget":
                raise
            self._is_down = error.status is not None and error.status >= 500
            return None

    async def _known_articles(self) -> list[str]:
        """Return the page of the newest item that is known, which may lead to a new address."""
        pages = await self._context.store.watched_pages(self._source.id)
        if pages:
            return [max(pages, key=attrgetter("since")).url]
        found = await self._context.store.developments(
            lambda made, _: made.sources[0].source == self._source.id, limit=1
        )
        return [str(made.sources[0].url) for made in found if made.sources[0].url]


def _homes(url: str, *, is_host_known: bool) -> Iterator[str]:
    """Yield the home pages of a site: of the host of a URL, where it is known, and of the site that
    it belongs to."""
    parts, site = urlsplit(url), registered_domain(url)
    port = f":{parts.port}" if parts.port else ""
    hosts = [parts.hostname] if is_host_known else []
    if parts.hostname not in (site, f"www.{site}"):
        hosts.append(f"www.{site}")
    elif not is_host_known:
        hosts.append(site if parts.hostname != site else f"www.{site}")
    yield from (f"{parts.scheme}://{host}{port}/" for host in hosts)


def _above(url: str) -> list[str]:
    """Return the pages above a URL, the nearest first, without the home page."""
    steps = [step for step in urlsplit(url).path.split("/") if step][:-1]
    return [urljoin(url, f"/{'/'.join(steps[:end])}/") for end in range(len(steps), 0, -1)][:ABOVE]


def _nearest(leads: Sequence[Lead], source: Source) -> list[Lead]:
    """Return the leads that may be a source, the likeliest first: those whose addresses and names
    share words with its own; none to comments, jobs or events, unless it is of these itself."""
    own = _words(f"{urlsplit(source.url).path} {source.publisher_native or source.publisher}")
    is_other = names_something_else(source.url)
    possible = [
        lead
        for lead in dict.fromkeys(leads)
        if is_other or not names_something_else(f"{urlsplit(lead.url).path} {lead.name}")
    ]

    def distance(lead: Lead) -> tuple[int, bool]:
        said = f"{urlsplit(lead.url).path} {lead.name}"
        return -len(own & _words(said)), not names_news(said)

    return sorted(possible, key=distance)


_GENERIC = set("rss feed atom xml php html index aspx en www".split())
"""Words of addresses that tell no feed from another."""


def _words(text: str) -> set[str]:
    for mark in "/_.?=&-":
        text = text.replace(mark, " ")
    return {word for word in normalise(text).split() if len(word) > 2} - _GENERIC
