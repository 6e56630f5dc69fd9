"""Numbers, times and days as language editions write them."""

import datetime as dt

import pytest

from bot.dedupe.figures import Figures, digits, figures_of, is_one_of
from bot.dedupe.reports import Report

DAY = dt.date(2026, 3, 10)


def figures(language: str, text: str) -> Figures:
    return figures_of(Report("Title", text, language, frozenset()), DAY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("fi", "Palvelu suljetaan klo 23.00."), ("en", "The service closes at 11 pm.")),
        (("mt", "Fit-3.00 pm."), ("en", "At 15:00.")),
        (("no", "Åpner kl. 14.30."), ("en", "It opens at 2.30 p.m.")),
        (("fi", "1,4 miljoonaa ihmistä."), ("en", "1 402 000 people.")),
        (("de", "5,5 Mio. Franken."), ("fr", "5 500 000 francs.")),
        (("de", "Bis 30.6.2026."), ("fr", "Jusqu'au 30 juin 2026.")),
        (("no", "Åpner 20. mars."), ("en", "It opens on 20 March 2026.")),
        (("de", "Am 10. März 2026."), ("en", "Today.")),
    ],
)
def test_two_editions_name_the_same_figures(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert figures(*one).are_among(figures(*other))
    assert figures(*other).are_among(figures(*one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("fi", "1,4 miljoonaa ihmistä."), ("en", "1 520 000 people.")),
        (("de", "5,5 Mio. Franken."), ("fr", "1,5 million de francs.")),
        (("no", "140 plasser."), ("en", "14 places.")),
        (("de", "Bis 30.6.2026."), ("fr", "Jusqu'au 30 juillet 2026.")),
        (("fi", "Klo 23.00."), ("en", "At 11 am.")),
    ],
)
def test_other_figures_stay_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not figures(*one).are_among(figures(*other))
    assert not figures(*other).are_among(figures(*one))


@pytest.mark.parametrize(
    ("number", "count"),
    [("312480", 5), ("118000", 3), ("16.5", 3), ("0.9", 1), ("7", 0), ("2026", 0), ("14.30", 0),
     ("974801802", 0), ("1402000000", 4)],
)  # fmt: skip
def test_rare_figures_have_many_digits(number: str, count: int) -> None:
    assert digits(number) == count


def test_figures_may_be_rounded() -> None:
    assert is_one_of("30657", ["30600"])
    assert is_one_of("30657", ["30700"])
    assert is_one_of("16500", ["16.5"])
    assert not is_one_of("30657", ["30000"])
    assert not is_one_of("486", ["490"])
    assert is_one_of("486", ["490"], coarse=2)


def test_many_digits_are_shared_by_editions_that_write_a_day_in_an_unknown_form() -> None:
    estonian = figures("et", "Suletud 5. kuupäevani: 58 400 inimest, 4,5 tundi, 1 274 autot.")
    russian = figures("ru", "Закрыт до 5 ноября: 58 400 человек, 4,5 часа, 1 274 машины.")
    assert not estonian.are_among(russian)
    assert estonian.shared_digits(russian) == 3 + 2 + 4
