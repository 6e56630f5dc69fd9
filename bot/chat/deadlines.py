"""/deadlines: the dates ahead of what a chat follows, each with the sentence that tells it."""

import datetime as dt

from msgspec.structs import replace

from bot import match, render
from bot.chat import filters
from bot.chat.context import Answer, ChatContext, File, Request, pages
from bot.i18n import N_
from bot.models import Development
from bot.models.buttons import Area
from bot.models.chats import Chat
from bot.models.deliveries import Button
from bot.render import calendar

CALENDAR = "ics"
SHOWN = 6
"""Dates on a page, so that their sentences fit a message."""
NONE_AHEAD = N_(
    "No dates ahead are known of what you follow: no entry into force, no deadline, no hearing. "
    "They are listed here when a publisher names one. /latest shows the newest developments."
)


async def deadlines(context: ChatContext, request: Request, args: str) -> Answer:
    """Show what is ahead for the chat's filters, the next one first."""
    chat = await context.store.chat(request.chat)
    if not chat.filters:
        return await filters.list_filters(context, request)
    return await _page(context, request, chat, 0)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show another page, or send the calendar; None: there is no such button."""
    chat = await context.store.chat(request.chat)
    if rest == CALENDAR:
        return await _calendar(context, request, chat)
    if not (rest.isdecimal() and len(rest) < 6):
        return None
    return replace(await _page(context, request, chat, int(rest)), in_place=True)


async def _page(context: ChatContext, request: Request, chat: Chat, first: int) -> Answer:
    dated = dates_of(await _developments(context, chat), context.today(chat))
    first = first if first < len(dated) else 0  # days have passed since
    shown = dated[first : first + SHOWN]
    if not shown:
        return request.say(NONE_AHEAD)
    read = [(date, request.read(development)) for date, development in shown]
    rows = render.deadline_rows(read, request.locale, context.link)
    answer = request.reply(
        "deadlines", rows=rows, first=first + 1, last=first + len(shown), count=len(dated)
    )
    file = Button(request.gettext("Into my calendar (.ics)"), f"{Area.DEADLINES}:{CALENDAR}")
    turns = pages(first, SHOWN, len(dated), lambda start: f"{Area.DEADLINES}:{start}")
    return replace(answer, buttons=(*turns, (file,)))


async def _calendar(context: ChatContext, request: Request, chat: Chat) -> Answer:
    """Send the dates as a file that calendars open."""
    today = context.today(chat)
    developments = await _developments(context, chat)
    if not developments:
        return request.say(NONE_AHEAD)
    read = [request.read(development) for development in developments]
    content = calendar.ics(read, today, context.clock(), request.locale)
    answer = request.say(
        "Open the file to put the dates into your calendar. A later file changes the same entries."
    )
    return replace(answer, file=File("dates-ahead.ics", content))


def dates_of(developments: list[Development], today: dt.date) -> list[render.DatedDevelopment]:
    """Return the dates from a day on that developments tell, the next one first."""
    dated = [
        (date, development)
        for development in developments
        for date in development.ahead
        if date.last is not None and date.last >= today
    ]
    return sorted(dated, key=lambda each: (each[0].order, str(each[1].id)))


async def _developments(context: ChatContext, chat: Chat) -> list[Development]:
    """Return what the chat follows that has dates ahead."""
    today, wants = context.today(chat), match.chat_wants(chat)
    return await context.store.developments_ahead(wants, today)
