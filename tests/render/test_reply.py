from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.chat.context import Request
from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models import Filter
from bot.text import readable
from tests.fakes.telegram_html import visible

HOSTILE = "<b>&amp;\"'{x}"


def test_a_value_in_a_sentence_is_text_and_the_sentence_markup() -> None:
    message = render.say(ENGLISH, "Removed: <b>{value}</b>", value=HOSTILE)
    assert message.html.startswith("Removed: <b>&lt;b&gt;&amp;amp;")
    assert visible(message.html) == message.plain == f"Removed: {HOSTILE}"


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_any_value_that_can_be_seen_shows_as_it_is(value: str, language: str) -> None:
    value = readable(value)
    message = Request(1, language=language).say("Removed: {filter}", filter=value).messages[0]
    assert value in message.plain
    plural = render.say_plural(locale_for(language), "{n} {x}", "{n} {x}", 2, x=value)
    assert plural.plain == f"2 {value}"


def test_a_filter_in_a_sentence_is_described_and_escaped() -> None:
    message = render.say(ENGLISH, "Removed: {filter}", filter=Filter(words=("<i>&",)))
    assert message.html == "Removed: “&lt;i&gt;&amp;”"


def test_arguments_that_are_not_understood_are_repeated_as_text() -> None:
    answer = Request(1).not_understood(f"  {HOSTILE}  ", "Say <code>/pause 3d</code>")
    assert answer.messages[0].plain == f"I do not understand “{HOSTILE}”. Say /pause 3d"
