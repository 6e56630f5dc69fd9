import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.titles import clean_title, shared_parts, site_names

NAMES = site_names(
    "Ministry of the Interior", "Ministerstvo vnitra České republiky", "MV - Aktuality"
)


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
