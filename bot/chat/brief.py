"""/brief: the developments of a period as a document, by country and theme."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot import brief as briefs
from bot.chat import button_text
from bot.chat.context import Answer, ChatContext, File, Request, joined, rows
from bot.chat.parsing import query
from bot.chat.parsing.brief_period import find_brief_period
from bot.chat.parsing.moments import Period
from bot.errors import ConfigError
from bot.i18n import N_, Locale
from bot.models.brief import Brief, BriefTemplates
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Button
from bot.reader_language import Reader
from bot.render import brief_markdown, brief_word
from bot.text import shorten

EXAMPLES = N_(
    "Say for example <code>/brief week</code>, <code>/brief last month, Czechia</code> or "
    "<code>/brief 01.11–30.11 CZ, SK return</code>."
)
ASKED = 300
"""UTF-16 units of what is asked for, in a caption."""
WEEK, THIS_MONTH, LAST_MONTH = N_("A week"), N_("This month"), N_("Last month")
PERIODS = {WEEK: "week", THIS_MONTH: "this month", LAST_MONTH: "last month"}
"""The periods that are offered, in words that are understood in any language."""

_Writer = Callable[[Brief, Locale, BriefTemplates], bytes]
FORMATS: dict[str, _Writer] = {
    "docx": lambda brief, to, templates: brief_word.word(brief, to, templates.word),
    "md": lambda brief, to, templates: brief_markdown.markdown(brief, to, templates.markdown),
}


async def brief(context: ChatContext, request: Request, args: str) -> Answer:
    """Send the brief of a period, as Word opens it: of what the words name, else of what the chat
    follows, else of everything; without arguments, ask for the period."""
    if not args.strip():
        return _ask_period(request)
    return await _send(context, request, "docx", args)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Send a brief in a format; None: there is no such button."""
    name, _, asked = rest.partition(":")
    if name not in FORMATS or not asked:
        return None
    args = await button_text.text_of(context, request, asked)
    if args is None:
        toast = request.gettext("This brief is too old. Please ask again: /brief")
        return Answer((), toast=toast, is_alert=True)
    return await _send(context, request, name, args)


def _ask_period(request: Request) -> Answer:
    answer = request.say("A brief of which time?", EXAMPLES)
    buttons = [
        Button(request.gettext(name), f"{Area.BRIEF}:docx:{words}")
        for name, words in PERIODS.items()
    ]
    return replace(answer, buttons=rows(buttons, 3))


async def _send(context: ChatContext, request: Request, name: str, args: str) -> Answer:
    chat = await context.store.chat(request.chat)
    today = context.today(chat)
    period, rest = find_brief_period(args, today, request.language)
    if period is None:
        return request.not_understood(args, N_("I found no period in it."), EXAMPLES)
    filters = _filters(context, request, chat, rest)
    if isinstance(filters, Answer):
        return filters
    since, until = period.since, period.until or today
    asked = briefs.BriefRequest(since=since, until=until, filters=filters)
    reader = Reader(request.language, request.texts)
    made = await briefs.make_brief(context.store, asked, context.sources, context.clock(), reader)
    if not made.total:
        return request.say(
            "Nothing is recorded from {since} to {until} for: {asked}. A longer period may have "
            "something; /search looks through everything there is.",
            since=request.locale.day(since),
            until=request.locale.day(until),
            asked=made.asked,
        )
    try:
        # In a thread: a large document takes seconds, in which others would wait.
        content = await asyncio.to_thread(
            FORMATS[name], made, request.locale, context.brief_templates
        )
    except ConfigError:
        return request.say(
            "The template of briefs cannot be used. Who runs this bot sees why: "
            "<code>policy-herald brief week</code>"
        )
    file = File(f"brief-{since}-{until}.{name}", content)
    written = f"{Period(since, until).written()} {rest}".strip()
    buttons = await _other_formats(context, request, name, written)
    return replace(_caption(request, made), file=file, buttons=(tuple(buttons),))


def _filters(
    context: ChatContext, request: Request, chat: Chat, words: str
) -> Sequence[Filter] | Answer:
    """Return which developments are asked for, or what is said where that is not understood."""
    if words:
        known = {source.id for source in context.sources}
        reading = query.read_filter(words, known, request.language)
        if not reading.doubts:
            return (reading.filter,)
        unclear = request.reply("doubts", doubts=reading.doubts)
        return Answer((joined(*unclear.messages, *request.say(EXAMPLES).messages),))
    return tuple(each for each in chat.filters if not each.paused) or (Filter(),)


async def _other_formats(
    context: ChatContext, request: Request, name: str, asked: str
) -> list[Button]:
    """Return a button for each of the other formats."""
    return [
        Button(
            other.upper(), await button_text.data(context, request, f"{Area.BRIEF}:{other}", asked)
        )
        for other in FORMATS
        if other != name
    ]


def _caption(request: Request, brief: Brief) -> Answer:
    said = [
        request.say_plural(
            "{asked}, {since} – {until}: {n} development.",
            "{asked}, {since} – {until}: {n} developments.",
            brief.total,
            asked=shorten(brief.asked, ASKED),
            since=request.locale.day(brief.since),
            until=request.locale.day(brief.until),
        )
    ]
    if brief.shown < brief.total:
        said.append(
            request.say(
                "It holds the newest {shown}: a shorter period or fewer countries show the others.",
                shown=brief.shown,
            )
        )
    if brief.ahead:
        said.append(
            request.say_plural(
                "It lists {n} date ahead.", "It lists {n} dates ahead.", len(brief.ahead)
            )
        )
    return Answer((joined(*(answer.messages[0] for answer in said)),))
