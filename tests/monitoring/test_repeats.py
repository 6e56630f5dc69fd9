"""Trouble that goes on is counted at growing intervals, not repeated."""

import io
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.monitoring import logs, repeats
from bot.monitoring.repeats import Repeats

MINUTE, DAY = 60.0, 86_400.0


def record(at: float, message: str = "%s: %s", *args: object, **facts: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.jobs", logging.ERROR, "x.py", 7, message, args, None)
    made.created = at
    vars(made).update(facts)
    return made


def passed(times: list[float], filter_: Repeats) -> list[str | None]:
    """What is said of the number, of each event that passes."""
    events = [record(at, "%s: %s", "outbox", "the disk is full") for at in times]
    return [getattr(each, "times", None) for each in events if filter_.filter(each)]


def test_what_goes_on_for_a_day_is_told_ten_times() -> None:
    said = passed([float(second) for second in range(int(DAY))], Repeats())
    assert said[0] is None
    assert [str(each).split()[0] for each in said[1:5]] == ["61", "181", "421", "901"]
    assert len(said) == 11
    assert "times since 19" in str(said[-1])


def test_what_comes_every_quarter_of_an_hour_is_counted_too() -> None:
    assert len(passed([15 * MINUTE * poll for poll in range(4 * 24 * 30)], Repeats())) < 45


def test_what_comes_again_after_it_was_over_is_new() -> None:
    filter_ = Repeats()
    assert passed([0, 1, 2, 2 * 3600.0, 2 * 3600.0 + 1], filter_) == [None, None]


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    assert passed([DAY, DAY + 1, 5.0, 6.0, 6.0 + MINUTE], Repeats())[:2] == [None, None]


def test_other_words_are_other_trouble_and_other_numbers_are_not() -> None:
    filter_ = Repeats()
    assert filter_.filter(record(0, "%s: next try in %.0f s", "a", 1.0))
    assert not filter_.filter(record(1, "%s: next try in %.0f s", "a", 2.0))
    assert filter_.filter(record(1, "%s: next try in %.0f s", "b", 2.0))
    assert filter_.filter(record(1, "%s: next try in %.0f s", "a", 2.0, lineno=8))
    assert filter_.filter(record(2, "%s", "a", levelno=logging.INFO))
    assert filter_.filter(record(2, "%s", "a", levelno=logging.INFO))


@given(st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from("abc")), max_size=60))
def test_every_kind_is_told_first_and_nothing_is_told_of_none(
    events: list[tuple[float, str]],
) -> None:
    filter_, told = Repeats(), set[str]()
    for at, word in events:
        is_told = filter_.filter(record(at, "%s", word))
        assert is_told or word in told
        told |= {word} if is_told else set()


def test_no_more_kinds_are_kept_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "KINDS", 3)
    filter_ = Repeats()
    for number in range(100):
        filter_.filter(record(0, "%s", f"word {number}"))
    assert len(filter_._troubles) == 3


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize("layout", ["plain", "json"])
def test_the_log_tells_the_number_and_the_traceback_once(
    stream: io.StringIO, layout: logs.Layout
) -> None:
    logs.set_up([], layout, stream)
    log = logging.getLogger("bot.jobs.scheduler")
    try:
        raise ValueError("of a job")
    except ValueError as error:
        facts = (type(error), error, error.__traceback__)
        for second in (0.0, 1.0, 61.0):
            log.handle(record(second, "%s broke", "alerts", exc_info=facts))
    assert stream.getvalue().count("Traceback") == 1
    assert stream.getvalue().count("alerts broke") == 2
    assert "3 times since 19" in stream.getvalue().splitlines()[-1]
