"""One pace for everything the bot sends, so that Telegram never has to say no.

Telegram takes about 30 messages a second in all, one a second in a chat, 20 a minute in a group
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Thirty slots, each given
back one second after the reply, cannot exceed that however answers are delayed.
"""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from typing import Any

from msgspec import Struct
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.ports import SharedRate

SLOTS = 30
CHAT_GAP = 1.05
"""Seconds between two messages to one chat."""
GROUP_MINUTE = 20
PATIENCE = 30.0
"""Seconds that an answer to a person waits for Telegram's flood control, at most."""

Result = bool | dict[str, Any] | list[dict[str, Any]]


class Notification(Struct, frozen=True):
    """Says of a call that it can wait for answers, and what to await when its turn has come."""

    starting: Callable[[], Awaitable[None]]


class RateLimiter(BaseRateLimiter[Notification]):
    """Hands out slots to the calls that send messages; all others pass."""

    def __init__(self, slots: int = SLOTS, shared: SharedRate | None = None) -> None:
        """`slots`: messages a second, more than SLOTS only where Telegram is paid for that;
        `shared`: what other processes send too."""
        self._slots, self._gap = _Slots(slots), 1.0 / slots
        self._shared = shared
        self._lanes: dict[int | str, _Lane] = {}
        self._paused_until = 0.0
        self.floods = 0
        """How often Telegram has said to wait (429)."""

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Notification | None,
    ) -> Result:
        """See `BaseRateLimiter`. A notification meets flood control with RetryAfter; an answer
        waits it out, where that is not for long."""
        is_paced = _is_message(endpoint) or (rate_limit_args and endpoint == "editMessageText")
        lane = self._lane(data["chat_id"]) if is_paced and "chat_id" in data else None
        if lane and rate_limit_args:
            async with self._turn(lane, is_answer=False):
                await self._agree(lane, is_answer=False)
                await rate_limit_args.starting()
                return await callback(*args, **kwargs)
        while True:
            try:
                async with self._turn(lane, is_answer=True) if lane else nullcontext():
                    await self._agree(lane, is_answer=True)
                    return await callback(*args, **kwargs)
            except RetryAfter as flood:
                if seconds_of(flood) > PATIENCE:
                    raise
                await asyncio.sleep(0 if lane else seconds_of(flood))  # a lane waits by itself

    @asynccontextmanager
    async def _turn(self, lane: "_Lane", *, is_answer: bool) -> AsyncIterator[None]:
        """Waits for the chat's turn and for a place; gives it back a second after the reply.

        The lane is taken last: an answer must not stand behind what waits for a place.
        """
        async with AsyncExitStack() as held:
            await _sleep_until(lane.free_at())
            await self._slots.take(is_answer=is_answer)
            held.callback(asyncio.get_running_loop().call_later, 1.0, self._slots.give_back)
            await held.enter_async_context(lane.lock)
            await _sleep_until(max(lane.free_at(), self._paused_until))
            try:
                yield
            except RetryAfter as flood:
                await self._pause(lane, seconds_of(flood))
                raise
            finally:
                lane.used()

    async def _agree(self, lane: "_Lane | None", *, is_answer: bool) -> None:
        """Waits for the time that is left to this message by what others send."""
        if self._shared and lane:
            group = GROUP_MINUTE if lane.is_group else 0
            seconds = await self._shared.reserve(
                lane.chat, gap=self._gap, lane_gap=CHAT_GAP, group=group, is_answer=is_answer
            )
            await asyncio.sleep(seconds)

    async def _pause(self, lane: "_Lane", seconds: float) -> None:
        """Pauses the chat; when two chats are told to wait, it is the bot that is meant."""
        self.floods += 1
        now = _now()
        is_meant = any(
            other.paused_until > now for other in self._lanes.values() if other is not lane
        )
        if is_meant:
            self._paused_until = max(self._paused_until, now + seconds)
        lane.paused_until = now + seconds
        if self._shared:
            await self._shared.pause(None if is_meant else lane.chat, seconds)

    def _lane(self, chat: int | str) -> "_Lane":
        if len(self._lanes) > 10_000:
            idle = [key for key, lane in self._lanes.items() if lane.is_idle()]
            for key in idle:
                del self._lanes[key]
        return self._lanes.setdefault(chat, _Lane(chat))


class _Slots:
    """Places on the wire. Whoever waits for one to answer a person stands ahead of the others,
    who come evenly over the second, so that one is soon free."""

    def __init__(self, count: int) -> None:
        self._free, self._gap = count, 1.0 / count
        self._next = 0.0
        self._answers: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def take(self, *, is_answer: bool) -> None:
        """Returns when there is one."""
        if not is_answer:
            await self._evenly()
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._answers if is_answer else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()  # it was handed over at that moment
            raise

    def give_back(self) -> None:
        """Hands it to who is next."""
        for turn in self._in_order():
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _in_order(self) -> Iterator[asyncio.Future[None]]:
        while queue := self._answers or self._others:
            yield queue.popleft()

    async def _evenly(self) -> None:
        at = self._next = max(_now(), self._next + self._gap)
        await _sleep_until(at)


class _Lane:
    """What one chat has been sent lately."""

    def __init__(self, chat: int | str) -> None:
        self.chat, self.is_group = chat, not _is_private(chat)
        self.lock = asyncio.Lock()
        self.paused_until = 0.0
        self._minute: deque[float] = deque(maxlen=GROUP_MINUTE)

    def free_at(self) -> float:
        times = [self.paused_until]
        if self._minute:
            times.append(self._minute[-1] + CHAT_GAP)
        if self.is_group and len(self._minute) == GROUP_MINUTE:
            times.append(self._minute[0] + 60.5)
        return max(times)

    def used(self) -> None:
        self._minute.append(_now())

    def is_idle(self) -> bool:
        return not self.lock.locked() and self.free_at() < _now() - 60


def seconds_of(flood: RetryAfter) -> float:
    """Telegram's `retry_after`, which python-telegram-bot is moving from int to timedelta."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


def _is_message(endpoint: str) -> bool:
    return endpoint.startswith(("send", "copy", "forward"))


def _is_private(chat: int | str) -> bool:
    return isinstance(chat, int) and chat > 0


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - _now()))
