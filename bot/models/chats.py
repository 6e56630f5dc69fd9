"""Chats: their settings, their filters, and what was changed of these."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct, field

from bot.models import DevelopmentType, SourceType
from bot.models.pace import Pace, ScheduledDigest


class Filter(Struct, frozen=True, kw_only=True):
    """What a chat follows: any of the countries AND any of the themes or topics AND any of the
    types AND so on; an empty set stands for any."""

    id: int = 0
    countries: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    types: frozenset[DevelopmentType] = frozenset()
    mentions: frozenset[str] = frozenset()  # countries that are named beside the one it is about
    words: tuple[str, ...] = ()  # any of them must occur, as whole words, in the titles or the text
    without: tuple[str, ...] = ()  # none of them may occur
    sources: frozenset[str] = frozenset()  # ids of sources
    source_types: frozenset[SourceType] = frozenset()
    less: frozenset[str] = frozenset()  # exclusions: `theme:return`, `country:CZ`, `source:cz-mv`
    references: frozenset[str] = frozenset()  # acts, bills and cases that are followed
    follows: str | None = None  # the development under which what is followed comes as an answer
    name: str = ""  # its name, which the chat has chosen
    paused: bool = False
    reminds: bool = True  # whether the chat is reminded of dates ahead
    thread: int | None = None  # the topic of the group that it sends to; None: the group itself
    pace: Pace | None = None  # when what it wants comes; None: as the chat has it (`Chat.pace`)


class FilterChange(Struct, frozen=True, kw_only=True):
    """A change of filters of a chat."""

    number: int
    at: dt.datetime
    person: int | None  # of a group: the user id of who made it; None: an anonymous admin
    before: tuple[Filter, ...]  # those that were changed or removed
    # The ids of the filters before these, which may be removed as well; None: it led.
    follows: tuple[int | None, ...] = ()
    after: tuple[Filter, ...]  # those that were changed or added


class LostChat(Struct, frozen=True, kw_only=True):
    """A group or channel that the bot was removed from."""

    chat: int
    title: str
    is_channel: bool
    at: dt.datetime


LOWEST_CHAT = -(2**53)
"""No id of Telegram is lower: its ids have at most 52 significant bits (Bot API, Chat)."""


def is_endpoint(recipient: int) -> bool:
    """Return whether the id of a recipient is that of a webhook endpoint, and not of a chat."""
    return recipient < LOWEST_CHAT


class Endpoint(Struct, frozen=True, kw_only=True):
    """An address outside of Telegram that is sent the events of one filter (docs/WEBHOOKS.md)."""

    url: str
    secret: str  # what its events are signed with
    filter: int  # the id of the filter, of the chat that keeps it (`Chat.keeper`)


class Recipient(Struct, frozen=True, gc=False):
    """A chat, or an endpoint, that wants a development."""

    chat: int
    filters: tuple[int, ...]  # ids of its filters that do
    is_collected: bool  # for a digest
    target: str = "en"  # what its texts are translated into (`reader_language.Reader.target`)


class FilterDraft(Struct, frozen=True, kw_only=True):
    """A filter that is being chosen with buttons."""

    number: int  # which of a chat's drafts it is: an older keyboard is told apart by it
    filter: Filter
    editing: int | None = None  # the id of the filter that it changes; None: it is a new one


class Chat(Struct, frozen=True, kw_only=True):
    """A private chat, a group or a channel: its id and its settings; of people only user ids."""

    id: int
    filters: tuple[Filter, ...] = ()
    paused: bool = False
    paused_until: dt.datetime | None = None  # when `paused` ends by itself; None: with /resume
    suspended: str | None = None  # why Telegram refuses what we send there; None: it does not
    away: dt.datetime | None = None  # since it is paused or suspended; what comes is offered later
    back: dt.datetime | None = None  # since it is neither any more; what came until then is offered
    language: str | None = None  # one of `i18n.LANGUAGES`; None: as Telegram says at each visit
    timezone: str = "Europe/Brussels"  # an IANA name
    pace: Pace = Pace()  # of the filters that have none of their own
    digests: tuple[ScheduledDigest, ...] = ()
    digest_due: dt.datetime | None = None  # when the next of them is to be composed
    urgent: frozenset[str] = frozenset()  # what comes at once all the same: `type:Legislative`
    quiet: tuple[int, int] | None = None  # minutes of its local day between which nothing is sent
    silent: bool = False  # whether messages come without a sound
    texts: str = "en"  # the language that texts are translated into; empty: none
    short: bool = False  # whether developments come without the block of sources and labels
    draft: FilterDraft | None = None
    drafts: int = 0  # how many there were
    # What the bot has asked, which the next message answers; it is stored under its old name.
    pending_question: str | None = field(default=None, name="asked")
    question_until: dt.datetime | None = None  # when it is too old to be answered
    typed: str = ""  # the last search that is too long for the buttons that turn its pages
    is_invited: bool = False
    seen: dt.date | None = None  # the last day, within a week, on which somebody used the bot
    warned: dt.date | None = None  # when they were asked whether they are still there
    speaks_for: int | None = None  # a group or channel that is set up from this private chat
    speaks_for_title: str = ""
    lost_chats: tuple[LostChat, ...] = ()  # set up from here, before the bot was removed from them
    # Of a group: the private chat that hears when it takes nothing; of an endpoint: the chat whose
    # filter it follows.
    keeper: int | None = None
    endpoint: Endpoint | None = None  # of an endpoint: it is kept as a chat of an id of its own
    filter_changes: tuple[FilterChange, ...] = ()  # the last ones, which can be undone

    def may_have(self, filter_id: int) -> bool:
        """Return whether a chat has a filter, or can get it back as its removal can be undone."""
        removed = (each for change in self.filter_changes for each in change.before)
        return any(each.id == filter_id for each in (*self.filters, *removed))
