"""What polls leave behind: updates, floods, moves, sources that are gone, and items completed."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from bot import pipeline
from bot.fetch import schedule
from bot.models import PageSelectors, SourceState
from tests.fakes.sources import Entry, rss
from tests.pipeline.test_poll import NEW, OLD, Newsroom, newsroom
from tests.samples import NOW, source

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
    known = await room.context.store.state("cz")
    assert known is not None
    return known


def later(room: Newsroom, days: float) -> None:
    """Lets time pass."""
    room.context = replace(room.context, clock=lambda: NOW + dt.timedelta(days=days))


# ------------------------------------------------------------------ what is known, and changes


async def test_changed_text_of_a_known_item_updates_its_development(newsroom: Newsroom) -> None:
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    before = await newsroom.context.store.developments()
    newsroom.publishes(
        Entry(**{**vars(NEW), "title": "Azyl: nová pravidla", "text": "Oprava."}), OLD
    )
    report = await newsroom.polls()
    assert (report.result, report.changed, report.deliveries) == ("nothing new", 1, 0)
    after = await newsroom.context.store.developments()
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
    (notice,) = await newsroom.context.store.notices()
    assert "cz: 39 of 40 items are suddenly new" in notice.text
    assert len(await newsroom.context.store.developments()) == 70
    assert (await newsroom.polls()).result == "unchanged"


async def test_a_short_feed_is_known_by_its_titles_too(newsroom: Newsroom) -> None:
    newsroom.publishes(*many(1, 6))
    await newsroom.polls()
    moved = {
        "guid": lambda n: f"new-{n}",
        "link": lambda n: f"https://new.example/node/{1000 + n}",
        "date": lambda n: dt.datetime(2025, 1, 16),
    }
    newsroom.publishes(*many(1, 7, **moved))
    report = await newsroom.polls()
    assert (report.new, report.held, report.deliveries) == (1, 0, 1)


async def test_what_was_imported_at_once_tells_no_habit(newsroom: Newsroom) -> None:
    seconds = {"date": lambda n: NOW - dt.timedelta(seconds=n)}
    newsroom.publishes(*many(1, 30, **seconds))
    await newsroom.polls()
    assert (await state(newsroom)).gap is None
    newsroom.publishes(*many(101, 130, title=lambda n: f"Migrace, jiná zpráva {n}"))
    later(newsroom, 1)
    assert (await newsroom.polls()).held == 27  # three a day are believed


async def test_one_old_item_does_not_spoil_the_habit(newsroom: Newsroom) -> None:
    pinned = Entry("Azyl: o nás", "https://mv.example/o", "o", dt.datetime(2012, 1, 1))
    newsroom.publishes(*many(1, 20), pinned)
    await newsroom.polls()
    assert (await state(newsroom)).gap == dt.timedelta(days=1)


async def test_what_became_of_an_item_is_known_by_its_new_names(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    names = [("g1", "https://mv.example/1"), ("g2", "https://mv.example/1"),
             ("g2", "https://mv.example/2")]  # fmt: skip
    for number, (guid, link) in enumerate(names):
        title = "Azyl: opravený titulek" if number == 2 else NEW.title
        entry = Entry(**{**vars(NEW), "guid": guid, "link": link, "title": title})
        newsroom.publishes(entry, OLD)
        await newsroom.polls()
    (made,) = await newsroom.context.store.developments(limit=1)
    assert made.title == "Azyl: opravený titulek"


async def test_a_page_that_is_always_the_same_address_is_recorded_each_time(
    newsroom: Newsroom,
) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    for n in (1, 2, 3):
        newsroom.publishes(
            Entry(f"Azyl: přehled {n}", "https://mv.example/prehled", f"p{n}",
                  dt.datetime(2025, 1, n), f"Text přehledu {n}.")
        )  # fmt: skip
        assert (await newsroom.polls()).developments == 1


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
    assert (await state(newsroom)).home == newsroom.web.url("/new")
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


async def test_a_new_address_that_fails_for_a_while_is_asked_again(newsroom: Newsroom) -> None:
    newsroom.web.redirects("/rss", "/new", 308)
    newsroom.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(3):
        await newsroom.polls()
    newsroom.web.fails("/new", 503)
    newsroom.web.fails("/rss", 410)
    for _ in range(3):
        assert (await newsroom.polls()).result == "failed"
    assert not (await state(newsroom)).stopped  # the one that is gone is not the one it lives at
    newsroom.web.publish("/new", rss([NEW, OLD]), etag=None)
    await newsroom.polls()
    await newsroom.polls()
    assert [title for _, title in await newsroom.owed()] == [NEW.title]


async def test_a_second_move_is_followed_from_the_first(newsroom: Newsroom) -> None:
    newsroom.web.redirects("/rss", "/b", 301)
    newsroom.web.publish("/b", rss([OLD]), etag=None)
    for _ in range(3):
        await newsroom.polls()
    newsroom.web.fails("/rss", 404)
    newsroom.web.redirects("/b", "/c", 301)
    newsroom.web.publish("/c", rss([OLD]), etag=None)
    for _ in range(4):
        assert (await newsroom.polls()).result != "failed"
    assert (await state(newsroom)).home == newsroom.web.url("/c")


async def test_gone_behind_a_redirect_is_a_failure_and_no_more(newsroom: Newsroom) -> None:
    newsroom.web.redirects("/rss", "/gone", 302)
    newsroom.web.fails("/gone", 410)
    assert (await newsroom.polls()).result == "failed"
    assert not (await state(newsroom)).stopped


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
    (notice,) = await newsroom.context.store.notices()
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
    later(newsroom, 350)  # the first hours of 2026: news of last year's last ones
    assert (await newsroom.polls(yearly)).result == "unchanged"
    later(newsroom, 351)
    assert (await newsroom.polls(yearly)).deliveries == 1


async def test_a_year_s_address_that_redirects_is_no_move(newsroom: Newsroom) -> None:
    for year in (2025, 2026):
        newsroom.web.redirects(f"/{year}", f"/{year}/", 301)
        newsroom.web.publish(f"/{year}/", rss([OLD] if year == 2025 else [NEW]), etag=None)
    yearly = source(url=newsroom.web.url("/{year}"))
    for _ in range(4):
        await newsroom.polls(yearly)
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
    newsroom.context = replace(newsroom.context, articles=2)
    newsroom.publishes(OLD)
    await newsroom.polls()
    lacking = [
        Entry(f"Zasedání vlády {n}", newsroom.web.url(f"/clanek/{n}"), f"c{n}") for n in (1, 2, 3)
    ]
    for n in (1, 2, 3):
        newsroom.web.publish(f"/clanek/{n}", PAGE, "text/html")
    newsroom.publishes(*lacking, OLD)
    report = await newsroom.polls()
    assert (report.new, report.developments) == (2, 2)
    made = await newsroom.context.store.developments(limit=1)
    assert made[0].summary.startswith("Vláda schválila novelu azylového zákona.")
    assert [len(newsroom.web.requests(f"/clanek/{n}")) for n in (1, 2, 3)].count(1) == 2
    assert (await newsroom.polls()).developments == 1  # the third waited
    assert (await newsroom.polls()).result == "unchanged"


async def test_an_item_whose_page_fails_is_waited_for_but_not_for_good(newsroom: Newsroom) -> None:
    newsroom.context = replace(newsroom.context, articles=5)
    newsroom.publishes(OLD)
    await newsroom.polls()
    one, two = (
        Entry(f"Zasedání vlády {n}", newsroom.web.url(f"/clanek/{n}"), f"c{n}") for n in (1, 2)
    )
    newsroom.web.fails("/clanek/1", 503)
    newsroom.publishes(one, OLD)
    assert (await newsroom.polls()).result == "nothing new"
    newsroom.web.publish("/clanek/1", PAGE, "text/html")
    assert (await newsroom.polls()).developments == 1
    newsroom.web.fails("/clanek/2", 503)
    newsroom.publishes(two, one, OLD)
    results = [(await newsroom.polls()).result for _ in range(5)]
    assert results == ["nothing new", "nothing new", "nothing new", "new", "unchanged"]


async def test_a_page_that_fails_makes_a_development_no_poorer(newsroom: Newsroom) -> None:
    newsroom.context = replace(newsroom.context, articles=5)
    newsroom.publishes(OLD)
    await newsroom.polls()
    entry = Entry("Nový azylový zákon", newsroom.web.url("/zakon"), "z1")
    newsroom.web.publish("/zakon", PAGE, "text/html")
    newsroom.publishes(entry, OLD)
    await newsroom.polls()
    newsroom.web.fails("/zakon", 503)
    newsroom.publishes(Entry(**{**vars(entry), "title": "Nový azylový zákon (oprava)"}), OLD)
    assert (await newsroom.polls()).changed == 1
    (made,) = await newsroom.context.store.developments(limit=1)
    assert made.title == "Nový azylový zákon (oprava)"
    assert made.summary.startswith("Vláda schválila novelu azylového zákona.")


async def test_a_page_that_cannot_be_read_costs_only_its_text(newsroom: Newsroom) -> None:
    newsroom.context = replace(newsroom.context, articles=5)
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
        url=newsroom.web.url("/news"),
        kind="page",
        page=PageSelectors(item="li", link="a", date="time"),
    )
    newsroom.web.publish("/news", listed(12, 11, 10), "text/html")
    assert (await newsroom.polls(page)).result == "baseline"
    newsroom.web.publish("/news", listed(13, 12, 11), "text/html")
    assert (await newsroom.polls(page)).deliveries == 1
    assert await newsroom.owed() == [(1, "Azylové řízení, zpráva 13")]


def lists(news: list[int], events: list[int]) -> str:
    """A page of two lists that are not told apart by anything but their classes."""
    rows = [
        f'<li class="{kind}"><a href="/{kind}/{n}">{title}, zpráva {n}</a> <b>{n}.1.2025</b></li>'
        for kind, title, numbers in (("news", "Azylové řízení", news), ("event", "Seminář", events))
        for n in numbers
    ]
    first, second = "".join(rows[: len(news)]), "".join(rows[len(news) :])
    return f"<html><body><ul>{first}</ul><ul>{second}</ul></body></html>"


async def test_a_list_that_was_found_stays_the_list(newsroom: Newsroom) -> None:
    page = source(
        url=newsroom.web.url("/news"), kind="page", page=PageSelectors(), scope="migration"
    )
    newsroom.web.publish("/news", lists([12, 11, 10, 9], [1, 2, 3]), "text/html")
    assert (await newsroom.polls(page)).items == 4
    newsroom.web.publish("/news", lists([13, 12, 11], [1, 2, 3, 4, 5]), "text/html")
    report = await newsroom.polls(page)
    assert (report.items, report.new) == (3, 1)
    newsroom.web.publish("/news", lists([], [1, 2, 3, 4, 5]), "text/html")
    results = [(await newsroom.polls(page)).result for _ in range(4)]
    assert results == ["failed", "failed", "failed", "baseline"]
    assert len(await newsroom.owed()) == 1


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
    assert not pipeline.current_state(source(url="https://new.example/rss"), known).baseline
    assert pipeline.current_state(source(url="http://www.old.example/rss/"), known).baseline


async def test_a_source_of_many_news_an_hour_is_heard(newsroom: Newsroom) -> None:
    minutes = {"date": lambda n: NOW + dt.timedelta(minutes=3 * n - 70)}
    newsroom.publishes(*many(1, 20, **minutes))
    await newsroom.polls()
    for hour in (1, 2, 3):
        later(newsroom, hour / 24)
        newsroom.publishes(*many(20 * hour + 1, 20 * hour + 20, **minutes))
        report = await newsroom.polls()
        assert (report.new, report.held) == (20, 0)
