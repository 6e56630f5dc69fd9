"""The types of configuration values, their formats and their decoders."""

import codecs
import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bot import taxonomy


class Secret:
    """A value that is not shown unless `reveal` is called: not by a repr, a log or a traceback.

    Every field of the configuration of this type is redacted from the logs (see `secrets_of`).
    """

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)" if self._value else "Secret('')"


class Key(Secret):
    """The key of a service."""


def secrets_of(value: object) -> Iterator[Secret]:
    """Yield every secret within a configuration, at any depth, and the password of a database."""
    parts: Iterable[object] = ()
    if isinstance(value, Secret):
        yield from [value] if value else []
    elif isinstance(value, StorageUrl):
        yield from map(Secret, value.passwords())
    elif isinstance(value, Struct):
        parts = (getattr(value, field) for field in value.__struct_fields__)
    elif isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    for part in parts:
        yield from secrets_of(part)


class WebUrl(str):
    """An http or https address with a host."""

    __slots__ = ()


class PublicUrl(str):
    """An https address under which others reach the bot, or nothing."""

    __slots__ = ()


class CountryCode(str):
    """ISO 3166-1 alpha-2."""

    __slots__ = ()


class LanguageTag(str):
    """BCP 47: a language, and a script or region where they matter."""

    __slots__ = ()


class SourceId(str):
    """Lower-case letters, digits and hyphens."""

    __slots__ = ()


class Listen(str):
    """host:port, or nothing."""

    __slots__ = ()

    def address(self) -> tuple[str, int] | None:
        """Return host and port; None: do not listen."""
        host, _, port = self.rpartition(":")
        return (host.strip("[]"), int(port)) if self else None


class Contact(str):
    """Where the owner of a site can write to the operator."""

    __slots__ = ()


class Encoding(str):
    """A character encoding that Python knows."""

    __slots__ = ()


class StorageUrl(str):
    """The URL of the store."""

    __slots__ = ()

    def address(self) -> str:
        """Return the file of a `tinydb:` URL, or the whole URL of a server."""
        return self.removeprefix("tinydb:")

    def passwords(self) -> set[str]:
        """Return the password of a `postgresql:` URL, as it is written and percent-decoded."""
        parts = urlsplit(self)
        # libpq takes it as a parameter too.
        written = [parts.password, *re.findall(r"(?:^|&)password=([^&]*)", parts.query)]
        return {form for text in written if text for form in (text, unquote(text))}


class Duration(dt.timedelta):
    """A length of time, written `5s`, `15m`, `6h`, `1d` or `2w`."""


class Reachable(str):
    """A host or a network that may be fetched although it is private."""

    __slots__ = ()


def decode(kind: type, value: Any) -> Any:
    """Decode a value of our own types, as msgspec's hook. Raises ValueError, which says what is
    expected."""
    value_type = _VALUE_TYPES[kind]
    decoded = value_type.decode(value) if isinstance(value, str) else None
    if decoded is None:
        raise ValueError(f"expected {value_type.expected}")
    return decoded


class _ValueType(Struct, frozen=True):
    expected: str
    decode: Callable[[str], Any]


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = dt.timedelta(days=366)


def duration(text: str) -> Duration | None:
    """Parse `5s`, `15m`, `6h`, `1d` or `2w`, a year at most; None for anything else."""
    match = re.fullmatch(r"([1-9]\d{0,7}) ?([smhdw])", text.strip(), re.ASCII)
    if match is None:
        return None
    length = Duration(**{_UNITS[match[2]]: int(match[1])})
    return length if length <= LONGEST else None


def _web_url(text: str) -> WebUrl | None:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", text)
    return WebUrl(text) if good else None


def _token(text: str) -> Secret | None:
    return Secret(text) if re.fullmatch(r"(?:\d+:[\w-]+)?", text, re.ASCII) else None


def _key(text: str) -> Key | None:
    return Key(text) if re.fullmatch(r"[!-~]*", text) else None


def _country(text: str) -> CountryCode | None:
    return CountryCode(text) if taxonomy.is_country(text) else None


def _language(text: str) -> LanguageTag | None:
    tag = re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text)
    return LanguageTag(text) if tag else None


def _source_id(text: str) -> SourceId | None:
    return SourceId(text) if re.fullmatch(r"[a-z0-9-]+", text) else None


def _listen(text: str) -> Listen | None:
    match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s:]+):(\d{1,5})", text)
    return Listen(text) if not text or (match and int(match[2]) < 65536) else None


def _contact(text: str) -> Contact | None:
    good = re.fullmatch(r"https?://[!-~]{3,200}|[!-~]{1,100}@[!-~]{3,100}|", text)
    return Contact(text) if good and not re.search(r"[()\\]", text) else None


def _encoding(text: str) -> Encoding | None:
    try:
        return Encoding(codecs.lookup(text).name)
    except LookupError:
        return None


def _public_url(text: str) -> PublicUrl | None:
    is_secret = text.startswith("https://")
    is_here = urlsplit(text).hostname in ("127.0.0.1", "localhost") if _web_url(text) else False
    return PublicUrl(text) if not text or (_web_url(text) and (is_secret or is_here)) else None


def _storage(text: str) -> StorageUrl | None:
    return StorageUrl(text) if re.fullmatch(r"tinydb:.+|postgres(ql)?://.+", text) else None


def _reachable(text: str) -> Reachable | None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        is_host = re.fullmatch(r"[A-Za-z0-9_.-]*[A-Za-z][\w.-]*", text)
        return Reachable(text.lower()) if is_host else None
    return Reachable(text)


_VALUE_TYPES: dict[type, _ValueType] = {
    Secret: _ValueType("a bot token from @BotFather, such as 123456:ABC…", _token),
    Key: _ValueType("a key as its service gives it, without spaces", _key),
    WebUrl: _ValueType("an address that begins with http:// or https://", _web_url),
    PublicUrl: _ValueType("an https:// address that leads here from outside", _public_url),
    CountryCode: _ValueType('an ISO 3166-1 code such as "CZ"', _country),
    LanguageTag: _ValueType('a BCP 47 language tag such as "cs"', _language),
    SourceId: _ValueType("lower-case letters, digits and hyphens", _source_id),
    Listen: _ValueType('host:port such as "127.0.0.1:8080", or ""', _listen),
    Contact: _ValueType('a web or mail address, or ""', _contact),
    Encoding: _ValueType('a character encoding such as "windows-1250"', _encoding),
    StorageUrl: _ValueType('"tinydb:data/herald.db" or "postgresql://user@host/name"', _storage),
    Reachable: _ValueType('a host or a network such as "127.0.0.1" or "10.0.0.0/8"', _reachable),
    Duration: _ValueType('a duration such as "5s", "15m", "6h" or "1d"', duration),
}
