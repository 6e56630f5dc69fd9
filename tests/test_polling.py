"""What polls leave behind: updates, floods, moves, sources that are gone, and items completed."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from bot import pipeline
from bot.fetch import schedule
from bot.models import Page, SourceState
from tests.fake_sources import Entry, rss
from tests.samples import NOW, source
from tests.test_pipeline import NEW, OLD, Newsroom, newsroom

__all__ = ["newsroom"]  # the fixture


def many(first: int, last: int, **changes: Any) -> list[Entry]:
    """Entries of as many days, the newest first."""
    return [
        Entry(
            **{
                "title": f"Azyl: rozhodnutí číslo {n}",
                "link": f"https://mv.example/{n}",
                "guid": f"g{n}",
                "date": dt.datetime(2024, 11, 1) + dt.timedelta(days=n),
                **{name: make(n) for name, make in changes.items()},
            }
        )
        for n in range(last, first - 1, -1)
    ]


async def state(room: Newsroom) -> SourceState:
    known = await room.desk.store.state("cz")
    assert known is not None
    return known


def later(room: Newsroom, days: float) -> None:
    """Lets time pass."""
    room.desk = replace(room.desk, clock=lambda: NOW + dt.timedelta(days=days))


# ------------------------------------------------------------------ what is known, and changes


async def test_changed_text_of_a_known_item_updates_its_development(newsroom: Newsroom) -> None:
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    before = await newsroom.desk.store.developments()
    newsroom.publishes(
        Entry(**{**vars(NEW), "title": "Azyl: nová pravidla", "text": "Oprava."}), OLD
    )
    report = await newsroom.polls()
    assert (report.result, report.changed, report.deliveries) == ("nothing new", 1, 0)
    after = await newsroom.desk.store.developments()
    assert [made.id for made in after] == [made.id for made in before]
    assert after[0].title == "Azyl: nová pravidla"
    assert after[0].recorded == before[0].recorded
    assert await newsroom.owed() == []


async def test_what_is_owed_is_told_as_it_reads_now(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    newsroom.publishes(Entry(**{**vars(NEW), "title": "Azyl: opravený titulek"}), OLD)
    await newsroom.polls()
    assert await newsroom.owed() == [(1, "Azyl: opravený titulek")]


async def test_the_same_news_under_two_addresses_is_one(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    slug, day = "magyar-lengyel-migracios-talalkozo", dt.datetime(2025, 1, 16)
    twice = (
        Entry("Migráció: találkozó", f"https://k.example/a/{slug}", None, day),
        Entry("Migráció: találkozó, hosszabb cím", f"https://k.example/b/c/{slug}", None, day),
    )
    newsroom.publishes(*twice, OLD)
    report = await newsroom.polls()
    assert report.new == 1


async def test_weekly_figures_under_one_title_are_news_each_week(newsroom: Newsroom) -> None:
    week = [
        Entry("Žádosti o azyl: týdenní přehled", f"https://mv.example/t/{n}", f"t{n}",
              dt.datetime(2025, 1, 1) + dt.timedelta(weeks=n), "Počty žádostí o azyl.")
        for n in range(4)
    ]  # fmt: skip
    newsroom.publishes(week[0])
    await newsroom.polls()
    for n in (1, 2, 3):
        newsroom.publishes(*reversed(week[: n + 1]))
        assert (await newsroom.polls()).developments == 1


# ------------------------------------------------------------------ a feed that is suddenly all new


async def test_new_guids_and_https_are_nothing_new(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 30))
    await newsroom.polls()
    secure = {"guid": lambda n: f"uuid-{n}", "link": lambda n: f"http://www.mv.example/{n}/"}
    newsroom.publishes(*many(1, 30, **secure))
    report = await newsroom.polls()
    assert (report.result, report.new) == ("nothing new", 0)


async def test_a_new_cms_is_known_by_its_titles(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 30))
    await newsroom.polls()
    moved = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    newsroom.publishes(*many(1, 31, **moved))
    later(newsroom, 0.1)
    report = await newsroom.polls()
    assert (report.new, report.held, report.deliveries) == (1, 0, 1)
    assert [title for _, title in await newsroom.owed()] == ["Azyl: rozhodnutí číslo 31"]


async def test_what_is_left_over_the_usual_volume_is_held_back_and_told(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 30))
    await newsroom.polls()
    other = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "title": lambda n: f"Migrace: jiný titulek {n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    newsroom.publishes(*many(1, 40, **other))
    later(newsroom, 0.1)
    report = await newsroom.polls()
    assert (report.new, report.held, report.deliveries) == (40, 39, 1)
    (notice,) = await newsroom.desk.store.notices()
    assert "cz: 39 of 40 items are suddenly new" in notice.text
    assert len(await newsroom.desk.store.developments()) == 70
    assert (await newsroom.polls()).result == "unchanged"


async def test_a_source_that_comes_back_after_weeks_is_heard(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 30))
    await newsroom.polls()
    newsroom.web.fails("/rss", 503)
    later(newsroom, 20)
    await newsroom.polls()
    recent = {"date": lambda n: NOW + dt.timedelta(days=n - 30)}
    newsroom.publishes(*many(31, 60, **recent))
    later(newsroom, 30)
    report = await newsroom.polls()
    assert (report.new, report.held, report.deliveries) == (30, 0, 30)


async def test_a_burst_is_heard_while_the_old_items_stay(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 30))
    await newsroom.polls()
    newsroom.publishes(*many(1, 60))
    report = await newsroom.polls()
    assert (report.new, report.held) == (30, 0)


# ------------------------------------------------------------------ where a source is


async def test_a_source_moves_when_it_was_seen_to_three_times(newsroom: Newsroom) -> None:
    newsroom.web.redirects("/rss", "/new", 301)
    newsroom.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(4):
        await newsroom.polls()
    assert len(newsroom.web.requests("/rss")) == 3
    assert (await state(newsroom)).moved == newsroom.web.url("/new")
    newsroom.web.publish("/new", rss([NEW, OLD]), etag=None)
    assert (await newsroom.polls()).deliveries == 1  # the same baseline


async def test_a_failure_at_the_new_address_leads_back(newsroom: Newsroom) -> None:
    newsroom.web.redirects("/rss", "/new", 308)
    newsroom.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(3):
        await newsroom.polls()
    newsroom.web.fails("/new", 404)
    newsroom.publishes(NEW, OLD)
    assert (await newsroom.polls()).result == "failed"
    assert (await newsroom.polls()).deliveries == 1


async def test_a_redirect_that_comes_and_goes_moves_nothing(newsroom: Newsroom) -> None:
    newsroom.web.publish("/new", rss([OLD]), etag=None)
    for status in (301, 301, 302, 301, 301):
        newsroom.web.redirects("/rss", "/new", status)
        await newsroom.polls()
    assert (await state(newsroom)).moves == 2


async def test_a_source_that_is_gone_is_stopped_and_told_once(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.web.fails("/rss", 410)
    report = await newsroom.polls()
    await newsroom.polls()
    assert (await state(newsroom)).stopped
    (notice,) = await newsroom.desk.store.notices()
    assert "cz is gone for good" in notice.text
    assert report.notices == (notice.text,)
    newsroom.publishes(OLD)
    await newsroom.polls()
    assert not (await state(newsroom)).stopped


async def test_what_robots_txt_denies_waits_a_day_and_is_shown(newsroom: Newsroom) -> None:
    newsroom.web.publish("/robots.txt", "User-agent: *\nDisallow: /")
    await newsroom.polls()
    known = await state(newsroom)
    assert known.robots == "denies"
    assert known.due == NOW + dt.timedelta(days=1)


async def test_the_address_may_hold_the_year(newsroom: Newsroom) -> None:
    newsroom.web.publish("/2025.xml", rss([OLD]))
    newsroom.web.publish("/2026.xml", rss([NEW]))
    yearly = source(url=newsroom.web.url("/{year}.xml"))
    assert (await newsroom.polls(yearly)).result == "baseline"
    later(newsroom, 360)
    assert (await newsroom.polls(yearly)).deliveries == 1


async def test_a_feed_s_own_rhythm_is_kept_also_when_nothing_changed(newsroom: Newsroom) -> None:
    newsroom.web.publish("/rss", rss([OLD]).replace("<item>", "<ttl>25</ttl><item>", 1))
    await newsroom.polls()
    await newsroom.polls()
    assert (await state(newsroom)).due == NOW + dt.timedelta(minutes=25)


async def test_the_habit_of_a_source_is_read_from_its_dates_and_followed(
    newsroom: Newsroom,
) -> None:
    newsroom.publishes(*many(1, 31))
    await newsroom.polls()
    known = await state(newsroom)
    assert known.gap == dt.timedelta(days=1)
    assert known.news == dt.datetime(2024, 12, 2, tzinfo=dt.UTC)
    newsroom.publishes(*many(1, 32))
    await newsroom.polls()
    assert (await state(newsroom)).news == NOW
    assert schedule.gap(known.gap, NOW - known.news, 1) == (await state(newsroom)).gap


# ------------------------------------------------------------------ items completed


PAGE = "<html><body><main><p>{}</p></main></body></html>".format(
    "Vláda schválila novelu azylového zákona. Týká se návratů a dočasné ochrany cizinců. " * 3
)


async def test_an_item_that_says_too_little_is_completed_from_its_page(newsroom: Newsroom) -> None:
    newsroom.desk = replace(newsroom.desk, articles=2)
    newsroom.publishes(OLD)
    await newsroom.polls()
    lacking = [
        Entry(f"Zasedání vlády {n}", newsroom.web.url(f"/clanek/{n}"), f"c{n}") for n in (1, 2, 3)
    ]
    for n in (1, 2, 3):
        newsroom.web.publish(f"/clanek/{n}", PAGE, "text/html")
    newsroom.publishes(*lacking, OLD)
    report = await newsroom.polls()
    assert (report.new, report.developments) == (3, 2)  # the third has no word of asylum
    made = await newsroom.desk.store.developments(limit=1)
    assert made[0].summary.startswith("Vláda schválila novelu azylového zákona.")
    assert [len(newsroom.web.requests(f"/clanek/{n}")) for n in (1, 2, 3)].count(1) == 2


async def test_a_page_that_cannot_be_read_costs_only_its_text(newsroom: Newsroom) -> None:
    newsroom.desk = replace(newsroom.desk, articles=5)
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.publishes(Entry("Nový azylový zákon", newsroom.web.url("/none"), "n1"), OLD)
    assert (await newsroom.polls()).developments == 1


async def test_news_pages_are_polled_like_feeds(newsroom: Newsroom) -> None:
    def listed(*numbers: int) -> str:
        rows = "".join(
            f'<li><a href="/n/{n}">Azylové řízení, zpráva {n}</a> <time datetime="2025-01-{n}">'
            for n in numbers
        )
        return f"<html><body><ul>{rows}</ul></body></html>"

    page = source(
        url=newsroom.web.url("/news"), kind="page", page=Page(item="li", link="a", date="time")
    )
    newsroom.web.publish("/news", listed(12, 11, 10), "text/html")
    assert (await newsroom.polls(page)).result == "baseline"
    newsroom.web.publish("/news", listed(13, 12, 11), "text/html")
    assert (await newsroom.polls(page)).deliveries == 1
    assert await newsroom.owed() == [(1, "Azylové řízení, zpráva 13")]


@pytest.mark.parametrize("guid", ["same", None])
async def test_guids_that_repeat_are_told_apart_by_address(
    newsroom: Newsroom, guid: str | None
) -> None:
    shared = {"guid": lambda n: guid, "title": lambda n: "Azyl: tisková zpráva"}
    newsroom.publishes(*many(1, 2, **shared))
    await newsroom.polls()
    newsroom.publishes(*many(1, 3, **shared))
    assert (await newsroom.polls()).deliveries == 1


def test_a_changed_address_is_another_source() -> None:
    known = SourceState(id="cz", url="https://old.example/rss", baseline=True)
    assert not pipeline.known(source(url="https://new.example/rss"), known).baseline
    assert pipeline.known(source(url="http://www.old.example/rss/"), known).baseline


async def test_a_source_of_many_news_an_hour_is_heard(newsroom: Newsroom) -> None:
    minutes = {"date": lambda n: NOW + dt.timedelta(minutes=3 * n - 70)}
    newsroom.publishes(*many(1, 20, **minutes))
    await newsroom.polls()
    for hour in (1, 2, 3):
        later(newsroom, hour / 24)
        newsroom.publishes(*many(20 * hour + 1, 20 * hour + 20, **minutes))
        report = await newsroom.polls()
        assert (report.new, report.held) == (20, 0)
