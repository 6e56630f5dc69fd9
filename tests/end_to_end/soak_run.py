"""A long time in a short one: ministries publish at real rates, break, move and come back; people
listen in all ways; the bot is stopped and killed. The clock is set by hand, all else is real: HTTP
on 127.0.0.1, the store in its file, worker processes where they are given. Telegram alone is a list
of what was said.

Every piece of news has a number in its title, by which it is counted in every chat.
"""

import asyncio
import datetime as dt
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import digests, pipeline
from bot.fetch import open_fetcher
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import DigestJob
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Destination, Message, Outcome, Refused, Sent, Tally
from bot.models.pace import Pace
from bot.models.sources import Source
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.pipeline.worker_pool import WorkerPool
from bot.ports.store import Store
from bot.store import open_store
from tests.fakes.sources import Entry, rss

Clock = Callable[[], dt.datetime]

HOUR = dt.timedelta(hours=1)
COUNTRIES = ("CZ", "DE", "FR", "PL", "SE", "ES", "IT", "GR", "RO", "NL", "AT", "BE")
KEPT = 20
"""Items of a feed."""
TICK = dt.timedelta(minutes=15)
BRUSSELS = ZoneInfo("Europe/Brussels")
_NUMBER = re.compile(r"release (\d+) on asylum")

AT_ONCE, ONE_COUNTRY, DAILY, WEEKLY, NIGHTS, BLOCKING = range(1, 7)


class Ministry:
    """A feed at a path that changes now and then, with its habits."""

    def __init__(self, number: int, dice: random.Random) -> None:
        self.country, self.path = COUNTRIES[number], f"/{number}/feed"
        self.a_day = dice.choice((0.2, 0.5, 1, 2, 4))
        self.entries: list[Entry] = []
        self.homes = {self.path}
        self.is_down = self.is_empty = False


class Ministries:
    """All of them, on one server."""

    def __init__(self, count: int, dice: random.Random, clock: Clock) -> None:
        self.all = [Ministry(number, dice) for number in range(count)]
        self.published: dict[int, tuple[str, dt.datetime]] = {}
        self._dice, self._clock = dice, clock
        application = web.Application()
        application.router.add_get("/{number:\\d+}/{page:feed.*}", self._feed)
        application.router.add_get("/{number:\\d+}/release/{release:\\d+}", self._page)
        self.server = TestServer(application)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def publish(self, ministry: Ministry) -> None:
        """One more piece of news."""
        number, now = len(self.published) + 1, self._clock()
        self.published[number] = ministry.country, now
        link = self.url(f"{ministry.path.rpartition('/')[0]}/release/{number}")
        title = f"{self._word()} {self._word()} release {number} on asylum {self._word()}"
        entry = Entry(title, link, f"{ministry.country}-{number}", now, self._text())
        ministry.entries = [entry, *ministry.entries][:KEPT]

    def trouble(self, ministry: Ministry) -> None:
        """What happens to feeds: they are down, empty, at another address, or have other GUIDs."""
        match self._dice.choice(("down", "empty", "move", "guids")):
            case "down":
                ministry.is_down = True
            case "empty":
                ministry.is_empty = True
            case "move":
                ministry.path = f"{ministry.path.partition('/feed')[0]}/feed{len(ministry.homes)}"
                ministry.homes.add(ministry.path)
            case _:
                ministry.entries = [
                    Entry(one.title, one.link, f"new:{one.guid}", one.date, one.text)
                    for one in ministry.entries
                ]

    def mend(self, ministry: Ministry) -> None:
        ministry.is_down = ministry.is_empty = False

    def _word(self) -> str:
        return "".join(self._dice.choice(("ka", "ro", "mi", "te", "lu", "so")) for _ in range(4))

    def _text(self) -> str:
        # Words that tell the language: of made-up ones alone, nobody knows what they are about.
        return "The ministry decides on applications for asylum. " + " ".join(
            f"{self._word().capitalize()} {self._word()} {self._word()}." for _ in "12345"
        )

    async def _feed(self, request: web.Request) -> web.Response:
        ministry = self.all[int(request.match_info["number"])]
        if ministry.is_down:
            return web.Response(status=503)
        if request.path != ministry.path:
            raise web.HTTPMovedPermanently(ministry.path)
        entries = [] if ministry.is_empty else ministry.entries
        response = web.Response(text=rss(entries, "en"), content_type="application/rss+xml")
        response.etag = f"{hash((tuple(entries), ministry.path)):x}"
        if request.headers.get("If-None-Match") == f'"{response.etag.value}"':
            return web.Response(status=304)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        title = f"Release {request.match_info['release']}"
        return web.Response(
            text=f"<title>{title}</title><h1>{title}</h1>", content_type="text/html"
        )


class Messenger:
    """Telegram: it hears everything, is out of order at times, and one chat blocks it at times."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.heard: dict[int, Counter[int]] = defaultdict(Counter)
        self.hours: dict[int, set[tuple[int, int]]] = defaultdict(set)
        self.messages = 0
        self.is_out = self.is_blocked = self.kills_next = False

    def link(self, payload: str) -> str:
        return f"https://t.me/herald_bot?start={payload}"

    async def reachable(self) -> bool:
        return not self.is_out

    async def send(
        self, place: Destination, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        if place.chat == BLOCKING and self.is_blocked:
            return Refused("blocked", gone=True)
        await starting()
        if self.kills_next:
            self.kills_next = False
            raise asyncio.CancelledError  # as if the process were gone
        self.messages += 1
        here = self._clock().astimezone(BRUSSELS)
        self.hours[place.chat].add((here.hour, here.minute))
        self.heard[place.chat].update({int(number) for number in _NUMBER.findall(message.plain)})
        return Sent(self.messages)

    async def edit(
        self, chat: int, message_id: int, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        await starting()
        return Sent(message_id)


class Soak:
    """The whole, from a first day on."""

    def __init__(
        self,
        folder: Path,
        begins: dt.datetime,
        ministries: int,
        workers: WorkerPool,
        seed: int = 1,
        tick: dt.timedelta = TICK,
    ) -> None:
        self.now, self.tick = begins, tick
        self._dice = random.Random(seed)
        self._path, self._workers = str(folder / "herald.db"), workers
        self.ministries = Ministries(ministries, self._dice, self.clock)
        self.messenger = Messenger(self.clock)
        self.polls = self.restarts = self.kills = self.troubles = 0
        self.uncertain: list[Delivery] = []

    def clock(self) -> dt.datetime:
        return self.now

    async def run(self, days: int) -> AsyncIterator[int]:
        """Lives through so many days, and says after each how many there were. The bot is started
        anew each week, and every other time killed with a message on the wire."""
        workers = self._workers
        await self.ministries.server.start_server()
        try:
            async with open_fetcher(("127.0.0.1",)) as fetcher:
                for begins in range(0, days, 7):
                    async with open_store(self._path, RULES) as store:
                        context = PollContext(store, fetcher, workers, self.clock, HOUR)
                        life = _Life(self, context)
                        await life.begin(is_first=begins == 0)
                        for day in range(begins, min(begins + 7, days)):
                            is_last = day == min(begins + 7, days) - 1
                            await life.live_a_day(kills=is_last and begins % 14 == 7)
                            yield day + 1
                    self.restarts += 1
        finally:
            await asyncio.to_thread(workers.close)
            await self.ministries.server.close()

    async def settle(self) -> Tally:
        """What the store says when nothing is on its way any more."""
        async with open_store(self._path, RULES) as store:
            self.uncertain += await store.recover_deliveries(self.now)
            for chat in await store.chats():
                await store.unsuspend_chat(chat.id, self.now)
            self.messenger.is_blocked = self.messenger.is_out = False
            await Outbox(store, self.messenger, self.clock).drain()
            return await store.tally()

    def happens(self) -> None:
        """What the world does within a tick."""
        dice, ticks_a_day = self._dice, dt.timedelta(days=1) / self.tick
        for ministry in self.ministries.all:
            if dice.random() < ministry.a_day / ticks_a_day:
                self.ministries.publish(ministry)
            if dice.random() < 1 / (20 * ticks_a_day):
                self.troubles += 1
                self.ministries.trouble(ministry)
            elif dice.random() < 6 / ticks_a_day:
                self.ministries.mend(ministry)
        if dice.random() < 1 / (10 * ticks_a_day):
            self.messenger.is_out = True
        elif dice.random() < 12 / ticks_a_day:
            self.messenger.is_out = False

    async def changes_its_mind(self, store: Store) -> None:
        """One chat blocks the bot, and comes back some days later."""
        if self._dice.random() < 0.2:
            self.messenger.is_blocked = not self.messenger.is_blocked
            if not self.messenger.is_blocked:
                await store.unsuspend_chat(BLOCKING, self.now)


class _Life:
    """The bot from a start to its end."""

    def __init__(self, soak: Soak, context: PollContext) -> None:
        self._soak, self._context, self._store = soak, context, context.store
        self._sources = {
            str(number): Source(
                id=str(number),
                url=soak.ministries.url(f"/{number}/feed"),
                publisher=f"Ministry {number}",
                country=ministry.country,
                language="en",
            )
            for number, ministry in enumerate(soak.ministries.all)
        }
        self._outbox = Outbox(context.store, soak.messenger, soak.clock)
        self._digests = DigestJob(
            context.store, [*self._sources.values()], soak.clock, lambda: None
        )
        self._due = dict[str, dt.datetime]()

    async def begin(self, *, is_first: bool) -> None:
        """Starts; the first time, people subscribe and every feed has its baseline."""
        soak = self._soak
        if is_first:
            for chat in chats(soak.now):
                await self._store.change_chat(chat.id, lambda _, chat=chat: chat)
        soak.uncertain += await self._store.recover_deliveries(soak.now)
        states = await self._store.states()
        self._due = {
            name: (states[name].due if name in states else None) or soak.now
            for name in self._sources
        }

    async def live_a_day(self, *, kills: bool) -> None:
        """A day; at its end a kill, the next time that something is sent."""
        soak = self._soak
        ends = soak.now + dt.timedelta(days=1)
        while soak.now < ends:
            soak.now += soak.tick
            soak.happens()
            await self._poll_what_is_due()
            await self._digests.run()
            if not soak.messenger.is_out:
                await self._outbox.drain()
        await soak.changes_its_mind(self._store)
        if kills:
            soak.messenger.is_out, soak.messenger.kills_next = False, True
            soak.ministries.publish(soak.ministries.all[0])
            soak.ministries.mend(soak.ministries.all[0])
            await self._poll("0")
            await self._outbox.drain()
            soak.kills += 1

    async def _poll_what_is_due(self) -> None:
        for name in [name for name, due in self._due.items() if due <= self._soak.now]:
            await self._poll(name)

    async def _poll(self, name: str) -> None:
        self._soak.polls += 1
        await pipeline.poll(self._context, self._sources[name])
        state = await self._store.state(name)
        self._due[name] = (state.due if state else None) or self._soak.now + HOUR


def chats(now: dt.datetime) -> Iterator[Chat]:
    """Who listens, and how."""
    everything, czech = (Filter(id=1),), (Filter(id=1, countries=frozenset({"CZ"})),)
    yield Chat(id=AT_ONCE, filters=everything)
    yield Chat(id=ONE_COUNTRY, filters=czech)
    for number, pace in ((DAILY, Pace(kind="daily")), (WEEKLY, Pace(kind="weekly"))):
        yield digests.reschedule(
            Chat(id=number), Chat(id=number, filters=everything, pace=pace), now
        )
    yield Chat(id=NIGHTS, filters=everything, quiet=(22 * 60, 7 * 60))
    yield Chat(id=BLOCKING, filters=everything)
