"""The dates that a page keeps in its scripts, for a browser to fill in: each beside the address of
its item, behind it or before it."""

import json
import re
from collections.abc import Sequence

from bot.parse.dom import Element, select

REACH = 5000
"""Characters between an item's address and its date."""

_PUSHED = "self.__next_f.push("


def values(tree: Element, addresses: Sequence[str], name: str) -> dict[str, str]:
    """The value of a name that stands nearest to each address, on the same side of all of them
    and between its neighbours."""
    text = "".join(_said(script.text or "") for script in select(tree, "script:not([src])"))
    places = sorted(
        (place, address)
        for address in set(addresses)
        if (place := _place(text, address)) is not None
    )
    stated = re.compile(rf'"{re.escape(name)}"\s*:\s*"([^"]{{1,60}})"')
    found = [(match.start(), match[1]) for match in stated.finditer(text)]
    starts = [place for place, _ in places]
    behind = {
        address: _nearest(text, found, place, (place, min(end, place + REACH)))
        for (place, address), end in zip(places, [*starts[1:], len(text)], strict=True)
    }
    before = {
        address: _nearest(text, found, place, (max(start, place - REACH), place))
        for (place, address), start in zip(places, [0, *starts[:-1]], strict=True)
    }
    side = min((behind, before), key=lambda side: sum(distance for distance, _ in side.values()))
    return {address: value for address, (_, value) in side.items() if value is not None}


def _nearest(
    text: str, found: list[tuple[int, str]], place: int, bounds: tuple[int, int]
) -> tuple[int, str | None]:
    """The value nearest to a place within bounds, and how far it is: what stands in the same
    object is nearer than what stands in the next."""
    inside = [
        (_distance(text, *sorted((at, place))), value)
        for at, value in found
        if bounds[0] <= at < bounds[1]
    ]
    return min(inside, default=(REACH * REACH, None))


def _distance(text: str, start: int, end: int) -> int:
    braces = text.count("{", start, end) + text.count("}", start, end)
    return braces * REACH + end - start


def _place(text: str, address: str) -> int | None:
    """Where a script names an address, or its last part."""
    for name in (address, address.rstrip("/").rpartition("/")[2]):
        if name and (place := text.find(f'"{name}"')) >= 0:
            return place
    return None


def _said(script: str) -> str:
    """What a script says; the pieces that Next.js pushes are put together again."""
    bare = script.strip().removesuffix(";").rstrip()
    if not (bare.startswith(_PUSHED) and bare.endswith(")")):
        return script
    try:
        pushed = json.loads(bare[len(_PUSHED) : -1])
    except (ValueError, RecursionError):
        return script
    return "".join(part for part in pushed if isinstance(part, str)) if pushed else ""
