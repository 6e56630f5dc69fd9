"""Hours in seconds, in which everything goes wrong that can, by a schedule that a seed decides.

The clock is simulated; the supervisor, the store in its file, the rate limiter, python-telegram-bot
and the HTTP between them and the fakes are real. Work of the worker processes is done in this one.
"""

import asyncio
import datetime as dt
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

from bot import pipeline
from bot.chat.context import ChatContext
from bot.chat.telegram_app import TelegramApp
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.errors import StoreError
from bot.fetch import open_fetcher
from bot.jobs.admin_notices import AdminNotices
from bot.jobs.outbox import Outbox
from bot.jobs.pauses import QuietHours
from bot.jobs.periodic import DigestJob
from bot.jobs.scheduler import PeriodicJob
from bot.jobs.supervisor import Supervisor
from bot.match import matching
from bot.models.deliveries import Delivery
from bot.models.sources import Source
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.store import LeaderElection, RowStore, open_store
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import TelegramTransport, make_bot
from bot.transport.updates import UpdatesRequest
from tests.end_to_end.soak_run import DAILY, WEEKLY, Ministries, chats
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.workers import InlineWorkers

BEGINS = dt.datetime(2025, 1, 16, 6, 30, tzinfo=dt.UTC)  # the digest of the day is due at 7
ADMIN = 99
MINUTE, HOUR = 60, 3600
CALM = 10 * MINUTE
"""Seconds at the beginning, for the baseline, and at the end, for what is owed."""
MINISTRIES = 3
LATENCY = 0.4
"""Seconds that Telegram takes for a message."""
NEWS_EVERY = 4 * MINUTE
"""Seconds between two pieces of news of one ministry, on average."""
KINDS = {
    "kill": 3, "stop": 1, "pause": 2, "full disk": 2, "clock": 2, "poison": 4, "talk": 6,
    "flood": 4, "cut": 8, "outage": 3, "down": 3,
}  # fmt: skip
"""How often each trouble comes in an hour."""
FAULTS = ("reset", "reset_after", "truncated", "html", "hang")
_NUMBER = re.compile(r"release (\d+) on asylum")


class Trouble(NamedTuple):
    """What goes wrong, after how many seconds, and for how long, or by how much."""

    at: float
    kind: str
    seconds: float


def schedule(seed: int, hours: float) -> list[Trouble]:
    """The troubles of a seed, in order."""
    dice = random.Random(seed)
    return sorted(
        Trouble(dice.uniform(CALM, hours * HOUR), kind, round(dice.uniform(5, 5 * MINUTE)))
        for kind, often in KINDS.items()
        for _ in range(round(often * hours))
    )


class SimulatedScheduler:
    """`jobs.scheduler` by the clock of the event loop: APScheduler goes by that of the machine."""

    def __init__(self, context: PollContext, sources: Sequence[Source], outbox: Outbox) -> None:
        self._context, self._sources, self._outbox = context, sources, outbox
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        for source in self._sources:
            self._repeat(lambda source=source: self._poll(source), MINUTE)

    def add(self, job: PeriodicJob) -> None:
        self._repeat(job.run, job.interval)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _poll(self, source: Source) -> None:
        if (await pipeline.poll(self._context, source)).deliveries:
            self._outbox.wake()

    def _repeat(self, step: Callable[[], Coroutine[Any, Any, None]], every: float) -> None:
        async def repeat() -> None:
            while True:
                try:
                    await step()
                except StoreError:
                    """It is tried again, as the scheduler does."""
                await asyncio.sleep(every)

        self._tasks.append(asyncio.create_task(repeat()))


class Chaos:
    """The world, the bot within it, and what goes wrong."""

    def __init__(self, folder: Path, seed: int, hours: float) -> None:
        self.seed, self.troubles = seed, schedule(seed, hours)
        self._length = hours * HOUR
        self._dice = random.Random(seed)
        self._path = folder / "herald.db"
        self._jump = dt.timedelta()
        self._outages = 0
        self.lives = self.uncertain = 0
        self.ministries = Ministries(MINISTRIES, self._dice, self.clock)
        self.telegram = FakeTelegram(TOKEN)
        self._is_over = asyncio.Event()
        self._end = "stop"
        self._store: RowStore
        self._before: set[int] = set()

    def clock(self) -> dt.datetime:
        """What the clock of the machine shows, which is set at times."""
        return BEGINS + dt.timedelta(seconds=asyncio.get_running_loop().time()) + self._jump

    async def run(self) -> list[str]:
        """Live through it all; return what was lost, told twice or is not accounted for."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.telegram)
            await self.ministries.server.start_server()
            stack.push_async_callback(self.ministries.server.close)
            await self._begin()
            world = asyncio.create_task(self._happen())
            while not world.done():
                await self._live()
            world.result()
            async with open_store(str(self._path), RULES) as store:
                return [*await self._problems(store)]

    async def _begin(self) -> None:
        for ministry in self.ministries.all:
            self.ministries.publish(ministry)
        self._before = {*self.ministries.published}
        async with open_store(str(self._path), RULES) as store:
            for chat in chats(self.clock()):
                self.telegram.says(chat.id, "/start")
                await store.change_chat(chat.id, lambda _, chat=chat: chat)
        self.telegram.says(ADMIN, "/start")
        self.telegram.limit(per_chat=1, overall=30)
        self.telegram.latency = LATENCY

    # ------------------------------------------------------------------ the bot

    async def _live(self) -> None:
        """One life of the bot, until it is stopped or killed."""
        self.lives += 1
        self._is_over.clear()
        async with open_store(str(self._path), RULES) as store, open_fetcher(["127.0.0.1"]) as web:
            self._store = store
            context = PollContext(store, web, InlineWorkers(), self.clock, dt.timedelta(minutes=1))
            running = asyncio.create_task(self._supervisor(context).run(self._is_over.wait()))
            over = asyncio.create_task(self._is_over.wait())
            await asyncio.wait((running, over), return_when=asyncio.FIRST_COMPLETED)
            if self._end == "kill":
                await self._end_at_once(running)
            else:
                await running
        if self._end == "kill":
            self._restore()

    def _supervisor(self, context: PollContext) -> Supervisor:
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(self.telegram.base_url))
        updates, sources = UpdatesRequest(config), self._sources()
        self._bot = bot = make_bot(config, RateLimiter(), updates)
        transport = TelegramTransport(bot)
        outbox = Outbox(context.store, transport, self.clock)
        jobs: list[PeriodicJob] = [
            DigestJob(context.store, sources, self.clock, outbox.wake),
            QuietHours(context.store, self.clock),
            AdminNotices(context.store, transport, [ADMIN]),
        ]
        election = LeaderElection()
        election.lead()
        return Supervisor(
            SimulatedScheduler(context, sources, outbox),  # type: ignore[arg-type]
            jobs, [], outbox,
            TelegramApp(bot, updates, ChatContext(context.store, sources, self.clock)),
            election, asyncio.Event().wait,  # type: ignore[arg-type]
        )  # fmt: skip

    def _sources(self) -> list[Source]:
        return [
            Source(
                id=f"m{number}",
                url=self.ministries.url(ministry.path),
                publisher=f"Ministry {number}",
                country=ministry.country,
                language="en",
            )
            for number, ministry in enumerate(self.ministries.all)
        ]

    async def _end_at_once(self, running: asyncio.Task[None]) -> None:
        """End the bot at once: nothing that it does from here on is sent, or kept in the file."""
        self.telegram.offline()
        loop, pool = asyncio.get_running_loop(), self._store.executor.pool
        await loop.run_in_executor(pool, self._snapshot)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for request in self._bot._request:  # as the system closes what a killed process had open
            await request.shutdown()
        self._mend_line()

    def _snapshot(self) -> None:
        for file in self._path.parent.glob("herald.db*"):
            shutil.copy(file, file.with_name(f"left-{file.name}"))

    def _restore(self) -> None:
        """Put the files back as the kill left them; at the end of the log a write is torn."""
        for file in self._path.parent.glob("herald.db*"):
            file.unlink()
        for left in self._path.parent.glob("left-*"):
            left.rename(left.with_name(left.name.removeprefix("left-")))
        with self._path.with_name("herald.db-wal").open("ab") as log:
            log.write(self._dice.randbytes(self._dice.randrange(4200)))

    # ------------------------------------------------------------------ the world

    async def _happen(self) -> None:
        """What the world does, and what goes wrong in it; at the end all is calm."""
        tasks = [asyncio.create_task(self._publish(number)) for number in range(MINISTRIES)]
        tasks += [asyncio.create_task(self._trouble(each)) for each in self.troubles]
        await asyncio.sleep(self._length)
        await asyncio.gather(*tasks[MINISTRIES:])
        for task in tasks[:MINISTRIES]:
            task.cancel()
        await asyncio.sleep(2 * CALM)
        self._over("stop")

    async def _publish(self, number: int) -> None:
        dice = random.Random(self.seed + number)
        await asyncio.sleep(CALM / 2)
        while True:
            self.ministries.publish(self.ministries.all[number])
            await asyncio.sleep(dice.uniform(0, 2 * NEWS_EVERY))

    async def _trouble(self, trouble: Trouble) -> None:
        await asyncio.sleep(trouble.at)
        dice = random.Random(f"{self.seed} {trouble}")
        await getattr(self, f"_{trouble.kind.replace(' ', '_')}")(dice, trouble.seconds)

    async def _kill(self, dice: random.Random, seconds: float) -> None:
        """At any moment, or while a message is on its way."""
        sent = len(self.telegram.calls("sendMessage"))
        while dice.random() < 0.999 and len(self.telegram.calls("sendMessage")) == sent:
            await asyncio.sleep(LATENCY / 2)
        self._over("kill")

    async def _stop(self, dice: random.Random, seconds: float) -> None:
        self._over("stop")

    async def _pause(self, dice: random.Random, seconds: float) -> None:
        """The process is stopped for a while: all that was due is due when it wakes up."""
        asyncio.get_running_loop().jumping.now += seconds  # type: ignore[attr-defined]

    async def _clock(self, dice: random.Random, seconds: float) -> None:
        self._jump += dt.timedelta(seconds=seconds * dice.choice((-10, -1, 1, 10)))

    async def _poison(self, dice: random.Random, seconds: float) -> None:
        self.telegram._push("message", json.loads(dice.choice(POISON)))

    async def _talk(self, dice: random.Random, seconds: float) -> None:
        self.telegram.says(ADMIN, dice.choice(("/status", "/help", "/latest 1")))

    async def _flood(self, dice: random.Random, seconds: float) -> None:
        wait = {"retry_after": round(seconds / 10) + 1}
        refusal = {"code": 429, "description": "Too Many Requests", "parameters": wait}
        self.telegram.fail("sendMessage", "status", dice.randint(1, 5), **refusal)

    async def _cut(self, dice: random.Random, seconds: float) -> None:
        method = dice.choice(("sendMessage", "sendMessage", "getUpdates", "getMe"))
        self.telegram.fail(method, dice.choice(FAULTS), dice.randint(1, 3))

    async def _outage(self, dice: random.Random, seconds: float) -> None:
        self._outages += 1
        self.telegram.offline()
        await asyncio.sleep(seconds)
        self._outages -= 1
        self._mend_line()

    async def _down(self, dice: random.Random, seconds: float) -> None:
        ministry = dice.choice(self.ministries.all)
        ministry.is_down = True
        await asyncio.sleep(seconds / 2)
        ministry.is_down = False

    async def _full_disk(self, dice: random.Random, seconds: float) -> None:
        """Nothing more can be written, until there is room or the bot begins anew."""
        threads, loop = self._store.executor, asyncio.get_running_loop()
        for pages, wait in ((1, seconds), (1_073_741_823, 0)):

            def set_limit(pages: int = pages) -> None:
                threads.engine().connection.execute(f"PRAGMA max_page_count = {pages}")

            try:
                await loop.run_in_executor(threads.pool, set_limit)
            except RuntimeError:
                return  # this life is over
            await asyncio.sleep(wait)

    def _over(self, end: str) -> None:
        self._end = end
        self._is_over.set()

    def _mend_line(self) -> None:
        if not self._outages:
            self.telegram.online()

    # ------------------------------------------------------------------ the account

    async def _problems(self, store: RowStore) -> Iterator[str]:
        records = {_number(made.title): made for made in await store.developments()}
        rows = {(row.chat, row.development): row for row in await store.deliveries(None, 10**6)}
        self.uncertain = sum(row.state == "uncertain" for row in rows.values())
        published = self.ministries.published.keys() - self._before
        problems = [f"release {number} was not recorded" for number in published - records.keys()]
        for chat in chats(BEGINS):
            heard = Counter[int]()
            for message in self.telegram.messages(chat.id):
                heard.update({int(number) for number in _NUMBER.findall(message.text)})
            problems += [f"{chat.id} heard {n} of {k}" for k, n in heard.items() if n > 1]
            for number in published & records.keys():
                made = records[number]
                if matching(chat, made):
                    row = rows.get((chat.id, str(made.id)))
                    problems += _unaccounted(row, chat.id, number, is_heard=number in heard)
        return iter(problems)


def _unaccounted(row: Delivery | None, chat: int, number: int, *, is_heard: bool) -> Iterator[str]:
    """Yield what is wrong with a delivery, by what its chat has heard."""
    state = row.state if row else "not owed"
    is_fine = state == "uncertain" or (state == "sent") == is_heard
    if not is_fine or state not in (
        "sent",
        "uncertain",
        *["collected"] * (chat in (DAILY, WEEKLY)),
    ):
        yield f"{chat}: {number} is {state}, heard: {is_heard}"


def _number(title: str) -> int:
    found = _NUMBER.search(title)
    assert found
    return int(found[1])


POISON = (
    '{"message_id": 1, "date": 0, "chat": {"id": 99, "type": "private"}, "from": {"id": 5}}',
    '{"message_id": "x"}',
    '{"message_id": 1, "date": 99999999999999, "chat": {"id": 1e400, "type": 3}}',
)
"""Messages that cannot be decoded."""
