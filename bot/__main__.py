"""Parse the command line and run a command."""

import argparse
import functools
import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.errors import ConfigError, HeraldError

if TYPE_CHECKING:
    from bot.config import Config

log = logging.getLogger(__name__)

Command = Callable[[argparse.Namespace, "Config"], Coroutine[Any, Any, int] | int]

DAYS_LIMIT = 36_500
STORE = "deliveries corrections export backup restore migrate".split()
MODULES = {**dict.fromkeys(STORE, "store"), "preview": "poll", "demo": "demo"}
"""The modules of commands that are not called as their command is."""


class _Version(argparse.Action):
    """Prints which program this is."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from bot.build import this_build
        from bot.store.schema import VERSION

        print(f"policy-herald {this_build(VERSION)}")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """argparse with errors of one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Return 0 when done, 1 when something failed, 2 for unusable arguments or
    configuration."""
    _open_closed_streams()
    arguments = _parser().parse_args(argv)
    arguments.config = arguments.config or os.environ.get("HERALD_CONFIG") or None
    command = _command(arguments.command)
    try:
        from bot.config import load, withdraw_secrets
        from bot.config.values import secrets_of
        from bot.monitoring import logs

        # A copy, with the secrets: the service may read it again.
        arguments.load = functools.partial(load, arguments.config, dict(os.environ))
        warnings = list[str]()
        config = arguments.load(warnings.append)
        withdraw_secrets(config, os.environ)
        # The other commands print their results: of what is logged, they show warnings alone.
        is_service = arguments.command == "run" and config.telegram.token
        logs.set_up(secrets_of(config), arguments.log_format if is_service else "message")
        for said in warnings:
            log.warning("%s", said)
        outcome = command(arguments, config)
        if isinstance(outcome, Coroutine):
            import asyncio

            outcome = asyncio.run(outcome)
        sys.stdout.flush()
        return int(outcome)
    except HeraldError as error:
        print(f"policy-herald: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    except BrokenPipeError:  # the reader, `head` perhaps, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            return _report(error)
        # Logged and not raised: the log is redacted, and the interpreter's tracebacks are not.
        log.critical("a mistake in the program; please report it", exc_info=True)
        return 1


def _command(name: str) -> Command:
    """Return the function of a command, whose module is imported only now: Docker runs `health`
    again and again, so it must start fast."""
    gc.disable()  # nearly all stays: to look for cycles would take an eighth of the time
    try:
        module = importlib.import_module(f"bot.cli.{MODULES.get(name, name)}")
    finally:
        gc.enable()
    command: Command = getattr(module, name)
    return command


def _open_closed_streams() -> None:
    """Open what the caller has closed, so that no file that is opened later takes its place."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - until the program ends
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115


def _report(error: OSError) -> int:
    """Print in one line what the system has refused."""
    where = error.filename or "what the command prints cannot be written"
    print(f"policy-herald: {where}: {error.strerror}", file=sys.stderr)
    if error.filename is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left of it
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="policy-herald",
        description="Tells people in Telegram what changed in migration and asylum policy.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="which program this is")
    parser.add_argument("--config", metavar="FILE", help="default: config.toml (HERALD_CONFIG)")
    parser.add_argument(
        "--log-format", choices=["plain", "json"], default="plain", help="default: plain"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary)

    run = add("run", "the service: polls sources, answers chats, delivers")
    run.add_argument("--or-demo", action="store_true", help="the demo, where no token is set")
    _add_new(run)
    add("demo", "the whole main job on sample sources: no configuration, token or network needed")
    poll = add("poll", "polls every source that is due, once")
    poll.add_argument("--all", action="store_true", help="every source, due or not")
    _add_new(poll)
    preview = add("preview", "what a subscriber with this filter would have got; stores nothing")
    _add_filter_options(preview)
    preview.add_argument("--days", type=_positive, default=30, metavar="N", help="default: 30")
    _add_record(
        add("record", "items as JSON Lines in, developments as JSON Lines out; stores nothing")
    )
    _add_read(add("read", "what the bot reads from feeds and pages, as JSON Lines"))
    _add_deliveries(add("deliveries", "what was sent, what waits, what is uncertain and why"))
    _add_corrections(add("corrections", "labels that admins have set right, as JSON Lines"))
    _add_models(add("models", "Firefox's translation models, for the languages of the sources"))
    _add_check(add("check", "tries the configuration, Telegram and every source"))
    _add_sources(add("sources", "the sources with their health"))
    _add_export(add("export", "summaries and sources of developments, not their whole texts"))
    _add_verify(add("verify", "compares a page with what was read of a development"))
    _add_brief(add("brief", "developments by country and theme, for Word and as Markdown"))
    _add_site(add("site", "the archive as files, for any web server"))
    backup = add(
        "backup", "a consistent copy of everything, whole texts too, also while the bot runs"
    )
    backup.add_argument("file", metavar="FILE", help="must not be there yet")
    restore = add("restore", "makes a backup the store, where there is none or an empty one")
    restore.add_argument("file", metavar="FILE")
    migrate = add("migrate", "a TinyDB store into the PostgreSQL database of storage.url")
    migrate.add_argument(
        "file", nargs="?", default="data/herald.db", metavar="FILE", help="default: data/herald.db"
    )
    add("health", "exit 0 when the running service is healthy")
    return parser


def _add_record(record: argparse.ArgumentParser) -> None:
    record.add_argument("file", nargs="?", metavar="FILE", help="default: standard input")
    record.add_argument(
        "--explain", action="store_true", help="the words that decided each label, instead"
    )


def _add_deliveries(deliveries: argparse.ArgumentParser) -> None:
    states = "pending sending sent uncertain failed suspended withdrawn collected".split()
    deliveries.add_argument("--state", choices=states, help="default: all")
    deliveries.add_argument("--limit", type=_positive, default=30, metavar="N", help="default: 30")
    deliveries.add_argument(
        "--repeat", type=int, metavar="NUMBER", help="sends an uncertain one again"
    )


def _add_corrections(corrections: argparse.ArgumentParser) -> None:
    corrections.add_argument(
        "--words", action="store_true", help="as a file for labels.words instead"
    )


def _add_models(models: argparse.ArgumentParser) -> None:
    models.add_argument(
        "action", nargs="?", choices=["list", "add", "remove"], default="list", help="default: list"
    )
    models.add_argument(
        "languages", nargs="*", metavar="LANGUAGE", help="such as cs; default: all of the sources"
    )


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("page", metavar="FILE|URL")
    verify.add_argument("id", metavar="ID", help="its number, such as CZ-2025-0001")


def _add_site(site: argparse.ArgumentParser) -> None:
    site.add_argument("folder", metavar="DIR", help="new, empty, or written by this before")
    site.add_argument("--url", default="", help="where the files will lie; default: public_url")
    site.add_argument("--language", default="en", metavar="L", help="default: en")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("--all", action="store_true", help="lists every source")
    check.add_argument("--json", action="store_true", help="all of it as one line of JSON")
    repair = "looks for where lost sources went, and prints tables for the configuration"
    check.add_argument("--repair", action="store_true", help=repair)


def _add_sources(sources: argparse.ArgumentParser) -> None:
    sources.add_argument("--country", metavar="C")
    shown = sources.add_mutually_exclusive_group()
    covered = "what is followed of each country, and what is not"
    shown.add_argument("--coverage", action="store_true", help=covered)
    shown.add_argument("--opml", action="store_true", help="as a list for any reader of feeds")
    changes = "what admins have changed in the chat"
    shown.add_argument("--changes", action="store_true", help=changes)
    shown.add_argument("--undo", type=int, metavar="NUMBER", help="undoes one of these changes")


def _add_new(command: argparse.ArgumentParser) -> None:
    summary = "with an empty store, where one was lost"
    command.add_argument("--new", action="store_true", help=summary)


def _add_read(read: argparse.ArgumentParser) -> None:
    read.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a URL, a file, or a source's id"
    )
    read.add_argument("--kind", choices=["feed", "page"])
    read.add_argument("--like", metavar="ID", help="read it as this configured source is read")
    read.add_argument("--base", metavar="URL", help="where a file comes from")
    read.add_argument("--language", metavar="TAG", help="such as cs")
    read.add_argument("--encoding", metavar="NAME", help="such as windows-1250")
    page = read.add_argument_group(
        "of a page", "CSS selectors (dotted paths in JSON); --item left out: found by its dates"
    )
    for key in ("item", "link", "title", "date", "summary"):
        page.add_argument(f"--{key}", metavar="SELECTOR")
    page.add_argument("--date-attribute", metavar="NAME", help="of the date's element")
    page.add_argument("--date-format", metavar="FORMAT", help="as in %%d/%%m/%%Y")
    page.add_argument("--date-in", choices=["list", "article", "script"])


def _add_export(export: argparse.ArgumentParser) -> None:
    formats = "default: jsonl; a wrong one is answered with the list"
    export.add_argument("--format", default="jsonl", metavar="FORMAT", help=formats)
    export.add_argument(
        "--evidence", metavar="DIR|FILE.zip", help="instead, all that was read of them, with hashes"
    )
    export.add_argument("--id", action="append", default=[], metavar="ID", help="CZ-2025-0001")
    _add_filter_options(export)
    export.add_argument("--since", metavar="D", help="a day, as YYYY-MM-DD")
    export.add_argument("--until", metavar="D", help="a day, as YYYY-MM-DD")


def _add_brief(brief: argparse.ArgumentParser) -> None:
    brief.add_argument(
        "words", nargs="*", metavar="WORDS", help='such as: last month, CZ, return; default: "week"'
    )
    brief.add_argument(
        "--output", metavar="FILE", help="a name in .docx or .md, or - for Markdown; default: both"
    )
    brief.add_argument("--template", metavar="FILE", help="your own: .docx, or of Markdown")
    brief.add_argument("--language", default="en", metavar="TAG", help="such as cs; default: en")


def _add_filter_options(parser: argparse.ArgumentParser) -> None:
    for name, value in (("country", "C"), ("theme", "T"), ("type", "T"), ("mentions", "C")):
        parser.add_argument(f"--{name}", action="append", default=[], metavar=value)


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= DAYS_LIMIT:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
