"""`policy-herald run`: the service; and `demo`: the same without a token and without network.

For the demo, sample sources stand on loopback; each publishes one more item after its first poll.
"""

import argparse
import asyncio
import functools
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
from rich.console import Console

from bot import app, pipeline
from bot.chat import commands
from bot.chat.context import ChatContext, Request
from bot.cli import console
from bot.cli.console import for_each
from bot.config import DEFAULT_FILE, Config
from bot.config.schema import PollingConfig
from bot.config.values import Reachable
from bot.errors import ConfigError
from bot.jobs.outbox import Outbox
from bot.models.sources import Source
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.store import open_store


def run(arguments: argparse.Namespace, config: Config) -> int:
    """Run until SIGTERM or SIGINT; without a token the demo instead, with --or-demo."""
    if not config.telegram.token and arguments.or_demo:
        return demo(arguments, config)
    if not config.telegram.token:
        raise ConfigError(
            f"{arguments.config or DEFAULT_FILE}: telegram.token (or HERALD_TELEGRAM_TOKEN)",
            "nothing",
            "the token that @BotFather gave you; `policy-herald demo` needs none",
        )
    asyncio.run(_run(config))
    return 0


LOOPBACK = "127.0.0.1"
CHAT = 1
SUBSCRIPTIONS = ("Czechia, Germany", "access, resettlement")


class Publisher(Struct):
    """The web server of all sample ministries."""

    has_published: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with a sample feed."""
        # Its first item is withheld until it is published.
        name = request.match_info["name"]
        text = _sample(name)
        if not self.has_published:
            text = re.sub(r"<(item|entry)\b.*?</\1>", "", text, count=1, flags=re.DOTALL)
        return web.Response(text=text, content_type="application/xml")


def demo(arguments: argparse.Namespace, config: Config) -> int:
    """Run the demonstration, which ends after some seconds; the configuration is ignored."""
    asyncio.run(_demo(console.console()))
    return 0


async def _demo(out: Console) -> None:
    polling = PollingConfig(private_hosts=(Reachable(LOOPBACK),))
    async with (
        open_store(":memory:", RULES) as store,
        _publishing() as (publisher, sources),
        app.open_poll_context(Config(polling=polling), store) as context,
    ):
        _say(out, f"{len(sources)} sample sources are served on {LOOPBACK}.")
        _head(out, "First poll: what is there already is known, and notifies nobody")
        await _poll(out, context, sources)
        await _subscribe(out, ChatContext(store, sources, app.now))
        publisher.has_published = True
        _head(out, "The ministries publish; second poll")
        await _poll(out, context, sources)
        _head(out, "What the subscriber hears in Telegram")
        await Outbox(store, console.ConsoleTransport(out), app.now).drain()
        tally = await store.tally(CHAT)
        _say(out, f"{tally.sent} delivered, {tally.pending} pending, {tally.failed} failed.")
        _say(out, "Next: give your bot's token in HERALD_TELEGRAM_TOKEN to `policy-herald run`.")


@asynccontextmanager
async def _publishing() -> AsyncIterator[tuple[Publisher, list[Source]]]:
    publisher = Publisher()
    application = web.Application()
    application.router.add_get(r"/{name:[\w-]+\.xml}", publisher.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        at = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
        yield publisher, [replace(source, url=f"{at}/{source.url}") for source in _samples()]
    finally:
        await runner.cleanup()


def _samples() -> list[Source]:
    return msgspec.convert(tomllib.loads(_sample("sources.toml"))["sources"], list[Source])


def _sample(name: str) -> str:
    return files("bot").joinpath(f"data/demo/{name}").read_text(encoding="utf-8")


async def _subscribe(out: Console, chat_context: ChatContext) -> None:
    _head(out, "Somebody subscribes in the chat")
    for text in SUBSCRIPTIONS:
        answer = await commands.answer(chat_context, Request(CHAT), "subscribe", text)
        console.show(out, answer.messages[0], f"/subscribe {text}")


async def _poll(out: Console, context: PollContext, sources: list[Source]) -> None:
    poll = functools.partial(pipeline.poll, context)
    reports = await for_each(sources, poll, doing="polling")
    table = console.table("", "source", "result", "items", "new", "developments", "queued")
    for report in reports:
        console.row(
            table,
            report.source,
            report.result,
            report.items,
            report.new,
            report.developments,
            report.deliveries,
        )
    out.print(table)


def _head(out: Console, heading: str) -> None:
    out.rule(f"[bold]{heading}", align="left")


def _say(out: Console, text: str) -> None:
    out.print(text, markup=False, soft_wrap=True)


async def _run(config: Config) -> None:
    """Run the service until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await app.run(config, stop)
