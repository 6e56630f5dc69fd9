import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.chat import setup
from bot.chat.answer import Answer
from bot.chat.setup import Draft
from bot.models import Filter

drafts = st.builds(
    Draft,
    st.sampled_from(["c", "t"]),
    st.integers(0, (1 << 31) - 1),
    st.integers(0, (1 << 17) - 1),
)


def press(answer: Answer, text: str) -> Draft:
    (data,) = (b.data for row in answer.buttons for b in row if text in b.text)
    draft = setup.draft_of(data)
    assert draft is not None
    return draft


@given(drafts)
def test_a_button_carries_the_whole_draft(draft: Draft) -> None:
    assert setup.draft_of(draft.data()) == draft


@given(drafts)
def test_every_button_of_every_screen_leads_somewhere_and_fits(draft: Draft) -> None:
    buttons = [button for row in setup.screen(draft).buttons for button in row]
    assert len(buttons) <= 100
    for button in buttons:
        assert len(button.data.encode()) <= 64
        assert setup.draft_of(button.data) is not None


@pytest.mark.parametrize(
    "data",
    ["", "s1", "s0:c:0:0", "s1:x:0:0", "s1:c:zz:0", "s1:c:-1:0", "s1:c:ffffffffff:0", "x" * 64],
)
def test_data_of_another_keyboard_is_no_draft(data: str) -> None:
    assert setup.draft_of(data) is None


def test_countries_then_themes_then_a_filter() -> None:
    draft = press(setup.screen(setup.FIRST), "Czechia")
    draft = press(setup.screen(draft), "Germany")
    draft = press(setup.screen(draft), "Next")
    draft = press(setup.screen(draft), taxonomy.label("theme", "return"))
    draft = press(setup.screen(draft), "Save")
    assert draft.screen == "save"
    assert draft.filter() == Filter(countries=frozenset({"CZ", "DE"}), themes=frozenset({"return"}))


def test_a_second_press_takes_the_choice_back() -> None:
    chosen = press(setup.screen(setup.FIRST), "Austria")
    assert press(setup.screen(chosen), "✓ 🇦🇹 Austria") == setup.FIRST
    assert press(setup.screen(chosen), "Clear") == setup.FIRST


def test_what_is_chosen_is_ticked_and_told() -> None:
    answer = setup.screen(press(setup.screen(setup.FIRST), "Czechia"))
    assert "So far: Czechia" in answer.messages[0].plain
