"""The main job in one process: a ministry publishes, the right chats hear of it in Telegram."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot import app, render
from bot.config import Config
from bot.config.schema import (
    CatalogueConfig,
    LabelsConfig,
    PollingConfig,
    SourceConfig,
    StorageConfig,
    TelegramConfig,
    WebConfig,
)
from bot.config.values import (
    CountryCode,
    Duration,
    LanguageTag,
    Listen,
    Reachable,
    Secret,
    SourceId,
    StorageUrl,
    WebUrl,
)
from bot.errors import StoreError, TokenRejectedError
from bot.jobs.reviews import ReviewJob
from bot.models.deliveries import Tally
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service, until
from tests.fakes import marian
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import NOW, source, title_of

CZECH, GERMAN = 1001, 1002

OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1", dt.datetime(2025, 1, 10, 9, 0))
NEW = Entry(
    "Spolupráce v boji proti nelegální migraci",
    "https://mv.example/2",
    "g2",
    dt.datetime(2025, 1, 16, 14, 5, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    "Ministři vnitra se 16. ledna sešli v Praze. Jednali o nelegální migraci.",
)
HEAD = "🇨🇿 Czechia · Borders? · Policy · CZ-2025-0002"
LAYOUT = f"""\
{HEAD}
Spolupráce v boji proti nelegální migraci
English keywords (automatic): cooperation in struggle against irregular migration · \
Interior Minister · meets · in Prague · 16 January

Ministři vnitra se 16. ledna sešli v Praze. Jednali o nelegální migraci.

Source(s)
Ministry of the Interior | Ministerstvo vnitra (16 January 2025), mv.example

Date of development: 16.01.2025
Country: Czechia
Thematic area(s): General asylum and migration development
Development type: Policy"""


class World:
    """Telegram, a ministry, and the service between them."""

    def __init__(self, telegram: FakeTelegram, web: FakeSources, folder: Path) -> None:
        self.telegram, self.web, self.folder = telegram, web, folder
        self.listen = ""
        self.admins: tuple[int, ...] = ()
        self.interval = dt.timedelta(seconds=0.1)
        self.labels = LabelsConfig()

    def config(self) -> Config:
        return Config(
            telegram=TelegramConfig(
                token=Secret(TOKEN), base_url=WebUrl(self.telegram.base_url), admins=self.admins
            ),
            storage=StorageConfig(url=StorageUrl(f"tinydb:{self.folder / 'herald.db'}")),
            polling=PollingConfig(
                interval=Duration(seconds=self.interval.total_seconds()),
                private_hosts=(Reachable("127.0.0.1"),),
            ),
            catalogue=CatalogueConfig(countries=()),
            labels=self.labels,
            web=WebConfig(listen=Listen(self.listen)),
            sources=(self.source("cz"), self.source("gone")),
        )

    def source(self, name: str) -> SourceConfig:
        return SourceConfig(
            id=SourceId(name),
            url=WebUrl(self.web.url(f"/{name}")),
            country=CountryCode("CZ"),
            language=LanguageTag("cs"),
            publisher="Ministry of the Interior",
            publisher_native="Ministerstvo vnitra",
        )

    def publishes(self, *entries: Entry) -> None:
        self.web.publish("/cz", rss(entries))

    def service(self) -> AbstractAsyncContextManager[None]:
        return service(self.config())

    async def polled(self, times: int = 1) -> None:
        """Returns when the ministry has been asked so often again."""
        begun = len(self.web.requests("/cz"))
        await until(lambda: len(self.web.requests("/cz")) >= begun + times)

    async def says(self, chat: int, text: str) -> str:
        before = len(self.telegram.messages(chat))
        self.telegram.says(chat, text)
        await until(lambda: len(self.telegram.messages(chat)) > before)
        return self.telegram.messages(chat)[-1].text

    async def tally(self) -> Tally:
        async with open_store(str(self.folder / "herald.db"), RULES) as store:
            return await store.tally()


@pytest_asyncio.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        made = World(telegram, web, tmp_path)
        made.publishes(OLD)
        yield made


async def test_a_ministry_publishes_and_the_right_chats_hear_of_it_once(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.says(CZECH, "/subscribe everything")
        await world.says(GERMAN, "/subscribe Germany")
        await world.polled(2)
        world.telegram.mark()
        world.publishes(NEW, OLD)
        (heard,) = await world.telegram.heard(CZECH)
        assert heard.text == f"{LAYOUT}\n\nFilters: Czechia; everything"
        await world.polled(3)
        assert len(await world.telegram.heard(CZECH)) == 1
        assert len(world.telegram.messages(GERMAN)) == 1
        assert "Delivered: 1" in await world.says(CZECH, "/status")
        assert "its address is gone" in await world.says(CZECH, "/sources")


async def test_what_changes_after_it_was_sent_is_answered_and_edited(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(NEW, OLD)
        sent = (await world.telegram.heard(CZECH, 2))[-1]
        title = "Spolupráce v boji proti pašování migrantů"
        world.publishes(Entry(**{**vars(NEW), "title": title}), OLD)
        await until(lambda: len(world.telegram.messages(CZECH)) == 3)
        await until(lambda: world.telegram.messages(CZECH)[1].edited)
    _, edited, answer = world.telegram.messages(CZECH)
    assert edited.message_id == sent.message_id == answer.reply_to
    head = HEAD.replace("Borders?", "Borders")  # which the new title makes more certain
    assert edited.text.startswith(f"{head}\n{title}\n")
    assert answer.html == (
        f"{head}\n<b>Corrected</b> by Ministry of the Interior\n\n"
        f"<b>Title</b>\n<s>{NEW.title}</s>\n{title}"
    )


async def test_news_come_in_english_from_the_moment_that_a_model_is_there(world: World) -> None:
    pytest.importorskip("fxtranslate", reason="there is no wheel of it for this platform")
    title = "Ministers agree on cooperation against irregular migration"
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.telegram.mark()
        world.publishes(NEW, OLD)
        (native,) = await world.telegram.heard(CZECH)
        assert native.text == LAYOUT
        marian.install(world.folder / "models", "cs-en", title)
        later = Entry("Ministři o nelegální migraci a azylu", "https://mv.example/3", "g3")
        world.publishes(later, NEW, OLD)
        english = (await world.telegram.heard(CZECH, 2))[-1]
    assert title_of(english.text) == title
    assert f"{later.title} [{title}]" in english.text


async def test_the_publisher_s_own_english_comes_into_the_message_that_was_sent(
    world: World,
) -> None:
    def shows(path: str, title: str, text: str) -> None:
        switch = '<a href="/cs/spoluprace">Česky</a> <a href="/en/cooperation">English</a>'
        html = f"<body>{switch}<main><h1>{title}</h1><p>{text}</p></main></body>"
        world.web.publish(path, html, "text/html; charset=utf-8")

    title = "Cooperation in the fight against illegal migration"
    item = Entry(**{**vars(NEW), "link": world.web.url("/cs/spoluprace")})
    shows("/cs/spoluprace", NEW.title, NEW.text)
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(item, OLD)
        sent = (await world.telegram.heard(CZECH, 2))[-1]
        assert title_of(sent.text) == NEW.title
        text = "Ministers of the interior met in Prague on 16 January. They spoke about migration."
        shows("/en/cooperation", title, text)
        await until(lambda: world.telegram.messages(CZECH)[1].edited)
    _, edited = world.telegram.messages(CZECH)
    assert title_of(edited.text) == title
    assert f"\n\n{text}\n\nFrom the publisher's own English edition" in edited.text
    assert f"Ministerstvo vnitra (16 January 2025), {NEW.title} [{title}]" in edited.text


async def test_an_editor_decides_about_uncertain_labels_before_they_go_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReviewJob, "interval", 0.1)
    world.admins, world.labels = (GERMAN,), LabelsConfig(review_below=1.0)
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.says(GERMAN, "/start")
        await world.polled(2)
        world.telegram.mark()
        world.publishes(NEW, OLD)
        (asked,) = await world.telegram.heard(GERMAN)
        assert asked.text.startswith(f"{HEAD}\nIs this right? Relevant: ")
        await world.polled(2)
        assert len(world.telegram.messages(CZECH)) == 1
        world.telegram.presses(GERMAN, "Approve")
        (heard,) = await world.telegram.heard(CZECH)
        approved = LAYOUT.replace("Borders?", "Borders")
        assert heard.text == approved
        await until(lambda: world.telegram.messages(GERMAN)[-1].text.startswith(approved[:80]))
        assert "cs: right in 1 of 1 reviews" in await world.says(GERMAN, "/admin")


async def test_after_a_restart_the_news_of_the_meantime_come_and_no_old_ones(
    world: World,
) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(NEW, OLD)
        await world.telegram.heard(CZECH, 2)
    later = Entry("Nový zákon o azylu", "https://mv.example/3", "g3")
    world.publishes(later, NEW, OLD)
    world.telegram.mark()
    async with world.service():
        (heard,) = await world.telegram.heard(CZECH)
        assert title_of(heard.text) == "Nový zákon o azylu"
        await world.polled(2)
        assert len(await world.telegram.heard(CZECH)) == 1


async def test_a_list_of_feeds_that_an_admin_sends_is_added_by_a_press_and_read_at_once(
    world: World,
) -> None:
    world.admins = (CZECH,)
    world.web.publish("/new", rss([OLD]))
    listed = [source(id="new", url=world.web.url("/new"))]
    async with world.service():
        await world.polled(1)
        world.telegram.sends_file(CZECH, "feeds.opml", render.opml(listed, NOW))
        await until(lambda: len(world.telegram.messages(CZECH)) > 0)
        assert "Feeds in the file: 1; read already: 0" in world.telegram.messages(CZECH)[-1].text
        before = len(world.web.requests("/new"))
        world.telegram.presses(CZECH, "Add all 1")
        await until(lambda: len(world.web.requests("/new")) > before)
        await until(lambda: "Sources added: 1" in world.telegram.messages(CZECH)[-1].text)
        listed_now = await world.says(CZECH, "/source changes")
        assert "127-0-0-1 was added" in listed_now
        world.telegram.presses(CZECH, "Undo 1: 127-0-0-1")
        await until(lambda: "not read any more" in world.telegram.messages(CZECH)[-1].text)


async def test_a_source_that_is_gone_is_left_alone_and_the_admins_hear_of_it(world: World) -> None:
    world.admins = (CZECH,)
    async with world.service():
        await world.says(CZECH, "/start")
        await world.polled(1)
        world.telegram.mark()
        world.web.fails("/cz", 410)
        (heard,) = await world.telegram.heard(CZECH)
        assert "cz is gone for good (HTTP 410)" in heard.text
        asked = len(world.web.requests("/cz"))
        await until(lambda: len(world.web.requests("/gone")) > 2)
        assert "gone for good" in await world.says(CZECH, "/sources")
    async with world.service():
        await world.says(CZECH, "/status")
    assert len(world.web.requests("/cz")) == asked
    assert len(await world.telegram.heard(CZECH)) == 1 + 2


async def test_what_is_due_survives_a_restart(world: World) -> None:
    world.interval = dt.timedelta(hours=6)

    async def are_recorded() -> bool:
        told = await world.says(CZECH, "/sources")
        return "answered" in told and "failing" in told

    async with world.service():
        await until(are_recorded)
    asked = len(world.web.requests("/cz")), len(world.web.requests("/gone"))
    async with world.service():
        assert "answered 1 min ago" in await world.says(CZECH, "/sources")
    assert (len(world.web.requests("/cz")), len(world.web.requests("/gone"))) == asked


async def test_the_bot_waits_for_telegram_and_polls_meanwhile(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
    world.telegram.offline()
    world.publishes(NEW, OLD)
    async with world.service():
        await until(lambda: _is(world.tally, pending=1))
        world.telegram.mark()
        world.telegram.online()
        (heard,) = await world.telegram.heard(CZECH)
        assert heard.text == LAYOUT


async def _is(tally: Callable[[], Awaitable[Tally]], **wanted: int) -> bool:
    found = await tally()
    return all(getattr(found, state) == count for state, count in wanted.items())


async def test_an_outage_of_telegram_loses_nothing(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.telegram.offline()
        world.publishes(NEW, OLD)
        await until(lambda: _is(world.tally, pending=1))
        world.telegram.mark()
        world.telegram.online()
        (heard,) = await world.telegram.heard(CZECH)
        assert heard.text == LAYOUT


async def test_the_service_ends_while_telegram_is_not_there(world: World) -> None:
    world.telegram.offline()
    async with world.service():
        await world.polled()


async def test_the_service_ends_while_telegram_hangs(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/start")
        world.telegram.fail("getUpdates", "hang", times=9, seconds=60)
        world.telegram.says(CZECH, "/help")
        await until(lambda: len(world.telegram.messages(CZECH)) == 2)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 10


async def test_a_second_bot_on_the_same_store_is_refused(world: World) -> None:
    async with world.service():
        await world.polled()
        with pytest.raises(StoreError, match="another bot runs on this store"):
            await app.run(world.config(), asyncio.Event())


async def test_a_rejected_token_ends_the_service_with_a_word(world: World) -> None:
    world.telegram.fail("getMe", "status", code=401, description="Unauthorized")
    with pytest.raises(TokenRejectedError, match="BotFather"):
        async with asyncio.timeout(10):
            await app.run(world.config(), asyncio.Event())


async def test_the_guided_set_up_leads_to_a_filter(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/start")
        for button in ("Choose", "Czechia", "Themes", "Return", "When", "Save"):
            shown = world.telegram.messages(CZECH)[-1]
            world.telegram.presses(CZECH, _button(world, button))
            await until(lambda shown=shown: world.telegram.messages(CZECH)[-1] != shown)
        assert "Saved as filter 1: Czechia · Return of former applicants" in (
            world.telegram.messages(CZECH)[0].text
        )
        await until(lambda: len(world.telegram.answers) == 6)


def _button(world: World, text: str) -> str:
    """The full text of the button that holds a text."""
    buttons = (button for row in world.telegram.messages(CZECH)[-1].buttons for button in row)
    return next(button.text for button in buttons if text in button.text)


async def test_every_press_is_answered_old_ones_too(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/start")
        world.telegram.presses_old(CZECH, "no:such:data")
        world.telegram.presses_old(CZECH, "x" * 64)
        await until(lambda: len(world.telegram.answers) == 2)
        await until(lambda: "older message" in world.telegram.messages(CZECH)[-1].text)


async def test_a_group_is_greeted_and_answered_only_when_it_asks(world: World) -> None:
    group = -500
    async with world.service():
        world.telegram.unblocks(group)
        await until(lambda: len(world.telegram.messages(group)) == 1)
        world.telegram.says(group, "Good morning all")
        world.telegram.says(group, "/start@other_bot")
        world.telegram.says(group, "/unknown")
        world.telegram.roles[group, 777] = "creator"
        told = await world.says(group, "/subscribe@herald_bot Czechia")
        assert "Saved as filter 1" in told
        assert len(world.telegram.messages(group)) == 2


async def test_who_blocks_the_bot_is_left_in_peace_until_they_come_back(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.telegram.blocks(CZECH)
        await until(lambda: _is_suspended(world))
        world.publishes(NEW, OLD)
        await world.polled(2)
        assert not world.telegram.calls("sendMessage")[1:]
        world.telegram.mark()
        assert "You have 1 filter" in await world.says(CZECH, "/start")


async def _is_suspended(world: World) -> bool:
    async with open_store(str(world.folder / "herald.db"), RULES) as store:
        return (await store.chat(CZECH)).suspended is not None


async def test_pictures_and_files_arrive(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(NEW, OLD)
        await world.telegram.heard(CZECH, 2)
        world.telegram.mark()
        for said in ("/export csv 2025", "/export xlsx 2025", "/exportme"):
            world.telegram.says(CZECH, said)
        told = await world.telegram.heard(CZECH, 3)
        assert all(message.text for message in told)  # each under its file
        csv, xlsx, mine = (message.file or b"" for message in told)
        assert "Spolupráce" in csv.decode("utf-8-sig")
        assert xlsx.startswith(b"PK")
        assert json.loads(mine)["chat"]["id"] == CZECH


async def test_developments_are_offered_to_be_shared_in_any_chat(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(NEW, OLD)
        await world.telegram.heard(CZECH, 2)
        for words in ("spolupráce", "nonsense"):
            world.telegram.asks_inline(GERMAN, words)
        await until(lambda: len(world.telegram.offered) == 2)
    (offered,), nothing = world.telegram.offered
    assert offered["title"] == f"🇨🇿 Czechia · Policy · {NEW.title}"
    assert offered["description"] == "Borders? · 16 Jan 2025"
    text = offered["input_message_content"]["message_text"]
    assert text.startswith(f"{HEAD}\n<b>{NEW.title}</b>")
    assert nothing == []


async def test_the_menu_of_commands_is_registered(world: World) -> None:
    async with service(world.config(), sets_profile=True):
        await until(lambda: bool(world.telegram.commands))
        assert {"start", "subscribe", "help"} <= set(world.telegram.commands)


async def test_health_is_told_over_http(world: World, unused_tcp_port: int) -> None:
    world.listen = f"127.0.0.1:{unused_tcp_port}"
    async with world.service(), aiohttp.ClientSession() as session:
        await world.says(CZECH, "/start")
        async with session.get(f"http://{world.listen}/healthz") as answer:
            assert answer.status == 200
            assert await answer.json() == dict.fromkeys(
                ("loop", "polls", "store", "updates", "replicas"), "ok"
            )
        async with session.get(f"http://{world.listen}/readyz") as answer:
            assert answer.status == 200
            assert (await answer.json())["telegram"] == "ok"


async def test_nothing_that_a_server_repeats_of_the_token_is_told_or_kept(
    world: World, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    world.listen = f"127.0.0.1:{unused_tcp_port}"
    quoted = f"/bot{TOKEN.replace(':', '%253a').upper()}/getUpdates"

    async def readiness() -> str:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{world.listen}/readyz") as answer,
        ):
            return await answer.text()

    async def is_told() -> bool:
        return "Telegram does not answer (NetworkError)" in await readiness()

    def kept() -> str:
        return "".join(path.read_text("latin-1") for path in world.folder.glob("herald.db*"))

    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.telegram.fail("sendMessage", "status", code=400, description=quoted)
        world.publishes(NEW, OLD)
        await until(lambda: "/bot<token>/getupdates" in kept())  # why it was refused
        world.telegram.fail("getUpdates", "status", 2, code=502, description=quoted)
        world.telegram.says(CZECH, "/help")
        await until(is_told)
        assert "TEST-TOKEN" not in (await readiness()).upper()
    assert "TEST-TOKEN" not in kept().upper()
    assert "TEST-TOKEN" not in caplog.text.upper()


async def test_a_bot_that_another_takes_the_updates_of_says_so_once(
    world: World, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    world.listen = f"127.0.0.1:{unused_tcp_port}"

    async def state(of: str) -> str:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{world.listen}/readyz") as answer,
        ):
            return str((await answer.json())[of])

    async def is_told() -> bool:
        return "another process" in await state("telegram")

    async def is_over() -> bool:
        return await state("telegram") == "ok"

    async with world.service():
        await world.says(CZECH, "/start")
        world.telegram.fail("getUpdates", "status", 3, code=409, description="Conflict: other")
        world.telegram.says(CZECH, "/help")
        await until(is_told)
        assert await state("updates") == "ok"
        world.telegram.says(CZECH, "/help")
        await until(is_over)
    told = [record for record in caplog.records if record.name == "bot.chat.telegram_app"]
    assert sum("another process" in record.getMessage() for record in told) == 1


async def test_a_poll_that_is_replaced_once_is_no_other_process(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.service():
        await world.says(CZECH, "/start")
        world.telegram.fail("getUpdates", "status", 2, code=409, description="Conflict: other")
        world.telegram.says(CZECH, "/help")
        await world.telegram.heard(CZECH, 2)
    told = [record.getMessage() for record in caplog.records]
    assert sum("another poll took the place" in message for message in told) == 1
    assert not any("another process" in message for message in told)


async def test_the_figures_tell_what_was_done_and_of_nobody(
    world: World, unused_tcp_port: int
) -> None:
    world.listen = f"127.0.0.1:{unused_tcp_port}"

    async def figures() -> dict[str, float]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{world.listen}/metrics") as answer,
        ):
            assert answer.status == 200
            rows = (row.rsplit(" ", 1) for row in (await answer.text()).splitlines())
            return {row[0]: float(row[1]) for row in rows if not row[0].startswith("#")}

    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        await world.polled(2)
        world.publishes(NEW, OLD)
        await world.telegram.heard(CZECH, 2)

        async def is_counted() -> bool:
            return (await figures()).get('herald_deliveries_total{outcome="sent"}') == 1

        await until(is_counted)
        found = await figures()
    assert found['herald_polls_total{result="new"}'] == 1
    assert found["herald_items_total"] == found["herald_developments_total"] == 1
    assert found["herald_pending"] == found["herald_oldest_pending_seconds"] == 0
    assert 0 < found["herald_store_write_seconds"] < 5
    assert found["herald_loop_lag_seconds"] >= 0
    assert found["herald_floods_total"] == 0
    assert not any(str(CZECH) in name for name in found)
