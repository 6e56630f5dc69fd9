"""The guided set-up: three screens over a draft that the server keeps."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.chat import commands, wizard
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import LANGUAGES
from bot.models import Filter, FilterDraft
from bot.models.pace import WEEKLY, Pace
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
CODES = (*taxonomy.countries(), *taxonomy.themes(), *taxonomy.topics())


class Screen:
    """What a person sees, and their thumb."""

    def __init__(self, context: ChatContext) -> None:
        self.context = context
        self.shown = Answer(())

    async def opens(self) -> None:
        self.shown = await commands.answer(self.context, HERE, "subscribe", "")

    async def presses(self, *texts: str) -> Answer:
        for text in texts:
            await self.sends(self.data(text))
        return self.shown

    async def sends(self, data: str) -> Answer:
        answer = await commands.answer_press(self.context, HERE, data)
        assert answer is not None
        self.shown = answer
        return answer

    def data(self, text: str) -> str:
        """What the button with a text sends."""
        buttons = [button for row in self.shown.buttons for button in row]
        return str(next(button.data for button in buttons if text in button.text))

    @property
    def text(self) -> str:
        return "\n".join(message.plain for message in self.shown.messages)

    async def filters(self) -> tuple[Filter, ...]:
        return (await self.context.store.chat(CHAT)).filters


@pytest_asyncio.fixture
async def screen() -> AsyncIterator[Screen]:
    async with open_store(":memory:", RULES) as store:
        made = Screen(ChatContext(store, [source()], lambda: NOW))
        await made.opens()
        yield made


async def test_countries_then_themes_then_when(screen: Screen) -> None:
    await screen.presses("Czechia", "Germany", "Themes", "Return", "Reception and detention")
    assert "Czechia, Germany" in screen.text
    await screen.presses("When", "every week")
    assert await screen.filters() == ()
    await screen.presses("Save")
    assert "Saved as filter 1" in screen.text
    (kept,) = await screen.filters()
    assert kept.countries == {"CZ", "DE"}
    assert kept.themes == {"return", "reception", "detention", "vulnerable"}
    assert kept.pace == WEEKLY


async def test_single_themes_stand_behind_their_groups(screen: Screen) -> None:
    await screen.presses("Themes", "Single themes", "Detention", "◂ Themes")
    assert any(button.text.startswith("1/3 ") for row in screen.shown.buttons for button in row)
    await screen.presses("When", "Save")
    assert (await screen.filters())[0].themes == {"detention"}


async def test_a_double_tap_does_no_harm(screen: Screen) -> None:
    czechia = screen.data("Czechia")
    await screen.sends(czechia)
    await screen.sends(czechia)
    assert "So far: Czechia" in screen.text
    await screen.presses("✓")
    assert "So far: everything" in screen.text
    await screen.presses("Themes", "When")
    save = screen.data("Save")
    await screen.sends(save)
    assert "ended, or saved already" in (await screen.sends(save)).messages[0].plain
    assert len(await screen.filters()) == 1


async def test_all_countries_are_no_bound(screen: Screen) -> None:
    await screen.presses("All", "Themes", "When", "Save")
    assert (await screen.filters())[0].countries == frozenset()


async def test_an_older_keyboard_is_shown_as_things_are(screen: Screen) -> None:
    old = screen.data("Austria")
    await screen.opens()
    await screen.presses("Czechia")
    answer = await screen.sends(old)
    assert "older" in str(answer.toast)
    assert "So far: Czechia" in screen.text


async def test_a_filter_is_changed_and_keeps_its_name(screen: Screen) -> None:
    await commands.answer(screen.context, HERE, "subscribe", "Czechia, named Home")
    await commands.answer(screen.context, HERE, "subscribe", "Germany")
    screen.shown = await commands.answer(screen.context, HERE, "filters", "")
    await screen.presses("1", "Edit", "Czechia", "Slovakia", "Themes", "When", "Save")
    assert [(kept.name, kept.countries) for kept in await screen.filters()] == [
        ("Home", {"SK"}),
        ("", {"DE"}),
    ]


@given(st.sets(st.sampled_from(CODES)), st.sampled_from(["countries", "themes", "labels"]))
def test_every_button_fits_and_leads_somewhere(chosen: set[str], screen: str) -> None:
    draft = FilterDraft(number=999_999, filter=Filter())
    for code in chosen:
        draft = wizard.apply_action(draft, f"+{code}")
    shown = {"countries": wizard._countries, "themes": wizard._themes, "labels": wizard._labels}
    buttons = [button for row in shown[screen](HERE, draft).buttons for button in row]
    assert len(buttons) <= 100
    for button in buttons:
        assert len(str(button.data).encode()) <= 64
        press = wizard.parse_button(str(button.data))
        assert press is not None
        assert press.screen in ("countries", "themes", "labels", "when", "save")


@given(st.lists(st.sampled_from([f"{sign}{code}" for code in CODES for sign in "+-"])))
def test_a_deed_done_twice_is_done_once(deeds: list[str]) -> None:
    once = twice = FilterDraft(number=1, filter=Filter())
    for deed in deeds:
        once = wizard.apply_action(once, deed)
        twice = wizard.apply_action(wizard.apply_action(twice, deed), deed)
    assert once == twice


@given(st.text(max_size=64))
def test_nonsense_changes_nothing_that_is_unknown(deed: str) -> None:
    draft = wizard.apply_action(FilterDraft(number=1, filter=Filter()), deed)
    chosen = draft.filter.countries | draft.filter.themes | draft.filter.topics
    assert chosen <= set(CODES)


@pytest.mark.parametrize("data", ["", "w1", "w1:x:+CZ:countries", "s1:c:0:0", "x" * 64])
def test_data_of_another_keyboard_is_no_press(data: str) -> None:
    assert wizard.parse_button(data) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_shows_whole_on_a_narrow_phone(language: str) -> None:
    request = Request(CHAT, CHAT, language=language)
    draft = FilterDraft(number=1, filter=Filter())
    for shown, room in ((wizard._countries, 22), (wizard._themes, 36), (wizard._labels, 36)):
        for row in shown(request, draft).buttons:
            width = sum(len(button.text) for button in row)
            assert max(len(button.text) for button in row) <= room, row
            assert width <= 50, row


async def test_a_set_up_changes_nothing_beside_its_filter(screen: Screen) -> None:
    await commands.answer(screen.context, HERE, "digest", "daily 9:00")
    await screen.presses("Czechia", "Themes", "When")
    assert "✓ A digest every day" in [button.text for row in screen.shown.buttons for button in row]
    await screen.presses("Save")
    chat = await screen.context.store.chat(CHAT)
    assert chat.pace == Pace(kind="daily", minute=540)
    assert [each.pace for each in chat.filters] == [None]


async def test_everything_as_a_weekly_digest_leaves_the_other_filters(screen: Screen) -> None:
    await commands.answer(screen.context, HERE, "subscribe", "Czechia")
    screen.shown = await commands.answer(screen.context, HERE, "start", "")
    await screen.presses("Everything, as a weekly digest")
    assert [each.pace for each in await screen.filters()] == [None, WEEKLY]
    assert (await screen.context.store.chat(CHAT)).pace == Pace()
