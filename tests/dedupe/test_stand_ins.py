"""Pages and feeds that stand for others, told by their headings."""

import tomllib
from pathlib import Path

from bot.dedupe.stand_ins import has_stand_in_heading
from bot.models import PageText

HEADINGS = tomllib.loads((Path(__file__).parent / "stand_in_headings.toml").read_text("utf-8"))


def are_stand_ins(headings: list[str]) -> list[str]:
    title = "Nový azylový zákon"
    return [each for each in headings if has_stand_in_heading(PageText(title=each), title)]


def test_a_heading_of_stand_ins_alone_is_one() -> None:
    headings = HEADINGS["stand_ins"]
    assert are_stand_ins(headings) == headings
    own = [each for each in headings if has_stand_in_heading(PageText(title=each), each)]
    assert own == []


def test_a_heading_with_another_word_is_one_of_an_article() -> None:
    assert are_stand_ins(HEADINGS["articles"]) == []
