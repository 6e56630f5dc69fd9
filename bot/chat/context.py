"""The input and output of command handlers: ChatContext, Request, Answer."""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot import digests, render
from bot.build import Replica
from bot.i18n import N_, Locale, locale_for
from bot.models import Development
from bot.models.brief import BriefTemplates
from bot.models.buttons import of_chat
from bot.models.chats import Chat
from bot.models.deliveries import Button, Buttons, Message
from bot.models.sources import PollReport, Source
from bot.pipeline import Clock
from bot.pipeline.find_source import ListLook, Look
from bot.ports.store import Store
from bot.reader_language import IN_ENGLISH, Reader, as_read
from bot.transport.webhooks import WebhookClient


class File(Struct, frozen=True):
    """A file that is sent, or a picture."""

    name: str
    content: bytes
    is_picture: bool = False


class Answer(Struct, frozen=True):
    """Messages in order, with rows of buttons under the last."""

    messages: tuple[Message, ...]
    buttons: Buttons = ()
    toast: str | None = None
    """After a press: what shows for a moment over the chat."""
    is_alert: bool = False
    """Whether the toast stays until it is closed."""
    url: str | None = None
    """After a press: the link that Telegram opens instead."""
    in_place: bool = False
    """After a press: the message takes the place of the one pressed."""
    file: File | None = None
    """What comes with the last message as its caption, of which Telegram takes 1,024 characters."""
    picks_chat: bool = False
    """Whether the keyboard offers the channels and groups that the person runs."""


def rows(buttons: Sequence[Button], columns: int) -> Buttons:
    """Return buttons in rows."""
    return tuple(
        tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns)
    )


def pages(first: int, size: int, total: int, data: Callable[[int], str]) -> Buttons:
    """Return a row of buttons that turn the pages of a list, from the one that begins at `first`;
    `data`: the data of the button to the page that begins at a place."""
    turns = [("◂", first - size)] * (first > 0) + [("▸", first + size)] * (first + size < total)
    return (tuple(Button(sign, data(max(start, 0))) for sign, start in turns),) if turns else ()


def joined(*messages: Message) -> Message:
    """Join short messages into one."""
    return Message(
        html="\n\n".join(one.html for one in messages),
        plain="\n\n".join(one.plain for one in messages),
    )


def ticked(text: str, *, when: bool) -> str:
    """Return the text of a button, with a tick where something is chosen."""
    return f"✓ {text}" if when else text


async def _nothing(*_: object) -> Any:
    """Stand in for each look-up where there is no Telegram: find and allow nothing."""


async def _nobody() -> Sequence[Replica]:
    """Return no replicas, where no service runs."""
    return ()


class ChatContext(Struct, frozen=True):
    """What command handlers need: the store, the sources, a clock, and who runs which chat."""

    store: Store
    sources: Sequence[Source]
    clock: Clock
    admins: Collection[int] = ()
    """User ids of who runs the service (`telegram.admins`)."""
    runs: Callable[[int, int], Awaitable[bool]] = _nothing
    """Whether Telegram says that a person is an admin of a group or channel."""
    find: Callable[[int | str], Awaitable[tuple[int, str] | None]] = _nothing
    """The id and the title of a group or channel, by its id or its public `@name`."""
    name_of: Callable[[int, int], Awaitable[str | None]] = _nothing
    """The name of a person in a group or channel, as Telegram shows it now."""
    by_invitation: bool = False
    try_source: Callable[[str], Awaitable[PollReport | None]] = _nothing
    """Polls a source now; None: it is being polled anyway."""
    follow_sources: Callable[[], Awaitable[None]] = _nothing
    """Follows the sources as an admin has just changed them."""
    look_at: Callable[[str, str | None], Awaitable[Look]] = _nothing
    """Reads what is behind an address, as of a country: raises HeraldError where nothing is."""
    look_through: Callable[[bytes], Awaitable[ListLook]] = _nothing
    """Reads what is behind the addresses of a list of feeds. Raises HeraldError for other files."""
    review_chat: int | None = None
    """The chat whose members decide about uncertain labels, beside the admins."""
    wake_outbox: Callable[[], None] = lambda: None
    targets: Callable[[], Collection[str]] = tuple
    """The languages that texts can be translated into now."""
    backups_kept: int = 0
    """How many daily backups are kept."""
    backup_age: Callable[[], dt.timedelta | None] | None = None
    """How old the newest backup is; None: the bot makes none."""
    archive_url: str = ""
    """Where others reach the archive on the web; empty: there is none."""
    replicas: Callable[[], Awaitable[Sequence[Replica]]] = _nobody
    """The processes that share the store, and what program each runs."""
    brief_templates: BriefTemplates = BriefTemplates()
    webhooks: WebhookClient | None = None
    """What sends events to webhook endpoints."""
    link: Callable[[str], str] = "https://t.me/policy_herald_bot?start={}".format
    """The address that opens the bot with a payload."""

    def today(self, chat: Chat) -> dt.date:
        """Return the day that it is in the time zone of a chat."""
        return self.clock().astimezone(ZoneInfo(chat.timezone)).date()

    async def today_in(self, chat: int) -> dt.date:
        """Return the day that it is in the time zone of the chat of an id."""
        return self.today(await self.store.chat(chat))

    async def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """Apply a pure function to a chat, and to when its digests come, which follows from its
        filters; return the result."""
        now = self.clock()
        return await self.store.change_chat(
            chat, lambda before: digests.reschedule(before, change(before), now)
        )


class Request(Struct, frozen=True):
    """A request: who asks, in which chat."""

    # Nothing of it is stored.

    chat: int
    """The chat that it is about: the one they speak in, or a group or channel that they set up
    from their private chat."""
    person: int | None = None
    """Their user id; None: an anonymous admin, or a channel."""
    thread: int | None = None
    """The topic of the group."""
    language: str | None = None
    """As the chat has it set, else as their Telegram is."""
    is_anonymous_admin: bool = False
    asked_from: int | None = None
    """Where they speak, when that is another chat."""
    texts: str = IN_ENGLISH
    """What texts are translated into for the chat (`reader_language.Reader.texts`)."""
    is_short: bool = False
    """Whether the chat has set that developments come in short."""

    @property
    def is_private(self) -> bool:
        """Return whether they are alone with the bot."""
        # Such a chat has its person's id, which is positive.
        return (self.asked_from or self.chat) > 0

    @property
    def locale(self) -> Locale:
        """Return the language to answer in."""
        return locale_for(self.language)

    def about_chat(self, data: str) -> str:
        """Return the data of a button of the answer, which name its chat where that is another than
        the one that is answered in."""
        return data if self.asked_from is None else of_chat(self.chat, data)

    def read(self, development: Development) -> Development:
        """Return a development in the words that whoever asks reads."""
        return as_read(development, Reader(self.language, self.texts))

    def gettext(self, text: str, /, **values: object) -> str:
        """Translate a text for whoever asks, and fill in its values."""
        return self.locale.gettext(text, **values)

    def reply(self, template: str, /, **values: object) -> Answer:
        """Answer with a template of `templates/chat`: for what has lines, conditions or lists."""
        return Answer(render.reply(template, self.locale, **values))

    def show(self, developments: Sequence[Development]) -> Answer:
        """Answer with developments as the chat is sent them: they come newest first, and are shown
        newest last."""
        if not developments:
            return self.say(NOTHING_YET)
        return Answer(
            tuple(
                render.development(self.read(each), self.locale, is_short=self.is_short)
                for each in reversed(developments)
            )
        )

    def say(self, *texts: str, **values: object) -> Answer:
        """Answer with sentences of the catalogues; the values are escaped."""
        return Answer((render.say(self.locale, *texts, **values),))

    def say_plural(self, one: str, many: str, n: int, /, **values: object) -> Answer:
        """Answer with a sentence about a number of things."""
        return Answer((render.say_plural(self.locale, one, many, n, **values),))

    def not_understood(self, args: str, *hints: str, **values: object) -> Answer:
        """Answer that arguments are not understood, with examples of some that are."""
        said = render.brief(args.strip())
        return self.say("I do not understand “{said}”.", *hints, said=said, **values)


NO_SUCH_DEVELOPMENT = N_(
    "There is no development <b>{number}</b> here. /latest shows the newest ones."
)
NOTHING_YET = N_(
    "Nothing is recorded yet that matches. You will hear of it when it comes; /search looks "
    "through everything there is."
)
