"""A brief as Word document and as Markdown."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from bot.errors import ConfigError
from bot.i18n import LANGUAGES, locale_for
from bot.models import DateAhead
from bot.models.brief import (
    Brief,
    BriefCountry,
    BriefCoverage,
    BriefDate,
    BriefRecord,
    BriefTheme,
)
from bot.render.brief_markdown import markdown
from bot.render.brief_word import word
from bot.render.chart import png
from tests.samples import NOW, citation, development

DAY = dt.date(2025, 1, 16)
AHEAD = DateAhead(
    kind="in_force", day=dt.date(2027, 1, 1), words="x", sentence="Platí od ledna.", page=3
)
RECORD = development(
    id="CZ-2025-0001",
    title="Cooperation against smuggling",
    sources=(
        citation(title_native="Spolupráce", title_en="Cooperation", language="cs", medium="pdf"),
        citation(title_native="Sněmovní tisk 123", language="cs", url=None),
    ),
    ahead=(AHEAD,),
)
ARABIC = development(title="نشرت الوزارة القانون", sources=(citation(language="ar"),))


def a_brief(*developments: Any, **facts: Any) -> Brief:
    records, first = [], 1
    for each in developments or (RECORD, ARABIC):
        notes = tuple(range(first, first + len(each.sources)))
        records.append(BriefRecord(each, "ar" if each is ARABIC else "en", notes))
        first += len(notes)
    values: dict[str, Any] = {
        "asked": "Czechia", "since": DAY, "until": DAY, "made": NOW,
        "countries": (BriefCountry("CZ", (BriefTheme("return", tuple(records)),)),),
        "notes": tuple(source for each in records for source in each.development.sources),
        "ahead": (BriefDate(AHEAD, records[0]),),
        "coverage": (BriefCoverage(country="CZ", sources=2, answering=1, failing=("Office",)),),
        "shown": len(records), "total": len(records),
        "chart": png([RECORD], DAY), "chart_text": "Czechia 1",
        **facts,
    }  # fmt: skip
    return Brief(**values)


def parts(document: bytes) -> dict[str, Any]:
    """The XML of a document by the names of its parts; each must be well-formed."""
    with zipfile.ZipFile(io.BytesIO(document)) as file:
        return {
            name: etree.fromstring(file.read(name))
            for name in file.namelist()
            if name.endswith((".xml", ".rels"))
        }


def texts(element: Any) -> str:
    return "".join(element.itertext(qn("w:t")))


def test_the_headings_are_those_that_word_navigates_by() -> None:
    document = Document(io.BytesIO(word(a_brief())))
    assert [
        (paragraph.style.name, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style and re.match("Title|Heading", str(paragraph.style.name))
    ] == [
        ("Title", "Migration and asylum: brief"),
        ("Heading 1", "Czechia"),
        ("Heading 2", "Return of former applicants"),
        ("Heading 3", "Cooperation against smuggling"),
        ("Heading 3", "نشرت الوزارة القانون"),
        ("Heading 1", "Dates ahead"),
        ("Heading 1", "Coverage"),
    ]


def test_footnotes_are_real_and_cite_each_source() -> None:
    read = parts(word(a_brief()))
    body, notes = read["word/document.xml"], read["word/footnotes.xml"]
    references = [each.get(qn("w:id")) for each in body.iter(qn("w:footnoteReference"))]
    cited = {note.get(qn("w:id")): texts(note) for note in notes}
    assert references == ["1", "2", "3"]
    assert cited["1"] == " Spolupráce [Cooperation] (PDF), https://mv.example/clanek"
    assert cited["2"] == " Sněmovní tisk 123"
    links = {each.get("Id"): each.get("Target") for each in read["word/_rels/footnotes.xml.rels"]}
    (first, _) = notes.iter(qn("w:hyperlink"))
    assert links[first.get(qn("r:id"))] == "https://mv.example/clanek"


def test_words_say_their_language_and_their_side() -> None:
    read = parts(word(a_brief(), locale_for("cs")))
    runs = {
        texts(run): run.find(qn("w:rPr"))
        for part in ("word/document.xml", "word/footnotes.xml")
        for run in read[part].iter(qn("w:r"))
    }
    assert runs["Spolupráce"].find(qn("w:lang")).get(qn("w:val")) == "cs"
    assert runs["Cooperation"].find(qn("w:lang")).get(qn("w:val")) == "en"
    arabic = runs["نشرت الوزارة القانون"]
    assert arabic.find(qn("w:rtl")) is not None
    assert arabic.find(qn("w:lang")).get(qn("w:bidi")) == "ar"
    assert next(read["word/styles.xml"].iter(qn("w:lang"))).get(qn("w:val")) == "cs"


def test_the_picture_is_described_and_dates_lead_to_their_records() -> None:
    body = parts(word(a_brief()))["word/document.xml"]
    (picture,) = body.iter(qn("wp:docPr"))
    assert picture.get("descr") == "Czechia 1"
    anchors = [each.get(qn("w:anchor")) for each in body.iter(qn("w:hyperlink"))]
    bookmarks = [each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))]
    assert [anchor for anchor in anchors if anchor] == bookmarks[:1]
    assert "“Platí od ledna.” (p. 3)" in texts(body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_say_the_same_in_every_language(language: str) -> None:
    to = locale_for(language)
    read = parts(word(a_brief(), to))
    paragraphs = [
        texts(paragraph)
        for part in ("word/document.xml", "word/footnotes.xml")
        for paragraph in read[part].iter(qn("w:p"))
    ]
    document = "\n".join(paragraphs)
    text = re.sub(r"[*\\]|\[\^\d+\]:?", "", markdown(a_brief(), to).decode())
    for label in ("Source(s)", "Date of development", "Dates ahead", "Coverage"):
        assert to.gettext(label) in document
        assert to.gettext(label) in text
    said = re.compile(r"\w+")
    assert set(said.findall(document)) == set(said.findall(text))


def test_markdown_has_a_footnote_for_each_source() -> None:
    text = markdown(a_brief()).decode()
    assert "### Return of former applicants\n\n#### Cooperation against smuggling\n" in text
    assert re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE) == ["1", "2", "3"]
    assert "[^1]: Spolupráce \\[" not in text
    assert "[^1]: Spolupráce [Cooperation] (PDF), <https://mv.example/clanek>" in text
    assert "- **1 January 2027** (in force): Cooperation against smuggling[^1]" in text


def test_a_template_of_word_keeps_its_text_styles_and_footnotes(tmp_path: Path) -> None:
    template = tmp_path / "paper.docx"
    template.write_bytes(word(a_brief(RECORD)))  # a document that has footnotes already
    read = parts(word(a_brief(ARABIC), template=str(template)))
    ids = [note.get(qn("w:id")) for note in read["word/footnotes.xml"]]
    assert ids == ["-1", "0", "1", "2", "3"]
    assert texts(read["word/document.xml"]).count("Migration and asylum: brief") == 2


def test_a_template_of_markdown_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    template = tmp_path / "own.md.j2"
    template.write_text("{{ heading }}: {{ brief.records | length }} ({{ period }})")
    assert markdown(a_brief(), template=str(template)) == (
        b"Migration and asylum: brief: 2 (16 January 2025)"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.docx", None), ("broken.docx", b"PK\x03\x04"), ("none.md", None),
        ("wrong.md", b"{% for %}"), ("wrong.md", b"{{ brief.nothing }}"), ("wrong.md", b"\xff"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_told(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    template = tmp_path / name
    if content is not None:
        template.write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(name)):
        (word if name.endswith(".docx") else markdown)(a_brief(), template=str(template))


@settings(max_examples=4)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=10, max_size=10))
def test_no_text_breaks_a_document(written: list[tuple[str, str]]) -> None:
    records = [
        development(
            title=title,
            summary=title,
            gloss=title,
            sources=(citation(title_native=title, url=f"https://x.example/{path}"),),
            ahead=(replace(AHEAD, sentence=title),),
        )
        for title, path in written
    ]
    assert "word/footnotes.xml" in parts(word(a_brief(*records, chart=None)))
    markdown(a_brief(*records))


def test_a_long_selection_is_cut_where_word_keeps_it_short() -> None:
    asked = "; ".join(f"Czechia, “detention {number}”" for number in range(40))
    document = Document(io.BytesIO(word(a_brief(asked=asked))))
    assert len(document.core_properties.subject) <= 255
    assert asked in document.paragraphs[1].text
