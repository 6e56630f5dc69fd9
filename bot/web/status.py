"""Serve a page for whoever runs the bot: what waits, what was sent, which sources are in trouble.

Whoever knows the password (`web.status_password`) may read it; without one, this machine alone,
while no `web.public_url` says that others reach it.
"""

import base64
import datetime as dt
import hmac
from collections.abc import Callable, Sequence

from aiohttp import web
from msgspec import Struct

from bot import __version__
from bot.config.schema import WebConfig
from bot.models.deliveries import DayLedger
from bot.models.sources import Source
from bot.monitoring import source_health
from bot.ports.store import Store
from bot.web.answers import answer_page, language_of
from bot.web.protection import is_of_this_machine

DAYS = 28
"""That are drawn."""


class DayBar(Struct, frozen=True):
    """What was matched on a day, drawn."""

    ledger: DayLedger
    share: float
    """Of the fullest day, from 0 to 1."""


class StatusPage:
    """The page."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        clock: Callable[[], dt.datetime],
        config: WebConfig,
        describe_backups: Callable[[], str],
    ) -> None:
        self._store, self._sources, self._clock = store, sources, clock
        self._password, self._has_archive = config.status_password.reveal(), config.archive
        self._is_public = bool(config.public_url)
        self._describe_backups = describe_backups

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with the page, 401 where the password is wrong, 404 where there is none."""
        if not self._may_read(request):
            return _refuse() if self._password else web.Response(status=404, text="Nothing here\n")
        now, to = self._clock(), language_of(request)
        states, off = await self._store.states(), await self._store.switched_off()
        read = [each for each in self._sources if each.id not in off]
        troubled = [one for one in read if source_health.needs_attention(states.get(one.id))]
        response = answer_page(
            request,
            "status",
            to,
            has_archive=self._has_archive,
            version=__version__,
            tally=await self._store.tally(),
            backlog=await self._store.backlog(now),
            days=await self._days(now.date()),
            answering=sum(source_health.is_well(states.get(one.id)) for one in read),
            sources=len(read),
            troubled=[(one, source_health.health(states.get(one.id), now, to)) for one in troubled],
            reviews=len(await self._store.reviews()),
            backups=self._describe_backups(),
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _may_read(self, request: web.Request) -> bool:
        if not self._password:
            # Through a proxy on this machine everybody may seem to be on it.
            return not self._is_public and is_of_this_machine(request)
        given = _password_of(request)
        return hmac.compare_digest(given, self._password.encode())

    async def _days(self, today: dt.date) -> list[DayBar]:
        """Return the last days, the earliest first; those of which nothing is known, too."""
        first = today - dt.timedelta(days=DAYS - 1)
        known = {each.day: each for each in await self._store.ledger(first)}
        all_days = [first + dt.timedelta(days=number) for number in range(DAYS)]
        days = [known.get(day) or DayLedger(day=day) for day in all_days]
        most = max(day.matched for day in days) or 1
        return [DayBar(day, day.matched / most) for day in days]


def _password_of(request: web.Request) -> bytes:
    """Return the password that a request brings (RFC 7617); empty: none that can be read."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True)
    except ValueError:
        return b""
    return decoded.partition(b":")[2] if scheme.lower() == "basic" else b""


def _refuse() -> web.Response:
    challenge = {"WWW-Authenticate": 'Basic realm="status", charset="UTF-8"'}
    return web.Response(status=401, text="The password, please\n", headers=challenge)
