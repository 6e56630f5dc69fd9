"""robots.txt (RFC 9309): what a host lets this bot read, and how often."""

from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct
from protego import Protego

from bot.models import Robots

AGENT = "policy-herald"
"""The name that a robots.txt calls this bot by."""
KEPT = 24 * 3600.0
"""Seconds for which a robots.txt counts (RFC 9309, section 2.4)."""
RETRIED = 15 * 60.0
"""Seconds after which one that could not be read is asked for again."""
DELAY_LIMIT = 30.0
"""Seconds between two requests that a host may ask for (`Crawl-delay`)."""
SIZE_LIMIT = 500 * 1024
"""Bytes of a robots.txt that are looked at (RFC 9309, section 2.5)."""


class Rules(Struct, frozen=True):
    """What a robots.txt says."""

    text: str | None
    """None: there is none, so everything is allowed (RFC 9309, section 2.3.1.3)."""
    until: float
    unreachable: str | None = None
    """Why it could not be read: then nothing is allowed (section 2.3.1.4)."""

    def finding(self, url: str) -> Robots:
        """What it says of an address."""
        if self.text is None:
            return "none"
        return "allows" if _parsed(self.text).can_fetch(url, AGENT) else "denies"

    @property
    def delay(self) -> float:
        """Seconds that the host wants between two requests."""
        asked = _parsed(self.text).crawl_delay(AGENT) if self.text else None
        return min(float(asked or 0.0), DELAY_LIMIT)


def rules(status: int, body: bytes, now: float) -> Rules:
    """What an answer to the question for robots.txt means (RFC 9309, section 2.3.1)."""
    if status == 200:
        return Rules(body[:SIZE_LIMIT].decode("utf-8", "replace"), now + KEPT)
    if 400 <= status < 500 and status != 429:
        return Rules(None, now + KEPT)
    return unreachable(f"robots.txt cannot be read: HTTP {status}", now)


def unreachable(reason: str, now: float) -> Rules:
    """What it means that no answer came."""
    return Rules(None, now + RETRIED, reason)


def place(url: str) -> str:
    """Where the robots.txt of an address lies."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


@lru_cache(maxsize=256)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
