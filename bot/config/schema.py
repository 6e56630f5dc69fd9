"""The tables of config.toml and their defaults, and the built-in sources."""

import tomllib
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct, field

from bot.config.values import (
    CountryCode,
    Duration,
    LanguageTag,
    Listen,
    Reachable,
    Secret,
    SourceId,
    StorageUrl,
    WebUrl,
    decode,
)
from bot.models import Kind, Scope, Source


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: unknown keys are errors."""


class TelegramConfig(Table, frozen=True):
    """[telegram]"""

    token: Secret = field(default_factory=lambda: Secret(""))
    base_url: WebUrl = WebUrl("https://api.telegram.org/bot")
    admins: tuple[int, ...] = ()


class StorageConfig(Table, frozen=True):
    """[storage]"""

    url: StorageUrl = StorageUrl("tinydb:data/herald.db")


class PollingConfig(Table, frozen=True):
    """[polling]"""

    interval: Duration = Duration(minutes=15)
    concurrency: int = 50
    private_hosts: tuple[Reachable, ...] = ()


class CatalogueConfig(Table, frozen=True):
    """[catalogue]"""

    countries: tuple[str, ...] = ("all",)


class WebConfig(Table, frozen=True):
    """[web]"""

    listen: Listen = Listen("127.0.0.1:8080")


class TranslationConfig(Table, frozen=True):
    """[translation]"""

    engine: Literal["none"] = "none"


class SourceConfig(Table, frozen=True):
    """[[sources]]"""

    id: SourceId
    url: WebUrl
    publisher: str
    publisher_native: str | None = None
    kind: Kind = "feed"
    country: CountryCode | None = None
    language: LanguageTag | None = None
    interval: Duration | None = None
    scope: Scope = "mixed"

    def source(self) -> Source:
        """The same facts as the flow knows them, in plain strings."""
        return Source(
            id=str(self.id),
            url=str(self.url),
            publisher=self.publisher,
            publisher_native=self.publisher_native,
            kind=self.kind,
            country=self.country and str(self.country),
            language=self.language and str(self.language),
            interval=self.interval,
            scope=self.scope,
        )


class Config(Table, frozen=True):
    """Everything an operator decides."""

    telegram: TelegramConfig = TelegramConfig()
    storage: StorageConfig = StorageConfig()
    polling: PollingConfig = PollingConfig()
    catalogue: CatalogueConfig = CatalogueConfig()
    web: WebConfig = WebConfig()
    translation: TranslationConfig = TranslationConfig()
    sources: tuple[SourceConfig, ...] = ()

    def all_sources(self) -> list[Source]:
        """The operator's own sources, then the catalogue's of the countries chosen."""
        own = [source.source() for source in self.sources]
        taken = {source.id for source in own}
        wanted = set(self.catalogue.countries)
        return own + [
            source
            for source in catalogue()
            if source.id not in taken and ("all" in wanted or source.country in wanted)
        ]


class _Catalogue(Table, frozen=True):
    sources: tuple[SourceConfig, ...] = ()


def catalogue() -> list[Source]:
    """The built-in sources (`data/catalogue.toml`)."""
    text = files("bot").joinpath("data/catalogue.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Catalogue, dec_hook=decode)
    return [source.source() for source in table.sources]
