"""A rolling upgrade with a migration: what runs with the version before steps aside."""

import pytest

from bot.errors import StoreError
from bot.jobs.outbox import Outbox
from bot.pipeline.rules import RULES
from bot.store import open_leader_election, open_store, schema
from bot.store.cluster import membership, upgrade
from tests.fakes import postgres_server
from tests.fakes.transport import FakeTransport
from tests.samples import NOW
from tests.store.cluster.test_replicas import CHATS, STARTED_WITHIN, Replicas, replicas, until

__all__ = ["replicas"]
TITLE = "Zákon o azylu"
LATER = schema.VERSION + 1


def be_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process be of a later version, to which the store is to be migrated."""
    steps = {**schema.STEPS, schema.VERSION: ()}
    monkeypatch.setattr(schema, "STEPS", steps)
    monkeypatch.setattr(schema, "VERSION", LATER)
    for module, name in (
        (upgrade, "_NOTIFY"),
        (upgrade, "_ARE_THERE"),
        (membership, "_IS_LATER"),
    ):
        statement = getattr(module, name).replace(str(LATER - 1), str(LATER))
        monkeypatch.setattr(module, name, statement)


async def test_a_replica_of_the_version_before_finishes_and_ends_and_nothing_is_lost(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replicas.replica() as old:
        await until(lambda: "baseline" in old.logged(), STARTED_WITHIN)
        replicas.telegram.limit(overall=30)
        replicas.publishes(TITLE)
        await until(lambda: len(replicas.recipients(TITLE)) >= 5)
        be_later(monkeypatch)
        async with open_store(replicas.place, RULES) as store:
            assert await old.process.wait() == 1
            assert "a later version of the program migrates the store" in old.logged()
            assert "Traceback" not in old.logged()
            told = replicas.recipients(TITLE)
            async with open_leader_election(replicas.place, store, lambda: NOW):
                transport = FakeTransport()
                await Outbox(store, transport, lambda: NOW).drain()
            assert sorted([*told, *(chat for chat, _ in transport.titles)]) == [*CHATS]
            assert (await store.tally()).sent == len(CHATS)


async def test_a_replica_that_does_not_hear_is_shut_out(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "PATIENCE", 0.2)
    with postgres_server.database(postgres) as place:
        async with (
            open_store(place, RULES) as old,
            open_leader_election(place, old, lambda: NOW) as election,
        ):
            is_later = membership._IS_LATER
            be_later(monkeypatch)
            monkeypatch.setattr(membership, "_IS_LATER", is_later)
            monkeypatch.setattr(membership, "UPGRADE", "something else ")
            async with open_store(place, RULES):
                with pytest.raises(StoreError, match="this replica ends"):
                    await election.until_outdated()
