"""What becomes of a message after it was sent: sources that join, words that change."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.jobs.outbox import Outbox
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Outcome, Refused, RetryLater, Unknown
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, development, title_of

STATE = SourceState(id="cz", url="http://mv.example/rss", baseline=True)
TEXT = "Vláda schválila novelu azylového zákona. Platí od července a zkracuje lhůty řízení."
NEWS = development(
    title="Nový zákon o azylu",
    summary=TEXT,
    sources=(citation(title_native="Nový zákon o azylu"),),
)
PRESS = development(
    title="Kabinet kývl na azyl",
    summary=f"{TEXT} Opozice nesouhlasí.",
    sources=(citation(publisher="Press", publisher_native=None, title_native="Kabinet kývl", url="https://p.example/1",
                      official=False),),
)  # fmt: skip


class World:
    """A store with a chat that follows everything, and what it is shown."""

    def __init__(self, store: Store) -> None:
        self.store, self.transport, self.now = store, FakeTransport(), NOW
        self.outbox = Outbox(store, self.transport, lambda: self.now)

    def deliveries_for(self, development: Development, *_: object) -> list[Delivery]:
        return [
            Delivery(development=str(development.id), chat=1, filters=(1,), due=NOW, created=NOW)
        ]

    async def commit(
        self, key: str, development: Development, *, kind: str = "developments"
    ) -> None:
        self.now += dt.timedelta(minutes=1)
        changes = {kind: (((key,), development),)}
        commit = PollCommit(state=STATE, at=self.now, seen=((key,),), **changes)  # type: ignore[arg-type]
        await self.store.commit(commit, self.deliveries_for)

    async def deliver(self) -> list[str]:
        """Send what is due, and return the calls that this took."""
        self.transport.calls.clear()
        await self.outbox.drain()
        return list(self.transport.calls)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with open_store(":memory:", RULES) as store:
        await store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
        yield World(store)


async def test_a_second_source_is_an_edit_and_no_second_ping(world: World) -> None:
    await world.commit("a", NEWS)
    assert await world.deliver() == ["send"]
    assert "Sources: " not in world.transport.shown[1]
    await world.commit("b", PRESS)
    assert await world.deliver() == ["edit"]
    assert "Sources: 2" in world.transport.shown[1]
    assert "Press (16 January 2025), Kabinet kývl" in world.transport.shown[1]
    assert title_of(world.transport.shown[1]) == NEWS.title
    assert len(await world.store.developments()) == 1


async def test_sources_that_join_before_it_is_sent_are_one_message(world: World) -> None:
    await world.commit("a", PRESS)
    await world.commit("b", NEWS)
    assert await world.deliver() == ["send"]
    assert title_of(world.transport.shown[1]) == NEWS.title  # the official one leads
    assert "Sources: 2" in world.transport.shown[1]


async def test_who_wants_what_the_second_source_says_hears_of_it(world: World) -> None:
    await world.commit("a", NEWS, kind="held")  # told to nobody
    assert await world.deliver() == []
    await world.commit("b", PRESS)
    assert await world.deliver() == ["send"]


async def test_a_change_of_substance_is_answered_once_and_edited(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    now = replace(NEWS, title="Nový zákon o návratech", date=dt.date(2025, 1, 17))
    now = replace(now, sources=(replace(NEWS.sources[0], title_native=now.title),))
    await world.commit("a", now, kind="updates")
    assert sorted(await world.deliver()) == ["edit", "send"]
    assert world.transport.replies == {2: 1}
    assert title_of(world.transport.shown[1]) == "Nový zákon o návratech"
    assert world.transport.shown[2].splitlines() == [
        "🇨🇿 Czechia · General · Policy · CZ-2025-0001",
        "Corrected by Ministry of the Interior", "", "Title", "[-Nový zákon o azylu-]",
        "Nový zákon o návratech", "", "Date of development", "[-16.01.2025-]", "17.01.2025",
    ]  # fmt: skip
    await world.commit("a", now, kind="updates")
    assert await world.deliver() == []


async def test_a_slip_that_is_mended_is_edited_in_silence(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    mended = replace(NEWS, summary=TEXT.replace("schválila", "schvalila"))
    await world.commit("a", mended, kind="updates")
    assert await world.deliver() == ["edit"]


async def test_two_changes_are_two_answers(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    for day in (17, 18):
        world.now += dt.timedelta(days=1)
        await world.commit("a", replace(NEWS, date=dt.date(2025, 1, day)), kind="updates")
        assert sorted(await world.deliver()) == ["edit", "send"]
    assert world.transport.replies == {2: 1, 3: 1}


async def test_what_was_not_heard_is_not_corrected(world: World) -> None:
    await world.commit("a", NEWS)
    world.transport.outcomes[1] = [Refused("blocked")]
    await world.deliver()
    await world.commit("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    assert await world.deliver() == []


async def test_who_has_unsubscribed_since_is_not_pinged(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    await world.store.change_chat(1, lambda chat: Chat(id=1))
    await world.commit("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    assert await world.deliver() == ["edit"]


@pytest.mark.parametrize("trouble", [RetryLater("no network", 0), Unknown("reset")])
async def test_an_edit_is_made_again_until_it_arrives(world: World, trouble: Outcome) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    await world.commit("b", PRESS)
    world.transport.outcomes[1] = [trouble]
    await world.deliver()
    world.now += dt.timedelta(minutes=1)
    await world.deliver()
    assert "Sources: 2" in world.transport.shown[1]


async def test_an_answer_that_may_have_arrived_is_not_repeated(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    await world.commit("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    claimed = await world.store.claim_deliveries(world.now, 9)
    assert sorted(row.kind for row in claimed) == ["correction", "edit"]
    for row in claimed:
        await world.store.save_delivery(replace(row, state="sending"))
    assert [torn.kind for torn in await world.store.recover_deliveries(world.now)] == ["correction"]
    assert await world.deliver() == ["edit"]


async def test_an_edit_that_is_owed_again_while_it_is_made_is_made_again(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    await world.commit("b", PRESS)
    (edit,) = await world.store.claim_deliveries(world.now, 9)
    await world.store.save_delivery(replace(edit, state="sending"))
    await world.commit("a", replace(NEWS, themes=("return",)), kind="updates")
    await world.store.save_delivery(replace(edit, state="sent"))
    assert await world.deliver() == ["edit"]


async def test_edits_are_no_messages_in_the_figures(world: World) -> None:
    await world.commit("a", NEWS)
    await world.deliver()
    await world.commit("b", PRESS)
    assert (await world.store.tally(1)).pending == 0
    await world.deliver()
    assert (await world.store.tally()).sent == 1


async def test_two_languages_of_one_event_are_shown_to_the_admins(world: World) -> None:
    czech = replace(NEWS, summary="Sešli se Ylva Johansson, Nancy Faeser a Vít Rakušan, 1250 lidí.")
    english = development(
        title="Ministers met in Prague",
        summary="There met Ylva Johansson, Nancy Faeser and Vít Rakušan with 1250 people.",
        sources=(citation(publisher="Agency", title_native="Ministers met", language="en",
                          url="https://a.example/1"),),
    )  # fmt: skip
    await world.commit("a", czech)
    await world.commit("b", english)
    (notice,) = await world.store.notices()
    assert render.notice_line(notice).startswith(
        "CZ-2025-0002 and CZ-2025-0001 may be one: “Ministers met"
    )
    assert len(await world.store.developments()) == 2
