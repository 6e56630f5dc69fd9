"""What people are told, in English when it can be: in time, or later, or not at all."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.errors import EngineError
from bot.jobs.periodic import TranslationJob
from bot.match import deliveries_for
from bot.models import Confidence, Development, Provenance
from bot.models.chats import Chat, Filter
from bot.models.sources import PollCommit
from bot.models.translations import LabelProposal, Passage, Translation, TranslationWait
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.jobs.test_corrections import NEWS, STATE, World
from tests.samples import as_read, title_of

PATIENCE = dt.timedelta(seconds=20)
WAIT = TranslationWait(deadline=PATIENCE, targets=("cs", "en"))
ENGLISH = Translation(
    title="New asylum law", summary="It was approved.", by="DeepL", origin="machine"
)


class FakeTranslator:
    """A Translator that knows one passage, or fails."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.is_available = True

    def size(self, passage: Passage) -> int:
        return len(passage.title) + len(passage.text)

    async def translate(self, passage: Passage) -> Translation:
        self.passages.append(passage)
        if not self.is_available:
            raise EngineError("rests")
        return ENGLISH


class TranslationWorld(World):
    """A world with a translation job."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.translator = FakeTranslator()
        self.budget = self.woken = 0

    async def commit(
        self, key: str, development: Development, *, kind: str = "developments"
    ) -> None:
        changes = {kind: (((key,), development),)}
        poll = PollCommit(  # type: ignore[arg-type]
            state=STATE, at=self.now, seen=((key,),), translation_wait=WAIT, **changes
        )
        await self.store.commit(poll, self.deliveries_for)

    async def translate_due(self) -> None:
        def wake_outbox() -> None:
            self.woken += 1

        job = TranslationJob(
            self.store, self.translator, lambda: self.now, self.budget, wake_outbox
        )
        await job.run()

    def wait(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[TranslationWorld]:
    async with open_store(":memory:", RULES) as store:
        await store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
        yield TranslationWorld(store)


async def test_news_wait_for_their_translation(world: TranslationWorld) -> None:
    await world.commit("a", NEWS)
    assert await world.store.claim_deliveries(world.now, 9) == []
    await world.translate_due()
    assert world.woken == 1
    assert await world.deliver() == ["send"]
    shown = world.transport.shown[1]
    assert "\nNew asylum law\n\nIt was approved.\n\nMachine-translated (DeepL)\n" in shown
    assert "Nový zákon o azylu [New asylum law]" in shown


async def test_what_many_are_owed_waits_too(
    world: TranslationWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chat in (2, 3):
        await world.store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(),)))
    one = world.deliveries_for
    monkeypatch.setattr(
        world,
        "deliveries_for",
        lambda told, *_: [replace(*one(told), chat=chat) for chat in (1, 2, 3)],
    )
    await world.commit("a", NEWS)
    assert await world.store.claim_deliveries(world.now, 9) == []
    world.wait(seconds=21)
    assert [row.chat for row in await world.store.claim_deliveries(world.now, 9)] == [1, 2, 3]


async def test_news_wait_no_longer_than_their_deadline_and_are_edited_later(
    world: TranslationWorld,
) -> None:
    await world.commit("a", replace(NEWS, gloss="adopts · asylum law"))
    world.translator.is_available = False
    await world.translate_due()
    assert (
        await world.store.claim_deliveries(world.now + PATIENCE - dt.timedelta(seconds=1), 9) == []
    )
    world.wait(seconds=20)
    assert await world.deliver() == ["send"]
    assert "English keywords (automatic): adopts · asylum law" in world.transport.shown[1]
    world.translator.is_available = True
    world.wait(minutes=1)
    await world.translate_due()
    assert await world.deliver() == ["edit"]
    assert title_of(world.transport.shown[1]) == "New asylum law"
    assert "In short" not in world.transport.shown[1]


async def test_what_fails_is_tried_again_less_and_less_and_given_up(
    world: TranslationWorld,
) -> None:
    await world.commit("a", NEWS)
    world.translator.is_available = False
    for _ in range(60 * 30):
        await world.translate_due()
        world.wait(minutes=1)
    assert 20 < len(world.translator.passages) < 40
    world.translator.is_available = True
    await world.translate_due()
    (made,) = await world.store.developments()
    assert made.translated_by is None


async def test_the_same_passage_is_translated_once(world: TranslationWorld) -> None:
    await world.commit("a", NEWS)
    await world.translate_due()
    other = replace(
        NEWS,
        date=dt.date(2024, 11, 5),  # of another event
        sources=(replace(NEWS.sources[0], url="https://x.example/2"),),
    )
    await world.commit("b", other)
    await world.translate_due()
    assert len(world.translator.passages) == 1
    assert [made.translated_by for made in await world.store.developments()] == ["DeepL"] * 2


async def test_a_day_s_budget_is_kept(world: TranslationWorld) -> None:
    world.budget = len(NEWS.title) + len(NEWS.summary)
    await world.commit("a", NEWS)
    other = replace(NEWS, title="Jiný zákon", country="SK")
    await world.commit("b", replace(other, sources=(replace(
        NEWS.sources[0], title_native="Jiný zákon", url="https://x.example/2"),)))  # fmt: skip
    await world.translate_due()
    assert len(world.translator.passages) == 1
    world.wait(hours=13)
    await world.translate_due()
    assert len(world.translator.passages) == 2


async def test_english_news_wait_for_nothing(world: TranslationWorld) -> None:
    english = replace(NEWS, sources=(replace(NEWS.sources[0], title_en=NEWS.title),))
    await world.commit("a", english)
    assert await world.deliver() == ["send"]
    await world.translate_due()
    assert world.translator.passages == []


async def test_what_nobody_is_told_is_not_translated(world: TranslationWorld) -> None:
    await world.commit("a", NEWS, kind="held")
    await world.translate_due()
    assert world.translator.passages == []


async def test_new_words_are_translated_anew(world: TranslationWorld) -> None:
    await world.commit("a", NEWS)
    await world.translate_due()
    await world.deliver()
    now = replace(NEWS, summary="Vláda zákon odmítla a vrátila jej ministerstvu vnitra k úpravám.")
    await world.commit("a", now, kind="updates")
    await world.translate_due()
    assert sorted(await world.deliver()) == ["edit", "send"]
    (made,) = await world.store.developments()
    assert (made.revision, made.summary_native) == (1, now.summary)
    assert made.provenance == Provenance(title="machine", summary="machine")


@pytest.mark.parametrize("summary", [None, "It was approved."])
async def test_a_translation_says_field_by_field_whose_words_they_are(
    world: TranslationWorld, summary: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.jobs.test_periodic.ENGLISH",
        replace(ENGLISH, summary=summary, origin="ai", by="small"),
    )
    await world.commit("a", NEWS)
    await world.translate_due()
    await world.deliver()
    mark = "AI-generated summary and title (small)" if summary else "AI-translated title (small)"
    assert mark in world.transport.shown[1]
    assert (NEWS.summary in world.transport.shown[1]) is (summary is None)


# ------------------------------------------------------------------ what a chat server says


VOICE = Translation(
    title="New asylum law",
    summary="It was approved. It applies from July.",
    by="small",
    origin="ai",
    quotations=("Vláda schválila novelu", "Platí od července"),
    proposals=(LabelProposal(label="return", words="novelu"),),
)
CLOSE_CALL = replace(
    NEWS,
    themes=("reception",),
    confidence=Confidence(themes=(0.4,), others=("return",), other_shares=(0.3,)),
)


@pytest_asyncio.fixture
async def voiced(world: TranslationWorld, monkeypatch: pytest.MonkeyPatch) -> TranslationWorld:
    """A world whose engine proposes a theme, with chats that follow either theme."""
    monkeypatch.setattr("tests.jobs.test_periodic.ENGLISH", VOICE)
    monkeypatch.setattr(world, "deliveries_for", deliveries_for)
    for chat, theme in ((1, "reception"), (2, "return"), (3, "dublin")):
        wanted = Filter(id=1, themes=frozenset({theme}))
        await world.store.change_chat(
            chat, lambda known, wanted=wanted: replace(known, filters=(wanted,))
        )
    return world


async def test_who_wants_it_by_the_old_labels_or_the_new_is_told_once(
    voiced: TranslationWorld,
) -> None:
    await voiced.commit("a", CLOSE_CALL)
    assert [row.chat for row in await voiced.store.deliveries(None, 9)] == [1]
    await voiced.translate_due()
    assert await voiced.deliver() == ["send", "send"]
    assert sorted(row.chat for row in await voiced.store.deliveries("sent", 9)) == [1, 2]
    (made,) = await voiced.store.developments()
    assert made.themes == ("return", "reception")
    assert made.evidence.summary == VOICE.quotations
    assert made.evidence.proposed == ("return",)


async def test_who_was_told_before_is_edited_and_who_wants_it_now_is_told(
    voiced: TranslationWorld,
) -> None:
    await voiced.commit("a", CLOSE_CALL)
    voiced.translator.is_available = False
    await voiced.translate_due()
    voiced.wait(seconds=20)
    assert await voiced.deliver() == ["send"]
    voiced.translator.is_available = True
    voiced.wait(minutes=1)
    await voiced.translate_due()
    assert sorted(await voiced.deliver()) == ["edit", "send"]
    tally = await voiced.store.tally()
    assert (tally.matched, tally.sent) == (2, 2)


async def test_a_sure_label_stays_and_nobody_else_is_told(voiced: TranslationWorld) -> None:
    sure = Confidence(themes=(0.9,), others=("return",), other_shares=(0.05,))
    await voiced.commit("a", replace(CLOSE_CALL, confidence=sure))
    await voiced.translate_due()
    assert await voiced.deliver() == ["send"]
    (made,) = await voiced.store.developments()
    assert made.themes == ("reception",)
    assert made.evidence.summary == VOICE.quotations


async def test_what_was_decided_stays_while_the_words_are_the_same(
    voiced: TranslationWorld,
) -> None:
    await voiced.commit("a", CLOSE_CALL)
    await voiced.translate_due()
    again = replace(CLOSE_CALL, date=dt.date(2025, 1, 17))
    await voiced.commit("a", again, kind="updates")
    (made,) = await voiced.store.developments()
    assert (made.themes, made.date) == (("return", "reception"), again.date)
    assert made.evidence.summary == VOICE.quotations
    new = replace(CLOSE_CALL, summary="Vláda zákon odmítla a vrátila jej ministerstvu vnitra.")
    await voiced.commit("a", new, kind="updates")
    (made,) = await voiced.store.developments()
    assert (made.themes, made.evidence.summary) == (("reception",), ())


async def test_an_engine_is_handed_the_whole_text(world: TranslationWorld) -> None:
    whole = f"{NEWS.summary} Zákon nyní míří do Senátu, který má třicet dní."
    poll = PollCommit(
        state=STATE, at=world.now, seen=(("a",),), developments=((("a",), NEWS),),
        texts={("a",): as_read(whole, url=NEWS.sources[0].url)}, translation_wait=WAIT,
    )  # fmt: skip
    await world.store.commit(poll, world.deliveries_for)
    await world.translate_due()
    (passage,) = world.translator.passages
    assert (passage.text, passage.article) == (NEWS.summary, whole)
