"""No character that is not seen comes in, by any way, or reaches a message."""

import datetime as dt
import html
import sys
import unicodedata
from collections.abc import Callable, Iterator

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import parse, render
from bot.chat import filters, naming
from bot.chat.context import ChatContext, Request
from bot.chat.parsing import query
from bot.config.schema import SourceConfig
from bot.config.values import Name, decode
from bot.errors import EngineError
from bot.i18n import ENGLISH
from bot.models.chats import Filter
from bot.models.sources import Fetched, PageSelectors
from bot.models.translations import Passage
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.text import tidy
from bot.translation.engine import checked_translation
from tests.fakes.sources import Entry, rss
from tests.samples import NOW, citation, development, source
from tests.translation.answers import good_answers, read

# Marks that come before a number or a word, and are seen (Prepended_Concatenation_Mark).
SEEN = set("\u06dd\u070f\u08e2\U000110bd\U000110cd") | set(
    map(chr, (*range(0x600, 0x606), 0x890, 0x891))
)
# Letters and marks that are not seen, though their category does not say so (Unicode's
# Default_Ignorable_Code_Point).
UNSEEN = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | set(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)))
)
HIDDEN = (
    "\u202e\u2066\u2069\u061c\u200e\u200f\u200b\u2060\u00ad\u3164\ufe0f\u034f\ufeff\x07\U000e0041"
)


def is_hidden(letter: str) -> bool:
    is_control = unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter not in SEEN
    return letter != "\n" and (is_control or letter in UNSEEN)


def hidden(text: str) -> str:
    return "".join(filter(is_hidden, text))


def test_no_code_point_that_is_not_seen_stays_in_a_text() -> None:
    everything = "a".join(map(chr, range(sys.maxunicode + 1)))
    assert not hidden(tidy(everything))


@pytest.mark.parametrize("text", ["❤️ ©️ 1️⃣ #️⃣ ☎︎ ✔️", "👩🏽‍⚕️ 🏳️‍🌈 🇪🇺", "می‌خواهم", "क्‍ष"])
def test_what_is_written_with_joiners_and_selectors_stays(text: str) -> None:
    assert tidy(text) == text


def test_an_emoji_carries_no_hidden_message() -> None:
    assert tidy("😀" + "".join(map(chr, range(0xE0100, 0xE0120)))) == "😀"
    assert tidy("😀️️️") == "😀️"
    assert tidy("a️b︎") == "ab"


# ------------------------------------------------------------------ each way in

LONG = "Vláda schválila novelu zákona o azylu a o návratech cizinců. "
PAGE = "<html lang='cs'><ul><li><a href='/{n}'>{text}</a> <time>16.01.2025</time></li></ul></html>"


def of_a_feed(text: str) -> Iterator[str]:
    plain = text.replace("\x07", "")  # no XML
    body = rss([Entry(f"Azyl{plain}", "https://mv.example/1", "g", text=f"{LONG}{plain}")])
    yield from _of_document(body)
    references = "".join(f"&amp;#{ord(letter)};" for letter in text)
    yield from _of_document(body.replace("Azyl", f"Azyl{references}"))


def of_a_page(text: str) -> Iterator[str]:
    selectors = PageSelectors(item="li", link="a", date="time", date_format="%d.%m.%Y")
    body = PAGE.format(n=1, text=f"Zpráva o azylu{html.escape(text)}")
    yield from _of_document(body, kind="page", page=selectors)


def _of_document(body: str, **changes: object) -> Iterator[str]:
    fetched = Fetched(url="https://mv.example/rss", body=body.encode())
    items = parse.parse_document(source(**changes), fetched, dt.date(2025, 1, 16)).items
    assert items
    for item in items:
        yield item.title
        yield item.text
        named = citation(title_native=item.title)
        record = development(title=item.title, summary=item.text, sources=(named,))
        yield render.development(record).html


def of_a_translation(text: str) -> Iterator[str]:
    passage = Passage(title=LONG, text=LONG * 2, language="cs")
    try:
        made = checked_translation(passage, f"A new law{text}", f"It says{text} so.", "x", "ai")
    except EngineError as error:
        yield str(error)
    else:
        yield f"{made.title}{made.summary}"


def of_a_chat_server(text: str) -> Iterator[str]:
    good = good_answers()[0]
    (said, quotation), *_ = good.said
    believed = read(good, f"{good.title}{text}", (f"{said}{text}", quotation))
    yield believed.title or ""
    yield from (each.sentence for each in believed.summary)
    yield from believed.problems


def of_words_for_a_filter(text: str) -> Iterator[str]:
    made = query.parse_filter(f'"hot{text}spot", without cam{text}p, named My{text}name, {text}')
    if isinstance(made, Filter):
        yield "".join((*made.words, *made.without, made.name))
    else:
        yield "".join(doubt.text for doubt in made)


def of_a_search(text: str) -> Iterator[str]:
    yield "".join(query.parse_search(f'hot{text}spot -x{text}, "a{text}b"').words)
    yield "".join(query.literal(f"hot{text}spot -x{text}").filter.without)


def of_the_configuration(text: str) -> Iterator[str]:
    fields = {"id": "x", "url": "https://x.example/", "publisher": f"Ministry{text}"}
    config = msgspec.convert(fields, SourceConfig, dec_hook=decode)
    yield config.publisher
    assert Name.parse(text) is None or hidden(text) != text


def of_an_earlier_version(text: str) -> Iterator[str]:
    """What was stored before it was cleaned."""
    said = f"a{text}b"
    named = citation(title_native=said, publisher=said, publisher_native=said)
    record = development(title=said, summary=said, sources=(named,))
    yield render.development(record).html
    yield "".join(render.inline_lines(record, ENGLISH))
    for message in render.reply("shared_filter", filter=Filter(words=(said,), name=said)):
        yield message.html + message.plain

    yield render.reply("announcement", text=said)[0].plain


@pytest.mark.parametrize(
    "way",
    [
        of_a_feed,
        of_a_page,
        of_a_translation,
        of_a_chat_server,
        of_words_for_a_filter,
        of_a_search,
        of_the_configuration,
        of_an_earlier_version,
    ],
)
@given(text=st.text(st.sampled_from(f"{HIDDEN}a "), max_size=8))
@example(text=HIDDEN)
def test_nothing_hidden_comes_in(way: Callable[[str], Iterator[str]], text: str) -> None:
    for come in way(text):
        assert not hidden(come)


async def test_a_name_for_a_filter_and_an_announcement_are_cleaned() -> None:
    async with open_store(":memory:", RULES) as store:
        context, request = ChatContext(store, [], lambda: NOW, [1]), Request(1, 1)
        await filters.save(context, request, Filter(words=("hotspot",)))
        (kept,) = (await store.chat(1)).filters
        await naming.set_name(context, request, kept.id, f"My{HIDDEN} name")
        assert (await store.chat(1)).filters == (replace(kept, name="My name"),)
