import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import match, render, taxonomy
from bot.chat import admin, callbacks, commands, messages, search
from bot.chat.commands import COMMANDS
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.handlers import Handlers
from bot.chat.parsing import query
from bot.models import Evidence
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, DeliveryState
from bot.models.pace import Pace
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.render import FORMATS
from bot.store import open_store
from tests.fakes.telegram_html import utf16_length, visible
from tests.samples import NOW, as_read, citation, commit, delivery, development, source, title_of

CHAT = 1001
DOCS = Path(__file__).parents[2] / "docs"
HERE = Request(CHAT, CHAT)


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return person == 7

        async def find(name: int | str) -> tuple[int, str] | None:
            return (-1001, "A channel") if name in ("@a_channel", -1001) else None

        sources = [source(), source(id="de", country="DE")]
        yield ChatContext(store, sources, lambda: NOW, [CHAT], runs, find)


async def says(context: ChatContext, text: str) -> str:
    """What the bot answers to a command line."""
    command, _, said = text.removeprefix("/").partition(" ")
    return read(await commands.answer(context, HERE, command, said))


async def presses(context: ChatContext, data: str) -> Answer:
    answer = await callbacks.answer_press(context, HERE, data)
    assert answer is not None
    return answer


def read(answer: Answer) -> str:
    for message in answer.messages:
        assert visible(message.html).strip()
    return "\n\n".join(message.plain for message in answer.messages)


async def chat(context: ChatContext) -> Chat:
    return await context.store.chat(CHAT)


async def publish(
    context: ChatContext, *days: int, country: str = "CZ", **changes: Any
) -> list[str]:
    """Records developments of some days of January; their numbers."""
    ids = []
    for day in days:
        facts = {"title": f"News {day}", "country": country, "date": dt.date(2025, 1, day)}
        state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
        brought = commit((f"{country}{day}",), development(**{**facts, **changes}), state=state)
        (made,), _ = await context.store.commit(brought, lambda *_: ())
        ids.append(str(made.id))
    return ids


async def test_subscribing_saves_a_filter(context: ChatContext) -> None:
    told = await says(context, "/subscribe Czechia, Germany, return")
    assert "Saved as filter 1: Czechia, Germany · Return of former applicants" in told
    assert len((await chat(context)).filters) == 1


async def test_words_that_are_not_understood_save_nothing(context: ChatContext) -> None:
    told = await says(context, "/subscribe Czehcia, Germany")
    assert "“Czehcia”" in told
    assert "Did you mean Czechia?" in told
    assert "Nothing was saved" in told
    assert (await chat(context)).filters == ()


async def test_hostile_words_are_repeated_as_text(context: ChatContext) -> None:
    assert "<b>&</i>" in await says(context, "/subscribe <b>&</i>")


async def test_the_same_filter_is_kept_once(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    assert "already" in await says(context, "/subscribe cz")
    assert len((await chat(context)).filters) == 1


async def test_a_country_without_a_source_is_told(context: ChatContext) -> None:
    assert "None of my sources covers Malta yet" in await says(context, "/subscribe Malta")
    assert "None of my sources" not in await says(context, "/subscribe Germany")


async def test_filters_are_numbered_and_removed_by_number(context: ChatContext) -> None:
    for said in ("Czechia", "Germany", "return"):
        await says(context, f"/subscribe {said}")
    told = await says(context, "/filters")
    assert told.splitlines() == [
        "You follow",
        "1. Czechia · 0 in 30 days",
        "2. Germany · 0 in 30 days",
        "3. Return of former applicants · 0 in 30 days",
    ]
    assert "Removed: Germany" in await says(context, "/unsubscribe 2")
    assert "2. Return" in await says(context, "/filters")
    assert "all 2 filters" in await says(context, "/unsubscribe all")
    assert "You follow nothing yet" in await says(context, "/filters")


@pytest.mark.parametrize("said", ["", "0", "7", "-1", "x", "²", "99999999999999999999"])
async def test_a_number_that_is_none_removes_nothing(context: ChatContext, said: str) -> None:
    await says(context, "/subscribe Czechia")
    await says(context, f"/unsubscribe {said}")
    assert len((await chat(context)).filters) == 1


async def test_a_button_removes_its_filter_once_and_no_other(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    remove = await _of_first(context, "Remove")
    assert (await presses(context, remove)).toast == "Removed."
    await says(context, "/subscribe Germany")
    assert (await presses(context, remove)).toast == "It was removed before."
    assert len((await chat(context)).filters) == 1


async def test_many_filters_are_listed_page_by_page(context: ChatContext) -> None:
    many = [
        Filter(id=number, countries=frozenset(taxonomy.countries()[: 20 + number % 10]))
        for number in range(1, 48)
    ]
    await context.store.change_chat(CHAT, lambda known: replace(known, filters=tuple(many)))
    answer = await commands.answer(context, HERE, "filters", "")
    told = [read(answer)]
    while onwards := [button for row in answer.buttons for button in row if button.text == "▸"]:
        answer = await presses(context, str(onwards[0].data))
        assert answer.in_place
        told.append(read(answer))
    assert all(len(text) <= 4096 for text in told)
    assert len(told) == 5
    assert told[1].startswith("You follow (11 to 20 of 47)\n11. ")
    assert all(f"\n{number}. " in "".join(told) for number in range(1, 48))
    (card,) = [button for row in answer.buttons for button in row if button.text == "47"]
    opened = await presses(context, str(card.data))
    assert "Filter 47" in read(opened)
    assert "41 to 47 of 47" in read(await presses(context, str(opened.buttons[-1][0].data)))
    assert "Filter 12" in await says(context, "/filters 12")
    assert "31 to 40 of 46" in await says(context, "/unsubscribe 35")
    assert "41 to 45 of 45" in await says(context, "/unsubscribe 46")
    numbers = " ".join(map(str, range(2, 46)))
    (message,) = (await commands.answer(context, HERE, "unsubscribe", numbers)).messages
    assert len(message.plain) <= 4096
    assert "You follow\n1. " in message.plain


async def _of_first(context: ChatContext, text: str) -> str:
    """The data of a button on the card of the first filter."""
    listed = await commands.answer(context, HERE, "filters", "")
    card = await presses(context, str(listed.buttons[0][0].data))
    (data,) = (button.data for row in card.buttons for button in row if text in button.text)
    return str(data)


async def test_a_filter_that_was_removed_can_be_taken_back(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    before = (await chat(context)).filters
    removed = await presses(context, await _of_first(context, "Remove"))
    undo = removed.buttons[-1][0]
    assert (undo.text, (await chat(context)).filters) == ("Undo", ())
    assert (await presses(context, str(undo.data))).toast == "Undone."
    assert (await chat(context)).filters == before
    assert "any more" in str((await presses(context, "f2:undo:999")).toast)


async def test_a_filter_is_paused_alone_and_goes_on(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    assert "It is paused" in read(await presses(context, await _of_first(context, "Pause")))
    assert (await chat(context)).filters[0].paused
    await presses(context, await _of_first(context, "Resume"))
    assert not (await chat(context)).filters[0].paused


async def test_a_filter_gets_a_name_by_command_or_as_it_is_asked(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    assert "Filter 1: Returns watch" in await says(context, "/rename 1 Returns   watch")
    asked = await presses(context, await _of_first(context, "Rename"))
    assert "Your next message is the name" in read(asked)
    assert "Filter 1: Náš filtr" in read(await messages.answer_text(context, HERE, "Náš filtr"))
    assert (await chat(context)).pending_question is None
    assert "do not understand" in read(await messages.answer_text(context, HERE, "Co náš filtr"))


async def test_a_filter_is_tried_on_what_there_is(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    assert "Nothing is recorded" in read(await presses(context, await _of_first(context, "Try")))
    await publish(context, 1, 2)
    tried = await presses(context, await _of_first(context, "Try"))
    assert [title_of(message.plain) for message in tried.messages] == ["News 1", "News 2"]


async def test_a_shared_filter_is_saved_on_the_other_side_when_it_is_wanted(
    context: ChatContext,
) -> None:
    await says(context, '/subscribe Czechia, detention, "Vyšní Lhoty", without football')
    shared = read(await presses(context, await _of_first(context, "Share")))
    payload = shared.rpartition("start=")[2].strip()
    other = Request(77, 77)
    offered = await commands.answer(context, other, "start", payload)
    assert "Czechia · Detention" in read(offered)
    assert (await context.store.chat(77)).filters == ()
    await callbacks.answer_press(context, other, str(offered.buttons[0][0].data))
    (kept,) = (await context.store.chat(77)).filters
    assert kept == (await chat(context)).filters[0]


async def test_less_of_a_theme_is_kept_from_the_filters_that_wanted_it(
    context: ChatContext,
) -> None:
    await says(context, "/subscribe Czechia")
    await says(context, "/subscribe Germany")
    (made,) = await publish(context, 1)
    more = await presses(context, f"n1:more:{made}")
    told = read(await presses(context, str(more.buttons[1][0].data)))
    assert "Filter 1 is now: Czechia · without General asylum" in told
    assert [bool(kept.less) for kept in (await chat(context)).filters] == [True, False]
    assert "Nothing is recorded" in await says(context, "/latest")


async def test_why_names_the_filters_and_the_words(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia, named Home")
    (made,) = await publish(context, 1, evidence=Evidence(themes=("azyl",), type=("zákon",)))
    told = read(await presses(context, f"n1:why:{made}"))
    assert "Filter 1: Czechia (Home)" in told
    assert "because of “azyl”" in told
    assert "Policy: because of “zákon”" in told


async def test_what_is_cited_is_ready_to_paste(context: ChatContext) -> None:
    (made,) = await publish(context, 1)
    told = read(await presses(context, f"n1:cite:{made}"))
    assert told.startswith(f"🇨🇿 Czechia · General · Policy · {made}\nTo cite it:\n")
    assert "To cite it:\nMinistry of the Interior | Ministerstvo vnitra (16 January, 2025)," in told


async def test_what_is_followed_comes_under_its_message(context: ChatContext) -> None:
    named = {"references": ("EU 2024/1348",), "own_references": ("EU 2024/1348",)}
    (made,) = await publish(context, 1, **named)
    more = await presses(context, f"n1:more:{made}")
    told = read(await presses(context, str(more.buttons[1][0].data)))
    assert "Saved as filter 1: all of EU 2024/1348" in told
    (kept,) = (await chat(context)).filters
    assert (kept.follows, kept.name) == (made, "News 1")
    (later,) = await publish(context, 2, country="DE", **named)
    await publish(context, 3, references=("EU 2024/1348",))  # only cites it
    found = await context.store.developments(match.any_wants([kept]))
    assert {each.id for each in found} == {made, later}


async def test_a_base_act_is_not_followed(context: ChatContext) -> None:
    title = "Vláda schválila novelu zákona č. 325/1999 Sb."
    bill, act = "sněmovní tisk 567", "325/1999 Sb."
    (made,) = await publish(
        context,
        1,
        references=(act, bill),
        summary=f"Poslanci ji projednají jako {bill}.",
        sources=(citation(title_native=title),),
    )
    await presses(context, f"n1:follow:{made}")
    (kept,) = (await chat(context)).filters
    assert kept.references == {bill}
    (refused,) = await publish(context, 2, references=(act,), title="Soud zamítl žalobu")
    told = await presses(context, f"n1:follow:{refused}")
    assert "no act, bill or case" in str(told.toast)
    found = await context.store.developments(match.any_wants([kept]))
    assert refused not in {each.id for each in found}


async def test_a_wrong_label_is_told_to_the_admins_and_not_by_whom(context: ChatContext) -> None:
    (made,) = await publish(context, 1)
    reader = Request(987654, 987654)
    await callbacks.answer_press(context, reader, f"n1:wrong:{made}")
    (notice,) = await context.store.notices()
    assert made in render.notice_line(notice)
    assert str(reader.person) not in render.notice_line(notice)


async def test_the_archive_is_searched_by_labels_and_words(context: ChatContext) -> None:
    await publish(context, 1)
    await publish(context, 2, country="DE", title="Dublin transfers to Greece")
    assert "Dublin transfers to Greece" in await says(context, "/search greece")
    assert "News 1" not in await says(context, '/search "dublin transfers"')
    assert "News 1" in await says(context, "/search Czechia")
    nothing = await says(context, "/search Czechia, detention")
    assert "Nothing is recorded for: Czechia · Detention" in nothing
    widened = await says(context, "/search transf")
    assert "“transf” (words with any ending)" in widened
    assert "Dublin transfers to Greece" in widened
    assert "“transf*”\n" in await says(context, "/search transf*")
    assert "Nothing is recorded for" in await says(context, "/search ansfers")
    assert "/search Czechia" in await says(context, "/search")


async def test_a_search_is_turned_page_by_page(context: ChatContext) -> None:
    await publish(context, *range(1, 26))
    first = await commands.answer(context, HERE, "search", "news")
    assert "1 to 10 of 25, the best first:" in read(first)
    ((onwards,),) = first.buttons
    second = await presses(context, str(onwards.data))
    assert second.in_place
    assert "11 to 20 of 25" in read(second)
    back, onwards = second.buttons[0]
    third = await presses(context, str(onwards.data))
    assert "21 to 25 of 25" in read(third)
    assert [button.text for button in third.buttons[0]] == ["◂"]
    assert "1 to 10 of 25" in read(await presses(context, str(back.data)))
    for broken in ("s1:x:news", "s1:-1:news", "s1:0:", "s1:999999999:news"):
        assert await callbacks.answer_press(context, HERE, broken) is None


async def test_a_search_for_many_words_is_one_message(context: ChatContext) -> None:
    words = [f"{number:02}{'ř' * 66}" for number in range(20)]
    facts = {"title": "řř " * 100, "country": "BA", "summary": " ".join(words)}
    await publish(context, *range(1, 12), **facts, themes=("access", "protection"))
    said = [" ".join(f'"{word}"' for word in words), *(f"without x{word}" for word in words)]
    (message,) = (await commands.answer(context, HERE, "search", ", ".join(said))).messages
    assert utf16_length(visible(message.html)) <= 4096
    assert message.plain.count("🇧🇦 Bosnia & Herzegovina · Access to procedure") == 10


async def test_a_search_too_long_for_a_button_is_turned_too(context: ChatContext) -> None:
    await publish(context, *range(1, 12))
    answer = await commands.answer(context, HERE, "search", f"news, without {'x' * 60}")
    assert "1 to 10 of 11" in read(answer)
    onwards = str(answer.buttons[0][0].data)
    assert "11 to 11 of 11" in read(await presses(context, onwards))
    await commands.answer(context, HERE, "search", f"news, without {'y' * 60}")
    assert "too old" in str((await presses(context, onwards)).toast)


async def test_the_latest_lead_to_all_the_older_ones(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    await publish(context, *range(1, 27))
    answer = await commands.answer(context, HERE, "latest", "")
    *shown, more = (message.plain for message in answer.messages)
    assert [title_of(text) for text in shown] == ["News 24", "News 25", "News 26"]
    assert more == "There are older ones."
    told = []
    while onwards := [b for row in answer.buttons for b in row if b.text in ("Older", "▸")]:
        answer = await presses(context, str(onwards[0].data))
        assert answer.in_place
        told.append(read(answer))
    assert told[0].startswith("What you follow, 4 to 13, the newest first:")
    assert [f"News {n} (" in "".join(told) for n in range(1, 27)] == [n < 24 for n in range(1, 27)]
    assert "14 to 23" in read(await presses(context, str(answer.buttons[0][0].data)))
    few = await commands.answer(context, HERE, "latest", "10")
    assert len(few.messages) == 11
    assert await callbacks.answer_press(context, HERE, "l1:x") is None


async def test_words_of_a_whole_text_are_seen_wherever_a_filter_is_asked(
    context: ChatContext,
) -> None:
    made = development(title="Zasedání vlády")
    text = f"{'Vláda jednala. ' * 100} Zmínila také Frontex."
    await context.store.commit(commit(("k",), made, texts={("k",): as_read(text)}), None)
    await publish(context, 2)
    assert "1 in the last 30 days" in await says(context, "/subscribe words Frontex")
    assert "Zasedání vlády" in await says(context, "/latest")
    assert "News 2" not in await says(context, "/latest 10")
    (recorded,) = (await context.store.search(query.parse_search("Frontex"), 0, 1))[0]
    assert "“Frontex”" in read(await presses(context, f"n1:why:{recorded.id}"))
    assert (await says(context, "/export md")).startswith("1 development from ")


async def test_the_latest_are_those_that_match_oldest_first(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    await publish(context, 1, 2, 3, 4)
    await publish(context, 5, country="DE")
    answer = await commands.answer(context, HERE, "latest", "2")
    *shown, more = answer.messages
    assert [title_of(message.plain) for message in shown] == ["News 3", "News 4"]
    assert more.plain == "There are older ones."
    assert len((await commands.answer(context, HERE, "latest", "999")).messages) == 4


async def test_nothing_to_show_is_said(context: ChatContext) -> None:
    assert "You follow nothing yet" in await says(context, "/latest")
    await says(context, "/subscribe Czechia")
    assert "Nothing is recorded yet" in await says(context, "/latest")


async def test_a_pause_begins_and_ends(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    assert "until 19 Jan 2025, 13:00" in await says(context, "/pause 3d")
    assert (await chat(context)).paused_until == NOW + dt.timedelta(days=3)
    assert "Paused until" in await says(context, "/status")
    assert "from now on" in await says(context, "/resume")
    assert not (await chat(context)).paused
    assert "It was not paused" in await says(context, "/resume")
    assert "Paused." in await says(context, "/pause")
    assert "I do not understand “soon”" in await says(context, "/pause soon")


async def test_the_status_tells_filters_deliveries_and_sources(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")

    def owed(made: object, *_: object) -> list[Delivery]:
        return [delivery(chat=CHAT)]

    state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
    await context.store.commit(commit(("k",), development(), state=state), owed)
    told = await says(context, "/status")
    assert "1 filter" in told
    assert "Pending: 1" in told
    assert "1 of 2 answered" in told


async def test_sources_tell_their_health(context: ChatContext) -> None:
    failing = SourceState(
        id="de", url="http://x.example/", polled=NOW, failures=1,
        error="HTTP 404 <Not Found>", cause="gone",
    )  # fmt: skip
    await context.store.commit(PollCommit(state=failing, at=NOW), lambda *_: ())
    told = await says(context, "/sources")
    assert "(Czechia): not read yet" in told
    assert "failing (once): its address is gone" in told
    assert "Czechia" not in await says(context, "/sources Germany")
    assert "Sources of Malta\nI read no such source." in await says(context, "/sources Malta")
    assert "Did you mean Germany?" in await says(context, "/sources Germny")


async def test_forgetting_asks_first_and_then_forgets(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    asked = await commands.answer(context, HERE, "forgetme", "")
    assert len((await chat(context)).filters) == 1
    await presses(context, asked.buttons[0][0].data)
    assert await context.store.chats() == []


async def test_whoever_writes_is_there(context: ChatContext) -> None:
    await says(context, "/subscribe Czechia")
    await context.store.change_chat(CHAT, lambda known: replace(known, suspended="no rights"))
    await says(context, "/resume")
    assert (await chat(context)).suspended is None


async def test_coming_back_ends_a_suspension(context: ChatContext) -> None:
    await context.store.change_chat(
        CHAT, lambda known: replace(known, suspended="blocked", filters=(Filter(id=1),))
    )
    assert "You have 1 filter:" in await says(context, "/start")
    assert (await chat(context)).suspended is None


async def test_the_ledger_is_told_with_what_was_matched(context: ChatContext) -> None:
    await _owed(context, "sent", "pending", "failed")
    told = await says(context, "/status")
    assert "Matched: 3\nDelivered: 1" in told
    assert "Pending: 1\nFailed: 1" in told


async def test_an_admin_sees_the_whole_and_decides_what_is_uncertain(context: ChatContext) -> None:
    await _owed(context, "uncertain", "uncertain", "suspended")
    shown = await commands.answer(context, HERE, "admin", "")
    told = read(shown)
    assert "Matched: 3" in told
    assert "Uncertain: 2" in told
    assert "1 of them until a chat is back" in told
    repeat, give_up = shown.buttons[0][0], shown.buttons[1][1]
    assert (await presses(context, repeat.data)).toast == "Sent again: 1"
    assert (await presses(context, give_up.data)).toast == "Given up: 1"
    assert (await presses(context, give_up.data)).toast == "That was decided before."
    tally = await context.store.tally()
    assert (tally.pending, tally.failed, tally.uncertain) == (1, 1, 0)


async def test_an_admin_decides_all_at_once(context: ChatContext) -> None:
    await _owed(context, *["uncertain"] * 12)
    shown = await commands.answer(context, HERE, "admin", "")
    assert len(shown.buttons) == 10 + 1
    assert (await presses(context, shown.buttons[-1][0].data)).toast == "Sent again: 12"
    assert (await context.store.tally()).pending == 12


async def test_only_who_runs_a_group_sets_it_up(context: ChatContext) -> None:
    for stranger in (Request(-1001, 5), Request(-1001)):
        told = read(await commands.answer(context, stranger, "subscribe", "Czechia"))
        assert "Only admins" in told
        pressed = await callbacks.answer_press(context, stranger, "f2:remove:1")
        assert pressed is not None
        assert (pressed.is_alert, pressed.messages) == (True, ())
    assert "You follow nothing" in read(
        await commands.answer(context, Request(-1001, 5), "filters", "")
    )


async def test_menus_of_a_group_go_on_in_private(context: ChatContext) -> None:
    asked = await commands.answer(context, Request(-1001, 7), "subscribe", "")
    link = str(asked.buttons[0][0].url)
    payload = link.rpartition("start=")[2]
    stranger = await commands.answer(context, Request(5, 5), "start", payload)
    assert "You are no admin there" in read(stranger)
    told = read(await commands.answer(context, Request(7, 7), "start", payload))
    assert "now about A channel" in told
    saved = read(await commands.answer(context, Request(7, 7), "subscribe", "Czechia"))
    assert saved.startswith("About A channel:\nSaved as filter 1")
    assert len((await context.store.chat(-1001)).filters) == 1
    assert (await context.store.chat(7)).filters == ()
    await commands.answer(context, Request(7, 7), "channel", "off")
    assert "You follow nothing" in read(
        await commands.answer(context, Request(7, 7), "filters", "")
    )


async def test_a_channel_is_set_up_by_its_name(context: ChatContext) -> None:
    assert "@its_name" in read(await commands.answer(context, Request(7, 7), "channel", ""))
    assert "do not find" in read(await commands.answer(context, Request(7, 7), "channel", "@nope"))
    assert "no admin there" in read(
        await commands.answer(context, Request(5, 5), "channel", "@a_channel")
    )
    await commands.answer(context, Request(7, 7), "channel", "@a_channel")
    await commands.answer(context, Request(7, 7), "digest", "daily 9")
    assert (await context.store.chat(-1001)).pace == Pace(kind="daily", minute=540)


@pytest.mark.parametrize("asker", [Request(5, 5), Request(-1001, CHAT), Request(CHAT)])
async def test_nobody_else_sees_the_whole(context: ChatContext, asker: Request) -> None:
    assert "/help" in read(await commands.answer(context, asker, "admin", ""))
    assert await callbacks.answer_press(context, asker, "a1:repeat:1") is None


async def test_a_filter_set_in_a_topic_sends_there_and_knows_who_set_it(
    context: ChatContext,
) -> None:
    await commands.answer(context, Request(-1001, 7, 5), "subscribe", "Czechia")
    group = await context.store.chat(-1001)
    assert (group.filters[0].thread, group.keeper) == (5, 7)
    nobody = Request(-1001, None, 6, is_anonymous_admin=True)
    await commands.answer(context, nobody, "subscribe", "Czechia")
    group = await context.store.chat(-1001)
    assert ([one.thread for one in group.filters], group.keeper) == ([5, 6], 7)


async def _owed(context: ChatContext, *states: DeliveryState) -> None:
    """Developments owed to the chat, and what became of them."""
    await context.store.change_chat(CHAT, lambda chat: replace(chat, filters=(Filter(id=1),)))
    for number, state in enumerate(states):
        _, (owed,) = await context.store.commit(
            commit((f"k{number}",), development(title=f"Novela {number} zákona {number}")),
            lambda made, *_: [delivery(development=str(made.id), chat=CHAT)],
        )
        waiting = (await context.store.claim_deliveries(NOW, 9))[-1]
        assert waiting.development == owed.development
        settled = replace(waiting, state=state, settled=None if state == "pending" else NOW)
        await context.store.save_delivery(replace(settled, reason="timed out"))


async def test_every_command_of_the_menu_is_answered(context: ChatContext) -> None:
    for command in COMMANDS:
        assert await says(context, f"/{command}")
    assert "/subscribe –" in await says(context, "/help")
    assert "/help" in await says(context, "/nonsense")


@pytest.mark.parametrize("data", ["", "no:such:data", "x" * 64, "f1:", "f1:²", "s9:c:0:0"])
async def test_an_old_button_is_none_of_todays(context: ChatContext, data: str) -> None:
    assert await callbacks.answer_press(context, HERE, data) is None
    assert read(callbacks.old_button(HERE))


async def test_an_example_is_the_newest_development(context: ChatContext) -> None:
    assert "Nothing is recorded" in read(await presses(context, "sample"))
    await publish(context, 1, 2)
    assert "News 2" in read(await presses(context, "sample"))


async def test_a_deep_link_leads_to_its_development(context: ChatContext) -> None:
    await publish(context, 16)
    told = await says(context, "/start d_CZ-2025-0001")
    assert "News 16" in told
    assert "There is no development" in await says(context, "/start d_CZ-1999-0001")
    assert "There is no development" in await says(context, "/start d_<b>")


async def test_numbers_that_are_written_bring_their_developments_in_full(
    context: ChatContext,
) -> None:
    await publish(context, 15, 16)
    await context.store.change_chat(CHAT, lambda chat: replace(chat, short=True))
    said = "What of cz – 2025 – 1, and CZ-2025-0002? CZ-2025-0001 again, and SK-1999-7."
    for answer in (
        await messages.answer_text(context, HERE, said),
        await commands.answer(context, HERE, "search", said),
    ):
        *shown, unknown = (message.plain for message in answer.messages)
        assert [title_of(text) for text in shown] == ["News 15", "News 16"]
        assert all("Source(s)" in text for text in shown)
        assert unknown.startswith("There is no development SK-1999-0007 here.")
    found = await search.inline_results(context, "sk-1999-7 cz-2025-0002", NOW.date())
    assert [development.title for development in found] == ["News 16"]


async def test_numbers_beyond_what_one_answer_holds_are_named(context: ChatContext) -> None:
    (made,) = await publish(context, 16)
    said = " ".join([made, *(f"CZ-1999-{n:04}" for n in range(1, 12))])
    answer = await messages.answer_text(context, HERE, said)
    shown, unknown, left_out = (message.plain for message in answer.messages)
    assert title_of(shown) == "News 16"
    assert "CZ-1999-0009 here" in unknown
    assert left_out == "Say these in another message: CZ-1999-0010, CZ-1999-0011"
    said = " ".join(f"cz-1999-{n}" for n in range(400))
    answer = await messages.answer_text(context, HERE, said)
    assert all(len(message.plain) < 200 for message in answer.messages)


async def test_a_number_after_a_question_is_its_answer(context: ChatContext) -> None:
    await publish(context, 16)
    await says(context, "/subscribe Czechia")
    await presses(context, await _of_first(context, "Rename"))
    renamed = read(await messages.answer_text(context, HERE, "CZ-2025-0001"))
    assert "Filter 1: CZ-2025-0001" in renamed


async def test_a_number_is_asked_for_in_private_also_where_another_chat_is_spoken_for(
    context: ChatContext,
) -> None:
    (made,) = await publish(context, 16)
    await commands.answer(context, Request(7, 7), "channel", "@a_channel")
    answer = await messages.answer_text(context, Request(7, 7), made)
    assert title_of(read(answer)) == "News 16"
    handlers = Handlers(context)
    assert handlers._answer_to(Request(-1001, 7), made, "herald") is None


@pytest.mark.parametrize("name", FORMATS)
async def test_every_format_of_the_table_can_be_exported(context: ChatContext, name: str) -> None:
    await publish(context, 3)
    await says(context, "/subscribe everything")
    answer = await commands.answer(context, HERE, "export", f"{name} 2025")
    assert answer.file is not None
    assert answer.file.name.endswith(f".{name}")
    content = answer.file.content
    assert content.startswith(b"PK") if name == "xlsx" else b"News 3" in content


@pytest.mark.parametrize("end", ["", ":"])
async def test_a_format_is_chosen_by_its_button(context: ChatContext, end: str) -> None:
    await publish(context, 3)
    await says(context, "/subscribe everything")
    asked = await commands.answer(context, HERE, "export", "")
    buttons = [button for row in asked.buttons for button in row]
    assert [button.text.lower() for button in buttons] == list(FORMATS)
    for button in buttons:
        answer = await presses(context, f"{button.data}{end}")
        assert answer.file is not None
        assert answer.file.name.endswith(f".{button.text.lower()}")
    assert "1 development from" in read(answer)


async def test_an_unknown_export_format_lists_the_formats(context: ChatContext) -> None:
    answer = await commands.answer(context, HERE, "export", "pdf")
    assert answer.file is None
    assert all(name in read(answer) for name in FORMATS)


def test_every_command_is_documented() -> None:
    chat = (DOCS / "CHAT.md").read_text(encoding="utf-8")
    missing = [
        name
        for name in (*commands.COMMANDS, *admin.COMMANDS)
        if not re.search(rf"`/{name}\b", chat)
    ]
    assert not missing


def test_every_export_format_is_documented() -> None:
    operating = (DOCS / "OPERATING.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `export .*$", operating, re.MULTILINE)
    assert not [name for name in FORMATS if f"`{name}`" not in row]


def test_every_area_of_buttons_is_answered_by_one_file() -> None:
    areas = (callbacks._ADMIN_AREAS, callbacks._READING_AREAS, callbacks._AREAS)
    assert sorted([Area.NEWS, *(name for area in areas for name in area)]) == sorted(Area)


async def test_sources_are_listed_by_type(context: ChatContext) -> None:
    several = [
        source(id="cz-us", type="court", publisher="Constitutional Court"),
        source(id="de-bverwg", type="court", country="DE", publisher="Administrative Court"),
        source(id="cz-mv", type="ministry"),
    ]
    context = replace(context, sources=several)
    told = read(await commands.answer(context, HERE, "sources", "courts"))
    assert told.startswith("Sources: Courts\n• Constitutional Court (Czechia)")
    assert "Administrative Court (Germany)" in told
    assert "Ministry" not in told
    for said in ("courts in Czechia", "Czechia, courts", "source court Česko"):
        told = read(await commands.answer(context, HERE, "sources", said))
        assert told.startswith("Sources of Czechia: Courts\n• Constitutional Court: not read yet")
        assert "Administrative" not in told


async def test_many_sources_are_listed_page_by_page(context: ChatContext) -> None:
    countries = ("CZ", "DE", "FR")
    many = [
        source(id=f"s{n}", country=countries[n % 3], publisher=f"Publisher {n} of many")
        for n in range(62)
    ]
    context = replace(context, sources=many)
    answer = await commands.answer(context, HERE, "sources", "")
    told = [read(answer)]
    while onwards := [button for row in answer.buttons for button in row if button.text == "▸"]:
        answer = await presses(context, str(onwards[0].data))
        assert answer.in_place
        told.append(read(answer))
    assert len(told) == 4
    assert told[1].startswith("Sources (21 to 40 of 62)\n")
    assert all(f"Publisher {n} of many" in "".join(told) for n in range(62))
    ((onwards,),) = (await commands.answer(context, HERE, "sources", "Germany")).buttons
    german = read(await presses(context, str(onwards.data)))
    assert german.startswith("Sources of Germany (21 to 21 of 21)\n• Publisher 61 of many")
