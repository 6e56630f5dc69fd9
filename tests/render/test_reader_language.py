"""What readers of different languages read of one development."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import render
from bot.dedupe.merge import with_edition
from bot.enrich import with_translation
from bot.i18n import LANGUAGES, locale_for
from bot.models import Change, Confidence, Development
from bot.models.translations import Translation
from bot.reader_language import AS_PUBLISHED, Reader, as_read
from bot.render import templates
from tests.fakes.telegram_html import visible
from tests.render.test_render import ALBANIA
from tests.samples import citation, development

TITLE = "Vláda zkracuje lhůty"
ENGLISH = Translation(
    title="Government cuts time limits", summary="To 30 days.", by="x", origin="ai"
)
GERMAN = Translation(title="Regierung kürzt Fristen", summary=None, by="y", origin="machine")
CZECH = development(
    id="CZ-2025-0001",
    title=TITLE,
    summary="Na 30 dnů.",
    sources=(citation(title_native=TITLE),),
    themes=("return",),
    gloss="government · cuts · time limits",
)
IN_ENGLISH = with_translation(CZECH, ENGLISH)
IN_GERMAN = with_translation(IN_ENGLISH, GERMAN, "de")


def seen(record: Development, language: str | None, texts: str = "en") -> list[str]:
    """The lines that a reader is shown."""
    shown = as_read(record, Reader(language, texts))
    return visible(render.development(shown, locale_for(language)).html).splitlines()


@pytest.mark.parametrize(
    "record", [CZECH, IN_ENGLISH, IN_GERMAN, with_edition(CZECH, "A", "B", None)]
)
@pytest.mark.parametrize("texts", ["en", "cs", AS_PUBLISHED])
def test_an_item_in_the_reader_s_own_language_stands_in_its_own_words(
    record: Development, texts: str
) -> None:
    assert seen(record, "cs", texts) == [
        "🇨🇿 Česko · Návrat · Politika · CZ-2025-0001",
        TITLE,
        "",
        "Na 30 dnů.",
        "",
        "Zdroj(e)",
        "Ministry of the Interior | Ministerstvo vnitra (16. ledna 2025), mv.example",
        "",
        "Datum události: 16.01.2025",
        "Země: Česko",
        "Tematické oblasti: Návrat bývalých žadatelů (Return of former applicants)",
        "Druh události: Politika (Policy)",
    ]


def test_who_reads_german_reads_german_and_what_it_lacks_as_published() -> None:
    lines = seen(IN_GERMAN, "de", "de")
    assert lines[1:6] == [
        GERMAN.title, "", "Na 30 dnů.", "", "Titel maschinell übersetzt (y)",
    ]  # fmt: skip
    assert lines[8].endswith(f"(16. Januar 2025), {TITLE} [{GERMAN.title}]")


@pytest.mark.parametrize(("language", "texts"), [("de", "en"), ("fr", "fr"), (None, "en")])
def test_who_has_no_translation_in_their_language_reads_english(
    language: str | None, texts: str
) -> None:
    assert seen(IN_GERMAN, language, texts)[1:4] == [ENGLISH.title, "", "To 30 days."]


def test_who_wants_texts_as_published_reads_them_so() -> None:
    assert seen(IN_GERMAN, "de", AS_PUBLISHED)[1:4] == [TITLE, "", "Na 30 dnů."]
    assert "Englische Stichwörter (automatisch): government · cuts · time limits" in seen(
        CZECH, "de", AS_PUBLISHED
    )


@given(st.sampled_from([ALBANIA, CZECH, IN_ENGLISH, IN_GERMAN]), st.sampled_from([None, "en"]))
def test_who_speaks_english_reads_what_is_stored(record: Development, language: str | None) -> None:
    assert as_read(record, Reader(language)) is record


def test_an_english_item_is_read_as_it_is_until_it_is_translated() -> None:
    source = citation(title_native="New law", title_en="New law", language="en-GB")
    record = replace(CZECH, title="New law", sources=(source,), gloss="")
    assert as_read(record, Reader("cs", "cs")) is record
    title = Translation(title="Nový zákon", summary="Platí.", by="x", origin="machine")
    read = as_read(with_translation(record, title, "cs"), Reader("cs", "cs"))
    assert (read.title, read.summary) == ("Nový zákon", "Platí.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_is_in_the_reader_s_language(language: str) -> None:
    """Nothing of it is English for anybody else but the labels of EUAA's vocabulary."""
    to = locale_for(language)
    doubted = replace(IN_ENGLISH, confidence=Confidence(themes=(0.2,)))
    twice = replace(doubted, sources=(*doubted.sources, citation(url="https://p.example")))
    text = render.development(twice, to).plain
    change = Change(title=("a", "b"), date=(dt.date(2025, 1, 16), None), text=("c", "d"))
    corrections = [render.correction(twice, each, to) for each in (change, Change(is_gone=True))]
    text += "".join(correction.plain for correction in corrections)
    words = (
        "Source(s)\n", "Date of development", "Country:", "Thematic area(s)", "Development type",
        "January", "probably ", "AI-generated", "Corrected", "Page gone", "not stated",
        "does not show",
    )  # fmt: skip
    english = [word for word in words if word in text]
    # French calls a source as English does.
    assert english == (list(words) if language == "en" else ["Source(s)\n"] * (language == "fr"))
    assert "Return of former applicants" in text


def test_a_summary_rests_on_pages_of_a_pdf() -> None:
    quoted = Translation(
        title="A", summary="B.", by="x", origin="ai", quotations=("lhůta činí", "jinde")
    )
    record = with_translation(CZECH, quoted, "en", "Úvod.\fLhůta činí 30 dnů.")
    assert record.evidence.pages == (2, None)
    assert templates.rests_on(record.evidence) == "lhůta činí (p. 2) · jinde"
    assert with_translation(CZECH, quoted, "en", "Lhůta činí 30 dnů.").evidence.pages == ()
