"""An operator's own words for labels: what they change, and how mistakes are told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import enrich
from bot.enrich.own_words import OwnWords, WordLists, read_own_words
from bot.errors import ConfigError
from bot.models import Development
from tests.samples import item, source

OWN = """
# What our office found.
[cs]
gate = ["opozdilc*"]
other = ["azylant*"]

[cs.themes]
return = ["vycestovn*"]

[cs.remove.themes]
dublin = ["dublin*"]
"""


def made(title: str, own: str = "", scope: str = "mixed") -> Development | None:
    made = enrich.enrich_item(item(title=title, language="cs"), source(scope=scope), own)
    return made if isinstance(made, Development) else None


def read(folder: Path, text: str) -> str:
    path = folder / "my-words.toml"
    path.write_text(text, encoding="utf-8")
    return read_own_words(str(path))


def test_words_are_added_to_the_lists_of_a_language(tmp_path: Path) -> None:
    own = read(tmp_path, OWN)
    assert made("Opozdilci čekají na vycestovní příkaz") is None
    development = made("Opozdilci čekají na vycestovní příkaz", own)
    assert development is not None
    assert development.themes == ("return",)
    assert development.evidence.themes == ("vycestovní",)


def test_words_are_removed_and_words_in_another_sense_are_known(tmp_path: Path) -> None:
    own = read(tmp_path, OWN)
    before, after = (made("Dublin a jeho okolí", words, "migration") for words in ("", own))
    assert before is not None
    assert after is not None
    assert before.themes == ("dublin",)
    assert "dublin" not in after.themes
    assert made("Azylanti se setkali") is not None
    assert made("Azylanti se setkali", own) is None


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("[cs]\ngate = [1]\n", 2, "Expected `str`, got `int`"),
        ("[cs]\n\nadded = ['x']\n", 3, "unknown field `added`"),
        ("[cs.themes]\nreturn = ['vycestovn*']\nbeds = ['postel*']\n", 3, '"beds"'),
        ("[xx]\ngate = ['word']\n", 1, '"xx"'),
        ('[cs]\ngate = [\n  "vycestovn*",\n  "*",\n]\n', 4, '"*"'),
        ('[cs]\ngate = ["a"]\n', 2, '"a"'),
        ('[cs]\ngate = ["slovo  slovo"]\n', 2, '"slovo  slovo"'),
        ('[de]\ngate = ["wort"]\n[cs.remove]\ngate = ["wort"]\n', 4, "which is not in gate"),
        ("[cs]\ngate = = 1\n", 2, "a mistake"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, found: str
) -> None:
    with pytest.raises(ConfigError) as told:
        read(tmp_path, text)
    assert "my-words.toml" in str(told.value)
    assert f"line {line}" in str(told.value)
    assert found in str(told.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_own_words(str(tmp_path / "none.toml"))
    (tmp_path / "my-words.toml").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_own_words(str(tmp_path / "my-words.toml"))


terms = st.lists(st.sampled_from(["a b", "cc*", "*dd", "ee"]), max_size=3).map(tuple)
lists = st.builds(
    WordLists, gate=terms, themes=st.dictionaries(st.sampled_from(["return", "dublin"]), terms)
)


@given(lists, lists, lists)
def test_what_is_added_is_there_and_what_is_removed_alone_is_not(
    before: WordLists, added: WordLists, removed: WordLists
) -> None:
    own = OwnWords(gate=added.gate, themes=added.themes, remove=removed)
    after = [*own.applied_to(before).flat()]
    assert len(set(after)) == len(after) or len(set(before.flat())) < len([*before.flat()])
    assert set(after) == (set(before.flat()) - set(removed.flat())) | set(added.flat())
