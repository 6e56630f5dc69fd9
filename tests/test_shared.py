"""On real material, where it lies beside the project; a clone alone skips this."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bot import enrich, parse, taxonomy
from bot.errors import ParseError
from bot.models import Fetched
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
        return len(parse.read(source(language=None), fetched, TODAY).items)
    except ParseError:
        return -1


def test_the_feeds_of_interior_ministries_are_read_whole() -> None:
    found = {path.name: read(path) for path in (DATA / "feeds" / "ministries").glob("*.xml")}
    assert found == {"ee_interior.truncated.xml": 1, "ro_interior.xml": 2, "sk_interior.xml": 2}


def test_no_feed_of_the_corpus_breaks_the_reader() -> None:
    folders = ("fastfeedparser", "feed-io", "feed-rs", "feedjira", "miniflux", "newsboat")
    files = [path for folder in folders for path in (DATA / "feeds" / folder).rglob("*.xml")]
    assert len(files) > 80
    assert sum(read(path) > 0 for path in files) > 60


def test_ministries_headlines_are_found_relevant_and_rightly_labelled() -> None:
    codes = {taxonomy.label("theme", code): code for code in taxonomy.themes()}
    codes |= {f"x:{taxonomy.label('topic', code)}": code for code in taxonomy.topics()}
    headlines = rows("ministry_items.jsonl")
    relevant = right = 0
    for row in headlines:
        told = item(title=row["title"] or "", text=row["text"] or "", language=row["lang"])
        relevant += enrich.develop(told, source()) is not None
        made = enrich.develop(told, source(scope="migration"))
        assert made is not None
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
        made = enrich.develop(told, source(scope="migration"))
        assert made is not None
        right += made.type == row["type"]
    assert right / len(records) >= 0.82
