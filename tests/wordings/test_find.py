import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy, wordings
from bot.i18n import LANGUAGES, locale_for
from bot.wordings.index import languages

WORDS = tomllib.loads(Path("bot/data/theme_words.toml").read_text(encoding="utf-8"))


def only(said: str, language: str | None = None) -> tuple[str, str] | None:
    """The facet and code of the one term that words name."""
    found = wordings.find(said, language) or wordings.find_parts(said)
    if len(found) != 1 or len(found[0]) != 1:
        return None
    (term,) = found[0]
    return term.facet, term.code


@pytest.mark.parametrize(
    ("said", "facet", "code"),
    [
        ("CZ", "country", "CZ"),
        ("czechia", "country", "CZ"),
        ("ČESKO", "country", "CZ"),
        ("cesko", "country", "CZ"),
        ("Czech Republic", "country", "CZ"),
        ("Österreich", "country", "AT"),
        ("osterreich", "country", "AT"),
        ("Ελλάδα", "country", "GR"),
        ("suisse", "country", "CH"),
        ("německo", "country", "DE"),
        ("Allemagne", "country", "DE"),
        ("Slovensko", "country", "SK"),
        ("Norge", "country", "NO"),
        ("no", "country", "NO"),
        ("UK", "country", "GB"),
        ("EL", "country", "GR"),
        ("Чехія", "country", "CZ"),
        ("return", "theme", "return"),
        ("Return of former applicants", "theme", "return"),
        ("firstinstance", "theme", "firstinstance"),
        ("first instance", "theme", "firstinstance"),
        ("minors", "theme", "vulnerable"),
        ("protection", "theme", "protection"),
        ("temporary protection", "topic", "temporary-protection"),
        ("legislative", "type", "Legislative"),
    ],
)
def test_a_phrase_means_what_people_mean(said: str, facet: str, code: str) -> None:
    assert only(said) == (facet, code)


@pytest.mark.parametrize(
    ("said", "language", "code"),
    [
        ("Česku", "cs", "CZ"), ("Německa", "cs", "DE"), ("Rakouskem", "cs", "AT"),
        ("Francii", "cs", "FR"), ("Chorvatsku", "cs", "HR"), ("Maltě", "cs", "MT"),
        ("Slovensku", "sk", "SK"), ("Nemecka", "sk", "DE"), ("Taliansku", "sk", "IT"),
        ("Niemczech", "pl", "DE"), ("Polsce", "pl", "PL"), ("Francji", "pl", "FR"),
        ("Włoszech", "pl", "IT"), ("Węgrzech", "pl", "HU"), ("Grecji", "pl", "GR"),
        ("Чехії", "uk", "CZ"), ("Польщі", "uk", "PL"), ("Німеччиною", "uk", "DE"),
        ("Литвою", "uk", "LT"), ("Нідерландах", "uk", "NL"), ("Кіпрі", "uk", "CY"),
        ("Γερμανίας", "el", "DE"), ("Κύπρου", "el", "CY"), ("Ελλάδας", "el", "GR"),
        ("României", "ro", "RO"), ("Franței", "ro", "FR"), ("Greciei", "ro", "GR"),
        ("Njemačkoj", "hr", "DE"), ("Hrvatske", "hr", "HR"), ("Nemčiji", "sl", "DE"),
        ("Saksassa", "fi", "DE"), ("Ruotsista", "fi", "SE"), ("Suomeen", "fi", "FI"),
        ("Németországban", "hu", "DE"), ("Ausztriából", "hu", "AT"), ("Saksamaal", "et", "DE"),
        ("Vokietijoje", "lt", "DE"), ("Vācijā", "lv", "DE"), ("Þýskalandi", "is", "DE"),
        ("Gearmáine", "ga", "DE"), ("Deutschlands", "de", "DE"), ("Ġermanja", "mt", "DE"),
    ],
)  # fmt: skip
def test_a_country_may_be_in_any_case(said: str, language: str, code: str) -> None:
    for reader in (language, "en", None):
        assert only(said, reader) == ("country", code), reader


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Abschiebung", "return"), ("Abschiebungen", "return"), ("Abschiebehaft", "detention"),
        ("návratu", "return"), ("vyhoštění", "return"), ("повернень", "return"),
        ("депортацію", "return"), ("retenue", None), ("Familiennachzug", "protection"),
        ("mineurs non accompagnés", "vulnerable"), ("αιτούντες", None), ("ustawy", "Legislative"),
        ("rappresentanza", None), ("soud", "appeals"), ("утримання", "detention"),
        ("kotouttaminen", "protection"), ("menekült", None), ("tagasisaatmine", "return"),
    ],
)  # fmt: skip
def test_plain_words_name_themes_in_their_forms(said: str, code: str | None) -> None:
    found = only(said)
    assert (found and found[1]) == code


@pytest.mark.parametrize("language", languages())
def test_every_country_is_understood_by_its_name_in_every_language(language: str) -> None:
    for code in taxonomy.countries():
        for name in taxonomy.own_country_names(language)[code]:
            for reader in (language, "en"):
                assert only(name, reader) == ("country", code), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_that_is_shown_is_understood(language: str) -> None:
    to = locale_for(language)
    for code in taxonomy.labelled_codes():
        for label in taxonomy.shown_labels(code):
            assert only(to.gettext(label), language) == (taxonomy.facet_of(code), code), label
        assert only(code) == (taxonomy.facet_of(code), code)
    for group in taxonomy.theme_groups():
        (meaning,) = wordings.find(to.gettext(group.label), language)
        assert {term.code for term in meaning} == set(group.codes), group.label


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_plain_word_is_understood_in_its_language(language: str) -> None:
    for code, terms in WORDS[language].items():
        for term in terms:
            assert only(term.replace("*", ""), language) == (taxonomy.facet_of(code), code), term


def test_the_language_of_the_reader_decides_between_two_meanings() -> None:
    assert only("Politik", "de") == ("type", "Policy")
    assert only("arrest", "nl") != only("арест", "uk")


@pytest.mark.parametrize(
    "said", ["Czehcia", "retrun", "asylum", "xyzzy", "", "a", "roma", "frontex"]
)
def test_a_doubtful_phrase_means_nothing(said: str) -> None:
    assert only(said) is None


@given(st.text(max_size=60), st.sampled_from([*languages(), None]))
def test_any_text_can_be_looked_up(said: str, language: str | None) -> None:
    for meaning in (*wordings.find(said, language), *wordings.find_misspelt(said, language)):
        assert meaning


def test_looking_up_is_quick_after_the_first_time() -> None:
    wordings.find("warm up")
    begun = time.perf_counter()
    for number in range(1000):
        wordings.find(f"Abschiebungen {number}")
    assert time.perf_counter() - begun < 1
