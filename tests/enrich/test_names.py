import pytest

from bot import taxonomy
from bot.dates.calendar import LANGUAGES
from bot.enrich import names


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Regulation (EU) 2024/1348 establishing a common procedure", ("EU 2024/1348",)),
        ("Directive 2013/33/EU, and Richtlinie 2013/33/EU", ("EU 2013/33",)),
        ("Směrnice 2013/32/EU a nařízení (EU) č. 604/2013", ("EU 2013/32",)),
        ("CELEX 32024R1348", ("CELEX 32024R1348",)),
        ("the proposal COM(2025) 101 final", ("COM(2025) 101",)),
        ("Judgment in Case C‑406/22", ("C-406/22",)),
        ("Sněmovní tisk 123 a sněmovního tisku č. 456", ("sněmovní tisk 456",)),
        ("Drucksache 20/9463; BT-Drs. 20/9463", ("Drucksache 20/9463",)),
        ("zákon č. 325/1999 Sb., o azylu", ("325/1999 Sb.",)),
        ("Dz.U. z 2024 r. poz. 854", ("Dz.U. 2024 854",)),
        ("BGBl. 2024 I Nr. 54", ("BGBl. 2024 I 54",)),
        ("Application no. 12345/20 v. Hungary", ("ECHR 12345/20",)),
        ("On 12/2024 there were 2024/25 pupils", ()),
        ("", ()),
    ],
)
def test_each_number_is_named_in_one_way(text: str, named: tuple[str, ...]) -> None:
    assert names.find_references([text]) == named


def test_a_page_of_numbers_is_cut() -> None:
    text = " ".join(f"C-{number}/22" for number in range(100, 200))
    assert len(names.find_references([text])) == names.REFERENCES_LIMIT


@pytest.mark.parametrize(
    ("language", "forms", "code"),
    [
        ("sk", "Irak; do Iraku; v Iraku", "IQ"),
        ("pl", "z Iraku; w Iraku", "IQ"),
        ("et", "Iraak; Iraagi; Iraagist", "IQ"),
        ("hu", "Irán; Iránba; Iránból", "IR"),
        ("et", "Läti; Lätile; Lätist", "LV"),
        ("ga", "an Fhrainc; na Fraince; sa bhFrainc", "FR"),
        ("ga", "an Ghearmáin; sa Ghearmáin; na Gearmáine", "DE"),
        ("ga", "an Iodáil; na hIodáile; san Iodáil", "IT"),
        ("ga", "an tSiria; na Siria", "SY"),
        ("ga", "Éire; in Éirinn; na hÉireann", "IE"),
        ("mt", "Franza; ta' Franza; fi Franza", "FR"),
        ("mt", "il-Ġermanja; mill-Ġermanja; fil-Ġermanja", "DE"),
        ("mt", "l-Italja; fl-Italja; tal-Italja", "IT"),
        ("mt", "is-Sirja; mis-Sirja", "SY"),
        ("fi", "Kreikka; Kreikassa; Kreikan", "GR"),
        ("fi", "Viro; Virossa", "EE"),
        ("pl", "Włochy; we Włoszech", "IT"),
        ("pl", "Niemcy; w Niemczech; do Niemiec", "DE"),
        ("cs", "Kypr; na Kypru", "CY"),
        ("cs", "Velká Británie; do Velké Británie", "GB"),
        ("el", "Κύπρος; στην Κύπρο; της Κύπρου", "CY"),
        ("is", "Noregur; í Noregi", "NO"),
        ("lt", "Kipras; Kipre", "CY"),
    ],
)
def test_a_country_is_known_in_every_form_of_its_name(language: str, forms: str, code: str) -> None:
    for form in forms.split("; "):
        assert names.mentioned_countries("", f"({form})", language, None) == (code,), form


def test_the_forms_of_countries_are_of_countries_that_are_known() -> None:
    for language in LANGUAGES:
        assert all(map(taxonomy.is_country, taxonomy.country_forms(language)))
