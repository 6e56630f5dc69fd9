"""The file of a running bot: what became of it is told, and a backup is made every day."""

import datetime as dt
import math
from pathlib import Path

import pytest

from bot import render
from bot.errors import DamageError, StoreError
from bot.jobs.admin_notices import AdminNotices
from bot.jobs.store_file import BackupJob, StoreWatch
from bot.models.deliveries import RetryLater
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW

HOUR = dt.timedelta(hours=1)


class Folder:
    """A folder of backups that can be told to fail."""

    def __init__(self) -> None:
        self.made: list[dt.datetime] = []
        self.fails = False

    def newest(self, now: dt.datetime) -> dt.datetime | None:
        return max(self.made, default=None)

    def make(self, now: dt.datetime) -> Path:
        if self.fails:
            raise StoreError("data/backups: no room; make room")
        self.made.append(now)
        return Path("backups/herald.db")


class Clock:
    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


class File:
    """A file of which a test says what became of it."""

    said: str | None = None
    reads = 0

    def problem(self) -> str | None:
        return self.said

    def read_whole(self) -> None:
        self.reads += 1


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def job(folder: Folder, clock: Clock) -> BackupJob:
    return BackupJob(folder, clock)


async def test_a_backup_is_made_every_day(job: BackupJob, folder: Folder, clock: Clock) -> None:
    for hour in range(24 * 7):
        clock.now = NOW + hour * HOUR
        await job.run()
    assert folder.made == [NOW + day * 24 * HOUR for day in range(7)]
    assert job.describe() == "the newest is 23 h old"
    again = BackupJob(folder, clock)  # after a restart
    await again.run()
    assert len(folder.made) == 7


async def test_a_backup_that_fails_is_told_once_and_tried_again(
    job: BackupJob, folder: Folder, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder.fails = True
    for hour in range(5):
        clock.now = NOW + hour * HOUR
        await job.run()
    assert caplog.text.count("no room; make room") == 1
    notice = await job.find_failure()
    assert notice
    assert "tried again every hour: data/backups: no room" in render.notice_line(notice)
    assert job.describe() == "none yet; the last try failed, the log says why"
    assert job.age_in_seconds() == math.inf
    folder.fails = False
    clock.now += HOUR
    await job.run()
    assert folder.made == [NOW + 5 * HOUR]
    assert await job.find_failure() is None
    clock.now += HOUR
    assert job.age_in_seconds() == 3600


async def test_none_is_made_where_none_is_wanted(clock: Clock) -> None:
    job = BackupJob(None, clock)
    await job.run()
    assert (await job.make(), job.age(), job.describe()) == (None, None, "none are made")
    assert math.isnan(job.age_in_seconds())


async def test_a_lost_file_is_saved_and_told(
    job: BackupJob, folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(":memory:", RULES) as store:
        file = File()
        watch = StoreWatch(store, job, file)
        await watch.run()
        assert await watch.check() is None
        assert watch.notices() == []
        file.said = "herald.db was deleted"
        for _ in range(3):
            await watch.run()
        assert folder.made == [NOW]
        assert caplog.text.count("is lost when the bot stops") == 1
        assert await watch.check() == "its file is lost; the log says more"
        (notice,) = watch.notices()
        assert "backups/herald.db" in render.notice_line(notice)
        file.said = None
        await watch.run()
        assert await watch.check() is None


async def test_a_file_is_read_whole_as_often_as_that_takes_little_of_the_time(
    job: BackupJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0

    class Large(File):
        def read_whole(self) -> None:
            nonlocal seconds
            seconds += 3
            super().read_whole()

    monkeypatch.setattr("bot.jobs.store_file.time.monotonic", lambda: seconds)
    async with open_store(":memory:", RULES) as store:
        file = Large()
        watch = StoreWatch(store, job, file)
        for _ in range(24 * 60):
            await watch.run()
            seconds += 60
        assert 130 <= file.reads <= 145  # every ten minutes
        file.said = "herald.db was deleted"
        seconds += 10_000
        await watch.run()
        assert file.reads <= 145


async def test_damage_is_told_once_whatever_the_store_can_do(
    job: BackupJob, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(":memory:", RULES) as store:
        watch = StoreWatch(store, job)
        store.note_damage(DamageError("herald.db: malformed"))
        for _ in range(2):
            await watch.run()
        assert caplog.text.count("the store is damaged: herald.db: malformed") == 1
        assert await watch.check() == "it is damaged; the log says more"
        transport = FakeTransport()
        transport.outcomes[1] = [RetryLater("no network")]
        notices = AdminNotices(store, transport, [1], watch.notices)
        _break(store, monkeypatch)
        for _ in range(4):
            with pytest.raises(StoreError, match="of every step"):
                await notices.run()
        ((chat, text),) = transport.html
        assert chat == 1
        assert "The store is damaged." in text
        assert "herald.db: malformed" in text


def _break(store: RowStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*_: object) -> None:
        raise StoreError("of every step")

    monkeypatch.setattr(store.executor, "run", run)
