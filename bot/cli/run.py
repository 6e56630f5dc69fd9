"""`policy-herald run`: the service."""

import argparse
import asyncio

from bot import app
from bot.cli import demo
from bot.config import DEFAULT_FILE, Config
from bot.config.values import secrets_of
from bot.errors import ConfigError
from bot.monitoring import logs


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Runs until SIGTERM or SIGINT; without a token the demo instead, where that is wanted."""
    if not config.telegram.token and arguments.or_demo:
        return demo.main(arguments, config)
    if not config.telegram.token:
        raise ConfigError(
            f"{arguments.config or DEFAULT_FILE}: telegram.token (or HERALD_TELEGRAM_TOKEN)",
            "nothing",
            "the token that @BotFather gave you; `policy-herald demo` needs none",
        )
    logs.set_up(secrets_of(config), as_json=arguments.log_format == "json")
    asyncio.run(app.run_until_signalled(config))
    return 0
