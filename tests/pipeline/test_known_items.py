"""What polls tell of items that are known, changed, or suddenly all new."""

import datetime as dt

import pytest

from bot import render
from bot.dates import written_day
from tests.fakes.sources import Entry
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import NEW, OLD, OTHER, many
from tests.samples import NOW


async def test_changed_text_of_a_known_item_updates_its_development(polled: PolledSource) -> None:
    polled.publish(NEW, OLD)
    await polled.poll()
    before = await polled.context.store.developments()
    polled.publish(Entry(**{**vars(NEW), "title": "Azyl: nová pravidla", "text": "Oprava."}), OLD)
    assert (await polled.poll()).changed == 0  # another poll is to confirm it
    report = await polled.poll()
    assert (report.result, report.changed, report.deliveries) == ("nothing new", 1, 0)
    after = await polled.context.store.developments()
    assert [made.id for made in after] == [made.id for made in before]
    assert after[0].title == "Azyl: nová pravidla"
    assert after[0].recorded == before[0].recorded
    assert await polled.queued() == []


async def test_what_is_owed_is_told_as_it_reads_now(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    polled.publish(Entry(**{**vars(NEW), "title": "Azyl: opravený titulek"}), OLD)
    await polled.poll()
    await polled.poll()
    assert await polled.queued() == [(1, "Azyl: opravený titulek")]


async def test_the_same_news_under_two_addresses_is_one(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    slug, day = "magyar-lengyel-migracios-talalkozo", dt.datetime(2025, 1, 16)
    twice = (
        Entry("Migráció: találkozó", f"https://k.example/a/{slug}", None, day),
        Entry("Migráció: találkozó, hosszabb cím", f"https://k.example/b/c/{slug}", None, day),
    )
    polled.publish(*twice, OLD)
    report = await polled.poll()
    assert report.new == 1


async def test_weekly_figures_under_one_title_are_news_each_week(polled: PolledSource) -> None:
    week = [
        Entry("Žádosti o azyl: týdenní přehled", f"https://mv.example/t/{n}", f"t{n}",
              dt.datetime(2025, 1, 1) + dt.timedelta(weeks=n), "Počty žádostí o azyl.")
        for n in range(4)
    ]  # fmt: skip
    polled.publish(week[0])
    await polled.poll()
    for n in (1, 2, 3):
        polled.publish(*reversed(week[: n + 1]))
        assert (await polled.poll()).developments == 1


async def test_new_guids_and_https_are_nothing_new(polled: PolledSource) -> None:
    polled.publish(*many(1, 30))
    await polled.poll()
    secure = {"guid": lambda n: f"uuid-{n}", "link": lambda n: f"http://www.mv.example/{n}/"}
    polled.publish(*many(1, 30, **secure))
    report = await polled.poll()
    assert (report.result, report.new) == ("nothing new", 0)


async def test_a_new_cms_is_known_by_its_titles(polled: PolledSource) -> None:
    polled.publish(*many(1, 30))
    await polled.poll()
    moved = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    polled.publish(*many(1, 31, **moved))
    polled.wait(0.1)
    report = await polled.poll()
    assert (report.new, report.held, report.deliveries) == (1, 0, 1)
    assert [title for _, title in await polled.queued()] == ["Azyl: rozhodnutí číslo 31"]


async def test_what_is_left_over_the_usual_volume_is_held_back_and_told(
    polled: PolledSource,
) -> None:
    polled.publish(*many(1, 30))
    await polled.poll()
    other = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "title": lambda n: f"Migrace: jiný titulek {n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    polled.publish(*many(1, 40, **other))
    polled.wait(0.1)
    report = await polled.poll()
    assert (report.new, report.held, report.deliveries) == (40, 39, 1)
    (notice,) = await polled.context.store.notices()
    assert "cz: 39 of 40 items are suddenly new" in render.notice_line(notice)
    assert len(await polled.context.store.developments()) == 70
    assert (await polled.poll()).result == "unchanged"


async def test_a_short_feed_is_known_by_its_titles_too(polled: PolledSource) -> None:
    polled.publish(*many(1, 6))
    await polled.poll()
    moved = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    polled.publish(*many(1, 7, **moved))
    report = await polled.poll()
    assert (report.new, report.held, report.deliveries) == (1, 0, 1)


async def test_what_was_imported_at_once_tells_no_habit(polled: PolledSource) -> None:
    seconds = {"date": lambda n: NOW - dt.timedelta(seconds=n)}
    polled.publish(*many(1, 30, **seconds))
    await polled.poll()
    assert (await polled.state()).gap is None
    polled.publish(*many(101, 130, title=lambda n: f"Migrace, jiná zpráva {n}"))
    polled.wait(1)
    assert (await polled.poll()).held == 27  # three a day are believed


async def test_one_old_item_does_not_spoil_the_habit(polled: PolledSource) -> None:
    pinned = Entry("Azyl: o nás", "https://mv.example/o", "o", dt.datetime(2012, 1, 1))
    polled.publish(*many(1, 20), pinned)
    await polled.poll()
    assert (await polled.state()).gap == dt.timedelta(days=1)


async def test_what_became_of_an_item_is_known_by_its_new_names(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    names = [("g1", "https://mv.example/1"), ("g2", "https://mv.example/1"),
             ("g2", "https://mv.example/2")]  # fmt: skip
    for number, (guid, link) in enumerate(names):
        title = "Azyl: opravený titulek" if number == 2 else NEW.title
        entry = Entry(**{**vars(NEW), "guid": guid, "link": link, "title": title})
        polled.publish(entry, OLD)
        await polled.poll()
    await polled.poll()
    (made,) = await polled.context.store.developments(limit=1)
    assert made.title == "Azyl: opravený titulek"


async def test_a_page_that_is_always_the_same_address_is_recorded_each_time(
    polled: PolledSource,
) -> None:
    polled.publish(OLD)
    await polled.poll()
    for n in (1, 2, 3):
        polled.publish(
            Entry(f"Azyl: přehled {n}", "https://mv.example/prehled", f"p{n}",
                  dt.datetime(2025, 1, n), f"Text přehledu {n}.")
        )  # fmt: skip
        assert (await polled.poll()).developments == 1


async def test_a_source_that_comes_back_after_weeks_is_heard(polled: PolledSource) -> None:
    polled.publish(*many(1, 30))
    await polled.poll()
    polled.web.fails("/rss", 503)
    polled.wait(20)
    await polled.poll()
    recent = {"date": lambda n: NOW + dt.timedelta(days=n - 30)}
    polled.publish(*many(31, 60, **recent))
    polled.wait(30)
    report = await polled.poll()
    assert (report.new, report.held, report.deliveries) == (30, 0, 30)


async def test_a_burst_is_heard_while_the_old_items_stay(polled: PolledSource) -> None:
    polled.publish(*many(1, 30))
    await polled.poll()
    polled.publish(*many(1, 60))
    report = await polled.poll()
    assert (report.new, report.held) == (30, 0)


async def test_a_store_with_days_in_utc_is_told_nothing_of_the_local_ones(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Entry(**{**vars(NEW), "date": "Wed, 15 Jan 2025 23:30:00 GMT"})
    polled.publish(OLD)
    await polled.poll()
    with monkeypatch.context() as earlier_version:
        earlier_version.setattr("bot.enrich.local_day", lambda moment, _: written_day(moment))
        polled.publish(late, OLD)
        await polled.poll()
    (made,) = [
        each for each in await polled.context.store.developments() if each.title == NEW.title
    ]
    assert made.date == dt.date(2025, 1, 15)
    polled.publish(OTHER, late, OLD)
    report = await polled.poll()
    assert (report.changed, report.deliveries) == (0, 0)
