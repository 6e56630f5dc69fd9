"""What polls leave of the state of a source: redirects, failures, gaps, lists."""

import datetime as dt

import pytest
from msgspec.structs import replace

from bot import pipeline, render
from bot.models.sources import PageSelectors, SourceState
from bot.pipeline import source_state
from tests.fakes.sources import rss
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import NEW, OLD, many
from tests.samples import NOW, source


async def test_a_source_moves_when_it_was_seen_to_three_times(polled: PolledSource) -> None:
    polled.web.redirects("/rss", "/new", 301)
    polled.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(4):
        await polled.poll()
    assert len(polled.web.requests("/rss")) == 3
    assert (await polled.state()).home == polled.web.url("/new")
    polled.web.publish("/new", rss([NEW, OLD]), etag=None)
    assert (await polled.poll()).deliveries == 1  # the same baseline


async def test_a_failure_at_the_new_address_leads_back(polled: PolledSource) -> None:
    polled.web.redirects("/rss", "/new", 308)
    polled.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(3):
        await polled.poll()
    polled.web.fails("/new", 404)
    polled.publish(NEW, OLD)
    assert (await polled.poll()).result == "failed"
    assert (await polled.poll()).deliveries == 1


async def test_a_new_address_that_fails_for_a_while_is_asked_again(polled: PolledSource) -> None:
    polled.web.redirects("/rss", "/new", 308)
    polled.web.publish("/new", rss([OLD]), etag=None)
    for _ in range(3):
        await polled.poll()
    polled.web.fails("/new", 503)
    polled.web.fails("/rss", 410)
    for _ in range(3):
        assert (await polled.poll()).result == "failed"
    assert not (await polled.state()).stopped  # the one that is gone is not the one it lives at
    polled.web.publish("/new", rss([NEW, OLD]), etag=None)
    await polled.poll()
    await polled.poll()
    assert [title for _, title in await polled.queued()] == [NEW.title]


async def test_a_second_move_is_followed_from_the_first(polled: PolledSource) -> None:
    polled.web.redirects("/rss", "/b", 301)
    polled.web.publish("/b", rss([OLD]), etag=None)
    for _ in range(3):
        await polled.poll()
    polled.web.fails("/rss", 404)
    polled.web.redirects("/b", "/c", 301)
    polled.web.publish("/c", rss([OLD]), etag=None)
    for _ in range(4):
        assert (await polled.poll()).result != "failed"
    assert (await polled.state()).home == polled.web.url("/c")


async def test_gone_behind_a_redirect_is_a_failure_and_no_more(polled: PolledSource) -> None:
    polled.web.redirects("/rss", "/gone", 302)
    polled.web.fails("/gone", 410)
    assert (await polled.poll()).result == "failed"
    assert not (await polled.state()).stopped


async def test_a_redirect_that_comes_and_goes_moves_nothing(polled: PolledSource) -> None:
    polled.web.publish("/new", rss([OLD]), etag=None)
    for status in (301, 301, 302, 301, 301):
        polled.web.redirects("/rss", "/new", status)
        await polled.poll()
    assert (await polled.state()).moves == 2


async def test_a_source_that_is_gone_is_stopped_and_told_once(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.web.fails("/rss", 410)
    report = await polled.poll()
    await polled.poll()
    assert (await polled.state()).stopped
    (notice,) = await polled.context.store.notices()
    assert "cz is gone for good" in render.notice_line(notice)
    assert report.notices == (replace(notice, id=0),)
    polled.publish(OLD)
    await polled.poll()
    assert not (await polled.state()).stopped


async def test_what_robots_txt_denies_waits_a_day_and_is_shown(polled: PolledSource) -> None:
    polled.web.publish("/robots.txt", "User-agent: *\nDisallow: /")
    await polled.poll()
    known = await polled.state()
    assert known.robots == "denies"
    assert known.due == NOW + dt.timedelta(days=1)


async def test_the_address_may_hold_the_year(polled: PolledSource) -> None:
    polled.web.publish("/2025.xml", rss([OLD]))
    polled.web.publish("/2026.xml", rss([NEW]))
    yearly = source(url=polled.web.url("/{year}.xml"))
    assert (await polled.poll(yearly)).result == "baseline"
    polled.wait(350)  # the first hours of 2026: news of last year's last ones
    assert (await polled.poll(yearly)).result == "nothing new"  # it is read whole once a month
    polled.wait(351)
    assert (await polled.poll(yearly)).deliveries == 1


async def test_a_year_s_address_that_redirects_is_no_move(polled: PolledSource) -> None:
    for year in (2025, 2026):
        polled.web.redirects(f"/{year}", f"/{year}/", 301)
        polled.web.publish(f"/{year}/", rss([OLD] if year == 2025 else [NEW]), etag=None)
    yearly = source(url=polled.web.url("/{year}"))
    for _ in range(4):
        await polled.poll(yearly)
    polled.wait(360)
    assert (await polled.poll(yearly)).deliveries == 1


async def test_a_feed_s_own_rhythm_is_kept_also_when_nothing_changed(polled: PolledSource) -> None:
    polled.web.publish("/rss", rss([OLD]).replace("<item>", "<ttl>25</ttl><item>", 1))
    await polled.poll()
    await polled.poll()
    assert (await polled.state()).due == NOW + dt.timedelta(minutes=25)


async def test_the_habit_of_a_source_is_read_from_its_dates_and_followed(
    polled: PolledSource,
) -> None:
    polled.publish(*many(1, 31))
    await polled.poll()
    known = await polled.state()
    assert known.gap == dt.timedelta(days=1)
    assert known.news == dt.datetime(2024, 12, 2, tzinfo=dt.UTC)
    polled.publish(*many(1, 32))
    await polled.poll()
    assert (await polled.state()).news == NOW
    assert source_state.average_gap(known.gap, NOW - known.news, 1) == (await polled.state()).gap


async def test_news_pages_are_polled_like_feeds(polled: PolledSource) -> None:
    def listed(*numbers: int) -> str:
        rows = "".join(
            f'<li><a href="/n/{n}">Azylové řízení, zpráva {n}</a> <time datetime="2025-01-{n}">'
            for n in numbers
        )
        return f"<html><body><ul>{rows}</ul></body></html>"

    page = source(
        url=polled.web.url("/news"),
        kind="page",
        page=PageSelectors(item="li", link="a", date="time"),
    )
    polled.web.publish("/news", listed(12, 11, 10), "text/html")
    assert (await polled.poll(page)).result == "baseline"
    polled.web.publish("/news", listed(13, 12, 11), "text/html")
    assert (await polled.poll(page)).deliveries == 1
    assert await polled.queued() == [(1, "Azylové řízení, zpráva 13")]


def lists(news: list[int], events: list[int]) -> str:
    """A page of two lists that are not told apart by anything but their classes."""
    rows = [
        f'<li class="{kind}"><a href="/{kind}/{n}">{title}, zpráva {n}</a> <b>{n}.1.2025</b></li>'
        for kind, title, numbers in (("news", "Azylové řízení", news), ("event", "Seminář", events))
        for n in numbers
    ]
    first, second = "".join(rows[: len(news)]), "".join(rows[len(news) :])
    return f"<html><body><ul>{first}</ul><ul>{second}</ul></body></html>"


async def test_a_list_that_was_found_stays_the_list(polled: PolledSource) -> None:
    page = source(url=polled.web.url("/news"), kind="page", page=PageSelectors(), scope="migration")
    polled.web.publish("/news", lists([12, 11, 10, 9], [1, 2, 3]), "text/html")
    assert (await polled.poll(page)).items == 4
    polled.web.publish("/news", lists([13, 12, 11], [1, 2, 3, 4, 5]), "text/html")
    report = await polled.poll(page)
    assert (report.items, report.new) == (3, 1)
    polled.web.publish("/news", lists([], [1, 2, 3, 4, 5]), "text/html")
    results = [(await polled.poll(page)).result for _ in range(4)]
    assert results == ["failed", "failed", "failed", "baseline"]
    assert len(await polled.queued()) == 1


@pytest.mark.parametrize("guid", ["same", None])
async def test_guids_that_repeat_are_told_apart_by_address(
    polled: PolledSource, guid: str | None
) -> None:
    shared = {"guid": lambda n: guid, "title": lambda n: "Azyl: tisková zpráva"}
    polled.publish(*many(1, 2, **shared))
    await polled.poll()
    polled.publish(*many(1, 3, **shared))
    assert (await polled.poll()).deliveries == 1


def test_a_changed_address_is_another_source() -> None:
    known = SourceState(id="cz", url="https://old.example/rss", baseline=True)
    assert not pipeline.current_state(source(url="https://new.example/rss"), known).baseline
    assert pipeline.current_state(source(url="http://www.old.example/rss/"), known).baseline


async def test_a_source_of_many_news_an_hour_is_heard(polled: PolledSource) -> None:
    minutes = {"date": lambda n: NOW + dt.timedelta(minutes=3 * n - 70)}
    polled.publish(*many(1, 20, **minutes))
    await polled.poll()
    for hour in (1, 2, 3):
        polled.wait(hour / 24)
        polled.publish(*many(20 * hour + 1, 20 * hour + 20, **minutes))
        report = await polled.poll()
        assert (report.new, report.held) == (20, 0)


async def test_a_server_that_never_admits_a_change_is_found_out(polled: PolledSource) -> None:
    polled.web.publish("/rss", rss(many(1, 1)), etag='"fixed"')
    await polled.poll()
    polled.web.publish("/rss", rss(many(1, 2)), etag='"fixed"')
    polled.wait(0.9)
    assert (await polled.poll()).result == "unchanged"
    assert not (await polled.state()).stuck
    polled.wait(1.0)
    assert (await polled.poll()).deliveries == 1
    assert (await polled.state()).stuck == NOW + dt.timedelta(days=1)
    polled.web.publish("/rss", rss(many(1, 3)), etag='"fixed"')
    polled.wait(1.1)  # it is not believed any more
    assert (await polled.poll()).deliveries == 1
    assert (await polled.state()).stuck == NOW + dt.timedelta(days=1)
    polled.publish(*many(1, 4))  # with an ETag of its own, as it should be
    polled.wait(1.2)
    assert (await polled.poll()).deliveries == 1
    assert not (await polled.state()).stuck


async def test_a_server_is_asked_for_all_once_a_day_and_not_more(polled: PolledSource) -> None:
    polled.publish(OLD)
    for hours in range(0, 72, 6):
        polled.wait(hours / 24)
        await polled.poll()
    asked = polled.web.requests("/rss")
    assert len(asked) == 12
    assert [number for number, each in enumerate(asked) if "If-None-Match" not in each.headers] == [
        0, 4, 8
    ]  # fmt: skip
    assert not (await polled.state()).stuck


async def test_news_between_two_polls_are_no_fault_of_the_server(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.wait(1.0)
    polled.publish(NEW, OLD)
    assert (await polled.poll()).deliveries == 1
    assert not (await polled.state()).stuck
