"""Whatever a screen shows of a filter can be typed, and so can labels that are added later."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat import commands, source_list
from bot.chat.context import ChatContext, Request
from bot.chat.pace import KINDS, parse_said
from bot.chat.parsing import query
from bot.chat.parsing.moments import find_end
from bot.chat.settings import parse_language
from bot.i18n import LANGUAGES, locale_for
from bot.models.chats import Filter
from bot.models.pace import Pace
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.chat.parsing.test_query import FILTERS
from tests.release import examples
from tests.samples import NOW
from tools.catalogues import kept

SOURCES = {"cz-mv", "de"}
EXAMPLE = re.compile(r"<code>/(\w+) ([^<{%]+)</code>")
OFF = {
    "en": "off", "cs": "vypnout", "de": "aus", "el": "απενεργοποίηση", "es": "desactivar",
    "fr": "désactiver", "it": "disattiva", "pl": "wyłącz", "ro": "dezactivează", "uk": "вимкнути",
}  # fmt: skip


@given(FILTERS, st.sampled_from(LANGUAGES))
@settings(max_examples=examples(40))
def test_a_filter_is_understood_as_it_is_shown(filter_: Filter, language: str) -> None:
    filter_ = replace(filter_, pace=None)  # shown on a line of its own
    shown = render.description(filter_, locale_for(language))
    assert query.parse_filter(shown, SOURCES, language) == filter_, shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_understood(language: str) -> None:
    # A comma within one would part it.
    to = locale_for(language)
    facets = {"theme": taxonomy.themes(), "topic": taxonomy.topics(), "type": taxonomy.types()}
    for facet, codes in facets.items():
        for code in codes:
            label = to.gettext(taxonomy.label(facet, code))  # type: ignore[arg-type]
            wanted = Filter(**{f"{facet}s": frozenset({code})})
            assert query.parse_filter(label, language=language) == wanted, label


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_of_the_set_up_is_understood(language: str) -> None:
    to = locale_for(language)
    for code in taxonomy.countries():
        wanted = Filter(countries=frozenset({code}))
        assert query.parse_filter(render.place(code, to), language=language) == wanted
    for group in taxonomy.theme_groups():
        wanted = Filter(
            themes=frozenset(group.codes) & frozenset(taxonomy.themes()),
            topics=frozenset(group.codes) & frozenset(taxonomy.topics()),
        )
        assert query.parse_filter(to.gettext(group.label), language=language) == wanted
    assert query.parse_filter(to.gettext("Everything"), language=language) == Filter()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pace_is_understood_as_it_is_shown(language: str) -> None:
    to = locale_for(language)
    for kind, label in KINDS.items():
        said = parse_said(to.gettext(label), language)
        assert said is not None, to.gettext(label)
        assert said.kind == kind
    for pace in (Pace(), Pace(kind="silent"), Pace(kind="daily", minute=560)):
        assert parse_said(render.pace_label(pace, to), language) == pace
    for weekday in range(7):
        pace = Pace(kind="weekly", weekday=weekday, minute=1090)
        assert parse_said(render.pace_label(pace, to), language) == pace


def shown_commands(language: str) -> set[tuple[str, str]]:
    """The commands that any text shows as an example, and their arguments."""
    to, said = locale_for(language), [message.id for message in kept("cs")]
    texts = [text for text in said if isinstance(text, str)]
    return {found for text in texts for found in EXAMPLE.findall(to.gettext_raw(text))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_understood(language: str) -> None:
    seen = set()
    for command, args in shown_commands(language):
        seen.add(command)
        match command:
            case "subscribe" | "search":
                assert isinstance(query.parse_filter(args, SOURCES, language), Filter), args
            case "digest" if not args.startswith("urgent"):
                assert parse_said(args.lstrip("0123456789 "), language), args
            case "pause":
                assert find_end(args, NOW, "Europe/Prague", language), args
            case "sources":
                assert source_list.read_wanted(args, language), args
    assert {"subscribe", "digest", "pause", "search", "sources"} <= seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_understood_by_its_name(language: str) -> None:
    to = locale_for(language)
    for code in LANGUAGES:
        assert parse_language(to.language(code)) == code
        assert parse_language(locale_for(code).name) == code
        assert parse_language(code) == code


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_and_off_are_understood_in_every_language(language: str) -> None:
    to, request = locale_for(language), Request(1, 1, language=language)
    async with open_store(":memory:", RULES) as store:
        context = ChatContext(store, [], lambda: NOW)
        for shown in (to.gettext("All"), to.gettext("Everything")):
            await commands.answer(context, request, "subscribe", to.gettext("Everything"))
            assert len((await store.chat(1)).filters) == 1
            await commands.answer(context, request, "unsubscribe", shown)
            assert (await store.chat(1)).filters == (), shown
        await commands.answer(context, request, "quiet", "22:00-07:00")
        await commands.answer(context, request, "quiet", OFF[language])
        assert (await store.chat(1)).quiet is None
