"""/admin: how the whole service is doing, and what is left to decide, for `telegram.admins`."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot import match, render
from bot.chat import correcting, running
from bot.chat.answer import Answer, Button
from bot.chat.context import Office
from bot.chat.visit import Visit
from bot.monitoring import source_health

PREFIX = "a1"
REPEAT, GIVE_UP = "repeat", "give_up"
ALL = 0
"""Instead of the number of a delivery."""
SHOWN = 10
MANY = 10_000


def is_admin(office: Office, visit: Visit) -> bool:
    """Whether it is one of the admins, alone with the bot."""
    return visit.is_private and visit.person in office.admins


async def overview(office: Office, visit: Visit, said: str = "") -> Answer:
    """Chats, the ledger, the sources that fail; and what may not have arrived, with the choice to
    repeat it."""
    now = office.clock()
    states = await office.store.states()
    chats = await office.store.chats()
    uncertain = await office.store.deliveries("uncertain", SHOWN)
    failing = [one for one in office.sources if not source_health.is_well(states.get(one.id))]
    messages = render.reply(
        "admin",
        chats=len(chats),
        filters=sum(len(chat.filters) for chat in chats),
        suspended=sum(chat.suspended is not None for chat in chats),
        paused=sum(chat.suspended is None and not match.listens(chat, now) for chat in chats),
        tally=await office.store.tally(),
        backlog=await office.store.backlog(now),
        sources=len(office.sources),
        failing=[(one, source_health.health(states.get(one.id), now)) for one in failing[:SHOWN]],
        hidden=max(len(failing) - SHOWN, 0),
        answering=len(office.sources) - len(failing),
        uncertain=uncertain,
        commands=[name for name in COMMANDS if name != "admin"],
    )
    choices = [
        (
            Button(f"Repeat {number}", f"{PREFIX}:{REPEAT}:{row.id}"),
            Button(f"Give up {number}", f"{PREFIX}:{GIVE_UP}:{row.id}"),
        )
        for number, row in enumerate(uncertain, 1)
    ]
    if len(choices) > 1:
        all_ = (
            Button("Repeat all", f"{PREFIX}:{REPEAT}:{ALL}"),
            Button("Give up all", f"{PREFIX}:{GIVE_UP}:{ALL}"),
        )
        choices.append(all_)
    return Answer(messages, tuple(choices), in_place=True)


async def pressed(office: Office, visit: Visit, data: str) -> Answer | None:
    """What comes of an admin's button; None: there is no such button, or they are none."""
    choice, _, number = data.partition(":")
    if not (number.isdecimal() and len(number) <= 10 and is_admin(office, visit)):
        return None
    if choice == running.ANNOUNCE:
        return await running.announced(office, visit, int(number))
    return await decide(office, visit, choice, int(number)) if choice in (REPEAT, GIVE_UP) else None


async def decide(office: Office, visit: Visit, choice: str, number: int) -> Answer:
    """What the admin wants done with what may not have arrived."""
    settle = office.store.repeat if choice == REPEAT else office.store.give_up
    rows = await office.store.deliveries("uncertain", MANY) if number == ALL else ()
    numbers = [row.id for row in rows] or [number]
    settled = [await settle(each, office.clock()) for each in numbers]
    done = "Sent again" if choice == REPEAT else "Given up"
    count = sum(row is not None for row in settled)
    toast = f"{done}: {count}" if count else "That was decided before."
    return replace(await overview(office, visit), toast=toast)


COMMANDS: dict[str, Callable[[Office, Visit, str], Awaitable[Answer]]] = {
    "admin": overview,
    "correct": correcting.correct,
    "source": running.source,
    "announce": running.announce,
    "invite": running.invite,
}
