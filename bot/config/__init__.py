"""Load the configuration from config.toml and the environment.

Every scalar key may come from the environment, which wins: `HERALD_<TABLE>_<KEY>`.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bot import taxonomy
from bot.config import errors
from bot.config.schema import REQUIRED_ENGINE_KEYS, Config, SourceConfig, Table, TranslationConfig
from bot.config.values import decode
from bot.errors import ConfigError

__all__ = ["DEFAULT_FILE", "Config", "load"]

DEFAULT_FILE = "config.toml"


def load(file: str | None, environ: Mapping[str, str]) -> Config:
    """Load the configuration from a TOML file and the environment. Raises ConfigError.

    `file` None means `config.toml` in the working directory, which may be absent.
    """
    path = Path(file or DEFAULT_FILE)
    table = _read(path, may_be_absent=file is None)
    try:
        config = msgspec.convert(table, Config, dec_hook=decode)
    except msgspec.ValidationError as error:
        raise errors.explained(error, table, str(path)) from None
    config = _with_environment(config, environ)
    _check(config, str(path))
    return config


def _read(path: Path, *, may_be_absent: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        if may_be_absent:
            return {}
        raise ConfigError(str(path), "no such file", "a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), f"a mistake ({error})", "valid TOML") from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "bytes that are not UTF-8", "TOML in UTF-8") from None
    except OSError as error:
        raise ConfigError(str(path), str(error.strerror), "a readable file") from None


def _with_environment(config: Config, environ: Mapping[str, str]) -> Config:
    for table in msgspec.structs.fields(Config):
        value = getattr(config, table.name)
        if not isinstance(value, Table):
            continue
        changes = {}
        for key in msgspec.structs.fields(value):
            name = f"HERALD_{table.name}_{key.name}".upper()
            if name in environ and not _is_list(key.type):
                changes[key.name] = _from_environment(name, environ[name], key.type)
        if changes:
            config = msgspec.structs.replace(
                config, **{table.name: msgspec.structs.replace(value, **changes)}
            )
    return config


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is tuple


def _from_environment(name: str, value: str, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=decode)
    except msgspec.ValidationError as error:
        message, _ = errors.split_message(error)
        expected = errors.expectation(message, kind if "enum" in message else None)
        raise ConfigError(f"environment: {name}", errors.shown(value, name), expected) from None


def _check(config: Config, file: str) -> None:
    _check_telegram(config, file)
    _check_web(config, file)
    for key, least in (("articles", 0), ("concurrency", 1)):
        number = getattr(config.polling, key)
        if not least <= number <= 1000:
            expected = f"a number from {least} to 1000"
            raise ConfigError(f"{file}: polling.{key}", str(number), expected)
    _check_translation(config.translation, f"{file}: translation")
    for country in config.catalogue.countries:
        if country != "all" and not taxonomy.is_country(country):
            expected = '"all" or ISO 3166-1 codes such as "CZ"'
            raise ConfigError(f"{file}: catalogue.countries", f'"{country}"', expected)
    seen: set[str] = set()
    for number, source in enumerate(config.sources):
        if source.id in seen:
            where = f"{file}: sources[{number}].id"
            raise ConfigError(where, f'"{source.id}" a second time', "an id of its own")
        seen.add(source.id)
        _check_source(config, source, f"{file}: sources[{number}]")


def _check_telegram(config: Config, file: str) -> None:
    paid = config.telegram.paid_broadcast
    if paid and not 30 < paid <= 1000:
        expected = "messages a second, from 31 to 1000, or 0"
        raise ConfigError(f"{file}: telegram.paid_broadcast", str(paid), expected)


def _check_web(config: Config, file: str) -> None:
    public = {"telegram.webhook": config.telegram.webhook, "web.public_url": config.web.public_url}
    for name, url in public.items():
        if url and not config.web.listen.address():
            expected = f"what {name} leads to, such as 0.0.0.0:8080"
            raise ConfigError(f"{file}: web.listen", "nothing", expected)


def _check_translation(table: TranslationConfig, where: str) -> None:
    """Raise ConfigError where an engine lacks a key that it needs."""
    for name in {table.engine, table.fallback} & REQUIRED_ENGINE_KEYS.keys():
        key, expected = REQUIRED_ENGINE_KEYS[name]
        if not getattr(table, key):
            raise ConfigError(f"{where}.{key}", "nothing", expected)
    if "local" in (table.engine, table.fallback) and not Path(table.local_models).is_dir():
        found = f'"{table.local_models}"'
        raise ConfigError(f"{where}.local_models", found, "a folder of models such as cs-en")


def _check_source(config: Config, source: SourceConfig, where: str) -> None:
    known = config.all_templates()
    if source.template and source.template not in known:
        expected = f"one of {', '.join(sorted(known))}, or a [templates] table of your own"
        raise ConfigError(f"{where}.template", f'"{source.template}"', expected)
    page_keys = sorted(source.given()) + (["template"] if source.template else [])
    if page_keys and source.kind != "page":
        raise ConfigError(f"{where}.{page_keys[0]}", 'kind "feed"', 'kind = "page" beside it')
    if source.ca_file and not Path(source.ca_file).is_file():
        raise ConfigError(f"{where}.ca_file", f'"{source.ca_file}"', "a readable file in PEM form")
    for name, value in source.headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not value.isprintable():
            raise ConfigError(f"{where}.headers", f'"{name}"', "a header's name and a line of text")
