"""What has been wrong for long: the admins hear of it once, and once more when it is over."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.jobs.periodic import Rounds
from bot.models import SourceState
from bot.monitoring.source_health import ago
from bot.ports import Store

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
Check = Callable[[], Awaitable[str | None]]

TICK = 60.0
FAILING = dt.timedelta(days=1)
"""How long a source fails before it is worth a word: most come back within hours."""
STUCK = dt.timedelta(hours=1)
"""How long what could be sent waits before something must be wrong."""


class Alerts:
    """Looks after sources, the outbox and digests, round after round."""

    def __init__(
        self, store: Store, clock: Clock, told: Callable[[], None], checks: Mapping[str, Check]
    ) -> None:
        """`told` is called when there is something for the admins to hear; `checks`: what else
        to look after, by its name."""
        self._store, self._clock, self._told, self._checks = store, clock, told, checks
        self._were_late = False
        self.rounds = Rounds(self.look, TICK, "nobody can be alarmed")

    async def look(self) -> None:
        """Turns alarms on and off."""
        now = self._clock()
        states = await self._store.states()
        wrong = {
            f"source {name}": f"{name} has failed for {ago(now - state.failing)}: {state.error}"
            for name, state in states.items()
            if state.failing and _is_failing(state, now)
        }
        for name, check in (("outbox", self.stuck), ("digests", self._late), *self._checks.items()):
            if found := await check():
                wrong[name] = found
        for text in await self._store.update_alerts(wrong):
            log.warning("%s", text)
            self._told()

    async def stuck(self) -> str | None:
        """What is wrong with the outbox: what matched and could have been sent has not been."""
        now = self._clock()
        backlog = await self._store.backlog(now)
        waits = now - (backlog.oldest or now)
        if waits <= STUCK:
            return None
        return (
            f"The outbox is stuck: the oldest of {backlog.pending} pending waits for {ago(waits)}"
        )

    async def _late(self) -> str | None:
        """What is wrong with digests: some should have been put together long ago, and had not
        been at the last look either (after an outage they are caught up with at once)."""
        late = await self._store.digests_due(self._clock() - STUCK)
        were_late, self._were_late = self._were_late, bool(late)
        if not (late and were_late):
            return None
        return f"Digests were due more than {ago(STUCK)} ago and are not put together: {len(late)}"


def _is_failing(state: SourceState, now: dt.datetime) -> bool:
    return bool(state.failing and now - state.failing >= FAILING and not state.stopped)
