"""What each command and each button answers. Knows the store, and nothing of Telegram."""

import zlib
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot import match, render, vitals
from bot.chat import admin, setup, words
from bot.chat.answer import Answer, Button
from bot.chat.office import Office
from bot.chat.visit import Visit
from bot.models import Chat, Filter, Source

FILTERS_LIMIT = 50
"""Filters of one chat: more would be somebody's script."""
LATEST = 3
LATEST_LIMIT = 10
SOURCES_LIMIT = 30
REMOVE = "f1"
LINKED = "d_"
"""What the payload of a deep link begins with: `t.me/<bot>?start=d_CZ-2025-0001`."""
NUMBER_LIMIT = 40


class Command(Struct, frozen=True):
    """A command: its line in Telegram's menu, and what answers it."""

    description: str
    answer: Callable[[Office, Visit, str], Awaitable[Answer]]


async def start(office: Office, visit: Visit, said: str) -> Answer:
    """The greeting; with the payload of a deep link, the development that it names."""
    if said.startswith(LINKED):
        return await show(office, said.removeprefix(LINKED))
    known = await office.store.chat(visit.chat)
    buttons = (
        (Button("Choose countries and themes", setup.FIRST.data()),),
        (Button("Follow everything", setup.EVERYTHING.data()),),
        (Button("Show me an example", "sample"),),
    )
    return Answer(render.reply("start", filters=len(known.filters)), buttons)


async def subscribe(office: Office, visit: Visit, said: str) -> Answer:
    """Saves the filter that the words describe, or names the words that are not understood."""
    if not said.strip(" ,"):
        return setup.screen(setup.FIRST)
    wanted = words.filter_of(said)
    if isinstance(wanted, list):
        return _text("not_understood", doubts=wanted)
    return await save(office, visit, wanted)


async def save(office: Office, visit: Visit, wanted: Filter) -> Answer:
    """Saves a filter, unless the chat has it already; it sends to the topic it was set in."""
    wanted = replace(wanted, thread=visit.thread)
    before = await office.store.chat(visit.chat)
    if same := [n for n, kept in enumerate(before.filters, 1) if _same(kept, wanted)]:
        return _text("already", number=same[0], filter=wanted)
    if len(before.filters) >= FILTERS_LIMIT:
        return _text("too_many", limit=FILTERS_LIMIT)
    after = await office.store.change_chat(visit.chat, lambda chat: _with(chat, wanted, visit))
    uncovered = _uncovered(wanted, office.sources)
    return _text(
        "saved",
        number=len(after.filters),
        filter=wanted,
        uncovered=uncovered,
        listens=match.listens(after, office.clock()),
    )


async def filters(office: Office, visit: Visit, said: str) -> Answer:
    """The numbered filters, each with a button to remove it."""
    return _filters(await office.store.chat(visit.chat))


async def unsubscribe(office: Office, visit: Visit, said: str) -> Answer:
    """Removes the filter of a number, or all."""
    known = await office.store.chat(visit.chat)
    if said.strip().lower() == "all":
        await office.store.change_chat(visit.chat, lambda chat: replace(chat, filters=()))
        return _text("removed_all", count=len(known.filters))
    number = int(said) if said.strip().isdecimal() and len(said.strip()) < 4 else 0
    if not 1 <= number <= len(known.filters):
        return _text("no_such_filter", said=said.strip(), count=len(known.filters))
    return await remove(office, visit, known.filters[number - 1].id)


async def remove(office: Office, visit: Visit, filter_id: int) -> Answer:
    """Removes a filter by its id, which a button keeps while numbers change."""
    before = await office.store.chat(visit.chat)
    gone = [kept for kept in before.filters if kept.id == filter_id]
    after = await office.store.change_chat(visit.chat, lambda chat: _without(chat, filter_id))
    shown = _filters(after, removed=gone[0] if gone else None)
    toast = "Removed." if gone else "It was removed before."
    return replace(shown, toast=toast, in_place=True)


async def pause(office: Office, visit: Visit, said: str) -> Answer:
    """Nothing is sent for a time, or until /resume."""
    length = words.pause_of(said)
    if said.strip() and length is None:
        return _text("bad_pause", said=said.strip())
    until = office.clock() + length if length else None
    await office.store.change_chat(
        visit.chat, lambda chat: replace(chat, paused=True, paused_until=until)
    )
    return _text("paused", until=until)


async def resume(office: Office, visit: Visit, said: str) -> Answer:
    """Ends a pause."""
    before = await office.store.chat(visit.chat)
    await office.store.change_chat(
        visit.chat, lambda chat: replace(chat, paused=False, paused_until=None)
    )
    return _text("resumed", was_paused=not match.listens(before, office.clock()))


async def latest(office: Office, visit: Visit, said: str) -> Answer:
    """The newest developments that the chat's filters want."""
    known = await office.store.chat(visit.chat)
    if not known.filters:
        return _filters(known)
    asked = int(said) if said.strip().isdecimal() and len(said.strip()) < 4 else LATEST
    found = await office.store.developments(
        lambda development: bool(match.matching(known, development)),
        limit=min(max(asked, 1), LATEST_LIMIT),
    )
    if not found:
        return _text("nothing_yet")
    return Answer(tuple(render.development(development) for development in reversed(found)))


async def show(office: Office, number: str) -> Answer:
    """One development by its number, and how to cite it."""
    found = await office.store.development(number.strip().upper()[:NUMBER_LIMIT])
    if found is None:
        return _text("no_such_development", number=number[:NUMBER_LIMIT])
    cited = render.reply("citation", citation=render.citation(found))
    return Answer((render.development(found), *cited))


async def sample(office: Office) -> Answer:
    """The newest development of all, as its message would look."""
    newest = await office.store.developments(limit=1)
    return Answer((render.development(newest[0]),)) if newest else _text("nothing_yet")


async def status(office: Office, visit: Visit, said: str) -> Answer:
    """What the chat has set, what it was sent, and whether the sources answer."""
    known = await office.store.chat(visit.chat)
    states = await office.store.states()
    answering = [source for source in office.sources if vitals.is_well(states.get(source.id))]
    return _text(
        "status",
        chat=known,
        listens=match.listens(known, office.clock()),
        tally=await office.store.tally(visit.chat),
        answering=len(answering),
        sources=len(office.sources),
    )


async def sources(office: Office, visit: Visit, said: str) -> Answer:
    """The sources, of all countries or of one, and whether they answer."""
    country = words.country_of(said) if said.strip() else None
    if said.strip() and country is None:
        doubts = [words.Doubt(said.strip(), _suggested(said))]
        return _text("not_understood", doubts=doubts)
    states = await office.store.states()
    followed = [source for source in office.sources if country in (None, source.country)]
    shown = [
        (source, vitals.health(states.get(source.id), office.clock()))
        for source in followed[:SOURCES_LIMIT]
    ]
    return _text("sources", shown=shown, country=country, hidden=len(followed) - len(shown))


async def privacy(office: Office, visit: Visit, said: str) -> Answer:
    """What is kept of a chat, and how to have it erased."""
    return _text("privacy")


async def forget(office: Office, visit: Visit, said: str) -> Answer:
    """Asks before everything kept of the chat is erased."""
    button = Button("Erase everything", "forget")
    return replace(_text("forget"), buttons=((button,),))


async def forget_now(office: Office, visit: Visit) -> Answer:
    """Erases everything kept of the chat."""
    await office.store.forget_chat(visit.chat)
    return replace(_text("forgotten"), toast="Erased.", in_place=True)


async def help_(office: Office, visit: Visit, said: str) -> Answer:
    """Every command in a line."""
    return _text("help", commands=COMMANDS)


COMMANDS: dict[str, Command] = {
    "start": Command("Begin, with a guided set-up", start),
    "subscribe": Command("Follow countries, themes, types: /subscribe Czechia, return", subscribe),
    "filters": Command("What you follow", filters),
    "unsubscribe": Command("Stop following: /unsubscribe 2, or all", unsubscribe),
    "latest": Command("The newest developments you follow: /latest 5", latest),
    "pause": Command("Send nothing for a while: /pause 3d", pause),
    "resume": Command("Send again", resume),
    "status": Command("Your settings, deliveries, and the sources' health", status),
    "sources": Command("The sources, and whether they answer: /sources Czechia", sources),
    "privacy": Command("What is kept of you", privacy),
    "forgetme": Command("Erase everything kept of you", forget),
    "help": Command("All commands", help_),
}


async def answer(office: Office, visit: Visit, command: str, said: str) -> Answer:
    """The answer to a command; an unknown one is told which there are."""
    await office.store.revive_chat(visit.chat, office.clock())
    if command == "admin" and admin.is_admin(office, visit):
        return await admin.overview(office)
    known = COMMANDS.get(command)
    if known is None:
        return _text("unknown_command", command=command)
    return await known.answer(office, visit, said)


async def answer_text(office: Office, visit: Visit, said: str) -> Answer:
    """The answer to words without a command: what they would have meant behind /subscribe."""
    wanted = words.filter_of(said[:200])
    return _text("text", said=said[:200], understood=isinstance(wanted, Filter) and said.strip())


async def answer_press(office: Office, visit: Visit, data: str) -> Answer | None:
    """The answer to a button; None: the button is none of today's."""
    await office.store.revive_chat(visit.chat, office.clock())
    if draft := setup.draft_of(data):
        if draft.screen != "save":
            return setup.screen(draft)
        return replace(await save(office, visit, draft.filter()), in_place=True)
    action, _, number = data.rpartition(":")
    if action and number.isdecimal() and len(number) <= 10:
        return await _numbered(office, visit, action, int(number))
    match data:
        case "sample":
            return await sample(office)
        case "forget":
            return await forget_now(office, visit)
    return None


async def _numbered(office: Office, visit: Visit, action: str, number: int) -> Answer | None:
    """The answer to a button that is about one of several."""
    if action == REMOVE:
        return await remove(office, visit, number)
    if action in (admin.REPEAT, admin.GIVE_UP) and admin.is_admin(office, visit):
        return await admin.decide(office, action, number)
    return None


def old_button() -> Answer:
    """What somebody hears who presses a button that is none of today's."""
    return replace(_text("old_button"), toast="This button is from an older message.")


# ------------------------------------------------------------------ in pieces


def _text(template: str, **values: object) -> Answer:
    return Answer(render.reply(template, **values))


def _filters(chat: Chat, removed: Filter | None = None) -> Answer:
    messages = render.reply("filters", filters=chat.filters, removed=removed)
    buttons = [
        Button(f"Remove {number}", f"{REMOVE}:{kept.id}")
        for number, kept in enumerate(chat.filters, 1)
    ]
    rows = [tuple(buttons[start : start + 4]) for start in range(0, len(buttons), 4)]
    add = Button("Add a filter", setup.FIRST.data())
    return Answer(messages, (*rows, (add,)))


def _with(chat: Chat, wanted: Filter, visit: Visit) -> Chat:
    filters = (*chat.filters, replace(wanted, id=_id(wanted)))
    keeper = None if visit.is_private else visit.person or chat.keeper
    return replace(chat, filters=filters, keeper=keeper)


def _without(chat: Chat, filter_id: int) -> Chat:
    kept = tuple(filter_ for filter_ in chat.filters if filter_.id != filter_id)
    return replace(chat, filters=kept)


def _id(wanted: Filter) -> int:
    """An id made of what a filter wants, so that an old button can never mean another filter."""
    return zlib.crc32(msgspec.json.encode(replace(wanted, id=0), order="deterministic"))


def _same(one: Filter, other: Filter) -> bool:
    return replace(one, id=0) == replace(other, id=0)


def _uncovered(wanted: Filter, sources: Sequence[Source]) -> list[str]:
    """The countries of a filter of which no source tells; one without a country may tell of any."""
    told = {source.country for source in sources}
    return [] if None in told else sorted(wanted.countries - told)


def _suggested(said: str) -> tuple[str, ...]:
    doubts = words.filter_of(said)
    return doubts[0].suggestions if isinstance(doubts, list) and doubts else ()
