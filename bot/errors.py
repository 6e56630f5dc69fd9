"""Every exception of the project. Each carries what failed and says what to do next.

Expected failures are values (`models.Outcome`, `models.sources.PollReport`); an exception means
that a step cannot go on.
"""

import datetime as dt
from typing import Literal


class HeraldError(Exception):
    """The base of all errors that this project raises on purpose."""


class ConfigError(HeraldError):
    """The configuration cannot be used.

    `where` is the file (or the environment variable) and the key, `found` what stands
    there, `expected` what should. The text is one line, ready for a person.
    """

    def __init__(self, where: str, found: str, expected: str) -> None:
        super().__init__(f"{where}: found {found}, expected {expected}")
        self.where, self.found, self.expected = where, found, expected


Obstacle = Literal["name", "tls", "guard", "redirects", "budget"]
"""What no request came past: the name of the host is not known, its certificate is not good, its
address is private, it is redirected without end, or no more requests are to be sent."""


class FetchError(HeraldError):
    """A source did not give a document: `status` is the HTTP status, where there was one,
    `retry_after` what the server asks to wait; `is_denied`: by its robots.txt; `obstacle`: what the
    request did not come past, where that is known."""

    def __init__(
        self,
        url: str,
        reason: str,
        status: int | None = None,
        retry_after: dt.timedelta | None = None,
        *,
        is_denied: bool = False,
        obstacle: Obstacle | None = None,
    ) -> None:
        super().__init__(reason)
        self.url, self.reason, self.status = url, reason, status
        self.retry_after, self.is_denied, self.obstacle = retry_after, is_denied, obstacle


class UnreadableError(FetchError):
    """A server was reached, and gave nothing that can be read: no answer in time, or none of
    HTTP."""


class ParseError(HeraldError):
    """What a source gave is no feed; the text says what it is instead."""


class UnknownHostError(OSError):
    """The name of a host leads to no address."""


class QueryError(HeraldError):
    """An address asks for what there cannot be; the text names the parameter, what stands there and
    what is expected."""

    def __init__(self, where: str, found: str, expected: str) -> None:
        super().__init__(f"{where}: found {found!r}, expected {expected}")


class StoreError(HeraldError):
    """The store cannot be opened, read or written; the text names the file and the remedy."""


class DamageError(StoreError):
    """The store holds what cannot be read: it is to be replaced by a backup."""


class FencedError(StoreError):
    """This process was paused or cut off for so long that its lease has ended: it may not write
    until it has joined again."""

    def __init__(self) -> None:
        super().__init__("this replica was taken for dead: it writes nothing until it is back")


class SupersededError(HeraldError):
    """A delivery is not this process's to send any more: its chat was forgotten or suspended, or
    another process has taken over. It must not be sent."""


class WorkError(HeraldError):
    """A worker process exceeded the deadline for a piece of work, or died on it."""


class EngineError(HeraldError):
    """A translation engine gave nothing usable: `status` is the HTTP status, where that says
    why."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class ModelError(HeraldError):
    """A translation model cannot be had; the text names the address or the file, and the cause."""


class UnreachableError(HeraldError):
    """Telegram does not answer now; the text says where and why."""


class TokenRejectedError(HeraldError):
    """Telegram does not accept the bot's token."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram rejected the bot's token: ask @BotFather for the current one (/token) "
            "and set telegram.token or HERALD_TELEGRAM_TOKEN"
        )
