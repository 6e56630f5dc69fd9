"""A release that another publisher passes on, and what only resembles that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dedupe.copies import is_copy
from bot.dedupe.reports import Report
from bot.text import sentences

TITLE = "Ministerstvo otevře nové středisko v Kostelci"
LEAD = (
    "Ministerstvo vnitra otevře v pondělí v Kostelci nad Orlicí nové pobytové středisko pro 120 "
    "žadatelů o mezinárodní ochranu."
)
MORE = (
    "Stavba trvala dva roky a vyšla na 84 milionů korun. Středisko bude mít školku, ordinaci a "
    "vlastní kuchyň."
)
RELEASE = (TITLE, f"{LEAD} {MORE}")

Told = tuple[str, str]
"""A title and a text."""


def are_copies(one: Told, other: Told) -> bool:
    reports = [Report(title, text, "cs", frozenset()) for title, text in (one, other)]
    assert is_copy(*reports) == is_copy(*reversed(reports))
    return is_copy(*reports)


@pytest.mark.parametrize(
    "copy",
    [
        ("Z resortu: nové středisko v Kostelci", LEAD),
        (TITLE, f"Přetiskujeme informaci ministerstva vnitra: {RELEASE[1]}"),
        (TITLE, f"Zveřejňujeme sdělení ministerstva ze dne 3. 3. 2026. {LEAD} Zdroj: MV."),
        (f"Kraj: {TITLE}", f"{RELEASE[1]} Kraj o tom jednal loni. Zastupitelé byli pro."),
        (TITLE, f"{LEAD} Stavba trvala dva"),
    ],
    ids=["label", "introduction", "introduction and end", "more below", "cut within a sentence"],
)
def test_a_copy_may_have_its_own_title_introduction_and_end(copy: Told) -> None:
    assert are_copies(RELEASE, copy)


@pytest.mark.parametrize(
    "other",
    [
        (TITLE, f"Charita kritizuje toto rozhodnutí: {RELEASE[1]}"),
        (TITLE, f"Soud dnes zrušil toto rozhodnutí: {RELEASE[1]}"),
        (TITLE, f"{LEAD} Loni žádalo o ochranu 1 400 lidí."),
        (TITLE, f"{LEAD} Stavba trvala tři roky a vyšla na 84 milionů korun."),
        (TITLE, RELEASE[1].replace("Kostelci nad Orlicí", "Zastávce u Brna")),
        ("Ministerstvo otevře 2 nová střediska v Kostelci", LEAD),
        ("Ministerstvo zavře středisko v Kostelci", LEAD),
        (TITLE, LEAD[:60]),
    ],
    ids=["reacts", "annuls", "other numbers", "other words", "place", "number", "verb", "short"],
)
def test_what_says_more_or_other_things_is_no_copy(other: Told) -> None:
    assert not are_copies(RELEASE, other)


@given(st.integers(1, 3), st.booleans())
def test_a_release_is_its_own_copy_however_much_is_left(kept: int, is_introduced: bool) -> None:
    text = " ".join(sentences(RELEASE[1])[:kept])
    assert are_copies(RELEASE, (TITLE, f"Z webu vlády: {text}" if is_introduced else text))
