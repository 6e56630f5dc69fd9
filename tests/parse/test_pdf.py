"""PDFs in the place of an item's page."""

import datetime as dt
import time
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import parse
from bot.errors import ParseError
from bot.models import PageText
from bot.models.sources import Fetched, Item
from bot.parse import article, pdf
from bot.text import page_of, sentences
from tests.fakes.pdf import Line, make_pdf, stream, write_objects
from tests.samples import source

TODAY = dt.date(2025, 3, 20)

LAW = [
    "The government approved an amendment of the asylum act on Wednesday, which con-",
    "cerns returns, detention and the temporary protection of people who have fled.",
    "The amendment enters into force on 1 July 2025.",
]


def read(body: bytes) -> PageText:
    fetched = Fetched(url="https://ministry.example/act", body=body)
    return parse.parse_article_page(source(), fetched, "en", TODAY)


def test_a_pdf_is_told_by_its_bytes() -> None:
    body = make_pdf([LAW])
    assert read(body).medium == read(b"\r\n" + body).medium == "pdf"
    assert not pdf.is_pdf(b"<html>A file that begins with %PDF-1.7 is a PDF.</html>")


def test_lines_become_paragraphs_and_broken_words_whole() -> None:
    page = read(make_pdf([LAW]))
    assert sentences(page.text) == [
        "The government approved an amendment of the asylum act on Wednesday, which concerns "
        "returns, detention and the temporary protection of people who have fled.",
        "The amendment enters into force on 1 July 2025.",
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["die Aufent-", "haltserlaubnis"], "die Aufenthaltserlaubnis"),
        (["das Asyl-", "und Aufenthaltsrecht"], "das Asyl- und Aufenthaltsrecht"),
        (["in den EU-", "Staaten"], "in den EU-Staaten"),
        (["nach COVID-", "19 Wochen"], "nach COVID-19 Wochen"),
        (["well-known, and the well-", "known act"], "well-known, and the well-known act"),
        (["mladi\u00ad", "stvo"], "mladistvo"),
        (["o\ufb03cial \ufb01gures"], "official figures"),
        (["Novela obsahuje:", "• návraty", "• azyl"], "Novela obsahuje:\n• návraty\n• azyl"),
    ],
)  # fmt: skip
def test_words_at_the_ends_of_lines(lines: list[str], text: str) -> None:
    assert read(make_pdf([lines])).text == text


@pytest.mark.parametrize("text", ["המשרד פרסם את החוק החדש", "نشرت الوزارة القانون الجديد"])
def test_scripts_from_right_to_left_keep_their_order(text: str) -> None:
    drawn = text[::-1]  # from left to right, as everything is drawn
    assert read(make_pdf([[drawn]])).text == text


def test_columns_are_read_one_after_the_other() -> None:
    left = ["The ministry has changed the", "rules of family reunification."]
    right = ["Applications are received by", "the embassies from January."]
    columns = [Line(each, 72, down=100 + 15 * n) for n, each in enumerate(left)]
    columns += [Line(each, 320, down=100 + 15 * n) for n, each in enumerate(right)]
    assert sentences(read(make_pdf([columns])).text) == [" ".join(left), " ".join(right)]


def test_what_runs_along_all_pages_is_left_out() -> None:
    pages = [
        [
            "Ministry of the Interior",
            f"Asylum report – page {n}",
            f"Chapter {name} is long.",
            f"{n}",
        ]
        for n, name in enumerate(("one", "two", "three"), 1)
    ]
    text = read(make_pdf(pages)).text
    kept = [page.strip() for page in text.split("\f")]
    assert kept == [f"Chapter {name} is long." for name in ("one", "two", "three")]


def test_a_quotation_has_the_number_of_its_page() -> None:
    body = make_pdf([["Preface."], [], ["It concerns returns and deten-"], ["tion.", *LAW[2:]]])
    text = read(body).text
    assert page_of(text, "It concerns returns and detention.") == 3
    assert page_of(text, "… enters into force on 1 July 2025.") == 4
    assert page_of(text, "Somebody else's words") is None
    assert page_of("A text of one page.", "one page") is None


def test_the_title_is_its_own_or_what_is_printed_largest() -> None:
    big = [Line("Report on asylum", size=24), Line("in the year 2024", size=24), *LAW]
    assert read(make_pdf([big], "Asylum in 2024")).title == "Asylum in 2024"
    assert read(make_pdf([big], "Microsoft Word - zprava_final2.docx")).title == (
        "Report on asylum in the year 2024"
    )
    assert read(make_pdf([["Report on asylum", "", *LAW]])).title == "Report on asylum"
    assert read(make_pdf([LAW])).title == ""


def test_an_item_without_a_title_takes_that_of_its_pdf() -> None:
    page = PageText(title="Asylum in 2024", text="Text.", medium="pdf")
    url = "https://ministry.example/zprava_2024.pdf"
    items = [Item(source="cz", url=url, title=title) for title in (url, "zprava_2024.pdf", "Azyl")]
    titles = [article.complete_item(item, page).title for item in items]
    assert titles == ["Asylum in 2024", "Asylum in 2024", "Azyl"]
    assert article.complete_item(items[0], page).medium == "pdf"


def test_a_scan_is_said_to_be_one() -> None:
    assert read(make_pdf([[], []], scans=(1, 2))) == PageText(medium="scanned")
    stamped = make_pdf([["Signed by", "J. N."], []], scans=(1, 2))
    assert read(stamped) == PageText(medium="scanned")
    assert read(make_pdf([["\ue001\ue002\ue003 a"]])).medium == "scanned"
    assert read(make_pdf([["Short notice on asylum."]])).medium == "pdf"


def test_an_empty_password_opens_what_only_an_owner_has_locked() -> None:
    assert read(make_pdf([LAW], owner="secret")).text.startswith("The government")
    assert read(make_pdf([LAW], password="open", owner="secret")) == PageText(medium="locked")


def test_a_page_that_breaks_leaves_the_others() -> None:
    whole = make_pdf([["The first page stays."], ["Broken."], ["The third is the third."]])
    body = whole.replace(b"12 0 obj\n<< /Type /Page", b"12 0 obj\n<< /Type /Pagan", 1)
    assert page_of(read(body).text, "The third is the third.") in (2, 3)


# ------------------------------------------------------------------ hostile files

PAGE = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> >>"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def one_page(content: bytes, page: bytes = PAGE) -> bytes:
    return write_objects({1: CATALOGUE, 2: PAGES, 3: page, 4: content})


FONT = PAGE.replace(b"<< >>", b"<< /Font << /F << /Type /Font /Subtype /Type1 >> >> >>")


def hostile() -> dict[str, bytes]:
    """Small files that would take long, by what is wrong with them."""
    zeros = zlib.compress(zlib.compress(b" " * 100_000_000, 1), 9)
    return {
        "long word": one_page(stream(b"BT /F 9 Tf (%s ) Tj ET" % (b"a" * 200_000)), FONT),
        "long line": one_page(stream(b"BT /F 9 Tf (%s) Tj ET" % (b"\xad -" * 60_000)), FONT),
        "many words": one_page(stream(b"BT /F 9 Tf " + b"(ab) Tj " * 15_000), FONT),
        "bomb": one_page(
            b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
            % (len(zeros), zeros)
        ),
        "declared length": one_page(b"<< /Length 99999999999 >>\nstream\nBT ET\nendstream"),
        "operators": one_page(stream(b"q Q " * 3_000_000)),
        "nested arrays": one_page(stream(b"[" * 200_000)),
        "cyclic pages": write_objects(
            {1: CATALOGUE, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"}
        ),
        "shared pages": write_objects(
            {
                1: CATALOGUE,
                2: b"<< /Type /Pages /Kids [%s] /Count 1 >>" % (b"3 0 R " * 30_000),
                3: PAGE,
            }
        ),
        "cyclic reference": write_objects({1: CATALOGUE, 2: b"2 0 R"}),
        "cyclic forms": write_objects(
            {
                1: CATALOGUE,
                2: PAGES,
                3: b"<< /Type /Page /Contents 4 0 R /Resources << /XObject << /A 4 0 R >> >> >>",
                4: stream(b"/A Do " * 20, "/Type /XObject /Subtype /Form "
                          "/Resources << /XObject << /A 4 0 R >> >>"),
            }
        ),
        "object stream in itself": write_objects(
            {1: CATALOGUE, 2: stream(b"2 0 << >>", "/Type /ObjStm /N 1 /First 4 /Extends 2 0 R")}
        ),
        "cyclic tables": (
            b"%PDF-1.7\nxref\n0 0\ntrailer << /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF"
        ),
        "no table": b"%PDF-1.7\n" + b"1 0 obj\n" * 20_000,
        "nothing": b"%PDF-",
    }  # fmt: skip


def test_no_file_takes_long() -> None:
    for name, body in hostile().items():
        begun = time.monotonic()
        try:
            page = read(body)
        except ParseError:
            page = PageText()
        assert len(page.text) <= 50_000, name
        assert time.monotonic() - begun < 10, name


@given(st.binary(max_size=400), st.integers(0, 2000), st.integers(0, 60))
@example(b"", 0, 0)
def test_no_bytes_break_it(junk: bytes, at: int, length: int) -> None:
    """Whatever comes after the head, or in the place of some bytes of a good file."""
    good = make_pdf([LAW, LAW])
    for body in (b"%PDF-" + junk, good[: 8 + at] + junk + good[8 + at + length :]):
        try:
            page = read(body)
        except ParseError:
            continue
        assert len(page.text) <= 100_000
