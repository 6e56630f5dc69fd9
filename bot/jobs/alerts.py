"""Alert the admins, once, to what has been wrong for long; and once more when it is over."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot import render
from bot.models import Notice
from bot.models.sources import SourceState
from bot.ports import Store

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
Check = Callable[[], Awaitable[Notice | None]]

FAILING = dt.timedelta(days=1)
"""How long a source fails before it is worth a word: most come back within hours."""
STUCK = dt.timedelta(hours=1)
"""How long what could be sent waits before something must be wrong."""


class Alerts:
    """Watches sources, the outbox, digests, and what else it is given to check."""

    name = "alerts"
    interval = 60.0

    def __init__(
        self,
        store: Store,
        clock: Clock,
        wake_notices: Callable[[], None],
        checks: Mapping[str, Check],
    ) -> None:
        """`checks`: what else to watch, by its name."""
        self._store, self._clock = store, clock
        self._wake_notices, self._checks = wake_notices, checks
        self._were_late = False

    async def run(self) -> None:
        """Begin and end alerts."""
        now = self._clock()
        states = await self._store.states()
        active = {
            f"source {name}": Notice(
                kind="source_failing",
                values={
                    "source": name,
                    "minutes": _minutes(now - state.failing),
                    "error": state.error or "",
                },
            )
            for name, state in states.items()
            if state.failing and _is_failing(state, now)
        }
        checks = {"outbox": self._outbox_stuck, "digests": self._digests_late, **self._checks}
        for name, check in checks.items():
            if notice := await check():
                active[name] = notice
        for notice in await self._store.update_alerts(active):
            log.warning("%s", render.notice_line(notice))
            self._wake_notices()

    async def outbox_problem(self) -> str | None:
        """Return what is wrong with the outbox, for /readyz."""
        notice = await self._outbox_stuck()
        return render.notice_line(notice) if notice else None

    async def _outbox_stuck(self) -> Notice | None:
        now = self._clock()
        backlog = await self._store.backlog(now)
        waits = now - (backlog.oldest or now)
        if waits <= STUCK:
            return None
        values: dict[str, str | int] = {"pending": backlog.pending, "minutes": _minutes(waits)}
        return Notice(kind="outbox_stuck", values=values)

    async def _digests_late(self) -> Notice | None:
        late = await self._store.digests_due(self._clock() - STUCK)
        # After an outage late digests are composed at once: only what was late before counts.
        were_late, self._were_late = self._were_late, bool(late)
        if not (late and were_late):
            return None
        return Notice(kind="digests_late", values={"count": len(late), "minutes": _minutes(STUCK)})


def _minutes(length: dt.timedelta) -> int:
    return int(length.total_seconds() // 60)


def _is_failing(state: SourceState, now: dt.datetime) -> bool:
    return bool(state.failing and now - state.failing >= FAILING and not state.stopped)
