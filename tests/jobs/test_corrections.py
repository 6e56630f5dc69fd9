"""What becomes of a message after it was sent: sources that join, words that change."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.jobs.outbox import Outbox
from bot.models import (
    Chat,
    Delivery,
    Destination,
    Development,
    Filter,
    Message,
    Outcome,
    PollCommit,
    Refused,
    RetryLater,
    Sent,
    SourceState,
    Unknown,
)
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import open_store
from tests.samples import NOW, citation, development

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


class Phone:
    """A transport whose chat shows what stands in it now."""

    def __init__(self) -> None:
        self.shown: dict[int, str] = {}
        self.answers: dict[int, int] = {}
        self.calls: list[str] = []
        self.next: Outcome | None = None

    async def reachable(self) -> bool:
        return True

    async def send(
        self,
        place: Destination,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        self.calls.append("send")
        number = len(self.shown) + 1
        if place.reply_to:
            self.answers[number] = place.reply_to
        return await self._show(number, message, starting)

    async def edit(
        self,
        chat: int,
        message_id: int,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        self.calls.append("edit")
        return await self._show(message_id, message, starting)

    async def _show(
        self, number: int, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        await starting()
        if self.next is not None:
            outcome, self.next = self.next, None
            return outcome
        self.shown[number] = message.plain
        return Sent(number)


class Desk:
    """A store with a chat that follows everything, and what it is shown."""

    def __init__(self, store: Store) -> None:
        self.store, self.phone, self.now = store, Phone(), NOW
        self.outbox = Outbox(store, self.phone, lambda: self.now)

    def owed(self, told: Development, *_: object) -> list[Delivery]:
        return [Delivery(development=str(told.id), chat=1, filters=(1,), due=NOW, created=NOW)]

    async def brings(self, key: str, made: Development, *, kind: str = "developments") -> None:
        self.now += dt.timedelta(minutes=1)
        brought = {kind: (((key,), made),)}
        commit = PollCommit(state=STATE, at=self.now, seen=((key,),), **brought)  # type: ignore[arg-type]
        await self.store.commit(commit, self.owed)

    async def delivers(self) -> list[str]:
        """The calls that what is owed comes to."""
        self.phone.calls.clear()
        await self.outbox.drain()
        return list(self.phone.calls)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_store(":memory:", RULES) as store:
        await store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
        yield Desk(store)


async def test_a_second_source_is_an_edit_and_no_second_ping(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    assert await desk.delivers() == ["send"]
    assert "Sources: " not in desk.phone.shown[1]
    await desk.brings("b", PRESS)
    assert await desk.delivers() == ["edit"]
    assert "Sources: 2" in desk.phone.shown[1]
    assert "Press (16 January 2025), Kabinet kývl" in desk.phone.shown[1]
    assert desk.phone.shown[1].startswith(NEWS.title)
    assert len(await desk.store.developments()) == 1


async def test_sources_that_join_before_it_is_sent_are_one_message(desk: Desk) -> None:
    await desk.brings("a", PRESS)
    await desk.brings("b", NEWS)
    assert await desk.delivers() == ["send"]
    assert desk.phone.shown[1].startswith(NEWS.title)  # the official one leads
    assert "Sources: 2" in desk.phone.shown[1]


async def test_who_wants_what_the_second_source_says_hears_of_it(desk: Desk) -> None:
    await desk.brings("a", NEWS, kind="held")  # told to nobody
    assert await desk.delivers() == []
    await desk.brings("b", PRESS)
    assert await desk.delivers() == ["send"]


async def test_a_change_of_substance_is_answered_once_and_edited(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    now = replace(NEWS, title="Nový zákon o návratech", date=dt.date(2025, 1, 17))
    now = replace(now, sources=(replace(NEWS.sources[0], title_native=now.title),))
    await desk.brings("a", now, kind="updates")
    assert sorted(await desk.delivers()) == ["edit", "send"]
    assert desk.phone.answers == {2: 1}
    assert desk.phone.shown[1].startswith("Nový zákon o návratech")
    assert desk.phone.shown[2].splitlines() == [
        "Corrected by Ministry of the Interior", "", "Title", "Nový zákon o azylu",
        "Nový zákon o návratech", "", "Date of development", "16.01.2025", "17.01.2025",
    ]  # fmt: skip
    await desk.brings("a", now, kind="updates")
    assert await desk.delivers() == []


async def test_a_slip_that_is_mended_is_edited_in_silence(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    mended = replace(NEWS, summary=TEXT.replace("schválila", "schvalila"))
    await desk.brings("a", mended, kind="updates")
    assert await desk.delivers() == ["edit"]


async def test_two_changes_are_two_answers(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    for day in (17, 18):
        await desk.brings("a", replace(NEWS, date=dt.date(2025, 1, day)), kind="updates")
        assert sorted(await desk.delivers()) == ["edit", "send"]
    assert desk.phone.answers == {2: 1, 3: 1}


async def test_what_was_not_heard_is_not_corrected(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    desk.phone.next = Refused("blocked")
    await desk.delivers()
    await desk.brings("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    assert await desk.delivers() == []


async def test_who_has_unsubscribed_since_is_not_pinged(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    await desk.store.change_chat(1, lambda chat: Chat(id=1))
    await desk.brings("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    assert await desk.delivers() == ["edit"]


@pytest.mark.parametrize("trouble", [RetryLater("no network", 0), Unknown("reset")])
async def test_an_edit_is_made_again_until_it_arrives(desk: Desk, trouble: Outcome) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    await desk.brings("b", PRESS)
    desk.phone.next = trouble
    await desk.delivers()
    desk.now += dt.timedelta(minutes=1)
    await desk.delivers()
    assert "Sources: 2" in desk.phone.shown[1]


async def test_an_answer_that_may_have_arrived_is_not_repeated(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    await desk.brings("a", replace(NEWS, date=dt.date(2025, 1, 17)), kind="updates")
    (row,) = [r for r in await desk.store.claim_deliveries(desk.now, 9) if r.kind == "correction"]
    await desk.store.save_delivery(replace(row, state="sending"))
    (edit,) = [r for r in await desk.store.claim_deliveries(desk.now, 9) if r.kind == "edit"]
    await desk.store.save_delivery(replace(edit, state="sending"))
    assert [torn.kind for torn in await desk.store.recover_deliveries(desk.now)] == ["correction"]
    assert await desk.delivers() == ["edit"]


async def test_an_edit_that_is_owed_again_while_it_is_made_is_made_again(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    await desk.brings("b", PRESS)
    (edit,) = await desk.store.claim_deliveries(desk.now, 9)
    await desk.store.save_delivery(replace(edit, state="sending"))
    await desk.brings("a", replace(NEWS, themes=("return",)), kind="updates")
    await desk.store.save_delivery(replace(edit, state="sent"))
    assert await desk.delivers() == ["edit"]


async def test_edits_are_no_messages_in_the_figures(desk: Desk) -> None:
    await desk.brings("a", NEWS)
    await desk.delivers()
    await desk.brings("b", PRESS)
    assert (await desk.store.tally(1)).pending == 0
    await desk.delivers()
    assert (await desk.store.tally()).sent == 1


async def test_two_languages_of_one_event_are_shown_to_the_admins(desk: Desk) -> None:
    czech = replace(NEWS, summary="Sešli se Ylva Johansson, Nancy Faeser a Vít Rakušan, 1250 lidí.")
    english = development(
        title="Ministers met in Prague",
        summary="There met Ylva Johansson, Nancy Faeser and Vít Rakušan with 1250 people.",
        sources=(citation(publisher="Agency", title_native="Ministers met", language="en",
                          url="https://a.example/1"),),
    )  # fmt: skip
    await desk.brings("a", czech)
    await desk.brings("b", english)
    (notice,) = await desk.store.notices()
    assert render.notice_line(notice).startswith(
        "CZ-2025-0002 and CZ-2025-0001 may be one: “Ministers met"
    )
    assert len(await desk.store.developments()) == 2
