"""Killed at each step: nothing that matched is lost, and no message is sent twice; an event may be,
under the id that it had."""

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

from bot.models.chats import is_endpoint
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.end_to_end.crash_runner import TITLES, chats_of
from tests.fakes.receiver import Receiver, receiving
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import title_of


async def test_a_kill_at_any_step_loses_nothing_and_repeats_no_message(tmp_path: Path) -> None:
    async with FakeTelegram(TOKEN) as telegram, receiving() as receiver:
        for step in range(100):
            for chat in chats_of(step):
                telegram.says(chat, "/start")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.end_to_end.crash_runner",
            telegram.base_url, receiver.url, str(tmp_path),
            stdout=asyncio.subprocess.PIPE, env={**os.environ, "NO_PROXY": "127.0.0.1"},
        )  # fmt: skip
        printed, _ = await process.communicate()
        assert process.returncode == 0
        steps = int(printed)
        assert steps >= 20
        torn = [await _accounted_for(telegram, tmp_path, step) for step in range(1, steps + 1)]
    assert 1 <= sum(torn) <= steps
    _each_event_came_under_one_id(receiver, steps)


def _each_event_came_under_one_id(receiver: Receiver, steps: int) -> None:
    ids: dict[tuple[str, str], set[str]] = {}
    for path, id_, event in zip(receiver.paths, receiver.ids, receiver.events, strict=True):
        ids.setdefault((path, event["data"]["title"]), set()).add(id_)
    lives = range(steps + 1)  # with the first
    assert ids.keys() == {(f"/hook/{step}", title) for step in lives for title in TITLES}
    assert {len(each) for each in ids.values()} == {1}
    assert len(receiver.ids) > len(ids)  # some came twice


async def _accounted_for(telegram: FakeTelegram, folder: Path, step: int) -> int:
    """How many deliveries are uncertain after a kill at a step, once all is as it must be."""
    async with open_store(str(folder / f"{step}.db"), RULES) as store:
        every = await store.deliveries(None, 100)
        notices = await store.notices()
        titles = {made.id: made.title for made in await store.developments()}
    rows = [row for row in every if not is_endpoint(row.chat)]
    assert [row.state for row in every if row not in rows] == ["sent"] * len(TITLES)
    told = Counter(
        (chat, title_of(message.text))
        for chat in chats_of(step)
        for message in telegram.messages(chat)
    )
    owed = {(chat, title) for chat in chats_of(step) for title in TITLES}
    assert {(row.chat, titles[row.development]) for row in rows} == owed
    assert set(told) <= owed
    assert max(told.values()) == 1
    uncertain = [row for row in rows if row.state == "uncertain"]
    for row in rows:
        arrived = told[row.chat, titles[row.development]]
        assert row.state in ("sent", "uncertain")
        assert arrived or row.state == "uncertain"
    assert len(uncertain) <= len(chats_of(step))
    assert len(notices) == len(uncertain)
    return len(uncertain)
