"""Which program runs: said by `--version`, in the chat, and by each replica."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot import __version__, build
from bot.build import Replica, this_build
from bot.chat import commands
from bot.chat.context import ChatContext, Request
from bot.dates import now
from bot.pipeline.rules import RULES
from bot.store import open_leader_election, open_store
from bot.store.schema import VERSION
from tests.fakes import postgres_server

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def _of_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERALD_REVISION", COMMIT)
    build.revision.cache_clear()


def test_a_program_names_version_revision_schema_and_python() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=True
    )
    python = ".".join(map(str, sys.version_info[:3]))
    assert told.stdout == (
        f"policy-herald {__version__} (revision 0123456789ab, schema {VERSION}, Python {python})\n"
    )


def test_a_checkout_names_its_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HERALD_REVISION", "unknown")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert "revision" not in str(this_build(VERSION))
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    for command in (("init",), (*who, "commit", "--allow-empty", "--message", "Begin")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    build.revision.cache_clear()
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=tmp_path, text=True)
    assert f"(revision {head[:12]}, " in str(this_build(VERSION))


async def test_admins_are_told_what_runs(place: str) -> None:
    async with (
        open_store(place, RULES) as store,
        open_leader_election(place, store, now) as election,
    ):
        await election.until_leader()
        context = ChatContext(store, [], now, admins=[1], replicas=election.replicas)
        told = (await commands.answer(context, Request(1, 1), "admin", "")).messages[-1].plain
    assert f"{__version__} (revision 0123456789ab, schema {VERSION}, Python " in told
    assert ("which leads" in told) == ("://" in place)


async def test_replicas_are_told_apart(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with (
            open_store(place, RULES) as store,
            open_leader_election(place, store, now) as one,
        ):
            await one.until_leader()
            async with open_leader_election(place, store, now) as other:
                ours = this_build(VERSION)
                first, second = await other.replicas()
    assert (first, second) == (
        Replica(number=1, leads=True, build=ours),
        Replica(number=2, leads=False, build=ours),
    )


@pytest.mark.parametrize("said", ['{"version": "9.0", "commit": "0123"}', "9.0"])
async def test_a_replica_of_a_version_that_says_other_things_is_listed(
    postgres: str, said: str
) -> None:
    with postgres_server.database(postgres) as place:
        async with (
            open_store(place, RULES) as store,
            open_leader_election(place, store, now) as one,
        ):
            await one.until_leader()
            with psycopg.connect(place, autocommit=True) as other:
                later = "INSERT INTO members (until, backend, build) VALUES ('infinity', 0, %s)"
                other.execute(later, (said,))
            _, second = await one.replicas()
    assert second == Replica(number=2, leads=False, build=None)
