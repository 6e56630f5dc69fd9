"""Developments with uncertain labels, which wait for an editor."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest

from bot import render
from bot.chat import callbacks, commands
from bot.chat.context import Answer, ChatContext, Request
from bot.jobs.reviews import ReviewJob
from bot.match import deliveries_for
from bot.models import Confidence, Development, ReviewRule
from bot.models.chats import Filter
from bot.models.deliveries import Refused, Unknown
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, commit, development, everything

ADMIN, READER, EDITORS = 1, 2, -30
HALF_AN_HOUR = dt.timedelta(minutes=30)
RULE = ReviewRule(0.6, HALF_AN_HOUR)
UNSURE = Confidence(relevance=0.9, themes=(0.4,), type=0.9, others=("return", "borders"))


class ReviewedStore:
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
        return await callbacks.answer_press(self.context, request, str(data))

    async def sent_to(self) -> list[int]:
        return sorted(row.chat for row in await self.store.deliveries(None, 10))


@pytest.fixture
async def reviewed(place: str) -> AsyncIterator[ReviewedStore]:
    async with open_store(place, RULES) as store:
        await store.change_chat(READER, lambda _: everything(id=READER))
        yield ReviewedStore(store)


async def test_an_uncertain_development_waits_and_goes_out_when_approved(
    reviewed: ReviewedStore,
) -> None:
    made = await reviewed.tell()
    await reviewed.job.run()
    await reviewed.job.run()
    assert await reviewed.sent_to() == []
    ((chat, asked),) = reviewed.transport.delivered
    assert chat == EDITORS
    assert "Relevant: 90%, first theme: 40%" in asked.plain
    names = [button.text for row in asked.buttons for button in row]
    assert names == [
        "Approve", "Return of former applicants", "Borders and irregular migration", "Not relevant",
    ]  # fmt: skip
    answer = await reviewed.press("Approve")
    assert answer is not None
    assert answer.in_place
    assert (await reviewed.sent_to(), reviewed.woken) == ([READER], 1)
    approved = await reviewed.store.development(str(made.id))
    assert approved is not None
    assert (approved.themes, approved.confidence) == (("general",), None)
    again = await reviewed.press("Not relevant")
    assert again is not None
    assert not again.messages
    assert len(await reviewed.sent_to()) == 1


async def test_nobody_else_decides(reviewed: ReviewedStore) -> None:
    await reviewed.tell()
    await reviewed.job.run()
    assert await reviewed.press("Approve", person=READER, chat=READER) is None
    assert await reviewed.press("Approve", person=READER, chat=-31) is None
    assert await reviewed.press("Approve", person=READER, chat=EDITORS) is not None


@pytest.mark.parametrize(
    ("name", "themes", "topics"),
    [
        ("Return of former applicants", ("return",), ()),
        ("Borders and irregular migration", ("general",), ("borders",)),
    ],
)
async def test_an_editor_chooses_another_label(
    reviewed: ReviewedStore, name: str, themes: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    await reviewed.store.change_chat(
        3, lambda _: everything(id=3, filters=(Filter(id=1, themes=frozenset({"return"})),))
    )
    made = await reviewed.tell()
    await reviewed.job.run()
    await reviewed.press(name)
    corrected = await reviewed.store.development(str(made.id))
    assert corrected is not None
    assert (corrected.themes, corrected.topics) == (themes, topics)
    assert await reviewed.sent_to() == ([READER, 3] if themes == ("return",) else [READER])
    (decision,) = await reviewed.store.corrections()
    assert (decision.before, decision.after) == (
        ("general", "Policy"),
        (*themes, *topics, "Policy"),
    )


async def test_what_is_not_relevant_is_removed_for_good(reviewed: ReviewedStore) -> None:
    made = await reviewed.tell()
    await reviewed.job.run()
    await reviewed.press("Not relevant")
    assert await reviewed.store.development(str(made.id)) is None
    assert await reviewed.store.developments() == []
    again = commit(("g1",), development(), review=RULE)
    assert await reviewed.store.commit(again, deliveries_for) == ([], [])
    assert await reviewed.sent_to() == []
    (decision,) = await reviewed.store.corrections()
    assert not decision.is_relevant


@pytest.mark.parametrize(
    "confidence", [UNSURE, Confidence(relevance=0.8, themes=(0.7,)), Confidence(relevance=0.5)]
)
async def test_it_goes_out_marked_when_nobody_decides_in_time(
    reviewed: ReviewedStore, confidence: Confidence
) -> None:
    made = await reviewed.tell(confidence=confidence)
    reviewed.now += HALF_AN_HOUR - dt.timedelta(seconds=1)
    await reviewed.job.run()
    assert await reviewed.sent_to() == []
    reviewed.now += dt.timedelta(seconds=1)
    await reviewed.job.run()
    await reviewed.job.run()
    assert (await reviewed.sent_to(), reviewed.woken) == ([READER], 1)
    record = await reviewed.store.development(str(made.id))
    assert record is not None
    html = render.development(record).html
    assert "probably General asylum and migration development" in html
    late = await reviewed.press("Approve")
    assert late is not None
    assert "decided before" in str(late.toast)


async def test_what_is_certain_waits_for_nobody(reviewed: ReviewedStore) -> None:
    await reviewed.tell(confidence=Confidence(relevance=0.9, themes=(0.8,)))
    await reviewed.tell("g2", confidence=None)
    assert await reviewed.store.reviews() == []
    assert await reviewed.sent_to() == [READER, READER]


async def test_another_source_of_the_same_event_waits_as_well(reviewed: ReviewedStore) -> None:
    lead = "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůtu na 30 dnů."
    for name in ("ministry", "agency"):
        cited = citation(publisher=name, source=name, title_native=lead)
        await reviewed.tell(name, summary=lead, sources=(cited,))
    (joined,) = await reviewed.store.developments()
    assert len(joined.sources) == 2
    assert await reviewed.sent_to() == []
    reviewed.now += HALF_AN_HOUR
    await reviewed.job.run()
    assert await reviewed.sent_to() == [READER]


async def test_editors_who_could_not_be_reached_are_asked_again(reviewed: ReviewedStore) -> None:
    await reviewed.tell()
    reviewed.transport.outcomes[EDITORS] = [Unknown("no answer"), Refused("blocked", gone=True)]
    await reviewed.job.run()
    await reviewed.job.run()
    await reviewed.job.run()
    assert len(reviewed.transport.destinations) == 2


async def test_two_presses_at_once_send_it_once(reviewed: ReviewedStore) -> None:
    await reviewed.tell()
    await reviewed.job.run()
    answers = await asyncio.gather(*(reviewed.press("Approve") for _ in range(4)))
    assert sum(bool(answer and answer.messages) for answer in answers) == 1
    assert await reviewed.sent_to() == [READER]


async def test_admins_see_what_waits_and_how_often_labels_were_right(
    reviewed: ReviewedStore,
) -> None:
    for key, choice in (("g1", "Approve"), ("g2", "Return of former applicants"), ("g3", None)):
        await reviewed.tell(key, summary=key)
        await reviewed.job.run()
        if choice:
            await reviewed.press(choice)
    text = "Labels\nWaiting for an editor: 1\n• cs: right in 1 of 2 reviews"
    answer = await commands.answer(
        reviewed.context, Request(ADMIN, ADMIN, language="en"), "admin", ""
    )
    assert text in answer.messages[0].plain
