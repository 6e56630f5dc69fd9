"""Wires everything; owns the shutdown. Only this file knows every concrete class."""

import asyncio
import datetime as dt
import logging
import signal
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from bot.chat import groups
from bot.chat.context import ChatContext
from bot.chat.telegram_app import TelegramApp
from bot.config.schema import Config
from bot.errors import StoreError
from bot.fetch import open_fetcher
from bot.jobs.admin_notices import AdminNotices
from bot.jobs.alerts import Alerts
from bot.jobs.digests import DigestJob
from bot.jobs.inactive_chats import InactiveChats
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import background_tasks, forever
from bot.jobs.scheduler import Scheduler
from bot.jobs.translate import TranslationJob
from bot.jobs.websub import Callback, CallbackKeys, Subscriber
from bot.models import Report
from bot.monitoring import http
from bot.monitoring.loop_lag import LoopLag
from bot.monitoring.metrics import Metrics
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.pipeline.worker_pool import WorkerPool
from bot.ports import Store, Translator
from bot.store import LeaderElection, open_leader_election, open_store
from bot.translation import open_translator
from bot.transport.rate_limiter import SLOTS, RateLimiter
from bot.transport.sender import TelegramTransport, make_bot
from bot.transport.updates_request import UpdatesRequest

log = logging.getLogger(__name__)

LEAD_AGAIN = 1.0
"""Seconds until a replica that could not lead tries again."""
STOP_WITHIN = 7.0
"""Seconds for what is in flight; python-telegram-bot's last getUpdates takes 3 of them."""


def now() -> dt.datetime:
    """The clock of the running program."""
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def open_poll_context(config: Config, store: Store) -> AsyncIterator[PollContext]:
    """What polling works with, for as long as the context lasts."""
    polling, translation = config.polling, config.translation
    workers = WorkerPool()
    try:
        async with open_fetcher(
            polling.private_hosts, polling.concurrency, polling.contact
        ) as fetcher:
            yield PollContext(
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
        place = config.storage.url.place()
        store = await stack.enter_async_context(open_store(place, RULES))
        election = await stack.enter_async_context(open_leader_election(place, store, now))
        context = await stack.enter_async_context(open_poll_context(config, store))
        opened = open_translator(config.translation, context.workers)
        translator = await stack.enter_async_context(opened)
        service = Service(config, context, election, translator)
        await _serve_health(stack, config, service)
        await service.run(stop)
    log.info("stopped")


async def _serve_health(stack: AsyncExitStack, config: Config, service: "Service") -> None:
    address = config.web.listen.address()
    if address is None:
        return
    try:
        await stack.enter_async_context(
            http.serving(
                address, service.alive, service.ready, service.metrics.text, *service.guests
            )
        )
    except OSError as error:
        log.error("web.listen: %s (%s); /healthz is not served", config.web.listen, error.strerror)


class Service:
    """The running parts. Every replica sends; the one that leads also polls the sources, listens
    in Telegram, and looks after everything."""

    def __init__(
        self,
        config: Config,
        context: PollContext,
        election: LeaderElection,
        translator: Translator | None,
    ) -> None:
        sources = config.all_sources()
        paid = config.telegram.paid_broadcast
        rate_limiter = RateLimiter(paid or SLOTS, election.budget)
        updates_request = UpdatesRequest()
        bot = make_bot(config.telegram, rate_limiter, updates_request)
        self._loop_lag = LoopLag()
        self.metrics = Metrics(context.store, now, self._loop_lag, lambda: rate_limiter.floods)
        self._polls = Scheduler(context, sources, self._heed)
        chat_context = ChatContext(
            context.store,
            sources,
            now,
            config.telegram.admins,
            runs=groups.runs(bot),
            find=groups.find(bot),
            by_invitation=config.telegram.access == "invitation",
            try_source=self._polls.now,
            link=lambda payload: f"{bot.link}?start={payload}",
        )
        self._chats = TelegramApp(bot, updates_request, chat_context, config.telegram.webhook)
        transport = TelegramTransport(bot, is_paid=bool(paid))
        self._outbox = Outbox(context.store, transport, now, self.metrics.attempted)
        self._notices = AdminNotices(context.store, transport, config.telegram.admins)
        self._caretaker = InactiveChats(context.store, now, self._notices.rounds.wake)
        self._editor = DigestJob(context.store, sources, now, self._outbox.wake)
        alarmed = {"rival": self._chats.check_alone}
        self._watchman = Alerts(context.store, now, self._notices.rounds.wake, alarmed)
        self._interpreter = translator and TranslationJob(
            context.store, translator, now, config.translation.daily_characters, self._outbox.wake
        )
        self._callback: Callback | None
        self._subscriber: Subscriber | None
        self._callback, self._subscriber = _hubs(config, context, self._polls.now)
        self._store, self._election = context.store, election
        election.on("deliveries", self._outbox.wake)
        election.on("notices", self._notices.rounds.wake)

    async def run(self, stop: asyncio.Event) -> None:
        """Starts everything, waits for `stop` or for a part that cannot go on, ends everything."""
        sending = asyncio.create_task(self._send())
        leading = asyncio.create_task(self._lead())
        stopped = asyncio.create_task(stop.wait())
        async with background_tasks(self._loop_lag.beat()):
            try:
                await asyncio.wait((sending, leading, stopped), return_when=FIRST_COMPLETED)
            finally:
                stopped.cancel()
                await self._hang_up(sending, leading)
        for task in (sending, leading):
            if task.done() and not task.cancelled():
                task.result()

    async def _send(self) -> None:
        """What every replica does."""
        await self._chats.reach()
        await self._outbox.run()

    async def _lead(self) -> None:
        """What one of the replicas does, whenever it is this one."""
        while True:
            await self._election.until_it_leads()
            reign = asyncio.create_task(self._reign())
            deposed = asyncio.create_task(self._election.until_it_follows())
            try:
                await asyncio.wait((reign, deposed), return_when=FIRST_COMPLETED)
                if reign.done():
                    return reign.result()
                log.warning("another replica leads; this one goes on sending")
            except StoreError as error:
                if not self._election.is_shared:
                    raise
                log.error("this replica cannot lead: %s", error)
                await asyncio.sleep(LEAD_AGAIN)
            finally:
                deposed.cancel()
                reign.cancel()
                await asyncio.wait((reign,))

    async def _reign(self) -> None:
        for torn in await self._store.recover_deliveries(now()):
            log.warning("%s may or may not have arrived: it is now uncertain", torn.development)
        parts = (
            self._notices, self._watchman, self._editor, self._caretaker, self._interpreter,
            self._subscriber,
        )  # fmt: skip
        try:
            await self._polls.start()
            async with background_tasks(self._polls.rounds.run()):
                await self._chats.reach()
                await self._chats.listen()
                async with background_tasks(*(part.rounds.run() for part in parts if part)):
                    await forever()
        finally:
            await self._polls.stop()
            await self._chats.hang_up()

    def _heed(self, report: Report) -> None:
        """Lets those who are concerned hear of a poll."""
        self.metrics.polled(report)
        if report.deliveries:
            self._outbox.wake()
            if self._interpreter:
                self._interpreter.rounds.wake()
        if report.notices:
            self._notices.rounds.wake()

    async def _hang_up(self, sending: asyncio.Task[None], leading: asyncio.Task[None]) -> None:
        """Lets what is in flight finish, for a while. A message that is cut short then stands in
        the ledger as being sent, and is uncertain from the next start on."""
        self._outbox.stop()
        leading.cancel()
        if not self._chats.is_reached:
            sending.cancel()
        _, late = await asyncio.wait((sending, leading), timeout=STOP_WITHIN)
        if late:
            log.warning("not everything in flight ended within %.0f s", STOP_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.wait(late, timeout=1)
        await self._chats.close()

    @property
    def guests(self) -> list[http.Guest]:
        """What others send to."""
        return [guest for guest in (self._chats.webhook, self._callback) if guest]

    @property
    def alive(self) -> dict[str, http.Check]:
        """What must hold for the process to be left running."""
        return {
            "loop": self._loop_lag.check,
            "polls": self._polls.check,
            "store": self._check_store,
            "updates": self._chats.check_asking,
            "replicas": self._election.check,
        }

    @property
    def ready(self) -> dict[str, http.Check]:
        """What must hold beside that for people to be heard and told."""
        return {"telegram": self._chats.check, "outbox": self._watchman.outbox_problem}

    async def _check_store(self) -> str | None:
        try:
            await self._store.check_writable()
        except StoreError as error:
            return str(error)
        return None


def _hubs(
    config: Config, context: PollContext, poll: Callable[[str], Awaitable[object]]
) -> tuple[Callback, Subscriber] | tuple[None, None]:
    """What hears of hubs, and what asks them; nothing where they cannot reach us."""
    public, sources = config.web.public_url, config.all_sources()
    if not public:
        return None, None
    keys = CallbackKeys(config.telegram.token.reveal(), public, sources)
    subscriber = Subscriber(context, sources, keys, poll)
    return Callback(context.store, keys, now, subscriber.rounds.wake), subscriber
