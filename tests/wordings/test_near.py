import json
import re
from pathlib import Path

import pytest

from bot import wordings

MISSPELT = {
    "Chzechia": "CZ", "Czehcia": "CZ", "Chechia": "CZ", "Czechai": "CZ", "Germny": "DE",
    "Gremany": "DE", "Germanny": "DE", "Itlay": "IT", "Itally": "IT", "Grece": "GR",
    "Greese": "GR", "Swedn": "SE",
    "Polad": "PL", "Lituania": "LT", "Slovaka": "SK", "Sloveina": "SI", "Netherland": "NL",
    "Hungry": "HU", "Romnia": "RO", "Switzerlnad": "CH", "Portgual": "PT", "Lichtenstein": "LI",
    "Luxemburg": "LU", "Finlnd": "FI", "Denmrak": "DK", "Icelnad": "IS", "Bulgeria": "BG",
    "Чехя": "CZ", "Чехіа": "CZ", "Німечина": "DE", "Полща": "PL", "Німеччна": "DE",
    "Česk": "CZ", "Nemecko": "DE", "Německko": "DE", "Rakouskoo": "AT", "Slovenkso": "SK",
    "Deutchland": "DE", "Österrreich": "AT", "Frankreih": "FR", "Alemagne": "DE", "Alemnia": "DE",
    "Polsak": "PL", "Niemyc": "DE", "Ελάδα": "GR", "Γερμανια": "DE", "Grmania": "DE",
    "retrun": "return", "detension": "detention", "detntion": "detention", "recepton": "reception",
    "statelesness": "stateless", "resetlement": "resettlement", "interpretters": "interpretation",
    "deportaton": "return", "unacompanied minors": "vulnerable", "legal adi": "legalaid",
    "dublin proceedure": "dublin", "temporery protection": "temporary-protection",
    "legislatve": "Legislative", "poliy": "Policy", "Abschibung": "return", "Rükkehr": "return",
    "návart": "return", "zajištěení": "detention", "поверненя": "return", "retuor": "return",
    "detencjja": "detention", "expulsionnes": "return",
}  # fmt: skip
NOTHING = (
    "frontex", "Frontex", "blah", "CJEU", "xyzzy", "UNHCR", "IOM", "ECRE", "Eurodac", "Lampedusa",
    "Lesbos", "football", "hockey", "pizza", "hello", "thanks", "please", "Kickl", "Meloni",
    "Babiš", "Orban", "Taliban", "Kurds", "Yazidi", "Roma", "AMIF", "EUAA", "Schengen", "Cutro",
    "Moria", "Calais",
    "boats", "rescue", "weather", "budget", "election", "minister", "parliament", "visa", "euro",
    "asdf", "qwerty", "aaaa", "123", "2024", "C-123/24", "!!!", "hotspot", "Gaza", "Sahel", "Kyiv",
    "Darfur", "Mosul", "gender", "climate", "tourism", "taxes", "vaccine", "strike", "museum",
    "Frontex boats", "something else entirely",
)  # fmt: skip


def test_a_slip_of_the_keyboard_is_found() -> None:
    found = {said: wordings.find(said) or wordings.find_misspelt(said) for said in MISSPELT}
    codes = {said: [term.code for each in found[said] for term in each] for said in MISSPELT}
    assert {said: codes[said] for said, code in MISSPELT.items() if code not in codes[said]} == {}
    assert {said for said in MISSPELT if len(found[said]) > 2} == set()


def test_what_is_near_to_nothing_is_left_alone() -> None:
    ways = (
        wordings.find, wordings.find_parts, wordings.find_related, wordings.find_misspelt
    )  # fmt: skip
    found = {said: [way(said) for way in ways] for said in NOTHING}
    assert found == dict.fromkeys(NOTHING, [()] * len(ways))


def test_one_word_of_the_news_in_fifty_at_most_is_taken_for_a_slip() -> None:
    samples = (Path(__file__).parents[1] / "enrich" / "first_look").glob("*.jsonl")
    lines = [line for file in sorted(samples) for line in file.read_text("utf-8").splitlines()]
    words = {
        word for line in lines for word in re.findall(r"[^\W\d_]{4,}", json.loads(line)["title"])
    }
    unknown = [word for word in sorted(words) if not wordings.find(word)][::2]
    near = [word for word in unknown if wordings.find_misspelt(word)]
    assert len(unknown) > 500
    assert len(near) < len(unknown) / 50


def test_a_part_of_several_labels_has_to_do_with_them_all() -> None:
    assert len(wordings.find_related("asylum")) > 3


@pytest.mark.parametrize(
    ("said", "code"), [("refugees", "temporary-protection"), ("detent", "detention")]
)
def test_a_part_of_a_plain_wording_is_related_and_no_name(said: str, code: str) -> None:
    assert wordings.find(said) == ()
    related = wordings.find_related(said)
    assert code in [term.code for meaning in related for term in meaning]


def test_the_readers_language_comes_first() -> None:
    for language in ("cs", "uk"):
        assert wordings.find_misspelt("Germny", language) == wordings.find_misspelt("Germny")
