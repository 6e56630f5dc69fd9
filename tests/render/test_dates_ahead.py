"""Dates to come: under a message, in files, and as a calendar."""

import datetime as dt
from typing import Any

import icalendar
import msgspec
import pytest
from msgspec.structs import replace

from bot import render
from bot.chat import deadlines
from bot.dedupe.merge import merge
from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models import DateAhead, Development
from bot.render import calendar
from bot.render.export import csv, markdown
from bot.text import utf16_length
from tests.fakes.telegram_html import visible
from tests.samples import NOW, citation, development

JANUARY, MARCH = dt.date(2027, 1, 1), dt.date(2027, 3, 1)
IN_FORCE = DateAhead(
    kind="in_force", day=JANUARY, words="1. ledna 2027", sentence="Zákon platí od 1. ledna 2027."
)
APPEAL = DateAhead(
    kind="appeal", day=None, words="do 15 dnů", sentence="Odvolat se <lze> do 15 dnů."
)


SPRING = DateAhead(
    kind="review",
    day=MARCH,
    words="v březnu 2027",
    sentence="Přezkum bude v březnu 2027.",
    precision="month",
)


def dated(*dates: DateAhead, **facts: Any) -> Development:
    return development(ahead=dates, **facts)


def events(*records: Development) -> list[icalendar.Event]:
    content = calendar.ics(records, NOW.date(), NOW, ENGLISH)
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_is_shown_without_a_day(language: str) -> None:
    to, record = locale_for(language), dated(SPRING)
    html = render.development(record, to).html
    assert f"{to.month(MARCH)} ({to.gettext('review due')})" in visible(html)
    assert "2027" in to.month(MARCH)
    assert "<tg-time" not in html
    assert "2027-03 review due" in csv([record])
    (event,) = events(record)
    assert (event["dtstart"].dt, event["dtend"].dt) == (MARCH, MARCH + dt.timedelta(days=1))
    assert "(review due, March 2027)" in event["summary"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_is_shown_as_one(language: str) -> None:
    to, record = locale_for(language), dated(replace(SPRING, day=JANUARY, precision="quarter"))
    assert f"{to.quarter(JANUARY)} (" in visible(render.development(record, to).html)
    assert "2027-Q1 review due" in csv([record])


@pytest.mark.parametrize(
    ("date", "last"),
    [
        (SPRING, dt.date(2027, 3, 31)),
        (replace(SPRING, day=JANUARY, precision="quarter"), dt.date(2027, 3, 31)),
        (replace(SPRING, precision="day"), MARCH),
    ],
)
def test_a_month_or_quarter_is_ahead_until_it_ends(date: DateAhead, last: dt.date) -> None:
    record = dated(date)
    assert date.last == last
    for day, count in ((last, 1), (last + dt.timedelta(days=1), 0)):
        content = calendar.ics([record], day, NOW, ENGLISH)
        assert content.count(b"BEGIN:VEVENT") == count
        assert len(deadlines.dates_of([record], day)) == count


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_stands_under_the_block_with_its_sentences(language: str) -> None:
    to = locale_for(language)
    text = visible(render.development(dated(IN_FORCE, APPEAL), to).html)
    _, line = text.split(f"{to.gettext('Dates ahead')}: ")
    assert line.startswith(f"{to.long_day(JANUARY)} ({to.gettext('in force')}) · “do 15 dnů”")
    assert IN_FORCE.sentence in line
    assert APPEAL.sentence in line
    plain = visible(render.development(development(), to).html)
    assert text.startswith(plain.rstrip())


def test_a_sentence_of_the_summary_is_not_said_again() -> None:
    record = dated(IN_FORCE, summary=f"Vláda rozhodla. {IN_FORCE.sentence}")
    text = visible(render.development(record).html)
    assert text.count(IN_FORCE.sentence) == 1


def test_a_sentence_of_a_pdf_is_told_with_its_page() -> None:
    record = dated(replace(IN_FORCE, page=3))
    assert f"{IN_FORCE.sentence} (p. 3)" in visible(render.development(record).html)
    czech = visible(render.development(record, locale_for("cs")).html)
    assert f"{IN_FORCE.sentence} (s. 3)" in czech


def test_a_sentence_of_the_summary_has_its_page_beside_the_date() -> None:
    record = dated(replace(IN_FORCE, page=3), summary=IN_FORCE.sentence)
    assert "(in force, p. 3)" in visible(render.development(record).html)


def test_the_longest_dates_fit_a_message() -> None:
    dates = [
        DateAhead(kind="until", day=JANUARY, words="x", sentence=f"{n} {'slovo ' * 66}")
        for n in range(6)
    ]
    record = dated(*dates, summary="Věta. " * 600, sources=(citation(),) * 10)
    assert utf16_length(visible(render.development(record).html)) <= 4096


def test_files_have_the_dates() -> None:
    record = dated(IN_FORCE, APPEAL)
    assert csv([record]).splitlines()[1].endswith("2027-01-01 in force; “do 15 dnů” appeal")
    assert "- 2027-01-01 (in force): “Zákon platí od 1. ledna 2027.”" in markdown(record)
    assert b'"ahead":[{"kind":"in_force","day":"2027-01-01"' in msgspec.json.encode(record)


def test_records_of_earlier_versions_have_none() -> None:
    row = msgspec.to_builtins(development())
    del row["ahead"]
    assert msgspec.convert(row, Development).ahead == ()


def test_a_changed_date_changes_the_same_entry_of_a_calendar() -> None:
    moved = msgspec.structs.replace(IN_FORCE, day=MARCH)
    (before,) = events(dated(IN_FORCE, APPEAL, id="CZ-2027-0001"))
    (after,) = events(dated(moved, id="CZ-2027-0001", revision=1))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert (before["dtstart"].dt, after["dtstart"].dt) == (JANUARY, MARCH)


def test_what_a_source_says_ends_no_line_of_a_calendar() -> None:
    (event,) = events(dated(IN_FORCE, title="Novela;\nEND:VEVENT, č. 5" + " dlouhá" * 40))
    assert event["summary"].startswith("Novela; END:VEVENT, č. 5 dlouhá")


def test_two_sources_of_one_event_tell_each_date_once() -> None:
    other = msgspec.structs.replace(IN_FORCE, sentence="In force on 1 January.")
    both = merge(dated(IN_FORCE), dated(APPEAL, other))
    assert both.ahead == (IN_FORCE, APPEAL)
