"""Developments by country and week, as a picture that a phone shows well (PNG).

Its background is opaque, so that it is legible in light and dark themes; countries are shown by
codes and weeks by numbers, so that it is the same in every language.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.models import Development

WEEKS = 8
COUNTRIES = 12
"""As many as stay legible; the rest are one row, `+`."""

_CELL, _ROW, _LEFT, _TOP, _MARGIN = 104, 76, 120, 90, 36
_GROUND, _INK, _FAINT = (250, 250, 248), (34, 40, 49), (120, 128, 138)
_PALE, _DEEP, _EMPTY = (226, 236, 245), (20, 88, 150), (240, 240, 238)


def table(
    records: Iterable[Development], today: dt.date
) -> tuple[list[dt.date], list[tuple[str, list[int]]]]:
    """Return the Mondays of the last weeks, and for each country, the busiest first, its
    developments of each week."""
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]
    counts: Counter[tuple[str, dt.date]] = Counter()
    for development in records:
        day = development.date or (development.recorded.date() if development.recorded else today)
        counts[development.country or "–", day - dt.timedelta(days=day.weekday())] += 1
    countries = sorted({country for country, _ in counts})
    rows = [(country, [counts[country, week] for week in mondays]) for country in countries]
    rows = sorted((row for row in rows if any(row[1])), key=lambda row: -sum(row[1]))
    if len(rows) > COUNTRIES:
        rest = [sum(column) for column in zip(*(row for _, row in rows[COUNTRIES:]), strict=True)]
        rows = [*rows[:COUNTRIES], ("+", rest)]
    return mondays, rows


def png(records: Iterable[Development], today: dt.date) -> bytes | None:
    """Draw the chart as PNG; None: there is nothing to show."""
    from PIL import Image, ImageDraw, ImageFont  # late: few chats ever see one

    mondays, rows = table(records, today)
    if not rows:
        return None
    size = (_LEFT + _CELL * WEEKS + _MARGIN, _TOP + _ROW * len(rows) + _MARGIN)
    image = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(image)
    small, large = ImageFont.load_default(28), ImageFont.load_default(36)
    for column, monday in enumerate(mondays):
        at = (_LEFT + _CELL * column + _CELL // 2, _TOP // 2 + 8)
        draw.text(at, f"{monday.day}.{monday.month}.", _FAINT, small, anchor="mm")
    most = max(max(counts) for _, counts in rows)
    for number, (country, counts) in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW // 2
        draw.text((_MARGIN, middle), country, _INK, large, anchor="lm")
        _cells(draw, large, counts, most, middle)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _cells(draw: Any, font: Any, counts: Sequence[int], most: int, middle: int) -> None:
    for column, count in enumerate(counts):
        left = _LEFT + _CELL * column + 4
        box = (left, middle - _ROW // 2 + 4, left + _CELL - 8, middle + _ROW // 2 - 4)
        share = count / most
        draw.rounded_rectangle(box, 10, fill=_tint(share) if count else _EMPTY)
        if count:
            ink = (255, 255, 255) if share > 0.5 else _INK
            draw.text((left + _CELL // 2 - 4, middle), str(count), ink, font, anchor="mm")


def _tint(share: float) -> tuple[int, ...]:
    tint = (round(pale + (deep - pale) * share) for pale, deep in zip(_PALE, _DEEP, strict=True))
    return tuple(tint)
