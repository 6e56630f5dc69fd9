"""The commands of `policy-herald` on the store: list, export and copy what it holds."""

import argparse
import codecs
import datetime as dt
import sys
from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot import dates, match, render, taxonomy, wordings
from bot.chat.parsing import query
from bot.cli import console
from bot.cli.evidence import write_bundle
from bot.config import Config
from bot.enrich.word_suggestions import suggest_words
from bot.errors import ConfigError, StoreError
from bot.i18n import ENGLISH
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import backup as copies
from bot.store import exists, is_server, open_store, shown


def open_existing(config: Config) -> AbstractAsyncContextManager[Store]:
    """Open the store, or an empty one where there is none yet, which reading must not make."""
    url = config.storage.url.address()
    return open_store(url if exists(url) else ":memory:", RULES, migrates=False)


def open_required(config: Config) -> AbstractAsyncContextManager[Store]:
    """Open the store. Raises StoreError where there is none yet."""
    return open_store(existing_store(config), RULES, migrates=False)


def existing_store(config: Config) -> str:
    """Return the URL of the store. Raises StoreError where there is none yet."""
    url = config.storage.url.address()
    if not exists(url):
        raise StoreError(
            f"{Path(url).absolute()}: no store yet; `policy-herald run` or `poll` makes one"
        )
    return url


async def deliveries(arguments: argparse.Namespace, config: Config) -> int:
    """Print the figures and the newest deliveries of a state; with --repeat, send one of them
    again. Raises ConfigError and StoreError."""
    async with open_required(config) as store:
        if arguments.repeat is not None:
            return await _repeat(store, arguments.repeat)
        tally = await store.tally()
        rows = await store.deliveries(arguments.state, arguments.limit)
    print(
        f"{tally.sent} sent, {tally.pending + tally.sending} pending, "
        f"{tally.uncertain} uncertain, {tally.failed} failed."
    )
    console.print_table(
        "",
        ("number", "state", "kind", "development", "since", "tries", "reason"),
        (
            (
                row.id, row.state, row.kind, row.development,
                f"{row.settled or row.created:%d.%m.%Y %H:%M} UTC", row.attempts, row.reason or "",
            )
            for row in rows
        ),
    )  # fmt: skip
    return 0


async def _repeat(store: Store, number: int) -> int:
    delivery = await store.repeat_delivery(number, dates.now())
    if delivery is None:
        expected = "the number of a delivery that is uncertain or failed"
        raise ConfigError("--repeat", str(number), expected)
    print(f"{delivery.development} is sent again, by the running service or the next.")
    return 0


async def corrections(arguments: argparse.Namespace, config: Config) -> int:
    """Print each correction of labels as a line of JSON; with --words, what they teach as a file
    of words. Raises StoreError."""
    async with open_existing(config) as store:
        decisions = await store.corrections()
    if arguments.words:
        print(suggest_words(decisions))
        return 0
    for decision in decisions:
        if decision.after != decision.before:  # what a review approved was right before
            console.print_json(decision)
    return 0


async def export(arguments: argparse.Namespace, config: Config) -> int:
    """Write to standard output, newest first; with --evidence, to a bundle."""
    if arguments.format not in render.FORMATS:
        expected = f"one of {', '.join(render.FORMATS)}"
        raise ConfigError("--format", f'"{arguments.format}"', expected)
    if arguments.format in render.BINARY and sys.stdout.isatty():
        expected = f"a file to write to: add > developments.{arguments.format}"
        raise ConfigError("--format", f'"{arguments.format}"', expected)
    filter_ = filter_of(arguments)
    since, until = _day("--since", arguments.since), _day("--until", arguments.until)
    wants, numbers = match.any_wants([filter_]), frozenset(map(_number, arguments.id))
    async with open_required(config) as store:
        developments = await store.developments(
            lambda each, has_word: (not numbers or each.id in numbers) and wants(each, has_word),
            since,
            until,
        )
        if arguments.evidence is not None:
            return await write_bundle(store, developments, arguments.evidence)
    file = render.FORMATS[arguments.format](developments, dates.now(), ENGLISH)
    sys.stdout.buffer.write(file.removeprefix(codecs.BOM_UTF8))  # which is for spreadsheets
    return 0


def backup(arguments: argparse.Namespace, config: Config) -> int:
    """Copy the store to a file, also while the bot runs."""
    copy = Path(arguments.file)
    if copy.exists():
        raise ConfigError(arguments.file, "a file", "a name that is not taken")
    copies.back_up(existing_store(config), copy)
    print(f"{copy}: {copy.stat().st_size / 1024:.0f} KiB")
    return 0


def restore(arguments: argparse.Namespace, config: Config) -> int:
    """Make a backup the store, where there is none or an empty one."""
    url, copy = config.storage.url.address(), Path(arguments.file)
    if not copy.is_file():
        raise ConfigError(arguments.file, "no such file", "a backup")
    copies.restore(copy, url)
    print(
        f"{shown(url)}: restored from {arguments.file}. With another bot's token, every chat must"
    )
    print("press Start there again before it hears anything; its filters and history are kept.")
    return 0


def migrate(arguments: argparse.Namespace, config: Config) -> int:
    """Copy a TinyDB store into the PostgreSQL database of storage.url, and print the counts."""
    file, url = Path(arguments.file.removeprefix("tinydb:")), config.storage.url.address()
    if not is_server(url):
        expected = "a postgresql:// address to copy into"
        raise ConfigError("storage.url", f'"{config.storage.url}"', expected)
    if not file.is_file():
        raise ConfigError("FILE", str(file), "the file of a TinyDB store")
    counts = copies.migrate(file, url)
    console.print_table(f"{file} to {shown(url)}", ("table", "documents"), counts.items())
    print("Every document was read back and is the same. The file stays as it is.")
    return 0


def filter_of(arguments: argparse.Namespace) -> Filter:
    """Return the filter that the options describe. Raises ConfigError."""
    subjects = [_term("--theme", text, "theme", "topic") for text in arguments.theme]
    types = [_term("--type", text, "type").code for text in arguments.type]
    return Filter(
        countries=frozenset(map(country_of, arguments.country)),
        themes=frozenset(term.code for term in subjects if term.facet == "theme"),
        topics=frozenset(term.code for term in subjects if term.facet == "topic"),
        types=frozenset(types),  # type: ignore[arg-type]
        mentions=frozenset(map(_mentioned, arguments.mentions)),
    )


def country_of(text: str) -> str:
    """Return the code of an EU+ country. Raises ConfigError."""
    return _term("--country", text, "country").code


def _mentioned(text: str) -> str:
    """Return the code of any country of the world, as `mentions` in the chat takes it."""
    code = query.parse_country(text)
    if code is None:
        raise ConfigError("--mentions", f'"{text}"', "a country")
    return code


def _number(text: str) -> str:
    """Return the number of a development. Raises ConfigError."""
    named = query.parse_number(text)
    if named is None:
        raise ConfigError("--id", f'"{text}"', "a number such as CZ-2025-0001")
    return named[0]


def _day(option: str, text: str | None) -> dt.date | None:
    """Return the day that an option names. Raises ConfigError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(option, f'"{text}"', "a day such as 2025-01-16") from None


def _term(option: str, text: str, *kinds: taxonomy.Facet) -> taxonomy.Term:
    """Return the one term of these kinds that a text names. Raises ConfigError."""
    named = _terms(wordings.find(text) or wordings.find_parts(text), kinds)
    if len(named) == 1:
        return named[0]
    near = _terms(wordings.find_related(text) or wordings.find_misspelt(text), kinds)
    nearest = f" (nearest: {', '.join(term.label for term in near)})" if near else ""
    raise ConfigError(option, f'"{text}"', f"a {' or '.join(kinds)}{nearest}")


def _terms(
    meanings: Iterable[wordings.Meaning], kinds: Collection[taxonomy.Facet]
) -> list[taxonomy.Term]:
    return [meaning[0] for meaning in meanings if len(meaning) == 1 and meaning[0].facet in kinds]
