"""`policy-herald run`: the service; and `demo`: the same without a token and without network.

For the demo, sample sources stand on loopback; each publishes one more item after its first poll.
"""

import argparse
import asyncio
import logging
import re
import signal
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import msgspec
from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from bot import app
from bot.chat import commands
from bot.chat.context import ChatContext, Request
from bot.cli import console
from bot.cli.poll import poll_each, print_reports
from bot.config import DEFAULT_FILE, Config
from bot.config.schema import PollingConfig, TranslationConfig
from bot.config.values import Reachable
from bot.errors import ConfigError
from bot.jobs.outbox import Outbox
from bot.models.sources import Source
from bot.monitoring import http
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
    await app.run(config, stop)
    return 0


LOOPBACK = "127.0.0.1"
CHAT = 1
SUBSCRIPTIONS = ("Czechia, Germany", "access, resettlement")


class Publisher(Struct):
    """The web server of all sample ministries."""

    has_published: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with a sample feed."""
        text = _sample(request.match_info["name"])
        if not self.has_published:  # its first item is withheld
            text = re.sub(r"<(item|entry)\b.*?</\1>", "", text, count=1, flags=re.DOTALL)
        return web.Response(text=text, content_type="application/xml")


async def demo(arguments: argparse.Namespace, config: Config) -> int:
    """Run the demonstration, which ends after some seconds; the configuration is ignored."""
    polling = PollingConfig(private_hosts=(Reachable(LOOPBACK),))
    translation = TranslationConfig(engine="none")  # deliveries would wait, for models are slow
    async with (
        _publishing() as (publisher, sources),
        app.open_polling(Config(polling=polling, translation=translation)) as context,
    ):
        console.say(f"{len(sources)} sample sources are served on {LOOPBACK}.")
        _head("First poll: what is there already is known, and notifies nobody")
        print_reports("", await poll_each(context, sources))
        await _subscribe(ChatContext(context.store, sources, app.now))
        publisher.has_published = True
        _head("The ministries publish; second poll")
        print_reports("", await poll_each(context, sources))
        _head("What the subscriber hears in Telegram")
        await Outbox(context.store, console.ConsoleTransport(), app.now).drain()
        tally = await context.store.tally(CHAT)
    console.say(f"{tally.sent} delivered, {tally.pending} pending, {tally.failed} failed.")
    console.say("Next: give your bot's token in HERALD_TELEGRAM_TOKEN to `policy-herald run`.")
    console.say(f"To read all of it in English: {coverage.ADD}, or an engine in config.toml.")
    return 0


@asynccontextmanager
async def _publishing() -> AsyncIterator[tuple[Publisher, list[Source]]]:
    publisher = Publisher()
    application = web.Application()
    application.router.add_get(r"/{name:[\w-]+\.xml}", publisher.handle)
    async with http.running(application) as runner:
        await web.TCPSite(runner, LOOPBACK, 0).start()
        at = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
        tables = tomllib.loads(_sample("sources.toml"))["sources"]
        sources = msgspec.convert(tables, list[Source])
        yield publisher, [replace(source, url=f"{at}/{source.url}") for source in sources]


def _sample(name: str) -> str:
    return files("bot").joinpath(f"data/demo/{name}").read_text(encoding="utf-8")


async def _subscribe(chat_context: ChatContext) -> None:
    _head("Somebody subscribes in the chat")
    for text in SUBSCRIPTIONS:
        answer = await commands.answer(chat_context, Request(CHAT), "subscribe", text)
        console.show(answer.messages[0], f"/subscribe {text}")


def _head(heading: str) -> None:
    console.console().rule(f"[bold]{heading}", align="left")
