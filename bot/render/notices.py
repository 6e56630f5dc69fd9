"""Render notices to admins and to those who set up groups."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot.i18n import ENGLISH, Locale
from bot.models import Notice
from bot.models.buttons import Area
from bot.models.deliveries import Button, Message
from bot.render.templates import reply
from bot.text import shorten

REPORTED = 8
"""Developments that stand under notices."""
PATH = 30
"""Units of an address on a button."""


def notices(notices: Sequence[Notice], to: Locale = ENGLISH) -> tuple[Message, ...]:
    """Render notices in a language: a source that has moved in a message of its own, with what may
    be done about it; the others together, equal ones once, with how often they came. Under them
    stand the developments of which a reader finds a label wrong."""
    alike = [replace(notice, id=0) for notice in notices]
    moved = [notice for notice in alike if notice.kind == "source_moved" and not notice.is_over]
    others = [notice for notice in alike if notice not in moved]
    return (
        *(_notices_together(others, to) if others else ()),
        *(message for notice in moved for message in _notice_of_moved(notice, to)),
    )


def _notices_together(alike: Sequence[Notice], to: Locale) -> tuple[Message, ...]:
    counted = [(each, alike.count(each)) for n, each in enumerate(alike) if each not in alike[:n]]
    messages = reply("notices", to, counted=counted)
    reported = (str(one.values["development"]) for one in alike if one.kind == "label_reported")
    numbers = list(dict.fromkeys(reported))[:REPORTED]
    buttons = tuple((Button(number, f"{Area.NEWS}:wrong:{number}"),) for number in numbers)
    return (*messages[:-1], replace(messages[-1], buttons=buttons))


def _notice_of_moved(notice: Notice, to: Locale) -> tuple[Message, ...]:
    *before, last = reply("notices", to, counted=[(notice, 1)])
    return (*before, replace(last, buttons=tuple(_moved_buttons(notice.values, to))))


def _moved_buttons(values: Mapping[str, str | int], to: Locale) -> list[tuple[Button, ...]]:
    """Return the buttons under where a source may have gone; they name it, for others stand there
    as well."""
    source, number = values["source"], values["proposal"]
    others = [url for url in str(values["others"]).split("\n") if url]
    take = Button(
        to.gettext("{source}: read it there", source=source), f"{Area.SOURCES}:take:{number}:0"
    )
    also = [
        (
            Button(
                to.gettext("Also read {place}", place=_path(url)),
                f"{Area.SOURCES}:take:{number}:{n}",
            ),
        )
        for n, url in enumerate(others, 1)
    ]
    leave = Button(
        to.gettext("{source}: leave it", source=source), f"{Area.SOURCES}:leave:{number}"
    )
    return [(take,), *also, (leave,)]


def _path(url: str) -> str:
    """Return what tells an address from others of its site."""
    return shorten(url.partition("://")[2].partition("/")[2] or url, PATH)


def notice_line(notice: Notice) -> str:
    """Return a notice in English on one line, for a log or a terminal."""
    return " ".join(part.plain for part in notices([notice])).replace("\n", " ")
