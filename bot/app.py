"""Wires everything; owns the APScheduler jobs and the shutdown. Only this file knows every
concrete class."""

import asyncio
import datetime as dt
import logging
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from bot import pipeline, web
from bot.chat.office import Office
from bot.chat.service import ChatService
from bot.config.schema import Config
from bot.errors import StoreError
from bot.fetch import open_fetcher, schedule
from bot.interpreter import Interpreter
from bot.metrics import Metrics
from bot.models import Report, Source
from bot.notices import Notices
from bot.outbox import Outbox
from bot.pace import SLOTS, Pace
from bot.pipeline import Desk
from bot.ports import Store, Translator
from bot.store import alone, open_store
from bot.translation import open_translator
from bot.transport import TelegramTransport, make_bot
from bot.watchman import Watchman
from bot.workers import Workers

log = logging.getLogger(__name__)

STOP_WITHIN = 7.0
"""Seconds for what is in flight; python-telegram-bot's last getUpdates takes 3 of them."""
WATCH_EVERY = dt.timedelta(minutes=1)


def now() -> dt.datetime:
    """The clock of the running program."""
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def open_desk(config: Config, store: Store) -> AsyncIterator[Desk]:
    """What polling works with, for as long as the context lasts."""
    polling, translation = config.polling, config.translation
    workers = Workers()
    try:
        async with open_fetcher(
            polling.private_hosts, polling.concurrency, polling.contact
        ) as fetcher:
            yield Desk(
                store,
                fetcher,
                workers,
                now,
                polling.interval,
                patience=None if translation.engine == "none" else translation.deadline,
                articles=polling.articles,
            )
    finally:
        await asyncio.to_thread(workers.close)


async def run_until_signalled(config: Config) -> None:
    """`run`, until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(config, stop)


async def run(config: Config, stop: asyncio.Event) -> None:
    """The service, until `stop` is set. Raises StoreError and TokenRejectedError."""
    async with AsyncExitStack() as stack:
        path = str(config.storage.url.path())
        store = await stack.enter_async_context(open_store(path))
        stack.enter_context(alone(path))
        for torn in await store.recover(now()):
            log.warning("%s may or may not have arrived: it is now uncertain", torn.development)
        desk = await stack.enter_async_context(open_desk(config, store))
        opened = open_translator(config.translation, desk.workers)
        service = Service(config, desk, await stack.enter_async_context(opened))
        await _serve_health(stack, config, service)
        await service.run(stop)
    log.info("stopped")


async def _serve_health(stack: AsyncExitStack, config: Config, service: "Service") -> None:
    address = config.web.listen.address()
    if address is None:
        return
    try:
        await stack.enter_async_context(
            web.serving(address, service.alive, service.ready, service.metrics.text)
        )
    except OSError as error:
        log.error("web.listen: %s (%s); /healthz is not served", config.web.listen, error.strerror)


class Service:
    """The running parts: polls, translations, chats, outbox."""

    def __init__(self, config: Config, desk: Desk, translator: Translator | None) -> None:
        sources = config.all_sources()
        paid = config.telegram.paid_broadcast
        pace = Pace(paid or SLOTS)
        bot = make_bot(config.telegram, pace)
        self.metrics = Metrics(desk.store, now, lambda: pace.floods)
        self._chats = ChatService(bot, Office(desk.store, sources, now, config.telegram.admins))
        transport = TelegramTransport(bot, is_paid=bool(paid))
        self._outbox = Outbox(desk.store, transport, now, self.metrics.attempted)
        self._notices = Notices(desk.store, transport, config.telegram.admins)
        self._watchman = Watchman(desk.store, now, self._notices.rounds.wake)
        self._interpreter = translator and Interpreter(
            desk.store, translator, now, config.translation.daily_characters, self._outbox.wake
        )
        self._polls = Polls(desk, sources, self._heed)
        self._store = desk.store
        self._is_listening = False

    async def run(self, stop: asyncio.Event) -> None:
        """Starts everything, waits for `stop` or for a part that cannot go on, ends everything."""
        await self._polls.start()
        talking = asyncio.create_task(self._talk())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((talking, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            await self._polls.stop()
            await self._hang_up(talking)
        if talking.done() and not talking.cancelled():
            talking.result()

    def _heed(self, report: Report) -> None:
        """Lets those who are concerned hear of a poll."""
        self.metrics.polled(report)
        if report.deliveries:
            self._outbox.wake()
            if self._interpreter:
                self._interpreter.rounds.wake()
        if report.notices:
            self._notices.rounds.wake()

    async def _talk(self) -> None:
        await self._chats.start()
        self._is_listening = True
        parts = (self._notices, self._watchman, self._interpreter)
        beside = [asyncio.create_task(part.rounds.run()) for part in parts if part]
        beside.append(asyncio.create_task(self.metrics.beat()))
        try:
            await self._outbox.run()
        finally:
            for task in beside:
                task.cancel()

    async def _hang_up(self, talking: asyncio.Task[None]) -> None:
        """Lets what is in flight finish, for a while. A message that is cut short then stands in
        the ledger as being sent, and is uncertain from the next start on."""
        self._outbox.stop()
        if not self._is_listening:
            talking.cancel()
        under_way = {talking, asyncio.create_task(self._chats.hang_up())}
        _, late = await asyncio.wait(under_way, timeout=STOP_WITHIN)
        if late:
            log.warning("not everything in flight ended within %.0f s", STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.wait(late, timeout=1)
        await self._chats.close()

    @property
    def alive(self) -> dict[str, web.Check]:
        """What must hold for the process to be left running."""
        return {"polls": self._polls.check, "store": self._check_store}

    @property
    def ready(self) -> dict[str, web.Check]:
        """What must hold beside that for people to be heard and told."""
        return {"telegram": self._chats.check, "outbox": self._watchman.stuck}

    async def _check_store(self) -> str | None:
        try:
            await self._store.check()
        except StoreError as error:
            return str(error)
        return None


class Polls:
    """One job a source, which arms itself again: when it is due next stands in the store."""

    def __init__(
        self, desk: Desk, sources: Sequence[Source], heed: Callable[[Report], None]
    ) -> None:
        self._desk, self._heed = desk, heed
        self._sources = {source.id: source for source in sources}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._missing: set[str] = set()
        self._stopped: set[str] = set()
        self._watched = now()
        self._scheduler = AsyncIOScheduler(
            timezone=dt.UTC,
            # the defaults silently skip what is a second late
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def start(self) -> None:
        """Arms every source for when it is due, and the watchdog."""
        states = await self._desk.store.states()
        self._scheduler.start()
        known = [
            (source, pipeline.known(source, states.get(name)))
            for name, source in self._sources.items()
        ]
        self._stopped = {source.id for source, state in known if state.stopped}
        polled = [pair for pair in known if not pair[1].stopped]
        for name, due in schedule.first(polled, now(), self._desk.interval).items():
            self._arm(name, due)
        self._scheduler.add_job(self._watch, "interval", seconds=WATCH_EVERY.total_seconds())
        log.info("polling %d sources", len(polled))

    async def stop(self) -> None:
        """Drops the polls under way: nothing of them counts before their commit."""
        self._scheduler.shutdown(wait=False)
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check(self) -> str | None:
        """What is wrong with the scheduler, for /healthz."""
        silent = now() - self._watched
        return f"the scheduler is silent since {silent}" if silent > 3 * WATCH_EVERY else None

    def _arm(self, source: str, due: dt.datetime) -> None:
        self._scheduler.add_job(
            self._begin, "date", run_date=due, args=[source], id=source, replace_existing=True
        )

    async def _begin(self, source: str) -> None:
        # A task of our own: the scheduler's would be cancelled unawaited, and logged as broken.
        self._under_way[source] = asyncio.create_task(self._poll(source))

    async def _poll(self, source: str) -> None:
        """Polls a source and arms it again, whatever happens: the supervisor of one source."""
        due = now() + self._desk.interval
        try:
            report = await pipeline.poll(self._desk, self._sources[source])
            _tell(report)
            self._heed(report)
            state = await self._desk.store.state(source)
            due = (state.due if state else None) or due
            if state and state.stopped:
                self._stopped.add(source)
        except Exception:
            log.exception("%s: the poll broke", source)
        finally:
            self._under_way.pop(source, None)
            if self._scheduler.running and source not in self._stopped:
                self._arm(source, due)

    async def _revive(self) -> None:
        """Arms what was gone and has answered to another process since."""
        for source in sorted(self._stopped):
            state = await self._desk.store.state(source)
            if state is None or not state.stopped:
                self._stopped.discard(source)
                self._arm(source, now())

    async def _watch(self) -> None:
        """Arms what has had no job since the last look, should that ever happen."""
        self._watched = now()
        await self._revive()
        armed = {job.id for job in self._scheduler.get_jobs()}
        missing = self._sources.keys() - armed - self._under_way.keys() - self._stopped
        for source in missing & self._missing:
            log.error("%s: was not armed", source)
            self._arm(source, now())
        self._missing = missing


def _tell(report: Report) -> None:
    """A poll in the log, a line; what changed nothing is not worth one."""
    for problem in (*report.problems, *report.notices):
        log.warning("%s: %s", report.source, problem)
    if report.result in ("baseline", "new") or report.changed or report.revised:
        log.info(
            "%s: %s, %d new of %d items, %d developments, %d deliveries, %d changed, %.2f s",
            report.source,
            report.result,
            report.new,
            report.items,
            report.developments,
            report.deliveries,
            report.changed + report.revised,
            report.seconds,
        )
