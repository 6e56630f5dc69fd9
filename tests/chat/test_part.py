"""What was joined by mistake, and is parted by an admin."""

import asyncio
import datetime as dt

import pytest
from msgspec.structs import replace

from bot.chat import archive, callbacks
from bot.chat.context import ChatContext, Request
from bot.jobs.outbox import Outbox
from bot.match import deliveries_for
from bot.models import Development
from bot.models.deliveries import Message
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, development, everything

ADMIN, READER = 1, 2
LEAD = (
    "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůtu řízení na 30 dnů. "
    "Návrh předložilo ministerstvo vnitra."
)


def report(source: str, **changes: object) -> PollCommit:
    """A poll of a source that brings its report of the event."""
    url = f"https://{source}.example/1"
    title = "Vláda schválila novelu azylového zákona"
    cited = citation(publisher=source, source=source, title_native=title, url=url)
    made = development(title=title, summary=LEAD, sources=(cited,), **changes)
    state = SourceState(id=source, url=f"https://{source}.example/rss", baseline=True)
    keys = (f"{source} guid", f"{source} url")
    return PollCommit(state=state, at=NOW, seen=(keys,), developments=((keys, made),))


async def told(store: RowStore, *commits: PollCommit) -> None:
    for each in commits:
        await store.commit(each, deliveries_for)


async def joined(store: RowStore) -> Development:
    for chat in (ADMIN, READER):
        await store.change_chat(chat, lambda _, chat=chat: everything(id=chat))
    await told(store, report("ministry"), report("agency", themes=("return",)))
    (one,) = await store.developments()
    assert [cited.publisher for cited in one.sources] == ["ministry", "agency"]
    assert one.themes == ("general", "return")
    return one


def split_button(message: Message) -> str | None:
    buttons = (button for row in message.buttons for button in row)
    return next((button.data for button in buttons if "Split off" in button.text), None)


@pytest.mark.parametrize("is_told", [True, False])
async def test_one_press_parts_what_was_joined_and_tells_of_it_once(*, is_told: bool) -> None:
    async with open_store(":memory:", RULES) as store:
        transport = FakeTransport()
        outbox = Outbox(store, transport, lambda: NOW, admins=[ADMIN])
        context = ChatContext(store, [], lambda: NOW, admins=[ADMIN])
        one = await joined(store)
        if is_told:
            await outbox.drain()
        (shown,) = (await archive.show(context, Request(ADMIN, ADMIN), str(one.id))).messages
        data = split_button(shown)
        assert data is not None
        (seen,) = (await archive.show(context, Request(READER, READER), str(one.id))).messages
        assert split_button(seen) is None
        assert await callbacks.answer_press(context, Request(READER, READER), data) is None
        answer = await callbacks.answer_press(context, Request(ADMIN, ADMIN), data)
        assert answer is not None
        assert answer.in_place
        assert "CZ-2025-0002" in str(answer.toast)
        again = await callbacks.answer_press(context, Request(ADMIN, ADMIN), data)
        assert again is not None
        assert not again.messages
        await told(store, report("ministry"), report("agency", themes=("return",)))
        await outbox.drain()
        left, parted = sorted(await store.developments(), key=lambda one: str(one.id))
        assert [one.sources[0].publisher for one in (left, parted)] == ["ministry", "agency"]
        assert (left.themes, parted.themes) == (("general",), ("return",))
        assert len(left.sources) == len(parted.sources) == 1
        for chat in (ADMIN, READER):
            news = [row for row in await store.deliveries_of(chat) if row.kind == "news"]
            assert [row.development for row in news] == [left.id, parted.id]
            assert [row.state for row in news] == ["sent", "sent"]
        assert transport.calls.count("send") == 4


async def test_the_admin_s_own_message_has_the_button() -> None:
    async with open_store(":memory:", RULES) as store:
        transport = FakeTransport()
        outbox = Outbox(store, transport, lambda: NOW, admins=[ADMIN])
        await joined(store)
        await outbox.drain()
        buttons = {chat: split_button(message) for chat, message in transport.delivered}
        assert buttons == {ADMIN: "a1:part:1", READER: None}


async def test_what_was_parted_is_revised_by_itself() -> None:
    async with open_store(":memory:", RULES) as store:
        await joined(store)
        parts = await store.part(1, deliveries_for, NOW)
        assert parts is not None
        ((keys, draft),) = report("agency").developments
        changed = replace(draft, summary="Sněmovna o návrhu bude jednat až po prázdninách.")
        update = replace(report("agency"), developments=(), updates=((keys, changed),))
        await store.commit(update, deliveries_for)
        left, parted = [await store.development(str(one.id)) for one in parts]
        assert left is not None
        assert parted is not None
        assert (left.summary, parted.summary) == (LEAD, changed.summary)


async def test_joins_are_forgotten_after_a_month() -> None:
    async with open_store(":memory:", RULES) as store:
        one = await joined(store)
        assert len(await store.joins(str(one.id))) == 1
        later = NOW + dt.timedelta(days=31)
        await told(store, replace(report("daily"), at=later))
        await store.remove_expired(later)
        assert [join.at for join in await store.joins(str(one.id))] == [later]


async def test_presses_at_the_same_time_part_once() -> None:
    async with open_store(":memory:", RULES) as store:
        await joined(store)
        parts = await asyncio.gather(*(store.part(1, deliveries_for, NOW) for _ in range(3)))
        assert [part is not None for part in parts] == [True, False, False]
        news = [row.development for row in await store.deliveries_of(READER)]
        assert sorted(news) == ["CZ-2025-0001", "CZ-2025-0002"]


async def test_presses_in_two_processes_part_once_and_tell_of_it_once(place: str) -> None:
    async with open_store(place, RULES) as store, open_store(place, RULES) as other:
        transport = FakeTransport()
        outbox = Outbox(store, transport, lambda: NOW, admins=[ADMIN])
        one = await joined(store)
        await outbox.drain()
        (join,) = await store.joins(str(one.id))
        request, data = Request(ADMIN, ADMIN), f"a1:part:{join.id}"
        contexts = [ChatContext(each, [], lambda: NOW, admins=[ADMIN]) for each in (store, other)]
        answers = await asyncio.gather(
            *(callbacks.answer_press(context, request, data) for context in contexts * 2)
        )
        assert sum(bool(answer and answer.messages) for answer in answers) == 1
        await outbox.drain()
        parted = next(each for each in await other.developments() if each.id != one.id)
        assert [each.publisher for each in parted.sources] == ["agency"]
        for chat in (ADMIN, READER):
            news = [row for row in await other.deliveries_of(chat) if row.kind == "news"]
            assert [row.development for row in news] == [one.id, parted.id]
        assert len(await other.developments()) == 2
        assert transport.calls.count("send") == 4
