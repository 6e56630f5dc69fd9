"""Buttons as python-telegram-bot sends them; and its errors about topics."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.models.deliveries import Buttons

_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")


def has_no_topic(error: TelegramError | str) -> bool:
    """Return whether Telegram refuses a message because its topic is closed or gone."""
    return any(words in str(error).lower() for words in _NO_TOPIC)


def keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    """Return rows of buttons as python-telegram-bot sends them; None: there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url, callback_data=button.data)
                for button in row
            ]
            for row in rows
        ]
    )
