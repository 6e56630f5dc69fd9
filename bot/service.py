"""The service: its parts, made from the configuration and wired together. The only file that knows
every concrete class."""

import functools
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import web

from bot import web as web_pages
from bot.brief import templates_of
from bot.chat import groups
from bot.chat.configured_endpoints import configured_endpoints, follow_configuration
from bot.chat.context import ChatContext
from bot.chat.telegram_app import TelegramApp
from bot.config.schema import Config
from bot.dates import now
from bot.jobs.admin_notices import AdminNotices, Alerts
from bot.jobs.feed_hub import FeedHub
from bot.jobs.followed_sources import FollowedSources
from bot.jobs.history import HistoryJob
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
from bot.models.chats import Chat
from bot.models.sources import PollReport
from bot.monitoring import http, systemd
from bot.pipeline import PollContext, find_source
from bot.polling import open_poll_context
from bot.ports.messenger import Translator
from bot.ports.store import repeat_while_fenced
from bot.store import LeaderElection, RowStore
from bot.store.backup_folder import BackupFolder
from bot.store.store_file import StoreFile
from bot.translation import coverage, open_translator
from bot.transport.rate_limiter import SLOTS, RateLimiter
from bot.transport.sender import TelegramTransport, make_bot
from bot.transport.updates import UpdatesRequest
from bot.transport.webhooks import WebhookClient, open_webhook_client
from bot.web.feeds import TOPIC


class Resources(NamedTuple):
    """What is opened once, and stays open when the configuration is read again."""

    store: RowStore
    election: LeaderElection
    file: StoreFile | None
    """The file of the store; None, where a server has it."""


class Clients(NamedTuple):
    """The clients of other servers than the sources' and Telegram's."""

    translator: Translator | None
    webhooks: WebhookClient
    endpoints: Sequence[Chat]
    """The webhook endpoints that the configuration names."""


@asynccontextmanager
async def open_service(config: Config, resources: Resources) -> AsyncIterator["Service"]:
    """Open the service of a configuration, which does not run yet, for as long as the context
    lasts."""
    store = resources.store
    async with (
        open_poll_context(config, store) as context,
        open_translator(config) as translator,
        open_webhook_client(config.polling.private_hosts) as webhooks,
    ):
        sources = FollowedSources(store, config.all_sources(), await store.source_edits())
        endpoints = configured_endpoints(config, webhooks, {source.id for source in sources})
        clients = Clients(translator, webhooks, endpoints)
        yield Service(config, resources, context, sources, clients)


class Service:
    """The parts of the service."""

    def __init__(
        self,
        config: Config,
        resources: Resources,
        context: PollContext,
        sources: FollowedSources,
        clients: Clients,
    ) -> None:
        self._config, self._context, self._sources = config, context, sources
        self._store, self._election, file = resources
        self._clients = clients
        store, telegram = self._store, config.telegram

        kept = config.storage.backups
        self._backups = BackupJob(BackupFolder(file, kept) if file and kept else None, now)
        self._watch = StoreWatch(store, self._backups, file)
        self._scheduler = Scheduler(context, sources, self._on_poll)
        sources.listeners.append(self._scheduler.follow)
        self._websub = self._subscribe_to_hubs() if config.web.public_url else None

        limiter = RateLimiter(telegram.paid_broadcast or SLOTS, self._election.shared_rate)
        updates_request = UpdatesRequest(telegram)
        self._bot = make_bot(telegram, limiter, updates_request)
        self._transport = TelegramTransport(self._bot, is_paid=bool(telegram.paid_broadcast))
        self._loop_lag = http.LoopLag()
        self._metrics = http.Metrics(
            store,
            sources,
            now,
            self._loop_lag,
            lambda: limiter.floods,
            self._backups.age_in_seconds,
        )
        count = self._metrics.count_attempt
        self._outbox = Outbox(store, self._transport, now, count, telegram.admins)
        self._webhooks = WebhookOutbox(store, clients.webhooks, now, count, self._wake_notices)
        self._chats = TelegramApp(
            self._bot, updates_request, self._chat_context(), telegram.webhook
        )
        self._alerts = Alerts(
            store,
            now,
            self._wake_notices,
            rival=self._chats.find_rival,
            backups=self._backups.find_failure,
        )
        self._supervisor = Supervisor(
            self._scheduler,
            self._jobs(),
            (self._watch, self._backups, RetentionJob(store, now), HistoryJob(context, sources)),
            self._outbox,
            self._chats,
            self._election,
            self._loop_lag.measure,
            (self._webhooks,),
        )

    async def run(self, end: Coroutine[Any, Any, object]) -> None:
        """Run until `end` is done. Raises StoreError and TokenRejectedError."""
        self._election.on_write("deliveries", self._wake_sending)
        self._election.on_write("notices", self._wake_notices)
        endpoints = self._clients.endpoints
        # The lease may have ended as the configuration was read again.
        await repeat_while_fenced(lambda: follow_configuration(self._store, endpoints, now))
        address = self._config.web.listen.address()
        exposition = self._metrics.exposition
        async with http.serving(address, self._checks(), exposition, self._routes()):
            systemd.notify_ready()
            await self._supervisor.run(end)

    def _subscribe_to_hubs(self) -> WebSub:
        scheduler, secret = self._scheduler, self._config.telegram.token.reveal()
        websub = WebSub(
            self._context,
            self._sources,
            secret,
            self._config.web.public_url,
            scheduler.poll_now,
            functools.partial(scheduler.wake, WebSub.name),
        )
        self._sources.listeners.append(websub.follow)
        return websub

    def _chat_context(self) -> ChatContext:
        config, context, sources = self._config, self._context, self._sources
        return ChatContext(
            self._store,
            sources,
            now,
            config.telegram.admins,
            runs=groups.admin_check(self._bot),
            find=groups.chat_lookup(self._bot),
            name_of=groups.name_lookup(self._bot),
            by_invitation=config.telegram.access == "invitation",
            try_source=self._scheduler.poll_now,
            follow_sources=sources.run,
            look_at=functools.partial(find_source.look_at, context, sources),
            look_through=functools.partial(find_source.look_through, context, sources),
            review_chat=config.labels.review_chat or None,
            wake_outbox=self._wake_sending,
            targets=functools.partial(coverage.offered_targets, config),
            archive_url=config.web.archive_url(),
            brief_templates=templates_of(config.brief),
            webhooks=self._clients.webhooks,
            link=self._transport.link,
            replicas=self._election.replicas,
            backups_kept=config.storage.backups if self._backups.is_on else 0,
            backup_age=self._backups.age if self._backups.is_on else None,
        )

    def _jobs(self) -> list[PeriodicJob]:
        """Return what runs on a clock once Telegram is reached."""
        config, context, store = self._config, self._context, self._store
        admins, wake = config.telegram.admins, self._wake_sending
        jobs: list[PeriodicJob] = [
            AdminNotices(store, self._transport, admins, self._watch.notices),
            self._alerts,
            DigestJob(store, self._sources, now, wake),
            EndOfPauses(store, now, wake),
            QuietHours(store, now),
            ReminderJob(store, now, wake),
            InactiveChats(store, now, self._wake_notices),
            self._sources,
        ]
        if admins:
            jobs.append(SourceSearch(context, self._sources, self._wake_notices))
        if context.review:
            review_chat = config.labels.review_chat
            editors = (review_chat,) if review_chat else admins
            jobs.append(ReviewJob(store, self._transport, now, editors, wake))
        if translator := self._clients.translator:
            limit = config.translation.daily_characters
            jobs.append(TranslationJob(store, translator, now, limit, wake))
        if self._websub:
            jobs.append(self._websub)
        if config.web.archive and config.web.hub:
            topic = f"{config.web.archive_url()}{TOPIC}"
            jobs.append(FeedHub(store, context.fetcher, config.web.hub, topic))
        return jobs

    def _routes(self) -> list[web.RouteDef]:
        describe = self._backups.describe
        routes = web_pages.routes(self._store, self._sources, now, self._config.web, describe)
        if self._websub:
            routes += self._websub.routes
        if webhook := self._chats.webhook:
            routes.append(web.post(webhook.path, webhook.handle))
        return routes

    def _checks(self) -> http.Checks:
        alive: dict[str, http.Check] = {
            "loop": self._loop_lag.check,
            "polls": self._scheduler.check,
            "store": self._watch.check,
            "updates": self._chats.check_asking,
            "replicas": self._election.check,
        }
        ready: dict[str, http.Check] = {
            "telegram": self._chats.check,
            "outbox": self._alerts.outbox_problem,
        }
        return http.Checks(alive, ready, {"backups": self._backups.describe})

    def _wake_sending(self) -> None:
        self._outbox.wake()
        self._webhooks.wake()

    def _wake_notices(self) -> None:
        self._scheduler.wake(AdminNotices.name)

    def _on_poll(self, report: PollReport) -> None:
        self._metrics.count_poll(report)
        if report.deliveries:
            self._wake_sending()
            self._scheduler.wake(TranslationJob.name)
        if report.result == "baseline":
            self._scheduler.wake(HistoryJob.name)
        if report.notices:
            self._wake_notices()
