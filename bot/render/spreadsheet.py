"""Developments as a spreadsheet (XLSX) that a person opens: dates that are dates, names beside
codes, addresses that open."""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from bot import taxonomy
from bot.i18n import N_, Locale
from bot.models import Development
from bot.render.dates_ahead import plain_dates
from bot.text import one_line, shorten

TEXT_LIMIT = 32_000
"""Units of a cell; Excel takes 32,767."""
URL_LIMIT = 2_000
"""Characters of an address that opens; Excel takes 2,079."""
URLS_LIMIT = 65_000
"""Addresses of a sheet that open; Excel takes 65,530. The others are text."""
HEADER_HEIGHT = 34
"""Points: two lines, for headers wider than their columns."""
ROW_HEIGHT = 48
"""Points: three lines, so that many rows are seen at a time; the cell holds the whole text."""

Value = str | dt.date | None


class Column(Struct, frozen=True):
    """A column: its header, its width in characters, and its values."""

    header: str
    width: int
    value: Callable[[Development, Locale], Value]


def xlsx(records: Sequence[Development], now: dt.datetime, to: Locale) -> bytes:
    """Return developments as a workbook with one sheet, its headers and names in a language."""
    import xlsxwriter  # type: ignore[import-untyped] # late: few ever ask for it

    buffer = io.BytesIO()
    # No cell becomes a formula or a link by itself: what a feed says is text.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        title = to.gettext("Developments")
        book.set_properties({"title": title, "author": "Policy Herald", "created": now})
        sheet = book.add_worksheet(title[:31])
        _lay_out(book, sheet, len(records), to)
        write = _writer(book, sheet)
        for number, record in enumerate(records, 1):
            sheet.set_row(number, ROW_HEIGHT)
            for place, column in enumerate(COLUMNS):
                write(number, place, column.value(record, to))
    return buffer.getvalue()


def _lay_out(book: Any, sheet: Any, count: int, to: Locale) -> None:
    """Write the headers, and set what stays in sight and what is printed."""
    bold = book.add_format(
        {
            "bold": True,
            "font_color": "white",
            "bg_color": "#14588F",
            "valign": "vcenter",
            "text_wrap": True,
        }
    )
    sheet.set_row(0, HEADER_HEIGHT)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, to.gettext(column.header), bold)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _writer(book: Any, sheet: Any) -> Callable[[int, int, Value], None]:
    """Return what writes a value into a cell of its kind."""
    common = {"valign": "top", "bottom": 1, "bottom_color": "#D9D9D9"}
    text = book.add_format({**common, "text_wrap": True})
    day = book.add_format({**common, "num_format": "yyyy-mm-dd", "align": "left"})
    link = book.add_format({**common, "font_color": "#14588F", "underline": 1})
    urls = 0

    def write(row: int, place: int, value: Value) -> None:
        nonlocal urls
        if isinstance(value, dt.date):
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), day)
        elif _opens(value) and urls < URLS_LIMIT:
            urls += 1
            sheet.write_url(row, place, value, link)
        elif value:
            sheet.write_string(row, place, shorten(value, TEXT_LIMIT), text)
        else:
            sheet.write_blank(row, place, None, text)

    return write


def _opens(value: Value) -> bool:
    """Return whether a text is an address that a cell can open."""
    is_address = isinstance(value, str) and value.startswith(("https://", "http://"))
    return is_address and len(str(value)) <= URL_LIMIT and not any(map(str.isspace, str(value)))


def _labels(facet: taxonomy.Facet, codes: Iterable[str], to: Locale) -> str:
    return ", ".join(to.gettext(taxonomy.label(facet, code)) for code in codes)


def _others(record: Development, to: Locale) -> str:
    """Return the sources after the first, one on a line."""
    cited = ((each.publisher, each.url) for each in record.sources[1:])
    return "\n".join(": ".join(filter(None, each)) for each in cited)


def _language(record: Development, to: Locale) -> str | None:
    code = record.sources[0].language
    return to.language(code) if code else None


COLUMNS = (
    Column(N_("Number"), 14, lambda record, to: record.id),
    Column(N_("Date of development"), 13, lambda record, to: record.date),
    Column(N_("Country"), 16, lambda record, to: record.country and to.country(record.country)),
    Column(N_("Country code"), 10, lambda record, to: record.country),
    Column(N_("Title"), 60, lambda record, to: one_line(record.title)),
    Column(N_("Summary"), 70, lambda record, to: record.summary),
    Column(N_("Thematic area(s)"), 32, lambda record, to: _labels("theme", record.themes, to)),
    Column(N_("Theme codes"), 18, lambda record, to: " ".join(record.themes)),
    Column(N_("Topics"), 26, lambda record, to: _labels("topic", record.topics, to)),
    Column(N_("Topic codes"), 18, lambda record, to: " ".join(record.topics)),
    Column(N_("Development type"), 16, lambda record, to: to.gettext(record.type)),
    Column(N_("Publisher"), 30, lambda record, to: record.sources[0].publisher),
    Column(N_("Publisher's own name"), 30, lambda record, to: record.sources[0].publisher_native),
    Column(N_("Published"), 13, lambda record, to: record.sources[0].date),
    Column(N_("Title as published"), 60, lambda record, to: record.sources[0].title_native),
    Column(N_("Title in English"), 60, lambda record, to: record.sources[0].title_en),
    Column(N_("Language"), 14, _language),
    Column(N_("Language code"), 10, lambda record, to: record.sources[0].language),
    Column(N_("Link"), 50, lambda record, to: record.sources[0].url),
    Column(N_("Further sources"), 50, _others),
    Column(N_("Dates ahead"), 40, plain_dates),
)
