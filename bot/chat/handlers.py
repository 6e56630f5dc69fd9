"""Handle the updates that python-telegram-bot hands in, and answer each."""

import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

from msgspec.structs import replace
from telegram import (
    Document,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    MaybeInaccessibleMessage,
    Message,
    MessageOriginChannel,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType, ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import render
from bot.chat import (
    access,
    callbacks,
    commands,
    groups,
    messages,
    receiving,
    search,
    sending,
    source_changes,
)
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing.query import CommandCall, parse_command
from bot.errors import StoreError
from bot.i18n import locale_for
from bot.models import Development, Notice
from bot.reader_language import Reader, as_read
from bot.transport.updates import UNREADABLE

log = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
T = TypeVar("T")
Context = ContextTypes.DEFAULT_TYPE

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
INLINE_FRESH = 60
"""Seconds for which Telegram may give the same answer to the same words."""

_HERE = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED}


class Handlers:
    """Answers the updates of Telegram."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._errors_told: set[str] = set()

    def register(self, application: AnyApplication) -> None:
        """Add the handlers to an application."""
        new = filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                MessageHandler(new & filters.StatusUpdate.MIGRATE, self._migrated),
                MessageHandler(new & filters.StatusUpdate.CHAT_SHARED, self._picked_chat),
                MessageHandler(new & ~filters.StatusUpdate.ALL, self._message),
                CallbackQueryHandler(self._press),
                InlineQueryHandler(self._inline),
                ChatMemberHandler(self._membership),
                TypeHandler(Update, self._unreadable),
            ]
        )
        application.add_error_handler(_on_error)

    async def _message(self, update: Update, context: Context) -> None:
        """Answer a command, or any other text."""
        message = update.effective_message
        if message is None:
            return
        request, text = _request_of(message), message.text or message.caption or ""
        channel = _forwarded_from(message) if request.is_private else None
        is_admin = access.is_admin(self._context, request)
        answer: Awaitable[Answer] | None
        if channel:
            answer = messages.answer_forward(self._context, request, channel, text)
        elif message.document and is_admin and _is_list(message.document):
            answer = self._answer_file(request, message.document)
        else:
            answer = self._answer_to(request, text, context.bot.username)
        if answer:
            await self._send(context, request, answer)

    async def _answer_file(self, request: Request, document: Document) -> Answer:
        """Answer a file of an admin."""

        async def load() -> bytes:
            file = await document.get_file()
            return bytes(await file.download_as_bytearray())

        request, _ = await receiving.receive(self._context, request, in_asking_chat=True)
        return await source_changes.on_file(self._context, request, document.file_size or 0, load)

    async def _picked_chat(self, update: Update, context: Context) -> None:
        """Answer that a channel or group was picked."""
        message = update.effective_message
        if message and message.chat_shared:
            request, chat = _request_of(message), message.chat_shared.chat_id
            await self._send(context, request, messages.answer_chat(self._context, request, chat))

    async def _send(self, context: Context, request: Request, answer: Awaitable[Answer]) -> None:
        await sending.send(context.bot, request, await self._guarded(answer, request))

    def _answer_to(self, request: Request, text: str, username: str) -> Awaitable[Answer] | None:
        call = parse_command(text)
        if call and (request.is_private or _concerns(call, username)):
            return commands.answer(self._context, request, call.command, call.words)
        # people of a group talk to each other
        return messages.answer_text(self._context, request, text) if request.is_private else None

    async def _press(self, update: Update, context: Context) -> None:
        """Answer the press of a button, whatever its age."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        person, thread = query.from_user, _thread(query.message)
        request = Request(query.message.chat.id, person.id, thread, person.language_code)
        pending = callbacks.answer_press(self._context, request, query.data or "")
        answer = await self._guarded(pending, request)
        if answer is None:
            answer = callbacks.old_button(await self._in_language_of_chat(request))
        private = self._context.link(f"{groups.CONTINUED}{-request.chat}")
        await sending.answer_press(context.bot, request, query, answer, private)

    async def _guarded(self, answer: Awaitable[T], request: Request) -> T | Answer:
        """Return the answer, or say that there is none for now: one update that breaks must not
        stop the others."""
        try:
            return await answer
        except StoreError as error:
            log.error("an update could not be answered: %s", error)
        except Exception:
            log.exception("an update could not be answered")
        spoken = await self._in_language_of_chat(request)
        return spoken.say("Something went wrong on my side; it has been noted. Please try again.")

    async def _in_language_of_chat(self, request: Request) -> Request:
        """Return a request in the language that its chat has set, as far as that can be read."""
        try:
            chat = await self._context.store.chat(request.chat)
        except StoreError:
            return request
        return replace(request, language=chat.language or request.language)

    async def _inline(self, update: Update, context: Context) -> None:
        """Answer an inline query."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user
        chat = await self._context.store.chat(person.id)
        reader = Reader(chat.language or person.language_code, chat.texts)
        results, button = list[InlineQueryResultArticle](), None
        if await access.is_welcome(self._context, Request(person.id, person.id)):
            await receiving.read_wordings()
            today = self._context.today(chat)
            developments = await search.inline_results(self._context, query.query, today)
            results = [_inline_result(as_read(each, reader), reader) for each in developments]
        else:
            text = locale_for(reader.language).gettext(access.NOT_INVITED)
            button = InlineQueryResultsButton(text, start_parameter="inline")
        try:
            # Personal: it is in the language of one person, whom the next one may not be like.
            await query.answer(results, INLINE_FRESH, is_personal=True, button=button)
        except TelegramError as error:
            log.info("an inline query could not be answered: %s", error)

    async def _migrated(self, update: Update, context: Context) -> None:
        """Move the data of a group that became a supergroup with another id."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await self._context.store.move_chat(message.chat.id, message.migrate_to_chat_id)

    async def _membership(self, update: Update, context: Context) -> None:
        """Handle that the bot was blocked, unblocked, added or removed."""
        change = update.my_chat_member
        if change is None:
            return
        chat, now = change.chat, self._context.clock()
        was_here, is_here = (
            each.status in _HERE for each in (change.old_chat_member, change.new_chat_member)
        )
        if is_here:
            await self._context.store.unsuspend_chat(chat.id, now)
            await groups.on_added(self._context, chat.id)
        else:
            await self._context.store.suspend_chat(chat.id, "the bot was blocked or removed", now)
        if was_here and not is_here and chat.type != ChatType.PRIVATE:
            is_channel, title = chat.type == ChatType.CHANNEL, chat.title or ""
            await groups.on_removed(self._context, chat.id, title, now, is_channel=is_channel)
        if is_here and not was_here and chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            person = change.from_user
            request = Request(chat.id, person.id, language=person.language_code)
            greeting = await groups.greeting(self._context, request)
            await sending.send(context.bot, request, greeting)

    async def _unreadable(self, update: Update, context: Context) -> None:
        """Tell the admins, once for each kind of error, that updates are skipped."""
        error = update.api_kwargs.get(UNREADABLE)
        if error and error not in self._errors_told:
            self._errors_told.add(error)
            notice = Notice(kind="update_skipped", values={"error": error})
            await self._context.store.add_notice(notice)


def _inline_result(development: Development, reader: Reader) -> InlineQueryResultArticle:
    """Return a development as a result of an inline query."""
    to = locale_for(reader.language)
    message = render.development(development, to)
    title, description = render.inline_lines(development, to)
    return InlineQueryResultArticle(
        id=str(development.id),
        title=title,
        description=description,
        input_message_content=InputTextMessageContent(message.html, ParseMode.HTML),
    )


def _concerns(call: CommandCall, username: str) -> bool:
    """Return whether a command in a group is for this bot: by its name, or as one of its own."""
    if call.to:
        return call.to.lower() == username.lower()
    return call.command in commands.COMMANDS


def _request_of(message: Message) -> Request:
    """Return the request of a message."""
    # An anonymous admin speaks as the group itself.
    person, speaker = message.from_user, message.sender_chat
    return Request(
        chat=message.chat.id,
        person=person.id if person and speaker is None else None,
        thread=_thread(message),
        language=person.language_code if person else None,
        is_anonymous_admin=speaker is not None and speaker.id == message.chat.id,
    )


def _is_list(document: Document) -> bool:
    """Return whether a file may be a list of feeds (OPML), by its name or its media type."""
    name, kind = (document.file_name or "").lower(), (document.mime_type or "").lower()
    return name.endswith((".opml", ".xml")) or "opml" in kind or kind.endswith("xml")


def _forwarded_from(message: Message) -> int | None:
    """Return the id of the channel whose post a message forwards; None: it forwards none."""
    origin = message.forward_origin
    return origin.chat.id if isinstance(origin, MessageOriginChannel) else None


def _thread(message: MaybeInaccessibleMessage) -> int | None:
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id
    return None


async def _on_error(update: object, context: Context) -> None:
    log.error("an update could not be handled", exc_info=context.error)
