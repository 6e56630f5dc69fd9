import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import taxonomy
from bot.chat import commands
from bot.chat.answer import Answer
from bot.chat.commands import COMMANDS, Counter
from bot.models import Chat, Delivery, Filter, SourceState
from bot.store import open_store
from tests.samples import NOW, delivery, development, source
from tests.telegram_html import visible

CHAT = 1001


@pytest_asyncio.fixture
async def counter() -> AsyncIterator[Counter]:
    async with open_store(":memory:") as store:
        yield Counter(store, [source(), source(id="de", country="DE")], lambda: NOW)


async def says(counter: Counter, text: str) -> str:
    """What the bot answers to a command line."""
    command, _, said = text.removeprefix("/").partition(" ")
    return read(await commands.answer(counter, CHAT, command, said))


async def presses(counter: Counter, data: str) -> Answer:
    answer = await commands.answer_press(counter, CHAT, data)
    assert answer is not None
    return answer


def read(answer: Answer) -> str:
    for message in answer.messages:
        assert visible(message.html).strip()
    return "\n\n".join(message.plain for message in answer.messages)


async def chat(counter: Counter) -> Chat:
    return await counter.store.chat(CHAT)


async def publish(counter: Counter, *days: int, country: str = "CZ") -> None:
    for day in days:
        made = development(title=f"News {day}", country=country, date=dt.date(2025, 1, day))
        names = (f"{country}{day}",)
        state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
        await counter.store.commit(state, [names], [(names, made)], lambda made: ())


async def test_subscribing_saves_a_filter(counter: Counter) -> None:
    told = await says(counter, "/subscribe Czechia, Germany, return")
    assert "Saved as filter 1: Czechia, Germany · Return of former applicants" in told
    assert len((await chat(counter)).filters) == 1


async def test_words_that_are_not_understood_save_nothing(counter: Counter) -> None:
    told = await says(counter, "/subscribe Czehcia, Germany")
    assert "“Czehcia”" in told
    assert "Did you mean Czechia?" in told
    assert "Nothing was saved" in told
    assert (await chat(counter)).filters == ()


async def test_hostile_words_are_repeated_as_text(counter: Counter) -> None:
    assert "<b>&</i>" in await says(counter, "/subscribe <b>&</i>")


async def test_the_same_filter_is_kept_once(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")
    assert "already" in await says(counter, "/subscribe cz")
    assert len((await chat(counter)).filters) == 1


async def test_a_country_without_a_source_is_told(counter: Counter) -> None:
    assert "None of my sources covers Malta yet" in await says(counter, "/subscribe Malta")
    assert "None of my sources" not in await says(counter, "/subscribe Germany")


async def test_filters_are_numbered_and_removed_by_number(counter: Counter) -> None:
    for said in ("Czechia", "Germany", "return"):
        await says(counter, f"/subscribe {said}")
    told = await says(counter, "/filters")
    assert "1. Czechia\n2. Germany\n3. Return of former applicants" in told
    assert "Removed: Germany" in await says(counter, "/unsubscribe 2")
    assert "2. Return" in await says(counter, "/filters")
    assert "all 2 filters" in await says(counter, "/unsubscribe all")
    assert "You follow nothing yet" in await says(counter, "/filters")


@pytest.mark.parametrize("said", ["", "0", "7", "-1", "x", "²", "99999999999999999999"])
async def test_a_number_that_is_none_removes_nothing(counter: Counter, said: str) -> None:
    await says(counter, "/subscribe Czechia")
    await says(counter, f"/unsubscribe {said}")
    assert len((await chat(counter)).filters) == 1


async def test_a_button_removes_its_filter_once_and_no_other(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")
    listed = await commands.answer(counter, CHAT, "filters", "")
    button = listed.buttons[0][0]
    assert (await presses(counter, button.data)).toast == "Removed."
    await says(counter, "/subscribe Germany")
    assert (await presses(counter, button.data)).toast == "It was removed before."
    assert len((await chat(counter)).filters) == 1


async def test_a_long_answer_comes_in_several_messages(counter: Counter) -> None:
    many = [
        Filter(id=number, countries=frozenset(taxonomy.countries()[: 20 + number % 10]))
        for number in range(50)
    ]
    await counter.store.change_chat(CHAT, lambda known: replace(known, filters=tuple(many)))
    answer = await commands.answer(counter, CHAT, "filters", "")
    assert len(answer.messages) > 1
    told = read(answer)
    assert all(f"{number}. " in told for number in range(1, 51))
    for message in answer.messages:
        assert len(visible(message.html)) <= 4096


async def test_the_guided_way_saves_what_was_chosen(counter: Counter) -> None:
    told = read(await presses(counter, "s1:save:20:0"))
    assert "Saved as filter 1: Czechia" in told


async def test_pressing_save_twice_saves_once(counter: Counter) -> None:
    await presses(counter, "s1:save:0:0")
    await presses(counter, "s1:save:0:0")
    assert [kept.countries for kept in (await chat(counter)).filters] == [frozenset()]


async def test_the_latest_are_those_that_match_oldest_first(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")
    await publish(counter, 1, 2, 3, 4)
    await publish(counter, 5, country="DE")
    answer = await commands.answer(counter, CHAT, "latest", "2")
    assert [message.plain.splitlines()[0] for message in answer.messages] == ["News 3", "News 4"]
    assert len((await commands.answer(counter, CHAT, "latest", "999")).messages) == 4


async def test_nothing_to_show_is_said(counter: Counter) -> None:
    assert "You follow nothing yet" in await says(counter, "/latest")
    await says(counter, "/subscribe Czechia")
    assert "Nothing is recorded yet" in await says(counter, "/latest")


async def test_a_pause_begins_and_ends(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")
    assert "until 19.01.2025 12:00 UTC" in await says(counter, "/pause 3d")
    assert (await chat(counter)).paused_until == NOW + dt.timedelta(days=3)
    assert "Paused until" in await says(counter, "/status")
    assert "from now on" in await says(counter, "/resume")
    assert not (await chat(counter)).paused
    assert "It was not paused" in await says(counter, "/resume")
    assert "Paused." in await says(counter, "/pause")
    assert "I do not understand “soon”" in await says(counter, "/pause soon")


async def test_the_status_tells_filters_deliveries_and_sources(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")

    def owed(made: object) -> list[Delivery]:
        return [delivery(chat=CHAT)]

    state = SourceState(id="cz", url="http://mv.example/rss", polled=NOW)
    await counter.store.commit(state, [], [(("k",), development())], owed)
    told = await says(counter, "/status")
    assert "1 filter" in told
    assert "Pending: 1" in told
    assert "1 of 2 answered" in told


async def test_sources_tell_their_health(counter: Counter) -> None:
    failing = SourceState(
        id="de", url="http://x.example/", polled=NOW, failures=1, error="HTTP 404 <Not Found>"
    )
    await counter.store.commit(failing, [], [], lambda made: ())
    told = await says(counter, "/sources")
    assert "(Czechia): not read yet" in told
    assert "failing: HTTP 404 <Not Found>" in told
    assert "Czechia" not in await says(counter, "/sources Germany")
    assert "There is none of Malta" in await says(counter, "/sources Malta")
    assert "Did you mean Germany?" in await says(counter, "/sources Germny")


async def test_forgetting_asks_first_and_then_forgets(counter: Counter) -> None:
    await says(counter, "/subscribe Czechia")
    asked = await commands.answer(counter, CHAT, "forgetme", "")
    assert len((await chat(counter)).filters) == 1
    await presses(counter, asked.buttons[0][0].data)
    assert await counter.store.chats() == []


async def test_coming_back_ends_a_suspension(counter: Counter) -> None:
    await counter.store.change_chat(
        CHAT, lambda known: replace(known, suspended="blocked", filters=(Filter(id=1),))
    )
    assert "You have 1 filter:" in await says(counter, "/start")
    assert (await chat(counter)).suspended is None


async def test_every_command_of_the_menu_is_answered(counter: Counter) -> None:
    for command in COMMANDS:
        assert await says(counter, f"/{command}")
    assert f"/{next(iter(COMMANDS))} –" in await says(counter, "/help")
    assert "/help" in await says(counter, "/nonsense")


async def test_words_without_a_command_are_shown_the_command(counter: Counter) -> None:
    assert "/subscribe Czechia" in read(await commands.answer_text(counter, CHAT, "Czechia"))
    for text in ("", "hello", "<b>", "x" * 4096):
        assert "/help" in read(await commands.answer_text(counter, CHAT, text))


@pytest.mark.parametrize("data", ["", "no:such:data", "x" * 64, "f1:", "f1:²", "s9:c:0:0"])
async def test_an_old_button_is_none_of_todays(counter: Counter, data: str) -> None:
    assert await commands.answer_press(counter, CHAT, data) is None
    assert read(commands.old_button())


async def test_an_example_is_the_newest_development(counter: Counter) -> None:
    assert "Nothing is recorded" in read(await presses(counter, "sample"))
    await publish(counter, 1, 2)
    assert "News 2" in read(await presses(counter, "sample"))
