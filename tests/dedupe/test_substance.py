"""What of a text changes while the text stays, in every language."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dedupe.substance import substance
from bot.text import normalise


@pytest.mark.parametrize(
    "text",
    [
        "před 5 minutami", "před hodinou", "an hour ago", "2 hr. ago", "il y a 1 heure",
        "vor einer Stunde", "5 perce", "pred 3 dňami", "πριν από 2 ώρες", "5 sigħat ilu",
        "just now", "Právě teď", "Dnes, 14:35", "včera v 9:05", "Heute, 14.35 Uhr", "(12)",
        "1,234 views", "1 234 zobrazení", "Zobrazeno 1 234x", "1.2k views", "12 Kommentare",
        "Kommentare (9)",
        "Updated: 26 November 2026, 14:35", "Aktualizováno 26. 11. 2026", "2026-11-26T14:35:09Z",
    ],
)  # fmt: skip
def test_what_changes_by_itself_has_no_substance(text: str) -> None:
    assert substance(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Čas čtení: 3 minuty", "Čas čtení: 4 minuty"),
        ("4 min read", "5 min read"),
        ("Durée de lecture : 3 min", "Durée de lecture : 7 min"),
        ("Lesezeit: 3 Minuten", "Lesezeit: 2 Minuten"),
        ("The law. 1 comment", "The law. 2 comments"),
        ("LIVE 14:35 Asylum reform", "LIVE 14:50 Asylum reform"),
    ],
)
def test_only_what_changes_is_left_out(one: str, other: str) -> None:
    assert substance(one) == substance(other) != ""


@pytest.mark.parametrize(
    "text",
    [
        "12 500 applicants in 2025", "detention up to 48 hours", "zadržení až na 48 hodin",
        "Guvernul nu a aprobat legea", "The law does not apply", "zákon č. 325/1999 Sb.",
        "Úřad přijal 1 234 žádostí", "valid from 1 March 2026", "článek 10.15 směrnice",
        "within 30 minutes of arrival", "Asylum report (2024)", "5 millions d'euros",
        "un centro con 120 posti letto", "1 200 transferências de Dublim", "12 návrhů bylo staženo",
        "příspěvek 1 000 Kč", "Vláda aktualizovala seznam 12 zemí", "in the last 12 months",
        "pobrano odciski 300 osób", "прегледани 12 молби", "in Kraft ab 1. Januar 2026",
    ],
)  # fmt: skip
def test_what_is_said_has_substance(text: str) -> None:
    assert substance(text) == normalise(text)


@given(st.text(max_size=120))
def test_nothing_is_added_to_a_text(text: str) -> None:
    left = substance(text)
    assert set(left.split()) <= set(normalise(text).split()) | {""}
    assert len(left) <= len(normalise(text))


def test_thousands_of_figures_take_no_longer_than_a_text() -> None:
    figures = " ".join(f"{number:03}" for number in range(1000)) * 10
    substance("1 234 567 views")  # reads the lists
    begun = time.process_time()
    assert substance(figures)
    assert time.process_time() - begun < 0.5
