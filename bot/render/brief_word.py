"""A brief as a Word document (DOCX): headings that Word navigates by, footnotes that cite, words
marked with their languages, and a picture with its description."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import ConfigError
from bot.i18n import ENGLISH, Locale
from bot.models import Citation
from bot.models.brief import Brief, BriefDate, BriefRecord
from bot.render.brief_texts import (
    coverage_lines,
    heading,
    made,
    overview,
    period,
    place_name,
    theme_name,
)
from bot.render.dates_ahead import kind_label, plain_date, with_page
from bot.render.labels import (
    both_labels,
    country_label,
    medium_label,
    probable_themes,
    translation_note,
)
from bot.text import one_line, shorten

HEADINGS = {"Title": 22, "Subtitle": 11, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11}
"""Their sizes in points."""
INK = "14588F"
"""Their colour, with a contrast of 7 to 1 on white (WCAG 2.2, 1.4.6)."""
PICTURE = 15.5
"""The width of the picture in centimetres: that of the text of an A4 page."""
SUBJECT = 255
"""UTF-16 units of the subject of a document, as python-docx takes them."""


def word(brief: Brief, to: Locale = ENGLISH, template: str = "") -> bytes:
    """Return a brief as DOCX. `template`: a document whose styles it takes, and whose text it
    follows. Raises ConfigError where that cannot be read."""
    document = _open(template)
    _Brief(document, brief, to).write()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _open(template: str) -> Any:
    from docx import Document  # late: 150 ms that few need

    if not template:
        document = Document()
        _lay_out(document)
        return document
    try:
        return Document(io.BytesIO(Path(template).read_bytes()))
    except OSError as error:
        found = str(error.strerror).lower()
    except Exception:  # noqa: BLE001 - zipfile, lxml and python-docx raise errors of all kinds
        found = "no such document"
    raise ConfigError(template, found, "a Word document (.docx)") from None


def _lay_out(document: Any) -> None:
    """Set A4, with margins as wide as Word's own."""
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(10.5), Pt(4)
    for name, size in HEADINGS.items():  # Word's own blue is too pale for small letters
        font = document.styles[name].font
        font.color.rgb, font.size = RGBColor.from_string(INK), Pt(size)


class _Brief:
    """Writes one brief into a document."""

    def __init__(self, document: Any, brief: Brief, to: Locale) -> None:
        from bot.render.word_parts import WordWriter, set_language

        self._document, self._brief, self._to = document, brief, to
        self._writer = WordWriter(document)
        self._styles = {style.name for style in document.styles}
        set_language(document, str(to.cldr).replace("_", "-"))
        about = document.core_properties
        about.title = heading(to)
        about.subject = shorten(f"{period(brief, to)}: {brief.asked}", SUBJECT)
        about.author, about.comments = "Policy Herald", ""
        about.created = about.modified = brief.made.replace(tzinfo=None)

    def write(self) -> None:
        """Write all of it."""
        brief, to = self._brief, self._to
        self._paragraph(heading(to), "Title")
        self._paragraph(f"{brief.asked} · {period(brief, to)}", "Subtitle")
        for line in overview(brief, to):
            self._paragraph(line)
        if brief.chart:
            self._picture(brief.chart)
        self._records()
        self._dates_ahead()
        self._paragraph(to.gettext("Coverage"), "Heading 1")
        for line in coverage_lines(brief, to):
            self._paragraph(line, "List Bullet")
        self._paragraph(made(brief, to))

    def _records(self) -> None:
        for country in self._brief.countries:
            self._paragraph(place_name(country.code, self._to), "Heading 1")
            for theme in country.themes:
                self._paragraph(theme_name(theme.code, self._to), "Heading 2")
                for record in theme.records:
                    self._record(record)

    def _dates_ahead(self) -> None:
        if self._brief.ahead:
            self._paragraph(self._to.gettext("Dates ahead"), "Heading 1")
        for date in self._brief.ahead:
            self._date(date)

    def _paragraph(self, text: str, style: str = "Normal", language: str | None = None) -> Any:
        """Add a paragraph; in plain style where a template has none of the name."""
        from bot.render.word_parts import turn

        paragraph = self._document.add_paragraph(style=style if style in self._styles else None)
        self._writer.write(paragraph, text, language)
        turn(paragraph)
        return paragraph

    def _picture(self, png: bytes) -> None:
        from docx.shared import Cm

        from bot.render.word_parts import describe_picture

        self._document.add_picture(io.BytesIO(png), width=Cm(PICTURE))
        describe_picture(self._document, self._brief.chart_text)

    # -------------------------------------------------------------- a record

    def _record(self, record: BriefRecord) -> None:
        development, to = record.development, self._to
        title = self._paragraph(one_line(development.title), "Heading 3", record.language)
        self._writer.bookmark(title, _bookmark(record))
        if development.gloss:
            in_short = to.gettext_raw("In short (automatic): %(gloss)s")
            self._paragraph(in_short % {"gloss": development.gloss})
        if development.summary:
            self._paragraph(one_line(development.summary), language=record.language)
        if note := translation_note(development, to):
            self._paragraph(note).runs[0].italic = True
        self._sources(record)
        for label, value in self._fields(record):
            self._field(label, value)
        shown = one_line(development.summary)
        for date in development.ahead:
            if date.sentence not in shown:
                quotation = with_page(f"“{date.sentence}”", date.page, to)
                self._paragraph(quotation, "Quote", development.sources[0].language)

    def _fields(self, record: BriefRecord) -> Iterator[tuple[str, str]]:
        """Yield what a record says beside its text, as its message does."""
        development, to = record.development, self._to
        if development.date:
            yield to.gettext("Date of development"), f"{development.date:%d.%m.%Y}"
        if development.country:
            yield to.gettext("Country"), country_label(development.country, to)
        if development.themes:
            yield to.gettext("Thematic area(s)"), probable_themes(development, to)
        yield to.gettext("Development type"), both_labels(development.type, to)
        if development.ahead:
            dates = (f"{plain_date(one, to)} ({kind_label(one, to)})" for one in development.ahead)
            yield to.gettext("Dates ahead"), "; ".join(dates)
        if development.id:
            yield to.gettext("Number"), development.id

    def _field(self, label: str, value: str) -> Any:
        from docx.shared import Pt

        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        self._writer.write(paragraph, f"{label}: ").bold = True
        self._writer.write(paragraph, value)
        return paragraph

    def _sources(self, record: BriefRecord) -> None:
        """Write the publishers, each with the footnote that cites it."""
        paragraph = self._field(self._to.gettext("Source(s)"), "")
        for number, source in enumerate(record.development.sources):
            self._writer.write(paragraph, "; " if number else "")
            self._writer.write(paragraph, source.publisher)
            if source.publisher_native:
                self._writer.write(paragraph, " | ")
                self._writer.write(paragraph, source.publisher_native, source.language)
            if source.date:
                self._writer.write(paragraph, f" ({self._to.long_day(source.date)})")
            self._cite(self._writer.footnote(paragraph), source)

    def _cite(self, note: Any, source: Citation) -> None:
        writer = self._writer
        if source.url:
            writer.link(note, source.url, one_line(source.title_native), source.language)
        else:
            writer.write(note, one_line(source.title_native), source.language)
        if source.title_en and source.title_en != source.title_native:
            writer.write(note, " [")
            writer.write(note, one_line(source.title_en), "en")
            writer.write(note, "]")
        if medium := medium_label(source.medium, self._to):
            writer.write(note, f" ({medium})")
        if source.url:
            writer.write(note, f", {source.url}")

    def _date(self, each: BriefDate) -> None:
        paragraph = self._paragraph("", "List Bullet")
        label = f"{plain_date(each.date, self._to)} ({kind_label(each.date, self._to)}): "
        self._writer.write(paragraph, label).bold = True
        title = one_line(each.record.development.title)
        self._writer.cross_reference(paragraph, _bookmark(each.record), title, each.record.language)


def _bookmark(record: BriefRecord) -> str:
    return f"d_{record.notes[0]}"
