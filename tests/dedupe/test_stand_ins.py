"""Pages and feeds that stand for others, told by their headings."""

import tomllib
from pathlib import Path

import pytest

from bot.dedupe.stand_ins import has_stand_in_heading
from bot.models import PageText

HEADINGS = tomllib.loads((Path(__file__).parent / "stand_in_headings.toml").read_text("utf-8"))


@pytest.mark.parametrize("heading", HEADINGS["stand_ins"])
def test_a_heading_of_stand_ins_alone_is_one(heading: str) -> None:
    assert has_stand_in_heading(PageText(title=heading), "Nový azylový zákon")
    assert not has_stand_in_heading(PageText(title=heading), heading)


@pytest.mark.parametrize("heading", HEADINGS["articles"])
def test_a_heading_with_another_word_is_one_of_an_article(heading: str) -> None:
    assert not has_stand_in_heading(PageText(title=heading), "Nový azylový zákon")
