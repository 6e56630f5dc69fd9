"""Send answers: to where they were asked for, and to a press to whoever pressed.

In a group or channel a button stands under a post that everybody reads. What one person asks there
is answered to that person, as an alert or in private; nothing is posted.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.chat.context import Answer, File, Request
from bot.models.deliveries import ALERT_LIMIT
from bot.models.deliveries import Message as ChatMessage
from bot.transport.sender import has_no_topic, keyboard, post_accepted

log = logging.getLogger(__name__)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | None
Post = Callable[[ParseMode | None, Markup], Awaitable[object]]
"""Sends a message in a parse mode, with a keyboard."""


async def send(bot: Bot, request: Request, answer: Answer) -> None:
    """Send an answer to where it was asked for; where that topic takes nothing any more, to the
    group itself."""
    try:
        await _put(bot, request, answer)
    except TelegramError as error:
        is_closed = isinstance(error, BadRequest) and has_no_topic(error)
        if request.thread is not None and is_closed:
            await send(bot, replace(request, thread=None), answer)
        else:
            log.warning("an answer did not arrive: %s", error)


async def _put(bot: Bot, request: Request, answer: Answer) -> None:
    pairs = _with_markup(request, answer)
    for number, (message, markup) in enumerate(pairs, 1):
        file = answer.file if number == len(pairs) else None
        await post_accepted(_post(bot, request, message, file), markup, None)


def _post(bot: Bot, request: Request, message: ChatMessage, file: File | None) -> Post:
    """Return a function that sends a message, as the caption of a file where there is one."""

    async def post(mode: ParseMode | None, markup: Markup) -> object:
        text = message.html if mode else message.plain
        options: dict[str, Any] = {
            "message_thread_id": request.thread, "parse_mode": mode, "reply_markup": markup
        }  # fmt: skip
        if file is None:
            return await bot.send_message(request.chat, text, **options)
        content = InputFile(file.content, filename=file.name)
        if file.is_picture:
            return await bot.send_photo(request.chat, content, text, **options)
        return await bot.send_document(request.chat, content, text, **options)

    return post


async def answer_press(
    bot: Bot, request: Request, query: CallbackQuery, answer: Answer, private: str
) -> None:
    """Answer the press of a button; `private` is the link that goes on with it in private."""
    # Telegram hides old messages from bots; in private, an edit shows whether it still may be made.
    pressed = query.message if isinstance(query.message, Message) else None
    if not (answer.in_place and answer.messages):
        pressed = None
    if not request.is_private:
        pressed = pressed if pressed and pressed.is_accessible else None
        answer = first_alone(answer) if pressed else to_person(answer, private)
    await _acknowledge(query, answer)
    if pressed:
        await _edit(bot, request, pressed, answer)
    else:
        await send(bot, request, answer)


def first_alone(answer: Answer) -> Answer:
    """Return an answer with its first message alone, which takes the place of another (pure)."""
    return replace(answer, messages=answer.messages[:1], file=None)


def to_person(answer: Answer, private: str) -> Answer:
    """Return an answer as only whoever pressed the button sees it: as it is where that needs no
    message, as an alert where it fits into one, else as the link that opens it in private
    (pure)."""
    silent = replace(answer, messages=(), buttons=(), file=None)
    if answer.toast or answer.url or not (answer.messages or answer.file):
        return silent
    text = "\n".join(message.plain for message in answer.messages)
    buttons = [button for row in answer.buttons for button in row]
    if buttons or answer.file or len(text) > ALERT_LIMIT:
        return replace(silent, url=next((one.url for one in buttons if one.url), private))
    return replace(silent, toast=text, is_alert=True)


async def _edit(bot: Bot, request: Request, pressed: Message, answer: Answer) -> None:
    """Replace the message whose button was pressed by the first of an answer, and send the rest;
    all of it where that message cannot be changed any more, unless others read along."""
    (message, markup), *_ = _with_markup(request, answer)
    rest = replace(answer, messages=answer.messages[1:])
    # An edited message takes inline buttons alone (Bot API, editMessageText).
    below = markup if isinstance(markup, InlineKeyboardMarkup) else None
    try:
        await pressed.edit_text(message.html, parse_mode=ParseMode.HTML, reply_markup=below)
    except BadRequest as error:
        # else it is a second press on the same button
        if "not modified" not in str(error).lower():
            log.info("a message could not be changed: %s", error)
            rest = answer if request.is_private else rest
    except TelegramError as error:
        log.warning("an answer did not arrive: %s", error)
    if rest.messages or rest.file:
        await send(bot, request, rest)


async def _acknowledge(query: CallbackQuery, answer: Answer) -> None:
    """End the button's waiting; Telegram refuses where the press is too old."""
    try:
        if answer.url:
            await _open(query, answer.url)
        else:
            await query.answer(answer.toast, show_alert=answer.is_alert or None)
    except TelegramError as error:
        log.info("a press could not be acknowledged: %s", error)


async def _open(query: CallbackQuery, url: str) -> None:
    """Let Telegram open a link; where it does not, show the link."""
    try:
        await query.answer(url=url)
    except BadRequest as error:
        if "url" not in str(error).lower():
            raise
        log.error("Telegram does not open %s: %s", url, error)
        await query.answer(url, show_alert=True)


def _with_markup(request: Request, answer: Answer) -> list[tuple[ChatMessage, Markup]]:
    """Return the messages of an answer with their buttons; those of the answer stand under the
    last."""
    last: Markup = _chat_picker(request) if answer.picks_chat else keyboard(answer.buttons)
    pairs: list[tuple[ChatMessage, Markup]] = [
        (message, keyboard(message.buttons)) for message in answer.messages
    ]
    if pairs and last:
        pairs[-1] = pairs[-1][0], last
    return pairs


def _chat_picker(request: Request) -> ReplyKeyboardMarkup:
    """Return the keyboard whose buttons let a person pick a channel or group that they run, and in
    which the bot is (Bot API, KeyboardButtonRequestChat)."""
    texts = {True: request.gettext("Pick a channel"), False: request.gettext("Pick a group")}
    buttons = [
        KeyboardButton(
            text,
            request_chat=KeyboardButtonRequestChat(
                int(is_channel), chat_is_channel=is_channel, bot_is_member=True, request_title=True
            ),
        )
        for is_channel, text in texts.items()
    ]
    return ReplyKeyboardMarkup([buttons], resize_keyboard=True, one_time_keyboard=True)
