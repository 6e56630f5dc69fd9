"""The rate limiter: keeps everything the bot sends within Telegram's limits.

Telegram takes about 30 messages a second in all, one a second in a chat, 20 a minute in a group
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Thirty slots, each
released one second after the reply, cannot exceed that however much replies are delayed.
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
"""Seconds for which an answer to a person waits out Telegram's flood control, at most."""

Result = bool | dict[str, Any] | list[dict[str, Any]]


class Notification(Struct, frozen=True):
    """Marks a call as a notification, which gives way to answers; `starting` is awaited right
    before it is sent."""

    starting: Callable[[], Awaitable[None]]


class RateLimiter(BaseRateLimiter[Notification]):
    """Delays the calls that send messages; all others pass at once."""

    def __init__(self, slots: int = SLOTS, shared: SharedRate | None = None) -> None:
        """`slots`: messages a second, more than SLOTS only where Telegram is paid for that;
        `shared`: the rate of all processes."""
        self._slots, self._gap = _SlotQueue(slots), 1.0 / slots
        self._shared = shared
        self._limits: dict[int | str, _ChatLimit] = {}
        self._paused_until = 0.0
        self.floods = 0
        """How often Telegram has said to wait (429)."""

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

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
        limit = self._limit_of(data["chat_id"]) if is_paced and "chat_id" in data else None
        if limit and rate_limit_args:
            async with self._slot(limit, is_answer=False):
                await self._reserve_shared(limit, is_answer=False)
                await rate_limit_args.starting()
                return await callback(*args, **kwargs)
        while True:
            try:
                async with self._slot(limit, is_answer=True) if limit else nullcontext():
                    await self._reserve_shared(limit, is_answer=True)
                    return await callback(*args, **kwargs)
            except RetryAfter as flood:
                if seconds_of(flood) > PATIENCE:
                    raise
                await asyncio.sleep(
                    0 if limit else seconds_of(flood)
                )  # the limit of the chat waits by itself

    @asynccontextmanager
    async def _slot(self, limit: "_ChatLimit", *, is_answer: bool) -> AsyncIterator[None]:
        """Wait for the chat's limit and for a slot, which is released a second after the reply."""
        async with AsyncExitStack() as stack:
            await _sleep_until(limit.free_at())
            await self._slots.acquire(is_answer=is_answer)
            stack.callback(asyncio.get_running_loop().call_later, 1.0, self._slots.release)
            # last: an answer must not wait behind what holds the chat and waits for a slot
            await stack.enter_async_context(limit.lock)
            await _sleep_until(max(limit.free_at(), self._paused_until))
            try:
                yield
            except RetryAfter as flood:
                await self._pause(limit, seconds_of(flood))
                raise
            finally:
                limit.note_sent()

    async def _reserve_shared(self, limit: "_ChatLimit | None", *, is_answer: bool) -> None:
        """Wait for the time that the other processes leave to this message."""
        if self._shared and limit:
            group = GROUP_MINUTE if limit.is_group else 0
            seconds = await self._shared.reserve(
                limit.chat, gap=self._gap, lane_gap=CHAT_GAP, group=group, is_answer=is_answer
            )
            await asyncio.sleep(seconds)

    async def _pause(self, limit: "_ChatLimit", seconds: float) -> None:
        """Pause the chat after a 429; everything, if another chat is paused already."""
        self.floods += 1
        now = _now()
        # Telegram does not say whether a chat or the bot is too fast: two chats mean the bot.
        is_for_all = any(
            other.paused_until > now for other in self._limits.values() if other is not limit
        )
        if is_for_all:
            self._paused_until = max(self._paused_until, now + seconds)
        limit.paused_until = now + seconds
        if self._shared:
            await self._shared.pause(None if is_for_all else limit.chat, seconds)

    def _limit_of(self, chat: int | str) -> "_ChatLimit":
        if len(self._limits) > 10_000:
            idle = [key for key, limit in self._limits.items() if limit.is_idle()]
            for key in idle:
                del self._limits[key]
        return self._limits.setdefault(chat, _ChatLimit(chat))


class _SlotQueue:
    """The slots, and two queues for them: answers to people go first. Notifications come evenly
    over the second, so that a slot is soon free for an answer."""

    def __init__(self, count: int) -> None:
        self._free, self._gap = count, 1.0 / count
        self._next = 0.0
        self._answers: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def acquire(self, *, is_answer: bool) -> None:
        """Wait for a slot."""
        if not is_answer:
            await self._wait_evenly()
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._answers if is_answer else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()  # the slot was passed on at that moment
            raise

    def release(self) -> None:
        """Pass a slot to the next in the queues."""
        for turn in self._next_in_queue():
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _next_in_queue(self) -> Iterator[asyncio.Future[None]]:
        while queue := self._answers or self._others:
            yield queue.popleft()

    async def _wait_evenly(self) -> None:
        at = self._next = max(_now(), self._next + self._gap)
        await _sleep_until(at)


class _ChatLimit:
    """The limit of one chat: when it was last sent to."""

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

    def note_sent(self) -> None:
        self._minute.append(_now())

    def is_idle(self) -> bool:
        return not self.lock.locked() and self.free_at() < _now() - 60


def seconds_of(flood: RetryAfter) -> float:
    """Return Telegram's `retry_after`, which python-telegram-bot is moving from int to
    timedelta."""
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
