"""Encode a filter in a link: all of it is in the payload, so nothing is stored of who shared what
(pure).

A deep link takes 64 of `A-Z a-z 0-9 _ -` (Bot API, "Deep linking"); words that do not fit are left
out, and who shares is told.
"""

import base64
import binascii

import msgspec
from msgspec import Struct

from bot import taxonomy
from bot.models import DevelopmentType, Filter

MARK = "s_"
LIMIT = 64


class _Packed(Struct, frozen=True, array_like=True, omit_defaults=True):
    countries: int = 0
    labels: int = 0
    types: int = 0
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def payload(filter_: Filter) -> str | None:
    """Return a filter as the payload of a link; None: it holds more than a link can."""
    packed = _Packed(
        _bits(taxonomy.countries(), filter_.countries),
        _bits(_labels(), filter_.themes | filter_.topics),
        _bits(taxonomy.types(), filter_.types),
        filter_.words,
        filter_.without,
    )
    written = base64.urlsafe_b64encode(msgspec.msgpack.encode(packed)).decode().rstrip("=")
    is_whole = not (filter_.sources or filter_.less or filter_.mentions)
    return f"{MARK}{written}" if is_whole and len(written) + len(MARK) <= LIMIT else None


def filter_from_payload(text: str) -> Filter | None:
    """Return the filter of a payload; None: it is none."""
    if not text.startswith(MARK):
        return None
    written = text.removeprefix(MARK)
    try:
        raw = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
        packed = msgspec.msgpack.decode(raw, type=_Packed)
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        return None
    labels = _named(_labels(), packed.labels)
    types: frozenset[DevelopmentType] = _named(taxonomy.types(), packed.types)  # type: ignore[assignment]
    return Filter(
        countries=_named(taxonomy.countries(), packed.countries),
        themes=labels & frozenset(taxonomy.themes()),
        topics=labels & frozenset(taxonomy.topics()),
        types=types,
        words=packed.words,
        without=packed.without,
    )


def _labels() -> tuple[str, ...]:
    return (*taxonomy.themes(), *taxonomy.topics())


def _bits(order: tuple[str, ...], codes: frozenset[str]) -> int:
    return sum(1 << place for place, code in enumerate(order) if code in codes)


def _named(order: tuple[str, ...], bits: int) -> frozenset[str]:
    return frozenset(code for place, code in enumerate(order) if bits >> place & 1)
