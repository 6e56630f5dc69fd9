"""The Transport on python-telegram-bot: its errors become Outcomes here and nowhere else."""

import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import httpx
from msgspec.structs import replace
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import Defaults, ExtBot

from bot.config.schema import TelegramConfig
from bot.errors import TokenRejectedError, UnreachableError
from bot.i18n import N_
from bot.models.deliveries import (
    Button,
    Buttons,
    Destination,
    Message,
    Moved,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Unknown,
)
from bot.ports.messenger import BeforeSend
from bot.text import redact
from bot.transport.bot_request import BotRequest
from bot.transport.newer_features import UNCHANGED
from bot.transport.rate_limiter import Notification, RateLimiter, seconds_of
from bot.transport.updates import UpdatesRequest

Bot = ExtBot[Notification]
Keys = TypeVar("Keys")
Posted = TypeVar("Posted")

log = logging.getLogger(__name__)

FRESH = 1.0
"""Seconds after an answer of Telegram in which it counts as reachable."""

# The request was certainly not written.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
_BAD_HTML = ("can't parse entities",)
_BAD_BUTTONS = ("button", "keyboard", "reply_markup", "reply markup")
_GONE = ("chat not found", "group chat was deactivated", "user is deactivated")
_NO_RIGHTS = (
    "not enough rights", "need administrator rights", "have no rights", "have no write access",
    "chat_write_forbidden",
)  # fmt: skip


def make_bot(
    config: TelegramConfig,
    rate_limiter: RateLimiter | None = None,
    updates_request: UpdatesRequest | None = None,
) -> Bot:
    """Make the bot through which everything is sent: rate-limited, without previews of links."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # else each flood warns of `retry_after` to come
    return ExtBot(
        config.token.reveal(),
        base_url=config.base_url,
        base_file_url=_file_url(config.base_url),
        request=BotRequest(config),
        get_updates_request=updates_request or UpdatesRequest(config),
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=rate_limiter or RateLimiter(),
    )


def _file_url(base_url: str) -> str:
    """Return where files lie on a Bot API server: `/file/bot` beside its `/bot`."""
    return f"{base_url.removesuffix('bot')}file/bot"


async def username(config: TelegramConfig) -> str:
    """Return the bot's user name. Raises TokenRejectedError and UnreachableError."""
    try:
        async with make_bot(config) as bot:
            return bot.username
    except InvalidToken:
        raise TokenRejectedError from None
    except TelegramError as error:
        raise UnreachableError(
            f"{redact(config.base_url)} does not answer as Telegram does: {error}"
        ) from None


class TelegramTransport:
    """Sends through a bot that has our rate limiter."""

    def __init__(self, bot: Bot, *, is_paid: bool = False) -> None:
        """`is_paid`: Telegram takes more than its usual messages a second, for Stars."""
        self._bot, self._is_paid = bot, is_paid or None
        self._answered = float("-inf")
        self._out = False

    def link(self, payload: str) -> str:
        """Return the URL that opens the bot with a payload."""
        return f"{self._bot.link}?start={payload}"

    async def reachable(self) -> bool:
        """Return whether Telegram answers getMe, which may be repeated."""
        if time.monotonic() - self._answered < FRESH:
            return True
        try:
            await self._bot.get_me()
        except InvalidToken:
            raise TokenRejectedError from None
        except TelegramError as error:
            self._note_outage(str(error))
            return False
        self._note_answer()
        return True

    async def send(
        self, destination: Destination, message: Message, starting: BeforeSend
    ) -> Outcome:
        """Send a message once. See `ports.Transport`."""
        chat, reply_to = destination.chat, destination.reply_to
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        options: dict[str, Any] = {
            "message_thread_id": destination.thread,
            "disable_notification": destination.silent or None,
            "reply_parameters": reply,
            "allow_paid_broadcast": self._is_paid,
            "rate_limit_args": Notification(starting),
        }

        async def post(mode: ParseMode | None, buttons: Buttons) -> int:
            text = message.html if mode else message.plain
            values = {**options, "parse_mode": mode, "reply_markup": keyboard(buttons)}
            if message.picture:
                sent = await self._bot.send_photo(chat, message.picture, text, **values)
            else:
                sent = await self._bot.send_message(chat, text, **values)
            return sent.message_id

        outcome = await self._call(post, message.buttons)
        if destination.thread and isinstance(outcome, Refused) and has_no_topic(outcome.reason):
            outcome = await self.send(replace(destination, thread=None), message, starting)
            return replace(outcome, topic_missing=True) if isinstance(outcome, Sent) else outcome
        return outcome

    async def edit(
        self, chat: int, message_id: int, message: Message, starting: BeforeSend
    ) -> Outcome:
        """Edit a message; may be repeated. See `ports.Transport`."""

        async def post(mode: ParseMode | None, buttons: Buttons) -> int:
            text = message.html if mode else message.plain
            try:
                await self._bot.edit_message_text(
                    text, chat, message_id, parse_mode=mode, reply_markup=keyboard(buttons),
                    rate_limit_args=Notification(starting),
                )  # fmt: skip
            except BadRequest as error:
                if UNCHANGED not in str(error).lower():
                    raise
            return message_id

        return await self._call(post, message.buttons)

    async def _call(
        self, post: Callable[[ParseMode | None, Buttons], Awaitable[int]], buttons: Buttons
    ) -> Outcome:
        """Post a message, and return what came of it."""
        try:
            message_id = await post_accepted(post, buttons, ())
        except TelegramError as error:
            outcome = outcome_of(error)
            if isinstance(outcome, Unknown | RetryLater) and not isinstance(error, RetryAfter):
                self._answered = float("-inf")
            return outcome
        self._note_answer()
        return Sent(message_id)

    def _note_outage(self, reason: str) -> None:
        if not self._out:
            log.warning("Telegram cannot be reached (%s); deliveries wait", reason)
        self._out = True

    def _note_answer(self) -> None:
        if self._out:
            log.warning("Telegram answers again")
        self._out = False
        self._answered = time.monotonic()


async def post_accepted(
    post: Callable[[ParseMode | None, Keys], Awaitable[Posted]], buttons: Keys, none: Keys
) -> Posted:
    """Post a message as HTML; as plain text, where Telegram cannot parse it, and without its
    buttons, where it refuses them. `none`: what stands for no buttons."""
    mode: ParseMode | None = ParseMode.HTML
    while True:
        try:
            return await post(mode, buttons)
        except BadRequest as error:
            if mode and _cannot_parse(error):
                mode = None
            elif buttons and _refuses_buttons(error):
                buttons = none
            else:
                raise


def outcome_of(error: TelegramError) -> Outcome:
    """Return the outcome that an error of python-telegram-bot means. Raises TokenRejectedError."""
    # Which error leaves it open whether the message arrived was measured against a strict server.
    # The order matters: `BadRequest` and `TimedOut` are `NetworkError`s.
    text = str(error).lower()  # python-telegram-bot capitalizes
    if isinstance(error, InvalidToken):
        raise TokenRejectedError from None
    if isinstance(error, RetryAfter):
        return RetryLater("Telegram's flood control", seconds_of(error))
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden | BadRequest):
        lacks_rights = _says(text, _NO_RIGHTS)
        gone = isinstance(error, Forbidden) or lacks_rights or _says(text, _GONE)
        return Refused(text, gone=gone, lacks_rights=lacks_rights)
    return _of_network(error, text)


def has_no_topic(error: TelegramError | str) -> bool:
    """Return whether Telegram refuses a message because its topic is closed or gone."""
    return _says(str(error).lower(), _NO_TOPIC)


def _cannot_parse(error: TelegramError) -> bool:
    """Return whether Telegram refuses the HTML of a message; log it as a mistake."""
    is_refused = isinstance(error, BadRequest) and _says(str(error).lower(), _BAD_HTML)
    if is_refused:
        log.error("Telegram cannot parse a message: %s", error)
    return is_refused


def _refuses_buttons(error: TelegramError) -> bool:
    """Return whether Telegram refuses a message because of its buttons; log it as a mistake."""
    is_refused = isinstance(error, BadRequest) and _says(str(error).lower(), _BAD_BUTTONS)
    if is_refused:
        log.error("Telegram refuses the buttons of a message: %s", error)
    return is_refused


def _says(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _of_network(error: TelegramError, text: str) -> Outcome:
    if isinstance(error.__cause__, _NOT_SENT):
        return RetryLater(text)
    if isinstance(error.__cause__, httpx.TimeoutException):
        return Unknown(N_("Telegram did not answer in time"))
    if isinstance(error.__cause__, httpx.HTTPError):
        return Unknown(N_("the connection broke before Telegram answered"))
    if not isinstance(error, NetworkError):
        return Unknown(N_("Telegram's answer was cut short"))
    return Refused(text) if "too large" in text else RetryLater(text)  # an answer, but a 5xx


def keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    """Return rows of buttons as python-telegram-bot sends them; None: there are none."""
    keys = [[_key(button) for button in row] for row in rows]
    return InlineKeyboardMarkup(keys) if keys else None


def _key(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text,
        button.url,
        button.data,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
        style=button.style,
    )
