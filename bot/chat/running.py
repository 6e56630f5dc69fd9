"""What who runs the service does in the chat: sources, announcements, invitations."""

import secrets

from msgspec.structs import replace

from bot import match, render
from bot.chat.answer import Answer, Button
from bot.chat.context import Office
from bot.chat.visit import Visit
from bot.models import Delivery
from bot.monitoring import source_health

ANNOUNCE = "announce"
"""What is asked before an announcement goes out (`Chat.asked`)."""
INVITED = "i_"
"""What the payload of an invitation begins with."""
TEXT_LIMIT = 2000


async def source(office: Office, visit: Visit, said: str) -> Answer:
    """`/source cz-mv`: how it is; `off`, `on`: whether it is polled; `try`: what it gives now."""
    name, _, deed = said.strip().lower().partition(" ")
    if name not in {each.id for each in office.sources}:
        return _text(visit, "source_how", said=name)
    if deed in ("on", "off"):
        await office.store.switch(name, is_on=deed == "on")
    report = await office.try_source(name) if deed == "try" else None
    state = await office.store.state(name)
    is_off = name in await office.store.switched_off()
    health = source_health.health(state, office.clock())
    return _text(visit, "source", name=name, is_off=is_off, health=health, report=report)


async def announce(office: Office, visit: Visit, said: str) -> Answer:
    """Shows a text as it would go to everybody, and to how many chats; sends nothing yet."""
    text = said.strip()[:TEXT_LIMIT]
    if not text:
        return _text(visit, "announce_how")
    await office.store.change_chat(
        visit.chat, lambda chat: replace(chat, asked=f"{ANNOUNCE}:{text}")
    )
    chats = [chat for chat in await office.store.chats() if chat.filters]
    send = Button(f"Send to {len(chats)}", f"a1:{ANNOUNCE}:{len(chats)}")
    cancel = Button("Cancel", f"a1:{ANNOUNCE}:0")
    shown = _text(visit, "announce", text=text, count=len(chats))
    return replace(shown, buttons=((send, cancel),))


async def announced(office: Office, visit: Visit, count: int) -> Answer:
    """The text goes out, or does not; it is owed to each chat that follows something, once."""
    admin = await office.store.chat(visit.chat)
    asked, _, text = (admin.asked or "").partition(":")
    await office.store.change_chat(visit.chat, lambda chat: replace(chat, asked=None))
    if asked != ANNOUNCE or not count:
        return replace(_text(visit, "announced", count=0), in_place=True)
    now = office.clock()
    owed = [
        Delivery(
            development=f"announcement {now:%Y-%m-%d %H:%M:%S}",
            chat=chat.id,
            kind="announcement",
            text=text,
            due=now,
            created=now,
        )
        for chat in await office.store.chats()
        if chat.filters and match.listens(chat, now)
    ]
    await office.store.owe(owed)
    return replace(_text(visit, "announced", count=len(owed)), in_place=True)


async def invite(office: Office, visit: Visit, said: str) -> Answer:
    """A link that lets one chat in, once."""
    token = secrets.token_urlsafe(12)
    await office.store.invite(token)
    return _text(visit, "invite", link=office.link(f"{INVITED}{token}"))


async def is_welcome(office: Office, visit: Visit, said: str) -> bool:
    """Whether a chat may use the bot: everybody may, or who was invited, with whoever they set up;
    `said`: the payload of the link they have come by."""
    if not office.by_invitation or visit.person in office.admins:
        return True
    if said.startswith(INVITED) and await office.store.redeem(said.removeprefix(INVITED)):
        await office.store.change_chat(visit.chat, lambda chat: replace(chat, is_invited=True))
    chats = [visit.chat, *([visit.person] if visit.person else [])]
    known = [await office.store.chat(chat) for chat in chats]
    return any(chat.is_invited for chat in known)


def _text(visit: Visit, template: str, **values: object) -> Answer:
    return Answer(render.reply(template, visit.tongue, **values))
