import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import render, taxonomy
from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models import Change, Confidence, Development, Provenance
from bot.models.chats import Filter
from bot.models.deliveries import COPY_LIMIT
from bot.render import export
from bot.render.citation import ris
from tests.fakes.telegram_html import entities, utf16_length, visible
from tests.samples import NOW, citation, development

ALBANIA = development(
    id="CZ-2025-0001",
    title="Albanian and Czech ministers discuss cooperation",
    summary="The two ministers met in Prague.",
    sources=(
        citation(
            title_native="Spolupráce v boji",
            title_en="Cooperation in the fight",
            url="https://mv.example/a?b=1&c=2",
        ),
    ),
)

LAYOUT = """\
🇨🇿 Czechia · General · Policy · CZ-2025-0001
Albanian and Czech ministers discuss cooperation

The two ministers met in Prague.

Source(s)
Ministry of the Interior | Ministerstvo vnitra (16 January 2025), \
Spolupráce v boji [Cooperation in the fight]

Date of development: 16.01.2025
Country: Czechia
Thematic area(s): General asylum and migration development
Development type: Policy"""


def test_a_development_is_laid_out_as_the_contract_says() -> None:
    message = render.development(ALBANIA)
    assert visible(message.html) == LAYOUT
    assert [entity.url for entity in entities(message.html) if entity.url] == [
        "https://mv.example/a?b=1&c=2"
    ]
    assert message.plain == LAYOUT.replace("fight]", "fight] (https://mv.example/a?b=1&c=2)")


def test_an_empty_field_is_left_out() -> None:
    bare = development(
        summary="", date=None, country=None, sources=(citation(publisher_native=None, date=None),)
    )
    assert visible(render.development(bare).html) == (
        "General · Policy\nSpolupráce v boji\n\nSource(s)\nMinistry of the Interior, mv.example\n\n"
        "Thematic area(s): General asylum and migration development\nDevelopment type: Policy"
    )


def test_an_english_title_is_not_said_twice() -> None:
    english = development(sources=(citation(title_native="Same", title_en="Same"),))
    assert "[" not in visible(render.development(english).html)


@pytest.mark.parametrize(
    ("changes", "cited"),
    [
        ({}, ", mv.example"),
        ({"url": "https://www.mv.example:8080/a"}, ", mv.example"),
        ({"url": f"https://{'x' * 90}.example/a"}, f", {'x' * 79}…"),
        ({"url": "https://[::1/a"}, ", https://[::1/a"),
        ({"url": None}, ""),
        ({"title_native": "Jiný titulek"}, ", Jiný titulek"),
        ({"title_native": "Jiný titulek", "url": None}, ", Jiný titulek"),
        ({"title_en": "Cooperation"}, ", Spolupráce v boji [Cooperation]"),
    ],
)
def test_a_native_title_that_stands_above_is_not_said_again(
    changes: dict[str, Any], cited: str
) -> None:
    seen = visible(render.development(development(sources=(citation(**changes),))).html)
    (line,) = (line for line in seen.splitlines() if line.startswith("Ministry"))
    assert line == f"Ministry of the Interior | Ministerstvo vnitra (16 January 2025){cited}"


def test_a_short_message_has_two_sentences_and_the_link() -> None:
    record = replace(ALBANIA, summary="First sentence. Second one. Third one.")
    message = render.development(record, is_short=True, wanting=[Filter(id=1), Filter(id=2)])
    assert message.html == (
        "🇨🇿 Czechia · General · Policy · CZ-2025-0001\n"
        "<b>Albanian and Czech ministers discuss cooperation</b>\n\n"
        "First sentence. Second one.\n\n"
        '<a href="https://mv.example/a?b=1&amp;c=2">Ministry of the Interior</a>'
    )
    assert message.buttons == render.development(record).buttons


def test_a_short_message_says_whose_words_it_has() -> None:
    translated = replace(
        ALBANIA, translated_by="DeepL", provenance=Provenance(title="machine", summary="machine")
    )
    assert "Machine-translated (DeepL)" in render.development(translated, is_short=True).plain


def test_a_long_summary_folds_away() -> None:
    message = render.development(development(summary="Věta. " * 100))
    assert "expandable_blockquote" in {entity.type for entity in entities(message.html)}


anything = st.text(max_size=3000) | st.text(alphabet="<>&\"' /ab💥", max_size=5000)
records = st.builds(
    development,
    title=anything,
    summary=anything,
    sources=st.lists(
        st.builds(
            citation,
            publisher=anything,
            publisher_native=st.none() | anything,
            title_native=anything,
            title_en=st.none() | anything,
            url=st.none() | st.just("https://x.example/" + "ž" * 1900) | st.just('https://x/"<>&'),
        ),
        min_size=1,
        max_size=12,
    ).map(tuple),
    date=st.none() | st.dates(),
    id=st.none() | st.just("CZ-2025-0001"),
    country=st.none() | st.sampled_from(["CZ", "BA", "EU", "XX"]),
    themes=st.lists(st.sampled_from(["general", "return", "nonsense"]), max_size=2).map(tuple),
    topics=st.lists(st.sampled_from(taxonomy.topics()), max_size=3, unique=True).map(tuple),
    confidence=st.none()
    | st.builds(Confidence, themes=st.lists(st.floats(0, 1), max_size=2).map(tuple)),
)


@given(records, st.sampled_from(LANGUAGES), st.sampled_from(["", "Is this right?"]), st.booleans())
def test_any_text_whatever_gives_a_message_that_telegram_takes(
    record: Development, language: str, note: str, is_short: bool
) -> None:
    to = locale_for(language)
    message = render.development(record, to, note=note, is_short=is_short)
    seen = visible(message.html)
    assert utf16_length(seen) <= 4096
    assert len(message.html.encode()) <= 32_768
    assert seen.startswith(f"{render.head_line(record, to)}\n")
    assert utf16_length(message.plain) <= 4096
    assert message.plain.startswith(f"{render.head_line(record, to)}\n")
    kind = to.gettext("Policy")
    label = kind if kind == "Policy" else f"{kind} (Policy)"
    assert (f"\n{to.gettext('Source(s)')}\n" in seen) is not is_short
    assert (f"{to.gettext('Development type')}: {label}" in seen) is not is_short


@given(st.lists(records, max_size=20), st.sampled_from(LANGUAGES))
def test_each_line_of_a_list_begins_with_its_head_line(
    made: list[Development], language: str
) -> None:
    to = locale_for(language)
    messages = render.headlines(made, to, "https://t.me/a_bot?start={}".format)
    assert all(utf16_length(visible(message.html)) <= 4096 for message in messages)
    lines = [line for message in messages for line in visible(message.html).splitlines()]
    for line, record in zip(lines, made, strict=True):
        assert line.removeprefix("• ").startswith(render.head_line(record, to, is_numbered=False))


changes = st.builds(
    Change,
    title=st.none() | st.tuples(anything, anything),
    date=st.none() | st.tuples(st.none() | st.dates(), st.none() | st.dates()),
    text=st.none() | st.tuples(anything, anything),
    is_gone=st.booleans(),
)


@given(records, changes, st.sampled_from(LANGUAGES))
def test_any_change_whatever_gives_a_message_that_telegram_takes(
    record: Development, change: Change, language: str
) -> None:
    to = locale_for(language)
    seen = visible(render.correction(record, change, to).html)
    assert utf16_length(seen) <= 4096
    head_line, said, *_ = seen.splitlines()
    assert head_line == render.head_line(record, to)
    corrected = visible(to.gettext_raw("<b>Corrected</b> by %(publisher)s")).partition("%")[0]
    assert said.startswith((corrected, to.gettext("Page gone")))


def test_plain_text_tells_what_was_struck_from_what_is_new() -> None:
    change = Change(title=("Nine <m²>", "Six"), date=(dt.date(2025, 1, 16), None))
    said = render.correction(development(), change, ENGLISH).plain
    assert "Title\n[-Nine <m²>-]\nSix\n" in said
    assert "[-16.01.2025-]\nnot stated any more" in said


@given(st.lists(records, max_size=3))
def test_any_text_whatever_gives_well_formed_atom(made: list[Development]) -> None:
    from msgspec.structs import replace

    from bot.text import tidy

    stored = [  # what is stored has been tidied: XML 1.0 has no word for a control character
        replace(
            record,
            title=tidy(record.title),
            summary=tidy(record.summary),
            sources=tuple(
                replace(source, title_native=tidy(source.title_native)) for source in record.sources
            ),
        )
        for record in made
    ]
    feed = ElementTree.fromstring(export.atom(stored, ENGLISH))
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == len(made)


def test_markdown_has_the_form_of_the_records() -> None:
    headings = [
        heading for heading in export.markdown(ALBANIA).splitlines() if heading.startswith("#")
    ]
    assert headings == [
        "## Albanian and Czech ministers discuss cooperation",
        "### Source(s)",
        "### Date of development",
        "### Country",
        "### Thematic area(s)",
        "### Development type",
    ]
    assert (
        "- Ministry of the Interior | Ministerstvo vnitra (16 January, 2025), "
        "Spolupráce v boji [Cooperation in the fight], <https://mv.example/a?b=1&c=2>"
    ) in export.markdown(ALBANIA)


def test_a_filter_is_described_in_words() -> None:
    wanted = Filter(
        countries=frozenset({"DE", "CZ"}),
        themes=frozenset({"return"}),
        topics=frozenset({"borders"}),
        types=frozenset({"Legislative"}),
    )
    assert render.description(wanted) == (
        "Czechia, Germany · Return of former applicants, Borders and irregular migration"
        " · Legislative"
    )
    assert render.description(Filter()) == "everything"


def test_a_reference_manager_gets_every_field() -> None:
    made = development(id="CZ-2025-0001", topics=("borders",))
    rows = ris([made]).split("\r\n")
    assert rows[0] == "TY  - GOVDOC"
    assert "ID  - CZ-2025-0001" in rows
    assert "DA  - 2025/01/16" in rows
    assert "CY  - Czechia" in rows
    assert "KW  - General asylum and migration development" in rows
    assert "UR  - https://mv.example/clanek" in rows
    assert rows[-3:] == ["ER  - ", "", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", row) for row in rows)


@pytest.mark.parametrize(
    ("changes", "cited"),
    [
        ({}, "Ministry of the Interior | Ministerstvo vnitra (16 January, 2025), "
             "Spolupráce v boji, https://mv.example/clanek"),
        ({"title_en": "Cooperation", "publisher_native": None},
         "Ministry of the Interior (16 January, 2025), Spolupráce v boji [Cooperation], "
         "https://mv.example/clanek"),
        ({"date": None, "url": None}, "Ministry of the Interior | Ministerstvo vnitra, "
                                      "Spolupráce v boji"),
    ],
)  # fmt: skip
def test_a_citation_is_in_the_form_of_the_records(changes: dict[str, Any], cited: str) -> None:
    assert render.citation(development(sources=(citation(**changes),))) == cited


@given(st.text(max_size=300))
def test_a_citation_is_copied_by_its_button_where_it_fits(title: str) -> None:
    made = development(id="CZ-2025-0001", sources=(citation(title_native=title),))
    (button,) = (one for one in render.development(made).buttons[0] if one.text == "Cite")
    cited = render.citation(made)
    if button.copy:
        assert button.copy == cited
        assert utf16_length(cited) <= COPY_LIMIT
    else:
        assert button.data == "n1:cite:CZ-2025-0001"
        assert utf16_length(cited) > COPY_LIMIT


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(beginning: str) -> None:
    made = development(title=f"{beginning}HYPERLINK(1)", summary=f"a {beginning}")
    _, row = csv.DictReader(io.StringIO(export.csv([made, made]), newline=""))
    assert row["title"] == f"'{beginning}HYPERLINK(1)"
    assert row["summary"] == f"a {beginning}"  # inside a cell they are harmless


@given(st.text(max_size=20))
def test_a_cell_keeps_its_text_and_begins_no_formula(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(export.csv([development(title=text)]), newline=""))
    assert not row["title"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row["title"].removeprefix("'") in (text, text.removeprefix("'"))


def _cells(file: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = [text.text or "" for text in strings.iterfind(".//{*}t")]
    titles = [cell for cell in sheet.iterfind(".//{*}c") if cell.get("r", "").startswith("E")]
    return [texts[int(cell.findtext("{*}v") or 0)] for cell in titles[1:]]


READERS: dict[str, Callable[[bytes], list[str]]] = {
    "csv": lambda file: [
        row["title"] for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    ],
    "xlsx": _cells,
    "md": lambda file: re.findall(r"^## (.*)$", file.decode(), re.MULTILINE),
    "ris": lambda file: re.findall(r"^TI  - (.*)\r$", file.decode(), re.MULTILINE),
    "json": lambda file: [record["title"] for record in json.loads(file)],
    "jsonl": lambda file: [json.loads(line)["title"] for line in file.splitlines()],
    "atom": lambda file: [
        title.text or "" for title in ElementTree.fromstring(file).iterfind("{*}entry/{*}title")
    ],
}
"""What reads the titles of each format."""


@pytest.mark.parametrize("name", render.FORMATS)
def test_every_format_keeps_what_it_is_given(name: str) -> None:
    titles = ['Ministers, "once more", have met', "Rada ministrů; odst. 1"]
    file = render.FORMATS[name](
        [development(id=f"CZ-2025-000{n}", title=title) for n, title in enumerate(titles, 1)],
        NOW,
        ENGLISH,
    )
    assert READERS[name](file) == titles
