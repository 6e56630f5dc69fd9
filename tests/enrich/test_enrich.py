"""What an item becomes, and the words that led to it."""

import datetime as dt
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import enrich, taxonomy
from bot.data_files import languages_of
from bot.enrich import labels, language, lexicon, names
from bot.enrich.event_date import event_date
from bot.enrich.gloss import make_gloss
from bot.enrich.language import detect_language
from bot.models import Development
from bot.models.sources import NotRelevant
from bot.text import shorten
from bot.text.terms import FoldedText
from tests.samples import item, source

CZECH = item(
    title="Spolupráce v boji proti nelegální migraci. V Praze jednali ministři vnitra",
    text="Český ministr přijal 16. ledna albánského kolegu. Tématem byla nelegální migrace.",
    published=dt.datetime(2025, 1, 17, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    url="https://mv.example/clanek",
)


def develop(**changes: object) -> Development:
    made = enrich.enrich_item(item(**changes), source(scope="migration"))
    assert isinstance(made, Development)
    return made


def test_an_item_becomes_a_development() -> None:
    made = enrich.enrich_item(CZECH, source())
    assert isinstance(made, Development)
    assert made.title == CZECH.title
    assert made.date == dt.date(2025, 1, 16)
    assert (made.country, made.themes, made.type) == ("CZ", ("general",), "Policy")
    assert made.topics == ("borders",)
    assert made.evidence.topics == ("nelegální migrace",)
    assert made.evidence.date == ("16. ledna",)
    (cited,) = made.sources
    assert (cited.publisher, cited.publisher_native) == (
        "Ministry of the Interior",
        "Ministerstvo vnitra",
    )
    assert (cited.date, cited.title_native, cited.title_en) == (
        dt.date(2025, 1, 17), CZECH.title, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spoken", "title"),
    [
        ("cs", "Hasiči zasahovali u požáru skladu v Brně"),
        ("de", "Verkehrsunfall auf der A8: Polizei sucht Zeugen"),
        ("en", "Government publishes the budget for roads and schools"),
        ("fr", "Sécurité routière : la campagne d’été commence"),
        ("pl", "Nowe wozy strażackie dla gminy"),
        ("sk", "Ministerstvo vnútra predstavilo nové policajné autá"),
        ("it", "Protezione civile: allerta meteo per temporali"),
        ("hu", "Új tűzoltóautók a megyében"),
        ("el", "Νέα οχήματα για την πυροσβεστική"),
    ],
)
def test_news_about_something_else_become_nothing(spoken: str, title: str) -> None:
    made = enrich.enrich_item(item(title=title, language=spoken), source(language=spoken))
    assert isinstance(made, NotRelevant)
    assert made.relevance < made.least


@pytest.mark.parametrize(
    ("spoken", "title", "theme"),
    [
        ("en", "New reception centre for asylum seekers opened", "reception"),
        ("cs", "Cizinci mohou využít dobrovolné návraty do země původu", "return"),
        ("sk", "Rada schválila návratové nariadenie o návratoch osôb bez oprávnenia", "return"),
        ("de", "Dublin-Überstellungen nach Griechenland wieder möglich", "dublin"),
        ("pl", "Rząd przyjął zawieszenie prawa do azylu na granicy", "access"),
        ("fr", "Réinstallation : la France accueillera mille réfugiés", "resettlement"),
    ],
)
def test_a_theme_is_known_by_its_words(spoken: str, title: str, theme: str) -> None:
    made = enrich.enrich_item(item(title=title, language=spoken), source(language=spoken))
    assert isinstance(made, Development)
    assert theme in made.themes
    assert made.evidence.themes


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Parliament adopted the amendment to the Asylum Act", "Legislative"),
        ("A new agency for migration was established", "Institutional"),
        ("Ministers discuss migration", "Policy"),
    ],
)
def test_the_type_is_known_by_its_words(title: str, kind: str) -> None:
    made = develop(title=title, language="en")
    assert made.type == kind
    assert bool(made.evidence.type) is (kind != "Policy")


def test_at_most_two_themes_are_named_the_weightier_first() -> None:
    made = develop(
        title="Return flights resume; fewer people in detention before them",
        language="en",
    )
    assert len(made.themes) == 2
    assert made.themes == ("return", "detention")


def test_an_item_of_a_migration_source_without_a_word_is_a_general_one() -> None:
    assert develop(title="Yearly figures are out", language="en").themes == ("general",)


def test_every_lexicon_is_readable_and_speaks_of_known_labels() -> None:
    assert {"en", "cs", "de", "el", "mt", "is", "uk"} <= languages_of("lexicon")
    for spoken in languages_of("lexicon"):
        terms = lexicon.load_lexicon(spoken)
        assert set(terms.themes) <= set(taxonomy.themes()), spoken
        assert set(terms.topics) <= set(taxonomy.topics()), spoken
        assert set(terms.types) <= {"Legislative", "Institutional"}, spoken
        assert not terms.gate.find_words(FoldedText("policie hasiči budget sport"))


def test_a_language_without_a_lexicon_is_read_by_the_english_one() -> None:
    assert (
        lexicon.load_lexicon("tlh") is lexicon.load_lexicon("en-GB") is lexicon.load_lexicon(None)
    )
    assert lexicon.load_lexicon("nb") is lexicon.load_lexicon("no")


def test_the_language_is_detected_where_none_is_declared() -> None:
    assert detect_language("Das Bundesamt hat neue Zahlen zum Asyl veröffentlicht.") == "de"
    assert detect_language("Ministerstvo zveřejnilo pravidla pro žadatele o azyl.") == "cs"
    assert detect_language("AZ 12") is None


def test_without_a_detector_the_language_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcld3", None)
    language._classifier.cache_clear()
    try:
        text = "Das Bundesamt hat neue Zahlen zum Asyl veröffentlicht."
        assert detect_language(text) is None
        made = enrich.enrich_item(
            item(title=text, language=None), source(language=None, scope="migration")
        )
        assert isinstance(made, Development)
        assert made.sources[0].language is None
    finally:
        language._classifier.cache_clear()


@pytest.mark.parametrize(
    ("title", "text", "spoken", "found"),
    [
        ("Portugal to receive refugees", "From Germany and Germany.", "en", "PT"),
        ("Ministers met", "In Spain, then in Malta, then in Spain.", "en", "ES"),
        ("Ministers of France and Italy met", "", "en", None),
        ("Ministers met", "", "en", None),
        ("Neue Regeln in Österreich", "", "de", "AT"),
        ("Malmer and Monate in Piran", "", "en", None),
        ("Germany and France compared", "Figures of the OFPRA for 2025.", "en", "FR"),
        ("Vom BAMF: Lage in Frankreich und in Italien", "", "de", "DE"),
        ("Une réunion ind et coa", "", "fr", None),
    ],
)
def test_the_country_is_the_one_named(
    title: str, text: str, spoken: str, found: str | None
) -> None:
    assert names.find_country(title, text, spoken) == found


PUBLISHED = dt.date(2025, 1, 17)


@pytest.mark.parametrize(
    ("text", "spoken", "stated"),
    [
        ("Sešli se 16. ledna v Praze.", "cs", dt.date(2025, 1, 16)),
        ("Am 3. und am 15. Januar 2025 tagte der Rat.", "de", dt.date(2025, 1, 15)),
        ("On January 10, 2025 it was adopted.", "en", dt.date(2025, 1, 10)),
        ("It has applied since 1 July 2019.", "en", None),
        ("It will apply from 1 February.", "en", None),
        ("Nothing is said.", "en", None),
        ("On 31 February nothing happens.", "en", None),
    ],
)
def test_the_last_day_stated_shortly_before_publication_counts(
    text: str, spoken: str, stated: dt.date | None
) -> None:
    found = event_date("Title", text, spoken, PUBLISHED)
    assert (found[0] if found else None) == stated


def test_a_day_of_december_reported_in_january_is_last_years() -> None:
    found = event_date("", "Dne 29. prosince se sešli.", "cs", dt.date(2025, 1, 5))
    assert found is not None
    assert found[0] == dt.date(2024, 12, 29)


def test_no_date_is_made_up() -> None:
    made = develop(text="Sešli se 16. ledna.", published=None)
    assert made.date is None
    assert made.sources[0].date is None


@given(st.text(), st.text(), st.sampled_from(["cs", "de", "el", "bg", "xx", None]))
def test_no_item_breaks_enrichment(title: str, text: str, spoken: str | None) -> None:
    made = enrich.enrich_item(
        item(title=title or "t", text=text, language=spoken, published=PUBLISHED),
        source(scope="migration", country=None),
    )
    assert isinstance(made, Development)
    assert 1 <= len(made.themes) <= 2
    assert labels.RESIDUAL in taxonomy.themes()


@pytest.mark.parametrize(
    ("spoken", "text", "named"),
    [
        ("cs", "V Praze jednali ministři vnitra Česka a Albánie; o Albánii se mluvilo", ("AL",)),
        ("cs", "Uprchlíci z Ukrajiny a Moldavska, cesta přes Polsko", ("UA", "MD", "PL")),
        ("sk", "Situácia na Ukrajine a v Gruzínsku", ("UA", "GE")),
        ("pl", "Osoby uciekające z Ukrainy do Polski, do Gruzji i Syrii", ("UA", "PL", "GE", "SY")),
        ("de", "Abschiebungen nach Afghanistan und Syrien; Malmer, Monate, Piran", ("AF", "SY")),
        ("fi", "Turvapaikanhakijat Somaliasta ja Afganistanista", ("SO", "AF")),
        ("el", "Αναχώρηση για την Πορτογαλία και την Αλβανία", ("PT", "AL")),
        ("hu", "Menekültek Ukrajnából és Szerbiából", ("UA", "RS")),
        (
            "en",
            "Applicants from Niger, Nigeria, Guinea and Guinea-Bissau",
            ("NE", "NG", "GN", "GW"),
        ),
        ("fr", "La réunion sur la Géorgie. Réunion à Chypre", ("GE", "CY")),
        ("en", "turkey and jordan in small letters are none", ()),
    ],
)
def test_the_countries_that_a_text_mentions_are_found(
    spoken: str, text: str, named: tuple[str, ...]
) -> None:
    assert names.mentioned_countries("", text, spoken, "CZ") == named


@pytest.mark.parametrize(
    ("language_code", "letters"),
    [
        ("cs", "ne"),
        ("de", "x"),
        ("de", "flüchtling"),
        ("hu", "menekült"),
        ("it", "Ab"),
    ],
)
def test_one_word_of_20_000_letters_takes_no_longer_than_a_text(
    language_code: str, letters: str
) -> None:
    develop(title="asylum", text="asylum", language=language_code)  # what is read once
    word = (letters * 20_000)[:20_000]
    begun = time.process_time()
    made = develop(title=word, text=word, language=language_code)
    make_gloss(word, word, language_code)
    assert time.process_time() - begun < 0.3
    assert made.title == shorten(word, 500)


@pytest.mark.parametrize(
    "written",
    ["deadline {day}.1.2027 ", "C-{number}/24 ", "act of {day} May 2024 ", "{day}-30 May, "],
)
def test_thousands_of_dates_and_numbers_take_no_longer_than_a_text(written: str) -> None:
    published = dt.datetime(2025, 1, 16, tzinfo=dt.UTC)
    many = "Act " + "".join(written.format(day=1 + n % 28, number=n) for n in range(1000))
    develop(title="Act", text=many[:100], language="en", published=published)  # reads the lists
    begun = time.process_time()
    develop(title=many, text=many, language="en", published=published)
    assert time.process_time() - begun < 0.3
