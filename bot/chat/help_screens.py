"""/help: what one needs first on one screen, the rest behind buttons."""

from collections.abc import Mapping

from msgspec.structs import replace

from bot.chat.context import Answer, Request, rows
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.deliveries import Button

FIRST = ("subscribe", "filters", "latest", "search", "digest", "settings")
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "following": (
        N_("What you follow"),
        ("subscribe", "filters", "unsubscribe", "rename", "channel"),
    ),
    "reading": (
        N_("Look things up"),
        (
            *("latest", "search", "why", "seen", "changes"),
            *("stats", "export", "brief", "sources", "coverage"),
        ),
    ),
    "times": (
        N_("When messages come"),
        ("digest", "pause", "resume", "quiet", "timezone"),
    ),
    "chat": (
        N_("Settings and data"),
        ("settings", "language", "status", "privacy", "exportme", "forgetme"),
    ),
}
"""The screens of commands behind the first: their buttons, and their commands."""
WORDS = "words"


def first(request: Request, commands: Mapping[str, str]) -> Answer:
    """Return the screen that /help begins with; `commands` are all, with their descriptions."""
    topics = [
        Button(request.gettext(title), f"{Area.HELP}:{topic}")
        for topic, (title, _) in TOPICS.items()
    ]
    words = Button(request.gettext("How to write a filter"), f"{Area.HELP}:{WORDS}")
    every = Button(request.gettext("All commands"), f"{Area.HELP}:all")
    shown = {name: commands[name] for name in FIRST if name in commands}
    answer = request.reply("help", commands=shown)
    return replace(answer, buttons=(*rows(topics, 2), (words, every)), in_place=True)


def screen(request: Request, commands: Mapping[str, str], topic: str) -> Answer | None:
    """Return the screen behind a button; None: there is none of that name."""
    back = Button(request.gettext("◂ Help"), f"{Area.HELP}:first")
    if topic == "first":
        return first(request, commands)
    if topic == WORDS:
        answer = request.reply("help_words")
    elif topic == "all":
        answer = request.reply("help_commands", title=N_("All commands"), commands=commands)
    elif topic in TOPICS:
        title, names = TOPICS[topic]
        listed = {name: commands[name] for name in names if name in commands}
        answer = request.reply("help_commands", title=title, commands=listed)
    else:
        return None
    return replace(answer, buttons=((back,),), in_place=True)
