"""`policy-herald verify`: compare a page with what was read of a development."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from bot import evidence, parse, polling
from bot.chat.parsing import query
from bot.cli import console
from bot.cli.store import existing_store
from bot.config import Config
from bot.errors import ConfigError, FetchError
from bot.evidence.comparison import Difference, compare
from bot.models import Citation, PageText
from bot.models.readings import Reading
from bot.models.sources import Fetched, Source
from bot.pipeline import PollContext

WEB = ("http://", "https://")
GONE = (404, 410)


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether a page is as it was seen, and the lines that tell it."""

    is_same: bool
    lines: Sequence[str]


async def verify(arguments: argparse.Namespace, config: Config) -> int:
    """Print whether a page is as it was seen, and else what differs; return 1 where it does. Raises
    ConfigError, FetchError, ParseError and StoreError."""
    named = query.parse_number(arguments.id)
    if named is None:
        raise ConfigError("ID", f'"{arguments.id}"', "a number such as CZ-2025-0001")
    async with polling.open_polling(config, existing_store(config), migrates=False) as context:
        readings = await context.store.readings(named[0])
        if not readings:
            raise ConfigError("ID", named[0], "a development of which readings are kept")
        verdict = await _verdict(context, config, readings, arguments.page)
    for line in verdict.lines:
        console.say(line)
    return int(not verdict.is_same)


async def _verdict(
    context: PollContext, config: Config, readings: Sequence[Reading], place: str
) -> Verdict:
    newest = readings[evidence.newest_text(readings) - 1]
    # Of a source that is not followed any more, nothing but the page is to be fetched.
    known = config.known_sources().get(newest.source)
    source = known or Source(id=place, url=place, publisher="")
    try:
        fetched = await _fetched(context, source, place, newest)
    except FetchError as error:
        if error.status in GONE:
            return _of_missing(readings, newest, error)
        raise FetchError(place, f"{place}: {error.reason}", error.status) from None
    digest = evidence.body_hash(fetched.body or b"")
    if same := _as_before(readings, digest, _hashes, "its bytes are"):
        return same
    page = await context.workers.run(
        parse.parse_article_page, source, fetched, newest.language, context.clock().date()
    )
    return _of_page(readings, page)


async def _fetched(context: PollContext, source: Source, place: str, newest: Reading) -> Fetched:
    """Return the page at an address, or of a file as if it came from the address that was read."""
    if place.startswith(WEB):
        return await context.fetcher.get(source, place)
    return Fetched(url=newest.url or place, body=_bytes(place))


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FetchError(path, f"no address, and no file ({error.strerror})") from None


def _as_before(
    readings: Sequence[Reading],
    digest: str,
    hashes: Callable[[Reading], set[str | None]],
    what: str,
) -> Verdict | None:
    """Return the verdict that a page is the newest reading that has its hash; None: none has."""
    for number in range(len(readings), 0, -1):
        reading = readings[number - 1]
        if not reading.is_gone and digest in hashes(reading):
            said = f"the same: {what} those of {_named(readings, number)}"
            return Verdict(is_same=True, lines=(said, *_since(readings, number)))
    return None


def _hashes(reading: Reading) -> set[str | None]:
    """Return the hashes of what a reading was read from, and of its text as a bundle has it."""
    return {reading.sha256, reading.received.sha256 if reading.received else None}


def _of_missing(readings: Sequence[Reading], newest: Reading, error: FetchError) -> Verdict:
    """Tell that the page is not there any more, and whether that was seen."""
    seen = evidence.taken_down(readings, newest) is not None
    number = evidence.newest_text(readings)
    lines = (
        f"{'the same: taken down' if seen else 'taken down'}: the answer is {error.status}",
        f"last seen: {_named(readings, number)}",
    )
    return Verdict(is_same=seen, lines=lines)


def _of_page(readings: Sequence[Reading], page: PageText) -> Verdict:
    """Compare a page with the readings."""
    digest = evidence.text_hash(page.title, page.text)
    if same := _as_before(readings, digest, lambda each: {each.sha256}, "its title and text are"):
        return same
    number = evidence.newest_text(readings)
    cited = Citation(
        publisher="", publisher_native=None, date=None, title_native="", title_en=None,
        language=None, url=None,
    )  # fmt: skip
    compared = compare(readings[number - 1], evidence.of_page(cited, page))
    lines = [f"differs from {_named(readings, number)}:"]
    for difference in compared.differences:
        lines += ["", *_lines(difference)]
    if compared.is_partial:
        lines += ["", "The texts are so long that their ends were not compared."]
    return Verdict(is_same=False, lines=lines)


def _since(readings: Sequence[Reading], number: int) -> list[str]:
    """Return the line that tells that it was seen otherwise later."""
    later = evidence.newest_text(readings)
    return [f"it has read otherwise since: {_named(readings, later)}"] if later > number else []


def _lines(difference: Difference) -> list[str]:
    """Return a difference as a terminal shows it: the old sentence and the new one."""
    sides = (("-", ("same", "gone")), ("+", ("same", "come")))
    changed = {passage.kind for passage in difference}
    return [
        f"{sign} {' '.join(each.text for each in difference if each.kind in kinds)}"
        for sign, kinds in sides
        if changed & {kinds[1]} or "same" in changed
    ]


def _named(readings: Sequence[Reading], number: int) -> str:
    """Return a reading in words: `reading 2 (on its page, from … to …; SHA-256 …)`."""
    reading = readings[number - 1]
    place = {"list": "in its feed or list", "page": "on its page", None: "of an earlier version"}
    times = [f"{time:%d.%m.%Y %H:%M} UTC" for time in (reading.at, reading.seen) if time]
    when = f", {' to '.join(dict.fromkeys(times))}" if times else ""
    return f"reading {number} ({place[reading.place]}{when}; SHA-256 {reading.sha256})"
