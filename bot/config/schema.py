"""The tables of config.toml and their defaults, and the built-in sources."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from bot.config.values import (
    Contact,
    CountryCode,
    Duration,
    Encoding,
    Key,
    LanguageTag,
    Listen,
    MirrorUrl,
    Name,
    PublicUrl,
    Reachable,
    Secret,
    SourceId,
    StorageUrl,
    WebhookSecret,
    WebUrl,
    decode,
)
from bot.data_files import read_data
from bot.models import SourceType
from bot.models.sources import DatePlace, Kind, PageSelectors, Scope, Source, Tls


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file, in which unknown keys are errors."""


class TelegramConfig(Table, frozen=True):
    """[telegram]"""

    token: Secret = field(default_factory=lambda: Secret(""))
    base_url: WebUrl = WebUrl("https://api.telegram.org/bot")
    admins: tuple[int, ...] = ()
    paid_broadcast: int = 0
    webhook: PublicUrl = PublicUrl("")
    access: Literal["everybody", "invitation"] = "everybody"


class StorageConfig(Table, frozen=True):
    """[storage]"""

    url: StorageUrl = StorageUrl("tinydb:data/herald.db")
    backups: int = 7


class PollingConfig(Table, frozen=True):
    """[polling]"""

    interval: Duration = Duration(minutes=15)
    concurrency: int = 50
    private_hosts: tuple[Reachable, ...] = ()
    contact: Contact = Contact("")
    articles: int = 10


class CatalogueConfig(Table, frozen=True):
    """[catalogue]"""

    countries: tuple[str, ...] = ("all",)
    press: bool = False


class WebConfig(Table, frozen=True):
    """[web]"""

    listen: Listen = Listen("127.0.0.1:8080")
    public_url: PublicUrl = PublicUrl("")
    archive: bool = False
    search_engines: bool = False
    hub: MirrorUrl = MirrorUrl("")
    status_password: Secret = field(default_factory=lambda: Secret(""))

    def archive_url(self) -> str:
        """Return the address under which others reach the archive; empty: there is none."""
        is_served = self.archive and self.listen
        return (self.public_url or f"http://{self.listen}").rstrip("/") if is_served else ""


FallbackName = Literal["none", "openai", "libretranslate", "deepl", "local"]
EngineName = Literal["auto", FallbackName]

# The key of [translation] that an engine cannot work without, and what it holds.
REQUIRED_ENGINE_KEYS: dict[EngineName, tuple[str, str]] = {
    "openai": ("openai_model", "the name of a model of the server"),
    "deepl": ("deepl_key", "the key that DeepL has given you"),
}


class BriefConfig(Table, frozen=True):
    """[brief]"""

    word_template: str = ""
    markdown_template: str = ""


class WebhookConfig(Table, frozen=True, kw_only=True):
    """[[webhooks]]"""

    url: WebUrl
    secret: WebhookSecret
    filter: str = "everything"


class LabelsConfig(Table, frozen=True):
    """[labels]"""

    words: str = ""
    review_below: float = 0.0
    review_within: Duration = Duration(minutes=30)
    review_chat: int = 0


class TranslationConfig(Table, frozen=True):
    """[translation]"""

    engine: EngineName = "auto"
    fallback: FallbackName = "none"
    deadline: Duration = Duration(seconds=20)
    daily_characters: int = 200_000
    openai_url: WebUrl = WebUrl("https://api.openai.com/v1")
    openai_model: str = ""
    openai_key: Key = field(default_factory=lambda: Key(""))
    openai_labels: bool = True
    libretranslate_url: WebUrl = WebUrl("http://127.0.0.1:5000")
    libretranslate_key: Key = field(default_factory=lambda: Key(""))
    deepl_url: WebUrl = WebUrl("https://api-free.deepl.com/v2")
    deepl_key: Key = field(default_factory=lambda: Key(""))
    local_models: str = ""
    local_mirror: MirrorUrl = MirrorUrl("")


class PageConfig(Table, frozen=True, kw_only=True):
    """[templates.NAME], and the same keys of [[sources]]: the selectors of
    `models.PageSelectors`."""

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    date_attribute: str | None = None
    date_format: str | None = None
    date_in: DatePlace | None = None
    summary: str | None = None

    def selectors(self) -> dict[str, str]:
        """Return the keys that are set."""
        values = {name: getattr(self, name) for name in PageConfig.__struct_fields__}
        return {name: value for name, value in values.items() if value is not None}


class SourceConfig(PageConfig, frozen=True, kw_only=True):
    """[[sources]]"""

    id: SourceId
    url: WebUrl
    publisher: Name
    publisher_native: Name | None = None
    kind: Kind = "feed"
    type: SourceType | None = None
    template: str | None = None
    country: CountryCode | None = None
    language: LanguageTag | None = None
    interval: Duration | None = None
    scope: Scope = "mixed"
    encoding: Encoding | None = None
    headers: dict[str, str] = {}
    tls: Tls = "strict"
    ca_file: str | None = None
    official: bool = True

    def source(self, templates: Mapping[str, PageConfig]) -> Source:
        """Return the source as the flow uses it."""
        template = templates[self.template].selectors() if self.template else {}
        # In plain strings: msgspec does not encode others.
        plain: dict[str, Any] = {
            name: str(value) if isinstance(value := getattr(self, name), str) else value
            for name in set(Source.__struct_fields__).intersection(self.__struct_fields__)
        }
        plain["type"] = self.type or ("ministry" if self.official else "press")
        page = msgspec.convert({**template, **self.selectors()}, PageSelectors)
        return Source(**plain, is_official=self.official, page=page)


class BuiltIn(SourceConfig, frozen=True, kw_only=True):
    """[[sources]] of the built-in catalogue."""

    group: Literal["official", "stand-in", "press"] = "official"
    """`stand-in`: press where a country's ministries turn robots away."""
    evidence: str
    """Where the address was seen to work, and when."""
    evidenced: str
    confidence: Literal["high", "medium"]
    """`high`: its evidence tells of items that were read there, or several pieces of it agree."""

    def source(self, templates: Mapping[str, PageConfig]) -> Source:
        """Return the source as the flow uses it."""
        return replace(super().source(templates), is_official=self.group == "official")


class Catalogue(Table, frozen=True):
    """`data/catalogue.toml`."""

    templates: dict[str, PageConfig]
    sources: tuple[BuiltIn, ...]


class Config(Table, frozen=True):
    """The whole configuration."""

    telegram: TelegramConfig = TelegramConfig()
    storage: StorageConfig = StorageConfig()
    polling: PollingConfig = PollingConfig()
    catalogue: CatalogueConfig = CatalogueConfig()
    web: WebConfig = WebConfig()
    labels: LabelsConfig = LabelsConfig()
    brief: BriefConfig = BriefConfig()
    translation: TranslationConfig = TranslationConfig()
    templates: dict[str, PageConfig] = {}
    sources: tuple[SourceConfig, ...] = ()
    webhooks: tuple[WebhookConfig, ...] = ()

    def models_folder(self) -> Path:
        """Return the folder of the models on this machine: `translation.local_models`, else
        `models` beside the store."""
        if self.translation.local_models:
            return Path(self.translation.local_models)
        url = self.storage.url
        return Path(url.address()).parent / "models" if url.is_file() else Path("data/models")

    def all_templates(self) -> dict[str, PageConfig]:
        """Return the templates that sources may name: the operator's and the built-in ones."""
        return {**catalogue().templates, **self.templates}

    def all_sources(self) -> list[Source]:
        """Return the operator's own sources, and those of the catalogue for the chosen
        countries."""
        countries = set(self.catalogue.countries)
        return self._sources(
            source
            for source in catalogue().sources
            if ("all" in countries or source.country in countries)
            and (source.group != "press" or self.catalogue.press)
        )

    def known_sources(self) -> dict[str, Source]:
        """Return, by id, the operator's own sources and all of the catalogue's, followed or not."""
        return {source.id: source for source in self._sources(catalogue().sources)}

    def _sources(self, built_in: Iterable[BuiltIn]) -> list[Source]:
        own, templates = {source.id for source in self.sources}, self.all_templates()
        others = [source for source in built_in if source.id not in own]
        return [source.source(templates) for source in (*self.sources, *others)]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the built-in sources."""
    return read_data("catalogue", Catalogue, decode)
