"""Every object of the Bot API that an update can bring to the bot, and what may be wrong with it.

They are made from the signatures of python-telegram-bot's classes: an object without an argument
that is required is one that it cannot decode.
"""

import copy
import datetime as dt
import functools
import inspect
import typing
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import telegram
from telegram import TelegramObject, Update
from telegram.warnings import PTBDeprecationWarning

from bot.chat.handlers import ALLOWED_UPDATES

Json = dict[str, Any]
Class = type[TelegramObject]

WRONG: tuple[Any, ...] = (
    None, "", "x", "\ud800", -1, 10**30, 1e300, True, [], [[]], [{}], {}, {"": 1},
)  # fmt: skip
"""Values that a field hardly ever has."""
PLAIN: dict[type, Any] = {
    str: "x",
    bool: True,
    int: 1,
    float: 1.0,
    dt.datetime: dt.datetime(2025, 1, 16, tzinfo=dt.UTC),
    dt.timedelta: dt.timedelta(seconds=1),
}


class Place(NamedTuple):
    """Where an object stands in another one."""

    parent: Class
    key: str
    lists: int
    """How many lists are around it."""


def lacking() -> Iterator[Json]:
    """Each object, in an update, with each field of its plainest form taken out."""
    for cls, place in places().items():
        for key in plain(cls):
            fields = plain(cls)
            del fields[key]
            yield _update(fields, place)


def distorted() -> Iterator[Json]:
    """Each object, in an update, with each of the wrong values in each of these fields."""
    for cls, place in places().items():
        for key in plain(cls):
            for value in WRONG:
                yield _update({**plain(cls), key: value}, place)


@functools.cache
def places() -> dict[Class, Place]:
    """Each class of objects, by the shortest way from an update to it."""
    found: dict[Class, Place] = {}
    waiting = [(Update, each) for each in ALLOWED_UPDATES]
    for parent, name in waiting:
        hint = _hints(parent)[name]
        for cls in _classes(hint):
            if cls not in found:
                found[cls] = Place(parent, _key(name), str(hint).count("Sequence"))
                waiting += [(cls, each) for each in _hints(cls)]
    return found


def plain(cls: Class) -> Json:
    """An object with its required fields alone, as JSON."""
    return copy.deepcopy(_plain(cls))


@functools.cache
def _plain(cls: Class) -> Json:
    return _instance(cls).to_dict()


def _instance(cls: Class) -> TelegramObject:
    arguments, hints = inspect.signature(cls).parameters.values(), _hints(cls)
    required = {
        each.name: _value(hints[each.name]) for each in arguments if each.default is each.empty
    }
    try:
        return cls(**required)
    except TypeError:  # a few are required although they have a default: the Bot API added them
        more = {name: _value(hint) for name, hint in hints.items() if not _classes(hint)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        return cls(**{**more, **required})


def _value(hint: Any) -> Any:
    if "Sequence" in str(hint):
        return [_value(typing.get_args(hint)[0])]
    if classes := _classes(hint):
        return _instance(classes[0])
    return next(
        (value for cls, value in PLAIN.items() if cls in (hint, *typing.get_args(hint))), None
    )


def _update(fields: Json, place: Place) -> Json:
    """An update, but for its number, with an object at its place."""
    value: Any = fields
    for _ in range(place.lists):
        value = [value]
    if place.parent is Update:
        return {str(place.key): value}
    return _update({**plain(place.parent), place.key: value}, places()[place.parent])


@functools.cache
def _hints(cls: Class) -> dict[str, Any]:
    hints = typing.get_type_hints(cls.__init__, localns=vars(telegram))
    return {
        name: hints[name]
        for name in inspect.signature(cls).parameters
        if name in hints and name != "api_kwargs"
    }


def _classes(hint: Any) -> list[Class]:
    """The classes of objects in a type, and those that are derived from them."""
    if isinstance(hint, type) and issubclass(hint, TelegramObject):
        return [hint, *(each for child in hint.__subclasses__() for each in _classes(child))]
    return [each for part in typing.get_args(hint) for each in _classes(part)]


def _key(name: str) -> str:
    return "from" if name == "from_user" else name
