"""`policy-herald sources`: the sources with their health, as OPML, and what admins have changed."""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence

from bot import dates, render, source_edits, taxonomy
from bot.cli import console
from bot.cli.coverage import print_coverage
from bot.cli.store import country_of, open_existing
from bot.cli.toml_table import toml_table
from bot.config import Config
from bot.errors import ConfigError
from bot.models.source_edits import SourceEdit
from bot.models.sources import Source, SourceState
from bot.monitoring import source_health
from bot.monitoring.coverage import coverage_of_all


async def sources(arguments: argparse.Namespace, config: Config) -> int:
    """Print a table of the sources and their health; with --coverage what they cover, with --opml
    a list for readers of feeds, with --changes what admins have changed; with --undo undo one of
    these changes."""
    country = country_of(arguments.country) if arguments.country else None
    if arguments.undo is not None:
        return await _undo(config, arguments.undo)
    async with open_existing(config) as store:
        edits, states = await store.source_edits(), await store.states()
        off = await store.switched_off()
    if arguments.changes:
        return _print_changes(config, edits)
    followed = [
        source
        for source in source_edits.edited(config.all_sources(), edits)
        if country in (None, source.country)
    ]
    if arguments.coverage:
        told = coverage_of_all(followed, states, dates.now(), off)
        print_coverage([each for each in told if country in (None, each.country)])
        return 0
    if arguments.opml:
        sys.stdout.buffer.write(render.opml(followed, dates.now()))
        return 0
    changed = {edit.source.id for edit in source_edits.in_force(config.all_sources(), edits)}
    _print_table(followed, states, off, changed)
    return 0


def _print_table(
    followed: Sequence[Source],
    states: Mapping[str, SourceState],
    off: Collection[str],
    changed: Collection[str],
) -> None:
    """Print the sources and their health; `off`, `changed`: the ids of those that are switched off,
    and that an admin has changed."""
    console.print_table(
        "Sources",
        ("id", "country", "publisher", "health", "robots.txt", "next poll"),
        (
            (
                f"{source.id} *" if source.id in changed else source.id,
                taxonomy.label("country", source.country) if source.country else "any",
                source.publisher,
                "switched off"
                if source.id in off
                else source_health.health(states.get(source.id), dates.now()),
                source_health.robots_note(states.get(source.id)),
                _next(states.get(source.id)),
            )
            for source in followed
        ),
    )
    if changed:
        console.say("* as an admin has changed it in the chat; --changes tells more")


def _next(state: SourceState | None) -> str:
    if state and state.stopped:
        return "never"
    return f"{state.due:%d.%m.%Y %H:%M} UTC" if state and state.due else "when the bot runs"


def _print_changes(config: Config, edits: list[SourceEdit]) -> int:
    """Print what was changed, and what holds as tables for the configuration."""
    held = source_edits.in_force(config.all_sources(), edits)
    if not edits:
        print("Nobody has changed the sources of the configuration.")
        return 0
    console.print_table(
        "Changes",
        ("number", "at", "by user", "source", "before", "now", ""),
        (
            (
                edit.id,
                f"{edit.at:%d.%m.%Y %H:%M} UTC",
                edit.by,
                edit.source.id,
                edit.before.url if edit.before else "(added)",
                edit.source.url,
                _fate(edit, held),
            )
            for edit in edits
        ),
    )
    for edit in held:
        print(f"\n{toml_table(edit.source)}")
    return 0


def _fate(edit: SourceEdit, held: list[SourceEdit]) -> str:
    if edit.undone:
        by = f" by {edit.undone_by}" if edit.undone_by else ""
        return f"undone {edit.undone:%d.%m.%Y %H:%M} UTC{by}"
    return "holds" if edit in held else "the configuration was changed later, and holds"


async def _undo(config: Config, number: int) -> int:
    async with open_existing(config) as store:
        edit = await store.undo_source_edit(number, dates.now(), None)
    if edit is None:
        expected = "the number of a change that holds: --changes lists them"
        raise ConfigError("--undo", str(number), expected)
    where = f"is read at {edit.before.url} again" if edit.before else "is not read any more"
    print(f"{edit.source.id} {where}; a running service follows within a minute.")
    return 0
