import asyncio
from collections import Counter
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.transport.rate_limiter import Notification, RateLimiter
from tests.fakes import virtual_time


class Wire:
    """Telegram's end: notes when each call arrives, and answers after a while."""

    def __init__(self, rate_limiter: RateLimiter, latency: float = 0.02) -> None:
        self.rate_limiter, self.latency = rate_limiter, latency
        self.arrivals: list[tuple[float, int]] = []
        self.floods: list[RetryAfter] = []

    async def send(
        self, chat: int, *, notification: bool = True, method: str = "sendMessage"
    ) -> None:
        async def call() -> bool:
            self.arrivals.append((asyncio.get_running_loop().time(), chat))
            if self.floods:
                raise self.floods.pop()
            await asyncio.sleep(self.latency)
            return True

        async def starting() -> None:
            """It is the turn of this message."""

        args = Notification(starting) if notification else None
        await self.rate_limiter.process_request(call, (), {}, method, {"chat_id": chat}, args)

    def busiest(self, seconds: float, chat: int | None = None) -> int:
        """The most arrivals within any stretch of time."""
        times = [at for at, to in self.arrivals if chat in (None, to)]
        return max(sum(start <= at < start + seconds for at in times) for start in times)


def play(scene: Any) -> Wire:
    async def main() -> Wire:
        wire = Wire(RateLimiter())
        await scene(wire)
        return wire

    return virtual_time.run(main())


def test_six_hundred_messages_take_twenty_seconds_and_never_burst() -> None:
    async def scene(wire: Wire) -> None:
        await asyncio.gather(*(wire.send(chat) for chat in range(1, 601)))

    wire = play(scene)
    assert len(wire.arrivals) == 600
    assert wire.busiest(1.0) <= 30
    assert wire.busiest(0.1) <= 4
    assert wire.arrivals[-1][0] <= 20 * 1.05


def test_answers_leave_notifications_what_they_do_not_take() -> None:
    async def scene(wire: Wire) -> None:
        answers = [wire.send(chat, notification=False) for chat in range(1, 21)]
        await asyncio.gather(*answers, *(wire.send(chat) for chat in range(101, 201)))

    wire = play(scene)
    assert wire.busiest(1.0) <= 30
    assert max(at for at, chat in wire.arrivals if chat <= 20) < 0.1
    assert wire.arrivals[-1][0] < 4.2


def test_a_chat_hears_one_message_a_second() -> None:
    async def scene(wire: Wire) -> None:
        await asyncio.gather(*(wire.send(7) for _ in range(5)))

    wire = play(scene)
    assert wire.busiest(1.0) == 1
    assert wire.arrivals[-1][0] < 5


def test_a_group_hears_twenty_messages_a_minute() -> None:
    async def scene(wire: Wire) -> None:
        await asyncio.gather(*(wire.send(-7) for _ in range(50)))

    assert play(scene).busiest(60.0) <= 20


def test_answers_go_ahead_of_notifications() -> None:
    async def scene(wire: Wire) -> None:
        crowd = asyncio.gather(*(wire.send(chat) for chat in range(1, 301)))
        await asyncio.sleep(0.5)
        await wire.send(999, notification=False)
        wire.arrivals.append((asyncio.get_running_loop().time(), -999))
        await crowd

    arrivals = {chat: at for at, chat in play(scene).arrivals}
    assert arrivals[-999] - 0.5 < 0.1


def test_a_notification_that_meets_flood_control_is_told_and_the_chat_waits() -> None:
    async def scene(wire: Wire) -> None:
        wire.floods = [RetryAfter(5)]
        with pytest.raises(RetryAfter):
            await wire.send(7)
        await asyncio.gather(wire.send(7), wire.send(8))

    wire = play(scene)
    arrivals = {chat: at for at, chat in wire.arrivals}
    assert arrivals[7] >= 5
    assert arrivals[8] < 1


def test_an_answer_waits_flood_control_out() -> None:
    async def scene(wire: Wire) -> None:
        wire.floods = [RetryAfter(5)]
        await wire.send(7, notification=False)

    assert [round(at) for at, _ in play(scene).arrivals] == [0, 5]


def test_an_answer_does_not_wait_for_hours() -> None:
    async def scene(wire: Wire) -> None:
        wire.floods = [RetryAfter(10_000)]
        with pytest.raises(RetryAfter):
            await wire.send(7, notification=False)

    play(scene)


def test_two_chats_that_are_told_to_wait_mean_the_whole_bot() -> None:
    async def scene(wire: Wire) -> None:
        wire.floods = [RetryAfter(5), RetryAfter(5)]
        await asyncio.gather(wire.send(1), wire.send(2), return_exceptions=True)
        await wire.send(3)

    arrivals = {chat: at for at, chat in play(scene).arrivals}
    assert arrivals[3] >= 5


def test_calls_that_send_nothing_are_not_paced() -> None:
    async def scene(wire: Wire) -> None:
        await asyncio.gather(*(wire.send(1, method="answerCallbackQuery") for _ in range(100)))

    assert Counter(at for at, _ in play(scene).arrivals) == {0.0: 100}


def test_who_gives_up_waiting_leaves_the_others_their_slots() -> None:
    async def scene(wire: Wire) -> None:
        waiting = [asyncio.create_task(wire.send(chat)) for chat in range(1, 101)]
        await asyncio.sleep(0.5)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(wire.send(chat) for chat in range(201, 261)))

    wire = play(scene)
    assert {chat for _, chat in wire.arrivals} >= set(range(201, 261))
    assert wire.busiest(1.0) <= 30
