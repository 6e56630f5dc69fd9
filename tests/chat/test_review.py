"""Developments with uncertain labels, which wait for an editor."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest

from bot import render
from bot.chat import commands
from bot.chat.context import Answer, ChatContext, Request
from bot.jobs.reviews import ReviewJob
from bot.match import deliveries_for
from bot.models import Confidence, Development, Filter, ReviewRule
from bot.models.deliveries import Refused, Unknown
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, commit, development, everything

ADMIN, READER, EDITORS = 1, 2, -30
HALF_AN_HOUR = dt.timedelta(minutes=30)
RULE = ReviewRule(0.6, HALF_AN_HOUR)
UNSURE = Confidence(relevance=0.9, themes=(0.4,), type=0.9, others=("return", "borders"))


class Desk:
    """A store, the job that asks editors, and what they press."""

    def __init__(self, store: RowStore) -> None:
        self.store, self.now, self.woken = store, NOW, 0
        self.transport = FakeTransport()
        self.context = ChatContext(
            store, (), lambda: self.now, (ADMIN,), review_chat=EDITORS, wake_outbox=self.wake
        )
        self.job = ReviewJob(store, self.transport, lambda: self.now, (EDITORS,), self.wake)

    def wake(self) -> None:
        self.woken += 1

    async def tell(self, key: str = "g1", **changes: object) -> Development:
        made = development(title="Nové azylové středisko", **{"confidence": UNSURE, **changes})
        news = commit((key,), made, review=RULE)
        (recorded,), _ = await self.store.commit(news, deliveries_for)
        return recorded

    async def press(self, text: str, *, person: int = ADMIN, chat: int = ADMIN) -> Answer | None:
        _, message = self.transport.delivered[-1]
        data = next(button.data for row in message.buttons for button in row if button.text == text)
        request = Request(chat, person, language="en")
        return await commands.answer_press(self.context, request, str(data))

    async def sent_to(self) -> list[int]:
        return sorted(row.chat for row in await self.store.deliveries(None, 10))


@pytest.fixture
async def desk(place: str) -> AsyncIterator[Desk]:
    async with open_store(place, RULES) as store:
        await store.change_chat(READER, lambda _: everything(id=READER))
        yield Desk(store)


async def test_an_uncertain_development_waits_and_goes_out_when_approved(desk: Desk) -> None:
    made = await desk.tell()
    await desk.job.run()
    await desk.job.run()
    assert await desk.sent_to() == []
    ((chat, asked),) = desk.transport.delivered
    assert chat == EDITORS
    assert "Relevant: 90%, first theme: 40%" in asked.plain
    names = [button.text for row in asked.buttons for button in row]
    assert names == [
        "Approve", "Return of former applicants", "Borders and irregular migration", "Not relevant",
    ]  # fmt: skip
    answer = await desk.press("Approve")
    assert answer is not None
    assert answer.in_place
    assert (await desk.sent_to(), desk.woken) == ([READER], 1)
    approved = await desk.store.development(str(made.id))
    assert approved is not None
    assert (approved.themes, approved.confidence) == (("general",), None)
    again = await desk.press("Not relevant")
    assert again is not None
    assert not again.messages
    assert len(await desk.sent_to()) == 1


async def test_nobody_else_decides(desk: Desk) -> None:
    await desk.tell()
    await desk.job.run()
    assert await desk.press("Approve", person=READER, chat=READER) is None
    assert await desk.press("Approve", person=READER, chat=-31) is None
    assert await desk.press("Approve", person=READER, chat=EDITORS) is not None


@pytest.mark.parametrize(
    ("name", "themes", "topics"),
    [
        ("Return of former applicants", ("return",), ()),
        ("Borders and irregular migration", ("general",), ("borders",)),
    ],
)
async def test_an_editor_chooses_another_label(
    desk: Desk, name: str, themes: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    await desk.store.change_chat(
        3, lambda _: everything(id=3, filters=(Filter(id=1, themes=frozenset({"return"})),))
    )
    made = await desk.tell()
    await desk.job.run()
    await desk.press(name)
    corrected = await desk.store.development(str(made.id))
    assert corrected is not None
    assert (corrected.themes, corrected.topics) == (themes, topics)
    assert await desk.sent_to() == ([READER, 3] if themes == ("return",) else [READER])
    (decision,) = await desk.store.corrections()
    assert (decision.before, decision.after) == (
        ("general", "Policy"),
        (*themes, *topics, "Policy"),
    )


async def test_what_is_not_relevant_is_removed_for_good(desk: Desk) -> None:
    made = await desk.tell()
    await desk.job.run()
    await desk.press("Not relevant")
    assert await desk.store.development(str(made.id)) is None
    assert await desk.store.developments() == []
    again = commit(("g1",), development(), review=RULE)
    assert await desk.store.commit(again, deliveries_for) == ([], [])
    assert await desk.sent_to() == []
    (decision,) = await desk.store.corrections()
    assert not decision.is_relevant


async def test_it_goes_out_marked_when_nobody_decides_in_time(desk: Desk) -> None:
    made = await desk.tell()
    desk.now += HALF_AN_HOUR - dt.timedelta(seconds=1)
    await desk.job.run()
    assert await desk.sent_to() == []
    desk.now += dt.timedelta(seconds=1)
    await desk.job.run()
    await desk.job.run()
    assert (await desk.sent_to(), desk.woken) == ([READER], 1)
    record = await desk.store.development(str(made.id))
    assert record is not None
    html = render.development(record).html
    assert "probably General asylum and migration development" in html
    late = await desk.press("Approve")
    assert late is not None
    assert "decided before" in str(late.toast)


async def test_what_is_certain_waits_for_nobody(desk: Desk) -> None:
    await desk.tell(confidence=Confidence(relevance=0.9, themes=(0.8,)))
    await desk.tell("g2", confidence=None)
    assert await desk.store.reviews() == []
    assert await desk.sent_to() == [READER, READER]


async def test_another_source_of_the_same_event_waits_as_well(desk: Desk) -> None:
    lead = "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůtu na 30 dnů."
    for name in ("ministry", "agency"):
        cited = citation(publisher=name, source=name, title_native=lead)
        await desk.tell(name, summary=lead, sources=(cited,))
    (joined,) = await desk.store.developments()
    assert len(joined.sources) == 2
    assert await desk.sent_to() == []
    desk.now += HALF_AN_HOUR
    await desk.job.run()
    assert await desk.sent_to() == [READER]


async def test_editors_who_could_not_be_reached_are_asked_again(desk: Desk) -> None:
    await desk.tell()
    desk.transport.outcomes[EDITORS] = [Unknown("no answer"), Refused("blocked", gone=True)]
    await desk.job.run()
    await desk.job.run()
    await desk.job.run()
    assert len(desk.transport.destinations) == 2


async def test_two_presses_at_once_send_it_once(desk: Desk) -> None:
    await desk.tell()
    await desk.job.run()
    answers = await asyncio.gather(*(desk.press("Approve") for _ in range(4)))
    assert sum(bool(answer and answer.messages) for answer in answers) == 1
    assert await desk.sent_to() == [READER]


async def test_admins_see_what_waits_and_how_often_labels_were_right(desk: Desk) -> None:
    for key, choice in (("g1", "Approve"), ("g2", "Return of former applicants"), ("g3", None)):
        await desk.tell(key, summary=key)
        await desk.job.run()
        if choice:
            await desk.press(choice)
    text = "Labels\nWaiting for an editor: 1\n• cs: right in 1 of 2 reviews"
    answer = await commands.answer(desk.context, Request(ADMIN, ADMIN, language="en"), "admin", "")
    assert text in answer.messages[0].plain
