"""What an item says: its fullest text, and what stands beside it."""

import pytest

from bot.models import PageText
from bot.parse.article import complete_item
from bot.parse.item import ParseContext, RawItem, make_item
from tests.samples import NOW, item, source

BODY = "<p>Vláda schválila pravidla pro azyl.</p><p>Týkají se také návratů.</p>"


@pytest.mark.parametrize(
    ("teaser", "beside"),
    [
        ("Upoutávka.", "Upoutávka."),
        ("Vláda schválila pravidla pro azyl.", ""),
        ("Vláda schválila <b>pravidla</b> …", ""),
        ("", ""),
    ],
)
def test_a_teaser_is_kept_where_the_text_does_not_say_it(teaser: str, beside: str) -> None:
    context = ParseContext(source(), "http://mv.example/rss", NOW.date())
    made = make_item(context, RawItem(title="Azyl", bodies=(teaser, BODY)))
    assert made is not None
    assert (made.text.split("\n")[0], made.beside) == ("Vláda schválila pravidla pro azyl.", beside)


def test_what_a_feed_and_a_heading_say_is_kept_beside_the_page() -> None:
    teaser = item(title="Azyl", text="Upoutávka.")
    page = PageText(title="Nová pravidla", text="Vláda schválila pravidla pro azyl.")
    made = complete_item(teaser, page)
    assert (made.text, made.beside) == (page.text, "Upoutávka.\nNová pravidla")
