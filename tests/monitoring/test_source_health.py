import datetime as dt

import pytest
from msgspec.structs import replace

from bot.i18n import ENGLISH
from bot.models.sources import SourceState
from bot.monitoring import source_health
from tests.samples import NOW, source

DAY = dt.timedelta(days=1)


def health(**facts: object) -> str:
    known = {"id": "cz", "url": "", "polled": NOW - dt.timedelta(minutes=5), **facts}
    return source_health.health(SourceState(**known), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"polled": None}, "not read yet"),
        ({}, "answered 5 min ago"),
        ({"news": NOW - 3 * DAY}, "answered 5 min ago; last news 3 days ago"),
        (
            {"news": NOW - 20 * DAY, "gap": 2 * DAY},
            "answered 5 min ago; quiet for 20 days, usually news every 2 days",
        ),
        ({"news": NOW - 20 * DAY, "gap": 10 * DAY}, "answered 5 min ago; last news 20 days ago"),
        (
            {"moved": "https://new.example/", "moves": 1},
            "answered 5 min ago; redirected for good to https://new.example/",
        ),
        (
            {"stuck": NOW - DAY, "news": NOW - 3 * DAY},
            "its server says “not modified” (304) in spite of news; answered 5 min ago; "
            "last news 3 days ago",
        ),
        ({"stopped": True, "error": "HTTP 410"}, "gone for good; not asked any more"),
        (
            {"error": "HTTP 500", "failures": 3, "failing": NOW - DAY},
            "failing since 15.01.2025 12:00 UTC (3 times in a row): HTTP 500",
        ),
    ],
)
def test_health_is_told_in_words(facts: dict[str, object], told: str) -> None:
    assert health(**facts) == told


def test_a_span_is_told_in_its_largest_unit() -> None:
    spans = [dt.timedelta(seconds=5), dt.timedelta(minutes=59), dt.timedelta(hours=30), 3 * DAY]
    assert [ENGLISH.duration(span) for span in spans] == ["1 min", "59 min", "30 h", "3 days"]


def test_a_source_is_well_when_it_answered() -> None:
    assert not source_health.is_well(None)
    assert not source_health.is_well(SourceState(id="cz", url=""))
    assert source_health.is_well(SourceState(id="cz", url="", polled=NOW))
    assert not source_health.is_well(SourceState(id="cz", url="", polled=NOW, failures=1))


def test_a_source_needs_attention_when_it_fails_or_hides_its_news() -> None:
    answered = SourceState(id="cz", url="", polled=NOW)
    assert not source_health.needs_attention(answered)
    assert source_health.needs_attention(None)
    assert source_health.needs_attention(replace(answered, failures=1))
    assert source_health.needs_attention(replace(answered, stuck=NOW))


def test_a_source_that_is_switched_off_was_not_read() -> None:
    sources = [source(), source(id="cz-mv"), source(id="eu", country=None)]
    well = {name: SourceState(id=name, url="", polled=NOW) for name in ("cz", "cz-mv", "eu")}
    failing = replace(well["eu"], failures=1, failing=NOW)
    several, czechia = source_health.silences(sources, {**well, "eu": failing}, {"cz-mv"})
    assert (several.country, several.answered, several.failing) == ("", 0, (("eu", NOW),))
    assert (czechia.answered, czechia.sources, czechia.off) == (1, 2, ("cz-mv",))
    assert several.is_unread
    assert czechia.is_unread
    assert not any(each.is_unread for each in source_health.silences(sources, well))
