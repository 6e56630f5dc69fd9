"""The rate limiter: keeps everything the bot sends within Telegram's limits.

Telegram takes about 30 messages a second in all, one a second in a chat, 20 a minute in a group
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Thirty slots, each
released one second after the reply, cannot exceed that however much replies are delayed.
"""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from typing import Any

from msgspec import Struct
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.ports.messenger import BeforeSend, SharedRate

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

    starting: BeforeSend


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
        is_message = endpoint.startswith(("send", "copy", "forward"))
        is_paced = is_message or (rate_limit_args and endpoint == "editMessageText")
        limit = self._limit_of(data["chat_id"]) if is_paced and "chat_id" in data else None
        while True:
            turn = self._turn(limit, is_answer=not rate_limit_args) if limit else nullcontext()
            try:
                async with turn:
                    if rate_limit_args:
                        await rate_limit_args.starting()
                    return await callback(*args, **kwargs)
            except RetryAfter as flood:
                if rate_limit_args or seconds_of(flood) > PATIENCE:
                    raise
                if not limit:  # which waits by itself
                    await asyncio.sleep(seconds_of(flood))

    @asynccontextmanager
    async def _turn(self, limit: "_ChatLimit", *, is_answer: bool) -> AsyncIterator[None]:
        """Wait for the chat's limit, for a slot, which is released a second after the reply, and
        for the time that other processes leave."""
        async with AsyncExitStack() as stack:
            await _sleep_until(limit.free_at())
            await self._slots.acquire(is_answer=is_answer)
            stack.callback(asyncio.get_running_loop().call_later, 1.0, self._slots.release)
            # last: an answer must not wait behind what holds the chat and waits for a slot
            await stack.enter_async_context(limit.lock)
            await _sleep_until(max(limit.free_at(), self._paused_until))
            try:
                await self._wait_for_others(limit, is_answer=is_answer)
                yield
            except RetryAfter as flood:
                await self._pause(limit, seconds_of(flood))
                raise
            finally:
                limit.sent.append(_now())

    async def _wait_for_others(self, limit: "_ChatLimit", *, is_answer: bool) -> None:
        if self._shared:
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
        others = (other for other in self._limits.values() if other is not limit)
        is_for_all = any(other.paused_until > now for other in others)
        if is_for_all:
            self._paused_until = max(self._paused_until, now + seconds)
        limit.paused_until = now + seconds
        if self._shared:
            await self._shared.pause(None if is_for_all else limit.chat, seconds)

    def _limit_of(self, chat: int | str) -> "_ChatLimit":
        if len(self._limits) > 10_000:
            self._limits = {key: each for key, each in self._limits.items() if not each.is_idle()}
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
            self._next = max(_now(), self._next + self._gap)
            await _sleep_until(self._next)
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
        while queue := self._answers or self._others:
            turn = queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class _ChatLimit:
    """The limit of one chat."""

    def __init__(self, chat: int | str) -> None:
        self.chat, self.is_group = chat, isinstance(chat, str) or chat < 0
        self.lock = asyncio.Lock()
        self.paused_until = 0.0
        self.sent: deque[float] = deque(maxlen=GROUP_MINUTE)
        """When messages were sent to it."""

    def free_at(self) -> float:
        times = [self.paused_until]
        if self.sent:
            times.append(self.sent[-1] + CHAT_GAP)
        if self.is_group and len(self.sent) == GROUP_MINUTE:
            times.append(self.sent[0] + 60.5)
        return max(times)

    def is_idle(self) -> bool:
        return not self.lock.locked() and self.free_at() < _now() - 60


def seconds_of(flood: RetryAfter) -> float:
    """Return Telegram's `retry_after`, which python-telegram-bot turns from int to timedelta."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - _now()))
