"""Format errors of the configuration on one line: key, value found, value expected."""

import re
from typing import Any, get_args, get_origin

import msgspec

from bot.config.schema import Config
from bot.errors import ConfigError
from bot.text import redact


def explained(error: msgspec.ValidationError, table: dict[str, Any], file: str) -> ConfigError:
    """Turn an error of msgspec about a table into a ConfigError."""
    message, path = split_message(error)
    if unknown := re.search(r"unknown field `(.+)`", message, re.DOTALL):
        key = " ".join(f"{path}.{unknown[1]}".lstrip(".").split())
        return ConfigError(f"{file}: {key}", "a key that is not known", _known_keys(path))
    if missing := re.search(r"missing required field `(.+)`", message):
        return ConfigError(f"{file}: {path}.{missing[1]}", "nothing", "a value: it is required")
    found = shown(_value_at(table, path), path)
    kind = _type_at(path) if "enum" in message else None
    return ConfigError(f"{file}: {path}", found, expectation(message, kind))


def split_message(error: msgspec.ValidationError) -> tuple[str, str]:
    """Split msgspec's error into its message and the path of the key."""
    message, _, path = str(error).partition(" - at `")
    return message, path.rstrip("`").removeprefix("$").removeprefix(".")


def expectation(message: str, kind: Any = None) -> str:
    """Return the expected value: the choices of a type, else as the message of an error says."""
    if choices := get_args(kind):
        return " or ".join(f'"{choice}"' for choice in choices)
    ours = re.match(r"expected (.+)", message)
    if ours:
        return ours[1]
    if match := re.search(r"Expected `(.+?)`", message):
        names = {"str": "a string", "int": "a whole number", "array": "a list", "object": "a table"}
        kinds = [names.get(kind.strip(), kind.strip()) for kind in match[1].split("|")]
        return " or ".join(kind for kind in kinds if kind != "null")
    return message


def _known_keys(path: str) -> str:
    return "one of " + ", ".join(key.name for key in msgspec.structs.fields(_type_at(path)))


def _type_at(path: str) -> Any:
    """Return the type of a key, or of its elements where it is a list."""
    kind: Any = Config
    for part in re.findall(r"[a-z_]+", path):
        kind = next(key.type for key in msgspec.structs.fields(kind) if key.name == part)
        kind = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return kind


def _value_at(table: Any, path: str) -> Any:
    for name, index in re.findall(r"([A-Za-z_]\w*)|\[(\d+)\]", path):
        table = table[int(index)] if index else table[name]
    return table


def shown(value: Any, where: str) -> str:
    """Return a value as the operator wrote it, shortened."""
    # An error is often pasted into a public question: it must not quote a token or key.
    if "token" in where.lower() or where.lower().endswith("_key"):
        return "something else (not shown)"
    text = redact(f'"{value}"' if isinstance(value, str) else repr(value)).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:57]}…"
