"""/seen and /changes: what was read of a development, and what differs between two readings."""

import asyncio
import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot import evidence, render
from bot.chat.context import NO_SUCH_DEVELOPMENT, Answer, ChatContext, Request, pages
from bot.chat.parsing import query
from bot.evidence.comparison import compare
from bot.i18n import N_
from bot.models import Development
from bot.models.buttons import Area
from bot.models.deliveries import Button, Buttons
from bot.models.readings import Reading

IN_A_ROW = 7
"""Readings that have a button: the first, and the newest. The others are typed by their numbers."""
NONE = N_(
    "How its sources read was not kept yet when it was recorded. /latest shows the "
    "newest developments."
)
ONCE = N_("Nothing has changed: it was read once, as /seen {id} shows it.")
EXAMPLES = {
    "seen": N_(
        "Send the number of a development: <code>/seen CZ-2025-0001</code>, or one reading of it: "
        "<code>/seen CZ-2025-0001 2</code>"
    ),
    "changes": N_(
        "Send the number of a development: <code>/changes CZ-2025-0001</code>, or two readings of "
        "it: <code>/changes CZ-2025-0001 1 3</code>"
    ),
}


async def seen(context: ChatContext, request: Request, args: str) -> Answer:
    """Show what was read of a development: `CZ-2025-0001`, or one reading of it:
    `CZ-2025-0001 2`."""
    return await _typed(context, request, "seen", args)


async def changes(context: ChatContext, request: Request, args: str) -> Answer:
    """Show how the readings of a development differ: `CZ-2025-0001`, or two of them:
    `CZ-2025-0001 1 3`."""
    return await _typed(context, request, "changes", args)


async def _typed(context: ChatContext, request: Request, shown: str, args: str) -> Answer:
    named = query.parse_number(args)
    if named is None:
        return request.say(EXAMPLES[shown])
    number, rest = named
    development = await context.store.development(number)
    if development is None:
        return request.say(NO_SUCH_DEVELOPMENT, number=number)
    chosen = [int(word) for word in re.findall(r"\b[0-9]{1,4}\b", rest)]
    return await show(context, request, development, shown, chosen)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show another page or other readings: `seen:CZ-2025-0001:2:0`; None: there is no such
    button."""
    shown, _, rest = rest.partition(":")
    number, *words = rest.split(":")
    if shown not in EXAMPLES or not all(re.fullmatch("[0-9]{1,4}", word) for word in words):
        return None
    development = await context.store.development(number)
    if development is None:
        return Answer((), toast=request.gettext("It is not in the archive any more."))
    *chosen, page = map(int, words or ["0"])
    answer = await show(context, request, development, shown, chosen, page)
    return replace(answer, in_place=True)


async def show(
    context: ChatContext,
    request: Request,
    development: Development,
    shown: str,
    chosen: Sequence[int] = (),
    page: int = 0,
) -> Answer:
    """Show `seen` or `changes` of a development, of the readings of some numbers, from 1 on."""
    readings = await context.store.readings(str(development.id))
    if not readings:
        return request.say(NONE)
    known = [number for number in chosen if 1 <= number <= len(readings)]
    if shown == "seen":
        number = known[0] if known else evidence.newest_text(readings)
        return _seen(request, development, readings, number, page)
    if len(readings) == 1:
        return request.say(ONCE, id=development.id)
    last = known[-1] if known else evidence.newest_change(readings)
    numbers = known[0] if len(known) > 1 else evidence.before(readings, last), last
    return await _changes(request, development, readings, numbers, page)


def _seen(
    request: Request, development: Development, readings: list[Reading], number: int, page: int
) -> Answer:
    message, count = render.as_seen(
        request.read(development), readings, number, page, request.locale
    )
    own = f"{Area.READINGS}:seen:{development.id}"
    buttons = [
        *pages(min(page, count - 1), 1, count, lambda first: f"{own}:{number}:{first}"),
        *_row(number, len(readings), lambda other: f"{own}:{other}:0"),
    ]
    last = render.source_button(readings[number - 1].url, request.locale)
    if len(readings) > 1:
        data = f"{Area.READINGS}:changes:{development.id}"
        last.append(Button(request.gettext("Changes"), data))
    return Answer((message,), buttons=tuple(filter(None, (*buttons, tuple(last)))))


async def _changes(
    request: Request,
    development: Development,
    readings: list[Reading],
    numbers: tuple[int, int],
    page: int,
) -> Answer:
    one, other = numbers
    # In a thread: two long texts take a second.
    compared = await asyncio.to_thread(compare, readings[one - 1], readings[other - 1])
    message, count = render.changes(
        request.read(development), readings, numbers, compared, page, request.locale
    )
    own, total = f"{Area.READINGS}:changes:{development.id}", len(readings)
    turns = pages(min(page, count - 1), 1, count, lambda first: f"{own}:{one}:{other}:{first}")
    buttons = (
        *turns,
        *_row(one, total, lambda chosen: f"{own}:{chosen}:{other}:0", "{} →"),
        *_row(other, total, lambda chosen: f"{own}:{one}:{chosen}:0", "→ {}"),
        (Button(request.gettext("As seen"), f"{Area.READINGS}:seen:{development.id}"),),
    )
    return Answer((message,), buttons=buttons)


def _row(chosen: int, total: int, data: Callable[[int], str], text: str = "{}") -> Buttons:
    """Return a row of buttons with the numbers of readings, of which one is chosen."""
    if total < 2:
        return ()
    newest = range(max(total - IN_A_ROW + 2, 2), total + 1)
    return (
        tuple(
            Button("• " * (number == chosen) + text.format(number), data(number))
            for number in (1, *newest)
        ),
    )
