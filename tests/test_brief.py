"""What a brief is composed of."""

import datetime as dt
from typing import Any

from msgspec.structs import replace

from bot import brief
from bot.models import DateAhead, Development
from bot.models.brief import Brief, BriefCoverage
from bot.models.chats import Filter
from bot.models.sources import SourceState
from bot.models.translations import Translation
from bot.reader_language import Reader
from tests.samples import NOW, citation, development, source

SINCE, UNTIL = dt.date(2025, 1, 1), dt.date(2025, 1, 16)
SOURCES = [
    source(id="cz", country="CZ"),
    source(id="cz2", country="CZ", publisher="Refugee Facility Administration"),
    source(id="sk", country="SK"),
    source(id="de", country="DE"),
    source(id="eu", country=None),
]


def answering(*ids: str) -> dict[str, SourceState]:
    return {id_: SourceState(id=id_, url="x", polled=NOW, answered=NOW) for id_ in ids}


STATES = answering("cz", "cz2", "sk", "de", "eu") | {
    "cz2": SourceState(id="cz2", url="x", polled=NOW, failures=2, failing=NOW, error="HTTP 503")
}


def made(*developments: Development, language: str = "en", **asked: Any) -> Brief:
    wanted = brief.BriefRequest(since=SINCE, until=UNTIL, **asked)
    read = brief.BriefSources(sources=SOURCES, states=STATES, off=("de",))
    return brief.compose(developments, wanted, read, Reader(language, language), NOW)


def on(day: int, **facts: Any) -> Development:
    return development(date=dt.date(2025, 1, day), **facts)


def test_records_stand_by_country_and_theme_the_newest_first() -> None:
    composed = made(
        on(16, title="A", country=None),
        on(15, title="B", country="SK", themes=("return",)),
        on(14, title="C", country="CZ", themes=("return", "general")),
        on(13, title="D", country="CZ", themes=("general",)),
        on(12, title="E", country="CZ", themes=("return",)),
    )
    assert [
        (country.code, theme.code, [record.development.title for record in theme.records])
        for country in composed.countries
        for theme in country.themes
    ] == [
        ("CZ", "general", ["D"]),
        ("CZ", "return", ["C", "E"]),
        ("SK", "return", ["B"]),
        (None, "general", ["A"]),
    ]


def test_each_source_has_a_note_of_its_own() -> None:
    two = (citation(title_native="One"), citation(title_native="Two"))
    composed = made(on(15, sources=two), on(14, sources=(citation(title_native="Three"),)))
    assert [record.notes for record in composed.records] == [(1, 2), (3,)]
    assert [note.title_native for note in composed.notes] == ["One", "Two", "Three"]


def test_dates_that_are_over_are_left_out() -> None:
    dates = [
        DateAhead(kind="in_force", day=NOW.date() + dt.timedelta(days=days), words="", sentence="A")
        for days in (9, -1, 0)
    ]
    composed = made(on(15, ahead=tuple(dates)))
    assert [each.date.day for each in composed.ahead] == [dates[2].day, dates[0].day]


def test_what_does_not_fit_is_counted() -> None:
    composed = made(*(on(15, id=f"CZ-2025-{n:04}") for n in range(brief.LIMIT + 3)))
    assert (composed.shown, composed.total) == (brief.LIMIT, brief.LIMIT + 3)
    assert len(composed.records) == brief.LIMIT


def test_earlier_weeks_are_in_the_picture_alone() -> None:
    composed = made(on(15), replace(on(15), date=dt.date(2024, 12, 20), country="SK"))
    assert composed.total == 1
    assert composed.chart
    assert composed.chart_text == "Developments by country and week: Czechia 1, Slovakia 1"


def test_what_was_read_is_told_of_each_country() -> None:
    by_country = {each.country: each for each in made(on(15)).coverage}
    assert by_country["CZ"] == BriefCoverage(
        country="CZ", sources=2, answering=1, failing=("Refugee Facility Administration",)
    )
    assert by_country["DE"].off == ("Ministry of the Interior",)
    assert by_country["SK"].silent
    assert list(by_country)[-1] is None


def test_of_a_filter_its_own_countries_are_told() -> None:
    composed = made(on(15), filters=(Filter(countries=frozenset({"CZ", "MT"})),))
    assert [(each.country, each.sources) for each in composed.coverage] == [
        ("CZ", 2), ("MT", 0), (None, 1),
    ]  # fmt: skip
    assert composed.asked == "Czechia, Malta"


def test_words_are_those_of_who_reads_and_say_their_language() -> None:
    german = Translation(title="Zusammenarbeit", summary=None, by="x", origin="machine")
    record = on(15, sources=(citation(language="cs"),), translations={"de": german})
    record = replace(record, title=record.sources[0].title_native)
    for language, title, of in (("de", "Zusammenarbeit", "de"), ("cs", record.title, "cs")):
        (read,) = made(record, language=language).records
        assert (read.development.title, read.language) == (title, of)
    (english,) = made(replace(record, title="Cooperation", translated_by="x")).records
    assert english.language == "en"
