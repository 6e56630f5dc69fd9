"""Fetch a source: a guarded, conditional, polite GET.

http        one HTTP request, and the limit per host
connection  names of hosts, sockets, TLS
head, body  what a server answers, read as leniently as browsers read it
coding      gzip, deflate, br, zstd: undone by what the bytes are
ssrf_guard  the addresses that may be connected to; host, port and origin of a URL
robots      robots.txt: its rules, and the cache of them
"""

import datetime as dt
import email.utils
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager

from aiohttp import CookieJar
from yarl import URL

from bot import __version__
from bot.errors import FetchError
from bot.fetch import robots, ssrf_guard
from bot.fetch.connection import Connector
from bot.fetch.http import Client, HttpClient, PerHostLimit, Response, SparingClient
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models.sources import Fetched, Robots, Source, SourceState
from bot.text import one_line

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
REQUEST_TIMEOUT = 30.0
"""Seconds for one request, without the wait for its host to be free."""
FETCH_TIMEOUT = 60.0
"""Seconds on the wire for one document: its redirects, and the robots.txt of each host."""
MIN_TIMEOUT = 1.0
"""Seconds that the last request of a chain still gets."""
ROBOTS_TIMEOUT = 10.0
"""Seconds for a robots.txt: one that hangs must leave time for the document itself."""
HEADER_LIMIT = 500
EVIDENCE_HEADERS = ("Content-Language", "Content-Type", "Date", "ETag", "Last-Modified")
"""The headers that are kept of an answer from which something was read: of what, and of when."""
REDIRECT_LIMIT = 10
GONE = 410
DOCUMENTS = (200, 201, 203, 226)
"""The statuses that a document comes with."""


@asynccontextmanager
async def open_fetcher(
    private_hosts: Iterable[str] = (), concurrency: int = 50, contact: str = ""
) -> AsyncIterator["Fetcher"]:
    """Open an HTTP client for sources; `contact` stands in the User-Agent for owners of sites."""
    about = f"+{contact}; " if contact else ""
    agent = f"{robots.AGENT}/{__version__} ({about}reads news of ministries for subscribers)"
    guard = SsrfGuard(private_hosts)
    async with aclosing(Connector(guard)) as connector:
        yield Fetcher(HttpClient(connector, guard, PerHostLimit(concurrency), agent))


class Fetcher:
    """Fetches documents: politely, within limits, never from a private address."""

    def __init__(self, client: Client, known_robots: robots.RobotsCache | None = None) -> None:
        self._client, self._robots = client, known_robots or robots.RobotsCache()

    def sparing(self, requests: int, spacing: float) -> "Fetcher":
        """Return a fetcher that sends so many requests at most, those to one host so many seconds
        apart: for looking around on a site."""
        return Fetcher(SparingClient(self._client, requests, spacing), self._robots)

    async def get(
        self, source: Source, url: str | None = None, state: SourceState | None = None
    ) -> Fetched:
        """Fetch a URL, by default the source's own; the body is None where nothing is new since
        `state` (RFC 9110, section 13.1).

        Raises FetchError, also where robots.txt denies the URL.
        """
        url = url or source.url
        try:
            return await self._follow(_Errand(self._client, source, state), url)
        except ValueError as error:  # an invalid URL
            raise FetchError(url, one_line(str(error))) from None

    async def post_form(self, source: Source, url: str, form: Mapping[str, str]) -> None:
        """Send a form to a URL. Raises FetchError, also where it is not accepted."""
        answer = await self._client.request(url, source, REQUEST_TIMEOUT, form=form)
        if not 200 <= answer.status < 300:
            raise FetchError(url, answer.summary, answer.status)

    async def _follow(self, errand: "_Errand", url: str) -> Fetched:
        moved_to, is_permanent = None, True
        for _ in range(REDIRECT_LIMIT + 1):
            rules = await self._robots.rules(ssrf_guard.origin(url), errand.ask_robots)
            permission = rules.check(url)
            answer = await errand.ask(url, rules.delay)
            if answer.redirect is None:
                return _fetched(answer, permission, moved_to, is_conditional=errand.is_conditional)
            url = answer.redirect
            is_permanent = is_permanent and answer.status in (301, 308)
            moved_to = url if is_permanent else moved_to
        reason = f"is redirected more than {REDIRECT_LIMIT} times"
        raise FetchError(url, reason, obstacle="redirects")


class _Errand:
    """A document to fetch: all of its requests share the time that is left, and the cookies that
    servers set on the way."""

    def __init__(self, client: Client, source: Source, state: SourceState | None) -> None:
        self._client, self._source, self._left = client, source, FETCH_TIMEOUT
        self._cookies = CookieJar(unsafe=True, quote_cookie=False)  # unsafe: of IP addresses, too
        etag, modified = (state.etag, state.modified) if state else (None, None)
        validators = {"If-None-Match": etag, "If-Modified-Since": modified}
        self._validators = {name: value for name, value in validators.items() if value}

    @property
    def is_conditional(self) -> bool:
        """Whether the document is only asked for if it has changed."""
        return bool(self._validators)

    async def ask(self, url: str, delay: float) -> Response:
        """Ask for the document at a URL."""
        # The source's own headers may hold a secret: they go to its own origin alone.
        is_own = ssrf_guard.origin(url) == ssrf_guard.origin(self._source.url)
        own = self._source.headers if is_own else {}
        language = f"{self._source.language}, *;q=0.5" if self._source.language else "*"
        accepted = {"Accept": ACCEPT, "Accept-Language": language}
        headers = {**accepted, **own, **self._validators}
        return await self._request(url, headers, REQUEST_TIMEOUT, delay)

    async def ask_robots(self, url: str) -> Response:
        """Ask for a robots.txt."""
        return await self._request(url, {}, min(ROBOTS_TIMEOUT, REQUEST_TIMEOUT))

    async def _request(
        self, url: str, headers: Mapping[str, str], time_limit: float, delay: float = 0.0
    ) -> Response:
        """Send one request within the time that is left."""
        answer = await self._client.request(
            url, self._source, min(time_limit, self._left), self._with_cookies(url, headers), delay
        )
        self._cookies.update_cookies_from_headers(answer.headers.getall("Set-Cookie", ()), URL(url))
        self._left = max(self._left - answer.seconds, MIN_TIMEOUT)
        return answer

    def _with_cookies(self, url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        kept = self._cookies.filter_cookies(URL(url)).values()
        if not kept:
            return headers
        own = {name.title(): value for name, value in headers.items()}
        pairs = [own.get("Cookie", ""), *(f"{each.key}={each.coded_value}" for each in kept)]
        return {**own, "Cookie": "; ".join(filter(None, pairs))}


def _fetched(
    answer: Response, permission: Robots, moved_to: str | None, *, is_conditional: bool
) -> Fetched:
    is_unchanged = answer.status == 304 and is_conditional
    if not (is_unchanged or _is_document(answer)):
        raise FetchError(answer.url, answer.summary, answer.status, _retry_after(answer.headers))
    return Fetched(
        url=answer.url,
        body=None if is_unchanged else answer.body,
        status=answer.status,
        headers={
            name: value for name in EVIDENCE_HEADERS if (value := _header(answer, name)) is not None
        },
        etag=_header(answer, "ETag"),
        modified=_header(answer, "Last-Modified"),
        fresh=_fresh(answer.headers),
        moved=moved_to,
        robots=permission,
        hub=answer.hub,
    )


def _is_document(answer: Response) -> bool:
    """Return whether an answer is what was asked for, rather than an error or a part of it."""
    if answer.status == 206:
        part = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        return part is None or (part[1] == "0" and part[3] in ("*", str(int(part[2]) + 1)))
    # A feed under an error's status is a mistake of its CMS: WordPress makes it.
    is_mistake = answer.status not in (GONE, 429) and "Retry-After" not in answer.headers
    return answer.status in DOCUMENTS or (is_mistake and bool(_FEED.search(answer.body[:4096])))


_RANGE = re.compile(r"bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15}|\*)", re.I)
_FEED = re.compile(rb"<(?:rss|feed|\w+:RDF)[\s>]", re.I)
"""The root of a feed."""


def _header(answer: Response, name: str) -> str | None:
    """Return a header in a form that can be sent back: what is no ASCII cannot."""
    value = answer.headers.get(name, "")
    return value if value and value.isascii() and len(value) <= HEADER_LIMIT else None


def _fresh(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return how long an answer stays fresh: `max-age` less `Age` (RFC 9111, section 4.2)."""
    value = headers.get("Cache-Control", "").lower()
    limit = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", value)
    if limit is None or "no-cache" in value or "no-store" in value:
        return None
    age = re.fullmatch(r"\d{1,9}", headers.get("Age", ""), re.ASCII)
    return dt.timedelta(seconds=max(int(limit[1]) - int(age[0] if age else 0), 0))


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return how long a server asks to be left alone (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return dt.timedelta(seconds=int(value))
    try:
        until, now = map(email.utils.parsedate_to_datetime, (value, headers.get("Date", "")))
        return max(until - now, dt.timedelta())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return None
