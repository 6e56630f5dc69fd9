"""`policy-herald models`: Firefox's translation models for the languages of the sources."""

import argparse
import difflib
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from bot.cli import console
from bot.config import Config
from bot.errors import ConfigError, ModelError
from bot.text import normalise
from bot.translation import coverage
from bot.translation.coverage import language_name, source_languages
from bot.translation.languages import called_among
from bot.translation.local import installed_models
from bot.translation.model_download import (
    ModelServers,
    folder_size,
    megabytes,
    open_model_servers,
    remove_model,
)
from bot.translation.model_records import Model

Offered = dict[str, Model]
"""The models that can be had, by the language that each translates."""


async def models(arguments: argparse.Namespace, config: Config) -> int:
    """List, add or remove models; return 1 when one could not be had or removed. Raises ConfigError
    and ModelError."""
    if arguments.action == "remove":
        return _remove(config, arguments.languages)
    async with open_model_servers(config.translation.local_mirror) as servers:
        if arguments.action == "list":
            return await _list(config, servers, arguments.languages)
        return await _add(config, servers, arguments.languages)


async def _list(config: Config, servers: ModelServers, words: Sequence[str]) -> int:
    offered: Offered | None = None
    try:
        offered = await servers.offered()
    except ModelError as error:  # what is installed can be listed all the same
        print(f"policy-herald: {error}", file=sys.stderr)
    installed = installed_models(config.models_folder())
    of_sources = source_languages(config)
    languages = _parse_languages(words, {*(offered or ()), *of_sources})
    if not languages:
        known = {called_among(installed, code) for code in of_sources}
        languages = [*of_sources, *(code for code in installed if code not in known)]
    rows = [_row(code, installed, offered) for code in languages]
    console.print_table("", ("language", "code", "size", "model"), rows)
    console.say(f"{coverage.describe(config)}.")
    return int(offered is None)


def _row(code: str, installed: dict[str, Path], offered: Offered | None) -> list[str]:
    name = language_name(code)
    if here := called_among(installed, code):
        return [name, code, megabytes(folder_size(installed[here])), "installed"]
    if offered is None:
        return [name, code, "", "not installed"]
    if there := called_among(offered, code):
        size = offered[there].size
        download = f"{megabytes(size)} to download" if size else ""
        return [name, code, download, f"policy-herald models add {code}"]
    return [name, code, "", "Firefox has none"]


async def _add(config: Config, servers: ModelServers, words: Sequence[str]) -> int:
    offered = await servers.offered()
    languages = _parse_languages(words, {*offered, *source_languages(config)})
    wanted = languages or source_languages(config)
    chosen = {code: offered[name] for code in wanted if (name := called_among(offered, code))}
    has_failed = False
    for number, (code, model) in enumerate(chosen.items(), 1):
        doing = f"{language_name(code)}, {number} of {len(chosen)}"
        try:
            with console.download_bar(doing, model.size) as advance:
                is_new = await servers.install(model, config.models_folder(), advance)
        except ModelError as error:
            print(f"policy-herald: {language_name(code)}: {error}", file=sys.stderr)
            has_failed = True
            continue
        place = config.models_folder() / model.pair
        done = f"installed in {place}" if is_new else "is there already"
        console.say(f"{language_name(code)}: {megabytes(folder_size(place))}, {done}")
    lacking = [language_name(code) for code in wanted if code not in chosen]
    if lacking:
        print(f"policy-herald: Firefox has no model for {', '.join(lacking)}", file=sys.stderr)
    console.say(f"{coverage.describe(config)}.")
    return int(has_failed or (bool(languages) and bool(lacking)))


def _remove(config: Config, words: Sequence[str]) -> int:
    folder = config.models_folder()
    installed = installed_models(folder)
    languages = _parse_languages(words, {*installed, *source_languages(config)})
    if not languages:
        raise ConfigError("models remove", "no language", "those to remove, such as cs")
    has_failed = False
    for code in languages:
        name = called_among(installed, code)
        if name is None:
            print(
                f"policy-herald: no model for {language_name(code)} is in {folder}", file=sys.stderr
            )
            has_failed = True
            continue
        place = installed.pop(name)
        size = folder_size(place)
        remove_model(place)
        console.say(f"{language_name(code)}: removed, {megabytes(size)}")
    return int(has_failed)


def _parse_languages(words: Sequence[str], expected: Collection[str]) -> list[str]:
    """Return the languages of words: codes, or names in English. Raises ConfigError, with the
    nearest of what is expected."""
    codes = {normalise(name): code for code, name in coverage.language_names().items()}
    codes |= {code.lower(): code for code in (*coverage.language_names(), *expected)}
    languages = []
    for word in (part.strip() for each in words for part in each.split(",")):
        if not word:
            continue
        code = codes.get(word.lower()) or codes.get(normalise(word))
        if code is None:
            raise ConfigError("models", f'"{word}"', f"a language{_nearest(word, expected)}")
        languages.append(code)
    return list(dict.fromkeys(languages))


def _nearest(word: str, expected: Collection[str]) -> str:
    names = {language_name(code).lower(): code for code in expected}
    near = difflib.get_close_matches(word.lower(), [*names, *expected], n=1, cutoff=0.5)
    if not near:
        return " such as cs"
    code = names.get(near[0], near[0])
    return f" (nearest: {language_name(code)}, {code})"
