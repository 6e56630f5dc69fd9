import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.i18n import LANGUAGES, locale_for
from bot.jobs.admin_notices import AdminNotices
from bot.jobs.outbox import Outbox
from bot.models import Notice, NoticeKind
from bot.models.chats import Filter
from bot.models.deliveries import Moved, Refused, RetryLater, Sent, Unknown
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, commit, delivery, development

STATE = SourceState(id="cz", url="http://mv.example/rss")
IN_TOPIC = Filter(id=1, thread=3)


def notice(text: str) -> Notice:
    return Notice(values={"text": text})


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    async with open_store(":memory:", RULES) as opened:
        await opened.commit(
            PollCommit(state=STATE, at=NOW, notices=(notice("a < b"), notice("c"))), lambda *_: ()
        )
        yield opened


async def test_every_admin_hears_every_notice_once(store: Store) -> None:
    transport = FakeTransport()
    notices = AdminNotices(store, transport, [1, 2])
    await notices.run()
    await notices.run()
    assert transport.html == [(1, "a &lt; b\n\nc"), (2, "a &lt; b\n\nc")]


async def test_what_could_not_be_told_is_kept(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [RetryLater("no network")]
    notices = AdminNotices(store, transport, [1])
    await notices.run()
    assert len(await store.notices()) == 2
    await notices.run()
    assert [text for _, text in transport.html] == ["a &lt; b\n\nc"]


async def test_a_notice_that_may_not_have_arrived_is_told_again(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Unknown("the connection broke")]
    notices = AdminNotices(store, transport, [1])
    await notices.run()
    await notices.run()
    assert [text for _, text in transport.html] == ["a &lt; b\n\nc"]


async def test_an_admin_s_group_that_has_moved_is_followed(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Moved(5)]
    await AdminNotices(store, transport, [1]).run()
    assert transport.html == [(5, "a &lt; b\n\nc")]


async def test_an_admin_who_blocked_the_bot_keeps_no_other_waiting(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Refused("blocked", gone=True)]
    await AdminNotices(store, transport, [1, 2]).run()
    assert (2, "a &lt; b\n\nc") in transport.html
    assert await store.notices() == []


async def test_without_admins_nothing_piles_up(store: Store) -> None:
    await AdminNotices(store, FakeTransport(), []).run()
    assert await store.notices() == []


async def test_what_concerns_one_chat_is_told_there_or_to_the_admins(store: Store) -> None:
    await store.dismiss_notices(*(notice.id for notice in await store.notices()))
    transport = FakeTransport()
    for _ in range(3):
        await store.add_notice(replace(notice("I may not write there."), chat=7))
    await AdminNotices(store, transport, [1]).run()
    assert transport.html == [(7, "I may not write there. (3 times)")]
    await store.add_notice(replace(notice("I may not write there."), chat=7))
    transport.outcomes[7] = [Refused("bot can't initiate conversation with a user", gone=True)]
    await AdminNotices(store, transport, [1]).run()
    assert transport.html[1:] == [(1, "I may not write there.")]
    assert await store.notices() == []


VALUES: dict[str, str | int] = {
    "source": "cz-moi", "url": "https://mv.example/rss", "held": 31, "total": 40,
    "one": "CZ-2025-0001", "title": "Azyl < návrat", "other": "CZ-2025-0002",
    "other_title": "Return", "development": "CZ-2025-0003", "reason": "timed out",
    "problem": "herald.db was deleted", "backup": "backups/herald-1.db",
    "labels": "asylum", "error": "HTTP 503", "minutes": 180, "pending": 7, "count": 2,
    "cause": "tls", "items": 12, "known": 10, "site": "other.example", "titles": "Azyl\nNávrat",
    "others": "https://mv.example/rss/2", "proposal": 5,
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(get_args(NoticeKind)) - {"text"}))
def test_each_kind_of_notice_is_told_in_each_language(kind: NoticeKind) -> None:
    about = Notice(kind=kind, values={**VALUES, "type": "channel"})
    (english,) = render.notices([about])
    for to in map(locale_for, LANGUAGES[1:]):
        (message,) = render.notices([about], to)
        (over,) = render.notices([replace(about, is_over=True)], to)
        assert message.plain.strip() != english.plain.strip()
        for value in map(str, VALUES.values()):
            assert (value in message.plain) == (value in english.plain)
        assert message.plain in over.plain
        assert not over.plain.startswith("Over")
        assert "%(" not in message.plain


async def test_who_set_a_group_up_hears_of_it_in_the_language_of_their_chat(store: Store) -> None:
    await store.dismiss_notices(*(each.id for each in await store.notices()))
    await store.change_chat(7, lambda chat: replace(chat, language="cs"))
    await store.change_chat(-5, lambda chat: replace(chat, keeper=7, filters=(IN_TOPIC,)))
    await store.commit(
        commit(("k",), development()), lambda *_: [replace(delivery(), chat=-5, filters=(1,))]
    )
    transport = FakeTransport()
    transport.outcomes[-5] = [Sent(1, topic_missing=True)]
    await Outbox(store, transport, lambda: NOW).drain()
    await AdminNotices(store, transport, [1]).run()
    ((chat, text),) = transport.html
    assert chat == 7
    assert text == render.notices([Notice(kind="topic_missing")], locale_for("cs"))[0].html
    assert "topic" not in text


async def test_what_an_earlier_version_has_stored_as_a_sentence_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "herald.db")
    async with open_store(path, RULES) as store:
        await store.add_notice(notice("new"))
        await store.update_alerts({"source cz": notice("new")})
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM notices WHERE id > 1")
        database.execute("UPDATE notices SET doc = ?", ['{"text": "a < b", "chat": 7}'])
        database.execute("UPDATE alarms SET doc = ?", ['{"name": "source cz", "text": "c"}'])
    transport = FakeTransport()
    async with open_store(path, RULES) as store:
        await store.update_alerts({})
        await AdminNotices(store, transport, [1]).run()
    assert sorted(transport.html) == [(1, "Over: c"), (7, "a &lt; b")]


@pytest.mark.parametrize("language", ["en", "de", "uk"])
def test_telegrams_own_words_are_not_shown_where_writing_is_forbidden(language: str) -> None:
    """A notice of an earlier version still has them."""
    old = Notice(kind="no_rights", values={"reason": "not enough rights"})
    (message,) = render.reply("notices", locale_for(language), counted=[(old, 1)])
    assert "/status" in message.html
    assert "rights" not in message.html


def test_labels_and_reasons_are_told_in_the_language_of_the_reader() -> None:
    values: dict[str, str | int] = {
        "development": "CZ-2025-0001", "title": "Návrat", "labels": "return, dublin, Legislative",
        "reason": "Telegram did not answer in time",
    }  # fmt: skip
    reported = Notice(kind="label_reported", values=values)
    uncertain = Notice(kind="uncertain", values=values)
    german = "".join(each.plain for each in render.notices([reported, uncertain], locale_for("de")))
    assert "Rückkehr" in german
    assert "Telegram hat nicht rechtzeitig geantwortet" in german
    assert "Legislative" not in german
    # as it was stored by earlier versions
    earlier = Notice(kind="label_reported", values={**values, "labels": "Return, Dublin; Policy"})
    (message,) = render.notices([earlier])
    assert "Return, Dublin; Policy" in message.plain
