"""/help: one screen, and what is behind its buttons."""

import pytest

from bot.chat import commands, help_screens
from bot.chat.context import Answer, Request
from bot.i18n import LANGUAGES
from bot.models.buttons import Area
from tests.fakes.telegram_html import visible

DESCRIPTIONS = {name: each.description for name, each in commands.COMMANDS.items()}
SCREEN = 20
"""Lines of a phone."""


def screens(request: Request) -> dict[str, Answer]:
    """What each button of the first screen shows."""
    buttons = [
        button for row in help_screens.first(request, DESCRIPTIONS).buttons for button in row
    ]
    found = {}
    for button in buttons:
        area, _, topic = str(button.data).partition(":")
        assert area == Area.HELP
        answer = help_screens.screen(request, DESCRIPTIONS, topic)
        assert answer, topic
        found[topic] = answer
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_one_screen_with_the_rest_behind_buttons(language: str) -> None:
    request = Request(1, language=language)
    first = help_screens.first(request, DESCRIPTIONS)
    (message,) = first.messages
    lines = visible(message.html).splitlines()
    assert sum(1 + len(line) // 36 for line in lines) <= SCREEN  # of 36 letters
    for answer in screens(request).values():
        assert len(answer.messages) == 1
        assert answer.in_place
        (back,) = answer.buttons[-1]
        assert help_screens.screen(request, DESCRIPTIONS, str(back.data).partition(":")[2]) == first


def test_every_command_is_on_the_screen_of_all() -> None:
    shown = screens(Request(1))
    told = shown["all"].messages[0].plain
    assert all(f"/{name} –" in told for name in commands.COMMANDS)
    in_topics = {name for _, names in help_screens.TOPICS.values() for name in names}
    assert in_topics <= set(commands.COMMANDS)


def test_a_screen_that_is_none_is_an_old_button() -> None:
    assert help_screens.screen(Request(1), DESCRIPTIONS, "nothing") is None
