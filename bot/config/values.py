"""The types of configuration values: each parses its format, and says what it expects."""

import base64
import codecs
import datetime as dt
import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bot import taxonomy
from bot.text import one_line


def decode(kind: Any, value: Any) -> Any:
    """Decode a value of one of these types, as msgspec's hook. Raises ValueError, which says what
    is expected."""
    parsed = kind.parse(value) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError(f"expected {kind.expected}")
    return parsed


class Secret:
    """A value that is not shown unless `reveal` is called: not by a repr, a log or a traceback.

    Every field of the configuration of this type is redacted (`secrets_of`, `config.redaction`).
    """

    expected: ClassVar = "a bot token from @BotFather, such as 123456:ABC…"
    pattern: ClassVar = r"([0-9]+:[0-9A-Za-z_-]+)?"

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the value; None where the text is not in the format."""
        return cls(text) if re.fullmatch(cls.pattern, text) else None

    def reveal(self) -> str:
        """Return the value."""
        return self._value

    def forms(self) -> set[str]:
        """Return what must not be shown: the value, and the part of a token that is secret."""
        _, _, part = self._value.partition(":")
        return {form for form in (self._value, part) if form}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)" if self._value else "Secret('')"


class Key(Secret):
    """The key of a service."""

    expected = "a key as its service gives it, without spaces"
    pattern = "[!-~]*"

    def forms(self) -> set[str]:
        """Return what must not be shown: the key."""
        return {self._value} if self._value else set()


class WebhookSecret(Key):
    """What the events of a webhook are signed with (Standard Webhooks)."""

    expected = "whsec_ and 24 to 64 random bytes in Base64 (openssl rand -base64 32)"
    mark: ClassVar = "whsec_"

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        try:
            key = base64.b64decode(text.removeprefix(cls.mark), validate=True)
        except ValueError:
            return None
        return cls(text) if text.startswith(cls.mark) and 24 <= len(key) <= 64 else None


def secrets_of(value: object) -> Iterator[Secret]:
    """Yield every secret within a configuration, at any depth, and the passwords of addresses."""
    parts: Iterable[object] = ()
    if isinstance(value, Secret):
        yield from [value] if value else []
    elif isinstance(value, WebUrl | StorageUrl):
        yield from map(Key, sorted(passwords(value)))
    elif isinstance(value, Struct):
        parts = (getattr(value, field) for field in value.__struct_fields__)
    elif isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    for part in parts:
        yield from secrets_of(part)


def passwords(url: str) -> set[str]:
    """Return the password of an address, as it is written and percent-decoded."""
    parts = urlsplit(url)
    # libpq takes it as a parameter too.
    written = [parts.password, *re.findall(r"(?:^|&)password=([^&]*)", parts.query)]
    return {form for text in written if text for form in (text, unquote(text))}


class Text(str):
    """A string in a format."""

    expected: ClassVar[str]
    pattern: ClassVar[str]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the value; None where the text is not in the format."""
        return cls(text) if re.fullmatch(cls.pattern, text) else None


class WebUrl(Text):
    """An http or https address with a host."""

    expected = "an http:// or https:// address with a host"

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            return None
        good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", text)
        return cls(text) if good else None


class PublicUrl(WebUrl):
    """An https address under which others reach the bot, or nothing."""

    expected = "an https:// address that leads here from outside"

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        url = super().parse(text) if text else cls("")
        is_here = url and urlsplit(url).hostname in ("127.0.0.1", "localhost")
        return url if not text or is_here or text.startswith("https://") else None


class MirrorUrl(WebUrl):
    """A web address, or nothing."""

    expected = f'{WebUrl.expected}, or ""'

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        return super().parse(text) if text else cls("")


class CountryCode(Text):
    """ISO 3166-1 alpha-2."""

    expected = 'an ISO 3166-1 code such as "CZ"'

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        return cls(text) if taxonomy.is_country(text) else None


class LanguageTag(Text):
    """BCP 47: a language, and a script or region where they matter."""

    expected = 'a BCP 47 language tag such as "cs"'
    pattern = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


class SourceId(Text):
    """The id of a source of the operator's own."""

    expected = "lower-case letters, digits and hyphens"
    pattern = r"[a-z0-9-]+"


class Name(Text):
    """The name of a publisher."""

    expected = "a name that can be read"

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        return cls(name) if (name := one_line(text)) else None


class Listen(Text):
    """host:port, or nothing."""

    expected = 'host:port such as "127.0.0.1:8080", or ""'

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^\s:]+):(\d{1,5})", text)
        return cls(text) if not text or (match and int(match[2]) < 65536) else None

    def address(self) -> tuple[str, int] | None:
        """Return host and port; None: do not listen."""
        host, _, port = self.rpartition(":")
        return (host.strip("[]"), int(port)) if self else None


class Contact(Text):
    """Where the owner of a site can write to the operator."""

    expected = 'a web or mail address, or ""'
    # No character that would end a comment of the User-Agent header.
    pattern = r"(?!.*[()\\])(https?://[!-~]{3,200}|[!-~]{1,100}@[!-~]{3,100}|)"


class Encoding(Text):
    """A character encoding that Python knows."""

    expected = 'a character encoding such as "windows-1250"'

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        try:
            return cls(codecs.lookup(text).name)
        except LookupError:
            return None


class StorageUrl(Text):
    """The URL of the store."""

    expected = '"tinydb:data/herald.db" or "postgresql://user@host/name"'
    pattern = r"tinydb:.+|postgres(ql)?://.+"

    def is_file(self) -> bool:
        """Return whether it is a `tinydb:` URL."""
        return self.startswith("tinydb:")

    def address(self) -> str:
        """Return the file of a `tinydb:` URL, or the whole URL of a server."""
        return self.removeprefix("tinydb:")


class Reachable(Text):
    """A host or a network that may be fetched although it is private."""

    expected = 'a host or a network such as "127.0.0.1" or "10.0.0.0/8"'

    @classmethod
    def parse(cls, text: str) -> Self | None:  # noqa: D102
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            is_host = re.fullmatch(r"[A-Za-z0-9_.-]*[A-Za-z][\w.-]*", text)
            return cls(text.lower()) if is_host else None
        return cls(text)


class Duration(dt.timedelta):
    """A length of time, written `5s`, `15m`, `6h`, `1d` or `2w`; a year at most."""

    expected: ClassVar = 'a duration such as "5s", "15m", "6h" or "1d", a year at most'

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the length; None where the text is not in the format."""
        match = re.fullmatch(r"([1-9]\d{0,7}) ?([smhdw])", text.strip(), re.ASCII)
        if match is None:
            return None
        units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
        length = cls(**{units[match[2]]: int(match[1])})
        return length if length <= dt.timedelta(days=366) else None
