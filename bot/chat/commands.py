"""Which answer belongs to which command, button and word."""

import datetime as dt
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bot import match, render
from bot.chat import (
    admin,
    archive,
    export,
    filters,
    groups,
    privacy,
    query,
    schedule,
    settings,
    share_links,
    wizard,
)
from bot.chat.answer import Answer, Button
from bot.chat.context import Office, Visit
from bot.models import Filter
from bot.monitoring import source_health

SOURCES_LIMIT = 30
SEEN_EVERY = dt.timedelta(days=7)
"""How exactly is kept when a chat was last used."""


class Command(Struct, frozen=True):
    """A command: its line in Telegram's menu, what answers it, and whether it changes what the
    chat is sent: then only who runs a group may give it."""

    description: str
    answer: Callable[[Office, Visit, str], Awaitable[Answer]]
    sets: bool = False


async def start(office: Office, visit: Visit, said: str) -> Answer:
    """The greeting; or what the payload of a deep link asks for."""
    if said.startswith(archive.LINKED):
        return await archive.show(office, visit, said.removeprefix(archive.LINKED))
    if shared := share_links.filter_of(said):
        return _offered(visit, shared, said)
    if said.startswith(admin.INVITED):
        said = ""
    if said.startswith(groups.CONTINUED):
        return await groups.continued(office, visit, said.removeprefix(groups.CONTINUED))
    known = await office.store.chat(visit.chat)
    buttons = (
        (Button(visit.say("Choose countries and themes"), "setup"),),
        (Button(visit.say("Everything, as a weekly digest"), "weekly"),),
        (Button(visit.say("Show me an example"), "sample"),),
    )
    messages = render.reply("start", visit.tongue, filters=len(known.filters))
    if match.listens(known, office.clock()) and (missed := await schedule.offer(office, visit)):
        return replace(missed, messages=(*messages, *missed.messages))
    return Answer(messages, buttons if visit.is_private else buttons[:1])


def _offered(visit: Visit, shared: Filter, payload: str) -> Answer:
    """A filter that somebody shares: nothing is saved before it is wanted."""
    take = Button(visit.say("Save it"), f"take:{payload}")
    return Answer(render.reply("offered", visit.tongue, filter=shared), ((take,),))


async def subscribe(office: Office, visit: Visit, said: str) -> Answer:
    """Saves the filter that words describe; without words, the guided set-up."""
    if not said.strip(" ,"):
        return await wizard.begin(office, visit)
    return await filters.subscribe(office, visit, said)


async def channel(office: Office, visit: Visit, said: str) -> Answer:
    """Sets up a channel or group from the private chat: `@name`; `off` ends it."""
    name = said.strip()
    if not visit.is_private or not name:
        return Answer(render.reply("channel", visit.tongue))
    if name.lower() in groups.STOP:
        return await groups.stop(office, visit)
    if name.startswith("@") and (found := await office.find(name)):
        return await groups.speak_for(office, visit, *found)
    return Answer(render.reply("no_such_channel", visit.tongue, said=name))


async def status(office: Office, visit: Visit, said: str) -> Answer:
    """What the chat has set, what it was sent, and whether the sources answer."""
    known = await office.store.chat(visit.chat)
    states = await office.store.states()
    answering = [
        source for source in office.sources if source_health.is_well(states.get(source.id))
    ]
    messages = render.reply(
        "status",
        visit.tongue,
        chat=known,
        listens=match.listens(known, office.clock()),
        tally=await office.store.tally(visit.chat),
        answering=len(answering),
        sources=len(office.sources),
    )
    return Answer(messages)


async def sources(office: Office, visit: Visit, said: str) -> Answer:
    """The sources, of all countries or of one, and whether they answer."""
    country = query.country_of(said) if said.strip() else None
    if said.strip() and country is None:
        doubts = [query.Doubt(said.strip(), _suggested(said))]
        return Answer(render.reply("not_understood", visit.tongue, doubts=doubts))
    states = await office.store.states()
    followed = [source for source in office.sources if country in (None, source.country)]
    shown = [
        (source, source_health.health(states.get(source.id), office.clock(), visit.tongue))
        for source in followed[:SOURCES_LIMIT]
    ]
    hidden = len(followed) - len(shown)
    messages = render.reply("sources", visit.tongue, shown=shown, country=country, hidden=hidden)
    return Answer(messages)


def _suggested(said: str) -> tuple[str, ...]:
    doubts = query.filter_of(said)
    return doubts[0].suggestions if isinstance(doubts, list) and doubts else ()


async def help_(office: Office, visit: Visit, said: str) -> Answer:
    """Every command in a line."""
    return Answer(render.reply("help", visit.tongue, commands=COMMANDS))


COMMANDS: dict[str, Command] = {
    "start": Command("Begin, with a guided set-up", start),
    "subscribe": Command(
        "Follow countries, themes, types: /subscribe Czechia, return", subscribe, sets=True
    ),
    "filters": Command("What you follow", filters.listed),
    "unsubscribe": Command(
        "Stop following: /unsubscribe 2, or all", filters.unsubscribe, sets=True
    ),
    "rename": Command("Name a filter: /rename 2 Dublin watch", filters.rename, sets=True),
    "latest": Command("The newest developments you follow: /latest 5", archive.latest),
    "search": Command("Search the archive: /search Czechia, detention", archive.search),
    "stats": Command("What the last weeks brought, in a picture", archive.stats),
    "digest": Command(
        "All at once: /digest daily 08:00, or weekly mon", schedule.digest, sets=True
    ),
    "pause": Command("Send nothing for a while: /pause 3d", schedule.pause, sets=True),
    "resume": Command("Send again", schedule.resume, sets=True),
    "quiet": Command("Hours of quiet: /quiet 22:00-07:00", schedule.quiet, sets=True),
    "status": Command("Your settings, deliveries, and the sources' health", status),
    "sources": Command("The sources, and whether they answer: /sources Czechia", sources),
    "export": Command("What you follow as a file: /export xlsx 2026", export.export),
    "settings": Command("Language, time zone, digest, sound", settings.settings, sets=True),
    "language": Command("In which language I speak", settings.language, sets=True),
    "timezone": Command("Your time zone: /timezone Europe/Prague", schedule.timezone, sets=True),
    "channel": Command("Set up a channel or group from here: /channel @name", channel),
    "privacy": Command("What is kept of you", privacy.privacy),
    "exportme": Command("All that is kept of you, as a file", privacy.export_me, sets=True),
    "forgetme": Command("Erase everything kept of you", privacy.forget, sets=True),
    "help": Command("All commands", help_),
}


OPEN = ("privacy", "exportme", "forgetme")
"""Commands that everybody may give, also where the bot is by invitation."""


async def answer(office: Office, visit: Visit, command: str, said: str) -> Answer:
    """The answer to a command; an unknown one is told which there are."""
    if command in admin.COMMANDS and admin.is_admin(office, visit):
        return await admin.COMMANDS[command](office, visit, said)
    if command not in OPEN and not await admin.is_welcome(office, visit, said):
        return Answer(render.reply("by_invitation", visit.tongue))
    visit, title = await _received(office, visit, is_home=command in ("channel", "start"))
    known = COMMANDS.get(command)
    if known is None:
        return Answer(render.reply("unknown_command", visit.tongue, command=command))
    if known.sets and not await groups.may_set(office, visit):
        return Answer(render.reply("admins_only", visit.tongue))
    given = await known.answer(office, visit, said)
    return _headed(visit, title, given)


async def answer_text(office: Office, visit: Visit, said: str) -> Answer:
    """The answer to words without a command: what was asked for, or what they would have meant
    behind /subscribe."""
    home = await office.store.chat(visit.chat)
    visit, title = await _received(office, visit)
    if home.asked and said.strip():
        await office.store.change_chat(home.id, lambda chat: replace(chat, asked=None))
        asked, _, number = home.asked.partition(":")
        if asked == filters.RENAME:
            return _headed(visit, title, await filters.named(office, visit, int(number), said))
    wanted = query.filter_of(said[:200])
    understood = isinstance(wanted, Filter) and said.strip()
    return Answer(render.reply("text", visit.tongue, said=said[:200], understood=understood))


async def answer_press(office: Office, visit: Visit, data: str) -> Answer | None:
    """The answer to a button; None: the button is none of today's."""
    area, _, rest = data.partition(":")
    if area == render.NEWS:
        visit, _ = await _received(office, visit, is_home=True)
        deed, _, number = rest.partition(":")
        return await archive.pressed(office, visit, deed, number)
    if area == admin.PREFIX:
        return await admin.pressed(office, visit, rest)
    visit, title = await _received(office, visit)
    if not await admin.is_welcome(office, visit, ""):
        return Answer(render.reply("by_invitation", visit.tongue))
    if data == "sample":
        return await archive.sample(office, visit)
    if not await groups.may_set(office, visit):
        toast = visit.say("Only its admins may change what this group follows.")
        return Answer((), toast=toast, is_alert=True)
    given = await _set(office, visit, area, rest)
    return _headed(visit, title, given) if given else None


async def _set(office: Office, visit: Visit, area: str, rest: str) -> Answer | None:
    """The answer to a button that changes something."""
    act = _AREAS.get(area)
    return await act(office, visit, rest) if act else None


async def _of_setup(office: Office, visit: Visit, rest: str) -> Answer | None:
    press = wizard.press_of(f"{wizard.PREFIX}:{rest}")
    return await wizard.pressed(office, visit, press) if press else None


async def _begin(office: Office, visit: Visit, rest: str) -> Answer:
    return await wizard.begin(office, visit)


async def _weekly(office: Office, visit: Visit, rest: str) -> Answer:
    await schedule.set_timetable(office, visit, wizard.WEEKLY)
    return replace(await filters.save(office, visit, Filter()), in_place=True)


async def _take(office: Office, visit: Visit, rest: str) -> Answer | None:
    shared = share_links.filter_of(rest)
    if shared is None:
        return None
    return replace(await filters.save(office, visit, shared), in_place=True)


async def _of_timing(office: Office, visit: Visit, rest: str) -> Answer | None:
    what, _, value = rest.partition(":")
    return await schedule.pressed(office, visit, what, value)


async def _of_export(office: Office, visit: Visit, rest: str) -> Answer:
    return await export.export(office, visit, rest)


async def _forget(office: Office, visit: Visit, rest: str) -> Answer:
    return await privacy.forget_now(office, visit)


async def _keep(office: Office, visit: Visit, rest: str) -> Answer:
    return Answer(render.reply("kept", visit.tongue), in_place=True)


async def _of_filter(office: Office, visit: Visit, rest: str) -> Answer | None:
    deed, _, number = rest.partition(":")
    if not number.isdecimal() or len(number) > 10:
        return None
    filter_id = int(number)
    if deed != "edit":
        return await filters.pressed(office, visit, deed, filter_id)
    kept = filters.find(await office.store.chat(visit.chat), filter_id)
    if kept is None:
        return await filters.card(office, visit, filter_id)
    return await wizard.begin(office, visit, kept)


async def _of_settings(office: Office, visit: Visit, rest: str) -> Answer | None:
    deed, _, value = rest.partition(":")
    shows = {"language": settings.language, "zone": schedule.timezone, "digest": schedule.digest}
    if deed == "show" and value in shows:
        return replace(await shows[value](office, visit, ""), in_place=True)
    return await settings.pressed(office, visit, deed, value)


_AREAS: dict[str, Callable[[Office, Visit, str], Awaitable[Answer | None]]] = {
    "setup": _begin,
    "weekly": _weekly,
    "take": _take,
    "forget": _forget,
    "keep": _keep,
    wizard.PREFIX: _of_setup,
    filters.PREFIX: _of_filter,
    schedule.PREFIX: _of_timing,
    settings.PREFIX: _of_settings,
    export.PREFIX: _of_export,
}


def old_button(visit: Visit) -> Answer:
    """What somebody hears who presses a button that is none of today's."""
    toast = visit.say("This button is from an older message.")
    return Answer(render.reply("old_button", visit.tongue), toast=toast)


# ------------------------------------------------------------------ who comes in


async def _received(office: Office, visit: Visit, *, is_home: bool = False) -> tuple[Visit, str]:
    """Whoever writes is there, whatever Telegram said before. The visit in the chat's language
    and, where the private chat speaks for another, about that one, with its title; `is_home`: not
    then."""
    await office.store.revive_chat(visit.chat, office.clock())
    known = await office.store.chat(visit.chat)
    today = office.clock().date()
    if known.filters and (known.warned or known.seen is None or today - known.seen >= SEEN_EVERY):
        await office.store.change_chat(
            visit.chat, lambda chat: replace(chat, seen=today, warned=None)
        )
    visit = replace(visit, language=known.language or visit.language)
    if is_home or known.speaks_for is None or not visit.is_private:
        return visit, ""
    return replace(visit, chat=known.speaks_for, home=visit.chat), known.speaks_for_title


def _headed(visit: Visit, title: str, given: Answer) -> Answer:
    """An answer that says of which chat it is, where that is another one."""
    if visit.home is None or not given.messages:
        return given
    (heading,) = render.reply("about", visit.tongue, title=title)
    first = given.messages[0]
    headed = replace(
        first, html=f"{heading.html}\n{first.html}", plain=f"{heading.plain}\n{first.plain}"
    )
    return replace(given, messages=(headed, *given.messages[1:]))
