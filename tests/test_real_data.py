"""On real material, where it lies beside the project; a clone alone skips this."""

import datetime as dt
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import feedparser
import pytest

from bot import enrich, parse, taxonomy
from bot.config import Config
from bot.config.schema import catalogue
from bot.dates import parse_date
from bot.errors import ParseError
from bot.models import Development
from bot.models.sources import Fetched
from bot.parse import decode, feed, new_items
from bot.parse.boilerplate import clean_text
from bot.parse.item import ParseContext
from bot.text import tidy
from tests.release import some_of
from tests.samples import item, source

DATA = Path(__file__).parents[2] / "shared" / "data"
TODAY = dt.date(2026, 11, 23)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="no shared material beside the project")


def rows(name: str) -> list[Any]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def read(path: Path) -> int:
    """How many items a file has; -1 where it is no feed."""
    fetched = Fetched(url="http://x.example/", body=path.read_bytes())
    try:
        return len(parse.parse_document(source(language=None), fetched, TODAY).items)
    except ParseError:
        return -1


def feeds() -> Sequence[Path]:
    names = {".xml", ".rss", ".atom", ".rdf"}
    found = sorted(path for path in (DATA / "feeds").rglob("*") if path.suffix in names)
    return some_of(found, one_in=5)


def test_the_feeds_of_interior_ministries_are_read_whole() -> None:
    found = {path.name: read(path) for path in (DATA / "feeds" / "ministries").glob("*.xml")}
    assert found == {"ee_interior.truncated.xml": 1, "ro_interior.xml": 2, "sk_interior.xml": 2}


def test_teasers_of_ministries_lose_no_sentence_as_boilerplate() -> None:
    texts = [tidy(row["text"]) for row in rows("ministry_items.jsonl") if row["text"]]
    assert [clean_text(text) for text in texts] == texts


def test_no_feed_of_the_corpus_gives_less_than_feedparser_alone() -> None:
    fewer = {}
    for path in feeds():
        entries = feedparser.parse(io.BytesIO(path.read_bytes())).entries
        said = sum(1 for entry in entries if entry.get("title") or entry.get("link"))
        if max(read(path), 0) < said:
            fewer[path.name] = said
    assert fewer == {}


def test_reading_what_is_new_of_any_feed_of_the_corpus_is_as_good_as_reading_all() -> None:
    compared, context = 0, ParseContext(source(), "http://x.example/", TODAY, source().language)
    for path in feeds():
        text = decode.decode_text(path.read_bytes())
        pieces = new_items.cut_items(text)
        if not pieces.items:
            continue
        whole = feed.parse_feed(context, text)
        if len(whole.items) < whole.total:  # an item that is none has no place to compare
            continue
        marks = new_items.split_marks(whole.pieces)
        for place in {0, whole.total // 2, whole.total - 1}:
            others = [other for other in range(whole.total) if other != place]
            known = b"".join(marks[other] for other in others)
            part = feed.parse_feed(context, text, known)
            read_again = new_items.cut_items(text, known).new
            assert part.items == tuple(whole.items[number] for number in read_again), path
            compared += len(read_again) < whole.total
    assert compared > 40


def bugs(name: str) -> list[tuple[str, str | None, str]]:
    """Titles, addresses and texts of a small feed with one kind of fault."""
    fetched = Fetched(url="https://min.example/rss", body=(DATA / "bugs" / name).read_bytes())
    document = parse.parse_document(source(language=None), fetched, TODAY)
    return [(told.title, told.url, told.text) for told in document.items]


def test_feeds_with_faults_say_what_was_published() -> None:
    for name in ("html-comments.xml", "attribute-values.xml", "escaped-cdata.xml"):
        for title, _, text in bugs(name):
            assert "azyl" in f"{title} {text}".lower()
            assert not re.search(
                r"<[a-z/!][^<]*>|-->|\]\]|[\"{}]|tajné|odkaz -|View|Vyberte", text
            ), text
    assert bugs("attribute-values.xml")[5][2] == "Azyl\nkonec\nDalší"
    captions = bugs("rss-links-and-media-captions.xml")
    assert [url for _, url, _ in captions] == [f"https://min.example/{n}" for n in range(1, 10)]
    assert not [text for _, _, text in captions if "Foto" in text or "media" in text]
    links = [url for _, url, _ in bugs("rss-guid-and-schemeless-links.xml")]
    assert links[5] is None
    assert links[7] == "https://min.example/8.pdf"
    assert links[12:15] == [
        "https://www.min.example/13",
        "https://min.example/14",
        "https://min.example/15/a.aspx",
    ]
    assert [url for _, url, _ in bugs("atom-link-choice.xml")] == [
        *(f"https://min.example/{n}" for n in (1, 2)),
        None,
        *(f"https://min.example/{n}" for n in range(4, 10)),
        "https://min.example/10.pdf",
    ]
    assert bugs("drupal-default-description.xml")[1][2] == "Ministr podepsal dohodu o návratech."


def test_moments_in_utc_are_of_the_local_day() -> None:
    days = []
    for row in rows("bugs/utc-midnight-items.jsonl"):
        published = parse_date(row["published"], row["language"], TODAY)
        told = item(title=row["title"], text=row["text"], language=row["language"],
                    published=published)  # fmt: skip
        made = enrich.enrich_item(told, source(country=row["country"]))
        assert isinstance(made, Development)
        days.append(f"{made.date:%d.%m.%Y}")
    assert days == ["06.10.2025", "06.10.2025", "01.10.2025", "06.10.2025"]


def test_the_pages_of_ministries_give_their_items_and_days() -> None:
    built_in = {made.id: made for made in Config().all_sources()}
    files = {
        "cz_mv": ("cz-mv", ["30.09.2026", "18.09.2026"]),
        "dk_uim": ("dk-uim", ["01.10.2026", "03.09.2026", "02.09.2026"]),
        "pl_mswia": ("pl-mswia", ["01.10.2026", "26.09.2026"]),
        "hu_belugy": ("hu-belugy", ["24.09.2026", "24.09.2026"]),
        "lv_iem": ("lv-iem", ["29.09.2026"]),
    }
    for file, (name, days) in files.items():
        body = (DATA / "pages" / f"{file}.html").read_bytes()
        made = built_in[name]
        items = parse.parse_document(made, Fetched(url=made.url, body=body), TODAY).items
        assert [f"{item.published:%d.%m.%Y}" for item in items] == days
        assert all(item.url and item.url.startswith("https://") for item in items)
        assert all("  " not in item.title for item in items)


def test_the_catalogue_is_the_evidence_row_by_row() -> None:
    """What is not built in is said in docs/CATALOGUE.md."""
    listed = {made.url.replace("{year}", "2026"): made for made in catalogue().sources}
    left_out = (Path(__file__).parents[1] / "docs" / "CATALOGUE.md").read_text(encoding="utf-8")
    for row in rows("catalogue.jsonl"):
        if row["confidence"] == "low":
            continue
        made = listed.pop(row["url"], None)
        if made is None:
            assert row["url"] in left_out, row["url"]
            continue
        assert made.confidence == row["confidence"]
        assert (made.country or row["country"]) == row["country"]
        assert made.language == row["language"]
        assert (made.kind == "page") == (row["kind"] == "html-list")
        assert (made.group == "official") == (row["role"] == "official")
    # Of these the evidence was found later, and stands in their rows alone.
    assert {made.type for made in listed.values()} == {"court", "gazette", "parliament"}


def test_ministries_headlines_are_found_relevant_and_rightly_labelled() -> None:
    codes = {taxonomy.label("theme", code): code for code in taxonomy.themes()}
    codes |= {f"x:{taxonomy.label('topic', code)}": code for code in taxonomy.topics()}
    headlines = rows("ministry_items.jsonl")
    relevant = right = 0
    for row in headlines:
        told = item(title=row["title"] or "", text=row["text"] or "", language=row["lang"])
        relevant += isinstance(enrich.enrich_item(told, source()), Development)
        made = enrich.enrich_item(told, source(scope="migration"))
        assert isinstance(made, Development)
        right += bool(
            {codes.get(name) for name in row["my_theme_guess"]} & {*made.themes, *made.topics}
        )
    assert relevant / len(headlines) >= 0.95
    assert right / len(headlines) >= 0.90


def test_types_of_labelled_records_are_mostly_right() -> None:
    records = [row for row in rows("records.jsonl") if row["source_kind"] == "euaa_nadd_row"]
    right = 0
    for row in records:
        told = item(title=row["title"] or "", text=row["text"] or "", language="en")
        made = enrich.enrich_item(told, source(scope="migration"))
        assert isinstance(made, Development)
        right += made.type == row["type"]
    assert right / len(records) >= 0.82
