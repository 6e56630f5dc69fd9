"""Answer buttons: what their data begin with, and who may press them."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot import render
from bot.chat import (
    access,
    admin,
    archive,
    brief,
    corrections,
    coverage,
    deadlines,
    endpoints,
    export,
    feed,
    filter_log,
    filters,
    groups,
    help_screens,
    matters,
    naming,
    pace,
    readings,
    receiving,
    review,
    schedule,
    search,
    settings,
    share_links,
    source_changes,
    source_list,
    why,
    wizard,
)
from bot.chat.commands import COMMANDS, descriptions, run, subscribe
from bot.chat.context import Answer, ChatContext, Request
from bot.models import buttons
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.pace import WEEKLY


async def answer_press(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Answer a button; None: there is no such button any more."""
    named, area, rest = buttons.parse(data)
    if decide := _ADMIN_AREAS.get(area):
        return await decide(context, request, rest)
    is_news = area == Area.NEWS
    is_open = area in access.OPEN_BUTTONS
    if not (is_open or await access.is_welcome(context, request, under_post=is_news)):
        return await access.refusal(context, request)
    # A reminder, as news, is about the chat that it came to, whichever that speaks for now.
    is_of_reminder = f"{area}:{rest}".startswith(f"{render.MUTE}:")
    in_asking_chat = is_news or is_of_reminder or area == Area.OWN_CHAT
    shown_for = named or request.chat
    request, title = await receiving.receive(context, request, in_asking_chat=in_asking_chat)
    if is_news:
        action, _, number = rest.partition(":")
        return await archive.on_button(context, request, action, number)
    if refused := await receiving.refusal(context, request, title):
        return refused
    if read := _READING_AREAS.get(area):
        return await read(context, request, rest)
    act = _AREAS.get(area)
    if area in buttons.OF_ONE_CHAT and shown_for != request.chat:
        act = _of_another_chat
    return await _setting(context, request, title, act, rest) if act else None


async def _setting(
    context: ChatContext, request: Request, title: str, act: "_OnButton", rest: str
) -> Answer | None:
    """Answer a button that shows or changes what a chat has set, where whoever presses may."""
    if request.asked_from is None and not await groups.may_set(context, request):
        toast = request.gettext("Only its admins may change what this group follows.")
        return Answer((), toast=toast, is_alert=True)
    reply = await act(context, request, rest)
    return receiving.about_chat(request, title, reply) if reply else None


async def _of_another_chat(context: ChatContext, request: Request, rest: str) -> Answer:
    """Change nothing, and show the filters of the chat that the private one speaks for now."""
    toast = request.gettext("These buttons were for another chat. Here is how it stands.")
    shown = await filters.list_filters(context, request)
    return replace(shown, toast=toast, is_alert=True)


async def _run(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Run the command of a button, which ends what the bot has asked."""
    command, _, args = rest.partition(":")
    if command not in COMMANDS:
        return None
    await receiving.end_question(context, request)
    return replace(await run(context, request, command, args), in_place=True)


async def _of_help(context: ChatContext, request: Request, rest: str) -> Answer | None:
    return help_screens.screen(request, descriptions(), rest)


async def _begin(context: ChatContext, request: Request, rest: str) -> Answer:
    return await wizard.begin(context, request)


async def _of_setup(context: ChatContext, request: Request, rest: str) -> Answer | None:
    press = wizard.parse_button(rest)
    return await wizard.on_button(context, request, press) if press else None


async def _weekly(context: ChatContext, request: Request, rest: str) -> Answer:
    return replace(await filters.save(context, request, Filter(pace=WEEKLY)), in_place=True)


async def _put_right(context: ChatContext, request: Request, rest: str) -> Answer:
    """Run /subscribe with the corrected words of a button."""
    return replace(await subscribe(context, request, rest), in_place=True)


async def _take(context: ChatContext, request: Request, rest: str) -> Answer | None:
    shared = share_links.filter_from_button(rest)
    if shared is None:
        return None
    return replace(await filters.save(context, request, shared), in_place=True)


async def _keep(context: ChatContext, request: Request, rest: str) -> Answer:
    return replace(request.say("Nothing was erased. /privacy tells what is kept."), in_place=True)


async def _of_filter(context: ChatContext, request: Request, rest: str) -> Answer | None:
    action, _, number = rest.partition(":")
    if not number.isdecimal() or len(number) > 10:
        return None
    filter_id = int(number)
    act = _ON_FILTER.get(action)
    if act is None:
        return await filters.on_button(context, request, action, filter_id)
    kept = filters.filter_by_id(await context.store.chat(request.chat), filter_id)
    if kept is None:
        return await filters.card(context, request, filter_id)
    return await act(context, request, kept)


_ON_FILTER: dict[str, Callable[[ChatContext, Request, Filter], Awaitable[Answer]]] = {
    "edit": wizard.begin,
    "rename": naming.ask_name,
    "keep": naming.keep_name,
    feed.WITHDRAW: feed.withdraw,
}
"""What the buttons of a filter do that are answered by other files than `filters`."""


_OnButton = Callable[[ChatContext, Request, str], Awaitable[Answer | None]]
_ADMIN_AREAS: dict[str, _OnButton] = {
    Area.ADMIN: admin.on_button,
    Area.REVIEW: review.on_button,
    Area.CORRECTION: corrections.on_button,
    Area.SOURCES: source_changes.on_button,
}
"""What admins may press, in the language that they have set in Telegram."""
_READING_AREAS: dict[str, _OnButton] = {
    Area.SAMPLE: archive.sample,
    Area.SEARCH: search.turn_page,
    Area.HELP: _of_help,
    Area.OLDER: archive.turn_older,
    Area.BRIEF: brief.on_button,
    Area.DEADLINES: deadlines.on_button,
    Area.MATTER: matters.on_button,
    Area.WHY: why.on_button,
    Area.SOURCE_LIST: source_list.turn_page,
    Area.COVERAGE: coverage.on_button,
    Area.READINGS: readings.on_button,
}
"""What everybody in a group may press."""
_AREAS: dict[str, _OnButton] = {
    Area.SETUP: _begin,
    Area.WEEKLY: _weekly,
    Area.DOUBT: _put_right,
    Area.SHARED: _take,
    Area.SHARED_BEFORE: _take,
    Area.FORGET: settings.forget,  # of before: it names no chat, so it is asked again
    Area.ERASE: settings.forget_now,
    Area.KEEP: _keep,
    Area.WIZARD: _of_setup,
    Area.FILTER: _of_filter,
    Area.FILTER_LOG: filter_log.on_button,
    Area.SCHEDULE: schedule.on_button,
    Area.ENDPOINT: endpoints.on_button,
    Area.PACE: pace.on_button,
    Area.SETTINGS: settings.on_button,
    Area.COMMAND: _run,
    Area.EXPORT: export.export,
    Area.OWN_CHAT: groups.stop,
}


def old_button(request: Request) -> Answer:
    """Answer a button of an older message, which does nothing any more."""
    toast = request.gettext("This button is from an older message.")
    answer = request.say(
        "This button is from an older message. /filters shows what you follow, /start begins again."
    )
    return replace(answer, toast=toast)
