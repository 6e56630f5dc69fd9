"""The line that tells the stage of a law, a bill or a case."""

from typing import get_args

import pytest

from bot import render
from bot.i18n import locale_for
from bot.models import Stage, StageKind
from bot.render import matter
from tests.samples import development

BILL = development(
    id="CZ-2025-0002", matter="CZ-2025-0001", own_references=("sněmovní tisk 512",),
    matter_references=("314/2025 Sb.", "sněmovní tisk 512"),
    stage=Stage(kind="adopted", body="lower_house"),
)  # fmt: skip


def test_it_names_the_number_who_decided_and_the_place() -> None:
    line = "sněmovní tisk 512 · adopted by the lower house · stage 3 of 5"
    assert render.stage_line(BILL) == line
    assert render.development(BILL).plain.splitlines()[1] == line
    czech = "sněmovní tisk 512 · přijato dolní komorou · fáze 3 z 5"
    assert render.stage_line(BILL, locale_for("cs")) == czech


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"own_references": ()},
         "314/2025 Sb. · sněmovní tisk 512 · adopted by the lower house · stage 3 of 5"),
        ({"country": None}, "sněmovní tisk 512 · adopted by the lower house"),
        ({"stage": Stage(kind="annulled")}, "sněmovní tisk 512 · annulled by a court"),
        ({"stage": None}, ""),
        # the first of a law of which nothing else is known
        ({"own_references": (), "matter": "CZ-2025-0002"}, ""),
        ({"own_references": (), "matter": None}, ""),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out(facts: dict[str, object], line: str) -> None:
    assert render.stage_line(development(**{**_facts(), **facts})) == line


def _facts() -> dict[str, object]:
    return {name: getattr(BILL, name) for name in BILL.__struct_fields__}


def test_every_stage_has_words() -> None:
    assert matter.KINDS.keys() == {*get_args(StageKind)}
