import pytest

from bot import taxonomy
from bot.dates.calendar import LANGUAGES
from bot.enrich import names


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
