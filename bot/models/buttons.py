"""What the data of buttons begin with, and which chat they are about.

The data are `<area>:<what to do>`, of at most `deliveries.BUTTON_LIMIT` bytes, and one file answers
the buttons of an area (`chat.callbacks`). Messages keep their buttons for years: where what follows
the area comes to mean something else, the area gets a new number.
"""

import re
from enum import StrEnum, unique


@unique
class Area(StrEnum):
    """What the data of a button begin with."""

    # of who runs the bot
    ADMIN = "a1"
    REVIEW = "v1"  # of a development whose labels are uncertain
    CORRECTION = "e1"  # of its labels, by who knows better
    SOURCES = "u1"
    # of news, and of what anybody may read
    NEWS = "n1"
    SAMPLE = "sample"
    OLDER = "l1"
    SEARCH = "s1"
    BRIEF = "b1"
    DEADLINES = "d1"
    MATTER = "j1"
    WHY = "y1"
    SOURCE_LIST = "p1"
    COVERAGE = "g1"
    READINGS = "z1"
    HELP = "h1"
    # of what a chat follows and has set
    SETUP = "setup"
    WIZARD = "w1"
    WEEKLY = "weekly"
    DOUBT = "q1"
    SHARED = "s"  # with its colon as long as the mark of a link, so that what fits one fits both
    SHARED_BEFORE = "take"
    FILTER = "f2"
    FILTER_LOG = "k1"
    ENDPOINT = "i1"
    PACE = "t2"
    SCHEDULE = "t1"
    SETTINGS = "o1"
    COMMAND = "c1"
    EXPORT = "x1"
    FORGET = "forget"
    ERASE = "erase"
    KEEP = "keep"
    OWN_CHAT = "here"


OF_ONE_CHAT = frozenset(Area) - {
    *(Area.ADMIN, Area.REVIEW, Area.CORRECTION, Area.SOURCES),
    *(Area.NEWS, Area.SAMPLE, Area.OLDER, Area.SEARCH, Area.BRIEF),
    *(
        Area.DEADLINES,
        Area.WHY,
        Area.MATTER,
        Area.READINGS,
        Area.SOURCE_LIST,
        Area.COVERAGE,
        Area.HELP,
    ),
    *(Area.SETUP, Area.FORGET, Area.OWN_CHAT),
}
"""The areas whose buttons are about the chat that they were shown for, and do nothing in another: a
private chat may speak for another one when a button is pressed than when it was shown."""

_OF_CHAT = "of"


def of_chat(chat: int, data: str) -> str:
    """Return the data of a button about another chat than the one that it is shown in:
    `of:<its id>:<area>:<what to do>`."""
    return f"{_OF_CHAT}:{chat}:{data}"


def parse(data: str) -> tuple[int | None, str, str]:
    """Return the chat that the data of a button name, if they do; its area; and what to do."""
    named = re.fullmatch(rf"{_OF_CHAT}:(-?[0-9]{{1,20}}):(.*)", data, re.DOTALL)
    area, _, rest = (named[2] if named else data).partition(":")
    return int(named[1]) if named else None, area, rest
