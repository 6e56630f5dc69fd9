"""What people are told, in English when it can be: in time, or later, or not at all."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.errors import EngineError
from bot.jobs.translate import TranslationJob
from bot.models import Chat, Development, Filter, Passage, PollCommit, Provenance, Translation
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import open_store
from tests.jobs.test_corrections import NEWS, STATE, Desk

PATIENCE = dt.timedelta(seconds=20)
ENGLISH = Translation(
    title="New asylum law", summary="It was approved.", by="DeepL", origin="machine"
)


class Dictionary:
    """A Translator that knows one passage, or fails."""

    def __init__(self) -> None:
        self.asked: list[Passage] = []
        self.is_there = True

    async def translate(self, passage: Passage) -> Translation:
        self.asked.append(passage)
        if not self.is_there:
            raise EngineError("rests")
        return ENGLISH


class Office(Desk):
    """A desk with an interpreter."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.dictionary = Dictionary()
        self.budget = self.woken = 0

    async def brings(self, key: str, made: Development, *, kind: str = "developments") -> None:
        brought = {kind: (((key,), made),)}
        commit = PollCommit(  # type: ignore[arg-type]
            state=STATE, at=self.now, seen=((key,),), patience=PATIENCE, **brought
        )
        await self.store.commit(commit, self.owed)

    async def interprets(self) -> None:
        def told() -> None:
            self.woken += 1

        made = TranslationJob(self.store, self.dictionary, lambda: self.now, self.budget, told)
        await made.run()

    def waits(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    async with open_store(":memory:", RULES) as store:
        await store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
        yield Office(store)


async def test_news_wait_for_their_translation(office: Office) -> None:
    await office.brings("a", NEWS)
    assert await office.store.claim_deliveries(office.now, 9) == []
    await office.interprets()
    assert office.woken == 1
    assert await office.delivers() == ["send"]
    shown = office.phone.shown[1]
    assert shown.startswith("New asylum law\n\nIt was approved.\n\nMachine-translated (DeepL)\n")
    assert "Nový zákon o azylu [New asylum law]" in shown


async def test_what_many_are_owed_waits_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chat in (2, 3):
        await office.store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(),)))
    one = office.owed
    monkeypatch.setattr(
        office, "owed", lambda told, *_: [replace(*one(told), chat=chat) for chat in (1, 2, 3)]
    )
    await office.brings("a", NEWS)
    assert await office.store.claim_deliveries(office.now, 9) == []
    office.waits(seconds=21)
    assert [row.chat for row in await office.store.claim_deliveries(office.now, 9)] == [1, 2, 3]


async def test_news_wait_no_longer_than_their_deadline_and_are_edited_later(
    office: Office,
) -> None:
    await office.brings("a", replace(NEWS, key_terms=("law", "asylum")))
    office.dictionary.is_there = False
    await office.interprets()
    assert (
        await office.store.claim_deliveries(office.now + PATIENCE - dt.timedelta(seconds=1), 9)
        == []
    )
    office.waits(seconds=20)
    assert await office.delivers() == ["send"]
    assert "Not translated. Key terms (automatic): law, asylum" in office.phone.shown[1]
    office.dictionary.is_there = True
    office.waits(minutes=1)
    await office.interprets()
    assert await office.delivers() == ["edit"]
    assert office.phone.shown[1].startswith("New asylum law")
    assert "Key terms" not in office.phone.shown[1]


async def test_what_fails_is_tried_again_less_and_less_and_given_up(office: Office) -> None:
    await office.brings("a", NEWS)
    office.dictionary.is_there = False
    for _ in range(60 * 30):
        await office.interprets()
        office.waits(minutes=1)
    assert 20 < len(office.dictionary.asked) < 40
    office.dictionary.is_there = True
    await office.interprets()
    (made,) = await office.store.developments()
    assert made.translated_by is None


async def test_the_same_passage_is_translated_once(office: Office) -> None:
    await office.brings("a", NEWS)
    await office.interprets()
    other = replace(
        NEWS, country="SK", sources=(replace(NEWS.sources[0], url="https://x.example/2"),)
    )
    await office.brings("b", other)
    await office.interprets()
    assert len(office.dictionary.asked) == 1
    assert [made.translated_by for made in await office.store.developments()] == ["DeepL"] * 2


async def test_a_day_s_budget_is_kept(office: Office) -> None:
    office.budget = len(NEWS.title) + len(NEWS.summary)
    await office.brings("a", NEWS)
    other = replace(NEWS, title="Jiný zákon", country="SK")
    await office.brings("b", replace(other, sources=(replace(
        NEWS.sources[0], title_native="Jiný zákon", url="https://x.example/2"),)))  # fmt: skip
    await office.interprets()
    assert len(office.dictionary.asked) == 1
    office.waits(hours=13)
    await office.interprets()
    assert len(office.dictionary.asked) == 2


async def test_english_news_wait_for_nothing(office: Office) -> None:
    english = replace(NEWS, sources=(replace(NEWS.sources[0], title_en=NEWS.title),))
    await office.brings("a", english)
    assert await office.delivers() == ["send"]
    await office.interprets()
    assert office.dictionary.asked == []


async def test_what_nobody_is_told_is_not_translated(office: Office) -> None:
    await office.brings("a", NEWS, kind="held")
    await office.interprets()
    assert office.dictionary.asked == []


async def test_new_words_are_translated_anew(office: Office) -> None:
    await office.brings("a", NEWS)
    await office.interprets()
    await office.delivers()
    now = replace(NEWS, summary="Vláda zákon odmítla a vrátila jej ministerstvu vnitra k úpravám.")
    await office.brings("a", now, kind="updates")
    await office.interprets()
    assert sorted(await office.delivers()) == ["edit", "send"]
    (made,) = await office.store.developments()
    assert (made.revision, made.summary_native) == (1, now.summary)
    assert made.provenance == Provenance(title="machine", summary="machine")


@pytest.mark.parametrize("summary", [None, "It was approved."])
async def test_a_translation_says_field_by_field_whose_words_they_are(
    office: Office, summary: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.jobs.test_translate.ENGLISH",
        replace(ENGLISH, summary=summary, origin="ai", by="small"),
    )
    await office.brings("a", NEWS)
    await office.interprets()
    await office.delivers()
    mark = "AI-generated summary and title (small)" if summary else "AI-translated title (small)"
    assert mark in office.phone.shown[1]
    assert (NEWS.summary in office.phone.shown[1]) is (summary is None)
