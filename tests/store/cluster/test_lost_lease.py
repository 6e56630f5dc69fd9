"""A process that the others have shut out, and that joins them anew."""

import psycopg
import pytest

from bot.config import Config
from bot.config.reload import Reload
from bot.config.schema import CatalogueConfig, StorageConfig, TelegramConfig, WebConfig
from bot.config.values import Listen, Secret, StorageUrl, WebUrl
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service, until
from tests.fakes import postgres_server
from tests.fakes.telegram import TOKEN, FakeTelegram

CHAT = 1001


async def test_what_it_is_asked_meanwhile_is_answered_and_done(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    with postgres_server.store(postgres) as place:
        async with FakeTelegram(TOKEN) as telegram:
            reload = Reload(lambda: config(telegram, place, admins=(CHAT,)))
            async with service(config(telegram, place), reload):
                telegram.says(CHAT, "/subscribe Czechia")
                await telegram.heard(CHAT)
                await shut_out(place)
                telegram.says(CHAT, "/filters")
                await telegram.heard(CHAT, 2)
                await shut_out(place)
                reload.ask()

                async def is_admin() -> bool:
                    heard = len(telegram.messages(CHAT))
                    telegram.says(CHAT, "/admin")
                    return "/ledger" in (await telegram.heard(CHAT, heard + 1))[-1].text

                await until(is_admin)  # the configuration before may answer first


async def shut_out(place: str) -> None:
    async with await psycopg.AsyncConnection.connect(place) as connection:
        await connection.execute(b"DELETE FROM members")


def config(telegram: FakeTelegram, place: str, admins: tuple[int, ...] = ()) -> Config:
    return Config(
        telegram=TelegramConfig(
            token=Secret(TOKEN), base_url=WebUrl(telegram.base_url), admins=admins
        ),
        storage=StorageConfig(url=StorageUrl(place)),
        catalogue=CatalogueConfig(countries=()),
        web=WebConfig(listen=Listen("")),
    )
