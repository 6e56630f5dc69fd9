"""Let admins change the sources: add one by its address, take what is proposed for one that has
moved, list the changes, and undo them.

Nothing is changed but by a press, or by `/source undo`.
"""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot import render, source_edits
from bot.chat import access
from bot.chat.context import Answer, ChatContext, File, Request, joined
from bot.chat.parsing import query
from bot.errors import HeraldError, ParseError, StoreError
from bot.i18n import N_
from bot.models import Development
from bot.models.buttons import Area
from bot.models.deliveries import PRIMARY, Button, Message
from bot.models.source_edits import Proposal, SourceEdit
from bot.models.sources import Source
from bot.pipeline.find_source import TRIED, Look, free_id
from bot.text import utf16_length
from bot.urls import find_link

TAKE, ALL, LEAVE, UNDO = "take", "all", "leave", "undo"
SHOWN = 10
"""Changes that are listed, the newest."""
FILE_LIMIT = 512
"""Thousands of bytes of a list of feeds that is read."""
LISTED = 20
"""Feeds of a list that are named, of those that can be read and of the others."""
NOT_THERE = N_("That was decided before.")


async def answer(context: ChatContext, request: Request, args: str) -> Answer | None:
    """Answer `/source add`, `changes`, `undo` or an address alone; None: it is none of these."""
    word, _, rest = args.strip().partition(" ")
    if act := _ACTIONS.get(word.lower()):
        return await act(context, request, rest.strip())
    return await add(context, request, args) if is_address(args) else None


def is_address(text: str) -> bool:
    """Return whether a text is a web address and nothing else."""
    return len(text.split()) == 1 and find_link(text) is not None


async def add(context: ChatContext, request: Request, args: str) -> Answer:
    """Show what would be read of an address as a source, with a button that adds it."""
    link = find_link(args)
    if link is None:
        return request.say(
            "Say its address: <code>/source add https://ministry.example/news</code>; a country "
            "may stand behind it."
        )
    country = query.parse_country(args.replace(link, " ").strip(" ,"), request.language)
    try:
        look = await context.look_at(link, country)
    except StoreError:
        raise
    except HeraldError as error:
        return request.say("I can read no news there: {error}", error=render.brief(str(error)))
    (found,) = look.proposal.candidates
    if look.followed_as:
        return request.say(
            "That is read already, as <code>{source}</code>: {url}",
            source=look.followed_as, url=found.source.url,
        )  # fmt: skip
    number = await context.store.propose(look.proposal)
    shown = request.reply("source_found", found=found, source=found.source)
    text = request.gettext("Add it as {source}", source=found.source.id)
    take = Button(text, f"{Area.SOURCES}:{TAKE}:{number}:0", style=PRIMARY)
    leave = Button(request.gettext("Leave it"), f"{Area.SOURCES}:{LEAVE}:{number}")
    return Answer(_in_few(*shown.messages, *_records(request, look)), buttons=((take, leave),))


def _in_few(*messages: Message) -> tuple[Message, ...]:
    """Return short messages as one, where they fit: a chat is sent one a second."""
    whole = joined(*messages)
    return (whole,) if utf16_length(whole.plain) <= render.LIMIT else messages


def _records(request: Request, look: Look) -> tuple[Message, ...]:
    """Return the newest items as they would come, oldest first; of those that would not, the
    titles."""
    messages = []
    for item, draft in reversed(look.items):
        if isinstance(draft, Development):
            messages.append(render.development(draft, request.locale, is_short=True))
        else:
            why = request.say("Not about migration or asylum: {title}", title=item.title)
            messages.append(joined(*why.messages))
    return tuple(messages)


async def export(context: ChatContext, request: Request, args: str) -> Answer:
    """Give the sources as a file for any reader of feeds (OPML)."""
    caption = request.say(
        "The sources as a list for any reader of feeds (OPML). Send me such a file to add what is "
        "in it."
    )
    content = render.opml(context.sources, context.clock())
    return replace(caption, file=File("sources.opml", content))


async def on_file(
    context: ChatContext, request: Request, size: int, load: Callable[[], Awaitable[bytes]]
) -> Answer:
    """Show what would be read of a list of feeds (OPML), with a button that adds it. `size`: in
    bytes; `load` fetches the file."""
    try:
        if size > FILE_LIMIT * 1000:
            raise ParseError(request.gettext("it is larger than {limit} kB", limit=FILE_LIMIT))
        look = await context.look_through(await load())
    except StoreError:
        raise
    except HeraldError as error:
        return request.say(
            "No list of feeds (OPML) can be read in this file: {error}",
            error=render.brief(str(error)),
        )
    found = look.proposal.candidates
    shown = request.reply(
        "source_file", look=look, found=found[:LISTED], more=max(len(found) - LISTED, 0),
        unread=look.unread[:LISTED], more_unread=max(len(look.unread) - LISTED, 0), limit=TRIED,
    )  # fmt: skip
    if not found:
        return shown
    number = await context.store.propose(look.proposal)
    text = request.gettext("Add all {n}", n=len(found))
    take = Button(text, f"{Area.SOURCES}:{ALL}:{number}", style=PRIMARY)
    leave = Button(request.gettext("Leave it"), f"{Area.SOURCES}:{LEAVE}:{number}")
    return replace(shown, buttons=((take, leave),))


async def changes(context: ChatContext, request: Request, args: str) -> Answer:
    """List what was changed of the sources, and by whom, with buttons that undo what holds."""
    edits = await context.store.source_edits()
    current = {one.id: source_edits.place_of(one) for one in context.sources}
    newest = edits[: -SHOWN - 1 : -1]
    held = [one for one in newest if _holds(one, current.get(one.source.id))]
    answered = request.reply("source_changes", edits=newest, held={one.id for one in held})
    buttons = tuple((_undo_button(request, one),) for one in held)
    return replace(answered, buttons=buttons)


def _holds(edit: SourceEdit, place: tuple[object, ...] | None) -> bool:
    """Return whether a source is read as an edit says. `place`: where it is read now."""
    return edit.undone is None and source_edits.place_of(edit.source) == place


async def undo(context: ChatContext, request: Request, args: str) -> Answer:
    """`/source undo 3`: undo a change."""
    if not (args.isdecimal() and len(args) <= 10):
        return request.say(
            "Say its number: <code>/source undo 3</code>; /source changes lists them."
        )
    return await _undo(context, request, int(args))


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button about sources; None: there is no such button, or they are no admin."""
    choice, *rest = data.split(":")
    is_number = all(number.isdecimal() and len(number) <= 10 for number in rest)
    if not (rest and is_number and access.is_admin(context, request)):
        return None
    numbers = [*map(int, rest), 0]
    if choice == TAKE:
        return await _take(context, request, numbers[0], numbers[1])
    act = _ON_NUMBER.get(choice)
    return await act(context, request, numbers[0]) if act else None


async def _take(context: ChatContext, request: Request, number: int, index: int) -> Answer:
    """Read a source at the place that was proposed, or add one."""
    proposal = await context.store.proposal(number)
    if proposal is None or proposal.decided or index >= len(proposal.candidates):
        return Answer((), toast=request.gettext(NOT_THERE))
    if _is_read(context, proposal.candidates[index].source):
        return Answer((), toast=request.gettext(NOT_THERE))
    edit = _edit(context, request, proposal, index)
    if edit is None:
        return Answer((), toast=request.gettext("That source is not followed any more."))
    keeps_baseline = edit.before is not None and proposal.candidates[index].known > 0
    made = await context.store.edit_source(edit, keeps_baseline=keeps_baseline)
    if made is None:
        return Answer((), toast=request.gettext(NOT_THERE))
    await context.follow_sources()
    return _said(request, made)


async def _take_all(context: ChatContext, request: Request, number: int) -> Answer:
    """Add the sources of a list that are not read yet."""
    proposal = await context.store.proposal(number)
    made = 0
    for index, candidate in enumerate(proposal.candidates if proposal else ()):
        if proposal is None or proposal.decided or _is_read(context, candidate.source):
            continue
        edit = _edit(context, request, proposal, index)
        made += bool(edit and await context.store.edit_source(edit, keeps_baseline=False))
    if not made:
        return Answer((), toast=request.gettext(NOT_THERE))
    await context.store.decline_proposal(number, context.clock())  # all of it is taken
    await context.follow_sources()
    return request.say(
        "Sources added: {n}. Of what stands there now nobody is notified; /source changes lists "
        "and undoes them.",
        n=made,
    )


def _is_read(context: ChatContext, at: Source) -> bool:
    """Return whether some source is read at a place."""
    place = source_edits.place_of(at)
    return any(source_edits.place_of(one) == place for one in context.sources)


def _edit(
    context: ChatContext, request: Request, proposal: Proposal, index: int
) -> SourceEdit | None:
    """Return the edit that a candidate means: the first one takes the place of its source, others
    are added beside it."""
    candidate, now, by = proposal.candidates[index], context.clock(), int(request.person or 0)
    ids = {one.id for one in context.sources}
    if proposal.source and index == 0:
        before = next((one for one in context.sources if one.id == proposal.source), None)
        if before is None:
            return None
        return SourceEdit(source=candidate.source, before=before, at=now, by=by)
    source = replace(candidate.source, id=free_id(candidate.source.id, ids))
    return SourceEdit(source=source, at=now, by=by)


def _said(request: Request, edit: SourceEdit) -> Answer:
    values = {"source": edit.source.id, "url": edit.source.url}
    if edit.before:
        answered = request.say("<code>{source}</code> is read here from now on: {url}", **values)
    else:
        answered = request.say(
            "<code>{source}</code> is added: {url}. What stands there now is its beginning, of "
            "which nobody is notified.",
            **values,
        )
    return replace(answered, buttons=((_undo_button(request, edit),),))


def _undo_button(request: Request, edit: SourceEdit) -> Button:
    text = request.gettext("Undo {number}: {source}", number=edit.id, source=edit.source.id)
    return Button(text, f"{Area.SOURCES}:{UNDO}:{edit.id}")


async def _leave(context: ChatContext, request: Request, number: int) -> Answer:
    left = await context.store.decline_proposal(number, context.clock())
    if left is None:
        return Answer((), toast=request.gettext(NOT_THERE))
    is_taken = any(_is_read(context, candidate.source) for candidate in left.candidates)
    toast = N_("Nothing more is changed.") if is_taken else N_("Nothing is changed.")
    return Answer((), toast=request.gettext(toast))


async def _undo(context: ChatContext, request: Request, number: int) -> Answer:
    edit = await context.store.undo_source_edit(number, context.clock(), request.person)
    if edit is None:
        toast = request.gettext("There is no such change, or it was undone.")
        return replace(request.say("There is no such change, or it was undone."), toast=toast)
    await context.follow_sources()
    if edit.before is None:
        return request.say("<code>{source}</code> is not read any more.", source=edit.source.id)
    return request.say(
        "<code>{source}</code> is read where it was before: {url}",
        source=edit.source.id, url=edit.before.url,
    )  # fmt: skip


_ACTIONS: dict[str, Callable[[ChatContext, Request, str], Awaitable[Answer]]] = {
    "add": add,
    "changes": changes,
    "undo": undo,
    "opml": export,
}
_ON_NUMBER: dict[str, Callable[[ChatContext, Request, int], Awaitable[Answer]]] = {
    ALL: _take_all,
    LEAVE: _leave,
    UNDO: _undo,
}
