import json

import msgspec
import pytest

from bot import parse
from bot.errors import ParseError
from bot.models.sources import Document, Fetched
from tests.parse.test_news_list import TODAY
from tests.samples import source


def read(feed: object) -> Document:
    body = feed if isinstance(feed, bytes) else json.dumps(feed).encode()
    fetched = Fetched(url="https://mv.example/feed.json", body=body)
    return parse.parse_document(source(language=None), fetched, TODAY)


def feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> dict[str, object]:
    return {"version": version, "title": "Zprávy", "language": "cs-CZ", "items": list(items)}


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_a_json_feed_is_read_whole(version: str) -> None:
    entry = {
        "id": 42,
        "url": "/clanek/1",
        "title": "Azyl &amp; návraty",
        "content_html": "<p>První věta. <b>Druhá</b> věta.</p>",
        "summary": "Krátce.",
        "date_published": "2025-01-16T00:30:00+01:00",
    }
    document = read(feed(entry, version=f"https://jsonfeed.org/version/{version}"))
    (item,) = document.items
    assert (item.guid, item.url) == ("42", "https://mv.example/clanek/1")
    assert (item.title, item.text) == ("Azyl & návraty", "První věta. Druhá věta.")
    assert str(item.published) == "2025-01-16 00:30:00+01:00"
    assert (item.language, document.title) == ("cs", "Zprávy")


def test_what_an_item_lacks_is_taken_from_elsewhere() -> None:
    entry = {
        "id": "https://mv.example/1",
        "external_url": "https://elsewhere.example/1",
        "content_text": "První věta. Druhá.",
        "date_modified": "2025-01-17",
        "language": "sk",
    }
    (item,) = read(feed(entry)).items
    assert (item.title, item.url) == ("První věta.", "https://elsewhere.example/1")
    assert (str(item.published), item.language) == ("2025-01-17", "sk")


@pytest.mark.parametrize(
    "named",
    [
        {"translations": [{"language": "en-GB", "url": "/en/1"}, {"language": "de"}, None]},
        {"_translations": {"en": "/en/1", "de": ["/de/1"]}},
    ],
)
def test_an_item_names_its_translations(named: dict[str, object]) -> None:
    (item,) = read(feed({"id": "1", "url": "/1", "title": "Azyl", **named})).items
    assert item.editions == item.english == ("https://mv.example/en/1",)


def test_odd_items_leave_the_others() -> None:
    odd = [None, "x", {}, {"title": None}, {"title": ["a"], "url": {"b": 1}}]
    document = read(feed(*odd, {"id": "1", "title": "Azyl"}))
    assert [item.title for item in document.items] == ["Azyl"]
    assert len(document.problems) == len(odd)


def test_an_empty_feed_is_a_feed() -> None:
    assert read(feed()).items == ()


@pytest.mark.parametrize(
    "body", [{"items": []}, {"error": "x"}, [], [1], b"{", b"[" * 100_000, {"items": {"id": 1}}]
)
def test_other_json_is_none(body: object) -> None:
    with pytest.raises(ParseError, match="JSON"):
        read(body)


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ({"url": "https://a.example/1", "external_url": "https://b.example/1"}, "https://a.example/1"),
        ({"url": "www.a.example/1", "image": "https://a.example/1.jpg"}, "https://www.a.example/1"),
        ({"attachments": [{"url": "https://a.example/1.pdf", "mime_type": "application/pdf"}]},
         "https://a.example/1.pdf"),
        ({"attachments": [{"url": "https://a.example/1.mp3", "mime_type": "audio/mpeg"}]}, None),
        ({"image": "https://a.example/1.jpg", "attachments": [None, 1, {}]}, None),
    ],
)  # fmt: skip
def test_the_address_of_an_item_is_its_own(links: dict[str, object], url: str | None) -> None:
    (item,) = read(feed({"id": "1", "title": "Azyl", **links})).items
    assert item.url == url


def test_hidden_words_are_not_read() -> None:
    html = "Text.<!-- <b>azyl</b> --><p hidden>azyl</p>"
    (item,) = read(feed({"id": "1", "title": "Nařízení <Dublin III>", "content_html": html})).items
    assert (item.title, item.text) == ("Nařízení <Dublin III>", "Text.")


LONE = "\ud800"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": LONE},
        {"language": LONE},
        {"feed_url": f"https://mv.example/{LONE}", "hubs": [{"type": "WebSub", "url": LONE}]},
        {"hubs": [{"type": "WebSub", "url": f"https://hub.example/{LONE}"}]},
        {LONE: LONE},
        {"items": [{"id": LONE, "url": f"https://mv.example/{LONE}", "title": f"Azyl {LONE}"}]},
    ],
)
def test_half_a_surrogate_pair_can_be_written_on(changes: dict[str, object]) -> None:
    entry = {"id": "1", "url": "https://mv.example/1", "title": "Azyl"}
    document = read(
        {**feed(entry), "hubs": [{"type": "WebSub", "url": "https://h.example/"}], **changes}
    )
    assert msgspec.json.encode(document)
    assert document.items[0].title == "Azyl"
