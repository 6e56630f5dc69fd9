"""Admins add sources, take what is proposed, look at what was changed and undo it: by a press."""

import datetime as dt
import functools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.chat import callbacks, commands, messages, source_changes
from bot.chat.context import Answer, ChatContext, Request
from bot.fetch import open_fetcher
from bot.jobs.followed_sources import FollowedSources
from bot.models.source_edits import Candidate, Proposal
from bot.parse.opml import read_opml
from bot.pipeline import PollContext, find_source
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.workers import InlineWorkers
from tests.pipeline.moved_sites import Made, Network, declares, items
from tests.samples import NOW, source

ADMIN, READER = Request(1, 1), Request(2, 2)
OLD = source()
NEW = replace(OLD, url="http://mv.example/feed.xml")
BESIDE = replace(OLD, url="http://mv.example/asylum.xml")


class World:
    """An admin, a reader, and the sources that they speak of."""

    def __init__(self, net: Network, context: ChatContext, followed: FollowedSources) -> None:
        self.net, self.context, self.followed = net, context, followed

    async def says(self, text: str, request: Request = ADMIN) -> Answer:
        if not text.startswith("/"):
            return await messages.answer_text(self.context, request, text)
        command, _, said = text.removeprefix("/").partition(" ")
        return await commands.answer(self.context, request, command, said)

    async def presses(self, answer: Answer, text: str, request: Request = ADMIN) -> Answer | None:
        buttons = [button for row in answer.buttons for button in row]
        data = next(str(one.data) for one in buttons if text in one.text)
        return await callbacks.answer_press(self.context, request, data)

    async def propose(self) -> int:
        candidates = tuple(
            Candidate(source=one, found="declared", items=3, known=3) for one in (NEW, BESIDE)
        )
        proposal = Proposal(at=NOW, source="cz", cause="gone", candidates=candidates)
        return await self.context.store.propose(proposal)

    async def press(self, data: str, request: Request = ADMIN) -> Answer | None:
        return await callbacks.answer_press(self.context, request, data)

    @property
    def urls(self) -> dict[str, str]:
        return {one.id: one.url for one in self.followed}


@pytest_asyncio.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(find_source, "SPACING", 0.0)
    async with (
        Network() as net,
        open_store(":memory:", RULES) as store,
        open_fetcher(["127.0.0.1", "::1"]) as fetcher,
    ):
        polls = PollContext(store, fetcher, InlineWorkers(), lambda: NOW, dt.timedelta(minutes=15))
        followed = FollowedSources(store, [OLD], [])
        context = ChatContext(
            store, followed, lambda: NOW, admins=[1], follow_sources=followed.run,
            look_at=functools.partial(find_source.look_at, polls, followed),
            look_through=functools.partial(find_source.look_through, polls, followed),
        )  # fmt: skip
        yield World(net, context, followed)


def read(answer: Answer | None) -> str:
    assert answer is not None
    return "\n".join(message.plain for message in answer.messages)


def publish(net: Network) -> None:
    made = Made(net, "urad", "rss", items("urad", net))
    made.page("/", head=declares("/rss"))
    net.feed("urad/rss", made.entries)


# ------------------------------------------------------------------ a source that has moved


async def test_a_source_is_read_elsewhere_after_a_press_and_again_where_it_was(
    world: World,
) -> None:
    number = await world.propose()
    assert world.urls == {"cz": OLD.url}
    taken = await world.press(f"u1:take:{number}:0")
    assert "cz is read here from now on: http://mv.example/feed.xml" in read(taken)
    assert world.urls == {"cz": NEW.url}
    again = await world.press(f"u1:take:{number}:0")
    assert (again and again.toast) == "That was decided before."
    assert taken is not None
    undone = await world.presses(taken, "Undo 1: cz")
    assert "cz is read where it was before: http://mv.example/rss" in read(undone)
    assert world.urls == {"cz": OLD.url}


async def test_the_other_part_of_a_split_feed_is_read_beside_it(world: World) -> None:
    number = await world.propose()
    await world.press(f"u1:take:{number}:0")
    for _ in range(2):
        await world.press(f"u1:take:{number}:1")
    assert world.urls == {"cz": NEW.url, "cz-2": BESIDE.url}


async def test_what_is_left_is_changed_by_no_later_press(world: World) -> None:
    number = await world.propose()
    left = await world.press(f"u1:leave:{number}")
    assert (left and left.toast) == "Nothing is changed."
    late = await world.press(f"u1:take:{number}:0")
    assert (late and late.toast) == "That was decided before."
    assert world.urls == {"cz": OLD.url}


async def test_what_was_taken_stays_where_the_rest_is_left(world: World) -> None:
    number = await world.propose()
    await world.press(f"u1:take:{number}:1")
    left = await world.press(f"u1:leave:{number}")
    assert (left and left.toast) == "Nothing more is changed."
    assert world.urls == {"cz": OLD.url, "cz-2": BESIDE.url}


@pytest.mark.parametrize(
    "data", ["take:1:0", "leave:1", "undo:1", "take:x:0", "take:1:9", "burn:1", "take"]
)
async def test_only_admins_press_and_only_what_there_is(world: World, data: str) -> None:
    await world.propose()
    assert await world.press(f"u1:{data}", READER) is None
    await world.press(f"u1:{data}", Request(-5, 1))
    assert await world.context.store.source_edits() == []


# ------------------------------------------------------------------ a source that is new


async def test_a_source_is_added_by_its_address_after_it_was_shown(world: World) -> None:
    publish(world.net)
    shown = await world.says(f"/source add {world.net.url('urad/')} Czechia")
    said = read(shown)
    assert f"A feed: {world.net.url('urad/rss')}" in said
    assert "Publisher: Ministry of News" in said
    assert "Country: 🇨🇿 Czechia" in said
    assert "Language: cs" in said
    assert "Items: 10, the newest of 16.01.2025" in said
    assert "Vláda schválila novelu zákona o azylu" in said
    assert world.urls == {"cz": OLD.url}
    added = await world.presses(shown, "Add it as urad-localhost")
    assert "urad-localhost is added" in read(added)
    assert world.urls["urad-localhost"] == world.net.url("urad/rss")
    twice = await world.presses(shown, "Add it as urad-localhost")
    assert (twice and twice.toast, len(world.urls)) == ("That was decided before.", 2)
    again = await world.says(f"/source add {world.net.url('urad/rss')}")
    assert "That is read already, as urad-localhost" in read(again)


async def test_a_source_is_known_by_another_spelling_of_its_address(world: World) -> None:
    publish(world.net)
    address = world.net.url("urad/rss")
    await world.presses(await world.says(address), "Add it as")
    said = read(await world.says(f"/source add {address.replace('urad.', 'URAD.')}"))
    assert said.startswith("That is read already, as urad-localhost")


async def test_an_address_alone_is_a_source_to_admins_and_a_question_to_readers(
    world: World,
) -> None:
    publish(world.net)
    address = world.net.url("urad/")
    assert "A feed:" in read(await world.says(address))
    assert "A feed:" not in read(await world.says(address, READER))
    said = read(await world.says(f"/source add {address}", READER))
    assert "A feed:" not in said
    assert "I take /source for /sources." in said


async def test_items_that_would_not_come_are_named(world: World) -> None:
    publish(world.net)
    made = Made(world.net, "hasici", "rss")
    world.net.feed("hasici/rss", made.others())
    said = read(await world.says(f"/source add {world.net.url('hasici/rss')}"))
    assert said.count("Not about migration or asylum: Hasičský") == 5
    assert "Country: none can be seen" in said


async def test_what_cannot_be_read_is_told_with_its_cause(world: World) -> None:
    said = read(await world.says(f"/source add {world.net.url('nowhere/rss')}"))
    assert "I can read no news there: HTTP 404 Not Found" in said
    assert "private address" in read(await world.says("/source add http://10.0.0.1/rss"))
    assert "Say its address" in read(await world.says("/source add"))


# ------------------------------------------------------------------ a list of feeds


async def sends(world: World, content: bytes, size: int = 100) -> Answer:
    async def load() -> bytes:
        return content

    return await source_changes.on_file(world.context, ADMIN, size, load)


async def test_a_list_of_feeds_is_shown_and_added_with_one_press(world: World) -> None:
    publish(world.net)
    world.net.feed("jiny/rss", items("jiny", world.net))
    new = [source(id=name, url=world.net.url(f"{name}/rss")) for name in ("urad", "jiny", "gone")]
    shown = await sends(world, render.opml([OLD, *new], NOW))
    said = read(shown)
    assert said.startswith("Feeds in the file: 4; read already: 1")
    assert f"• {world.net.url('urad/rss')} (10 items)" in said
    assert f"• {world.net.url('gone/rss')}: HTTP 404 Not Found" in said
    assert world.urls == {"cz": OLD.url}
    added = await world.presses(shown, "Add all 2")
    assert "Sources added: 2." in read(added)
    assert world.urls.keys() == {"cz", "jiny-localhost", "urad-localhost"}
    again = await world.presses(shown, "Add all 2")
    assert (again and again.toast) == "That was decided before."


async def test_what_was_added_meanwhile_is_added_by_no_list(world: World) -> None:
    publish(world.net)
    world.net.feed("jiny/rss", items("jiny", world.net))
    urls = [world.net.url(f"{name}/rss") for name in ("urad", "jiny")]
    new = [source(id=url, url=url) for url in urls]
    shown = await sends(world, render.opml(new, NOW))
    await world.presses(await world.says(urls[0]), "Add it as")
    assert "Sources added: 1." in read(await world.presses(shown, "Add all 2"))
    assert sorted(world.urls.values()) == sorted([OLD.url, *urls])


async def test_a_file_that_is_no_list_is_told_so(world: World) -> None:
    for content, size, said in (
        (b"<rss><channel/></rss>", 9, "begins with <opml>, not with <rss>"),
        (b"<opml/>", 513_000, "it is larger than 512 kB"),
        (b"\x00\x01", 2, "No list of feeds (OPML) can be read"),
    ):
        assert said in read(await sends(world, content, size))


async def test_the_sources_are_given_as_a_file(world: World) -> None:
    given = await world.says("/source opml")
    assert given.file is not None
    assert [one.url for one in read_opml(given.file.content)] == [OLD.url]


# ------------------------------------------------------------------ what was changed


async def test_changes_are_listed_with_who_made_them_and_undone_by_number(world: World) -> None:
    assert "Nobody has changed" in read(await world.says("/source changes"))
    number = await world.propose()
    await world.press(f"u1:take:{number}:0")
    listed = await world.says("/source changes")
    assert "1. 16.01.2025: cz is read at http://mv.example/feed.xml" in read(listed)
    assert "by user 1" in read(listed)
    assert [one.text for row in listed.buttons for one in row] == ["Undo 1: cz"]
    assert "is read where it was" in read(await world.says("/source undo 1"))
    listed = await world.says("/source changes")
    assert "undone on 16.01.2025" in read(listed)
    assert listed.buttons == ()
    assert "no such change" in read(await world.says("/source undo 1"))
    assert "Say its number" in read(await world.says("/source undo x"))


async def test_a_change_that_the_configuration_has_overtaken_is_told_so(world: World) -> None:
    number = await world.propose()
    await world.press(f"u1:take:{number}:0")
    edits = await world.context.store.source_edits()
    newest = replace(OLD, url="http://mv.example/newest")
    context = replace(world.context, sources=FollowedSources(world.context.store, [newest], edits))
    listed = await World(world.net, context, world.followed).says("/source changes")
    assert "the configuration says otherwise, and holds" in read(listed)
    assert listed.buttons == ()
