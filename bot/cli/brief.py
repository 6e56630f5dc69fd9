"""`policy-herald brief`: the developments of a period as a document, by country and theme."""

import argparse
import sys
from pathlib import Path

from bot import brief as briefs
from bot import dates
from bot.chat.parsing import query
from bot.chat.parsing.brief_period import find_brief_period
from bot.cli.store import open_required
from bot.config import Config
from bot.errors import ConfigError
from bot.i18n import LANGUAGES, Locale, locale_for
from bot.models.brief import Brief, BriefTemplates
from bot.models.chats import Filter
from bot.reader_language import Reader
from bot.render import brief_markdown, brief_word

PERIOD = (
    'a period such as "week", "last month" or "01.11–30.11", and countries, themes and types, '
    'such as "CZ, SK return"'
)
SUFFIXES = (".docx", ".md")
STANDARD_OUTPUT = {"-": ".md", "-.md": ".md", "-.docx": ".docx"}
"""Names that stand for standard output, with what is written there."""


async def brief(arguments: argparse.Namespace, config: Config) -> int:
    """Write the brief as a Word document and as Markdown, or as the one that --output names, which
    may be standard output. Raises ConfigError, OSError and StoreError."""
    to = locale_for(arguments.language)
    if to.code != arguments.language:
        raise ConfigError("--language", f'"{arguments.language}"', f"one of {', '.join(LANGUAGES)}")
    asked = _asked(" ".join(arguments.words) or "week", arguments.language)
    suffix = STANDARD_OUTPUT.get(arguments.output or "")
    if suffix == ".docx" and sys.stdout.isatty():
        raise ConfigError("--output", f'"{arguments.output}"', "a file to write to: add > x.docx")
    files = [] if suffix else _files(arguments.output, asked)
    templates = _templates(arguments.template, config)
    async with open_required(config) as store:
        reader = Reader(to.code, to.code)
        made = await briefs.make_brief(store, asked, config.all_sources(), dates.now(), reader)
    if not made.total:
        nothing = f"Nothing is recorded from {asked.since} to {asked.until} for: {made.asked}."
        print(nothing, file=sys.stderr if suffix else sys.stdout)
        return 0
    if suffix:
        sys.stdout.buffer.write(_written(suffix, made, to, templates))
    for file in files:
        _save(file, _written(file.suffix, made, to, templates), is_named=bool(arguments.output))
        print(f"{file}: {made.shown} of {made.total} developments, {len(made.ahead)} dates ahead")
    return 0


def _asked(text: str, language: str) -> briefs.BriefRequest:
    """Return what the words ask for. Raises ConfigError."""
    today = dates.now().date()
    period, rest = find_brief_period(text, today, language)
    if period is None:
        raise ConfigError("brief", f'"{text}"', PERIOD)
    named = query.parse_filter(rest, language=language) if rest else Filter()
    if not isinstance(named, Filter):
        raise ConfigError("brief", f'"{named[0].text}"', PERIOD)
    return briefs.BriefRequest(since=period.since, until=period.until or today, filters=(named,))


def _files(output: str | None, asked: briefs.BriefRequest) -> list[Path]:
    """Return the files to write, none of which is there. Raises ConfigError."""
    name = f"brief-{asked.since}-{asked.until}"
    files = [Path(output)] if output else [Path(f"{name}{suffix}") for suffix in SUFFIXES]
    for file in files:
        if file.suffix not in SUFFIXES:
            raise ConfigError(
                "--output", f'"{file}"', f"a name that ends in {' or '.join(SUFFIXES)}"
            )
        if file.exists():
            raise ConfigError(str(file), "a file", "a name that is not taken")
    return files


def _templates(own: str | None, config: Config) -> BriefTemplates:
    """Return the templates: that of --template by what its name ends in, else the configured."""
    configured = briefs.templates_of(config.brief)
    if own is None:
        return configured
    if own.endswith((".docx", ".dotx")):
        return BriefTemplates(word=own, markdown=configured.markdown)
    return BriefTemplates(word=configured.word, markdown=own)


def _save(file: Path, content: bytes, *, is_named: bool) -> None:
    """Write a file. Raises OSError; where nobody has named it, ConfigError."""
    try:
        file.write_bytes(content)
    except OSError as error:
        if is_named:
            raise
        found = f"none, and here none can be written ({error.strerror})"
        expected = "a file elsewhere, or - for Markdown on standard output"
        raise ConfigError("--output", found, expected) from None


def _written(suffix: str, made: Brief, to: Locale, templates: BriefTemplates) -> bytes:
    if suffix == ".docx":
        return brief_word.word(made, to, templates.word)
    return brief_markdown.markdown(made, to, templates.markdown)
