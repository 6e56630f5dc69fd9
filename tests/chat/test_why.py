"""/why LINK: what has become of an item."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import match
from bot.chat import callbacks, commands, messages
from bot.chat.context import Answer, ChatContext, Request
from bot.dedupe.keys import address_keys, item_identities
from bot.i18n import LANGUAGES
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.pace import DAILY
from bot.models.sources import NotRelevant, PollCommit, SourceState, Unsent
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, citation, development, item, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
LINK = "https://mv.example/clanek/1"
STATE = SourceState(
    id="cz", url="http://mv.example/rss", baseline=True, polled=NOW,
    due=NOW + dt.timedelta(minutes=15),
)  # fmt: skip
LEAD = (
    "Vláda ve středu schválila novelu azylového zákona, která zkracuje lhůtu řízení na 30 dnů. "
    "Návrh předložilo ministerstvo vnitra."
)
CZECHIA = Filter(id=1, countries=frozenset({"CZ"}))
GERMANY = Filter(id=2, countries=frozenset({"DE"}), themes=frozenset({"return"}))


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:
        sources = [source(), source(id="cz-2", url="http://jiny.example/rss", publisher="Another")]
        yield ChatContext(store, sources, lambda: NOW, [CHAT])


async def follow(context: ChatContext, *filters: Filter, **settings: object) -> None:
    await context.store.change_chat(
        CHAT, lambda chat: replace(Chat(id=CHAT, filters=filters), **settings)
    )


async def publish(
    context: ChatContext,
    link: str = LINK,
    unsent: Unsent | None = None,
    *,
    is_told: bool = True,
    **changes: object,
) -> str | None:
    """Let a poll find an item with a link, and return the number of its development."""
    told = item(url=link, title=f"News {link}")
    (identity,) = item_identities([told])
    about = development(sources=(citation(url=link, source="cz"),), title=told.title, **changes)
    is_dropped = unsent is not None and unsent.reason == "not relevant"
    news: tuple[tuple[tuple[str, ...], Development], ...] = ((identity.keys, about),)
    commit = PollCommit(
        state=STATE,
        at=NOW,
        seen=(identity.all,),
        developments=() if is_dropped else news,
        unsent={identity.addresses[-1]: unsent} if unsent else {},
    )
    made, _ = await context.store.commit(commit, match.deliveries_for if is_told else None)
    return made[0].id if made else None


async def asks(context: ChatContext, text: str, request: Request = HERE) -> Answer:
    return await commands.answer(context, request, "why", text)


async def told(context: ChatContext, text: str = LINK, request: Request = HERE) -> str:
    return "\n\n".join(one.plain for one in (await asks(context, text, request)).messages)


def buttons(answer: Answer) -> dict[str, str]:
    return {button.text: str(button.data) for row in answer.buttons for button in row}


@pytest.mark.parametrize(
    "link",
    [LINK, "http://www.mv.example/clanek/1/", f"{LINK}?utm_source=x", "mv.example/clanek/1"],
)
async def test_what_was_sent_is_found_by_any_form_of_its_link(
    context: ChatContext, link: str
) -> None:
    await follow(context, CZECHIA)
    number = await publish(context)
    (row,) = await context.store.deliveries_of(CHAT)
    await context.store.save_delivery(replace(row, state="sent", settled=NOW, message_id=5))
    answer = await told(context, link)
    assert "It came here on 16 Jan 2025, 13:00" in answer
    assert f"News {LINK}" in answer
    shown = await callbacks.answer_press(context, HERE, f"n1:show:{number}")
    assert shown
    assert str(number) in shown.messages[0].plain


async def test_what_waits_for_the_digest_says_so(context: ChatContext) -> None:
    await follow(context, CZECHIA, pace=DAILY)
    await publish(context)
    assert "waits for the next digest" in await told(context)


async def test_what_waits_to_be_sent_says_so(context: ChatContext) -> None:
    await follow(context, CZECHIA)
    await publish(context)
    assert "comes soon" in await told(context)
    await follow(context, CZECHIA, paused=True)
    assert "this chat is paused" in await told(context)


async def test_the_facets_of_the_nearest_filter_that_fail_are_named(context: ChatContext) -> None:
    near = Filter(id=3, countries=frozenset({"CZ", "DE"}), types=frozenset({"Legislative"}))
    await follow(context, GERMANY, near)
    await publish(context)
    answer = await asks(context, LINK)
    text = answer.messages[0].plain
    assert "No filter of this chat asks for it." in text
    assert "Filter 2 (Germany, Czechia" in text or "Filter 2 (Czechia, Germany" in text
    assert "its type is Policy" in text
    assert "it is about" not in text
    assert buttons(answer)["Edit filter 2"] == "f2:edit:3"


async def test_each_facet_that_fails_stands_on_a_line(context: ChatContext) -> None:
    await follow(context, GERMANY)
    await publish(context)
    lines = (await told(context)).splitlines()
    assert [line for line in lines if line.startswith("•")] == [
        "• it is about Czechia",
        "• its themes are: General asylum and migration development",
    ]


async def test_a_paused_filter_that_asks_for_it_can_be_resumed(context: ChatContext) -> None:
    await follow(context, replace(CZECHIA, paused=True))
    await publish(context)
    answer = await asks(context, LINK)
    assert "Filter 1 (Czechia) asks for it, and is paused." in answer.messages[0].plain
    assert buttons(answer)["Resume filter 1"] == "f2:resume:1"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("baseline", "when its source was first read"), ("held", "far more than its source")],
)
async def test_what_nobody_was_notified_of_says_why(
    context: ChatContext, reason: str, words: str
) -> None:
    await follow(context, CZECHIA)
    await publish(context, unsent=Unsent(at=NOW, reason=reason), is_told=False)  # type: ignore[arg-type]
    assert words in await told(context)


async def test_what_came_during_a_pause_says_so(context: ChatContext) -> None:
    await follow(context, CZECHIA, paused=True, away=NOW - dt.timedelta(days=1))
    await publish(context)
    assert "while this chat was paused" in await told(context)


async def test_what_came_before_its_filter_says_so(context: ChatContext) -> None:
    await publish(context)
    assert "follows nothing yet" in await told(context)
    await follow(context, CZECHIA)
    assert "Now filter 1 (Czechia) does." in await told(context)


async def test_what_has_joined_another_record_names_it(context: ChatContext) -> None:
    await follow(context, CZECHIA)
    title, links = "Vláda schválila novelu azylového zákona", (LINK, "https://jiny.example/2")
    for name, link in zip(("cz", "cz-2"), links, strict=True):
        cited = citation(source=name, publisher=name, title_native=title, url=link)
        about = development(title=title, summary=LEAD, sources=(cited,))
        keys = address_keys(name, link)
        state = replace(STATE, id=name, url=f"http://{name}.example/rss")
        commit = PollCommit(state=state, at=NOW, seen=(keys,), developments=((keys, about),))
        await context.store.commit(commit, match.deliveries_for)
    joined = "What Another published is told together with others in CZ-2025-0001."
    assert joined in await told(context, links[1])
    assert "together with others" not in await told(context, links[0])


async def test_another_language_edition_is_found(context: ChatContext) -> None:
    await publish(context, "https://mv.example/cs/clanek/1-zprava")
    assert "News https://mv.example/cs/clanek/1-zprava" in await told(
        context, "https://mv.example/en/clanek/1-zprava"
    )


async def test_what_is_not_relevant_names_the_words(context: ChatContext) -> None:
    irrelevance = NotRelevant(
        relevance=0.12, least=0.9, speaking_for=("hranice",), against=("fotbal", "stadion")
    )
    unsent = Unsent(at=NOW, reason="not relevant", irrelevance=irrelevance)
    assert await publish(context, unsent=unsent) is None
    text = await told(context)
    assert "I read it on 16 Jan 2025" in text
    assert "12%; 90%" in text
    assert "for it: hranice" in text
    assert "against it: fotbal, stadion" in text


async def test_what_was_read_before_words_were_kept_says_as_much_as_is_known(
    context: ChatContext,
) -> None:
    (identity,) = item_identities([item(url=LINK)])
    await context.store.commit(PollCommit(state=STATE, at=NOW, seen=(identity.all,)), None)
    text = await told(context)
    assert "not about migration or asylum" in text
    assert "probability" not in text


async def test_a_page_that_was_not_read_names_the_sources_of_its_site(
    context: ChatContext,
) -> None:
    assert "Ministry of the Interior: not read yet" in await told(context)
    await context.store.commit(PollCommit(state=STATE, at=NOW), None)
    text = await told(context)
    assert "I have not read this page." in text
    assert "next time on 16 Jan 2025, 13:15" in text
    assert "Another" not in text
    await context.store.switch_source("cz", is_on=False)
    assert "switched off" in await told(context)


async def test_what_waits_for_its_own_page_is_not_said_to_be_unread(context: ChatContext) -> None:
    waiting = replace(STATE, waiting=address_keys("cz", LINK)[:1])
    await context.store.commit(PollCommit(state=waiting, at=NOW), None)
    text = await told(context)
    assert "Ministry of the Interior published it, and I am still to read it" in text
    assert "I try again on 16 Jan 2025, 13:15" in text
    assert "I have not read this page." in await told(context, "https://mv.example/clanek/2")
    late = replace(waiting, due=NOW)
    await context.store.commit(PollCommit(state=late, at=NOW), None)
    assert "I try again in a moment." in await told(context)


async def test_a_source_that_fails_says_since_when(context: ChatContext) -> None:
    state = replace(STATE, failures=3, failing=NOW, error="HTTP 503")
    await context.store.commit(PollCommit(state=state, at=NOW), None)
    assert "failing since 16.01.2025 12:00" in await told(context)


async def test_a_site_without_a_source_can_be_told_to_who_runs_the_bot(
    context: ChatContext,
) -> None:
    link = f"https://unknown.example/{'long' * 50}"
    answer = await asks(context, link)
    assert "No source that I read is on unknown.example" in answer.messages[0].plain
    thanks = await callbacks.answer_press(context, HERE, buttons(answer)["Tell who runs this bot"])
    assert thanks
    assert thanks.toast
    (notice,) = await context.store.notices()
    assert notice.kind == "item_missed"
    assert str(notice.values["url"]).startswith("unknown.example/longlong")


async def test_a_number_is_explained_like_a_link(context: ChatContext) -> None:
    number = await publish(context)
    await follow(context, GERMANY)
    text = await told(context, str(number))
    assert "it is about Czechia" in text
    assert "its themes are" in text
    assert "There is no development" in await told(context, "CZ-2001-0009")


@pytest.mark.parametrize("text", ["", "returns", "javascript:alert(1)", "<b>"])
async def test_what_is_no_link_is_answered_with_an_example(context: ChatContext, text: str) -> None:
    assert "/why https://example.org/news/1" in await told(context, text)


@pytest.mark.parametrize(
    "link",
    ["http://user:secret@mv.example/x", "http://[::1", "https://mv.example:99999999/x",
     f"https://{'a.' * 900}example/x", "https://мвс.example/новини", "http://x/<script>"],
)  # fmt: skip
async def test_hostile_links_break_nothing(context: ChatContext, link: str) -> None:
    assert "secret" not in await told(context, link)


async def test_a_pasted_link_brings_its_record_or_else_the_explanation(
    context: ChatContext,
) -> None:
    number = await publish(context)
    record = await messages.answer_text(context, HERE, f" {LINK}\n")
    assert str(number) in record.messages[0].plain
    assert "Source(s)" in record.messages[0].plain
    asked = await messages.answer_text(context, HERE, f"why did I not get {LINK}?")
    assert "follows nothing yet" in asked.messages[0].plain
    other = await messages.answer_text(context, HERE, "https://mv.example/at-2024-17-report")
    assert "I have not read this page." in other.messages[0].plain


@pytest.mark.parametrize("language", LANGUAGES[1:])
async def test_it_is_told_in_the_readers_language(context: ChatContext, language: str) -> None:
    await follow(context, GERMANY)
    await publish(context)
    english = await told(context, LINK)
    own = await told(context, LINK, replace(HERE, language=language))
    lines = [line for line in english.splitlines() if line and "News" not in line]
    assert lines
    assert not [line for line in lines if line in own.splitlines()]
