"""Find the English edition that a publisher has of its own item, and read it.

A page names it, or its address can be told from the page's own; or it stands in the English feed
that the page names. What is there counts where it is in English and about the same.
"""

import asyncio
import logging
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import enrich, evidence, parse
from bot.dedupe import editions, stand_ins
from bot.dedupe.merge import with_edition
from bot.errors import HeraldError
from bot.models import Development, PageText
from bot.models.sources import Item, Source
from bot.pipeline.context import PollContext
from bot.urls import canonical_url, is_home, is_same_site, site

log = logging.getLogger(__name__)

EDITIONS_TIMEOUT = 60.0
"""Seconds that the editions of one poll may take together; those not found are looked for later."""
BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of the largest page that is read as an edition."""
FEED_ITEMS = 100
"""Items of an English feed that are compared."""


class Native(Struct, frozen=True, kw_only=True):
    """A development whose English edition is looked for, with what is known of its page."""

    development: Development
    url: str
    page: PageText
    text: str
    """All that its source says of it."""


class Edition(Struct, frozen=True, kw_only=True):
    """The English edition of a development."""

    url: str
    title: str
    summary: str
    page: PageText | None = None
    """None: it was read in a feed."""

    def of(self, native: Development) -> Development:
        """Return a development in the words of its edition."""
        return with_edition(native, self.title, self.summary, self.url)


def lacks_edition(development: Development) -> bool:
    """Return whether the words of an English edition would be better than those that it has."""
    is_english = editions.is_english(development.sources[0])
    return not is_english and development.provenance.title != "edition"


class EditionFinder:
    """Looks for the English editions of items of one source."""

    def __init__(self, context: PollContext, source: Source) -> None:
        self._context = context
        # Servers choose the language of some pages by what is asked for.
        self._source = replace(source, language="en")
        self._others: dict[str, PageText] = {}
        self._feeds: dict[str, Sequence[Development]] = {}

    async def find(self, natives: Sequence[Native]) -> list[Edition | None]:
        """Return the English edition of each development, given oldest first; None where it has
        words in English, or none is found in time."""
        found: list[Edition | None] = [None] * len(natives)
        watched = await self._context.store.watched_pages(self._source.id)
        self._others = {page.url: page.reading for page in watched if page.reading}
        self._others |= {native.url: native.page for native in natives}
        try:
            async with asyncio.timeout(EDITIONS_TIMEOUT):
                for index in range(len(natives))[::-1]:
                    if lacks_edition(natives[index].development):
                        found[index] = await self._find(natives[index])
        except TimeoutError:
            log.info("%s: its editions took longer than %.0f s", self._source.id, EDITIONS_TIMEOUT)
        return found

    async def _find(self, native: Native) -> Edition | None:
        known = native.development.sources[0].url_en
        for url in dict.fromkeys(filter(None, (known, *native.page.english))):
            if not self._is_shared(url, native) and (edition := await self._read(url, native)):
                return edition
        return await self._in_feed(native) if native.page.english_feed else None

    def _is_shared(self, url: str, native: Native) -> bool:
        """Return whether another article names a page, too; other editions of this one may."""
        address = canonical_url(url)
        siblings = {canonical_url(each) for each in (native.url, url, *native.page.editions)}
        return any(
            address in map(canonical_url, (*page.editions, *page.english))
            for other, page in self._others.items()
            if canonical_url(other) not in siblings
        )

    async def _read(self, url: str, native: Native) -> Edition | None:
        """Read the page at a URL; None where it is not the edition."""
        try:
            fetched = await self._context.fetcher.get(self._source, url)
            body = fetched.body or b""
            if len(body) > BODY_LIMIT or is_home(fetched.url) or _is_same(fetched.url, native.url):
                return None
            now = self._context.clock()
            page = await self._context.workers.run(
                parse.parse_article_page, self._source, fetched, "en", now.date()
            )
        except HeraldError as error:
            log.info("%s: %s: %s", self._source.id, url, error)
            return None
        if self._stands_in(page, native):
            return None
        page = replace(page, received=evidence.received(fetched, now))
        item = Item(
            source=self._source.id,
            title=page.title,
            url=fetched.url,
            text=page.text,
            published=page.published,
            editions=page.editions,
        )
        for english in await self._enrich([item]):
            if self._is_edition(native, english, page, fetched.url):
                return Edition(
                    url=fetched.url, title=english.title, summary=english.summary, page=page
                )
        return None

    def _is_edition(self, native: Native, english: Development, page: PageText, url: str) -> bool:
        if not editions.is_edition_page(native.development, native.text, english, page):
            return False
        is_own = is_same_site(self._source.url, url) or site(url) == site(native.url)
        return is_own or editions.names_back(english, native.development)

    def _stands_in(self, page: PageText, native: Native) -> bool:
        """Return whether a page says nothing, or stands in the place of the edition."""
        below = PageText(text=page.text)
        title = native.development.sources[0].title_native
        return not (page.title and page.text) or any(
            stand_ins.has_stand_in_heading(each, title) for each in (page, below)
        )

    async def _in_feed(self, native: Native) -> Edition | None:
        url = str(native.page.english_feed)
        if url not in self._feeds:
            self._feeds[url] = await self._read_feed(url)
        for english in self._feeds[url]:
            cited = english.sources[0]
            if cited.url and editions.are_editions(english, native.development):
                return Edition(url=cited.url, title=english.title, summary=english.summary)
        return None

    async def _read_feed(self, url: str) -> Sequence[Development]:
        feed = replace(self._source, url=url, kind="feed")
        try:
            fetched = await self._context.fetcher.get(feed)
            today = self._context.clock().date()
            document = await self._context.workers.run(parse.parse_document, feed, fetched, today)
        except HeraldError as error:
            log.info("%s: %s: %s", self._source.id, url, error)
            return ()
        found = await self._enrich(document.items[:FEED_ITEMS])
        return [each for each in found if editions.is_english(each.sources[0])]

    async def _enrich(self, items: Sequence[Item]) -> list[Development]:
        """Return what items tell of, relevant or not: the native one is. Their language is
        detected: many a page says that it is in English."""
        undeclared = [replace(item, language=None) for item in items]
        anything = replace(self._source, scope="migration")
        drafts = await self._context.workers.run(
            enrich.enrich_items, undeclared, anything, self._context.own_words
        )
        return [each for each in drafts if isinstance(each, Development)]


def _is_same(one: str, other: str) -> bool:
    return canonical_url(one) == canonical_url(other)
