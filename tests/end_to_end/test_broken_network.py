"""Hundreds of deliveries over a network that breaks: each one is accounted for."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from telegram.request import HTTPXRequest

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.jobs import delivery_loop
from bot.jobs.outbox import Outbox
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from bot.transport import rate_limiter
from bot.transport.sender import TelegramTransport, make_bot
from tests.fakes.broken_network import FAULTS, Chaos
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import NOW, commit, delivery, development, title_of

CHATS = range(1, 41)
MINUTE = dt.timedelta(minutes=1)
TITLES = [f"Novela {number} zákona {number}" for number in range(6)]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, but for the seconds between messages, attempts, and until a silence is one."""
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.0)
    monkeypatch.setattr(delivery_loop, "TICK", 0.01)
    init = HTTPXRequest.__init__

    def impatient(self: HTTPXRequest, *args: int, **kwargs: float) -> None:
        init(self, *args, **{**kwargs, "read_timeout": 0.3})

    monkeypatch.setattr(HTTPXRequest, "__init__", impatient)


@pytest.mark.parametrize("seed", [1])
async def test_every_delivery_over_a_broken_network_is_accounted_for(
    tmp_path: Path, seed: int
) -> None:
    async with FakeTelegram(TOKEN) as telegram, Chaos(telegram.base_url, seed, 0.0) as chaos:
        for chat in CHATS:
            telegram.says(chat, "/start")
        telegram.limit(per_chat=3)
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(chaos.base_url))
        async with open_store(str(tmp_path / "herald.db"), RULES) as store:
            async with make_bot(config, rate_limiter.RateLimiter(1000)) as bot:
                await _owe(store)
                chaos.share = 0.25
                await Outbox(store, TelegramTransport(bot), _Clock()).drain()
                chaos.share = 0.0
            rows = await store.deliveries(None, 1000)
            titles = {made.id: made.title for made in await store.developments()}
            notices = await store.notices()
        told = Counter(
            (chat, title_of(message.text)) for chat in CHATS for message in telegram.messages(chat)
        )
    assert set(chaos.done) == set(FAULTS)
    assert len(rows) == len(CHATS) * len(TITLES)
    assert max(told.values()) == 1
    for row in rows:
        assert row.state in ("sent", "uncertain")
        assert told[row.chat, titles[row.development]] or row.state == "uncertain"
    uncertain = sum(row.state == "uncertain" for row in rows)
    # A fault in four, and on a busy machine some answers that come too late.
    assert 0 < uncertain < len(rows) / 2
    assert len(notices) == uncertain


async def _owe(store: Store) -> None:
    def owed(made: Development, *_: object) -> list[Delivery]:
        return [delivery(development=str(made.id), chat=chat, filters=(1,)) for chat in CHATS]

    for chat in CHATS:
        await store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(id=1),)))
    for title in TITLES:
        await store.commit(commit((title,), development(title=title)), owed)


class _Clock:
    """Shows a minute more each time, so that what is to come later comes soon."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> dt.datetime:
        self._now += MINUTE
        return self._now
