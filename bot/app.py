"""Wire the program together: the only file that knows every concrete class."""

import asyncio
import datetime as dt
import functools
import logging
import signal
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
from bot.jobs.scheduler import PeriodicJob, Scheduler
from bot.jobs.supervisor import Parts, Supervisor
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


def now() -> dt.datetime:
    """Return the current time: the clock of the running program."""
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def open_poll_context(config: Config, store: Store) -> AsyncIterator[PollContext]:
    """Open what polls need, for as long as the context lasts."""
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
    """Run the service until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(config, stop)


async def run(config: Config, stop: asyncio.Event) -> None:
    """Run the service until `stop` is set. Raises StoreError and TokenRejectedError."""
    async with AsyncExitStack() as stack:
        url = config.storage.url.place()
        store = await stack.enter_async_context(open_store(url, RULES))
        election = await stack.enter_async_context(open_leader_election(url, store, now))
        context = await stack.enter_async_context(open_poll_context(config, store))
        opened = open_translator(config.translation, context.workers)
        translator = await stack.enter_async_context(opened)
        service = Service(config, context, election, translator)
        await _serve_http(stack, config, service)
        await Supervisor(service.parts).run(stop)
    log.info("stopped")


async def _serve_http(stack: AsyncExitStack, config: Config, service: "Service") -> None:
    address = config.web.listen.address()
    if address is None:
        return
    checks = http.Checks(service.alive, service.ready)
    try:
        await stack.enter_async_context(
            http.serving(address, checks, service.metrics.exposition, *service.routes)
        )
    except OSError as error:
        log.error("web.listen: %s (%s); /healthz is not served", config.web.listen, error.strerror)


class Service:
    """The parts of the service, made from the configuration."""

    def __init__(
        self,
        config: Config,
        context: PollContext,
        election: LeaderElection,
        translator: Translator | None,
    ) -> None:
        self._store, self._election = context.store, election
        sources = config.all_sources()
        paid = config.telegram.paid_broadcast
        rate_limiter = RateLimiter(paid or SLOTS, election.shared_rate)
        updates_request = UpdatesRequest()
        bot = make_bot(config.telegram, rate_limiter, updates_request)
        transport = TelegramTransport(bot, is_paid=bool(paid))
        self._loop_lag = LoopLag()
        self.metrics = Metrics(context.store, now, self._loop_lag, lambda: rate_limiter.floods)
        self._scheduler = Scheduler(context, sources, self._on_poll)
        self._outbox = Outbox(context.store, transport, now, self.metrics.count_attempt)
        chat_context = ChatContext(
            context.store,
            sources,
            now,
            config.telegram.admins,
            runs=groups.runs(bot),
            find=groups.find(bot),
            by_invitation=config.telegram.access == "invitation",
            try_source=self._scheduler.poll_now,
            link=lambda payload: f"{bot.link}?start={payload}",
        )
        self._chats = TelegramApp(bot, updates_request, chat_context, config.telegram.webhook)
        wake_notices = self._waker(AdminNotices.name)
        self._alerts = Alerts(context.store, now, wake_notices, {"rival": self._chats.find_rival})
        jobs: list[PeriodicJob] = [
            AdminNotices(context.store, transport, config.telegram.admins),
            self._alerts,
            DigestJob(context.store, sources, now, self._outbox.wake),
            InactiveChats(context.store, now, wake_notices),
        ]
        if translator:
            limit = config.translation.daily_characters
            wake_outbox = self._outbox.wake
            jobs.append(TranslationJob(context.store, translator, now, limit, wake_outbox))
        self._callback = self._websub(config, context, jobs)
        self.parts = Parts(
            context.store,
            now,
            self._scheduler,
            jobs,
            self._outbox,
            self._chats,
            election,
            self._loop_lag.measure,
        )
        election.on_write("deliveries", self._outbox.wake)
        election.on_write("notices", wake_notices)

    def _waker(self, job: str) -> Callable[[], None]:
        return functools.partial(self._scheduler.wake, job)

    def _websub(
        self, config: Config, context: PollContext, jobs: list[PeriodicJob]
    ) -> Callback | None:
        """Add the job of WebSub, and return where hubs push to; None where they cannot reach us."""
        public, sources = config.web.public_url, config.all_sources()
        if not public:
            return None
        keys = CallbackKeys(config.telegram.token.reveal(), public, sources)
        jobs.append(Subscriber(context, sources, keys, self._scheduler.poll_now))
        return Callback(context.store, keys, now, self._waker(Subscriber.name))

    def _on_poll(self, report: Report) -> None:
        self.metrics.count_poll(report)
        if report.deliveries:
            self._outbox.wake()
            self._scheduler.wake(TranslationJob.name)
        if report.notices:
            self._scheduler.wake(AdminNotices.name)

    @property
    def routes(self) -> list[http.Route]:
        """What others send to over HTTP."""
        return [route for route in (self._chats.webhook, self._callback) if route]

    @property
    def alive(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        """The checks of /healthz: what must hold for the process to be left running."""
        return {
            "loop": self._loop_lag.check,
            "polls": self._scheduler.check,
            "store": self._check_store,
            "updates": self._chats.check_asking,
            "replicas": self._election.check,
        }

    @property
    def ready(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        """The further checks of /readyz: what must hold for people to be heard and told."""
        return {"telegram": self._chats.check, "outbox": self._alerts.outbox_problem}

    async def _check_store(self) -> str | None:
        try:
            await self._store.check_writable()
        except StoreError as error:
            return str(error)
        return None
