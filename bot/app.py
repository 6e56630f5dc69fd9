"""Wire the program together: the only file that knows every concrete class."""

import asyncio
import datetime as dt
import functools
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web

from bot import web as web_pages
from bot.chat import groups
from bot.chat.configured_endpoints import configured_endpoints, follow_configuration
from bot.chat.context import ChatContext
from bot.chat.telegram_app import TelegramApp
from bot.config.reload import Reload
from bot.config.schema import Config
from bot.enrich.own_words import read_own_words
from bot.errors import HeraldError
from bot.fetch import open_fetcher
from bot.jobs.admin_notices import AdminNotices, Alerts
from bot.jobs.feed_hub import FeedHub
from bot.jobs.followed_sources import FollowedSources
from bot.jobs.outbox import Outbox
from bot.jobs.pauses import EndOfPauses, QuietHours
from bot.jobs.periodic import DigestJob, InactiveChats, TranslationJob
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.reviews import ReviewJob
from bot.jobs.scheduler import PeriodicJob, Scheduler
from bot.jobs.source_search import SourceSearch
from bot.jobs.store_file import BackupJob, StoreWatch
from bot.jobs.supervisor import Supervisor
from bot.jobs.webhooks import WebhookOutbox
from bot.jobs.websub import WebSub
from bot.models import ReviewRule, TranslationWait
from bot.models.brief import BriefTemplates
from bot.models.chats import Chat
from bot.models.sources import Report, Source
from bot.monitoring import http, systemd
from bot.pipeline import PollContext, find_source
from bot.pipeline.rules import RULES
from bot.pipeline.worker_pool import WorkerPool
from bot.ports.messenger import Translator
from bot.ports.store import Store
from bot.source_edits import edited
from bot.store import LeaderElection, RowStore, open_leader_election, open_store
from bot.store.backup_folder import BackupFolder
from bot.store.damage import require_whole
from bot.store.store_file import StoreFile, open_store_file
from bot.text import one_line
from bot.translation import coverage, open_translator, targets
from bot.transport.rate_limiter import SLOTS, RateLimiter
from bot.transport.sender import TelegramTransport, make_bot
from bot.transport.updates import UpdatesRequest
from bot.transport.webhooks import WebhookClient, open_webhook_client
from bot.web.feeds import TOPIC

log = logging.getLogger(__name__)


def now() -> dt.datetime:
    """Return the current time: the clock of the running program."""
    return dt.datetime.now(dt.UTC)


def brief_templates(config: Config) -> BriefTemplates:
    """Return the operator's own templates of briefs."""
    return BriefTemplates(config.brief.word_template, config.brief.markdown_template)


@asynccontextmanager
async def open_poll_context(config: Config, store: Store) -> AsyncIterator[PollContext]:
    """Open what polls need, for as long as the context lasts."""
    polling, labels = config.polling, config.labels
    review = ReviewRule(labels.review_below, labels.review_within) if labels.review_below else None
    own_words = read_own_words(labels.words)
    workers = WorkerPool()
    try:
        opened = open_fetcher(polling.private_hosts, polling.concurrency, polling.contact)
        async with opened as fetcher:
            yield PollContext(
                store,
                fetcher,
                workers,
                now,
                polling.interval,
                functools.partial(_translation_wait, config),
                polling.articles,
                review,
                own_words,
            )
    finally:
        await asyncio.to_thread(workers.close)


def _translation_wait(config: Config, languages: Collection[str | None]) -> TranslationWait | None:
    given = targets(config, languages)
    return TranslationWait(deadline=config.translation.deadline, targets=given) if given else None


@asynccontextmanager
async def open_polling(
    config: Config, url: str = ":memory:", *, filled_from: str | None = None, is_new: bool = False
) -> AsyncIterator[PollContext]:
    """Open a store and what polls need with it, for as long as the context lasts."""
    async with (
        open_store(url, RULES, filled_from=filled_from, is_new=is_new) as store,
        open_poll_context(config, store) as context,
    ):
        yield context


async def followed_sources(config: Config, store: Store) -> list[Source]:
    """Return the sources of the configuration, with what admins have changed of them."""
    return edited(config.all_sources(), await store.source_edits())


class Lasting(NamedTuple):
    """What stays when the configuration is read again."""

    store: RowStore
    election: LeaderElection
    file: StoreFile | None
    """The file of the store; None, where a server has it."""


async def run(
    config: Config, stop: asyncio.Event, reload: Reload | None = None, *, is_new: bool = False
) -> None:
    """Run the service until `stop` is set; where the configuration is read again, with the new one
    from then on. `is_new`: with an empty store, where one was lost.

    Raises StoreError and TokenRejectedError.
    """
    url = config.storage.url.address()
    if config.storage.url.is_file():
        await asyncio.to_thread(require_whole, Path(url))
    async with (
        open_store(url, RULES, is_new=is_new) as store,
        open_leader_election(url, store, now) as election,
    ):
        stopping = asyncio.create_task(_until_stopped(stop))
        watchdog = asyncio.create_task(systemd.feed_watchdog())
        try:
            with _open_store_file(config, store) as file:
                lasting = Lasting(store, election, file)
                while not stop.is_set():
                    config = await _run_until_changed(config, lasting, stopping, reload)
        finally:
            stopping.cancel()
            watchdog.cancel()
    log.info("stopped")


@contextmanager
def _open_store_file(config: Config, store: RowStore) -> Iterator[StoreFile | None]:
    if not config.storage.url.is_file():
        yield None  # a server has tools of its own
        return
    with open_store_file(Path(config.storage.url.address()), store.note_damage) as file:
        yield file


async def _until_stopped(stop: asyncio.Event) -> None:
    await stop.wait()
    systemd.notify_stopping()


async def _run_until_changed(
    config: Config, lasting: Lasting, stopping: asyncio.Task[None], reload: Reload | None
) -> Config:
    """Run the service until it is to stop or its configuration changes; return the one that holds
    from then on."""
    # All else is made anew, as at a start, in the seconds that python-telegram-bot takes to end.
    async with open_service(config, lasting) as service:
        changed = asyncio.create_task(_next_config(config, lasting, reload))
        try:
            await service.run(_first_of(stopping, changed))
            return changed.result() if changed.done() else config
        finally:
            changed.cancel()


async def _first_of(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _next_config(current: Config, lasting: Lasting, reload: Reload | None) -> Config:
    """Wait until the configuration is read again and can be used, and return it."""
    while reload:
        await reload.until_asked()
        systemd.notify_reloading()
        try:
            config = reload.read(current)
            async with open_service(config, lasting):
                return config  # what it names is there
        except Exception as error:  # noqa: BLE001 - whatever it is, what runs must go on
            name = "" if isinstance(error, HeraldError) else f"{type(error).__name__}: "
            log.error("the configuration stays as it was: %s", one_line(f"{name}{error}"))
            systemd.notify_ready()
    return await asyncio.Future[Config]()


@asynccontextmanager
async def open_service(config: Config, lasting: Lasting) -> AsyncIterator["Service"]:
    """Open the service of a configuration, which does not run yet, for as long as the context
    lasts."""
    kept, (store, election, file) = config.storage.backups, lasting
    watch = StoreWatch(
        store, BackupJob(BackupFolder(file, kept) if file and kept else None, now), file
    )
    async with (
        open_poll_context(config, store) as context,
        open_translator(config) as translator,
        open_webhook_client(config.polling.private_hosts) as webhooks,
    ):
        edits = await store.source_edits()
        sources = FollowedSources(store, config.all_sources(), edits)
        known = {source.id for source in sources}
        endpoints = configured_endpoints(config, webhooks, known)
        clients = Clients(translator, webhooks, endpoints)
        yield Service(config, context, election, clients, watch, sources)


class Clients(NamedTuple):
    """What asks other servers than the sources'."""

    translator: Translator | None
    webhooks: WebhookClient
    endpoints: Sequence[Chat]
    """Of the configuration, that these are sent events."""


class Service:
    """The parts of the service, made from the configuration."""

    def __init__(
        self,
        config: Config,
        context: PollContext,
        election: LeaderElection,
        clients: Clients,
        watch: StoreWatch,
        sources: FollowedSources,
    ) -> None:
        translator, webhooks, self._endpoints = clients
        self._election, self._store = election, context.store
        paid = config.telegram.paid_broadcast
        rate_limiter = RateLimiter(paid or SLOTS, election.shared_rate)
        updates_request = UpdatesRequest(config.telegram)
        bot = make_bot(config.telegram, rate_limiter, updates_request)
        transport = TelegramTransport(bot, is_paid=bool(paid))
        loop_lag = http.LoopLag()
        backups = watch.backups
        self._metrics = http.Metrics(
            context.store, sources, now, loop_lag, lambda: rate_limiter.floods, backups.age
        )
        self._scheduler = Scheduler(context, sources, self._on_poll)
        sources.listeners.append(self._scheduler.follow)
        admins = config.telegram.admins
        self._outbox = Outbox(context.store, transport, now, self._metrics.count_attempt, admins)
        wake_notices = functools.partial(self._scheduler.wake, AdminNotices.name)
        self._webhooks = WebhookOutbox(
            context.store, webhooks, now, self._metrics.count_attempt, wake_notices
        )
        review_chat = config.labels.review_chat or None
        chat_context = ChatContext(
            context.store,
            sources,
            now,
            config.telegram.admins,
            runs=groups.admin_check(bot),
            find=groups.chat_lookup(bot),
            name_of=groups.name_lookup(bot),
            by_invitation=config.telegram.access == "invitation",
            try_source=self._scheduler.poll_now,
            follow_sources=sources.run,
            look_at=functools.partial(find_source.look_at, context, sources),
            look_through=functools.partial(find_source.look_through, context, sources),
            review_chat=review_chat,
            wake_outbox=self._wake_sending,
            targets=functools.partial(coverage.offered_targets, config),
            archive_url=config.web.archive_url(),
            brief_templates=brief_templates(config),
            webhooks=webhooks,
            link=transport.link,
            backups_kept=config.storage.backups if backups.is_on else 0,
            backup_age=backups.age if backups.is_on else None,
        )
        chats = TelegramApp(bot, updates_request, chat_context, config.telegram.webhook)
        alerts = Alerts(
            context.store, now, wake_notices, rival=chats.find_rival, backups=backups.find_failure
        )
        jobs: list[PeriodicJob] = [
            AdminNotices(context.store, transport, config.telegram.admins, watch.notices),
            alerts,
            DigestJob(context.store, sources, now, self._wake_sending),
            EndOfPauses(context.store, now, self._wake_sending),
            QuietHours(context.store, now),
            ReminderJob(context.store, now, self._wake_sending),
            InactiveChats(context.store, now, wake_notices),
            sources,
        ]
        if admins:
            jobs.append(SourceSearch(context, sources, wake_notices))
        if context.review:
            editors = (review_chat,) if review_chat else admins
            wake_outbox = self._wake_sending
            jobs.append(ReviewJob(context.store, transport, now, editors, wake_outbox))
        if translator:
            limit = config.translation.daily_characters
            wake_outbox = self._wake_sending
            jobs.append(TranslationJob(context.store, translator, now, limit, wake_outbox))
        routes = web_pages.routes(context.store, sources, now, config.web, backups.describe)
        if config.web.public_url:  # else hubs cannot reach us
            websub = self._subscribe_to_hubs(config, context, sources)
            jobs.append(websub)
            routes += websub.routes
        if config.web.archive and config.web.hub:
            topic = f"{config.web.archive_url()}{TOPIC}"
            jobs.append(FeedHub(context.store, context.fetcher, config.web.hub, topic))
        if chats.webhook:
            routes.append(web.post(chats.webhook.path, chats.webhook.handle))
        store_jobs: list[PeriodicJob] = [watch, backups, RetentionJob(context.store, now)]
        self._supervisor = Supervisor(
            self._scheduler,
            jobs,
            store_jobs,
            self._outbox,
            chats,
            election,
            loop_lag.measure,
            (self._webhooks,),
        )
        alive: dict[str, http.Check] = {
            "loop": loop_lag.check,
            "polls": self._scheduler.check,
            "store": watch.check,
            "updates": chats.check_asking,
            "replicas": election.check,
        }
        ready: dict[str, http.Check] = {"telegram": chats.check, "outbox": alerts.outbox_problem}
        checks = http.Checks(alive, ready, {"backups": backups.describe})
        self._http_server = http.serving(
            config.web.listen.address(), checks, self._metrics.exposition, routes
        )
        self._wakes: dict[str, Callable[[], None]] = {
            "deliveries": self._wake_sending,
            "notices": wake_notices,
        }

    async def run(self, end: Coroutine[Any, Any, object]) -> None:
        """Run until `end` is done. Raises StoreError and TokenRejectedError."""
        for table, wake in self._wakes.items():
            self._election.on_write(table, wake)
        await follow_configuration(self._store, self._endpoints, now)
        async with self._http_server:
            systemd.notify_ready()
            await self._supervisor.run(end)

    def _subscribe_to_hubs(
        self, config: Config, context: PollContext, sources: FollowedSources
    ) -> WebSub:
        secret, public_url = config.telegram.token.reveal(), config.web.public_url
        wake, poll_now = self._scheduler.wake, self._scheduler.poll_now
        websub = WebSub(
            context, sources, secret, public_url, poll_now, functools.partial(wake, WebSub.name)
        )
        sources.listeners.append(websub.follow)
        return websub

    def _wake_sending(self) -> None:
        self._outbox.wake()
        self._webhooks.wake()

    def _on_poll(self, report: Report) -> None:
        self._metrics.count_poll(report)
        if report.deliveries:
            self._wake_sending()
            self._scheduler.wake(TranslationJob.name)
        if report.notices:
            self._scheduler.wake(AdminNotices.name)
