"""Set when developments are sent: the pace of each filter, that of all others, and what is
urgent."""

from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat import filters
from bot.chat.context import Answer, ChatContext, Request, joined, rows, ticked
from bot.chat.filter_log import change_filters
from bot.chat.parsing import query
from bot.chat.parsing.keywords import find_keyword
from bot.chat.parsing.pace_words import parse_said
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Button, Buttons
from bot.models.pace import DAILY, WEEKLY, Pace, PaceKind

DEFAULT: Literal["default"] = "default"
"""Instead of a filter's id: all that have no pace of their own; instead of a pace: none."""
HOURS = (7, 8, 9, 12, 17)
EARLIEST = 5
"""The first hour that a number alone may be."""
KINDS: dict[PaceKind, str] = {
    "at_once": N_("At once"),
    "silent": N_("Silently"),
    "daily": N_("Daily"),
    "weekly": N_("Weekly"),
}
HINT = N_(
    "Say for example <code>/digest daily 08:00</code>, <code>/digest weekly mon 08:00</code> or "
    "<code>/digest off</code>; for filter 2 alone, <code>/digest 2 weekly fri 09:00</code>."
)

# ------------------------------------------------------------------ said


async def digest(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Set when things come: `daily 08:00`, `off`; of filter 2 alone `2 weekly fri 09:00`; what
    comes at once all the same, `urgent return`. Without arguments, tell."""
    first, _, rest = args.strip().partition(" ")
    if first.lower() in (URGENT, request.gettext("Urgent").lower()):
        return await _urgent(context, request, rest)
    pace = parse_said(args, request.language)
    if first.isdecimal() and not await _is_hour(context, request, args):
        return await _digest_of_filter(context, request, first, rest)
    if pace:
        await context.change_chat(request.chat, lambda chat: replace(chat, pace=pace))
    elif first:
        return request.not_understood(args, HINT)
    return await _show_default(context, request)


async def _is_hour(context: ChatContext, request: Request, args: str) -> bool:
    """Return whether a number is an hour at which people are awake, and of no filter: `9`."""
    if not (args.strip().isdecimal() and len(args.strip()) <= 2 and EARLIEST <= int(args) < 24):
        return False
    return filters.filter_by_number(await context.store.chat(request.chat), args) is None


async def _digest_of_filter(
    context: ChatContext, request: Request, number: str, said: str
) -> Answer:
    """Set or tell when what the filter of a number wants comes."""
    chat = await context.store.chat(request.chat)
    kept = filters.filter_by_number(chat, number)
    if kept is None:
        return await filters.which(context, request, chat, number, HINT)
    if said.strip():
        pace = parse_said(said, request.language)
        if pace is None and said.strip().lower() != DEFAULT:
            return request.not_understood(f"{number} {said}", HINT)
        await _set(context, request, kept.id, pace)
    return await _show(context, request, kept.id)


# ------------------------------------------------------------------ set


async def _set(context: ChatContext, request: Request, filter_id: int, pace: Pace | None) -> None:
    """Set the pace of a filter; None: as the chat has it."""
    await filters.change_one(context, request, filter_id, lambda kept: replace(kept, pace=pace))


async def _set_all(context: ChatContext, request: Request) -> None:
    """Let all filters have the pace of the chat."""

    def changed(chat: Chat) -> Chat:
        return replace(chat, filters=tuple(replace(each, pace=None) for each in chat.filters))

    await change_filters(context, request, changed)


# ------------------------------------------------------------------ shown and pressed


async def _show_default(context: ChatContext, request: Request) -> Answer:
    """Show when things come, with buttons for the filters that have no pace of their own."""
    chat = await context.store.chat(request.chat)
    own = [(n, each) for n, each in enumerate(chat.filters, 1) if each.pace]
    answer = request.reply("digest", chat=chat, own=own)
    ways = (
        Button(request.gettext("◂ Settings"), f"{Area.SETTINGS}:show:settings"),
        Button(request.gettext("Urgent ▸"), f"{Area.PACE}:{URGENT}:show"),
    )
    all_ = Button(request.gettext("All filters like this"), _data(request, "all", DEFAULT))
    chosen = choices(request, chat.pace, lambda pace: _data(request, DEFAULT, code(pace)))
    buttons = (*chosen, *([(all_,)] if own else []), ways)
    return replace(answer, buttons=buttons)


async def _show(context: ChatContext, request: Request, filter_id: int) -> Answer:
    """Show when what a filter wants comes, with buttons."""
    chat = await context.store.chat(request.chat)
    kept = filters.filter_by_id(chat, filter_id)
    if kept is None:
        return await filters.card(context, request, filter_id)
    number = chat.filters.index(kept) + 1
    answer = request.reply("filter_pace", number=number, filter=kept, chat=chat)
    common = request.gettext("As usual: {pace}", pace=render.pace_label(chat.pace, request.locale))
    usual = Button(ticked(common, when=kept.pace is None), _data(request, filter_id, DEFAULT))
    back = Button(
        request.gettext("◂ Filter {number}", number=number), f"{Area.FILTER}:card:{filter_id}"
    )
    chosen = choices(request, kept.pace, lambda pace: _data(request, filter_id, code(pace)))
    return replace(answer, buttons=(*chosen, (usual,), (back,)))


def _data(request: Request, of: int | str, chosen: str) -> str:
    """Return the data of a button that sets when something comes, in the chat of a request."""
    return f"{Area.PACE}:{of}:{chosen}"


def choices(request: Request, pace: Pace | None, data: Callable[[Pace], str]) -> Buttons:
    """Return the buttons that choose a pace, and the day and the hour of a digest; `data`: what the
    button of a pace sends."""

    def button(text: str, chosen: Pace) -> Button:
        return Button(ticked(text, when=chosen == pace), data(chosen))

    kinds = [button(request.gettext(label), of_kind(pace, kind)) for kind, label in KINDS.items()]
    if pace is None or not pace.is_digest:
        return rows(kinds, 2)
    minutes = sorted({*(hour * 60 for hour in HOURS), pace.minute})
    hours = [button(render.clock(each), replace(pace, minute=each)) for each in minutes]
    days = [
        button(request.locale.weekday(day), replace(pace, weekday=day))
        for day in (range(7) if pace.kind == "weekly" else ())
    ]
    return (*rows(kinds, 2), *rows(hours, 3), *rows(days, 3))


def of_kind(pace: Pace | None, kind: PaceKind) -> Pace:
    """Return a pace of another kind; the hour stays, if both are digests."""
    if pace is None or not pace.is_digest:
        return Pace(kind=kind)
    return {
        "daily": replace(DAILY, minute=pace.minute),
        "weekly": replace(WEEKLY, minute=pace.minute, weekday=pace.weekday),
    }.get(kind, Pace(kind=kind))


def code(pace: Pace) -> str:
    """Return a pace as it stands in the data of a button: `weekly-540-4`."""
    return f"{pace.kind}-{pace.minute}-{pace.weekday}"


def parse_code(text: str) -> Pace | None:
    """Parse a pace in the data of a button; None: they name no pace."""
    match text.split("-"):
        case [("at_once" | "silent" | "daily" | "weekly") as kind, minute, weekday] if (
            minute.isdecimal() and weekday.isdecimal()
        ):
            if int(minute) < 24 * 60 and int(weekday) < 7:
                return Pace(kind=kind, minute=int(minute), weekday=int(weekday))
    return None


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of this file; None: there is no such button."""
    target, _, said = data.partition(":")
    pace = parse_code(said)
    if target == URGENT:
        return await _press_urgent(context, request, said)
    if target == "all":
        await _set_all(context, request)
    elif target == DEFAULT and pace:
        await context.change_chat(request.chat, lambda chat: replace(chat, pace=pace))
    elif target != DEFAULT:
        return await _press(context, request, target, said)
    return replace(await _show_default(context, request), in_place=True)


async def _press(context: ChatContext, request: Request, target: str, said: str) -> Answer | None:
    """Handle a button of one filter."""
    if not target.isdecimal() or len(target) > 10:
        return None
    pace = parse_code(said)
    if pace or said == DEFAULT:
        await _set(context, request, int(target), pace)
    return replace(await _show(context, request, int(target)), in_place=True)


# ------------------------------------------------------------------ urgent

URGENT = "urgent"


async def _urgent(context: ChatContext, request: Request, args: str) -> Answer:
    """Set what comes at once whatever the pace: types, themes, topics, countries; without
    arguments, tell."""
    if find_keyword(args, ("off",), request.language):
        await _set_urgent(context, request, frozenset())
    elif args.strip():
        wanted = query.parse_filter(args, language=request.language)
        if not isinstance(wanted, Filter):
            named = request.reply("doubts", doubts=wanted)
            hint = request.say(URGENT_HINT)
            return replace(named, messages=(joined(*named.messages, *hint.messages),))
        labels = _labels(wanted)
        if not labels:
            return request.not_understood(args, URGENT_HINT)
        await _set_urgent(context, request, labels)
    return await _show_urgent(context, request)


URGENT_HINT = N_(
    "Say types, themes or countries: <code>/digest urgent legislative, "
    "return</code>, or <code>/digest urgent off</code>."
)


def _labels(filter_: Filter) -> frozenset[str]:
    """Return the labels of what a filter names, as a development has them."""
    return frozenset(
        (
            *(f"type:{each}" for each in filter_.types),
            *(f"theme:{each}" for each in (*filter_.themes, *filter_.topics)),
            *(f"country:{each}" for each in filter_.countries),
        )
    )


async def _set_urgent(context: ChatContext, request: Request, labels: frozenset[str]) -> None:
    await context.change_chat(request.chat, lambda chat: replace(chat, urgent=labels))


async def _show_urgent(context: ChatContext, request: Request) -> Answer:
    chat = await context.store.chat(request.chat)

    def toggle(label: str, text: str) -> Button:
        is_on = label in chat.urgent
        sign = "-" if is_on else "+"
        shown = ticked(request.gettext(text), when=is_on)
        return Button(shown, _data(request, URGENT, f"{sign}{label}"))

    types = [toggle(f"type:{each}", each) for each in taxonomy.types()]
    themes = [
        toggle(f"theme:{each}", taxonomy.short_label(each))
        for each in (*taxonomy.themes(), *taxonomy.topics())
    ]
    back = Button(request.gettext("◂ Digest"), f"{Area.PACE}:{DEFAULT}:show")
    answer = request.reply("urgent", chat=chat)
    return replace(answer, buttons=(*rows(types, 2), *rows(themes, 1), (back,)))


async def _press_urgent(context: ChatContext, request: Request, said: str) -> Answer:
    sign, label = said[:1], frozenset({said[1:]} & _ALL_LABELS)
    if sign in ("+", "-") and label:
        await context.change_chat(
            request.chat,
            lambda chat: replace(
                chat, urgent=chat.urgent | label if sign == "+" else chat.urgent - label
            ),
        )
    return replace(await _show_urgent(context, request), in_place=True)


_ALL_LABELS = {
    *(f"type:{each}" for each in taxonomy.types()),
    *(f"theme:{each}" for each in (*taxonomy.themes(), *taxonomy.topics())),
}
