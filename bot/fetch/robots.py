"""Obey robots.txt (RFC 9309): the URLs that a host allows, and its crawl delay."""

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from msgspec import Struct
from protego import Protego

from bot.errors import FetchError, UnreadableError
from bot.fetch.http import Response
from bot.models.sources import Robots

AGENT = "policy-herald"
"""The product token of this bot in a robots.txt (RFC 9309, section 2.2.1)."""
CACHE_SIZE = 1000
"""Hosts whose robots.txt is remembered."""
REDIRECT_LIMIT = 5
CACHE_SECONDS = 24 * 3600.0
"""Seconds for which a robots.txt is cached (RFC 9309, section 2.4)."""
RETRY_SECONDS = 15 * 60.0
"""Seconds after which a robots.txt that could not be fetched is fetched again."""
DELAY_LIMIT = 30.0
"""Seconds between two requests that a host may ask for (`Crawl-delay`)."""
SIZE_LIMIT = 500 * 1024
"""Bytes of a robots.txt that are parsed (RFC 9309, section 2.5)."""
Ask = Callable[[str], Awaitable[Response]]


class RobotsRules(Struct, frozen=True):
    """The rules of a robots.txt."""

    parsed: Protego | None
    """None: there is none, so everything is allowed (RFC 9309, section 2.3.1.3)."""
    until: float
    unreachable: str | None = None
    """Why it could not be read: then nothing is allowed (section 2.3.1.4)."""

    def check(self, url: str) -> Robots:
        """Return whether the rules allow a URL. Raises FetchError where they do not."""
        if self.unreachable:
            raise FetchError(url, self.unreachable)
        if self.parsed is None:
            return "none"
        if self.parsed.can_fetch(url, AGENT):
            return "allows"
        reason = f"robots.txt denies it to {AGENT}"
        raise FetchError(url, reason, retry_after=dt.timedelta(days=1), is_denied=True)

    @property
    def delay(self) -> float:
        """Return the seconds that the host wants between two requests."""
        delay = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(float(delay or 0.0), DELAY_LIMIT)


def parse_robots(status: int, body: bytes, now: float) -> RobotsRules:
    """Return the rules that an answer means (RFC 9309, section 2.3.1)."""
    if 200 <= status < 300:
        rules = Protego.parse(body[:SIZE_LIMIT].decode("utf-8-sig", "replace"))
        return RobotsRules(rules, now + CACHE_SECONDS)
    if status < 500 and status != 429:
        return RobotsRules(None, now + CACHE_SECONDS)
    return RobotsRules(None, now + RETRY_SECONDS, f"robots.txt cannot be read: HTTP {status}")


class RobotsCache:
    """The robots.txt of hosts, each fetched at most once a day."""

    def __init__(self) -> None:
        self._rules: OrderedDict[str, RobotsRules] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def rules(self, origin: str, ask: Ask) -> RobotsRules:
        """Return the rules of an origin; `ask` sends a request. Raises FetchError where the origin
        cannot be connected to: that may be a matter of this source alone."""
        async with self._locks.setdefault(origin, asyncio.Lock()):
            now = asyncio.get_running_loop().time()
            rules = self._rules.get(origin)
            if rules is None or rules.until < now:
                read = await _fetch_rules(f"{origin}/robots.txt", ask, now)
                rules = read or RobotsRules(rules.parsed if rules else None, now + RETRY_SECONDS)
            self._rules[origin] = rules
            self._rules.move_to_end(origin)
            while len(self._rules) > CACHE_SIZE:
                self._locks.pop(self._rules.popitem(last=False)[0], None)
            return rules


async def _fetch_rules(first: str, ask: Ask, now: float) -> RobotsRules | None:
    """Return the rules of a robots.txt; None where it hangs, answers in no HTTP, or leads to where
    nothing is: that is no reason to lose the feeds of its host. Raises FetchError where its own
    server cannot be connected to."""
    url = first
    for _ in range(REDIRECT_LIMIT + 1):
        try:
            answer = await ask(url)
            target = answer.redirect
        except ValueError:  # the redirect leads to what is no address
            return None
        except FetchError as error:
            if url == first and not isinstance(error, UnreadableError):
                raise
            return None
        if target is None:
            return parse_robots(answer.status, answer.body, now)
        url = target
    # Section 2.3.1.2: after too many redirects, as if there were none.
    return parse_robots(404, b"", now)
