"""Parse robots.txt (RFC 9309): the URLs that a host allows, and its crawl delay."""

from msgspec import Struct
from protego import Protego

from bot.models.sources import Robots

AGENT = "policy-herald"
"""The product token of this bot in a robots.txt (RFC 9309, section 2.2.1)."""
CACHE_SECONDS = 24 * 3600.0
"""Seconds for which a robots.txt is cached (RFC 9309, section 2.4)."""
RETRY_SECONDS = 15 * 60.0
"""Seconds after which a robots.txt that could not be fetched is fetched again."""
DELAY_LIMIT = 30.0
"""Seconds between two requests that a host may ask for (`Crawl-delay`)."""
SIZE_LIMIT = 500 * 1024
"""Bytes of a robots.txt that are parsed (RFC 9309, section 2.5)."""


class RobotsRules(Struct, frozen=True):
    """The rules of a robots.txt."""

    parsed: Protego | None
    """None: there is none, so everything is allowed (RFC 9309, section 2.3.1.3)."""
    until: float
    unreachable: str | None = None
    """Why it could not be read: then nothing is allowed (section 2.3.1.4)."""

    def finding(self, url: str) -> Robots:
        """Return whether the rules allow a URL."""
        if self.parsed is None:
            return "none"
        return "allows" if self.parsed.can_fetch(url, AGENT) else "denies"

    @property
    def delay(self) -> float:
        """Return the seconds that the host wants between two requests."""
        delay = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(float(delay or 0.0), DELAY_LIMIT)


def parse_robots(status: int, body: bytes, now: float) -> RobotsRules:
    """Return the rules that an answer to the request for robots.txt means (RFC 9309, section
    2.3.1)."""
    if status == 200:
        return RobotsRules(
            Protego.parse(body[:SIZE_LIMIT].decode("utf-8", "replace")), now + CACHE_SECONDS
        )
    if 400 <= status < 500 and status != 429:
        return RobotsRules(None, now + CACHE_SECONDS)
    return RobotsRules(None, now + RETRY_SECONDS, f"robots.txt cannot be read: HTTP {status}")
