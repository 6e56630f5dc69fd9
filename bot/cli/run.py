"""`policy-herald run`: the service."""

import argparse
import asyncio
import logging
import signal

from bot import app
from bot.cli.demo import demo
from bot.config import DEFAULT_FILE, Config
from bot.errors import ConfigError
from bot.translation import coverage

log = logging.getLogger(__name__)


async def run(arguments: argparse.Namespace, config: Config) -> int:
    """Run until SIGTERM or SIGINT; without a token the demo instead, with --or-demo."""
    if not config.telegram.token:
        if arguments.or_demo:
            return await demo(arguments, config)
        raise ConfigError(
            f"{arguments.config or DEFAULT_FILE}: telegram.token (or HERALD_TELEGRAM_TOKEN)",
            "nothing",
            "the token that @BotFather gave you; `policy-herald demo` needs none",
        )
    log.info("%s", coverage.describe(config))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await app.run(config, stop, is_new=arguments.new)
    return 0
