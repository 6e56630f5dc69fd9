"""A rolling upgrade with a migration: what does not step aside for it is shut out."""

import pytest

from bot.errors import StoreError
from bot.pipeline.rules import RULES
from bot.store import open_leader_election, open_store, schema
from bot.store.cluster import membership, upgrade
from tests.fakes import postgres_server
from tests.samples import NOW

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
