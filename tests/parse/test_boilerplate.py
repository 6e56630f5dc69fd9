import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.boilerplate import clean_text, is_boilerplate
from bot.text import tidy


@pytest.mark.parametrize(
    "line",
    [
        "Share on Facebook", "Teilen Drucken", "Sdílet na Facebooku | Tisk", "A+ A-", "Print",
        "3 min read", "Lesezeit: 2 Minuten", "1 234 views", "vor 5 Minuten", "0 comments",
        "Publié le 12 mars 2025", "Zveřejněno 5. 3. 2025",
        "Published on 12 March 2025 | 3 min read",
        "12 March 2025", "Praha, 5. března 2025", "5. března 2025 14:30", "2025. március 12.",
        "Foto: MV ČR", "© MV ČR", "(Source: AFP)", "Fot. Straż Graniczna", "By Press Office",
        "Γράφει Γραφείο Τύπου",
        "Čtěte také: Nový zákon platí", "Lue myös: Uusi laki", "#asyl #migration",
        "Kontakt: press@mv.example", "Home > News > Press releases", "Tags: asylum, Dublin",
        "Pressemitteilung Nr. 12/2025", "Jste zde: Úvod » Aktuality", "Počet zobrazení: 123",
        "We use cookies to improve your experience. Accept all",
    ],
)  # fmt: skip
def test_lines_around_an_article_are_boilerplate(line: str) -> None:
    assert is_boilerplate(line)
    assert clean_text(f"Vláda schválila zákon.\n{line}") == "Vláda schválila zákon."


@pytest.mark.parametrize(
    "line",
    [
        "Share of refugees in work rises", "Sharing data in Eurodac remains mandatory.",
        "Contact points for asylum seekers open in Brno.", "Print media report on asylum.",
        "12 refugees arrived in 2025", "Vom 1. Januar 2026 an gilt das neue Recht.",
        "People can call +420 974 801 802.", "Source countries must cooperate, minister says.",
        "Views on asylum differ", "Photo ID is required.", "Úvod 24.", "Text.",
        "Applications are sent to asylum@mv.example.", "Von der Leyen visited Lampedusa.",
        "Účinnosť nadobudne 1. januára 2027.", "Høringsfristen er 9/12-2026.",
        "Updated rules 2025", "Data protection 2026", "Účinnosť 1. januára 2027",
        "Del av reglerna gäller redan", "Kuva muuttuu, sanoo ministeri.",
    ],
)  # fmt: skip
def test_sentences_that_begin_alike_stay(line: str) -> None:
    assert clean_text(line) == line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Praha 3. 3. 2025\nVláda ve středu schválila zákon.", "Vláda ve středu schválila zákon."),
        (
            "From 1 January 2026 new rules apply\nThe cabinet has adopted them today.",
            "From 1 January 2026 new rules apply\nThe cabinet has adopted them today.",
        ),
        ("Police held five people. Foto: PČR", "Police held five people."),
        ("Vláda schválila zákon… Číst dále →", "Vláda schválila zákon…"),
        ("Vláda schválila zákon. […]", "Vláda schválila zákon."),
        ("It passed.\nContinue reading New law →", "It passed."),
        ("Das Gesetz gilt. Weiterlesen", "Das Gesetz gilt."),
        ("It passed. #asylum #EU", "It passed."),
        ("It passed.\nThe post New law appeared first on Ministry.", "It passed."),
        ("It passed.\nPress contact\nPress Office\n+420 974 801 802", "It passed."),
        (
            "Kontakt:\nTiskový Odbor\nÚřad sdělil, že uprchlíci mají právo na pomoc po celé zemi.",
            "Úřad sdělil, že uprchlíci mají právo na pomoc po celé zemi.",
        ),
    ],
)
def test_what_stands_beside_a_sentence_goes_alone(written: str, kept: str) -> None:
    assert clean_text(written) == kept


LISTS = [
    tomllib.loads(file.read_text(encoding="utf-8"))
    for file in files("bot").joinpath("data/boilerplate").iterdir()
]


@pytest.mark.parametrize("name", ["openings", "kinds"])
def test_every_phrase_of_a_list_is_found(name: str) -> None:
    phrases = [phrase for words in LISTS for phrase in words[name]]
    assert [phrase for phrase in phrases if not is_boilerplate(phrase)] == []


def test_every_link_to_more_is_cut_off() -> None:
    links = [link for words in LISTS for link in words["more"]]
    assert {link: clean_text(f"Vláda schválila zákon. {link}") for link in links} == dict.fromkeys(
        links, "Vláda schválila zákon."
    )


@given(st.text())
def test_cleaning_only_takes_away_and_ends(raw: str) -> None:
    text = tidy(raw)
    cleaned = clean_text(text)
    assert len(cleaned) <= len(text)
    assert set(cleaned.split()) <= set(text.split()) | {""} or cleaned in text


@pytest.mark.parametrize("letter", ["a", "1", "a-"])
def test_a_line_of_one_long_word_takes_no_longer_than_a_text(letter: str) -> None:
    word = (letter * 100_000)[:100_000]
    clean_text("About us")  # reads the lists
    begun = time.process_time()
    assert clean_text(f"Kontakt\n{word}").endswith(word)
    assert time.process_time() - begun < 0.3
