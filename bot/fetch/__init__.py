"""Fetch a source: a guarded, conditional, polite GET.

http        one HTTP request: the limit per host, TLS, decompression
ssrf_guard  the addresses that may be connected to; host, port and origin of a URL
robots      the rules of a robots.txt
"""

import asyncio
import datetime as dt
import email.utils
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from bot import __version__
from bot.errors import FetchError
from bot.fetch import robots, ssrf_guard
from bot.fetch.http import HttpClient, PerHostLimit, Response, open_client
from bot.fetch.ssrf_guard import SsrfGuard
from bot.models.sources import Fetched, Hub, Source, SourceState
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
ROBOTS_CACHE_SIZE = 1000
"""Hosts whose robots.txt is remembered."""
HEADER_LIMIT = 500
REDIRECTS = 5
DAY = dt.timedelta(days=1)
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)


@asynccontextmanager
async def open_fetcher(
    private_hosts: Iterable[str] = (), concurrency: int = 50, contact: str = ""
) -> AsyncIterator["Fetcher"]:
    """Open an HTTP client for sources, for as long as the context lasts.

    `private_hosts` may be fetched although their addresses are private; `contact` stands in the
    User-Agent for the owners of sites.
    """
    about = f"+{contact}; " if contact else ""
    agent = f"{robots.AGENT}/{__version__} ({about}reads news of ministries for subscribers)"
    async with open_client(SsrfGuard(private_hosts), PerHostLimit(concurrency), agent) as client:
        yield Fetcher(client)


class Fetcher:
    """Fetches documents: politely, within limits, never from a private address."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._rules: OrderedDict[str, robots.RobotsRules] = OrderedDict()
        self._rules_locks: dict[str, asyncio.Lock] = {}

    async def get(
        self, source: Source, url: str | None = None, state: SourceState | None = None
    ) -> Fetched:
        """Fetch a URL, by default the source's own; the body is None where nothing is new since
        `state` (RFC 9110, section 13.1).

        Raises FetchError, also where robots.txt denies the URL.
        """
        request = FetchRequest(source, _validators(state))
        url = url or source.url
        try:
            return await self._follow(request, url)
        except ValueError as error:  # an invalid URL
            raise FetchError(url, one_line(str(error))) from None

    async def tell(self, source: Source, url: str, form: Mapping[str, str]) -> None:
        """Send a form to a URL that a source has named. Raises FetchError, also where it is not
        accepted."""
        answer = await self._client.ask(url, source, {}, REQUEST_TIMEOUT, 0.0, form)
        if not 200 <= answer.status < 300:
            reason = f"HTTP {answer.status} {one_line(answer.reason)}".strip()
            raise FetchError(url, reason, answer.status)

    async def _follow(self, request: "FetchRequest", url: str) -> Fetched:
        moved_to, is_permanent = None, True
        for _ in range(REDIRECTS + 1):
            self._client.check(url, request.source)
            rules = await self._rules_for(url, request)
            _check(url, rules)
            answer = await self._ask(request, url, request.headers(url), rules.delay)
            if answer.status not in _REDIRECTS:
                return _fetched(url, answer, rules, moved_to)
            url = ssrf_guard.redirect_target(url, answer.headers.get("Location", ""))
            is_permanent = is_permanent and answer.status in _PERMANENT
            moved_to = url if is_permanent else moved_to
        raise FetchError(url, f"is redirected more than {REDIRECTS} times")

    async def _ask(
        self, request: "FetchRequest", url: str, headers: Mapping[str, str], delay: float
    ) -> Response:
        """Send one request within the time that is left."""
        time_limit = min(REQUEST_TIMEOUT, request.left)
        answer = await self._client.ask(url, request.source, headers, time_limit, delay)
        request.left = max(request.left - answer.seconds, MIN_TIMEOUT)
        return answer

    async def _rules_for(self, url: str, request: "FetchRequest") -> robots.RobotsRules:
        """Return the robots.txt of a URL's host, fetched at most once a day."""
        origin = ssrf_guard.origin(url)
        async with self._rules_locks.setdefault(origin, asyncio.Lock()):
            now = asyncio.get_running_loop().time()
            rules = self._rules.pop(origin, None)
            if rules is None or rules.until < now:
                rules = await self._ask_robots(f"{origin}/robots.txt", request, now)
            self._rules[origin] = rules
            while len(self._rules) > ROBOTS_CACHE_SIZE:
                self._rules_locks.pop(self._rules.popitem(last=False)[0], None)
            return rules

    async def _ask_robots(
        self, url: str, request: "FetchRequest", now: float
    ) -> robots.RobotsRules:
        """Fetch robots.txt. Raises FetchError where no answer comes: that may be a matter of this
        source alone."""
        for _ in range(REDIRECTS + 1):
            answer = await self._ask(request, url, {}, 0.0)
            if answer.status not in _REDIRECTS:
                return robots.parse_robots(answer.status, answer.body, now)
            url = ssrf_guard.redirect_target(url, answer.headers.get("Location", ""))
        # RFC 9309, section 2.3.1.2: after too many redirects, as if there were none.
        return robots.parse_robots(404, b"", now)


class FetchRequest:
    """A request with its redirects, and the seconds that are left for all of them."""

    def __init__(self, source: Source, validators: dict[str, str]) -> None:
        self.source, self.left = source, FETCH_TIMEOUT
        self._validators = validators

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers for a URL."""
        # The source's own headers may hold a secret: they go to its own origin alone.
        is_own = ssrf_guard.origin(url) == ssrf_guard.origin(self.source.url)
        own = self.source.headers if is_own else {}
        return {"Accept": ACCEPT, **own, **self._validators}


def _check(url: str, rules: robots.RobotsRules) -> None:
    if rules.unreachable:
        raise FetchError(url, rules.unreachable)
    if rules.finding(url) == "denies":
        reason = f"robots.txt denies it to {robots.AGENT}"
        raise FetchError(url, reason, retry_after=DAY, is_denied=True)


def _fetched(
    url: str, answer: Response, rules: robots.RobotsRules, moved_to: str | None
) -> Fetched:
    if answer.status not in (200, 304):
        reason = f"HTTP {answer.status} {one_line(answer.reason)}".strip()
        raise FetchError(url, reason, answer.status, _retry_after(answer.headers))
    return Fetched(
        url=url,
        body=None if answer.status == 304 else answer.body,
        etag=_header(answer, "ETag"),
        modified=_header(answer, "Last-Modified"),
        fresh=_fresh(answer.headers),
        moved=moved_to,
        robots=rules.finding(url),
        hub=_hub(url, answer.links),
    )


def _hub(url: str, links: Mapping[str, str]) -> Hub | None:
    hub = links.get("hub")
    return Hub(url=hub, topic=links.get("self") or url) if hub else None


def _header(answer: Response, name: str) -> str | None:
    """Return a header in a form that can be sent back: what is no ASCII cannot."""
    value = answer.headers.get(name, "")
    return value if value and value.isascii() and len(value) <= HEADER_LIMIT else None


def _validators(state: SourceState | None) -> dict[str, str]:
    headers = {}
    if state and state.etag:
        headers["If-None-Match"] = state.etag
    if state and state.modified:
        headers["If-Modified-Since"] = state.modified
    return headers


def _fresh(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return how long an answer stays fresh: `max-age` less `Age` (RFC 9111, section 4.2)."""
    value = headers.get("Cache-Control", "").lower()
    age = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", value)
    if age is None or "no-cache" in value or "no-store" in value:
        return None
    old = headers.get("Age", "")
    left = int(age[1]) - (int(old) if old.isascii() and old.isdecimal() and len(old) < 10 else 0)
    return dt.timedelta(seconds=max(left, 0))


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return how long a server asks to be left alone, given in seconds or as a date on its own
    clock (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return dt.timedelta(seconds=int(value))
    try:
        until, now = map(email.utils.parsedate_to_datetime, (value, headers.get("Date", "")))
        return max(until - now, dt.timedelta())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return None
