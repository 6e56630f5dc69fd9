"""The doubles behave as they say: Telegram to python-telegram-bot, sources to a reader."""

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import feedparser  # type: ignore[import-untyped]
import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.fakes.sources import Entry, FakeSources, atom, rss
from tests.fakes.telegram import Button, FakeTelegram, Heard, Kind
from tests.fakes.telegram_html import BadHtml, Entity, entities, utf16_length, visible

ADA, GROUP = 1, -5
TOKEN = "123456:TEST"


def bot_of(telegram: FakeTelegram, token: str = TOKEN) -> Bot:
    """A bot that needs no certificates, which take long to load."""
    line, poll = (
        HTTPXRequest(read_timeout=2, httpx_kwargs={"verify": False, "trust_env": False})
        for _ in range(2)
    )
    return Bot(token, base_url=telegram.base_url, request=line, get_updates_request=poll)


def keyboard(data: str, text: str = "Save") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])


async def update(bot: Bot) -> Update:
    """The newest update, which is thereby confirmed."""
    *_, last = await bot.get_updates(timeout=1)
    await bot.get_updates(offset=last.update_id + 1)
    return last


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN) as server:
        server.says(ADA, "/start")
        server.says(GROUP, "/start@herald_bot")
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_of(telegram) as client:
        yield client


# ------------------------------------------------------------------ what is sent


async def test_a_chat_hears_what_is_sent(telegram: FakeTelegram, bot: Bot) -> None:
    html = '<b>Új</b> <a href="https://e.eu">törvény</a> &amp; &#8222;rend'
    sent = await bot.send_message(ADA, html, ParseMode.HTML, reply_markup=keyboard("save:1"))
    heard = Heard(sent.message_id, "Új törvény & „rend", html, ((Button("Save", "save:1"),),))
    assert await telegram.heard(ADA) == telegram.messages(ADA) == [heard]
    assert sent.text == heard.text
    assert telegram.calls("sendMessage")[0]["chat_id"] == ADA


async def test_an_edit_is_heard_too(telegram: FakeTelegram, bot: Bot) -> None:
    sent = await bot.send_message(ADA, "one", reply_markup=keyboard("x"))
    await sent.edit_text("two")
    assert [message.text for message in await telegram.heard(ADA, 2)] == ["one", "two"]
    assert telegram.messages(ADA) == [Heard(sent.message_id, "two", "", edited=True)]


async def test_hearing_waits_and_counts_from_the_mark(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(ADA, "before")
    telegram.mark()
    waiting = asyncio.create_task(telegram.heard(ADA))
    await bot.send_message(GROUP, "elsewhere")
    await bot.send_message(ADA, "after")
    assert [message.text for message in await waiting] == ["after"]
    with pytest.raises(AssertionError, match="heard 1 of 2"):
        await telegram.heard(ADA, 2, timeout=0.01)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<p>x</p>", 'Can\'t parse entities: unsupported start tag "p" at byte offset 0'),
        ("x" * 4097, "Message is too long"),
        ("&amp;" * 4097, "Message is too long"),
        ("<b></b>", "Text must be non-empty"),
        ("", "Message text is empty"),
        ("🙂" * 8193, "Text is too long"),
    ],
)
async def test_a_text_telegram_refuses_is_refused(bot: Bot, text: str, reason: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(ADA, text, ParseMode.HTML)
    assert str(refusal.value).lower() == reason.lower()


async def test_a_text_may_have_4096_characters_whatever_their_size(bot: Bot) -> None:
    await bot.send_message(ADA, "🙂" * 4096)


async def test_a_button_carries_64_bytes(bot: Bot) -> None:
    await bot.send_message(ADA, "x", reply_markup=keyboard("é" * 32))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ADA, "x", reply_markup=keyboard("é" * 33))


async def test_an_edit_must_change_what_people_see(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "<b>x</b>", ParseMode.HTML, reply_markup=keyboard("x"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<strong>x</strong>", ParseMode.HTML, reply_markup=keyboard("x"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(keyboard("x"))
    await sent.edit_text("x", reply_markup=keyboard("x"))
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("y", ADA, 999)


# ------------------------------------------------------------------ where it is sent


async def test_nobody_hears_a_bot_they_never_spoke_to(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(2, "x")


async def test_who_blocks_the_bot_hears_nothing(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.blocks(ADA)
    telegram.blocks(GROUP)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ADA, "x")
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(GROUP, "x")
    telegram.unblocks(ADA)
    change = (await update(bot)).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("kicked", "member")
    await bot.send_message(ADA, "x")


async def test_a_group_that_moved_tells_where(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.migrates(GROUP, -1005)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(GROUP, "x")
    assert moved.value.new_chat_id == -1005
    message = (await update(bot)).message
    assert message is not None
    assert message.migrate_from_chat_id == GROUP
    assert (await bot.send_message(-1005, "x")).chat.type == "supergroup"


async def test_a_chat_takes_so_many_messages_a_second(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.limit(per_chat=1)
    await bot.send_message(ADA, "x")
    await bot.send_message(GROUP, "x")
    with pytest.raises(RetryAfter, match="Retry in"):
        await bot.send_message(ADA, "x")


# ------------------------------------------------------------------ what people do


async def test_a_command_arrives_as_one(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.says(ADA, "🙂 /help please", is_topic_message=True, message_thread_id=7)
    message = (await update(bot)).message
    assert message is not None
    assert message.message_thread_id == 7
    assert message.parse_entities(["bot_command"]) == {message.entities[0]: "/help"}


async def test_updates_stay_until_they_are_confirmed(telegram: FakeTelegram, bot: Bot) -> None:
    first, second = await bot.get_updates()
    assert await bot.get_updates(limit=1) == (first,)
    assert await bot.get_updates(offset=second.update_id) == (second,)
    poll = asyncio.create_task(bot.get_updates(offset=second.update_id + 1, timeout=5))
    await asyncio.sleep(0.02)
    telegram.says(ADA, "third")
    assert [update.message.text for update in await poll if update.message] == ["third"]


async def test_only_wanted_updates_arrive(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    telegram.blocks(ADA)
    assert all(update.message for update in await bot.get_updates())


async def test_the_older_of_two_polls_ends(telegram: FakeTelegram, bot: Bot) -> None:
    offset = (await update(bot)).update_id + 1
    async with bot_of(telegram) as twin:
        older = asyncio.create_task(bot.get_updates(offset, timeout=5))
        await asyncio.sleep(0.02)
        await twin.get_updates(offset)
        with pytest.raises(Conflict):
            await older


async def test_a_press_is_answered_once(telegram: FakeTelegram, bot: Bot) -> None:
    sent = await bot.send_message(ADA, "x", reply_markup=keyboard("save:1"))
    telegram.presses(ADA, "Save")
    press = (await update(bot)).callback_query
    assert press is not None
    assert press.message is not None
    assert (press.data, press.message.message_id) == ("save:1", sent.message_id)
    await press.answer("Saved.")
    assert [answer["text"] for answer in telegram.answers] == ["Saved."]
    with pytest.raises(BadRequest, match="Query is too old"):
        await press.answer()
    with pytest.raises(AssertionError, match="no button 'Load'"):
        telegram.presses(ADA, "Load")


async def test_an_old_press_has_no_message_to_edit(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.presses_old(ADA, "gone")
    press = (await update(bot)).callback_query
    assert press is not None
    assert press.message is not None
    assert not press.message.is_accessible


async def test_the_bot_can_introduce_itself(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.delete_webhook()
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_description("I tell the news.")
    await bot.set_my_short_description("News")
    await bot.send_chat_action(ADA, "typing")
    assert telegram.commands == {"help": "What I can do"}
    assert await bot.get_my_commands() == (BotCommand("help", "What I can do"),)
    telegram.roles[GROUP, 8] = "left"
    assert [(await bot.get_chat_member(GROUP, who)).status for who in (7, 8)] == ["member", "left"]


async def test_only_the_token_opens_the_door(telegram: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        async with bot_of(telegram, "123456:OTHER"):
            pass


async def test_a_method_that_is_unknown_is_not_found(bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendNothing")


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize(
    ("kind", "options", "error", "arrives"),
    [
        ("status", {"code": 500}, NetworkError, False),
        ("status", {"code": 429, "parameters": {"retry_after": 3}}, RetryAfter, False),
        ("html", {}, NetworkError, False),
        ("reset", {}, NetworkError, False),
        ("reset_after", {}, NetworkError, True),
        ("hang", {"seconds": 0.02}, NetworkError, False),
        ("truncated", {}, TelegramError, True),
    ],
)
async def test_one_call_goes_wrong(
    telegram: FakeTelegram,
    bot: Bot,
    *,
    kind: Kind,
    options: dict[str, Any],
    error: type[TelegramError],
    arrives: bool,
) -> None:
    telegram.fail("sendMessage", kind, **options)
    with pytest.raises(error) as failure:
        await bot.send_message(ADA, "x")
    assert type(failure.value) is error
    assert bool(telegram.messages(ADA)) is arrives
    await bot.send_message(ADA, "y")
    assert len(telegram.calls("sendMessage")) == 2


async def test_a_call_that_hangs_times_out(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.fail("*", "hang")
    with pytest.raises(TimedOut):
        await bot.send_message(ADA, "x", read_timeout=0.05)


async def test_offline_cuts_what_waits_and_what_comes(telegram: FakeTelegram, bot: Bot) -> None:
    offset = (await update(bot)).update_id + 1
    poll = asyncio.create_task(bot.get_updates(offset, timeout=5))
    await asyncio.sleep(0.02)
    telegram.offline()
    for call in (poll, bot.get_me()):
        with pytest.raises(NetworkError) as cut:
            await call
        assert isinstance(cut.value.__cause__, httpx.TransportError)
    telegram.online()
    await bot.get_me()


async def test_closing_does_not_wait_for_a_poll() -> None:
    async with FakeTelegram(TOKEN) as telegram, bot_of(telegram) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.02)
        begun = time.monotonic()
        await telegram.__aexit__()
        assert time.monotonic() - begun < 0.2
        with pytest.raises(NetworkError):
            await poll


# ------------------------------------------------------------------ Telegram's HTML


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "'),
        ("&#39;&#x10D0;&#8211", "'ა–"),
        ("&nbsp;&apos;&eacute;&ltx; a & b", "&nbsp;&apos;&eacute;&ltx; a & b"),
        ("<B\n>a</b ><i x=1 y='2'>b</i>", "ab"),
        ("<u><s><code>a</></></>", "a"),
        ('<span class="tg-spoiler">a</span><tg-emoji emoji-id="5">b</tg-emoji>', "ab"),
        (" a > b\n", " a > b\n"),
    ],
)
def test_people_see_the_text_without_its_tags(html: str, text: str) -> None:
    assert visible(html) == text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("ž<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("<!-- a -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ('<a href="b>a</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=b/c>a</a>", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("a<", 'Unsupported start tag "" at byte offset 1'),
        ("<stri\u212ae>a</stri\u212ae>", 'Unsupported start tag "stri\u212ae" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities",
        ),
    ],
)
def test_bad_html_is_refused_for_telegrams_reason(html: str, reason: str) -> None:
    with pytest.raises(BadHtml) as refusal:
        visible(html)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("🙂<b>a<i>b</i></b>", [Entity("bold", 2, 2), Entity("italic", 3, 1)]),
        ("<b></b>", []),
        ("<blockquote expandable>a</blockquote>", [Entity("expandable_blockquote", 0, 1)]),
        ("<blockquote EXPANDABLE>a</blockquote>", [Entity("blockquote", 0, 1)]),
    ],
)
def test_entities_are_counted_in_utf16(html: str, found: list[Entity]) -> None:
    assert entities(html) == found


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://E.eu/A?b=1&amp;c=2#d", "https://e.eu/A?b=1&c=2#d"),
        ("http://e.eu?a", "http://e.eu/?a"),
        ("e.eu:8080", "http://e.eu:8080/"),
        ("https://e.eu/a b", "https://e.eu/a%20b"),
        ("https://пример.рф", "https://пример.рф/"),
    ],
)
def test_a_link_leads_to_its_address(address: str, url: str) -> None:
    assert entities(f'<a href="{address}">a</a>') == [Entity("text_link", 0, 1, url)]


@pytest.mark.parametrize("address", ["", "/a", "#a", "http://a", "ftp://e.eu", "javascript:a.b"])
def test_a_link_without_a_host_is_only_text(address: str) -> None:
    assert visible(f'<a href="{address}">a</a>') == "a"
    assert entities(f'<a href="{address}">a</a>') == []


def test_utf16_counts_what_is_beyond_the_first_plane_twice() -> None:
    assert utf16_length("až🙂") == 4


# ------------------------------------------------------------------ sources


async def test_a_source_says_when_nothing_changed() -> None:
    async with FakeSources() as sources, aiohttp.ClientSession() as reader:
        sources.publish("/rss?a=1", rss([]))
        first = await reader.get(sources.url("/rss?a=1"))
        known = {"If-None-Match": first.headers["ETag"]}
        assert (await reader.get(sources.url("/rss?a=1"), headers=known)).status == 304
        sources.publish("/rss?a=1", rss([Entry("a")]))
        assert (await reader.get(sources.url("/rss?a=1"), headers=known)).status == 200
        asked = [request.headers.get("if-none-match") for request in sources.requests("/rss?a=1")]
        assert asked == [None, first.headers["ETag"], first.headers["ETag"]]


async def test_a_source_goes_by_the_date_where_it_has_no_etag() -> None:
    async with FakeSources() as sources, aiohttp.ClientSession() as reader:
        day = "Thu, 16 Jan 2025 08:00:00 GMT"
        sources.publish("/rss", b"<rss/>", "text/xml", etag=None, last_modified=day)
        answer = await reader.get(sources.url("/rss"), headers={"If-Modified-Since": day})
        assert (answer.status, "ETag" in answer.headers) == (304, False)


async def test_a_source_fails_moves_and_hangs() -> None:
    async with FakeSources() as sources, aiohttp.ClientSession() as reader:
        sources.fails("/broken", 503)
        sources.redirects("/old", sources.url("/broken"))
        sources.hangs("/slow")
        assert (await reader.get(sources.url("/nothing"))).status == 404
        assert (await reader.get(sources.url("/old"))).status == 503
        with pytest.raises(TimeoutError):
            await reader.get(sources.url("/slow"), timeout=aiohttp.ClientTimeout(total=0.05))


@pytest.mark.parametrize(("form", "day"), [(rss, "published"), (atom, "updated")])
def test_a_feed_can_be_read_again(form: Any, day: str) -> None:
    date = dt.datetime(2025, 1, 16, 8, tzinfo=dt.UTC)
    news = Entry("Azyl & <migrace>", "https://e.eu/?a=1&b=2", "id-1", date, "<p>Text</p>")
    feed = feedparser.parse(form([news, Entry("Second")], language="cs"))
    assert not feed.bozo
    assert feed.feed.language == "cs"
    first, second = feed.entries
    read = (first.title, first.link, first.id, first.summary)
    assert read == (news.title, news.link, "id-1", "<p>Text</p>")
    assert first[f"{day}_parsed"][:4] == (2025, 1, 16, 8)
    assert second.title == "Second"
