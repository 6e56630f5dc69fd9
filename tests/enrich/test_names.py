import pytest

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
