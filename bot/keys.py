"""Buttons as python-telegram-bot sends them."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.models import Buttons


def keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    """Rows of buttons under a message; None: there are none."""
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
