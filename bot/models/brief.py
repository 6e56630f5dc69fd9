"""A brief: the developments of a period, by country and theme."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from bot.models import Citation, DateAhead, Development


class BriefRecord(Struct, frozen=True):
    """A development in the words of who reads the brief."""

    development: Development
    language: str | None  # of these words (BCP 47)
    notes: tuple[int, ...]  # the numbers (from 1) of those that cite its sources, in their order


class BriefTheme(Struct, frozen=True):
    """The records of a country whose first theme is the same, the newest first."""

    code: str
    records: tuple[BriefRecord, ...]


class BriefCountry(Struct, frozen=True):
    """The records of a country; `code` None: those of no single one."""

    code: str | None
    themes: tuple[BriefTheme, ...]


class BriefDate(Struct, frozen=True):
    """A date to come, and the record that tells it."""

    date: DateAhead
    record: BriefRecord


class BriefCoverage(Struct, frozen=True, kw_only=True):
    """What was read of a country; `country` None: the sources that report on several."""

    country: str | None
    sources: int
    answering: int
    failing: tuple[str, ...] = ()  # the publishers that did not answer when they were last asked
    off: tuple[str, ...] = ()  # those that are not asked
    silent: bool = False  # whether the brief has nothing of it


class Brief(Struct, frozen=True, kw_only=True):
    """The developments of a period, by country and theme, with what is ahead and what was read."""

    asked: str  # which developments it is of, in the words of who reads it
    since: dt.date
    until: dt.date
    made: dt.datetime
    countries: tuple[BriefCountry, ...]
    notes: tuple[Citation, ...]
    ahead: tuple[BriefDate, ...]
    coverage: tuple[BriefCoverage, ...]
    shown: int
    total: int  # with those that did not fit
    chart: bytes | None = None  # PNG: by country and week
    chart_text: str = ""  # what it shows, in words

    @property
    def translated(self) -> int:
        """Return how many of the records have words that an engine has written."""
        return sum(record.development.translated_by is not None for record in self.records)

    @property
    def records(self) -> tuple[BriefRecord, ...]:
        """Return all records, in the order of the brief."""
        return tuple(
            record
            for country in self.countries
            for theme in country.themes
            for record in theme.records
        )


class BriefTemplates(Struct, frozen=True):
    """The files of an operator's own templates; empty: the built-in ones."""

    word: str = ""
    markdown: str = ""
