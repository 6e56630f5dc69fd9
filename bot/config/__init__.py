"""Load the configuration from config.toml and the environment.

Every scalar key may come from the environment, which wins: `HERALD_<TABLE>_<KEY>`. Whatever cannot
be used is a ConfigError of one line: file, key, value found, value expected.
"""

import logging
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields, replace

from bot import taxonomy
from bot.config.renamed import RENAMED, Warn, rename_keys, rename_variables, variable_of
from bot.config.schema import REQUIRED_ENGINE_KEYS, Config, SourceConfig, Table, TranslationConfig
from bot.config.values import decode, secrets_of
from bot.errors import ConfigError
from bot.text import redact

__all__ = ["DEFAULT_FILE", "Config", "load", "withdraw_secrets"]

log = logging.getLogger(__name__)

DEFAULT_FILE = "config.toml"

Problem = tuple[str, str, str]
"""A key, the value found, and what is expected."""


def load(file: str | None, environ: Mapping[str, str], warn: Warn = log.warning) -> Config:
    """Load the configuration from a TOML file and the environment. Raises ConfigError.

    `file` None means `config.toml` in the working directory, which may be absent. `warn` is told
    which keys have another name by now, and which variables set nothing.
    """
    path = Path(file or DEFAULT_FILE)
    text = _read(path, may_be_absent=file is None)
    table = _parse(path, text)
    rename_keys(table, text, str(path), RENAMED, warn)
    try:
        config = msgspec.convert(table, Config, dec_hook=decode)
    except msgspec.ValidationError as error:
        key, found, expected = _problem_of(error, table)
        raise ConfigError(f"{path}: {_with_id(key, table)}", found, expected) from None
    environ = rename_variables(environ, RENAMED, warn)
    for problem in _useless_variables(config, environ):
        warn(problem)
    config = _with_environment(config, environ)
    for key, found, expected in _problems(config):  # the first is enough
        variable, in_file = variable_of(*key.split(".", 1)), f"{path}: {_with_id(key, table)}"
        where = f"environment: {variable}" if variable in environ else in_file
        raise ConfigError(where, found, expected)
    return config


def withdraw_secrets(config: Config, environ: MutableMapping[str, str]) -> None:
    """Take the variables that hold a secret out of the environment, when they have been read: the
    processes that are started from now on inherit the rest."""
    secrets = [secret.reveal() for secret in secrets_of(config)]
    for name in [name for name in environ if name.startswith("HERALD_")]:
        if any(secret in environ[name] for secret in secrets):
            del environ[name]


def _read(path: Path, *, may_be_absent: bool) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if may_be_absent:
            return ""
        raise ConfigError(str(path), "no such file", "a TOML file") from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "bytes that are not UTF-8", "TOML in UTF-8") from None
    except OSError as error:
        found = f"what cannot be read ({error.strerror})"
        raise ConfigError(str(path), found, "a TOML file") from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), f"a mistake ({error})", "valid TOML") from None


def _with_environment(config: Config, environ: Mapping[str, str]) -> Config:
    changes: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, (table, key) in _variables(config).items():
        if name in environ and not _is_list(key):
            changes[table][key.name] = _from_environment(name, environ[name], key.type)
    tables = {name: replace(getattr(config, name), **keys) for name, keys in changes.items()}
    return replace(config, **tables)


def _useless_variables(config: Config, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with variables that look like keys of a table and set none."""
    variables = _variables(config)
    tables = tuple({variable_of(table, "") for table, _ in variables.values()})
    for name in sorted(name for name in environ if name.startswith(tables)):
        if name not in variables:
            yield f"environment: {name} sets nothing: there is no such key"
        elif _is_list(variables[name][1]):
            yield f"environment: {name} sets nothing: a list is read from the file alone"


def _variables(config: Config) -> dict[str, tuple[str, FieldInfo]]:
    """Return the table and the key that each variable of the environment would be of."""
    return {
        variable_of(table.name, key.name): (table.name, key)
        for table in fields(Config)
        if isinstance(value := getattr(config, table.name), Table)
        for key in fields(value)
    }


def _is_list(key: FieldInfo) -> bool:
    return get_origin(key.type) is tuple


def _from_environment(name: str, value: str, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=decode)
    except msgspec.ValidationError as error:
        expected = _expectation(str(error), kind)
        raise ConfigError(f"environment: {name}", _quote(value, name), expected) from None


def _problem_of(error: msgspec.ValidationError, table: dict[str, Any]) -> Problem:
    """Return what an error of msgspec about a table means."""
    message, _, path = str(error).partition(" - at `$")
    key, value, kind = _locate(path, table)
    if unknown := re.search(r"unknown field `(.+)`", message, re.DOTALL):
        keys = ", ".join(field.name for field in fields(kind))
        name = " ".join(f"{key}.{unknown[1]}".lstrip(".").split())
        return name, "a key that is not known", f"one of {keys}"
    if missing := re.search(r"missing required field `(.+)`", message):
        return f"{key}.{missing[1]}", "nothing", "a value: it is required"
    if isinstance(value, dict) and "Expected `array" in message:
        return key, "a table", f"a list of tables, each under [[{key}]]"
    return key, _quote(value, key), _expectation(message, kind)


def _with_id(key: str, table: dict[str, Any]) -> str:
    """Return a key; one of a source with the id of this, which is easier to find than a number."""
    place = re.match(r"sources\[(\d+)\]\.(?!id$)", key)
    source = table["sources"][int(place[1])] if place else {}
    return f"{key} (id {_quote(source['id'], key)})" if isinstance(source.get("id"), str) else key


def _locate(path: str, value: Any) -> tuple[str, Any, Any]:
    """Return the key, the value and the type that msgspec's path leads to."""
    kind: Any = Config
    key = ""
    for name, index in re.findall(r"\.(\w+)|\[(\d+|\.{3})\]", path):
        if name:
            kind = next(field.type for field in fields(kind) if field.name == name)
            key, value = f"{key}.{name}", value[name]
        elif index.isdigit():
            kind = get_args(kind)[0]
            key, value = f"{key}[{index}]", value[int(index)]
        else:  # a key of a table with keys of the operator's own, which msgspec does not name
            kind = get_args(kind)[1]
            own = next(own for own, one in value.items() if not _is_valid(one, kind))
            key, value = f"{key}.{' '.join(own.split())}", value[own]
    return key.removeprefix("."), value, kind


def _is_valid(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, dec_hook=decode)
    except msgspec.ValidationError:
        return False
    return True


def _expectation(message: str, kind: Any) -> str:
    """Return what is expected: the choices of a type, else what the message of an error says."""
    if "enum" in message:
        choices = [choice for part in get_args(kind) for choice in get_args(part) or [part]]
        *others, last = (f'"{choice}"' for choice in choices if choice is not NoneType)
        return f"{', '.join(others)} or {last}" if others else last
    if ours := re.match(r"expected (.+)", message):
        return ours[1]
    if match := re.search(r"Expected `(.+?)`", message):
        names = {
            "str": "a string", "int": "a whole number", "bool": "true or false",
            "array": "a list", "object": "a table",
        }  # fmt: skip
        kinds = [names.get(name.strip(), name.strip()) for name in match[1].split("|")]
        return " or ".join(name for name in kinds if name != "null")
    return message


def _quote(value: Any, key: str) -> str:
    """Return a value as the operator wrote it, shortened."""
    # An error is often pasted into a public question: it must not quote a token or key.
    if "token" in key.lower() or key.lower().endswith("_key"):
        return "something else (not shown)"
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    text = redact(f'"{value}"' if isinstance(value, str) else plain).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:57]}…"


def _problems(config: Config) -> Iterator[Problem]:
    """Yield what a type cannot say."""
    telegram, web, polling = config.telegram, config.web, config.polling
    if telegram.paid_broadcast and not 30 < telegram.paid_broadcast <= 1000:
        expected = "messages a second, from 31 to 1000, or 0"
        yield "telegram.paid_broadcast", str(telegram.paid_broadcast), expected
    for name, url in (("telegram.webhook", telegram.webhook), ("web.public_url", web.public_url)):
        if url and not web.listen:
            yield "web.listen", "nothing", f"what {name} leads to, such as 0.0.0.0:8080"
    for name, number, least in (
        ("polling.articles", polling.articles, 0),
        ("polling.concurrency", polling.concurrency, 1),
        ("storage.backups", config.storage.backups, 0),
    ):
        if not least <= number <= 1000:
            yield name, str(number), f"a number from {least} to 1000"
    yield from _problems_of_reviews(config)
    yield from _problems_of_engines(config.translation)
    for country in config.catalogue.countries:
        if country != "all" and not taxonomy.is_country(country):
            expected = '"all" or ISO 3166-1 codes such as "CZ"'
            yield "catalogue.countries", f'"{country}"', expected
    yield from _problems_of_sources(config)


def _problems_of_reviews(config: Config) -> Iterator[Problem]:
    labels = config.labels
    if not 0 <= labels.review_below <= 1:
        yield "labels.review_below", f"{labels.review_below:g}", "a probability from 0 to 1"
    if labels.review_below and not (labels.review_chat or config.telegram.admins):
        yield "labels.review_chat", "nothing", "a chat of editors, or telegram.admins"


def _problems_of_engines(table: TranslationConfig) -> Iterator[Problem]:
    for name in {table.engine, table.fallback} & REQUIRED_ENGINE_KEYS.keys():
        key, expected = REQUIRED_ENGINE_KEYS[name]
        if not getattr(table, key):
            yield f"translation.{key}", "nothing", expected


def _problems_of_sources(config: Config) -> Iterator[Problem]:
    ids: set[str] = set()
    # The built-in ones are read where a source may name one: `health` must start fast.
    templates = sorted(config.all_templates()) if config.sources else []
    for number, source in enumerate(config.sources):
        if source.id in ids:
            yield f"sources[{number}].id", f'"{source.id}" a second time', "an id of its own"
        ids.add(source.id)
        for key, found, expected in _problems_of_source(source, templates):
            yield f"sources[{number}].{key}", found, expected


def _problems_of_source(source: SourceConfig, templates: list[str]) -> Iterator[Problem]:
    if source.template and source.template not in templates:
        expected = f"one of {', '.join(templates)}, or a [templates] table of your own"
        yield "template", f'"{source.template}"', expected
    page_keys = sorted(source.selectors()) + (["template"] if source.template else [])
    if page_keys and source.kind != "page":
        yield page_keys[0], 'kind "feed"', 'kind = "page" beside it'
    if source.ca_file and not Path(source.ca_file).is_file():
        yield "ca_file", f'"{source.ca_file}"', "a readable file in PEM form"
    for name, value in source.headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not value.isprintable():
            yield "headers", f'"{name}"', "a header's name and a line of text"
