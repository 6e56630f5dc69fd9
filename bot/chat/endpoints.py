"""/webhook: addresses outside of Telegram that are sent what a filter wants, as signed JSON."""

import secrets
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot import catch_up, render
from bot.chat import filters, groups
from bot.chat.context import Answer, ChatContext, Request, joined, rows
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import LOWEST_CHAT, Chat, Endpoint
from bot.models.deliveries import DANGER, Button
from bot.transport.webhooks import new_secret

LIMIT = 5
"""Endpoints of a chat."""
TOO_MANY = N_("This chat has {limit} webhooks already, and no more are possible.")
HOW = N_(
    "Which filter goes where? <code>/webhook 1 https://example.org/hook</code> sends what filter 1 "
    "wants to that address."
)
IN_PRIVATE = N_(
    "Everybody here would read its secret, so I do not show it. “New secret” leads its admins to "
    "their private chat; /webhook there shows one."
)
NUMBERS = 2**60
"""How many numbers an endpoint's is drawn from: none comes twice."""


async def webhook(context: ChatContext, request: Request, args: str) -> Answer:
    """Add an endpoint of a filter; without an address, list those of the chat."""
    chat = await context.store.chat(request.chat)
    number, _, url = args.strip().partition(" ")
    if not url.strip() and "://" in number and len(chat.filters) == 1:
        number, url = "1", number
    if not url.strip():
        return await _list(context, request)
    kept = filters.filter_by_number(chat, number)
    if kept is None:
        return await filters.which(context, request, chat, number, HOW)
    return await _add(context, request, Endpoint(url=url.strip(), secret="", filter=kept.id))


async def _add(context: ChatContext, request: Request, wanted: Endpoint) -> Answer:
    """Add an endpoint, and show its secret."""
    before = await context.store.endpoints_of(request.chat)
    if context.webhooks and (problem := context.webhooks.problem(wanted.url)):
        return request.say(problem)
    if len(before) >= LIMIT:
        return request.say(TOO_MANY, limit=LIMIT)
    number = LOWEST_CHAT - 1 - secrets.randbelow(NUMBERS)
    with_secret = replace(wanted, secret=new_secret())
    added = await context.store.add_endpoint(number, request.chat, with_secret)
    return _with_secret(context, request, added)


async def _list(context: ChatContext, request: Request) -> Answer:
    """List the endpoints of a chat, each with a button that opens it."""
    kept = await context.store.endpoints_of(request.chat)
    answer = request.reply("webhooks", endpoints=kept)
    message = joined(*answer.messages, *request.say(HOW).messages)
    cards = [_button(f"{n}", "show", each) for n, each in enumerate(kept, 1)]
    return Answer((message,), buttons=rows(cards, 5), in_place=True)


def _with_secret(context: ChatContext, request: Request, shown: Chat) -> Answer:
    """Show an endpoint with its secret, this once; where others would read it, only how its admins
    get one."""
    if request.is_private:
        return _card(context, request, shown, shows_secret=True)
    return _card(context, request, shown, request.gettext(IN_PRIVATE))


def _card(
    context: ChatContext,
    request: Request,
    shown: Chat,
    result: str = "",
    *,
    shows_secret: bool = False,
) -> Answer:
    """Show an endpoint, and what can be done with it."""
    answer = request.reply(
        "webhook",
        endpoint=shown.endpoint,
        filters=shown.filters,
        suspended=shown.suspended,
        result=result,
        shows_secret=shows_secret,
    )
    renew = _button(request.gettext("New secret"), "secret", shown)
    if not request.is_private:
        renew = Button(renew.text, url=groups.private_link(context, request))
    deeds = [
        _button(request.gettext("Test"), "test", shown),
        renew,
        _button(request.gettext("Remove"), "remove", shown),
    ]
    if shown.suspended:
        deeds.insert(1, _button(request.gettext("Resume"), "resume", shown))
    back = Button(request.gettext("◂ All webhooks"), f"{Area.ENDPOINT}:list:0")
    return replace(answer, buttons=(*rows(deeds, 2), (back,)), in_place=True)


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of an endpoint; None: there is no such button."""
    action, _, number = data.partition(":")
    if action == "list":
        return await _list(context, request)
    kept = await context.store.endpoints_of(request.chat)
    shown = next((each for each in kept if f"{-each.id}" == number), None)
    if shown is None:
        toast = request.gettext("It was removed before.")
        return replace(await _list(context, request), toast=toast)
    deed = _DEEDS.get(action)
    return await deed(context, request, shown) if deed else None


async def _show(context: ChatContext, request: Request, shown: Chat) -> Answer:
    return _card(context, request, shown)


async def _test(context: ChatContext, request: Request, shown: Chat) -> Answer:
    """Send a test event, and show what the receiver answered."""
    return _card(context, request, shown, await _tried(context, request, shown))


async def _remove(context: ChatContext, request: Request, shown: Chat) -> Answer:
    await context.store.forget_chat(shown.id)
    return replace(await _list(context, request), toast=request.gettext("Removed."))


async def _tried(context: ChatContext, request: Request, shown: Chat) -> str:
    """Send a test event, and return what the receiver answered."""
    if context.webhooks is None or shown.endpoint is None:
        return ""
    answered = await context.webhooks.test(shown.endpoint, context.clock())
    seconds = f"{answered.seconds:.2f}"
    if answered.is_taken:
        return request.gettext(
            "It took the test: HTTP {status}, after {seconds} s.",
            status=answered.status,
            seconds=seconds,
        )
    return request.gettext(
        "It did not take the test: {reason}, after {seconds} s.",
        reason=render.brief(request.locale.gettext_raw(answered.reason)),
        seconds=seconds,
    )


async def _renew(context: ChatContext, request: Request, shown: Chat) -> Answer:
    """Give an endpoint another secret, and show it; not where others would read it."""
    if not request.is_private:
        return _with_secret(context, request, shown)
    secret = new_secret()

    def changed(chat: Chat) -> Chat:
        return replace(chat, endpoint=chat.endpoint and replace(chat.endpoint, secret=secret))

    renewed = await context.store.change_chat(shown.id, changed)
    return _with_secret(context, request, renewed)


async def _resume(context: ChatContext, request: Request, shown: Chat) -> Answer:
    """Make the waiting deliveries of an endpoint due, and enqueue those of what it has missed."""
    resumed = await catch_up.resume(context.store, shown.id, context.clock())
    context.wake_outbox()
    return _card(context, request, resumed)


_DEEDS: dict[str, Callable[[ChatContext, Request, Chat], Awaitable[Answer]]] = {
    "show": _show,
    "test": _test,
    "secret": _renew,
    "resume": _resume,
    "remove": _remove,
}
"""What the buttons of an endpoint do."""


def without_secret(shown: Chat) -> Chat:
    """Return an endpoint without its secret, which is shown once."""
    return replace(shown, endpoint=shown.endpoint and replace(shown.endpoint, secret=""))


def _button(text: str, action: str, of: Chat) -> Button:
    style = DANGER if action == "remove" else None
    return Button(text, f"{Area.ENDPOINT}:{action}:{-of.id}", style=style)
