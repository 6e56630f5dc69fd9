"""The contract of `ports.Store`."""

import asyncio
import datetime as dt
import inspect
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import deliver
from bot.errors import StoreError
from bot.models import DateAhead, Development, PageText
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, RetryLater, Tally
from bot.models.pace import DAILY, Pace, ScheduledDigest
from bot.models.sources import (
    Hub,
    HubSubscription,
    NotRelevant,
    PollCommit,
    SeenItem,
    SourceState,
    Unsent,
)
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.search import HasWord
from bot.store import RowStore, open_store
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.sqlite import SqliteDatabase
from bot.store.store import _TABLES
from bot.store.tinydb_rows import RowDB, having
from tests.samples import NOW, audience_of, commit, delivery, development, everything

STATE = SourceState(id="cz", url="http://mv.example/rss", baseline=True)


@pytest_asyncio.fixture
async def store(place: str) -> AsyncIterator[Store]:
    async with open_store(place, RULES) as opened:
        yield opened


async def record(
    store: Store, *keys: str, chats: tuple[int, ...] = (), **changes: object
) -> tuple[list[Development], list[Delivery]]:
    def deliveries_for(made: Development, *_: object) -> list[Delivery]:
        return [delivery(development=str(made.id), chat=chat, filters=(7,)) for chat in chats]

    return await store.commit(commit(keys or ("k",), development(**changes)), deliveries_for)


async def test_developments_are_numbered_by_country_and_year(store: Store) -> None:
    for number, (country, day) in enumerate(
        [
            ("CZ", dt.date(2025, 1, 16)),
            ("CZ", dt.date(2025, 2, 1)),
            ("CZ", dt.date(2024, 12, 31)),
            (None, None),
        ]
    ):
        await record(store, str(number), country=country, date=day)
    ids = {made.id for made in await store.developments()}
    assert ids == {"CZ-2025-0001", "CZ-2025-0002", "CZ-2024-0001", "XX-2025-0001"}


def ahead(*days: int | None) -> tuple[DateAhead, ...]:
    """Dates of February 2025; None: one whose day is not known."""
    known = [dt.date(2025, 2, day) if day else None for day in days]
    return tuple(DateAhead(kind="appeal", day=day, words="", sentence="") for day in known)


async def test_developments_are_found_by_the_last_date_that_they_tell(store: Store) -> None:
    for key, dates in (("a", ahead(1, 9)), ("b", ahead(3, None)), ("c", ()), ("d", ahead(4))):
        await record(store, key, title=key, ahead=dates)

    def wanted(made: Development, has_word: HasWord) -> bool:
        return made.title != "d" or has_word("nowhere")

    for day, titles in ((3, ["a", "b"]), (4, ["a"]), (10, [])):
        found = await store.developments_ahead(wanted, dt.date(2025, 2, day))
        assert [made.title for made in found] == titles


async def test_what_was_recorded_under_any_key_is_recorded_once(store: Store) -> None:
    await record(store, "guid", "url", chats=(1,))
    again, rows = await record(store, "other", "url", chats=(1,))
    assert (again, rows) == ([], [])
    assert len(await store.developments()) == 1
    assert await store.known_keys(["guid", "url", "other", "none"]) == {"guid", "url", "other"}


async def test_a_commit_that_breaks_leaves_nothing_behind(store: Store) -> None:
    def broken(made: Development, *_: object) -> list[Delivery]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.commit(commit(("k",), development()), broken)
    assert await store.developments() == []
    assert await store.known_keys(["k"]) == frozenset()
    assert await store.state("cz") is None


async def test_what_became_of_an_item_is_kept_with_its_key(store: Store) -> None:
    why = NotRelevant(relevance=0.1, least=0.9, speaking_for=("hranice",), against=("fotbal",))
    unsent = Unsent(at=NOW, reason="not relevant", irrelevance=why)
    state = SourceState(id="cz", url="http://mv.example/rss")
    await store.commit(PollCommit(state=state, at=NOW, seen=(("a",),), unsent={"a": unsent}), None)
    ((made,), _) = await record(store, "b")
    items = {item.development: item for item in await store.seen_items(["a", "b", "none"])}
    assert items == {
        None: SeenItem(source="cz", unsent=unsent),
        made.id: SeenItem(source="cz", development=made.id),
    }


async def test_a_text_that_no_encoding_knows_is_stored_all_the_same(store: Store) -> None:
    state = SourceState(id="cz", url="http://mv.example/rss", etag='"\udcff"', error="\ud800 é")
    await store.commit(PollCommit(state=state, at=NOW), None)
    stored = await store.state("cz")
    assert stored
    assert (stored.etag, stored.error) == ('""', " é")


async def test_developments_come_newest_first_within_bounds(store: Store) -> None:
    for day in (1, 3, 2):
        await record(store, str(day), title=str(day), date=dt.date(2025, 1, day))
    assert [made.title for made in await store.developments()] == ["3", "2", "1"]
    assert [made.title for made in await store.developments(limit=1)] == ["3"]
    since = await store.developments(since=dt.date(2025, 1, 2))
    until = await store.developments(until=dt.date(2025, 1, 2))
    assert [made.title for made in since] == ["3", "2"]
    assert [made.title for made in until] == ["2", "1"]
    wanted = await store.developments(lambda made, _: made.title != "3", limit=1)
    assert [made.title for made in wanted] == ["2"]


async def test_a_development_is_found_by_its_id(store: Store) -> None:
    (made,), _ = await record(store)
    assert await store.development("CZ-2025-0001") == made
    assert await store.development("CZ-2025-0002") is None


async def test_a_chat_is_kept_only_while_there_is_something_to_keep(store: Store) -> None:
    await store.change_chat(1, lambda chat: replace(chat, filters=(Filter(id=1),)))
    assert await store.chats() == [Chat(id=1, filters=(Filter(id=1),))]
    await store.change_chat(1, lambda chat: replace(chat, filters=()))
    assert await store.chats() == []
    assert await store.chat(1) == Chat(id=1)


async def test_due_deliveries_are_those_of_chats_that_listen(store: Store) -> None:
    chats = (1, 2, 3, 4, 5)
    await _listen(store, *chats)
    await record(store, chats=chats)
    await store.change_chat(2, lambda chat: replace(chat, paused=True))
    await store.change_chat(3, lambda chat: replace(chat, suspended="blocked"))
    await store.change_chat(4, lambda chat: replace(chat, paused=True, paused_until=NOW))
    assert [row.chat for row in await store.claim_deliveries(NOW, 10, busy={5})] == [1, 4]
    assert [row.chat for row in await store.claim_deliveries(NOW, 1)] == [1]


async def test_a_long_queue_holds_up_no_other_and_may_begin_with_the_newest(store: Store) -> None:
    await _listen(store, 1, 2)
    for number in range(4):
        await record(store, f"k{number}", title=f"News {number}", chats=(1,))
    await record(store, "k4", title="News 4", chats=(1, 2))

    async def claimed(limit: int, **how: Any) -> list[tuple[int, str]]:
        rows = await store.claim_deliveries(NOW, limit, **how)
        return [(row.chat, row.development[-1]) for row in rows]

    assert await claimed(2) == [(1, "1"), (2, "5")]
    assert await claimed(9, each=2) == [(1, "1"), (2, "5"), (1, "2")]
    first, *_ = await store.claim_deliveries(NOW, 9, newest_first={1})
    later = deliver.apply_outcome(deliver.mark_in_flight(first), RetryLater("no", 60), NOW)
    newest = await claimed(9, newest_first={1})
    assert [number for chat, number in newest if chat == 1] == ["5", "4", "3", "2", "1"]
    await store.start_delivery(deliver.mark_in_flight(first))
    await store.save_delivery(later)
    assert await claimed(9, newest_first={1}) == [(2, "5")]


MANY = (5, 4, 3, 2, 1)


async def test_many_deliveries_are_enqueued_in_order_with_the_commit(store: Store) -> None:
    await _listen(store, *MANY)
    (made,), rows = await record(store, chats=MANY)
    assert tuple(row.chat for row in rows) == MANY
    claimed = await store.claim_deliveries(NOW, 10)
    assert [row.chat for row in claimed] == [5, 4, 3, 2, 1]
    assert {row.development for row in claimed} == {made.id}


async def test_what_many_are_sent_is_found_in_every_way(store: Store) -> None:
    (made,), _ = await record(store, chats=MANY)
    assert (await store.tally()).waiting == (await store.backlog(NOW)).pending == 5
    assert [row.chat for row in await store.deliveries("pending", 9)] == [1, 2, 3, 4, 5]
    (one,) = await store.deliveries_of(1)
    assert one == await store.news_delivery(str(made.id), 1)
    assert await store.news_delivery(str(made.id), 6) is None
    assert (await store.tally(1)).waiting == 1


async def test_what_many_are_sent_goes_where_its_chat_goes(store: Store) -> None:
    await _listen(store, *MANY)
    await record(store, "a", chats=MANY)
    await store.forget_chat(1)
    await record(store, "b", title="Jiná", chats=MANY[:-1])
    await store.move_chat(2, -2)
    await record(store, "c", title="Třetí", chats=(5, 4, 3))
    await store.suspend_chat(3, "blocked", NOW)
    states = {(row.chat, row.state) for row in await store.deliveries(None, 99)}
    assert states == {(5, "pending"), (4, "pending"), (-2, "pending"), (3, "suspended")}


async def test_what_many_are_sent_outlives_a_restart(place: str) -> None:
    async with open_store(place, RULES) as store:
        await _listen(store, *MANY)
        await record(store, chats=MANY)
    async with open_store(place, RULES) as store:
        assert await store.recover_deliveries(NOW) == []
        assert [row.chat for row in await store.claim_deliveries(NOW, 10)] == list(MANY)


async def test_what_was_collected_for_many_is_in_their_digests(
    store: Store,
) -> None:
    def deliveries_for(made: Development, *_: object) -> list[Delivery]:
        return [
            delivery(development=str(made.id), chat=chat, filters=(7,), state="collected")
            for chat in MANY
        ]

    await store.change_chat(1, lambda chat: everything())
    await store.commit(commit(("k",), development()), deliveries_for)
    assert await store.compose_digests(1, NOW, ()) == 1
    (digest,) = (row for row in await store.deliveries_of(1) if row.kind == "digest")
    assert digest.digest
    assert digest.digest.items == ("CZ-2025-0001",)


async def test_a_pause_is_over_at_its_time(store: Store) -> None:
    until = NOW + dt.timedelta(hours=1)
    berlin = until.astimezone(dt.timezone(dt.timedelta(hours=1)))
    for chat, changes in enumerate(
        ({"paused": True, "paused_until": until}, {"paused": True, "paused_until": berlin},
         {"paused": True}, {"paused_until": until}, {}), 1,
    ):  # fmt: skip
        await store.change_chat(chat, lambda _, n=chat, c=changes: everything(id=n, **c))
    assert await store.pauses_over(until - dt.timedelta(minutes=1)) == []
    assert sorted(chat.id for chat in await store.pauses_over(until)) == [1, 2]


async def test_what_waits_in_number_may_be_collected(store: Store) -> None:
    await _listen(store, 1, 2)
    for key in "abc":
        await record(store, key, title=key, chats=(1,))
    await record(store, "d", title="d", chats=(2,))
    (row, *_) = await store.claim_deliveries(NOW, 1)
    await store.save_delivery(replace(row, attempts=1))
    assert await store.chats_awaiting(2) == {1: 3}
    assert await store.chats_awaiting(3) == {}
    await store.collect_pending(1)
    rows = await store.deliveries_of(1)
    assert [(each.state, each.attempts) for each in rows] == [
        ("pending", 1), ("collected", 0), ("collected", 0),
    ]  # fmt: skip
    assert await store.chats_awaiting(0) == {1: 1, 2: 1}
    await store.change_chat(2, lambda known: replace(known, pace=DAILY))
    await store.collect_pending(2)  # it is urgent: nothing else would be pending
    assert await store.chats_awaiting(0) == {1: 1, 2: 1}


async def test_a_delivery_waits_for_its_time_but_not_for_a_clock_that_was_set_back(
    store: Store,
) -> None:
    await _listen(store, 1)
    await record(store, chats=(1,))
    (row,) = await store.claim_deliveries(NOW, 10)
    later = NOW + dt.timedelta(seconds=30)
    await store.save_delivery(replace(row, due=later, attempts=1))
    assert await store.claim_deliveries(later - dt.timedelta(seconds=1), 10) == []
    assert await store.claim_deliveries(NOW - dt.timedelta(hours=1), 10) == []
    assert len(await store.claim_deliveries(later, 10)) == 1
    await record(store, "j", chats=(1,))
    await store.save_delivery(replace(row, state="sent", settled=NOW))
    assert len(await store.claim_deliveries(NOW - dt.timedelta(hours=1), 10)) == 1


@pytest.mark.parametrize(("table", "change"), [
    ("deliveries", {"kind": "nonsense"}),
    ("deliveries", {"due": "soon"}),
    ("chats", {"filters": "all"}),
    ("chats", {"quiet": (0, 60), "timezone": "Nowhere/Nothing"}),
])  # fmt: skip
async def test_a_row_that_is_broken_holds_up_no_other_chat(
    store: RowStore, table: str, change: dict[str, object]
) -> None:
    await _listen(store, 1, 2)
    await record(store, "a", chats=(1, 2))
    await record(store, "b", title="b", chats=(1, 2))
    rows = [row.id for row in await store.deliveries_of(1)]
    doc_ids = rows[-1:] if table == "deliveries" else None
    await store.executor.run(
        Access.WRITES,
        lambda tables: tables.db.rows(table).update(
            change, None if doc_ids else having(id=1), doc_ids
        ),
    )
    assert [row.chat for row in await store.claim_deliveries(NOW, 10)] == [2, 2]
    assert (await store.backlog(NOW)).pending == 4
    assert await store.recover_deliveries(NOW) == []


async def test_deliveries_are_counted_by_state(store: Store) -> None:
    await _listen(store, 1, 2)
    await record(store, chats=(1, 2))
    (row, _) = await store.claim_deliveries(NOW, 10)
    await store.save_delivery(replace(row, state="sent", settled=NOW, message_id=5))
    assert await store.tally() == Tally(pending=1, sent=1, last_sent=NOW)
    assert await store.tally(1) == Tally(sent=1, last_sent=NOW)


async def test_what_was_being_sent_at_a_crash_becomes_uncertain(store: Store) -> None:
    await _listen(store, 1, 2)
    await record(store, chats=(1, 2))
    (row, _) = await store.claim_deliveries(NOW, 10)
    await store.save_delivery(replace(row, state="sending", attempts=1))
    (torn,) = await store.recover_deliveries(NOW)
    assert (torn.chat, torn.state) == (1, "uncertain")
    assert (await store.tally()).uncertain == 1
    assert await store.recover_deliveries(NOW) == []


async def test_a_group_that_moves_keeps_its_filters_and_deliveries(store: Store) -> None:
    await store.change_chat(-1, lambda chat: replace(everything(), id=-1))
    await record(store, chats=(-1,))
    await store.move_chat(-1, -1001)
    assert (await store.chat(-1001)).filters == everything().filters
    assert (await store.chat(-1)).filters == ()
    assert [row.chat for row in await store.claim_deliveries(NOW, 10)] == [-1001]


async def test_a_group_that_moves_while_a_message_is_on_the_wire_still_gets_it(
    store: Store,
) -> None:
    await _listen(store, -1)
    await record(store, chats=(-1,))
    (row,) = await store.claim_deliveries(NOW, 10)
    await store.save_delivery(replace(row, state="sending"))
    await store.move_chat(-1, -1001)
    await store.save_delivery(replace(row, state="pending"))
    assert [row.chat for row in await store.claim_deliveries(NOW, 10)] == [-1001]


async def test_what_must_wait_keeps_what_comes_after_it_waiting(store: Store) -> None:
    await _listen(store, 1)
    await record(store, "a", chats=(1,), title="a")
    await record(store, "b", chats=(1,), title="b")
    first, second = await store.claim_deliveries(NOW, 10)
    later = NOW + dt.timedelta(seconds=30)
    await store.save_delivery(replace(first, due=later))
    assert await store.claim_deliveries(NOW, 10) == []
    assert await store.claim_deliveries(later, 10) == [replace(first, due=later), second]


async def _listen(store: Store, *chats: int) -> None:
    for chat in chats:
        await store.change_chat(chat, lambda known: replace(everything(), id=known.id))


async def test_a_group_moved_twice_owes_each_message_once(store: Store) -> None:
    await record(store, chats=(-1, -1001))
    await store.move_chat(-1, -1001)
    assert (await store.tally()).pending == 1


async def test_forgetting_a_chat_leaves_nothing_of_it(store: Store) -> None:
    await store.change_chat(1, lambda chat: everything())
    await record(store, chats=(1,))
    await store.forget_chat(1)
    assert await store.chats() == []
    assert await store.tally(1) == Tally()


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "herald.db")
    async with open_store(path, RULES) as first:
        await record(first, chats=(1,))
    async with open_store(path, RULES) as second:
        assert (await second.state("cz")) == STATE
        assert (await second.tally()).pending == 1


async def test_a_second_process_reads_while_the_first_writes(tmp_path: Path) -> None:
    path = str(tmp_path / "herald.db")
    async with open_store(path, RULES) as writer, open_store(path, RULES) as reader:
        await asyncio.gather(*(record(writer, str(n)) for n in range(20)))
        assert len(await reader.developments()) == 20


async def test_a_store_can_be_filled_from_another_without_touching_it(tmp_path: Path) -> None:
    path = str(tmp_path / "herald.db")
    async with open_store(path, RULES) as kept:
        await record(kept)
        async with open_store(":memory:", RULES, filled_from=path) as copy:
            await record(copy, "new")
            assert len(await copy.developments()) == 2
        assert len(await kept.developments()) == 1


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_file_that_is_no_store_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "herald.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"herald\.db"):
        await _open(str(path))
    assert path.read_bytes() == content


async def test_a_store_of_a_later_version_is_not_touched(place: str) -> None:
    await _open(place)
    with open_engine(place) as engine, engine.transaction(Access.WRITES):
        RowDB(engine).rows("meta").update({"version": 99})
    with pytest.raises(StoreError, match="a later version"):
        await _open(place)


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        await _open(str(tmp_path / "file" / "herald.db"))


async def _open(path: str) -> None:
    async with open_store(path, RULES):
        """It opened."""


async def test_a_store_of_version_1_is_led_to_this_one(tmp_path: Path) -> None:
    path = str(tmp_path / "herald.db")
    with RowDB(SqliteDatabase(path)) as db:
        db.engine.make_index("deliveries", "development", "chat", unique=True)
        db.table("meta").insert({"name": "schema", "version": 1})
        row = {"id": 0, "development": "CZ-2025-0001", "chat": 1, "filters": [7], "state": "sent",
               "attempts": 1, "due": "2025-01-16T12:00:00Z", "created": "2025-01-16T12:00:00Z",
               "settled": "2025-01-16T12:00:01Z", "message_id": 5, "reason": None}  # fmt: skip
        db.table("deliveries").insert(row)
        db.table("sources").insert(
            {"id": "cz", "url": "https://a.example/", "moved": "https://b.example/", "moves": 3}
        )
        known = {**msgspec.to_builtins(development()), "id": "CZ-2025-0001", "day": "2025-01-16"}
        db.table("developments").insert({k: v for k, v in known.items() if k != "revision"})
        db.table("seen").insert({"key": "k", "source": "cz", "development": "CZ-2025-0001"})
    for _ in range(2):
        async with open_store(path, RULES) as store:
            state = (await store.states())["cz"]
            assert (state.home, state.moved, state.moves) == ("https://b.example/", None, 0)
            news = await store.news_delivery("CZ-2025-0001", 1)
            assert news is not None
            assert news.message_id == 5
    async with open_store(path, RULES) as store:
        changed = (("k",), development(date=dt.date(2025, 1, 17)))
        brought = PollCommit(state=STATE, at=NOW, seen=(("k",),), updates=(changed,))
        await store.commit(brought, lambda *_: ())
        assert [row.kind for row in await store.claim_deliveries(NOW, 9)] == ["edit", "correction"]


async def test_what_was_read_by_earlier_rules_is_read_anew(tmp_path: Path) -> None:
    path = str(tmp_path / "herald.db")
    state = replace(STATE, digest="d", etag='"e"', pieces=b"marks")
    async with open_store(path, RULES) as store:
        await store.change_chat(1, lambda chat: everything())
        _, (row,) = await record(store, "k", chats=(1,))
        await store.commit(PollCommit(state=state, at=NOW), None)
        (page,) = await store.watched_pages("cz")
        made = await store.development(row.development)
        assert made is not None
        read = replace(page, digest="d", reading=PageText(title="Azyl", text="Text."))
        await store.record_recheck(read, made, None)
    with RowDB(SqliteDatabase(path)) as db:
        db.rows("meta").update({"version": 5})
    async with open_store(path, RULES) as store:
        assert (await store.states())["cz"] == replace(STATE, learns_anew=True)
        (unread,) = await store.watched_pages("cz")
        assert unread == replace(read, digest=None, reading=None)


async def test_readers_are_told_of_one_change_a_day(store: Store) -> None:
    await store.change_chat(1, lambda chat: everything())
    await record(store, "k", chats=(1,))
    (row,) = await store.claim_deliveries(NOW, 9)
    await store.save_delivery(replace(row, state="sent", settled=NOW, message_id=5))

    async def kinds_after(day: int, hours: int) -> list[str]:
        now = NOW + dt.timedelta(hours=hours)
        changed = (("k",), development(date=dt.date(2025, 1, day)))
        await store.commit(PollCommit(state=STATE, at=now, updates=(changed,)), None)
        rows = await store.claim_deliveries(now, 9)
        for row in rows:
            await store.save_delivery(replace(row, state="sent", settled=now))
        return [row.kind for row in rows]

    assert await store.told(row.development) is None
    assert await kinds_after(17, 1) == ["edit", "correction"]
    assert await kinds_after(18, 2) == ["edit"]
    told = await store.told(row.development)
    assert told is not None
    assert (told.at, told.date) == (NOW + dt.timedelta(hours=1), dt.date(2025, 1, 17))
    assert await kinds_after(19, 26) == ["edit", "correction"]
    assert await kinds_after(19, 60) == []


async def test_an_uncertain_delivery_can_be_repeated(store: Store) -> None:
    await store.change_chat(1, lambda chat: everything())
    await record(store, "k", chats=(1,))
    (row,) = await store.claim_deliveries(NOW, 9)
    assert await store.repeat_delivery(row.id, NOW) is None  # it is pending
    await store.save_delivery(replace(row, state="uncertain", settled=NOW, attempts=1, reason="?"))
    assert [found.id for found in await store.deliveries("uncertain", 9)] == [row.id]
    assert await store.deliveries("sent", 9) == []
    again = await store.repeat_delivery(row.id, NOW)
    assert again is not None
    assert await store.claim_deliveries(NOW, 9) == [again]
    assert (again.state, again.attempts, again.settled) == ("pending", 0, None)
    assert await store.repeat_delivery(999, NOW) is None


async def test_the_audience_stays_as_the_store_is(store: Store) -> None:
    audience = await audience_of(store)

    def recipients() -> list[int]:
        return [each.chat for each in audience.recipients(development(), NOW)]

    await store.change_chat(1, lambda chat: everything())
    assert recipients() == [1]
    await store.move_chat(1, -5)
    assert recipients() == [-5]
    await store.change_chat(-5, lambda chat: replace(chat, paused=True))
    assert recipients() == []
    await store.change_chat(-5, lambda chat: replace(chat, paused=False))
    await store.forget_chat(-5)
    assert recipients() == []


async def test_another_bot_waits_for_each_chat_and_edits_nothing(store: Store) -> None:
    await _listen(store, 1, 2)
    await record(store, chats=(1, 2))
    (first, _) = await store.claim_deliveries(NOW, 10)
    await store.save_delivery(replace(first, state="sent", settled=NOW, message_id=5))
    assert not await store.set_bot(111)
    assert not await store.set_bot(111)
    assert (await store.tally()).pending == 1
    assert await store.set_bot(222)
    assert await store.claim_deliveries(NOW, 10) == []
    assert await store.tally() == Tally(sent=1, suspended=1, last_sent=NOW)
    news = await store.news_delivery(first.development, 1)
    assert news is not None
    assert news.message_id is None
    await store.unsuspend_chat(2, NOW)
    assert [row.chat for row in await store.claim_deliveries(NOW, 10)] == [2]
    assert [chat.suspended is None for chat in await store.chats()] == [False, True]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://herald:pa55%zz@127.0.0.1:1/x",
        "postgresql://herald:pa55 word@127.0.0.1:1/x",
        "postgresql://herald:pa55/word@127.0.0.1:1/x",
        "postgresql://herald:pa55?word@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?password=pa55@word",
    ],
)
async def test_an_address_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(StoreError) as raised:
        await _open(url)
    assert "pa55" not in str(raised.value)
    assert "word@" not in str(raised.value)


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/x: cannot be connected to") as raised:
        await _open("postgresql://u:SECRET@127.0.0.1:1/x")
    assert "SECRET" not in str(raised.value)


async def test_two_processes_may_begin_on_an_empty_store_together(place: str) -> None:
    await asyncio.gather(*(_open(place) for _ in range(8)))
    async with open_store(place, RULES) as opened:
        assert await opened.developments() == []


async def test_how_things_stand_with_hubs_is_kept(store: Store) -> None:
    made = HubSubscription(source="cz", hub=Hub(url="https://hub.example", topic="t"), asked=NOW)
    await store.change_hub_subscription("cz", lambda kept: made if kept is None else kept)
    await store.change_hub_subscription("cz", lambda kept: kept and replace(kept, until=NOW))
    await store.change_hub_subscription("de", lambda kept: kept and replace(kept, until=NOW))
    assert await store.hub_subscriptions() == {"cz": replace(made, until=NOW)}
    await store.change_hub_subscription("cz", lambda _: None)
    assert await store.hub_subscriptions() == {}


async def test_deliveries_that_version_4_kept_in_one_row_get_rows_of_their_own(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "herald.db")
    async with open_store(path, RULES) as store:
        await _listen(store, 1, 2, 3)
        await record(store, chats=(1,))
    engine = SqliteDatabase(path)
    db = RowDB(engine)
    like = msgspec.to_builtins(delivery(chat=9))
    with engine.transaction():
        db.rows("meta").update({"version": 4})
        db.rows("waves").insert(
            {"like": like, "chats": [[2, [1], "pending"], [3, [1, 2], "collected"]]}
        )
    engine.close()
    async with open_store(path, RULES) as store:
        rows = {row.chat: row for row in await store.deliveries(None, 9)}
    assert {chat: row.state for chat, row in rows.items()} == {
        1: "pending",
        2: "pending",
        3: "collected",
    }
    assert rows[3].filters == (1, 2)


async def test_a_chat_keeps_its_settings_and_one_stored_before_has_the_new_ones(
    store: RowStore,
) -> None:
    await store.executor.run(
        Access.WRITES, lambda tables: tables.db.rows("chats").insert({"id": 1, "silent": True})
    )
    assert await store.chat(1) == Chat(id=1, silent=True)
    await store.change_chat(1, lambda chat: replace(chat, short=True))
    assert await store.chat(1) == Chat(id=1, silent=True, short=True)


async def test_an_invitation_is_redeemed_once(store: Store) -> None:
    await store.add_invitation("token")
    assert await store.redeem_invitation("token")
    assert not await store.redeem_invitation("token")


def test_every_verb_is_implemented_as_it_is_declared() -> None:
    """A verb is declared in `bot.ports` and written in a table's class, or runs in batches: the two
    must agree."""

    def types(function: Callable[..., object]) -> list[tuple[str, object]]:
        signature = inspect.signature(function)
        parameters = [(each.name, each.annotation) for each in signature.parameters.values()]
        return [*parameters, ("return", signature.return_annotation)]

    declared = {
        name: types(verb)
        for kind in Store.__mro__
        for name, verb in vars(kind).items()
        if not name.startswith("_") and inspect.iscoroutinefunction(verb)
    }
    written = {
        name: types(step)
        for table in _TABLES
        for name, step in vars(table).items()
        if hasattr(step, "access")
    }
    in_batches = {
        step.__name__: types(step) for step in (RowStore.start_delivery, RowStore.save_delivery)
    }
    assert written | in_batches == declared


async def test_a_digest_that_version_7_kept_for_a_chat_stays_that_of_its_filters(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "herald.db")
    due = NOW + dt.timedelta(hours=1)
    old = {
        "id": 1, "timetable": {"every": "week", "minute": 540, "weekday": 4},
        "digest_due": due.isoformat(), "digested": NOW.isoformat(), "urgent": ["Legislative"],
        "filters": [{"id": 1}, {"id": 2, "thread": 5}, {"id": 3}],
    }  # fmt: skip
    async with open_store(path, RULES) as store:
        await store.change_chat(2, lambda chat: everything(id=2))
    with RowDB(SqliteDatabase(path)) as db:
        db.rows("chats").insert(old)
        db.rows("meta").update({"version": 7})
    async with open_store(path, RULES) as store:
        chat = await store.chat(1)
        pace = Pace(kind="weekly", minute=540, weekday=4)
        assert (chat.pace, chat.urgent) == (pace, {"type:Legislative"})
        assert [each.pace for each in chat.filters] == [None, None, None]
        assert chat.digests == tuple(
            ScheduledDigest(pace=pace, thread=thread, since=NOW, due=due) for thread in (None, 5)
        )
        assert await store.digests_due(due) == [chat]
        assert await store.chat(2) == everything(id=2)
