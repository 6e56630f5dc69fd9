"""`policy-herald run`: the service."""

import argparse
import asyncio
import gc
import logging
import signal
import sys

from bot import app
from bot.build import this_build
from bot.config import DEFAULT_FILE, Config
from bot.config.reload import Reload
from bot.config.values import secrets_of
from bot.errors import ConfigError
from bot.monitoring import logs
from bot.store import schema
from bot.translation import coverage

log = logging.getLogger(__name__)


async def run(arguments: argparse.Namespace, config: Config) -> int:
    """Run until SIGTERM or SIGINT, and read the configuration again at SIGHUP; without a token the
    demo instead, with --or-demo."""
    if not config.telegram.token:
        if arguments.or_demo:
            from bot.cli.demo import demo  # late: it brings tables and sample sources

            return await demo(arguments, config)
        raise ConfigError(
            f"{arguments.config or DEFAULT_FILE}: telegram.token (or HERALD_TELEGRAM_TOKEN)",
            "nothing",
            "the token that @BotFather gave you; `policy-herald demo` needs none",
        )
    log.info("policy-herald %s", this_build(schema.VERSION))
    log.info("%s", coverage.describe(config))
    stop, reload = asyncio.Event(), Reload(lambda: _read_again(arguments, config))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    has_terminal = sys.stdin.isatty()

    def on_hangup() -> None:
        is_closed = has_terminal and not sys.stdin.isatty()  # the terminal's window, say
        stop.set() if is_closed else reload.ask()

    loop.add_signal_handler(signal.SIGHUP, on_hangup)
    # What is imported stays: to look for cycles in it would take a third of the CPU of the start.
    gc.freeze()
    await app.run(config, stop, reload, is_new=arguments.new)
    return 0


def _read_again(arguments: argparse.Namespace, first: Config) -> Config:
    """Read the configuration as at the start, and redact its secrets as well from now on."""
    config: Config = arguments.load()
    logs.set_up([*secrets_of(first), *secrets_of(config)], arguments.log_format)
    return config
