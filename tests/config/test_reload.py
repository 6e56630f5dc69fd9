"""What is said of a configuration that is read again."""

import logging

import pytest

from bot.config.reload import Reload, changes
from bot.config.schema import CatalogueConfig, Config, PollingConfig, StorageConfig, TelegramConfig
from bot.config.values import Duration, Secret, StorageUrl, WebUrl

BEFORE = Config(telegram=TelegramConfig(token=Secret("1:a")))


def test_nothing_is_said_of_what_is_as_it_was() -> None:
    assert list(changes(BEFORE, Config(telegram=TelegramConfig(token=Secret("1:a"))))) == []


def test_each_key_that_changes_is_named() -> None:
    after = Config(
        telegram=TelegramConfig(token=Secret("1:a"), admins=(7,)),
        polling=PollingConfig(interval=Duration(minutes=5)),
    )
    assert list(changes(BEFORE, after)) == ["telegram.admins", "polling.interval"]


def test_many_sources_are_counted_and_some_are_named() -> None:
    czech, all_ = Config(catalogue=CatalogueConfig(countries=("CZ",))), Config()
    key, said = changes(all_, czech)
    assert key == "catalogue.countries"
    gone = len(all_.all_sources()) - len(czech.all_sources())
    assert said.startswith(f"sources gone: {gone} (")
    assert said.endswith(", …)")
    assert len(said) < 400


def test_what_cannot_change_stays_and_is_said_once_each(caplog: pytest.LogCaptureFixture) -> None:
    after = Config(
        telegram=TelegramConfig(token=Secret("2:b"), base_url=WebUrl("https://x.example/bot")),
        storage=StorageConfig(url=StorageUrl("tinydb:other.db")),
    )
    with caplog.at_level(logging.INFO):
        assert Reload(lambda: after).read(BEFORE) == BEFORE
    *fixed, changed = (record.getMessage() for record in caplog.records)
    assert [line.split()[0] for line in fixed] == [
        "storage.url",
        "telegram.token",
        "telegram.base_url",
    ]
    assert changed.endswith("changed: nothing")
