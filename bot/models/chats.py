"""Chats, their filters and their settings."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct, field

from bot.models.developments import DevelopmentType


class Filter(Struct, frozen=True, kw_only=True):
    """What a chat follows: any of the countries AND any of the themes or topics AND any of the
    types AND any of the countries mentioned; an empty set stands for any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()
    mentions: frozenset[str] = frozenset()
    """Countries that are named beside the one it is about."""
    words: tuple[str, ...] = ()
    """Any of them must occur, as whole words, in the titles or the text."""
    without: tuple[str, ...] = ()
    """None of them may occur."""
    sources: frozenset[str] = frozenset()
    """Ids of sources."""
    less: frozenset[str] = frozenset()
    """Exclusions: `theme:return`, `type:Policy`, `country:CZ`, `source:cz-mv`."""
    references: frozenset[str] = frozenset()
    """Acts, bills and cases that are followed."""
    follows: str | None = None
    """The development under which what is followed comes as an answer."""
    name: str = ""
    """Its name, which the chat has chosen."""
    paused: bool = False
    thread: int | None = None
    """The topic of the group that it sends to; None: the group itself."""


class Recipient(Struct, frozen=True, gc=False):
    """A chat that wants a development, with the ids of its filters that do, and whether it waits
    for the chat's digest."""

    chat: int
    filters: tuple[int, ...]
    is_collected: bool


class Timetable(Struct, frozen=True, kw_only=True):
    """When a digest is sent, in the time zone of the chat."""

    every: Literal["day", "week"]
    minute: int = 8 * 60
    """Of the day."""
    weekday: int = 0
    """Of a weekly one: 0 is Monday."""


class FilterDraft(Struct, frozen=True, kw_only=True):
    """A filter that is being chosen with buttons."""

    number: int
    """Which of a chat's drafts it is: an older keyboard is told apart by it."""
    filter: Filter
    timetable: Timetable | None = None
    editing: int | None = None
    """The id of the filter that it changes; None: it is a new one."""


class Chat(Struct, frozen=True, kw_only=True):
    """A private chat, a group or a channel: its id and its settings, nothing about people."""

    id: int
    filters: tuple[Filter, ...] = ()
    paused: bool = False
    paused_until: dt.datetime | None = None
    """With `paused`: when it ends by itself; None: with /resume."""
    suspended: str | None = None
    """Why Telegram refuses what we send there; None: it does not."""
    away: dt.datetime | None = None
    """Since when it is paused or suspended: what matches meanwhile is offered afterwards."""
    language: str | None = None
    """One of `i18n.LANGUAGES`; None: as Telegram says at each visit."""
    timezone: str = "Europe/Brussels"
    """IANA."""
    timetable: Timetable | None = None
    """Of its digest; None: each development at once."""
    digest_due: dt.datetime | None = None
    digested: dt.datetime | None = None
    """When the last digest was put together."""
    urgent: frozenset[DevelopmentType] = frozenset()
    """With a digest: what comes at once all the same."""
    quiet: tuple[int, int] | None = None
    """Minutes of the day, on its own clocks, from and to which nothing is sent."""
    silent: bool = False
    """Whether messages come without a sound."""
    draft: FilterDraft | None = None
    drafts: int = 0
    """How many there were."""
    pending_question: str | None = field(default=None, name="asked")  # as it is stored
    """What the bot has asked; the next message is the answer."""
    is_invited: bool = False
    seen: dt.date | None = None
    """The last day, within a week, on which somebody has said or pressed something."""
    warned: dt.date | None = None
    """When they were asked whether they are still there."""
    speaks_for: int | None = None
    """A group or channel that is set up from this private chat."""
    speaks_for_title: str = ""
    removed: Filter | None = None
    """The filter that was removed last, for who changes their mind."""
    keeper: int | None = None
    """Of a group: the chat of the person who set it up, who hears when it cannot be written to."""
