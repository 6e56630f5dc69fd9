import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.authorities import is_authority
from bot.parse.titles import clean_title, shared_parts, site_names

NAMES = site_names(
    "Ministry of the Interior", "Ministerstvo vnitra České republiky", "MV - Aktuality"
)

ENDS = tomllib.loads((Path(__file__).parent / "titles_of_authorities.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Azylový zákon schválen - Ministerstvo vnitra ČR", "Azylový zákon schválen"),
        ("MV ČR | Azylový zákon", "Azylový zákon"),
        ("Ministerstvo vnitra: azyl", "Azyl"),
        ("TISKOVÁ ZPRÁVA č. 12/2025: Azylový zákon schválen", "Azylový zákon schválen"),
        ("[Update] Asylum law adopted", "Asylum law adopted"),
        ("Asylum law adopted (press release)", "Asylum law adopted"),
        ("PRESS RELEASE – New law adopted | Another Ministry", "New law adopted"),
        ("Pressemitteilung Nr. 45 vom 3. März 2025: Neues Gesetz", "Neues Gesetz"),
        ("Communiqué de presse : Loi sur l'asile", "Loi sur l'asile"),
        ("Asylum law adopted - GOV.UK", "Asylum law adopted"),
        ("Statement by the minister: no new rules", "Statement by the minister: no new rules"),
        ("Updated Debian 11: 11.6 released", "Updated Debian 11: 11.6 released"),
        ("Return – a new policy", "Return – a new policy"),
        ("Press release", "Press release"),
        ("PRESS RELEASE New asylum law adopted", "New asylum law adopted"),
        ("Novinky - Zákon schválen vládou", "Zákon schválen vládou"),
        ("Greece - Ministry of the Interior", "Greece"),
    ],
)
def test_titles_lose_labels_and_names_of_sites(written: str, title: str) -> None:
    assert clean_title(written, NAMES) == title


def test_the_name_of_a_site_is_what_most_titles_share() -> None:
    titles = [f"Zpráva {number} – Migrace dnes" for number in "abcd"]
    assert shared_parts(titles) == ["Migrace dnes"]
    assert shared_parts(titles[:2]) == []


@given(st.text(min_size=1), st.lists(st.text(), max_size=3))
def test_a_title_never_gets_longer_nor_empty(title: str, names: list[str]) -> None:
    cleaned = clean_title(title, names)
    assert cleaned
    assert len(cleaned) <= len(title) + 2  # `ß` in capitals is two letters


@pytest.mark.parametrize(("title", "separator", "name"), ENDS["suffixed"])
def test_official_titles_lose_the_name_of_an_authority(
    title: str, separator: str, name: str
) -> None:
    assert clean_title(title + separator + name, (), is_official=True) == title


@pytest.mark.parametrize("title", ENDS["whole"])
def test_what_an_authority_does_stays_in_a_title(title: str) -> None:
    assert clean_title(title, (), is_official=True) == title


def test_the_press_says_at_the_end_who_says_so() -> None:
    title = "Asylum rules are unlawful – Supreme Court"
    assert clean_title(title, ()) == title


def test_a_front_that_nothing_joins_to_its_end_is_another_word() -> None:
    assert is_authority("Udlændinge- og Integrationsministeriet")
    assert not is_authority("Udlændinge- rejser og Integrationsministeriet")


@given(
    st.sampled_from([name for _, _, name in ENDS["suffixed"]]),
    st.text(st.characters(categories=["Ll", "Lo"]), min_size=7, max_size=12),
    st.integers(0, 9),
)
def test_a_name_with_another_word_in_it_is_no_authority(name: str, word: str, at: int) -> None:
    words = name.split()
    assert is_authority(name)
    assert not is_authority(" ".join([*words[:at], f"{word}qx", *words[at:]]))
