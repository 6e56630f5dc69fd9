"""A chat's own clocks, across the changes to summer time and back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliver import quiet_hours
from bot.models import Chat, Timetable

PRAGUE = "Europe/Prague"
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))
ZONES = st.sampled_from([PRAGUE, "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])


def at(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=ZoneInfo(PRAGUE))  # type: ignore[arg-type, misc]


def utc(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


def test_a_daily_digest_comes_at_its_hour_the_year_round() -> None:
    daily = Timetable(every="day", minute=8 * 60)
    assert quiet_hours.next_digest(daily, PRAGUE, at(2026, 1, 5, 7)) == utc(2026, 1, 5, 7)
    assert quiet_hours.next_digest(daily, PRAGUE, at(2026, 1, 5, 8)) == utc(2026, 1, 6, 7)
    assert quiet_hours.next_digest(daily, PRAGUE, at(2026, 7, 5, 7)) == utc(2026, 7, 5, 6)


def test_an_hour_that_summer_time_skips_comes_an_hour_later() -> None:
    night = Timetable(every="day", minute=2 * 60 + 30)
    due = quiet_hours.next_digest(night, PRAGUE, at(2026, 3, 29, 0))
    assert due.astimezone(ZoneInfo(PRAGUE)) == at(2026, 3, 29, 3, 30)


def test_an_hour_that_comes_twice_counts_once() -> None:
    night = Timetable(every="day", minute=2 * 60 + 30)
    first = quiet_hours.next_digest(night, PRAGUE, at(2026, 10, 25, 0))
    assert first == utc(2026, 10, 25, 0, 30)
    assert quiet_hours.next_digest(night, PRAGUE, first) == utc(2026, 10, 26, 1, 30)


@given(
    after=MOMENTS,
    zone=ZONES,
    minute=st.integers(0, 24 * 60 - 1),
    every=st.sampled_from(["day", "week"]),
    weekday=st.integers(0, 6),
)
def test_a_digest_is_due_within_its_time_and_after_now(
    after: dt.datetime, zone: str, minute: int, every: str, weekday: int
) -> None:
    timetable = Timetable(every=every, minute=minute, weekday=weekday)  # type: ignore[arg-type]
    due = quiet_hours.next_digest(timetable, zone, after)
    days = 1 if every == "day" else 7
    assert after < due <= after + dt.timedelta(days=days + 1, hours=2)
    if every == "week":
        assert due.astimezone(ZoneInfo(zone)).weekday() == weekday or minute < 4 * 60


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        ((22 * 60, 7 * 60), 23, utc(2026, 1, 6, 6)),
        ((22 * 60, 7 * 60), 3, utc(2026, 1, 5, 6)),
        ((22 * 60, 7 * 60), 12, None),
        ((12 * 60, 13 * 60), 12, utc(2026, 1, 5, 12)),
        ((12 * 60, 13 * 60), 13, None),
        (None, 3, None),
    ],
)
def test_quiet_hours_hold_until_their_end(
    quiet: tuple[int, int] | None, hour: int, until: dt.datetime | None
) -> None:
    chat = Chat(id=1, quiet=quiet, timezone=PRAGUE)
    assert quiet_hours.quiet_until(chat, at(2026, 1, 5, hour)) == until


@given(MOMENTS, ZONES, st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_ends_some_time(now: dt.datetime, zone: str, begins: int, ends: int) -> None:
    until = quiet_hours.quiet_until(Chat(id=1, quiet=(begins, ends), timezone=zone), now)
    assert until is None or now < until <= now + dt.timedelta(hours=26)


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Europe/Prague", PRAGUE), ("prague", PRAGUE), ("europe/PRAGUE", PRAGUE), ("utc", "UTC"),
     ("New York", "America/New_York"), ("nowhere", None), ("../etc/passwd", None)],
)  # fmt: skip
def test_a_zone_is_known_by_its_name_or_city(said: str, zone: str | None) -> None:
    assert quiet_hours.zone_of(said) == zone
