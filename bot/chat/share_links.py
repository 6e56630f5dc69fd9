"""Encode a filter in a link: all of it is in the payload, so nothing is stored of who shared what
(pure).

A deep link takes 64 of `A-Z a-z 0-9 _ -` (Bot API, "Deep linking"), and so does the button that
saves its filter: a link holds a filter whole, or there is none, and who shares is told.
"""

import base64
import binascii

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot import taxonomy
from bot.chat.parsing.query import findable
from bot.models import DevelopmentType
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import BUTTON_LIMIT

MARK = "s_"


class _Packed(Struct, frozen=True, array_like=True, omit_defaults=True):
    countries: int = 0
    labels: int = 0
    types: int = 0
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    source_types: int = 0


def payload(filter_: Filter) -> str | None:
    """Return what a filter wants as the payload of a link, without when it comes; None: it holds
    more than a link can."""
    shared = replace(
        filter_, id=0, name="", paused=False, pace=None, reminds=True, thread=None, follows=None,
        words=findable(filter_.words), without=findable(filter_.without),
    )  # fmt: skip
    packed = _Packed(
        _bits(taxonomy.countries(), shared.countries),
        _bits(_labels(), shared.themes | shared.topics),
        _bits(taxonomy.types(), shared.types),
        shared.words,
        shared.without,
        _bits(taxonomy.source_types(), shared.source_types),
    )
    written = base64.urlsafe_b64encode(msgspec.msgpack.encode(packed)).decode().rstrip("=")
    text = f"{MARK}{written}"
    return text if len(text) <= BUTTON_LIMIT and filter_from_payload(text) == shared else None


def button_data(payload: str) -> str:
    """Return the data of the button that saves the filter of a payload."""
    return f"{Area.SHARED}:{payload.removeprefix(MARK)}"


def filter_from_button(rest: str) -> Filter | None:
    """Return the filter of a button, whose data is `rest` after its prefix; None: it holds none."""
    return filter_from_payload(MARK + rest.removeprefix(MARK))


def filter_from_payload(text: str) -> Filter | None:
    """Return the filter of a payload; None: it is none that a chat could have made."""
    # Anybody can write a link. A broken one is refused whole: with less in it, it might want all.
    if not text.startswith(MARK):
        return None
    written = text.removeprefix(MARK)
    try:
        raw = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
        packed = msgspec.msgpack.decode(raw, type=_Packed)
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        return None
    if any(findable(words) != words for words in (packed.words, packed.without)):
        return None
    known = (
        (taxonomy.countries(), packed.countries),
        (_labels(), packed.labels),
        (taxonomy.types(), packed.types),
        (taxonomy.source_types(), packed.source_types),
    )
    if any(bits >> len(order) for order, bits in known):
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
        source_types=_named(taxonomy.source_types(), packed.source_types),  # type: ignore[arg-type]
    )


def _labels() -> tuple[str, ...]:
    return (*taxonomy.themes(), *taxonomy.topics())


def _bits(order: tuple[str, ...], codes: frozenset[str]) -> int:
    return sum(1 << place for place, code in enumerate(order) if code in codes)


def _named(order: tuple[str, ...], bits: int) -> frozenset[str]:
    return frozenset(code for place, code in enumerate(order) if bits >> place & 1)
