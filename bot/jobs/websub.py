"""Hubs that push: which of them are asked, what they are answered, and what is done with what they
bring (WebSub, https://www.w3.org/TR/websub/).

What a hub brings is not read: it may be a part of the feed, and the hub may be anybody's. It has
the source polled at once, like any poll, and the polls go on as they would without it.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web
from msgspec.structs import replace

from bot.errors import FetchError
from bot.models.sources import Hub, Source, Subscription
from bot.pipeline import PollContext
from bot.ports import Store

log = logging.getLogger(__name__)

LEASE = timedelta(days=10)
"""What hubs are asked for; they may grant another one."""
LONGEST = timedelta(days=90)
RENEWED = 0.2
"""The share of a lease before its end from which on it is renewed."""
AGAIN = timedelta(hours=1)
"""How long a hub may take to confirm, until it is asked again."""
REFUSED = timedelta(days=1)
"""How long a hub that refuses is left alone."""
APART = timedelta(minutes=1)
"""Between two polls of one source that a hub asks for."""
LOOK = 1.0
"""Seconds between two looks at what was pushed, perhaps to another replica."""
ASK = timedelta(minutes=1)
"""Between two looks for hubs that are to be asked."""
FOLDER = "/hub/"
SIGNATURE = "X-Hub-Signature"
METHODS = {"sha1", "sha256", "sha384", "sha512"}

Clock = Callable[[], datetime]


class CallbackKeys:
    """Derives, from a secret of the bot, the callback URL of each source, which nobody can guess,
    and the secret that its hub signs with."""

    def __init__(self, secret: str, public: str, sources: Iterable[Source]) -> None:
        """`public`: the URL under which hubs reach the web server."""
        self._secret, self._public = secret.encode(), public.rstrip("/")
        self._sources = {self._address(source.id): source.id for source in sources}

    def url(self, source: str) -> str:
        """Return the callback URL of a source."""
        return f"{self._public}{FOLDER}{self._address(source)}"

    def source(self, address: str) -> str | None:
        """Return the source of a callback URL, by its last part."""
        return self._sources.get(address)

    def secret(self, source: str) -> str:
        """Return the secret with which the hub of a source signs."""
        return self._made("secret", source)

    def _address(self, source: str) -> str:
        return self._made("address", source)[:32]

    def _made(self, purpose: str, source: str) -> str:
        said = f"hub of the policy herald: {purpose}: {source}".encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


class Callback:
    """The HTTP endpoint that hubs verify, and push to."""

    def __init__(
        self, store: Store, keys: CallbackKeys, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store, self._keys, self._clock, self._wake = store, keys, clock, wake
        self.path = f"{urlsplit(keys.url('')).path.rpartition('/')[0]}/{{address}}"

    async def verify(self, request: web.Request) -> web.Response:
        """Answer a hub that verifies a subscription, or denies it (section 5.3)."""
        source = self._keys.source(request.match_info["address"])
        asked = request.query
        if source is None:
            return web.Response(status=404)
        if asked.get("hub.mode") == "denied":
            await self._refused(source, asked.get("hub.topic"))
            return web.Response()
        lease = _lease(asked.get("hub.lease_seconds", ""))
        known = (await self._store.subscriptions()).get(source)
        is_ours = known and known.hub.topic == asked.get("hub.topic")
        if not is_ours or asked.get("hub.mode") != "subscribe" or lease is None:
            return web.Response(status=404)
        now = self._clock()
        await self._store.change_subscription(
            source,
            lambda subscription: (
                subscription and replace(subscription, since=now, until=now + lease, refused=None)
            ),
        )
        log.info("%s: its hub tells of news until %s", source, f"{now + lease:%d.%m.%Y %H:%M}")
        return web.Response(text=asked.get("hub.challenge", ""))

    async def handle(self, request: web.Request) -> web.Response:
        """Take what a hub pushes; without a valid signature it is ignored (section 7.1.2)."""
        source = self._keys.source(request.match_info["address"])
        if source is None:
            return web.Response(status=404)
        body, signature = await request.read(), request.headers.get(SIGNATURE, "")
        if not _is_signed(body, signature, self._keys.secret(source)):
            log.warning("%s: what came from its hub is not signed as agreed", source)
            return web.Response(status=202)
        now = self._clock()
        await self._store.change_subscription(
            source, lambda subscription: subscription and replace(subscription, news=now)
        )
        self._wake()
        return web.Response(status=202)

    async def _refused(self, source: str, topic: str | None) -> None:
        def refuse(subscription: Subscription | None) -> Subscription | None:
            if subscription is None or subscription.hub.topic != topic:
                return subscription
            return replace(subscription, refused=self._clock(), until=None)

        log.info("%s: its hub tells us nothing", source)
        await self._store.change_subscription(source, refuse)


class Subscriber:
    """Subscribes at hubs, renews leases, and polls the sources that were pushed."""

    name = "websub"
    interval = LOOK

    def __init__(
        self,
        context: PollContext,
        sources: Iterable[Source],
        keys: CallbackKeys,
        poll: Callable[[str], Awaitable[object]],
    ) -> None:
        """`poll` polls a source, and returns None where it is being polled."""
        self._store, self._fetcher, self._clock = context.store, context.fetcher, context.clock
        self._sources = {source.id: source for source in sources}
        self._keys, self._poll = keys, poll
        self._looked: datetime | None = None

    async def run(self) -> None:
        """Poll sources whose hubs have pushed news, and renew subscriptions."""
        known = await self._store.subscriptions()
        await asyncio.gather(
            *(
                self._poll_what_has_news(subscription)
                for source, subscription in known.items()
                if subscription.news and source in self._sources
            )
        )
        now = self._clock()
        if self._looked is None or not timedelta() <= now - self._looked < ASK:
            self._looked = now
            await self._ask_hubs(known)

    async def _poll_what_has_news(self, subscription: Subscription) -> None:
        now = self._clock()
        if subscription.polled and timedelta() <= now - subscription.polled < APART:
            return
        await self._store.change_subscription(
            subscription.source, lambda later: later and replace(later, polled=now)
        )
        is_off = subscription.source in await self._store.switched_off()
        if is_off or await self._poll(subscription.source):
            await self._store.change_subscription(subscription.source, _without(subscription.news))

    async def _ask_hubs(self, known: Mapping[str, Subscription]) -> None:
        now, off = self._clock(), await self._store.switched_off()
        for name, state in (await self._store.states()).items():
            if name in off or name not in self._sources or not state.hub:
                continue
            if is_due(known.get(name), state.hub, now):
                await self._ask(self._sources[name], state.hub, now)
        for gone in known.keys() - self._sources.keys():
            await self._store.change_subscription(gone, lambda _: None)

    async def _ask(self, source: Source, hub: Hub, now: datetime) -> None:
        await self._store.change_subscription(
            source.id, lambda subscription: asked(subscription, source.id, hub, now)
        )
        form = {
            "hub.mode": "subscribe",
            "hub.topic": hub.topic,
            "hub.callback": self._keys.url(source.id),
            "hub.secret": self._keys.secret(source.id),
            "hub.lease_seconds": f"{LEASE.total_seconds():.0f}",
        }
        try:
            await self._fetcher.tell(source, hub.url, form)
        except FetchError as error:
            log.info("%s: its hub: %s", source.id, error)


def _without(
    news: datetime | None,
) -> Callable[[Subscription | None], Subscription | None]:
    """Return the change that marks pushed news as polled, unless more came meanwhile."""
    return lambda subscription: (
        replace(subscription, news=None)
        if subscription and subscription.news == news
        else subscription
    )


def asked(subscription: Subscription | None, source: str, hub: Hub, now: datetime) -> Subscription:
    """Return a subscription that is being requested."""
    # A lease that was granted goes on meanwhile.
    if subscription is None or subscription.hub != hub:
        return Subscription(source=source, hub=hub, asked=now)
    return replace(subscription, asked=now, refused=None)


def is_due(subscription: Subscription | None, hub: Hub, now: datetime) -> bool:
    """Return whether a subscription is to be requested now."""
    if subscription is None or subscription.hub != hub:
        return True
    if subscription.refused:
        return now - subscription.refused > REFUSED
    if now - subscription.asked < AGAIN:
        return False
    return not (subscription.since and subscription.until) or now > subscription.until - RENEWED * (
        subscription.until - subscription.since
    )


def _lease(seconds: str) -> timedelta | None:
    """Parse the lease that a hub grants; None for no sane number."""
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 12):
        return None
    return min(timedelta(seconds=int(seconds)), LONGEST)


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    method, _, said = signature.partition("=")
    if method not in METHODS:
        return False
    made = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(made.encode(), said.strip().lower().encode())
