"""Answer browsers: in which language, with entity tags, and with a page."""

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable

from aiohttp import ETag, web
from msgspec import Struct

from bot import __version__
from bot.errors import QueryError
from bot.i18n import LANGUAGES, Locale, base_language, locale_for
from bot.render.page import page
from bot.web.index import ArchiveIndex, SelectionResult
from bot.web.links import ServerLinks
from bot.web.protection import Handler
from bot.web.selection import read_selection


class SelectionRequest(Struct, frozen=True):
    """A request for what a selection finds."""

    request: web.Request
    found: SelectionResult
    to: Locale
    today: dt.date


Answer = Callable[[SelectionRequest], Awaitable[web.Response]]


def for_selection(index: ArchiveIndex, clock: Callable[[], dt.datetime], answer: Answer) -> Handler:
    """Return the handler that answers a request by what its selection finds: 304 where a client has
    that, 400 where the selection is not understood."""

    async def handle(request: web.Request) -> web.Response:
        to, today = language_of(request), clock().date()
        try:
            selection = read_selection(request.query.items())
        except QueryError as error:
            return answer_problem(request, to, 400, str(error))
        _, last = await index.current()
        if known := unchanged(request, last, today, to.code):
            return known
        return await answer(SelectionRequest(request, await index.find(selection), to, today))

    return handle


_ETAG = web.RequestKey("etag", str)
"""Where the entity tag of an answer is kept until it is made."""


def language_of(request: web.Request) -> Locale:
    """Return the language that a request asks for, else the first that its browser names and the
    archive speaks."""
    accepted = request.headers.get("Accept-Language", "").split(",")
    codes = (base_language(each.partition(";")[0].strip()) for each in accepted)
    chosen = request.query.get("lang") or next((each for each in codes if each in LANGUAGES), None)
    return locale_for(chosen)


def unchanged(request: web.Request, *parts: object) -> web.Response | None:
    """Return the answer 304, where a client has what is made of some parts (RFC 9110, section
    13.1.2); else keep their entity tag for the answer."""
    told = repr((__version__, request.path_qs, parts)).encode()
    tag = hashlib.sha256(told).hexdigest()[:20]
    request[_ETAG] = tag
    if not any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return None
    return tagged(request, web.Response(status=304))


def tagged(request: web.Request, response: web.Response) -> web.Response:
    """Return an answer with the entity tag that was made for it, if one was; a client asks each
    time whether it has changed."""
    if tag := request.get(_ETAG):
        # Weak: it says the same in other bytes where it is compressed (section 8.8.3.3).
        response.etag = ETag(tag, is_weak=True)
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers.setdefault("Vary", "Accept-Language, Accept-Encoding")
    return response


def answer_page(
    request: web.Request, template: str, to: Locale, status: int = 200, **values: object
) -> web.Response:
    """Return a page in a language, which links to itself in the others."""
    links = ServerLinks(
        here=request.path,
        others=tuple((name, value) for name, value in request.query.items() if name != "lang"),
        language=to.code if "lang" in request.query else "",
    )
    text = page(template, to, links=links, here=request.path.strip("/"), **values)
    response = web.Response(text=text, content_type="text/html", status=status)
    response.headers["Content-Language"] = to.code
    response.enable_compression()
    return tagged(request, response)


def answer_problem(
    request: web.Request, to: Locale, status: int, problem: str = ""
) -> web.Response:
    """Return a page that says what is wrong; without a problem, that nothing is there."""
    return answer_page(request, "problem", to, status=status, problem=problem)
