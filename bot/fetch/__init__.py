"""Source -> Fetched: a guarded, conditional, polite GET; and when to come again.

`wire` asks once: `guard` says what may be dialled, `turns` when, `tls` how a server is verified.
`robots` says what a host lets us read, `schedule` when a source is due.
"""

import asyncio
import datetime as dt
import email.utils
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urljoin, urlsplit

from bot import __version__
from bot.errors import FetchError
from bot.fetch import robots
from bot.fetch.guard import Guard
from bot.fetch.turns import Turns
from bot.fetch.wire import Answer, Wire, open_wire
from bot.models import Fetched, Source, SourceState
from bot.text import line

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
DEADLINE = 30.0
"""Seconds on the wire for one document, its redirects among them."""
HEADER_LIMIT = 500
REDIRECTS = 5
DAY = dt.timedelta(days=1)
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)


@asynccontextmanager
async def open_fetcher(
    private_hosts: Iterable[str] = (), concurrency: int = 50, contact: str = ""
) -> AsyncIterator["Fetcher"]:
    """What fetches, for as long as the context lasts.

    `private_hosts` may be fetched although private; `contact` is the address that the owner of a
    site finds in the User-Agent to write to.
    """
    about = f"+{contact}; " if contact else ""
    agent = f"{robots.AGENT}/{__version__} ({about}reads news of ministries for subscribers)"
    async with open_wire(Guard(private_hosts), Turns(concurrency), agent) as wire:
        yield Fetcher(wire)


class Fetcher:
    """Documents of the web."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rules: dict[str, robots.Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def get(
        self, source: Source, url: str | None = None, state: SourceState | None = None
    ) -> Fetched:
        """What stands at an address now, the source's own unless another is given; without a
        body where nothing is new since `state` (RFC 9110, section 13.1).

        Raises FetchError, also where robots.txt denies the address.
        """
        address = url or source.url
        headers, left, moved, is_permanent = _validators(state), DEADLINE, None, True
        for _ in range(REDIRECTS + 1):
            rules = await self._rules_for(address, source)
            _check(address, rules)
            own = source.headers if _host(address) == _host(source.url) else {}
            answer = await self._wire.ask(
                address, source, {"Accept": ACCEPT, **own, **headers}, left, rules.delay
            )
            if answer.status not in _REDIRECTS:
                return _fetched(address, answer, rules, moved)
            address = _next(address, answer)
            is_permanent = is_permanent and answer.status in _PERMANENT
            moved = address if is_permanent else moved
            left = max(left - answer.seconds, 1.0)
        raise FetchError(address, f"is redirected more than {REDIRECTS} times")

    async def _rules_for(self, url: str, source: Source) -> robots.Rules:
        """What the robots.txt of an address's host says; it is asked for once a day."""
        try:
            place = robots.place(url)
        except ValueError as error:
            raise FetchError(url, f"is no address ({error})") from None
        async with self._asking.setdefault(place, asyncio.Lock()):
            now = asyncio.get_running_loop().time()
            known = self._rules.get(place)
            if known is None or known.until < now:
                known = self._rules[place] = await self._ask_robots(place, source, now)
            return known

    async def _ask_robots(self, place: str, source: Source, now: float) -> robots.Rules:
        address = place
        try:
            for _ in range(REDIRECTS + 1):
                answer = await self._wire.ask(address, source, {}, DEADLINE, 0.0)
                if answer.status not in _REDIRECTS:
                    return robots.rules(answer.status, answer.body, now)
                address = _next(address, answer)
        except FetchError as error:
            return robots.unreachable(error.reason, now)
        return robots.rules(404, b"", now)  # RFC 9309, section 2.3.1.2: as if there were none


def _check(address: str, rules: robots.Rules) -> None:
    if rules.unreachable:
        raise FetchError(address, rules.unreachable)
    if rules.finding(address) == "denies":
        reason = f"robots.txt denies it to {robots.AGENT}"
        raise FetchError(address, reason, retry_after=DAY, is_denied=True)


def _next(address: str, answer: Answer) -> str:
    there = urljoin(address, answer.headers.get("Location", ""))
    if urlsplit(there).scheme not in ("http", "https"):
        raise FetchError(address, "is redirected to what is not an http address")
    return there


def _fetched(address: str, answer: Answer, rules: robots.Rules, moved: str | None) -> Fetched:
    if answer.status not in (200, 304):
        reason = f"HTTP {answer.status} {line(answer.reason)}".strip()
        raise FetchError(address, reason, answer.status, _retry_after(answer.headers))
    return Fetched(
        url=address,
        body=None if answer.status == 304 else answer.body,
        etag=_header(answer, "ETag"),
        modified=_header(answer, "Last-Modified"),
        fresh=_fresh(answer.headers),
        moved=moved,
        robots=rules.finding(address),
    )


def _header(answer: Answer, name: str) -> str | None:
    """A header that can be sent back; its odd bytes come as characters that cannot."""
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
    """How long an answer stays fresh: its `max-age` less its age (RFC 9111, section 4.2)."""
    asked = headers.get("Cache-Control", "").lower()
    age = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", asked)
    if age is None or "no-cache" in asked or "no-store" in asked:
        return None
    old = headers.get("Age", "")
    left = int(age[1]) - (int(old) if old.isascii() and old.isdecimal() and len(old) < 10 else 0)
    return dt.timedelta(seconds=max(left, 0))


def _retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """How long a server asks to be left alone: in seconds, or until a date on its own clock
    (RFC 9110, section 10.2.3)."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", asked, re.ASCII):
        return dt.timedelta(seconds=int(asked))
    try:
        until, now = map(email.utils.parsedate_to_datetime, (asked, headers.get("Date", "")))
        return max(until - now, dt.timedelta())
    except (ValueError, TypeError):  # no date, or one of the two without a time zone
        return None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
