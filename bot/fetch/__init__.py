"""Fetch a source: a guarded, conditional, polite GET.

http        one HTTP request: the limit per host, TLS, decompression
ssrf_guard  the addresses that may be connected to; host, port and origin of a URL
robots      robots.txt: its rules, and the cache of them
"""

import datetime as dt
import email.utils
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from bot import __version__
from bot.errors import FetchError
from bot.fetch import robots, ssrf_guard
from bot.fetch.http import HttpClient, PerHostLimit, Response, open_session
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
HEADER_LIMIT = 500
REDIRECT_LIMIT = 5


@asynccontextmanager
async def open_fetcher(
    private_hosts: Iterable[str] = (), concurrency: int = 50, contact: str = ""
) -> AsyncIterator["Fetcher"]:
    """Open an HTTP client for sources; `contact` stands in the User-Agent for owners of sites."""
    about = f"+{contact}; " if contact else ""
    agent = f"{robots.AGENT}/{__version__} ({about}reads news of ministries for subscribers)"
    guard = SsrfGuard(private_hosts)
    async with open_session(guard, agent) as session:
        yield Fetcher(HttpClient(session, guard, PerHostLimit(concurrency)))


class Fetcher:
    """Fetches documents: politely, within limits, never from a private address."""

    def __init__(self, client: HttpClient) -> None:
        self._client, self._robots = client, robots.RobotsCache()

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
            rules = await self._robots.rules(ssrf_guard.origin(url), errand.request)
            permission = rules.check(url)
            answer = await errand.request(url, errand.headers(url), rules.delay)
            if answer.redirect is None:
                return _fetched(answer, permission, moved_to)
            url = answer.redirect
            is_permanent = is_permanent and answer.status in (301, 308)
            moved_to = url if is_permanent else moved_to
        raise FetchError(url, f"is redirected more than {REDIRECT_LIMIT} times")


class _Errand:
    """A document to fetch: all of its requests share the time that is left."""

    def __init__(self, client: HttpClient, source: Source, state: SourceState | None) -> None:
        self._client, self._source, self._left = client, source, FETCH_TIMEOUT
        etag, modified = (state.etag, state.modified) if state else (None, None)
        validators = {"If-None-Match": etag, "If-Modified-Since": modified}
        self._validators = {name: value for name, value in validators.items() if value}

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers for the document at a URL."""
        # The source's own headers may hold a secret: they go to its own origin alone.
        is_own = ssrf_guard.origin(url) == ssrf_guard.origin(self._source.url)
        own = self._source.headers if is_own else {}
        return {"Accept": ACCEPT, **own, **self._validators}

    async def request(
        self, url: str, headers: Mapping[str, str] | None = None, delay: float = 0.0
    ) -> Response:
        """Send one request within the time that is left."""
        time_limit = min(REQUEST_TIMEOUT, self._left)
        answer = await self._client.request(url, self._source, time_limit, headers, delay)
        self._left = max(self._left - answer.seconds, MIN_TIMEOUT)
        return answer


def _fetched(answer: Response, permission: Robots, moved_to: str | None) -> Fetched:
    if answer.status not in (200, 304):
        raise FetchError(answer.url, answer.summary, answer.status, _retry_after(answer.headers))
    return Fetched(
        url=answer.url,
        body=None if answer.status == 304 else answer.body,
        etag=_header(answer, "ETag"),
        modified=_header(answer, "Last-Modified"),
        fresh=_fresh(answer.headers),
        moved=moved_to,
        robots=permission,
        hub=answer.hub,
    )


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
