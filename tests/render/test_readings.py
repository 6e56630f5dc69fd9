"""Readings as messages: hostile and huge texts stay texts, within what Telegram takes."""

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import render
from bot.evidence.comparison import compare
from bot.i18n import ENGLISH
from bot.models.readings import Reading, Received
from bot.render.readings import ENTITIES, text_pages
from tests.fakes.telegram_html import entities, utf16_length, visible
from tests.samples import NOW, development

MADE = development(id="CZ-2025-0001")
ANSWER = Received(
    at=NOW,
    url="https://mv.example/<script>" + "x" * 5_000,
    headers={"ETag": "<b>" * 150, "Content-Type": "text/html"},
    size=5,
    sha256="0" * 64,
)
READING = Reading(
    source="cz", url="https://mv.example/1", place="page", at=NOW, seen=NOW, sha256="1" * 64,
    received=ANSWER,
)  # fmt: skip
HOSTILE = ("</b><a href='tg://user?id=1'>x", "𝕏" * 20_000, "<&>" * 9_000, "\f" * 50, "a\n" * 9_000)


def test_hostile_and_huge_texts_fit_each_page() -> None:
    for text in HOSTILE:
        reading = replace(READING, title=text, text=text, is_cut=True)
        count, page = 1, 0
        while page < min(count, 9):
            message, count = render.as_seen(MADE, [reading], 1, page, ENGLISH)
            assert 0 < utf16_length(visible(message.html)) <= render.LIMIT
            page += 1
        _, last = render.as_seen(MADE, [reading], 1, 99_999, ENGLISH)
        assert last == count


def test_changes_of_hostile_texts_fit_each_page() -> None:
    texts = [f"Věta {n} </s> o azylu <{'x' * n}>." for n in range(90)]
    one = replace(READING, text="\n".join(texts))
    other = replace(READING, text="\n".join(text.replace("o azylu", "& návrat") for text in texts))
    other = replace(other, text=f"{other.text} {'y' * 20_000}")
    compared = compare(one, other)
    count, page = 1, 0
    while page < count:
        message, count = render.changes(MADE, [one, other], (1, 2), compared, page, ENGLISH)
        assert utf16_length(visible(message.html)) <= render.LIMIT
        assert len(entities(message.html)) <= ENTITIES + 10
        page += 1
    assert count > 3


@given(st.text(st.sampled_from("aě𝕏 \n."), max_size=9_000))
def test_pages_are_all_of_a_text(text: str) -> None:
    pages = text_pages(text)
    assert re.sub(r"\s", "", "".join(pages)) == re.sub(r"\s", "", text)
    assert all(utf16_length(page) <= 2_800 for page in pages)
