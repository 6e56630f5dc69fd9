"""Chats that read in several languages: each gets a development once, in its own."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot.errors import EngineError
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import TranslationJob
from bot.match import deliveries_for
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.sources import PollCommit, SourceState
from bot.models.translations import Passage, Translation, TranslationWait
from bot.pipeline.rules import RULES
from bot.reader_language import AS_PUBLISHED
from bot.store import RowStore, open_store
from bot.store.database import Access
from bot.store.tinydb_rows import RowDB
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, citation, development

STATE = SourceState(id="sk", url="http://mv.example/rss", baseline=True)
WAIT = TranslationWait(deadline=dt.timedelta(seconds=20), targets=("cs", "en"))
LAW = "Vláda schválila zákon o azyle"
SLOVAK = development(
    title=LAW,
    summary="Platí od júla.",
    country="SK",
    sources=(citation(title_native=LAW, language="sk", url="https://mv.example/zakon"),),
    gloss="adopts · asylum law",
)
CZECH = replace(SLOVAK, sources=(replace(SLOVAK.sources[0], language="cs"),))
WORDS = {
    "en": Translation(
        title="Government approves asylum law", summary="From July.", by="x", origin="machine"
    ),
    "cs": Translation(title="Azylový zákon", summary="Od července.", by="x", origin="machine"),
}
IN_CZECH, IN_ENGLISH, IN_SLOVAK = 1, 2, 3


class FakeTranslator:
    """A translator into the languages that it has at the moment."""

    def __init__(self) -> None:
        self.targets = {"cs", "en"}
        self.asked: list[str] = []

    def size(self, passage: Passage) -> int:
        return 0

    def translates(self, language: str | None, target: str = "en") -> bool:
        return target in self.targets

    async def translate(self, passage: Passage) -> Translation:
        self.asked.append(passage.target)
        if passage.target not in self.targets:
            raise EngineError("rests")
        return WORDS[passage.target]


class World:
    """A store with a chat for each way to read, and what they are shown."""

    def __init__(self, store: RowStore) -> None:
        self.store, self.transport, self.now = store, FakeTransport(), NOW
        self.translator = FakeTranslator()
        self.outbox = Outbox(store, self.transport, lambda: self.now)

    async def add(self, chat: int, language: str | None, texts: str) -> None:
        settings = Chat(id=chat, filters=(Filter(id=1),), language=language, texts=texts)
        await self.store.change_chat(chat, lambda _: settings)

    async def publish(
        self, made: Development = SLOVAK, wait: TranslationWait | None = WAIT
    ) -> None:
        poll = PollCommit(
            state=STATE,
            at=self.now,
            seen=(("a",),),
            developments=((("a",), made),),
            translation_wait=wait,
        )
        await self.store.commit(poll, deliveries_for)

    async def translate(self) -> None:
        def wake_outbox() -> None:
            pass

        job = TranslationJob(self.store, self.translator, lambda: self.now, 0, wake_outbox)
        await job.run()

    async def deliver(self) -> list[tuple[int, str]]:
        """Send what is due, and return the chats and titles of the messages of now."""
        self.transport.calls.clear()
        self.transport.delivered.clear()
        await self.outbox.drain()
        return sorted(self.transport.titles)


@pytest_asyncio.fixture
async def world(place: str) -> AsyncIterator[World]:
    async with open_store(place, RULES) as store:
        made = World(store)
        await made.add(IN_CZECH, "cs", "cs")
        await made.add(IN_ENGLISH, None, "en")
        await made.add(IN_SLOVAK, "cs", AS_PUBLISHED)
        yield made


async def test_each_reads_the_same_item_in_their_language(world: World) -> None:
    await world.publish()
    assert await world.deliver() == [(IN_SLOVAK, LAW)]  # who waits for nothing
    await world.translate()
    assert sorted(world.translator.asked) == ["cs", "en"]
    assert await world.deliver() == [
        (IN_CZECH, "Azylový zákon"),
        (IN_ENGLISH, "Government approves asylum law"),
    ]
    (made,) = await world.store.developments()
    assert (made.title, made.translations) == (WORDS["en"].title, {"cs": WORDS["cs"]})
    shown = {chat: message.plain for chat, message in world.transport.delivered}
    assert f"{LAW} [Azylový zákon]" in shown[IN_CZECH]


async def test_what_comes_late_edits_only_the_messages_of_those_who_read_it(world: World) -> None:
    world.translator.targets = {"en"}
    await world.publish()
    await world.translate()
    world.now += dt.timedelta(seconds=21)
    assert (IN_CZECH, "Government approves asylum law") in await world.deliver()
    assert world.transport.calls == ["send"] * 3
    world.translator.targets = {"cs", "en"}
    world.now += dt.timedelta(minutes=1)
    await world.translate()
    assert await world.deliver() == [(IN_CZECH, "Azylový zákon")]
    assert world.transport.calls == ["edit"]


async def test_no_language_is_asked_for_that_nobody_reads(world: World) -> None:
    await world.store.forget_chat(IN_CZECH)
    await world.publish()
    await world.translate()
    assert world.translator.asked == ["en"]


async def test_an_item_in_the_reader_s_language_waits_for_no_translation(world: World) -> None:
    await world.publish(CZECH)
    assert await world.deliver() == [(IN_CZECH, LAW), (IN_SLOVAK, LAW)]
    await world.translate()
    assert world.translator.asked == ["en"]
    assert await world.deliver() == [(IN_ENGLISH, "Government approves asylum law")]


async def test_who_reads_a_language_that_no_engine_gives_reads_english(world: World) -> None:
    await world.publish(wait=replace(WAIT, targets=("en",)))
    await world.translate()
    assert world.translator.asked == ["en"]
    assert await world.deliver() == [
        (IN_CZECH, "Government approves asylum law"),
        (IN_ENGLISH, "Government approves asylum law"),
        (IN_SLOVAK, LAW),
    ]


async def test_the_same_passage_is_translated_once_into_each_language(world: World) -> None:
    await world.publish()
    await world.translate()
    first = SLOVAK.sources[0]
    other = replace(SLOVAK, country="CZ", sources=(replace(first, url="https://x.example/2"),))
    poll = PollCommit(
        state=STATE, at=world.now, developments=((("b",), other),), translation_wait=WAIT
    )
    await world.store.commit(poll, deliveries_for)
    await world.translate()
    assert world.translator.asked.count("cs") == 1
    assert all("cs" in made.translations for made in await world.store.developments())


async def test_a_translation_stays_while_the_words_stay(world: World) -> None:
    await world.publish()
    await world.translate()
    same = PollCommit(state=STATE, at=world.now, updates=((("a",), SLOVAK),))
    await world.store.commit(same, deliveries_for)
    (made,) = await world.store.developments()
    assert made.translations == {"cs": WORDS["cs"]}
    title = "Vláda zrušila zákon o azyle"
    source = replace(SLOVAK.sources[0], title_native=title)
    changed = replace(SLOVAK, title=title, sources=(source,))
    await world.store.commit(
        replace(same, updates=((("a",), changed),), translation_wait=WAIT), deliveries_for
    )
    (made,) = await world.store.developments()
    assert (made.title, made.translations) == (title, {})


async def test_who_waited_for_a_translation_in_version_6_waits_for_an_english_one(
    place: str,
) -> None:
    async with open_store(place, RULES) as store:
        world = World(store)
        await world.add(IN_ENGLISH, None, "en")
        await world.publish()
        await store.executor.run(Access.WRITES, lambda tables: _as_version_6(tables.db))
    async with open_store(place, RULES) as store:
        world = World(store)
        await world.add(IN_CZECH, "cs", "cs")
        assert await world.deliver() == []
        await world.translate()
        assert await world.deliver() == [(IN_ENGLISH, "Government approves asylum law")]


def _as_version_6(db: RowDB) -> None:
    for table in ("untranslated", "deliveries"):
        db.rows(table).update(lambda row: row.pop("target"))
    db.engine.drop_index("untranslated", "development", "target")
    db.engine.make_index("untranslated", "development", unique=True)
    db.rows("meta").update({"version": 6})
