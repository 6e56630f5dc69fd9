"""Years on a clock that is set by hand: no table grows without bound, and nothing goes too soon."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat.parsing.query import parse_search
from bot.jobs.periodic import InactiveChats
from bot.jobs.retention import RetentionJob
from bot.models import Correction, DateAhead, Development, Evidence, Join, Notice, Review, Stage
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.models.source_edits import Proposal, SourceEdit
from bot.models.sources import Hub, HubSubscription, PollCommit, SourceState
from bot.models.translations import Passage, PendingTranslation, Translation
from bot.pipeline.rules import RULES
from bot.store import RowStore, archive, caches, chats, joins, open_store, retention
from bot.store.database import Access
from bot.store.schema import TABLES
from bot.store.transaction import Transaction
from tests.samples import (
    as_read,
    commit,
    delivery,
    development,
    everything,
    pending_history,
    source,
)

BEGIN = dt.datetime(2025, 1, 16, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MONTH = dt.timedelta(days=30)
YEARS = 14


@pytest_asyncio.fixture
async def store() -> AsyncIterator[RowStore]:
    async with open_store(":memory:", RULES) as opened:
        yield opened


@pytest_asyncio.fixture
async def any_store(place: str) -> AsyncIterator[RowStore]:
    async with open_store(place, RULES) as opened:
        yield opened


async def _sizes(store: RowStore) -> dict[str, int]:
    """How many rows each table has, those of the index of words included."""

    def count(tables: Transaction) -> dict[str, int]:
        engine = tables.db.engine
        names = [*engine.tables(), "indexed"]
        counts = {name: engine.execute(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}
        return {name: int(number) for name, number in counts.items()}

    return await store.executor.run(Access.READS, count)


async def _expire(store: RowStore, now: dt.datetime) -> None:
    await RetentionJob(store, lambda: now, pause=0).run()


class Life:
    """What a service does in a month, with sources and chats that come and go."""

    def __init__(self, store: RowStore) -> None:
        self.store, self.now, self.month = store, BEGIN, 0

    async def lives(self) -> None:
        self.month += 1
        self.now += MONTH
        for pending in await self.store.pending_history(0, 9):
            await self.store.forget_history(pending.id)
        await self._publish("cz")
        await self._publish(f"gone-{self.month // 12}")
        await self._use()
        await self.store.executor.run(Access.WRITES, self._leave_rows)
        await InactiveChats(self.store, lambda: self.now, lambda: None).run()
        await _expire(self.store, self.now)

    async def _publish(self, source: str) -> None:
        key, today = f"{source}-{self.month}", self.now.date()
        state = SourceState(
            id=source, url="http://mv.example/rss", baseline=True, polled=self.now, noted=self.now
        )
        made = development(
            title=f"{key} o azylu", date=today, recorded=self.now, own_references=(f"C-{key}",),
            # Each is compared with all others: one a year is enough.
            stage=Stage(kind="bill", words=f"Návrh {key}.") if self.month % 12 == 0 else None,
        )  # fmt: skip
        brought = commit(
            (key,), made, state=state, at=self.now, seen=((key,), ("standing",)),
            texts={(key,): as_read(f"Celý text {key}.", key)},
            history=(pending_history(source=source),),
        )  # fmt: skip
        await self.store.commit(brought, self._deliveries)
        (sent,) = await self.store.claim_deliveries(self.now, 1)
        await self.store.start_delivery(replace(sent, state="sending"))
        settled = replace(sent, state="sent", settled=self.now, message_id=self.month)
        await self.store.save_delivery(settled)

    def _deliveries(self, made: Development, *_: object) -> Iterable[Delivery]:
        return [
            delivery(
                development=str(made.id), chat=self.month // 12, due=self.now, created=self.now
            )
        ]

    async def _use(self) -> None:
        store, number = self.store, self.month
        await store.change_chat(
            number // 12, lambda chat: everything(id=chat.id, seen=self.now.date())
        )
        await store.claim_update(number)
        await store.add_invitation(f"{number}")
        await store.open_feed(number // 12, 7 if number < 24 else 8, f"{number}")
        await store.add_notice(Notice(values={"text": f"{number}"}))
        await store.update_alerts({f"{number}": Notice(kind="rival")})
        await store.add_translated(self.now.date(), 100)
        await store.switch_source(f"gone-{number // 12}", is_on=False)
        await self._change_sources()
        hub = HubSubscription(source="", hub=Hub(url="h", topic="t"), asked=self.now)
        name = f"gone-{number // 12}"
        await store.change_hub_subscription(name, lambda _: replace(hub, source=name))

    async def _change_sources(self) -> None:
        added = SourceEdit(source=source(id=f"new-{self.month}"), at=self.now, by=1)
        made = await self.store.edit_source(added, keeps_baseline=False)
        assert made is not None
        await self.store.undo_source_edit(made.id, self.now, 1)
        await self.store.propose(Proposal(at=self.now))

    def _leave_rows(self, tables: Transaction) -> None:
        """What steps leave that never finish, as where a source or an engine is gone."""
        number, id_ = self.month, f"XX-{self.month}"
        waiting = PendingTranslation(development=id_, since=self.now, due=None)
        passage = Passage(title=id_, text="", language="cs")
        answer = Translation(title=id_, summary=None, by="engine", origin="machine")
        tables.translations._pending.insert(msgspec.to_builtins(waiting))
        tables.translations.translate(waiting, passage, answer)
        tables.developments.note(
            Correction(development=id_, title="", language=None, before=(), after=(), evidence=())
        )
        tables.db.rows("touched").insert({"chat": number})
        tables.db.rows("touched").remove_up_to(number - 5)  # which caches do
        made = development(id=id_, recorded=self.now)
        tables.joins.add([Join(development=id_, before=made, draft=made, keys=("k",), at=self.now)])
        if number == 1:
            review = Review(development=id_, due=self.now)
            tables.db.rows("reviews").insert(msgspec.to_builtins(review))


async def test_no_table_grows_without_bound(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "NEWEST", dict.fromkeys(retention.NEWEST, 24))
    monkeypatch.setattr("bot.store.chats.UPDATES_KEPT", 24)
    monkeypatch.setattr("bot.store.archive.CHANGES_KEPT", 24)
    life, sizes = Life(store), list[dict[str, int]]()
    for _ in range(YEARS * 12):
        await life.lives()
        sizes.append(await _sizes(store))
    assert sizes[0].keys() == {*TABLES, "indexed"}
    assert [name for name in sizes[0] if not any(size[name] for size in sizes)] == []
    before, after = (
        {name: max(size[name] for size in two_years) for name in sizes[0]}
        for two_years in (sizes[-48:-24], sizes[-24:])
    )
    assert [name for name in after if after[name] > before[name]] == []


async def test_what_is_kept_how_long(any_store: RowStore) -> None:
    store = any_store
    ahead = DateAhead(kind="hearing", day=BEGIN.date(), words="dnes", sentence="Jednání je dnes.")
    made = replace(
        development(recorded=BEGIN, ahead=(ahead,), stage=Stage(kind="bill", words="Návrh.")),
        evidence=Evidence(themes=("azyl",)),
        date=BEGIN.date(),
    )
    await store.commit(
        commit(("k",), made, at=BEGIN, texts={("k",): as_read("Nakonec zmínili Frontex.")}),
        lambda each, *_: [delivery(development=str(each.id), created=BEGIN)],
    )
    (one,) = await store.developments()

    async def search() -> int:
        return (await store.search(parse_search("frontex"), 0, 1))[1]

    await _expire(store, BEGIN + retention.DELIVERIES - DAY)
    assert len(await store.deliveries(None, 9)) == 1
    await _expire(store, BEGIN + retention.DELIVERIES + DAY)
    assert await store.deliveries(None, 9) == []
    await _expire(store, BEGIN + retention.DEVELOPMENTS - DAY)
    assert (await search(), await store.developments()) == (1, [one])
    assert [each.text for each in await store.readings(str(one.id))] == ["Nakonec zmínili Frontex."]
    await _expire(store, BEGIN + retention.DEVELOPMENTS + DAY)
    assert (await search(), await store.developments()) == (0, [])
    assert await store.readings(str(one.id)) == []


async def _see(store: RowStore, at: dt.datetime, *keys: str, noted: bool = True) -> None:
    state = SourceState(id="cz", url="u", baseline=True, polled=at, noted=at if noted else BEGIN)
    await store.commit(PollCommit(state=state, at=at, seen=tuple((key,) for key in keys)), None)


async def test_an_item_is_known_for_as_long_as_its_list_shows_it(any_store: RowStore) -> None:
    store = any_store
    await _see(store, BEGIN, "standing", "gone")
    for month in range(60):
        await _see(store, BEGIN + month * MONTH, "standing")
        await _expire(store, BEGIN + month * MONTH)
        known = await store.known_keys(["standing", "gone"])
        assert known == ({"standing", "gone"} if month <= 12 else {"standing"})


async def test_an_item_stays_known_of_a_source_that_was_not_read_whole(store: RowStore) -> None:
    await _see(store, BEGIN, "known")
    await _see(store, BEGIN + 999 * DAY, "other", noted=False)
    await _expire(store, BEGIN + 999 * DAY)
    assert await store.known_keys(["known"]) == {"known"}


async def test_a_store_of_an_earlier_version_forgets_no_item_at_once(any_store: RowStore) -> None:
    store = any_store

    def insert(tables: Transaction) -> None:
        tables.db.rows("seen").insert({"key": "old", "source": "cz", "development": None})

    await store.executor.run(Access.WRITES, insert)
    for day in (0, 364):
        await _see(store, BEGIN + day * DAY)
        await _expire(store, BEGIN + day * DAY)
        assert await store.known_keys(["old"]) == {"old"}
    await _see(store, BEGIN + 367 * DAY)
    await _expire(store, BEGIN + 367 * DAY)
    assert await store.known_keys(["old"]) == frozenset()


async def test_a_bot_that_was_away_for_years_forgets_no_source(store: RowStore) -> None:
    await _see(store, BEGIN, "known")
    await _expire(store, BEGIN + 3 * retention.SOURCES)
    assert await store.state("cz")
    assert await store.known_keys(["known"]) == {"known"}


async def test_much_is_removed_in_small_steps(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 7)
    monkeypatch.setattr(retention, "KEYS_AT_ONCE", 7)
    await store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=7),)))
    await store.enqueue(delivery(development=f"{number}", created=BEGIN) for number in range(50))
    await _see(store, BEGIN, *(f"{number}" for number in range(50)))
    await _see(store, BEGIN + 2 * retention.KEYS)
    await _expire(store, BEGIN + 2 * retention.KEYS)
    assert await store.deliveries(None, 99) == []
    assert await store.known_keys([f"{number}" for number in range(50)]) == frozenset()


# ---------------------------------------------------------------- the table for people


def _rows_of_the_table() -> dict[str, str]:
    """How long each table is kept, as the documentation says."""
    text = (Path(__file__).parents[2] / "docs" / "RETENTION.md").read_text()
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    return {name: kept for _, names, kept, *_ in rows for name in re.findall(r"`(\w+)`", names)}


def test_the_documentation_tells_of_every_table() -> None:
    assert _rows_of_the_table().keys() == {*TABLES, "words"}


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("developments", f"{retention.DEVELOPMENTS // retention.YEAR} years"),
        ("words", f"{retention.DEVELOPMENTS // retention.YEAR} years"),
        ("readings", f"{retention.DEVELOPMENTS // retention.YEAR} years"),
        ("deliveries", f"{retention.DELIVERIES // retention.YEAR} year"),
        ("seen", f"{retention.KEYS // retention.YEAR} year after"),
        ("sources", f"{retention.SOURCES // retention.YEAR} year after"),
        ("pages", f"; {retention.PAGES.days} days"),
        ("untranslated", f"; {retention.PENDING_TRANSLATIONS.days} days"),
        ("counters", f"{retention.DAILY_COUNTS.days} days"),
        ("joins", f"{joins.KEPT.days} days"),
        ("updates", f"{chats.UPDATES_KEPT:,}"),
        ("touched", f"{caches.CHANGES_KEPT:,}"),
        ("revised", f"{archive.CHANGES_KEPT:,}"),
        *((table, f"newest {kept:,}") for table, kept in retention.NEWEST.items()),
    ],
)
def test_the_documentation_tells_how_long(table: str, kept: str) -> None:
    assert kept in _rows_of_the_table()[table]
