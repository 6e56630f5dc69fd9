import datetime as dt

import pytest

from bot import parse
from bot.models import PageText
from bot.models.sources import Fetched
from bot.text import first_sentences
from tests.parse.pages import LAYOUTS, PAGES, ArticlePage, html_of
from tests.samples import source

TODAY = dt.date(2025, 3, 20)


def read(html: str, language: str = "cs", publisher: str = "Publisher") -> PageText:
    own = source(language=language, publisher=publisher, publisher_native=None)
    fetched = Fetched(url="https://ministry.example/1", body=html.encode())
    return parse.parse_article_page(own, fetched, language, TODAY)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.language)
def test_a_page_is_its_title_and_its_sentences(page: ArticlePage, layout: str) -> None:
    read_page = read(html_of(page, layout), page.language)
    body = " ".join(page.body)
    assert read_page.text.split("\n") == [page.lead, body]
    assert first_sentences(read_page.title, read_page.text) == f"{page.lead} {body}"
    if layout == "lines":  # capitals hide which words are names
        assert read_page.title.casefold() == page.title.casefold()
        assert read_page.title[1:5].islower()
    else:
        assert read_page.title == page.title
