"""`policy-herald record`: turn items into developments, as JSON Lines."""

import argparse
import asyncio
import datetime as dt
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot import dates, enrich
from bot.chat import query
from bot.cli import console
from bot.config import Config
from bot.enrich.translation import passage_to_translate, with_translation
from bot.errors import ConfigError, EngineError
from bot.models import Citation, Development
from bot.models.sources import Item, Source
from bot.parse.item import absolute_url
from bot.pipeline.worker_pool import WorkerPool
from bot.ports import Translator
from bot.text import first_sentence, html_to_text, one_line
from bot.translation import open_translator


class RecordInput(Struct, frozen=True):
    """A line of input; other keys are ignored."""

    title: str | None = None
    """Left out: the first sentence of the text."""
    text: str | None = None
    url: str | None = None
    published: str | None = None
    country: str | None = None
    language: str | None = None
    publisher: str | None = None
    publisher_native: str | None = None


class Irrelevant(Struct, frozen=True):
    """The answer to an item that is not about migration or asylum."""

    title: str
    sources: tuple[Citation, ...]
    id: None = None
    relevant: bool = False


class Recorder:
    """Numbers developments as an empty store would."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._numbers: Counter[str] = Counter()

    def record(self, entry: RecordInput) -> Development | Irrelevant | enrich.EnrichFailure:
        """Return the development of an entry, with its number."""
        item, source = _item(entry, self._today), _source(entry)
        (development,) = enrich.enrich_items([item], source)
        if isinstance(development, enrich.EnrichFailure):
            return development
        if development is None:
            return Irrelevant(item.title, (enrich.citation(item, source),))
        year = (development.date or self._today).year
        series = f"{development.country or 'XX'}-{year}"
        self._numbers[series] += 1
        return replace(development, id=f"{series}-{self._numbers[series]:04d}")


def record(arguments: argparse.Namespace, config: Config) -> int:
    """Print the development of each line of FILE or standard input; return 1 when a line could not
    be read."""
    with ExitStack() as stack:
        stream = _input(arguments.file, stack)
        return int(asyncio.run(_record(stream, config)))


async def _record(stream: BinaryIO, config: Config) -> bool:
    """Print a line for each that is read; return whether any could not be."""
    workers, failed = WorkerPool(), False
    try:
        async with open_translator(config.translation, workers) as translator:
            recorder = Recorder(dt.datetime.now(dt.UTC).date())
            for number, raw in enumerate(stream, 1):
                result = _record_line(recorder, raw) if raw.strip() else None
                if isinstance(result, enrich.EnrichFailure):
                    print(f"policy-herald: line {number}: {result.reason}", file=sys.stderr)
                    failed = True
                elif result is not None:
                    result = await _in_english(result, translator, number)
                    console.lines([msgspec.json.encode(result)])
    finally:
        await asyncio.to_thread(workers.close)
    return failed


def _record_line(recorder: Recorder, raw: bytes) -> Development | Irrelevant | enrich.EnrichFailure:
    try:
        return recorder.record(_decode_input(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return enrich.EnrichFailure(str(error))


async def _in_english(
    result: Development | Irrelevant, translator: Translator | None, number: int
) -> Development | Irrelevant:
    """Return a development in English, where an engine is configured and succeeds."""
    passage = passage_to_translate(result) if isinstance(result, Development) else None
    if translator is None or passage is None or not isinstance(result, Development):
        return result
    try:
        return with_translation(result, await translator.translate(passage))
    except EngineError as error:
        print(f"policy-herald: line {number}: not translated: {error}", file=sys.stderr)
        return result


def _input(path: str | None, stack: ExitStack) -> BinaryIO:
    if path is None:
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(path).open("rb"))
    except OSError as error:
        raise ConfigError(path, str(error.strerror).lower(), "a readable file") from None


def _decode_input(raw: bytes) -> RecordInput:
    entry = msgspec.json.decode(raw, type=RecordInput)
    if not (entry.title or entry.text):
        raise msgspec.DecodeError("neither title nor text")
    if entry.country is None:
        return entry
    country = query.parse_country(entry.country)
    if country is None:
        raise msgspec.DecodeError(f"{entry.country} is no country")
    return replace(entry, country=country)


def _item(entry: RecordInput, today: dt.date) -> Item:
    text = html_to_text(entry.text or "")
    return Item(
        source="record",
        title=one_line(html_to_text(entry.title or "")) or first_sentence(text) or entry.url or "",
        url=absolute_url("", entry.url),
        text=text,
        published=dates.parse_date(entry.published, entry.language, today),
        language=entry.language,
    )


def _source(entry: RecordInput) -> Source:
    return Source(
        id="",
        url=entry.url or "",
        publisher=entry.publisher or "",
        publisher_native=entry.publisher_native,
        country=entry.country,
    )
