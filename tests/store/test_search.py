"""Words: what filters and searches find in what is stored, in each database."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import match
from bot.chat.parsing import query
from bot.models import DateAhead, Development, PageText
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.models.translations import Passage, PendingTranslation, Translation, TranslationWait
from bot.pipeline.rules import RULES
from bot.ports.rules import Audience
from bot.ports.store import Store
from bot.search import RANKED, HasWord, Search
from bot.store import open_store
from bot.store.sqlite import SqliteDatabase
from bot.store.tinydb_rows import RowDB, encode
from tests.fakes import postgres_server
from tests.release import examples
from tests.samples import NOW, as_read, citation, commit, development

LONG = "Vláda se sešla. " * 200


@pytest_asyncio.fixture
async def store(place: str) -> AsyncIterator[Store]:
    async with open_store(place, RULES) as opened:
        yield opened


async def record(store: Store, title: str, text: str, **changes: object) -> Development:
    made = development(title=title, summary="Krátce.", **changes)
    texts = {(title,): as_read(text, title)}
    (recorded,), _ = await store.commit(commit((title,), made, texts=texts), match.deliveries_for)
    return recorded


async def found(store: Store, said: str) -> list[str]:
    developments, _ = await store.search(query.parse_search(said), 0, 100)
    return [made.title for made in developments]


async def test_a_word_is_found_wherever_it_stands(store: Store) -> None:
    made = await record(store, "Zasedání", f"{LONG} Nakonec zmínila Frontex.")
    assert await found(store, "FRONTEX") == ["Zasedání"]
    assert await found(store, '"zminila frontex"') == ["Zasedání"]
    assert await found(store, "front") == []
    assert await found(store, '"front*"') == ["Zasedání"]
    assert await store.words_in(str(made.id), ["Frontex", "sešla", "nic"]) == {"Frontex", "sešla"}
    assert await store.words_in("XX-2000-0001", ["Frontex"]) == frozenset()


async def test_titles_come_first_then_the_newest(store: Store) -> None:
    for day in (1, 3, 2):
        await record(store, f"Zpráva {day}", "O azylu.", date=dt.date(2025, 1, day))
    await record(store, "Azylu ubývá", "Žádostí je méně.", date=dt.date(2020, 1, 1))
    titles = ["Azylu ubývá", "Zpráva 3", "Zpráva 2", "Zpráva 1"]
    assert await found(store, "azylu") == titles
    assert await found(store, "policy") == ["Zpráva 3", "Zpráva 2", "Zpráva 1", "Azylu ubývá"]
    page, total = await store.search(query.parse_search("azylu"), 1, 2)
    assert ([made.title for made in page], total) == (titles[1:3], 4)


async def test_all_words_are_wanted_and_none_of_those_left_out(store: Store) -> None:
    await record(store, "První", "Zajištění cizinců v Praze.")
    await record(store, "Druhá", "Zajištění cizinců v Brně.")
    assert await found(store, "cizinců zajištění") == ["Druhá", "První"]
    assert await found(store, "cizinců, Praze") == ["První"]
    assert await found(store, "cizinců -Praze") == ["Druhá"]
    assert await found(store, "cizinců, without Praze") == ["Druhá"]
    assert await found(store, "Germany, cizinců") == []


async def test_an_item_that_changes_is_found_by_what_it_says_now(store: Store) -> None:
    made = await record(store, "Zpráva", "Dříve o azylu.")
    changed = replace(made, id=None)
    await store.commit(
        commit(("Zpráva",), made, developments=(), updates=((("Zpráva",), changed),),
               texts={("Zpráva",): as_read("Nyní o návratech.", "Zpráva")}), None,
    )  # fmt: skip
    assert await found(store, '"azylu"') == []
    assert await found(store, '"návratech"') == ["Zpráva"]


async def test_two_sources_of_one_event_are_found_by_the_words_of_both(store: Store) -> None:
    lead = "Vláda schválila novelu azylového zákona. Platí od července a zkracuje lhůty řízení."
    drafts = {
        "a": (development(title="Nový zákon o azylu", summary=lead), "Zmínila Frontex."),
        "b": (
            development(
                title="Kabinet kývl na azyl",
                summary=f"{lead} Opozice nesouhlasí.",
                sources=(citation(publisher="Press", source="press", official=False),),
            ),
            "Zmínila Senát.",
        ),
    }
    for key, (made, text) in drafts.items():
        await store.commit(
            commit((key,), made, texts={(key,): as_read(text, key)}), match.deliveries_for
        )
    assert len(await store.developments()) == 1
    assert await found(store, "Frontex Senát") == ["Nový zákon o azylu"]


async def test_a_translation_is_found_beside_the_native_words(store: Store) -> None:
    made = await record(store, "O návratech", "Krátce.")
    await store.commit(
        commit(
            ("t",),
            development(title="Jiná"),
            translation_wait=TranslationWait(deadline=dt.timedelta(1)),
        ),
        lambda made, *_: [Delivery(development=str(made.id), chat=1, due=NOW, created=NOW)],
    )
    waiting = await store.next_untranslated(NOW)
    assert isinstance(waiting, PendingTranslation)
    passage = await store.passage_to_translate(waiting.development, waiting.target)
    assert isinstance(passage, Passage)
    told = Translation(title="Another", summary="Ministers met.", by="x", origin="machine")
    assert await store.save_translation(waiting, passage, told, match.deliveries_for, NOW)
    assert await found(store, "another ministers spoluprace sesli") == ["Another"]
    assert await found(store, '"návratech"') == [made.title]


async def test_what_a_page_says_is_found_beside_what_its_feed_does(store: Store) -> None:
    delivery = Delivery(development="CZ-2025-0001", chat=1, due=NOW, created=NOW)
    brought = commit(("a",), development(title="Zpráva"), texts={("a",): as_read("Krátce.", "a")})
    await store.commit(brought, lambda *_: [delivery])
    (page,) = await store.pages_due("cz", NOW, 1)
    (recorded,) = await store.developments()
    for text, is_found in (("Podrobně o azylu.", True), ("Podrobně o návratech.", False)):
        reading = PageText(title="Zpráva", text=text)
        await store.record_recheck(replace(page, reading=reading, read=NOW), recorded, None)
        assert await found(store, "krátce podrobně") == ["Zpráva"]
        assert (await found(store, "azylu") == ["Zpráva"]) is is_found


async def test_a_store_of_version_5_is_indexed_by_its_summaries(tmp_path: Path) -> None:
    path = str(tmp_path / "old.db")
    with RowDB(SqliteDatabase(path)) as db:
        db.engine.makes = True
        db.rows("meta").insert({"name": "schema", "version": 5})
        rows = (development(id=f"CZ-2025-{n:04}", title=f"Zpráva {n}") for n in range(1_100))
        db.rows("developments").insert_multiple(
            {**encode(row), "day": "2025-01-16"} for row in rows
        )
    async with open_store(path, RULES) as store:
        assert await found(store, "zpráva 1099 ministři") == ["Zpráva 1099"]
        _, total = await store.search(query.parse_search("sešli"), 0, 1)
        assert total == RANKED


async def test_a_store_of_version_8_learns_types_of_sources_and_dates_ahead(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "old.db")
    with RowDB(SqliteDatabase(path)) as db:
        db.engine.makes = True
        db.rows("meta").insert({"name": "schema", "version": 8})
        for number, source_id in enumerate(["es-boe", "an-own-one"], 1):
            day = dt.date(2025, 2, number)
            row = development(
                id=f"ES-2025-000{number}",
                title=source_id,
                sources=(citation(source=source_id),),
                ahead=(DateAhead(kind="appeal", day=day, words="", sentence=""),),
            )
            db.rows("developments").insert({**encode(row), "day": "2025-01-16"})
    async with open_store(path, RULES) as store:
        gazettes = query.parse_search("source gazette")
        assert [one.title for one in (await store.search(gazettes, 0, 9))[0]] == ["es-boe"]
        kept = await store.developments()
        assert {one.title: one.sources[0].source_type for one in kept} == {
            "es-boe": "gazette",
            "an-own-one": None,
        }
        ahead = await store.developments_ahead(lambda *_: True, dt.date(2025, 2, 2))
        assert [one.title for one in ahead] == ["an-own-one"]


# ------------------------------------------------------------------ one predicate

TEXTS = ("azyl", "azylu", "návrat", "Dublin", "III", "|", "Фронтекс", "Ελλάδα", "-", "ß", "x_y")
texts = st.lists(st.sampled_from(TEXTS), max_size=6).map(" ".join)
asked = st.one_of(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2).map(" ".join),
    st.sampled_from(["azyl*", "Dublin II*", "!", "*", "фронт*", "SS"]),
    st.text(max_size=6),
)
filters = st.builds(
    Filter,
    id=st.integers(1, 99),
    countries=st.frozensets(st.sampled_from(["CZ", "DE"]), max_size=1),
    themes=st.frozensets(st.sampled_from(["return", "general"]), max_size=1),
    types=st.frozensets(st.sampled_from(["Policy", "Legislative"]), max_size=1),
    references=st.frozensets(st.sampled_from(["C-1/22"]), max_size=1),
    words=st.lists(asked, max_size=2).map(tuple),
    without=st.lists(asked, max_size=1).map(tuple),
    less=st.frozensets(st.sampled_from(["theme:return", "country:DE", "source:x"]), max_size=1),
    source_types=st.sampled_from([frozenset(), frozenset({"court"})]),
)
made = st.builds(
    lambda references, **facts: development(
        references=references, own_references=references, **facts
    ),
    title=texts,
    summary=texts,
    country=st.sampled_from([None, "CZ", "DE"]),
    themes=st.sampled_from([("return",), ("general",)]),
    type=st.sampled_from(["Policy", "Legislative"]),
    references=st.sampled_from([(), ("C-1/22",)]),
)
recorded = st.lists(st.tuples(made, texts), max_size=5)


async def _agree(
    place: str, drafts: Iterable[tuple[Development, str]], wanted: Filter, words: tuple[str, ...]
) -> None:
    """What is matched live is what is found later, whoever asks."""
    live = set[str]()
    chat = Chat(id=1, filters=(wanted,))

    def deliveries_for(
        made: Development, audience: Audience, now: dt.datetime, has_word: HasWord
    ) -> Iterable[Delivery]:
        queued = [*match.deliveries_for(made, audience, now, has_word)]
        live.update(delivery.development for delivery in queued)
        assert bool(queued) is match.wants(wanted, made, has_word)
        return queued

    async with open_store(place, RULES) as store:
        await store.change_chat(1, lambda known: chat)
        for number, (draft, text) in enumerate(drafts):
            key = (f"k{number}",)
            unlike = replace(draft, title=f"{draft.title} {number} {'abcde'[number] * 9}")
            await store.commit(
                commit(key, unlike, texts={key: as_read(text, key[0])}), deliveries_for
            )
        later = {made.id for made in await store.developments(match.chat_wants(chat))}
        searched, _ = await store.search(Search(filter=wanted), 0, 100)
        assert live == later == {made.id for made in searched}
        for made in await store.developments():
            inside = await store.words_in(str(made.id), match.words_of([wanted]))
            assert match.wants(wanted, made, inside.__contains__) is (made.id in live)
        with_all, total = await store.search(Search(filter=wanted, words=words), 0, 100)
        assert {made.id for made in with_all} == {
            made.id for made in searched if set(words) <= await store.words_in(str(made.id), words)
        }
        assert total == len(with_all)


def _check(place: Callable[[], AbstractContextManager[str]], count: int) -> None:
    @settings(max_examples=examples(count))
    @given(recorded, filters, st.lists(asked, max_size=2).map(tuple))
    def each(drafts: list[tuple[Development, str]], wanted: Filter, words: tuple[str, ...]) -> None:
        with place() as empty:
            asyncio.run(_agree(empty, drafts, wanted, words))

    each()


def test_live_matches_and_later_ones_agree_in_a_file() -> None:
    _check(lambda: nullcontext(":memory:"), 60)


def test_live_matches_and_later_ones_agree_on_a_server(postgres: str) -> None:
    _check(lambda: postgres_server.store(postgres), 8)


SIGNS = ('"', "NOT", "a OR b*", 'x" OR "y', "title: x", "(", "'; --", "^a +", "-", "\0")


@given(st.lists(st.text(max_size=80), min_size=1, max_size=20))
@settings(max_examples=examples(10))
def test_whatever_is_searched_for_there_is_an_answer(said: list[str]) -> None:
    async def search() -> None:
        async with open_store(":memory:", RULES) as store:
            await record(store, "Zpráva", "O azylu.")
            for each in [
                *said,
                '"',
                "NOT",
                "a OR b*",
                'x" OR "y',
                "title: x",
                "(",
                "'; --",
                "^a +",
            ]:
                for asked in (query.parse_search(each), query.literal(each)):
                    await store.search(asked, 0, 10)

    asyncio.run(search())
