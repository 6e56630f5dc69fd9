import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import match, taxonomy
from bot.chat import commands
from bot.chat.answer import Answer
from bot.chat.commands import COMMANDS
from bot.chat.context import Office, Visit
from bot.models import (
    Chat,
    Delivery,
    DeliveryState,
    Evidence,
    Filter,
    Harvest,
    SourceState,
    Timetable,
)
from bot.store import open_store
from tests.fakes.telegram_html import visible
from tests.samples import NOW, delivery, development, harvest, source

CHAT = 1001
HERE = Visit(CHAT, CHAT)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    async with open_store(":memory:") as store:

        async def runs(chat: int, person: int) -> bool:
            return person == 7

        async def find(name: int | str) -> tuple[int, str] | None:
            return (-1001, "A channel") if name in ("@a_channel", -1001) else None

        sources = [source(), source(id="de", country="DE")]
        yield Office(store, sources, lambda: NOW, [CHAT], runs, find)


async def says(office: Office, text: str) -> str:
    """What the bot answers to a command line."""
    command, _, said = text.removeprefix("/").partition(" ")
    return read(await commands.answer(office, HERE, command, said))


async def presses(office: Office, data: str) -> Answer:
    answer = await commands.answer_press(office, HERE, data)
    assert answer is not None
    return answer


def read(answer: Answer) -> str:
    for message in answer.messages:
        assert visible(message.html).strip()
    return "\n\n".join(message.plain for message in answer.messages)


async def chat(office: Office) -> Chat:
    return await office.store.chat(CHAT)


async def publish(office: Office, *days: int, country: str = "CZ", **changes: Any) -> list[str]:
    """Records developments of some days of January; their numbers."""
    ids = []
    for day in days:
        facts = {"title": f"News {day}", "country": country, "date": dt.date(2025, 1, day)}
        state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
        brought = harvest((f"{country}{day}",), development(**{**facts, **changes}), state=state)
        (made,), _ = await office.store.commit(brought, lambda made: ())
        ids.append(str(made.id))
    return ids


async def test_subscribing_saves_a_filter(office: Office) -> None:
    told = await says(office, "/subscribe Czechia, Germany, return")
    assert "Saved as filter 1: Czechia, Germany · Return of former applicants" in told
    assert len((await chat(office)).filters) == 1


async def test_words_that_are_not_understood_save_nothing(office: Office) -> None:
    told = await says(office, "/subscribe Czehcia, Germany")
    assert "“Czehcia”" in told
    assert "Did you mean Czechia?" in told
    assert "Nothing was saved" in told
    assert (await chat(office)).filters == ()


async def test_hostile_words_are_repeated_as_text(office: Office) -> None:
    assert "<b>&</i>" in await says(office, "/subscribe <b>&</i>")


async def test_the_same_filter_is_kept_once(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    assert "already" in await says(office, "/subscribe cz")
    assert len((await chat(office)).filters) == 1


async def test_a_country_without_a_source_is_told(office: Office) -> None:
    assert "None of my sources covers Malta yet" in await says(office, "/subscribe Malta")
    assert "None of my sources" not in await says(office, "/subscribe Germany")


async def test_filters_are_numbered_and_removed_by_number(office: Office) -> None:
    for said in ("Czechia", "Germany", "return"):
        await says(office, f"/subscribe {said}")
    told = await says(office, "/filters")
    assert told.splitlines() == [
        "You follow",
        "1. Czechia · 0 in 30 days",
        "2. Germany · 0 in 30 days",
        "3. Return of former applicants · 0 in 30 days",
    ]
    assert "Removed: Germany" in await says(office, "/unsubscribe 2")
    assert "2. Return" in await says(office, "/filters")
    assert "all 2 filters" in await says(office, "/unsubscribe all")
    assert "You follow nothing yet" in await says(office, "/filters")


@pytest.mark.parametrize("said", ["", "0", "7", "-1", "x", "²", "99999999999999999999"])
async def test_a_number_that_is_none_removes_nothing(office: Office, said: str) -> None:
    await says(office, "/subscribe Czechia")
    await says(office, f"/unsubscribe {said}")
    assert len((await chat(office)).filters) == 1


async def test_a_button_removes_its_filter_once_and_no_other(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    remove = await _of_first(office, "Remove")
    assert (await presses(office, remove)).toast == "Removed."
    await says(office, "/subscribe Germany")
    assert (await presses(office, remove)).toast == "It was removed before."
    assert len((await chat(office)).filters) == 1


async def test_a_long_answer_comes_in_several_messages(office: Office) -> None:
    many = [
        Filter(id=number, countries=frozenset(taxonomy.countries()[: 20 + number % 10]))
        for number in range(50)
    ]
    await office.store.change_chat(CHAT, lambda known: replace(known, filters=tuple(many)))
    answer = await commands.answer(office, HERE, "filters", "")
    assert len(answer.messages) > 1
    told = read(answer)
    assert all(f"{number}. " in told for number in range(1, 51))
    for message in answer.messages:
        assert len(visible(message.html)) <= 4096


async def _of_first(office: Office, text: str) -> str:
    """The data of a button on the card of the first filter."""
    listed = await commands.answer(office, HERE, "filters", "")
    card = await presses(office, str(listed.buttons[0][0].data))
    (data,) = (button.data for row in card.buttons for button in row if text in button.text)
    return str(data)


async def test_a_filter_that_was_removed_can_be_taken_back(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    before = (await chat(office)).filters
    removed = await presses(office, await _of_first(office, "Remove"))
    undo = removed.buttons[-1][0]
    assert (undo.text, (await chat(office)).filters) == ("Undo", ())
    assert (await presses(office, str(undo.data))).toast == "It is back."
    assert (await chat(office)).filters == before
    assert "any more" in str((await presses(office, "f2:undo:999")).toast)


async def test_a_filter_is_paused_alone_and_goes_on(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    assert "It is paused" in read(await presses(office, await _of_first(office, "Pause")))
    assert (await chat(office)).filters[0].paused
    await presses(office, await _of_first(office, "Resume"))
    assert not (await chat(office)).filters[0].paused


async def test_a_filter_gets_a_name_by_command_or_as_it_is_asked(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    assert "Filter 1: Returns watch" in await says(office, "/rename 1 Returns   watch")
    asked = await presses(office, await _of_first(office, "Rename"))
    assert asked.asks
    assert "Filter 1: Náš filtr" in read(await commands.answer_text(office, HERE, "Náš filtr"))
    assert (await chat(office)).asked is None
    assert "/subscribe" in read(await commands.answer_text(office, HERE, "Náš filtr"))


async def test_a_filter_is_tried_on_what_there_is(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    assert "Nothing is recorded" in read(await presses(office, await _of_first(office, "Try")))
    await publish(office, 1, 2)
    tried = await presses(office, await _of_first(office, "Try"))
    assert [message.plain.splitlines()[0] for message in tried.messages] == ["News 1", "News 2"]


async def test_a_shared_filter_is_saved_on_the_other_side_when_it_is_wanted(
    office: Office,
) -> None:
    await says(office, '/subscribe Czechia, detention, "Vyšní Lhoty", without football')
    shared = read(await presses(office, await _of_first(office, "Share")))
    payload = shared.rpartition("start=")[2].strip()
    other = Visit(77, 77)
    offered = await commands.answer(office, other, "start", payload)
    assert "Czechia · Detention" in read(offered)
    assert (await office.store.chat(77)).filters == ()
    await commands.answer_press(office, other, str(offered.buttons[0][0].data))
    (kept,) = (await office.store.chat(77)).filters
    assert kept == (await chat(office)).filters[0]


async def test_less_of_a_theme_is_kept_from_the_filters_that_wanted_it(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    await says(office, "/subscribe Germany")
    (made,) = await publish(office, 1)
    more = await presses(office, f"n1:more:{made}")
    told = read(await presses(office, str(more.buttons[0][0].data)))
    assert "Filter 1 is now: Czechia · without General asylum" in told
    assert [bool(kept.less) for kept in (await chat(office)).filters] == [True, False]
    assert "Nothing is recorded" in await says(office, "/latest")


async def test_why_names_the_filters_and_the_words(office: Office) -> None:
    await says(office, "/subscribe Czechia, named Home")
    (made,) = await publish(office, 1, evidence=Evidence(themes=("azyl",), type=("zákon",)))
    told = read(await presses(office, f"n1:why:{made}"))
    assert "Filter 1: Czechia (Home)" in told
    assert "because of “azyl”" in told
    assert "Policy: because of “zákon”" in told


async def test_what_is_cited_is_ready_to_paste(office: Office) -> None:
    (made,) = await publish(office, 1)
    told = read(await presses(office, f"n1:cite:{made}"))
    assert "To cite it:\nMinistry of the Interior | Ministerstvo vnitra (16 January, 2025)," in told


async def test_what_is_followed_comes_under_its_message(office: Office) -> None:
    (made,) = await publish(office, 1, references=("EU 2024/1348",))
    more = await presses(office, f"n1:more:{made}")
    told = read(await presses(office, str(more.buttons[0][0].data)))
    assert "Saved as filter 1: all of EU 2024/1348" in told
    (kept,) = (await chat(office)).filters
    assert (kept.follows, kept.name) == (made, "News 1")
    (later,) = await publish(office, 2, country="DE", references=("EU 2024/1348",))
    assert later in {found.id for found in await office.store.developments(
        lambda found: match.wants(kept, found)
    )}  # fmt: skip


async def test_in_a_group_a_press_fills_nothing(office: Office) -> None:
    (made,) = await publish(office, 1)
    group = Visit(-1001, 5)
    for deed in ("why", "more"):
        answer = await commands.answer_press(office, group, f"n1:{deed}:{made}")
        assert answer is not None
        assert answer.messages == ()
        assert 0 < len(str(answer.toast)) <= 200
    assert await commands.answer_press(office, group, f"n1:theme:{made}") is None


async def test_a_wrong_label_is_told_to_the_admins_and_not_by_whom(office: Office) -> None:
    (made,) = await publish(office, 1)
    await presses(office, f"n1:wrong:{made}")
    (notice,) = await office.store.notices()
    assert made in notice.text
    assert str(CHAT) not in notice.text


async def test_the_archive_is_searched_by_labels_and_words(office: Office) -> None:
    await publish(office, 1)
    await publish(office, 2, country="DE", title="Dublin transfers to Greece")
    assert "Dublin transfers to Greece" in await says(office, "/search greece")
    assert "News 1" not in await says(office, '/search "dublin transfers"')
    assert "News 1" in await says(office, "/search Czechia")
    nothing = await says(office, "/search Czechia, detention")
    assert "Nothing is recorded for: Czechia · Detention" in nothing
    assert "Dublin transfers to Greece" in await says(office, "/search transf")
    assert "Nothing is recorded for" in await says(office, "/search ansfers")
    assert "/search Czechia" in await says(office, "/search")


async def test_the_latest_are_those_that_match_oldest_first(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    await publish(office, 1, 2, 3, 4)
    await publish(office, 5, country="DE")
    answer = await commands.answer(office, HERE, "latest", "2")
    assert [message.plain.splitlines()[0] for message in answer.messages] == ["News 3", "News 4"]
    assert len((await commands.answer(office, HERE, "latest", "999")).messages) == 4


async def test_nothing_to_show_is_said(office: Office) -> None:
    assert "You follow nothing yet" in await says(office, "/latest")
    await says(office, "/subscribe Czechia")
    assert "Nothing is recorded yet" in await says(office, "/latest")


async def test_a_pause_begins_and_ends(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    assert "until 19 Jan 2025, 13:00" in await says(office, "/pause 3d")
    assert (await chat(office)).paused_until == NOW + dt.timedelta(days=3)
    assert "Paused until" in await says(office, "/status")
    assert "from now on" in await says(office, "/resume")
    assert not (await chat(office)).paused
    assert "It was not paused" in await says(office, "/resume")
    assert "Paused." in await says(office, "/pause")
    assert "I do not understand “soon”" in await says(office, "/pause soon")


async def test_the_status_tells_filters_deliveries_and_sources(office: Office) -> None:
    await says(office, "/subscribe Czechia")

    def owed(made: object) -> list[Delivery]:
        return [delivery(chat=CHAT)]

    state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
    await office.store.commit(harvest(("k",), development(), state=state), owed)
    told = await says(office, "/status")
    assert "1 filter" in told
    assert "Pending: 1" in told
    assert "1 of 2 answered" in told


async def test_sources_tell_their_health(office: Office) -> None:
    failing = SourceState(
        id="de", url="http://x.example/", polled=NOW, failures=1, error="HTTP 404 <Not Found>"
    )
    await office.store.commit(Harvest(state=failing, at=NOW), lambda made: ())
    told = await says(office, "/sources")
    assert "(Czechia): not read yet" in told
    assert "failing (once): HTTP 404 <Not Found>" in told
    assert "Czechia" not in await says(office, "/sources Germany")
    assert "Sources of Malta\nThere is none." in await says(office, "/sources Malta")
    assert "Did you mean Germany?" in await says(office, "/sources Germny")


async def test_forgetting_asks_first_and_then_forgets(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    asked = await commands.answer(office, HERE, "forgetme", "")
    assert len((await chat(office)).filters) == 1
    await presses(office, asked.buttons[0][0].data)
    assert await office.store.chats() == []


async def test_whoever_writes_is_there(office: Office) -> None:
    await says(office, "/subscribe Czechia")
    await office.store.change_chat(CHAT, lambda known: replace(known, suspended="no rights"))
    await says(office, "/resume")
    assert (await chat(office)).suspended is None


async def test_coming_back_ends_a_suspension(office: Office) -> None:
    await office.store.change_chat(
        CHAT, lambda known: replace(known, suspended="blocked", filters=(Filter(id=1),))
    )
    assert "You have 1 filter:" in await says(office, "/start")
    assert (await chat(office)).suspended is None


async def test_the_ledger_is_told_with_what_was_matched(office: Office) -> None:
    await _owed(office, "sent", "pending", "failed")
    told = await says(office, "/status")
    assert "Matched: 3\nDelivered: 1" in told
    assert "Pending: 1\nFailed: 1" in told


async def test_an_admin_sees_the_whole_and_decides_what_is_uncertain(office: Office) -> None:
    await _owed(office, "uncertain", "uncertain", "suspended")
    shown = await commands.answer(office, HERE, "admin", "")
    told = read(shown)
    assert "Matched: 3" in told
    assert "Uncertain: 2" in told
    assert "1 of them until a chat is back" in told
    repeat, give_up = shown.buttons[0][0], shown.buttons[1][1]
    assert (await presses(office, repeat.data)).toast == "Sent again: 1"
    assert (await presses(office, give_up.data)).toast == "Given up: 1"
    assert (await presses(office, give_up.data)).toast == "That was decided before."
    tally = await office.store.tally()
    assert (tally.pending, tally.failed, tally.uncertain) == (1, 1, 0)


async def test_an_admin_decides_all_at_once(office: Office) -> None:
    await _owed(office, *["uncertain"] * 12)
    shown = await commands.answer(office, HERE, "admin", "")
    assert len(shown.buttons) == 10 + 1
    assert (await presses(office, shown.buttons[-1][0].data)).toast == "Sent again: 12"
    assert (await office.store.tally()).pending == 12


async def test_only_who_runs_a_group_sets_it_up(office: Office) -> None:
    for stranger in (Visit(-1001, 5), Visit(-1001)):
        told = read(await commands.answer(office, stranger, "subscribe", "Czechia"))
        assert "Only admins" in told
        pressed = await commands.answer_press(office, stranger, "f2:remove:1")
        assert pressed is not None
        assert (pressed.is_alert, pressed.messages) == (True, ())
    assert "You follow nothing" in read(
        await commands.answer(office, Visit(-1001, 5), "filters", "")
    )


async def test_menus_of_a_group_go_on_in_private(office: Office) -> None:
    asked = await commands.answer(office, Visit(-1001, 7), "subscribe", "")
    link = str(asked.buttons[0][0].url)
    payload = link.rpartition("start=")[2]
    stranger = await commands.answer(office, Visit(5, 5), "start", payload)
    assert "You are no admin there" in read(stranger)
    told = read(await commands.answer(office, Visit(7, 7), "start", payload))
    assert "now about A channel" in told
    saved = read(await commands.answer(office, Visit(7, 7), "subscribe", "Czechia"))
    assert saved.startswith("About A channel:\nSaved as filter 1")
    assert len((await office.store.chat(-1001)).filters) == 1
    assert (await office.store.chat(7)).filters == ()
    await commands.answer(office, Visit(7, 7), "channel", "off")
    assert "You follow nothing" in read(await commands.answer(office, Visit(7, 7), "filters", ""))


async def test_a_channel_is_set_up_by_its_name(office: Office) -> None:
    assert "@its_name" in read(await commands.answer(office, Visit(7, 7), "channel", ""))
    assert "do not find" in read(await commands.answer(office, Visit(7, 7), "channel", "@nope"))
    assert "no admin there" in read(
        await commands.answer(office, Visit(5, 5), "channel", "@a_channel")
    )
    await commands.answer(office, Visit(7, 7), "channel", "@a_channel")
    await commands.answer(office, Visit(7, 7), "digest", "daily 9")
    assert (await office.store.chat(-1001)).timetable == Timetable(every="day", minute=540)


@pytest.mark.parametrize("visit", [Visit(5, 5), Visit(-1001, CHAT), Visit(CHAT)])
async def test_nobody_else_sees_the_whole(office: Office, visit: Visit) -> None:
    assert "/help" in read(await commands.answer(office, visit, "admin", ""))
    assert await commands.answer_press(office, visit, "a1:repeat:1") is None


async def test_a_filter_set_in_a_topic_sends_there_and_knows_who_set_it(office: Office) -> None:
    await commands.answer(office, Visit(-1001, 7, 5), "subscribe", "Czechia")
    group = await office.store.chat(-1001)
    assert (group.filters[0].thread, group.keeper) == (5, 7)
    nobody = Visit(-1001, None, 6, is_anonymous_admin=True)
    await commands.answer(office, nobody, "subscribe", "Czechia")
    group = await office.store.chat(-1001)
    assert ([one.thread for one in group.filters], group.keeper) == ([5, 6], 7)


async def _owed(office: Office, *states: DeliveryState) -> None:
    """Developments owed to the chat, and what became of them."""
    await office.store.change_chat(CHAT, lambda chat: replace(chat, filters=(Filter(id=1),)))
    for number, state in enumerate(states):
        _, (owed,) = await office.store.commit(
            harvest((f"k{number}",), development(title=f"Novela {number} zákona {number}")),
            lambda made: [delivery(development=str(made.id), chat=CHAT)],
        )
        waiting = (await office.store.claim(NOW, 9))[-1]
        assert waiting.development == owed.development
        settled = replace(waiting, state=state, settled=None if state == "pending" else NOW)
        await office.store.save_delivery(replace(settled, reason="timed out"))


async def test_every_command_of_the_menu_is_answered(office: Office) -> None:
    for command in COMMANDS:
        assert await says(office, f"/{command}")
    assert f"/{next(iter(COMMANDS))} –" in await says(office, "/help")
    assert "/help" in await says(office, "/nonsense")


async def test_words_without_a_command_are_shown_the_command(office: Office) -> None:
    assert "/subscribe Czechia" in read(await commands.answer_text(office, HERE, "Czechia"))
    for text in ("", "hello", "<b>", "x" * 4096):
        assert "/help" in read(await commands.answer_text(office, HERE, text))


@pytest.mark.parametrize("data", ["", "no:such:data", "x" * 64, "f1:", "f1:²", "s9:c:0:0"])
async def test_an_old_button_is_none_of_todays(office: Office, data: str) -> None:
    assert await commands.answer_press(office, HERE, data) is None
    assert read(commands.old_button(HERE))


async def test_an_example_is_the_newest_development(office: Office) -> None:
    assert "Nothing is recorded" in read(await presses(office, "sample"))
    await publish(office, 1, 2)
    assert "News 2" in read(await presses(office, "sample"))


async def test_a_deep_link_leads_to_its_development(office: Office) -> None:
    await publish(office, 16)
    told = await says(office, "/start d_CZ-2025-0001")
    assert "News 16" in told
    assert "There is no development" in await says(office, "/start d_CZ-1999-0001")
    assert "There is no development" in await says(office, "/start d_<b>")
