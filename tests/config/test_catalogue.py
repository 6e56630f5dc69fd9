"""The built-in sources, row by row."""

import re
from collections import Counter
from urllib.parse import urlsplit

from cssselect import HTMLTranslator

from bot import taxonomy
from bot.config import Config
from bot.config.schema import BuiltIn, CatalogueConfig, catalogue
from tools import source_table

SOURCES = catalogue().sources
EU_PLUS = set(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE".split()
    + "IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)


def test_a_built_in_source_is_told_whole() -> None:
    for source in SOURCES:
        _is_told_whole(source)


def _is_told_whole(source: BuiltIn) -> None:
    assert source.evidence
    assert source.evidenced[:3] == "202"
    assert source.type
    assert (source.group in ("press", "stand-in")) <= (source.type == "press")
    assert source.language
    assert source.country or source.id.startswith(("eu-", "int-"))
    assert source.id.startswith((source.country or source.id).lower() + "-") or not source.country
    assert source.publisher_native or source.language == "en" or source.group != "official"
    assert urlsplit(source.url).scheme == "https"
    assert (source.kind == "page") or not (source.template or source.selectors())


def test_no_source_stands_twice() -> None:
    assert len({source.id for source in SOURCES}) == len(SOURCES)
    assert len({source.url for source in SOURCES}) == len(SOURCES)


def test_every_selector_can_be_read() -> None:
    config = Config()
    for source in config.all_sources():
        for selector in (
            source.page.item,
            source.page.link,
            source.page.title,
            source.page.summary,
        ):
            assert not selector or HTMLTranslator().css_to_xpath(selector)


def test_each_country_has_a_source_but_liechtenstein() -> None:
    """Of which no list is known that can be read."""
    followed = {source.country for source in Config().all_sources()}
    assert followed >= EU_PLUS - {"LI"}
    assert all(taxonomy.is_country(country) for country in followed if country)
    assert None in followed


def test_press_is_followed_on_request_and_where_ministries_turn_robots_away() -> None:
    groups = {source.id: source.group for source in SOURCES}
    followed = {source.id for source in Config().all_sources()}
    assert {groups[name] for name in followed} == {"official", "stand-in"}
    assert {"cy-cyprus-mail", "lt-lrt", "be-belga"} <= followed
    everything = Config(catalogue=CatalogueConfig(press=True)).all_sources()
    assert {source.id for source in everything} == set(groups)


def test_one_template_serves_all_ministries_of_a_cms() -> None:
    polish = [source for source in Config().all_sources() if "//www.gov.pl/" in source.url]
    assert len(polish) >= 5
    assert {source.page.item for source in polish} == {"div.art-prev > ul > li"}


def test_law_is_followed_where_it_is_made() -> None:
    followed = Counter(source.type for source in Config().all_sources())
    assert followed["court"] >= 10
    assert followed["gazette"] >= 15
    assert followed["parliament"] >= 10


def test_the_document_tells_what_is_in_the_catalogue() -> None:
    document = source_table.DOCUMENT.read_text(encoding="utf-8")
    assert source_table.with_table(document) == document, "run python -m tools.source_table"
    told = [int(number) for number in re.findall(r"\b\d+\b", document.partition("`confidence`")[0])]
    groups = Counter(source.group for source in SOURCES)
    assert told == [len(SOURCES), groups["official"], groups["stand-in"], groups["press"]]
