"""Several processes on one server's database: killed, paused, cut off and followed by a later
version while they deliver."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from bot.jobs.outbox import Outbox
from bot.models.chats import Chat, Filter
from bot.models.deliveries import DeliveryState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_leader_election, open_store
from tests.fakes import postgres_server
from tests.fakes.program import running_program, write_config
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.transport import FakeTransport
from tests.samples import NOW
from tests.store.cluster.test_upgrade import be_later

CHATS = range(1001, 1041)
OLD = Entry("Azyl: stará zpráva", "https://mv.example/0", "g0")
SWIFTLY = 5.0
"""Seconds within which another replica goes on."""
STARTED_WITHIN = 60.0
"""Seconds, on a machine that is busy with much else."""


class Replica:
    """`policy-herald run` as one process among several."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self._log = process, log

    def logged(self) -> str:
        return self._log.read_text()

    def led(self) -> int:
        """The latest epoch in which it began to lead; 0: it never did."""
        return max(
            map(int, re.findall(r"leads from now on \(epoch (\d+)\)", self.logged())), default=0
        )

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


class Replicas:
    """Replicas, the Telegram and the ministry they share."""

    def __init__(
        self, folder: Path, place: str, store: Store, telegram: FakeTelegram, web: FakeSources
    ) -> None:
        self.folder, self.place, self.store = folder, place, store
        self.telegram, self.web = telegram, web
        self.replicas: list[Replica] = []
        self.published = [OLD]
        web.publish("/rss", rss(self.published))
        write_config(folder, web.url("/rss"))

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[Replica]:
        log = self.folder / f"log{len(self.replicas)}"
        async with running_program(
            self.folder, log, self.telegram, HERALD_STORAGE_URL=self.place
        ) as process:
            self.replicas.append(Replica(process, log))
            yield self.replicas[-1]

    def running(self) -> list[Replica]:
        return [one for one in self.replicas if one.process.returncode is None]

    def leader(self) -> Replica:
        return max(self.replicas, key=Replica.led)

    def publishes(self, title: str) -> None:
        number = len(self.published)
        self.published.insert(0, Entry(title, f"https://mv.example/{number}", f"g{number}"))
        self.web.publish("/rss", rss(self.published))

    def recipients(self, title: str) -> list[int]:
        """Return the chats that were sent a development, once for each message."""
        return [
            chat
            for chat in CHATS
            for message in self.telegram.messages(chat)
            if title in message.text.splitlines()[:2]
        ]


async def until(holds: Callable[[], bool | Awaitable[bool]], within: float = 20) -> float:
    """Waits until something holds; the seconds that took."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    async with asyncio.timeout(within):
        while not (found if isinstance(found := holds(), bool) else await found):
            await asyncio.sleep(0.05)
    return clock() - begun


@pytest_asyncio.fixture
async def replicas(tmp_path: Path, postgres: str) -> AsyncIterator[Replicas]:
    with postgres_server.database(postgres) as place:
        async with (
            FakeTelegram(TOKEN) as telegram,
            FakeSources() as web,
            open_store(place, RULES) as kept,
        ):
            for chat in CHATS:
                telegram.says(chat, "/start")
                await kept.change_chat(chat, everything)
            yield Replicas(tmp_path, place, kept, telegram, web)


def everything(chat: Chat) -> Chat:
    return Chat(id=chat.id, filters=(Filter(id=1),))


async def test_whoever_dies_sleeps_is_cut_off_or_outdated_nothing_is_lost_or_comes_twice(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(replicas.replica())
        await until(lambda: "baseline" in replicas.leader().logged(), STARTED_WITHIN)
        await until(lambda: all("joined" in one.logged() for one in replicas.replicas))
        replicas.telegram.limit(overall=30)
        await dies(replicas, "Zákon o azylu")
        await sleeps(replicas, "Nařízení o uprchlících")
        await is_cut_off(replicas, "Novela zákona o pobytu cizinců a o azylu")
        await is_outdated(replicas, "Návraty neúspěšných žadatelů", monkeypatch)


async def dies(replicas: Replicas, title: str) -> None:
    """kill -9 of the leader, while all of them deliver."""
    leader, epoch = await delivering(replicas, title)
    leader.send(signal.SIGKILL)
    assert await until(lambda: replicas.leader().led() > epoch) < SWIFTLY
    await told_once(replicas, title)


async def sleeps(replicas: Replicas, title: str) -> None:
    """The leader is paused, given up, and wakes up when all is done."""
    leader, epoch = await delivering(replicas, title)
    leader.send(signal.SIGSTOP)
    assert await until(lambda: replicas.leader().led() > epoch) < SWIFTLY
    await told_once(replicas, title)
    leader.send(signal.SIGCONT)
    before = leader.logged().count("joined the other")
    await until(lambda: leader.logged().count("joined the other") > before)
    await told_once(replicas, title)
    # Both have asked for updates meanwhile, but neither is somebody else.
    await asyncio.sleep(3)
    assert not any("another process polls" in one.logged() for one in replicas.replicas)


async def is_cut_off(replicas: Replicas, title: str) -> None:
    """Every connection to the database breaks at once."""
    _, epoch = await delivering(replicas, title)
    async with await psycopg.AsyncConnection.connect(replicas.place, autocommit=True) as connection:
        ours = "application_name = 'policy-herald' AND pid <> pg_backend_pid()"
        await connection.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}".encode()
        )
    assert await until(lambda: replicas.leader().led() > epoch) < SWIFTLY
    await told_once(replicas, title)


async def is_outdated(replicas: Replicas, title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version with a migration comes: what runs with this one finishes and ends."""
    before = replicas.running()
    await delivering(replicas, title)
    be_later(monkeypatch)
    async with open_store(replicas.place, RULES) as store:
        for one in before:
            assert await one.process.wait() == 1
            assert "a later version of the program migrates the store" in one.logged()
            assert "Traceback" not in one.logged()
        told = replicas.recipients(title)
        async with open_leader_election(replicas.place, store, lambda: NOW):
            transport = FakeTransport()
            await Outbox(store, transport, lambda: NOW).drain()
        assert sorted([*told, *(chat for chat, _ in transport.titles)]) == [*CHATS]
        assert {*(await delivery_states(store, title)).values()} == {"sent"}


async def delivering(replicas: Replicas, title: str) -> tuple[Replica, int]:
    """Publishes, and returns while it is being delivered: who leads, and in which epoch."""
    replicas.publishes(title)
    await until(lambda: len(replicas.recipients(title)) >= len(CHATS) // 3)
    return replicas.leader(), replicas.leader().led()


async def told_once(replicas: Replicas, title: str) -> None:
    """Returns when the store has settled each delivery: as sent, which it was, once; or, of what
    was on the wire at that moment, as uncertain."""

    async def settled() -> bool:
        states = await delivery_states(replicas.store, title)
        return set(states.values()) <= {"sent", "uncertain"}

    await until(settled)
    states, recipients = await delivery_states(replicas.store, title), replicas.recipients(title)
    assert states.keys() == set(CHATS)
    assert len(recipients) == len(set(recipients))
    assert {chat for chat, state in states.items() if state == "sent"} <= set(recipients)


async def delivery_states(store: Store, title: str) -> dict[int, DeliveryState]:
    (made,) = await store.developments(lambda one, _: one.title == title)
    rows = await store.deliveries(None, 1000)
    return {row.chat: row.state for row in rows if row.development == made.id}
