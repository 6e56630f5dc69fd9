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
from bot.models.sources import Hub, HubSubscription, Source
from bot.pipeline import PollContext

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
ASK = timedelta(minutes=1)
"""Between two checks for hubs that are to be asked."""
METHODS = {"sha1", "sha256", "sha384", "sha512"}


class WebSub:
    """Subscribes at hubs, renews leases, takes what they push, and polls the sources it is of.

    The callback URL of each source, which nobody can guess, and the secret that its hub signs with
    are derived from a secret of the bot.
    """

    name = "websub"
    interval = 1.0  # what was pushed may have been pushed to another replica

    def __init__(
        self,
        context: PollContext,
        sources: Iterable[Source],
        secret: str,
        public_url: str,
        poll: Callable[[str], Awaitable[object]],
        wake: Callable[[], None],
    ) -> None:
        """`public_url`: under which hubs reach the web server; `poll` polls a source, and returns
        None where it is being polled; `wake` has this job run now."""
        self._store, self._fetcher, self._clock = context.store, context.fetcher, context.clock
        self._secret, self._poll, self._wake = secret.encode(), poll, wake
        self.follow(sources)
        self._callbacks = f"{public_url.rstrip('/')}/hub"
        path = f"{urlsplit(self._callbacks).path}/{{address}}"
        self.routes = [web.get(path, self.verify), web.post(path, self.handle)]
        self._looked: datetime | None = None

    def follow(self, sources: Iterable[Source]) -> None:
        """Be told of these sources from now on."""
        self._sources = {source.id: source for source in sources}
        self._by_address = {self._address(name): name for name in self._sources}

    async def verify(self, request: web.Request) -> web.Response:
        """Answer a hub that verifies a subscription, or denies it (section 5.3)."""
        source = self._by_address.get(request.match_info["address"])
        if source is None:
            return web.Response(status=404)
        query, now = request.query, self._clock()
        subscription = (await self._store.hub_subscriptions()).get(source)
        is_ours = subscription is not None and subscription.hub.topic == query.get("hub.topic")
        if query.get("hub.mode") == "denied":
            log.info("%s: its hub tells us nothing", source)
            if is_ours:
                await self._change(source, refused=now, until=None)
            return web.Response()
        lease = _lease(query.get("hub.lease_seconds", ""))
        if not is_ours or query.get("hub.mode") != "subscribe" or lease is None:
            return web.Response(status=404)
        await self._change(source, since=now, until=now + lease, refused=None)
        log.info("%s: its hub tells of news until %s", source, f"{now + lease:%d.%m.%Y %H:%M}")
        return web.Response(text=query.get("hub.challenge", ""))

    async def handle(self, request: web.Request) -> web.Response:
        """Take what a hub pushes; without a valid signature it is ignored (section 7.1.2)."""
        source = self._by_address.get(request.match_info["address"])
        if source is None:
            return web.Response(status=404)
        signature = request.headers.get("X-Hub-Signature", "")
        if _is_signed(await request.read(), signature, self._derive("secret", source)):
            await self._change(source, news=self._clock())
            self._wake()
        else:
            log.warning("%s: what came from its hub is not signed as agreed", source)
        return web.Response(status=202)

    async def run(self) -> None:
        """Poll sources whose hubs have pushed news, and renew subscriptions."""
        known = await self._store.hub_subscriptions()
        with_news = [each for each in known.values() if each.news and each.source in self._sources]
        await asyncio.gather(*map(self._poll_pushed, with_news))
        now = self._clock()
        if self._looked is None or not timedelta() <= now - self._looked < ASK:
            self._looked = now
            await self._ask_hubs(known, now)

    async def _poll_pushed(self, pushed: HubSubscription) -> None:
        now = self._clock()
        if pushed.polled and timedelta() <= now - pushed.polled < APART:
            return
        await self._change(pushed.source, polled=now)
        is_off = pushed.source in await self._store.switched_off()
        if is_off or await self._poll(pushed.source):
            await self._store.change_hub_subscription(
                pushed.source,
                # More may have been pushed meanwhile.
                lambda later: (
                    replace(later, news=None) if later and later.news == pushed.news else later
                ),
            )

    async def _ask_hubs(self, known: Mapping[str, HubSubscription], now: datetime) -> None:
        off = await self._store.switched_off()
        for name, state in (await self._store.states()).items():
            if name in off or name not in self._sources or not state.hub:
                continue
            if is_due(known.get(name), state.hub, now):
                await self._ask(self._sources[name], state.hub, now)
        for gone in known.keys() - self._sources.keys():
            await self._store.change_hub_subscription(gone, lambda _: None)

    async def _ask(self, source: Source, hub: Hub, now: datetime) -> None:
        await self._store.change_hub_subscription(
            source.id, lambda subscription: with_request(subscription, source.id, hub, now)
        )
        form = {
            "hub.mode": "subscribe",
            "hub.topic": hub.topic,
            "hub.callback": f"{self._callbacks}/{self._address(source.id)}",
            "hub.secret": self._derive("secret", source.id),
            "hub.lease_seconds": f"{LEASE.total_seconds():.0f}",
        }
        try:
            await self._fetcher.post_form(source, hub.url, form)
        except FetchError as error:
            log.info("%s: its hub: %s", source.id, error)

    async def _change(self, source: str, **changes: datetime | None) -> None:
        await self._store.change_hub_subscription(
            source, lambda subscription: subscription and replace(subscription, **changes)
        )

    def _address(self, source: str) -> str:
        return self._derive("address", source)[:32]

    def _derive(self, purpose: str, source: str) -> str:
        text = f"hub of the policy herald: {purpose}: {source}"
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def with_request(
    subscription: HubSubscription | None, source: str, hub: Hub, now: datetime
) -> HubSubscription:
    """Return a subscription that is being requested."""
    # A lease that was granted goes on meanwhile.
    if subscription is None or subscription.hub != hub:
        return HubSubscription(source=source, hub=hub, asked=now)
    return replace(subscription, asked=now, refused=None)


def is_due(subscription: HubSubscription | None, hub: Hub, now: datetime) -> bool:
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
    method, _, digest = signature.partition("=")
    if method not in METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    given = digest.strip().lower().encode(errors="surrogateescape")
    return hmac.compare_digest(expected.encode(), given)
