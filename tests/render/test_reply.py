import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render, taxonomy
from bot.chat.context import Request
from bot.chat.filter_preview import Preview
from bot.chat.filters import NAME_LIMIT
from bot.chat.parsing.filter_parts import WORDS_LIMIT
from bot.chat.parsing.grammar import LONGEST_WORD
from bot.i18n import ENGLISH, LANGUAGES, locale_for
from bot.models.chats import Chat, Filter
from bot.render.dates_ahead import time_entity
from bot.text import readable, utf16_length
from tests.fakes.telegram_html import entities, visible
from tests.samples import NOW

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


def test_a_time_ahead_is_one_on_the_clocks_of_whoever_reads_it() -> None:
    (message,) = Request(1, language="cs").reply("paused", until=NOW, chat=Chat(id=1)).messages
    (entity,) = entities(message.html)
    assert entity.type == "date_time"
    assert (
        f'<tg-time unix="{int(NOW.timestamp())}" format="Dt">16. 1. 2025, 13:00 (Europe/Brussels)<'
        in message.html
    )
    assert "16. 1. 2025, 13:00" in message.plain


def test_a_sentence_escapes_what_is_no_markup() -> None:
    time = time_entity(NOW, "<b>")
    message = render.say(ENGLISH, "{value} {other}", value=time, other="<i>")
    assert visible(message.html) == message.plain == "<b> <i>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_with_all_that_it_can_hold_fits_a_message(language: str) -> None:
    words = tuple(f"{number:02}{'w' * (LONGEST_WORD - 2)}" for number in range(WORDS_LIMIT))
    longest = Filter(
        countries=frozenset(taxonomy.countries()),
        themes=frozenset(taxonomy.themes()),
        topics=frozenset(taxonomy.topics()),
        words=words,
        without=words,
        name="N" * NAME_LIMIT,
    )
    to = locale_for(language)
    card = render.reply(
        "filter_card", to, number=1, filter=longest, found=Preview(0, None), chat=Chat(id=1)
    )
    for message in (*card, render.say(to, "Removed: {filter}", filter=longest)):
        assert utf16_length(message.plain) <= render.LIMIT
