"""The guided set-up: three screens over a draft that the server keeps."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import taxonomy
from bot.chat import callbacks, commands, messages, wizard, wizard_screens
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import LANGUAGES
from bot.models.buttons import Area
from bot.models.chats import Filter, FilterDraft
from bot.models.deliveries import Buttons
from bot.models.pace import WEEKLY, Pace
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
SOURCES = [
    source(id=f"cz-source-{number}", publisher=f"Office number {number}") for number in range(30)
]
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
        answer = await callbacks.answer_press(self.context, HERE, data)
        assert answer is not None
        self.shown = answer
        return answer

    async def says(self, text: str) -> None:
        self.shown = await messages.answer_text(self.context, HERE, text)

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
        made = Screen(ChatContext(store, SOURCES, lambda: NOW))
        await made.opens()
        yield made


async def test_countries_then_themes_then_when(screen: Screen) -> None:
    await screen.presses("Czechia", "Germany", "Themes", "Return", "Reception and detention")
    assert "Czechia, Germany" in screen.text
    await screen.presses("When", "Weekly")
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


def shown(request: Request, draft: FilterDraft, screen: str) -> Buttons:
    """The buttons of a screen that asks nothing of the store."""
    context = ChatContext(None, SOURCES, lambda: NOW)  # type: ignore[arg-type]
    name, _, first = screen.partition(".")
    if name == "sources":
        return wizard_screens._sources(context, request, draft, int(first)).buttons
    screens = {
        "countries": wizard_screens._countries,
        "themes": wizard_screens._themes,
        "labels": wizard_screens._labels,
        "details": wizard_screens._details,
    }
    return screens[name](request, draft).buttons


async def test_a_type_of_source_is_chosen_with_a_button(screen: Screen) -> None:
    followed = [source(id="cz-us", type="court"), source(id="cz-mv", type="ministry")]
    screen.context = replace(screen.context, sources=followed)
    await screen.opens()
    await screen.presses("Themes", "Types, words, sources", "Sources", "Courts", "When", "Save")
    (saved,) = await screen.filters()
    assert saved.source_types == {"court"}


SCREENS = ["countries", "themes", "labels", "details", "sources.0", "sources.24", "sources.999"]


@given(st.sets(st.sampled_from(CODES)), st.sampled_from(SCREENS))
def test_every_button_fits_and_leads_somewhere(chosen: set[str], screen: str) -> None:
    draft = FilterDraft(number=999_999, filter=Filter())
    for code in chosen:
        draft = wizard.apply_action(draft, f"+{code}")
    buttons = [button for row in shown(HERE, draft, screen) for button in row]
    assert len(buttons) <= 100
    leads = set()
    for button in buttons:
        assert len(str(button.data).encode()) <= 64
        press = wizard.parse_button(str(button.data).removeprefix(f"{Area.WIZARD}:"))
        assert press is not None
        leads.add(press.screen.partition(".")[0])
    assert leads <= {"countries", "themes", "labels", "details", "sources", "when", "cancel"}
    own = screen.partition(".")[0]
    assert leads - {own}, "no way back"


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
    assert draft.filter.types <= set(taxonomy.types())


@pytest.mark.parametrize("data", ["", "1", "x:+CZ:countries", "c:0:0", "x" * 64])
def test_data_of_another_keyboard_is_no_press(data: str) -> None:
    assert wizard.parse_button(data) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_shows_whole_on_a_narrow_phone(language: str) -> None:
    request = Request(CHAT, CHAT, language=language)
    draft = FilterDraft(number=1, filter=Filter())
    for screen in SCREENS:
        for row in shown(request, draft, screen):
            room = 22 if screen == "countries" else 36
            width = sum(len(button.text) for button in row)
            assert max(len(button.text) for button in row) <= room, row
            assert width <= 50, row


@pytest.mark.parametrize("then", ["Pause", "No reminders"])
async def test_what_is_changed_during_a_set_up_stays(screen: Screen, then: str) -> None:
    await commands.answer(screen.context, HERE, "subscribe", "Czechia")
    card = screen.shown = await commands.answer(screen.context, HERE, "filters", "1")
    await screen.presses("Edit")
    edited, screen.shown = screen.shown, card
    await screen.presses(then)
    (before,) = await screen.filters()
    screen.shown = edited
    await screen.presses("Slovakia", "Themes", "When", "Save")
    (after,) = await screen.filters()
    assert after.countries == {"CZ", "SK"}
    assert (after.paused, after.reminds) == (before.paused, before.reminds) != (False, True)


async def test_a_set_up_changes_nothing_beside_its_filter(screen: Screen) -> None:
    await commands.answer(screen.context, HERE, "digest", "daily 9:00")
    await screen.presses("Czechia", "Themes", "When")
    texts = [button.text for row in screen.shown.buttons for button in row]
    assert any(text.startswith("✓ As usual: ") for text in texts)
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


async def test_buttons_reach_all_that_can_be_typed(screen: Screen) -> None:
    await screen.presses("Czechia", "Themes", "Types, words, sources", "Legislative")
    await screen.presses("Words")
    assert "Which words?" in screen.text
    await screen.says('"Dublin transfer", návrat*')
    await screen.presses("Leave out")
    await screen.says("football, policy")
    await screen.presses("Mentions of")
    await screen.says("Albania")
    await screen.presses("Sources", "▸", "Office number 13", "◂ Details", "When", "Weekly", "17:00")
    await screen.presses("Save")
    assert screen.shown.toast == "Saved."
    (kept,) = await screen.filters()
    typed = await commands.answer(
        screen.context,
        HERE,
        "subscribe",
        'Czechia, legislative, "Dublin transfer", "návrat*", without football, without policy, '
        "mentions Albania, source cz-source-13, weekly mon 17:00",
    )
    assert "have this filter already" in typed.messages[0].plain
    assert await screen.filters() == (kept,)  # the same filter is not saved twice


async def test_what_is_written_for_a_facet_may_be_called_off(screen: Screen) -> None:
    await screen.presses("Themes", "Types, words, sources", "Words", "Cancel")
    assert "Anything more exact?" in screen.text
    await screen.says("Dublin transfer")
    assert "Which words?" not in screen.text
    await screen.opens()
    await screen.presses("Themes", "Types, words, sources", "Mentions of")
    await screen.says("Atlantis")
    assert "Atlantis" in screen.text
    assert "Which countries" in screen.text
    await screen.says("Syria")
    assert "Anything more exact?" in screen.text
    await screen.presses("Clear")
    assert "So far: everything" in screen.text


async def test_a_set_up_is_left_without_saving(screen: Screen) -> None:
    await screen.presses("Czechia", "Cancel")
    assert "Nothing was saved" in screen.text
    assert await screen.filters() == ()
    await screen.presses("Begin again")
    assert "So far: everything" in screen.text
