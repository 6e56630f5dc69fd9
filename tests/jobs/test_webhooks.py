"""Webhooks: events of the same ledger, to receivers that hang, lie and die."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import deliver, match
from bot.chat import endpoints
from bot.chat.configured_endpoints import configured_endpoints, follow_configuration
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.settings import export_me, forget_now
from bot.config.schema import Config
from bot.config.values import WebhookSecret, decode
from bot.errors import ConfigError
from bot.jobs import webhooks
from bot.jobs.outbox import Outbox
from bot.jobs.webhooks import WebhookOutbox
from bot.models import Development
from bot.models.chats import LOWEST_CHAT, Chat, Endpoint, Filter, is_endpoint
from bot.models.deliveries import Backlog
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.transport import webhooks as client
from bot.transport.webhooks import WebhookClient, open_webhook_client
from tests.fakes import receiver as fakes
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, commit, development

CHAT = 5
WANTED = Filter(id=7, themes=frozenset({"return"}))
DAY = dt.timedelta(days=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class World:
    """A chat with one filter and one endpoint of it, and what sends to both."""

    def __init__(self, store: RowStore, receiver: Receiver, client: WebhookClient) -> None:
        self.store, self.receiver, self.now = store, receiver, NOW
        self.transport = FakeTransport()
        self.outbox = WebhookOutbox(store, client, lambda: self.now)
        self.messages = Outbox(store, self.transport, lambda: self.now)
        self.context = ChatContext(store, (), lambda: self.now, webhooks=client)
        self.request = Request(CHAT, CHAT)

    async def say(self, args: str) -> Answer:
        return await endpoints.webhook(self.context, self.request, args)

    async def press(self, action: str) -> Answer:
        answer = await endpoints.on_button(
            self.context, self.request, f"{action}:{-(await self.endpoint()).id}"
        )
        assert answer
        return answer

    async def endpoint(self) -> Chat:
        (kept,) = await self.store.endpoints_of(CHAT)
        return kept

    async def record(self, title: str) -> str:
        made = replace(_titled(title), recorded=self.now)
        (recorded,), _ = await self.store.commit(
            commit((title,), made, at=self.now), match.deliveries_for
        )
        return str(recorded.id)

    async def revise(self, key: str, title: str) -> None:
        found = commit((key,), _titled(title), at=self.now)
        await self.store.commit(
            replace(found, developments=(), updates=found.developments), match.deliveries_for
        )

    async def states(self) -> list[str]:
        rows = await self.store.deliveries(None, 99)
        return [row.state for row in reversed(rows) if is_endpoint(row.chat)]

    async def change(self, **changes: object) -> None:
        changed = replace(WANTED, **changes)
        await self.store.change_chat(CHAT, lambda chat: replace(chat, filters=(changed,)))


def _titled(title: str) -> Development:
    cited = citation(title_native=title)
    return development(title=title, sources=(cited,), themes=("return",))


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with (
        open_store(":memory:", RULES) as store,
        receiving() as receiver,
        open_webhook_client(["127.0.0.1"]) as client,
    ):
        made = World(store, receiver, client)
        await made.change()
        await made.say(f"1 {receiver.url}")
        yield made


def verified(receiver: Receiver, secret: str) -> bool:
    """Return whether all that a receiver has was signed as Standard Webhooks says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for headers, body in receiver.requests:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if headers["webhook-signature"] != f"v1,{signature}":
            return False
    return bool(receiver.requests)


async def test_what_a_filter_wants_is_sent_signed_and_once(world: World) -> None:
    shown = (await world.press("secret")).messages[0].plain
    id_ = await world.record("Flights to Tirana")
    await world.store.commit(commit(("b",), development(themes=("general",))), match.deliveries_for)
    await world.outbox.drain()
    await world.messages.drain()

    (event,) = world.receiver.events
    assert event["type"] == "development.created"
    assert (event["data"]["id"], event["data"]["title"]) == (id_, "Flights to Tirana")
    assert dt.datetime.fromisoformat(event["timestamp"]) == NOW
    endpoint = (await world.endpoint()).endpoint
    assert endpoint
    assert endpoint.secret in shown
    assert verified(world.receiver, endpoint.secret)
    assert [title for _, title in world.transport.titles] == ["Flights to Tirana"]


async def test_an_endpoint_follows_its_filter(world: World) -> None:
    await world.change(paused=True)
    await world.record("while it is paused")
    await world.change(themes=frozenset({"general"}))
    await world.record("while it wants something else")
    await world.change()
    await world.record("as it was")
    await world.outbox.drain()
    assert [each["data"]["title"] for each in world.receiver.events] == ["as it was"]

    await world.record("before it was removed")
    await world.store.change_chat(CHAT, lambda chat: replace(chat, filters=()))
    await world.outbox.drain()
    assert len(world.receiver.events) == 1
    assert await world.states() == ["sent", "withdrawn"]
    await world.store.remove_expired(NOW)
    assert await world.store.endpoints_of(CHAT) == []


async def test_edits_and_corrections_follow_each_under_an_id_of_its_own(world: World) -> None:
    await world.record("Cabinet adopts the bill")
    await world.outbox.drain()
    for title in ("Cabinet rejects the bill", "Cabinet withdraws the bill"):
        world.now += DAY
        await world.revise("Cabinet adopts the bill", title)
        await world.outbox.drain()
    told = [
        (each["type"].partition(".")[2], each["data"]["title"]) for each in world.receiver.events
    ]
    assert told == [
        ("created", "Cabinet adopts the bill"),
        ("edited", "Cabinet rejects the bill"),
        ("corrected", "Cabinet rejects the bill"),
        ("edited", "Cabinet withdraws the bill"),
        ("corrected", "Cabinet withdraws the bill"),
    ]
    assert world.receiver.events[2]["change"]["title"]
    assert len({*world.receiver.ids}) == 5


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (fakes.status(500, "<b>Out of {order}</b>"), "HTTP 500: <b>Out of {order}</b>"),
        (fakes.status(302, Location="http://127.0.0.1:1/"), "HTTP 302"),
        (fakes.endless(503), "HTTP 503: <b><b>"),
        (fakes.hangs, "no answer within 10 seconds"),
        (fakes.dies, "the connection broke, or the answer was none of HTTP"),
    ],
)
async def test_what_was_not_taken_is_sent_again_under_the_same_id(
    world: World, answer: fakes.Answer, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    world.receiver.answers = [answer]
    await world.record("a")
    await world.record("b")
    await world.outbox.drain()
    failed, behind = await world.store.deliveries_of((await world.endpoint()).id)
    assert (failed.state, behind.attempts) == ("pending", 0)
    assert (failed.reason or "").startswith(reason)
    world.now += dt.timedelta(seconds=2)
    await world.outbox.drain()
    assert [each["data"]["title"] for each in world.receiver.events] == ["a", "a", "b"]
    assert world.receiver.ids[0] == world.receiver.ids[1]
    assert await world.states() == ["sent", "sent"]


async def test_what_is_taken_late_or_with_an_endless_answer_is_taken(world: World) -> None:
    world.receiver.answers = [fakes.endless(200)]
    await world.record("a")
    await world.outbox.drain()
    assert await world.states() == ["sent"]


async def test_a_receiver_that_hangs_delays_neither_chats_nor_other_endpoints(
    world: World,
) -> None:
    async with receiving() as other:
        await world.say(f"1 {other.url}")
        world.receiver.always = fakes.hangs
        await world.record("a")
        running = asyncio.create_task(world.outbox.run())
        await world.receiver.arrived.wait()
        await other.arrived.wait()
        await world.messages.drain()
        assert len(world.transport.titles) == 1
        assert await world.store.backlog(NOW) == Backlog()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_whoever_is_killed_while_sending_sends_it_again_under_the_same_id(
    world: World,
) -> None:
    world.receiver.answers = [fakes.hangs]
    await world.record("a")
    running = asyncio.create_task(world.outbox.run())
    await world.receiver.arrived.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await world.states() == ["sending"]
    assert await world.store.recover_deliveries(NOW, to="chats", ours=True) == []
    assert await world.states() == ["sending"]
    assert await world.store.recover_deliveries(NOW, to="endpoints", ours=True) == []
    await world.outbox.drain()
    assert await world.states() == ["sent"]
    assert len({*world.receiver.ids}) == 1
    assert await world.store.notices() == []


def test_what_fails_is_tried_for_a_day() -> None:
    waits = (
        deliver.backoff(attempt, deliver.FIRST_WAIT, deliver.LONGEST_WAIT)
        for attempt in range(1, webhooks.ATTEMPTS)
    )
    assert DAY <= sum(waits, dt.timedelta()) <= 1.1 * DAY


async def test_one_that_fails_for_long_is_suspended_and_its_chat_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "ATTEMPTS", 4)
    world.receiver.always = fakes.status(503, "<down>", Retry_After="5")
    await world.record("a")
    for waited in (0, 4, 1, 5, 8):  # as it asks; then as often as it has failed
        world.now += dt.timedelta(seconds=waited)
        await world.outbox.drain()
    assert len(world.receiver.requests) == 4
    assert await world.states() == ["suspended"]
    (notice,) = await world.store.notices()
    assert (notice.kind, notice.chat) == ("endpoint_suspended", CHAT)
    assert "⚠️" in (await world.say("")).messages[0].plain
    assert "&lt;down&gt;" in (await world.press("show")).messages[0].html

    world.now += DAY
    await world.record("while it is suspended")
    world.receiver.always = None
    await world.press("resume")
    await world.outbox.drain()
    titles = [each["data"]["title"] for each in world.receiver.events]
    assert titles[-2:] == ["a", "while it is suspended"]


async def test_one_that_is_gone_is_suspended_at_once(world: World) -> None:
    world.receiver.answers = [fakes.status(410)]
    await world.record("a")
    await world.record("b")
    await world.outbox.drain()
    assert await world.states() == ["suspended", "suspended"]
    await world.store.suspend_chat(CHAT, "blocked", NOW)
    await world.store.unsuspend_chat(CHAT, NOW)
    assert (await world.endpoint()).suspended == "HTTP 410"


async def test_an_endpoint_stops_and_goes_on_with_its_chat(world: World) -> None:
    await world.record("a")
    await world.store.suspend_chat(CHAT, "bot was blocked by the user", NOW)
    await world.outbox.drain()
    assert await world.states() == ["suspended"]
    await world.store.unsuspend_chat(CHAT, NOW)
    await world.outbox.drain()
    assert await world.states() == ["sent"]
    await world.store.move_chat(CHAT, -100)
    (moved,) = await world.store.endpoints_of(-100)
    assert moved.filters
    assert [chat.id for chat in await world.store.chats()] == [-100]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pass@example.org/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://",
        "https://example.org:x/",
        "https://exa mple.org/",
        "https://example.org/" + "x" * 500,
    ],
)
async def test_an_address_that_nothing_may_go_to_is_refused(world: World, address: str) -> None:
    await world.say(f"1 {address}")
    assert len(await world.store.endpoints_of(CHAT)) == 1


async def test_a_name_that_leads_to_a_private_address_is_refused_when_it_does(
    world: World,
) -> None:
    async with open_webhook_client() as guarded:
        context = replace(world.context, webhooks=guarded)
        number = -(await world.endpoint()).id
        answer = await endpoints.on_button(context, world.request, f"test:{number}")
        named = Endpoint(url="https://localhost/", secret=SECRET, filter=1)
        answered = await guarded.test(named, NOW)
    assert answered.reason == "its address is private"
    assert answer
    assert "its address is private" in answer.messages[0].plain
    assert world.receiver.requests == []


async def test_the_button_tries_an_endpoint_and_shows_what_it_answers(world: World) -> None:
    assert "HTTP 204" in (await world.press("test")).messages[0].plain
    assert [each["type"] for each in world.receiver.events] == ["test"]
    world.receiver.always = fakes.status(400, "<b>{no}</b>")
    assert "HTTP 400: &lt;b&gt;{no}" in (await world.press("test")).messages[0].html
    assert await world.states() == []


async def test_a_secret_is_shown_once_and_no_other_chat_has_its_endpoint(world: World) -> None:
    endpoint = await world.endpoint()
    assert endpoint.endpoint
    secret = endpoint.endpoint.secret
    shown = [await world.press("show"), await world.say(""), await world.press("secret")]
    file = (await export_me(world.context, world.request, "")).file
    assert file
    assert world.receiver.url.encode() in file.content
    assert secret.encode() not in file.content
    assert not any(secret in message.plain for each in shown for message in each.messages)
    others = await endpoints.on_button(world.context, Request(6, 6), f"remove:{-endpoint.id}")
    assert others
    assert len(await world.store.endpoints_of(CHAT)) == 1

    for _ in range(endpoints.LIMIT):
        await world.say(f"1 {world.receiver.url}")
    assert len(await world.store.endpoints_of(CHAT)) == endpoints.LIMIT
    await forget_now(world.context, world.request)
    assert await world.store.endpoints_of(CHAT) == []
    assert (await world.store.chat(endpoint.id)).endpoint is None


async def test_no_secret_is_shown_in_a_group(world: World) -> None:
    secrets: list[str] = []

    async def press(action: str, request: Request) -> Answer:
        (kept,) = await world.store.endpoints_of(group.chat)
        assert kept.endpoint
        answer = await endpoints.on_button(world.context, request, f"{action}:{-kept.id}")
        (kept,) = await world.store.endpoints_of(group.chat)
        assert answer
        assert kept.endpoint
        secrets.append(kept.endpoint.secret)
        return answer

    group = Request(-100, 7)
    await world.store.change_chat(group.chat, lambda chat: replace(chat, filters=(WANTED,)))
    added = await endpoints.webhook(world.context, group, f"1 {world.receiver.url}")
    pressed = await press("secret", group)  # of a card that an earlier version has sent
    for answer in (added, pressed):
        assert "whsec_" not in answer.messages[0].plain
        assert "their private chat" in answer.messages[0].plain
        (link,) = [button.url for row in answer.buttons for button in row if button.url]
        assert link.endswith("?start=g_100")
    in_private = await press("secret", Request(-100, 7, asked_from=7))
    before, after = secrets
    assert before != after
    assert after in in_private.messages[0].plain


async def test_an_endpoint_of_the_configuration_is_kept_until_it_stands_there_no_more(
    world: World,
) -> None:
    await world.store.forget_chat(CHAT)
    table = {"url": world.receiver.url, "secret": SECRET, "filter": "Czechia, return"}
    listed = configured(world, table)
    await follow_configuration(world.store, listed, lambda: NOW)
    world.receiver.answers = [fakes.status(410)]
    id_ = await world.record("a")
    await world.outbox.drain()
    (notice,) = await world.store.notices()
    assert (notice.kind, notice.chat) == ("own_endpoint_suspended", None)

    world.now += DAY
    await world.record("while it was suspended")
    await follow_configuration(world.store, listed, lambda: world.now)
    await world.outbox.drain()
    titles = [each["data"]["title"] for each in world.receiver.events]
    assert titles == ["a", "a", "while it was suspended"]
    assert world.receiver.events[0]["data"]["id"] == id_
    assert verified(world.receiver, SECRET)

    await world.store.set_bot(1)
    await world.store.set_bot(2)  # which no endpoint needs to know
    await world.record("of another bot")
    await world.outbox.drain()
    assert len(world.receiver.events) == 4
    await world.store.remove_expired(NOW)
    await follow_configuration(world.store, [], lambda: NOW)
    await world.record("after it was taken out")
    await world.outbox.drain()
    assert len(world.receiver.events) == 4


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("filter", "Czechia, xqzw", 'webhooks[0].filter: found "xqzw"'),
        ("url", "http://example.org/", "webhooks[0].url: found"),
    ],
)
async def test_a_mistake_in_a_configured_endpoint_is_told(
    world: World, key: str, value: str, says: str
) -> None:
    table = {"url": world.receiver.url, "secret": SECRET, key: value}
    with pytest.raises(ConfigError, match=re.escape(says)):
        configured(world, table)


def configured(world: World, table: dict[str, str]) -> list[Chat]:
    config = msgspec.convert({"webhooks": [table]}, Config, dec_hook=decode)
    assert world.context.webhooks
    return configured_endpoints(config, world.context.webhooks, ())


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 204), ("whsec_" + "A" * 32, 401)])
async def test_the_receiver_of_the_documentation_verifies(secret: str, status: int) -> None:
    page = (Path(__file__).parents[2] / "docs/WEBHOOKS.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("web.run_app")[0]
    names: dict[str, Any] = {}
    exec(program.replace("whsec_…", SECRET).replace("print", "len"), names)
    async with fakes.serving(names["app"]) as url, open_webhook_client(["127.0.0.1"]) as sender:
        endpoint = Endpoint(url=url, secret=secret, filter=1)
        answered = await sender.test(endpoint, dt.datetime.now(dt.UTC))
    assert answered.status == status


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqr" * 3, "whsec_ů"])
def test_a_secret_that_anybody_guesses_is_refused(secret: str) -> None:
    assert WebhookSecret.parse(secret) is None
    assert WebhookSecret.parse(client.new_secret())


async def test_either_store_keeps_events_and_messages_apart(place: str) -> None:
    async with open_store(place, RULES) as store:
        await store.change_chat(CHAT, lambda chat: replace(chat, filters=(WANTED,)))
        endpoint = Endpoint(url="https://example.org/", secret=SECRET, filter=WANTED.id)
        await store.add_endpoint(LOWEST_CHAT - 2**60, CHAT, endpoint)
        await store.commit(commit(("a",), _titled("a")), match.deliveries_for)
        (event,) = await store.claim_deliveries(NOW, 9, to="endpoints")
        (message,) = await store.claim_deliveries(NOW, 9)
        assert (event.chat, message.chat) == (LOWEST_CHAT - 2**60, CHAT)
        assert (await store.backlog(NOW)).pending == 1
        assert await store.chats_awaiting(0) == {CHAT: 1}
        for each in (event, message):
            await store.save_delivery(replace(each, state="sending"))
        (torn,) = await store.recover_deliveries(NOW, ours=True)
        assert torn.chat == CHAT
