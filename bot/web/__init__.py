"""The pages on the web: the archive with its feeds, and the status for who runs the bot."""

import datetime as dt
from collections.abc import Callable, Sequence
from importlib.resources import files

from aiohttp import web

from bot.config.schema import WebConfig
from bot.models.sources import Source
from bot.ports.store import Store
from bot.web.answers import tagged, unchanged
from bot.web.archive import Archive
from bot.web.protection import ClientLimit, Handler, protected
from bot.web.status import StatusPage


def routes(
    store: Store,
    sources: Sequence[Source],
    clock: Callable[[], dt.datetime],
    config: WebConfig,
    describe_backups: Callable[[], str] = lambda: "",
) -> list[web.RouteDef]:
    """Return the route of each page: those of the archive, where it is turned on."""
    status = StatusPage(store, sources, clock, config, describe_backups)
    handlers: dict[str, Handler] = {"/status": status.answer, "/style.css": _style}
    if config.archive:
        handlers |= Archive(store, sources, clock, config).handlers
    limit = ClientLimit()
    return [
        web.get(path, protected(handler, limit, is_listed=config.search_engines))
        for path, handler in handlers.items()
    ]


async def _style(request: web.Request) -> web.Response:
    style = files("bot").joinpath("data/web/style.css").read_bytes()
    if answer := unchanged(request, style):
        return answer
    return tagged(request, web.Response(body=style, content_type="text/css", charset="utf-8"))
