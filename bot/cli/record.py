"""`policy-herald record`: turn items into developments, as JSON Lines."""

import argparse
import datetime as dt
import difflib
import sys
from collections import Counter
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot import dates, enrich
from bot.chat.parsing import query
from bot.cli import console
from bot.config import Config
from bot.enrich import passage_to_translate, with_translation
from bot.enrich.labels import explain
from bot.enrich.language import detect_language
from bot.enrich.own_words import read_own_words
from bot.errors import ConfigError, EngineError, ParseError
from bot.models import Development
from bot.models.sources import Item, NotRelevant, Scope, Source
from bot.parse.addresses import absolute_url
from bot.parse.dom import html_to_text
from bot.ports.messenger import Translator
from bot.text import first_sentence, one_line, shorten
from bot.translation import open_translator


class RecordInput(Struct, frozen=True):
    """A line of input; other keys are ignored, with a warning."""

    title: str | None = None
    """Left out: the first sentence of the text."""
    text: str | None = None
    url: str | None = None
    published: str | None = None
    country: str | None = None
    language: str | None = None
    publisher: str | None = None
    publisher_native: str | None = None
    scope: Scope | None = None
    """As a source has it; left out: mixed."""


async def record(arguments: argparse.Namespace, config: Config) -> int:
    """Print the development of each line of FILE or standard input; return 1 when a line could not
    be read."""
    own_words = read_own_words(config.labels.words)
    numbers, has_failed, warned = Counter[str](), False, set[str]()
    async with AsyncExitStack() as stack:
        lines = stack.enter_context(_input(arguments.file))
        translator = await stack.enter_async_context(open_translator(config))
        for number, line in enumerate(lines, 1):
            where = f"policy-herald: line {number}"
            _warn_of_unknown_keys(line, where, warned)
            try:
                if arguments.explain and line.strip():
                    print(_explain_line(line, own_words))
                    continue
                result = _record_line(line, numbers, own_words) if line.strip() else None
            except ParseError as error:
                print(f"{where}: {error}", file=sys.stderr)
                has_failed = True
                continue
            if isinstance(result, Development) and translator:
                result = await _in_english(result, line, translator, where)
            if result:
                console.print_json(result)
    return int(has_failed)


def _input(path: str | None) -> AbstractContextManager[BinaryIO]:
    if path is None:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise ConfigError(path, str(error.strerror).lower(), "a readable file") from None


def _warn_of_unknown_keys(line: bytes, where: str, warned: set[str]) -> None:
    """Say, once for each, which keys of a line are not known, and which known one is meant."""
    try:
        keys = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).keys()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # `_decode_input` says what is wrong with it
    known = RecordInput.__struct_fields__
    for key in sorted(keys - {*known, *warned}):
        warned.add(key)
        near = difflib.get_close_matches(key.lower(), known, 1)
        meant = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(known)}"
        name = shorten(one_line(key), 80)
        print(f"{where}: “{name}” is not known and ignored; {meant}", file=sys.stderr)


def _record_line(
    line: bytes, numbers: Counter[str], own_words: str
) -> Development | dict[str, object]:
    """Return the development of a line, numbered as an empty store would; a mere word on one that
    is not about migration or asylum. Raises ParseError."""
    today = dates.now().date()
    entry = _decode_input(line)
    item, source = _item(entry, today), _source(entry)
    (development,) = enrich.enrich_items([item], source, own_words)
    if isinstance(development, enrich.EnrichFailure):
        raise ParseError(development.reason)
    if isinstance(development, NotRelevant):
        citation = enrich.citation(item, source)
        return {"title": item.title, "sources": [citation], "id": None, "relevant": False}
    year = (development.date or today).year
    series = f"{development.country or 'XX'}-{year}"
    numbers[series] += 1
    return replace(development, id=f"{series}-{numbers[series]:04d}")


def _explain_line(line: bytes, own_words: str) -> str:
    """Return what a line may be, a label on each line with the words that pull for it and against
    it. Raises ParseError."""
    entry = _decode_input(line)
    item = _item(entry, dates.now().date())
    code = item.language or detect_language(f"{item.title}\n{item.text}")
    rows = [f"{item.title} ({code or 'language unknown'})"]
    for head, labels in explain(item.title, item.text, code, own_words).items():
        for label, probability, pulls in labels:
            words = ", ".join(f"{one_line(word)} {pull:+.2f}" for word, pull in pulls.items())
            rows.append(f"  {head:10}{probability:5.0%}  {label:21}{words}".rstrip())
    return "\n".join([*rows, ""])


async def _in_english(
    development: Development, line: bytes, translator: Translator, where: str
) -> Development:
    """Return the development of a line in English, where the engine succeeds."""
    item = _item(_decode_input(line), dates.now().date())
    passage = passage_to_translate(development, item.text)
    if passage is None or not translator.translates(passage.language):
        return development
    try:
        translation = await translator.translate(passage)
    except EngineError as error:
        print(f"{where}: not translated: {error}", file=sys.stderr)
        return development
    return with_translation(development, translation, passage.target, item.text)


def _decode_input(line: bytes) -> RecordInput:
    try:
        entry = msgspec.json.decode(line, type=RecordInput)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ParseError(str(error)) from None
    if not (entry.title or entry.text):
        raise ParseError("neither title nor text")
    country = entry.country and query.parse_country(entry.country)
    if entry.country is not None and not country:
        raise ParseError(f"{entry.country} is no country")
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
        scope=entry.scope or "mixed",
    )
