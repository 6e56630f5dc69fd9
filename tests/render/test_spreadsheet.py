"""The spreadsheet, read cell by cell as a spreadsheet program reads it."""

import datetime as dt
import io
import re
import zipfile
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models import Development
from bot.render import spreadsheet
from tests.samples import NOW, citation, development

HEADERS = [column.header for column in spreadsheet.COLUMNS]
NEWS = development(
    id="CZ-2025-0001",
    themes=("return", "general"),
    topics=("borders",),
    sources=(citation(), citation(publisher="Agency", url="https://agency.example/1")),
)


class Cell(NamedTuple):
    """A cell: what it shows, how a number is shown, and what it opens."""

    value: str | float
    number_format: str = ""
    link: str | None = None


class Sheet:
    """The only sheet of a workbook."""

    def __init__(self, file: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(file)) as book:
            parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}
        self.xml = parts["xl/worksheets/sheet1.xml"]
        strings = parts["xl/sharedStrings.xml"].iterfind("{*}si")
        self._strings = ["".join(each.itertext()) for each in strings]
        styles = parts["xl/styles.xml"]
        codes = {each.get("numFmtId"): each.get("formatCode") for each in
                 styles.iterfind(".//{*}numFmt")}  # fmt: skip
        self._formats = [codes.get(each.get("numFmtId")) for each in
                         styles.iterfind("{*}cellXfs/{*}xf")]  # fmt: skip
        rels = parts.get("xl/worksheets/_rels/sheet1.xml.rels", ElementTree.Element("none"))
        targets = {each.get("Id"): each.get("Target") for each in rels}
        self._links = {
            each.get("ref"): targets[next(v for k, v in each.items() if k.endswith("}id"))]
            for each in self.xml.iterfind(".//{*}hyperlink")
        }
        self.widths = [
            int(float(each.get("width", 0)))
            for each in self.xml.iterfind(".//{*}col")
            for _ in range(int(each.get("min", 0)), int(each.get("max", 0)) + 1)
        ]
        self.rows = [[self._cell(cell) for cell in row] for row in self.xml.iterfind(".//{*}row")]

    def _cell(self, cell: ElementTree.Element) -> Cell:
        value = cell.findtext("{*}v") or ""
        link = self._links.get(cell.get("r"))
        assert cell.find("{*}f") is None, "a formula"
        if cell.get("t") == "s":
            return Cell(self._strings[int(value)], link=link)
        return Cell(float(value) if value else "", self._formats[int(cell.get("s", 0))] or "", link)

    def of(self, header: str, row: int = 1, headers: list[str] = HEADERS) -> Cell:
        return self.rows[row][headers.index(header)]


def sheet(*records: Development, language: str = "en") -> Sheet:
    return Sheet(spreadsheet.xlsx(records, NOW, locale_for(language)))


def test_dates_are_dates() -> None:
    made = sheet(NEWS)
    for header in ("Date of development", "Published"):
        cell = made.of(header)
        assert isinstance(cell.value, float)
        assert dt.date(1899, 12, 30) + dt.timedelta(days=cell.value) == dt.date(2025, 1, 16)
        assert cell.number_format == "yyyy-mm-dd"
    assert sheet(development(date=None)).of("Date of development").value == ""


def test_names_stand_beside_codes() -> None:
    made = sheet(NEWS)
    assert made.of("Country").value == "Czechia"
    assert made.of("Country code").value == "CZ"
    themes = "Return of former applicants, General asylum and migration development"
    assert made.of("Thematic area(s)").value == themes
    assert made.of("Theme codes").value == "return general"
    assert (made.of("Language").value, made.of("Language code").value) == ("Czech", "cs")
    assert made.of("Further sources").value == "Agency: https://agency.example/1"


def test_addresses_open_and_nothing_else_does() -> None:
    title = "https://evil.example/ =HYPERLINK(1)"
    made = sheet(
        NEWS,
        development(title=title, sources=(citation(url="javascript:alert(1)"),)),
        development(sources=(citation(url=f"https://mv.example/{'x' * 2500}"),)),
        development(sources=(citation(url=None),)),
    )
    assert made.of("Link") == Cell("https://mv.example/clanek", link="https://mv.example/clanek")
    assert made.of("Title", 2) == Cell(title)
    assert made.of("Link", 2) == Cell("javascript:alert(1)")
    assert made.of("Link", 3).link is None
    assert made.of("Link", 4).value == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_and_names_are_in_the_readers_language(language: str) -> None:
    to = locale_for(language)
    made = sheet(NEWS, language=language)
    headers = [to.gettext(header) for header in HEADERS]
    assert [cell.value for cell in made.rows[0]] == headers
    assert len(set(headers)) == len(headers)
    assert made.of("Country").value == to.country("CZ")


def test_what_is_read_first_stays_in_sight_and_every_column_has_its_width() -> None:
    made = sheet(NEWS, NEWS)
    assert made.widths == [column.width for column in spreadsheet.COLUMNS]
    assert len(made.rows) == 3
    pane = made.xml.find(".//{*}pane")
    assert pane is not None
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("1", "1", "frozen")
    filtered = made.xml.find("{*}autoFilter")
    assert filtered is not None
    assert filtered.get("ref") == "A1:U3"


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=50)
@given(_TEXT, st.sampled_from(["", "=", "+", "-", "@", "{", "https://x.example/"]))
def test_a_cell_holds_its_text_and_no_formula(text: str, beginning: str) -> None:
    made = sheet(development(summary=beginning + text))
    shown = str(made.of("Summary").value)
    assert re.sub(r"_x005F_(?=x)", "_", shown).strip() == (beginning + text).strip()


def test_a_text_longer_than_a_cell_is_shortened() -> None:
    value = str(sheet(development(summary="Slovo. " * 9000)).of("Summary").value)
    assert 30_000 < len(value) <= 32_767


def test_no_development_at_all_is_a_sheet_of_headers() -> None:
    assert len(Sheet(spreadsheet.xlsx([], NOW, ENGLISH)).rows) == 1
