"""Show what is recorded: the newest developments, one by its number, and answers about one."""

import asyncio
import functools
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot import catch_up, match, render
from bot.chat import corrections, filters, readings
from bot.chat.access import is_admin
from bot.chat.context import (
    NO_SUCH_DEVELOPMENT,
    NOTHING_YET,
    Answer,
    ChatContext,
    File,
    Request,
    joined,
    pages,
)
from bot.enrich.references import Publication, own_references
from bot.models import Development, Notice
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import ALERT_LIMIT, Button, Message
from bot.reader_language import native_text
from bot.render import chart
from bot.text import shorten, utf16_length

LATEST = 3
LATEST_LIMIT = 10
HEADLINES = 10
"""On a page of the newest, or of what a search finds."""
NUMBER_LIMIT = 40
LINKED = "d_"
"""What the payload of a deep link begins with: `t.me/<bot>?start=d_CZ-2025-0001`."""
ASKED = "n_"
"""The same, where something is asked about it in private: `n_cite_CZ-2025-0001`."""


async def latest(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the newest developments that the chat's filters want, and a button to the older ones."""
    chat = await context.store.chat(request.chat)
    if not chat.filters:
        return await filters.list_filters(context, request)
    number = int(args) if args.strip().isdecimal() and len(args.strip()) < 4 else LATEST
    number = min(max(number, 1), LATEST_LIMIT)
    developments = await context.store.developments(match.chat_wants(chat), limit=number + 1)
    answer = request.show(developments[:number])
    if len(developments) <= number:
        return answer
    # A message of its own, which the list of headlines takes the place of, also in a group.
    more = request.say("There are older ones.")
    older = Button(request.gettext("Older"), f"{Area.OLDER}:{number}")
    return Answer((*answer.messages, *more.messages), buttons=((older,),))


async def turn_older(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show a page of headlines of what the chat follows: `3`; None: there is no such button."""
    if not (rest.isdecimal() and len(rest) < 6):
        return None
    first, chat = int(rest), await context.store.chat(request.chat)
    last = first + HEADLINES
    # The store counts from the newest.
    found = await context.store.developments(match.chat_wants(chat), limit=last + 1)
    shown = found[first:last]
    if not shown:
        return replace(request.say(NOTHING_YET), in_place=True)
    heading = request.say(
        "What you follow, {first} to {last}, the newest first:",
        first=first + 1,
        last=first + len(shown),
    )
    headlines = render.headlines([*map(request.read, shown)], request.locale, context.link)
    return Answer(
        (joined(*heading.messages, *headlines),),
        buttons=pages(first, HEADLINES, len(found), lambda start: f"{Area.OLDER}:{start}"),
        in_place=True,
    )


async def show(context: ChatContext, request: Request, *numbers: str) -> Answer:
    """Show developments in full by their numbers, and say which of these are of none."""
    messages, unknown = list[Message](), list[str]()
    for number in numbers[:LATEST_LIMIT]:
        if development := await by_number(context, number):
            messages.append(await _in_full(context, request, development))
        else:
            unknown.append(render.brief(number[:NUMBER_LIMIT]))
    if unknown:
        none = request.say(NO_SUCH_DEVELOPMENT, number=", ".join(unknown))
        messages += none.messages
    if left_out := numbers[LATEST_LIMIT:]:
        named = render.brief(", ".join(left_out))
        messages += request.say("Say these in another message: {numbers}", numbers=named).messages
    return Answer(tuple(messages))


async def _in_full(context: ChatContext, request: Request, development: Development) -> Message:
    joins = await context.store.joins(str(development.id)) if is_admin(context, request) else ()
    return render.development(request.read(development), request.locale, joins=joins)


async def sample(context: ChatContext, request: Request, rest: str = "") -> Answer:
    """Show the newest development of all, as its message would look."""
    newest = await context.store.developments(limit=1)
    if newest and not request.is_private:
        return Answer((), url=context.link(f"{LINKED}{newest[0].id}"))
    return request.show(newest)


async def stats(context: ChatContext, request: Request, args: str) -> Answer:
    """Show a chart of what the chat follows, by country and week."""
    chat = await context.store.chat(request.chat)
    today = context.today(chat)
    if not chat.filters:
        return await filters.list_filters(context, request)
    since = chart.first_day(today)
    developments = await context.store.developments(match.chat_wants(chat), since=since)
    picture = await asyncio.to_thread(chart.png, developments, today, request.locale)
    if picture is None:
        return request.say(NOTHING_YET)
    answer = request.say_plural(
        "{n} development from {since} to {until}. /export gives it as a file.",
        "{n} developments from {since} to {until}. /export gives them as a file.",
        len(developments),
        since=request.locale.day(since),
        until=request.locale.day(today),
    )
    return replace(answer, file=File("weeks.png", picture, is_picture=True))


# ------------------------------------------------------------------ under a message


async def on_button(
    context: ChatContext, request: Request, action: str, number: str
) -> Answer | None:
    """Handle a button under a development; None: there is no such button."""
    development = await by_number(context, number)
    if development is None:
        return Answer((), toast=request.gettext("It is not in the archive any more."))
    if not request.is_private and action != "why":
        return _asked_in_private(context, action, development)
    if action in _DEEDS:
        return await _DEEDS[action](context, request, development)
    if action in ("theme", "type", "source"):
        return await _less(context, request, development, action)
    return None


def _asked_in_private(context: ChatContext, action: str, development: Development) -> Answer:
    """Answer a button in a group or channel with the link that asks the same in private; what
    stands behind “⋯” in private, by its menu."""
    if action == "show":
        return Answer((), url=context.link(f"{LINKED}{development.id}"))
    asked = action if action in _ASKED else "more"
    return Answer((), url=context.link(f"{ASKED}{asked}_{development.id}"))


async def ask(context: ChatContext, request: Request, payload: str) -> Answer:
    """Answer what the payload of a link asks about a development: `cite_CZ-2025-0001`."""
    action, _, number = payload.partition("_")
    development = await by_number(context, number)
    if development is None or action not in _ASKED:
        return await show(context, request, number)
    return await _DEEDS[action](context, request, development)


async def _cite(context: ChatContext, request: Request, development: Development) -> Answer:
    head_line = render.head_line(development, request.locale)
    return request.reply("citation", head_line=head_line, citation=render.citation(development))


async def _why(context: ChatContext, request: Request, development: Development) -> Answer:
    """Tell which filter wanted it and which words led to each label; in a group to whoever asked
    only."""
    chat = await context.store.chat(request.chat)
    has_word = await catch_up.words_found(context.store, chat.filters, development)
    wanting = match.numbered_wanting(chat, development, has_word)
    answer = request.reply("why", record=request.read(development), wanting=wanting)
    if request.is_private:
        return answer
    _, *lines = answer.messages[0].plain.splitlines()  # without the heading
    return Answer((), toast=_alert(lines), is_alert=True)


def _alert(lines: Sequence[str]) -> str:
    """Return as many lines as an alert holds."""
    text, *rest = lines
    for line in rest:
        if utf16_length(f"{text}\n{line}") > ALERT_LIMIT:
            break
        text += f"\n{line}"
    return shorten(text, ALERT_LIMIT)


async def _more(context: ChatContext, request: Request, development: Development) -> Answer:
    """Show the further buttons."""
    theme = render.label("theme", _first_label(development), request.locale)
    type_ = request.gettext(development.type)
    follows = ((request.gettext("Follow this"), "follow"),) if _followed(development) else ()
    deeds = (
        *follows,
        (request.gettext("Less of “{label}”", label=theme), "theme"),
        (request.gettext("Less of type “{label}”", label=type_), "type"),
        (request.gettext("Less of this source"), "source"),
        (request.gettext("A label is wrong"), "wrong"),
    )
    buttons = tuple((_button(text, action, development),) for text, action in deeds)
    if development.matter:
        time_line = Button(request.gettext("Time line"), f"{Area.MATTER}:{development.matter}:0")
        buttons = ((time_line,), *buttons)
    read = (("seen", request.gettext("As seen")), ("changes", request.gettext("Changes")))
    evidence = tuple(_button(text, action, development) for action, text in read)
    title = render.clip(request.read(development).title, render.TITLE_LIMIT)
    return replace(request.say("What about “{title}”?", title=title), buttons=(evidence, *buttons))


def _button(text: str, action: str, development: Development) -> Button:
    return Button(text, f"{Area.NEWS}:{action}:{development.id}")


def _first_label(development: Development) -> str:
    return [*development.themes, *development.topics, "general"][0]


async def _less(
    context: ChatContext, request: Request, development: Development, action: str
) -> Answer:
    """Leave out a label of a development in the filters that wanted it."""
    less = {
        "theme": f"theme:{_first_label(development)}",
        "type": f"type:{development.type}",
        "source": f"source:{development.sources[0].source}",
    }[action]
    before = await context.store.chat(request.chat)
    has_word = await catch_up.words_found(context.store, before.filters, development)
    wants = functools.partial(match.wants, development=development, has_word=has_word)
    after = await context.change_chat(request.chat, lambda chat: _with_less(chat, wants, less))
    changed = [
        (number, kept)
        for number, (kept, was) in enumerate(zip(after.filters, before.filters, strict=False), 1)
        if kept != was
    ]
    return replace(request.reply("fewer", changed=changed), in_place=True)


def _with_less(chat: Chat, wants: Callable[[Filter], bool], less: str) -> Chat:
    kept = (replace(one, less=one.less | {less}) if wants(one) else one for one in chat.filters)
    return replace(chat, filters=tuple(kept))


async def _wrong(context: ChatContext, request: Request, development: Development) -> Answer:
    """Let an editor set a label right; tell the admins when anybody else finds one wrong, and not
    who says so."""
    if await corrections.is_editor(context, request):
        return corrections.offer(request, development)
    codes = (*development.themes, *development.topics, development.type)
    values: dict[str, str | int] = {
        "development": str(development.id),
        "labels": ", ".join(codes),
        "title": development.title,
    }
    await context.store.add_notice(Notice(kind="label_reported", values=values))
    answer = request.say(
        "Thank you. Who runs this bot will look at it; nobody is told that it was you."
    )
    return replace(answer, in_place=True)


async def follow(context: ChatContext, request: Request, development: Development) -> Answer:
    """Follow later stages of the same matter, as answers to its message."""
    followed = _followed(development)
    if not followed:
        toast = request.gettext("It names no act, bill or case that could be followed.")
        return Answer((), toast=toast)
    filter_ = Filter(
        references=frozenset(followed),
        follows=str(development.id),
        name=shorten(request.read(development).title, filters.NAME_LIMIT),
    )
    return replace(await filters.save(context, request, filter_), in_place=True)


def _followed(development: Development) -> tuple[str, ...]:
    """Return what a development is about: the bill, the act as adopted, or the case."""
    # One that was recorded before this was known says it in its title and summary.
    if development.own_references:
        return development.own_references
    cited = development.sources[0]
    publication = Publication(
        country=development.country,
        language=cited.language,
        date=cited.date,
        publisher=cited.publisher_native or cited.publisher,
    )
    return own_references(*native_text(development), publication)


async def _show(context: ChatContext, request: Request, development: Development) -> Answer:
    return await show(context, request, str(development.id))


async def _seen(context: ChatContext, request: Request, development: Development) -> Answer:
    return await readings.show(context, request, development, "seen")


async def _changes(context: ChatContext, request: Request, development: Development) -> Answer:
    return await readings.show(context, request, development, "changes")


_ASKED = ("cite", "seen", "changes", "more")
"""What the payload of a link may ask in private."""
_DEEDS = {
    "show": _show,
    "why": _why,
    "cite": _cite,
    "more": _more,
    "wrong": _wrong,
    "follow": follow,
    "seen": _seen,
    "changes": _changes,
}


async def by_number(context: ChatContext, number: str) -> Development | None:
    """Return the development of a number as a person writes it."""
    return await context.store.development(number.strip().upper()[:NUMBER_LIMIT])
