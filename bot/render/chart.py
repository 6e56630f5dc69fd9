"""Developments by country and week, as a picture that a phone shows well (PNG).

Its background is opaque, so that it is legible in light and dark themes. It says what it shows and
of which time, so that it can be read where it is passed on without its message.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from bot.i18n import ENGLISH, N_, Locale
from bot.models import Development

WEEKS = 8
COUNTRIES = 12
"""As many as stay legible; the rest are one row."""
TITLE = N_("What you follow, by country and week")
OTHERS = "+"
"""Instead of a country: all that have no row of their own."""

_CELL, _ROW, _TOP, _MARGIN = 104, 76, 210, 36
_NAMES = 330
"""Pixels for the names of countries; with eight weeks the picture is as wide as Telegram keeps."""
_GROUND, _INK, _FAINT = (250, 250, 248), (34, 40, 49), (98, 106, 116)
_PALE, _DEEP, _EMPTY = (226, 236, 245), (20, 88, 150), (240, 240, 238)


class _Letters(NamedTuple):
    size: int
    ink: tuple[int, int, int]
    anchor: str = "lm"
    """Which of its points stands where it is written: the middle of its left side, or `mm`, its
    middle."""


_TITLE, _PERIOD, _COUNTRY = _Letters(46, _INK), _Letters(32, _FAINT), _Letters(32, _INK)
_WEEK = _Letters(26, _FAINT, "mm")

Rows = list[tuple[str | None, list[int]]]
"""Countries, each with its developments of each week; None: those of no country."""


def first_day(today: dt.date) -> dt.date:
    """Return the Monday with which the first of the last weeks begins."""
    return today - dt.timedelta(days=today.weekday(), weeks=WEEKS - 1)


def table(records: Iterable[Development], today: dt.date) -> tuple[list[dt.date], Rows]:
    """Return the Mondays of the last weeks, and for each country, the busiest first, its
    developments of each week."""
    mondays = [first_day(today) + dt.timedelta(weeks=week) for week in range(WEEKS)]
    counts: Counter[tuple[str | None, dt.date]] = Counter()
    for development in records:
        day = development.date or (development.recorded.date() if development.recorded else today)
        counts[development.country, day - dt.timedelta(days=day.weekday())] += 1
    countries = sorted({country for country, _ in counts}, key=lambda code: code or "")
    rows: Rows = [(country, [counts[country, week] for week in mondays]) for country in countries]
    rows = sorted((row for row in rows if any(row[1])), key=lambda row: -sum(row[1]))
    if len(rows) > COUNTRIES:
        rest = [sum(column) for column in zip(*(row for _, row in rows[COUNTRIES:]), strict=True)]
        rows = [*rows[:COUNTRIES], (OTHERS, rest)]
    return mondays, rows


def png(
    records: Iterable[Development], today: dt.date, to: Locale = ENGLISH, title: str = TITLE
) -> bytes | None:
    """Draw the chart as PNG in a language; None: there is nothing to show."""
    from PIL import Image, ImageDraw  # late: few chats ever see one

    mondays, rows = table(records, today)
    if not rows:
        return None
    left = _MARGIN + _NAMES
    size = (left + _CELL * WEEKS + _MARGIN, _TOP + _ROW * len(rows) + _MARGIN)
    image = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(image)
    total = sum(sum(counts) for _, counts in rows)
    period = f"{to.day(mondays[0])} – {to.day(today)} · {total}"
    _text(draw, (_MARGIN, 56), to.gettext(title), size[0] - 2 * _MARGIN, _TITLE)
    _text(draw, (_MARGIN, 116), period, size[0] - 2 * _MARGIN, _PERIOD)
    for column, monday in enumerate(mondays):
        at = (left + _CELL * column + _CELL // 2, _TOP - 28)
        _text(draw, at, to.short_day(monday), _CELL - 8, _WEEK)
    most = max(max(counts) for _, counts in rows)
    for number, (country, counts) in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW // 2
        _text(draw, (_MARGIN, middle), name(country, to), _NAMES - 20, _COUNTRY)
        _cells(draw, left, counts, most, middle)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def name(country: str | None, to: Locale) -> str:
    """Return the name of a row."""
    if country == OTHERS:
        return to.gettext("Other countries")
    return to.country(country) if country else to.gettext("No single country")


def _cells(draw: Any, start: int, counts: Sequence[int], most: int, middle: int) -> None:
    for column, count in enumerate(counts):
        left = start + _CELL * column + 4
        box = (left, middle - _ROW // 2 + 4, left + _CELL - 8, middle + _ROW // 2 - 4)
        share = count / most
        draw.rounded_rectangle(box, 10, fill=_tint(share) if count else _EMPTY)
        if count:
            ink = (255, 255, 255) if share > 0.5 else _INK
            at = (left + _CELL // 2 - 4, middle)
            _text(draw, at, str(count), _CELL - 16, _Letters(34, ink, "mm"))


def _text(draw: Any, at: tuple[int, int], text: str, width: int, letters: _Letters) -> None:
    """Write a text on one line, in smaller letters where it is too wide."""
    size = letters.size * min(1, width / _font(letters.size).getlength(text))
    draw.text(at, text, letters.ink, _font(int(size)), anchor=letters.anchor)


@lru_cache(maxsize=16)
def _font(size: int) -> Any:
    """Return the font, which has the letters of every language that the bot speaks."""
    from PIL import ImageFont

    data = files("bot").joinpath("data/fonts/DejaVuSans.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)


def _tint(share: float) -> tuple[int, ...]:
    tint = (round(pale + (deep - pale) * share) for pale, deep in zip(_PALE, _DEEP, strict=True))
    return tuple(tint)
