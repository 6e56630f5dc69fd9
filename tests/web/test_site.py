"""The archive as files: each link leads to a file that is there."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import feedparser
import pytest

from bot.errors import ConfigError
from bot.i18n import locale_for
from bot.store import RowStore
from bot.web.site import MARK, Site
from tests.samples import NOW, source
from tests.web.conftest import Record


def _site(store: RowStore, url: str = "", language: str = "en") -> Site:
    return Site(store, {"cz": source()}, NOW, locale_for(language), url)


def _links(page: Path) -> set[Path]:
    """The files that a page links to."""
    named = re.findall(r'(?:href|src)="([^"]*)"', page.read_text())
    addresses = (urldefrag(unescape(each)).url for each in named)
    return {(page.parent / each).resolve() for each in addresses if each and "://" not in each}


async def test_each_link_leads_to_a_file(store: RowStore, record: Record, tmp_path: Path) -> None:
    await record("one", themes=("return",))
    for number in range(51):
        await record(f"{number}", country="DE")
    folder = tmp_path / "site"

    count = await _site(store, "https://archive.example/a").write(folder)

    pages = [*folder.rglob("*.html")]
    assert count == sum(file.is_file() for file in folder.rglob("*")) - 1  # the mark
    assert {
        folder / "2/index.html",
        folder / "country/DE/2/index.html",
        folder / "theme/return/index.html",
    } <= {*pages}
    for page in pages:
        assert [each for each in _links(page) if not each.is_file()] == [], page
        assert "<form" not in page.read_text()
    reached, waiting = set[Path](), [folder / "index.html"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting += _links(page) & {*pages} - reached
    assert reached == {*pages}
    feed = feedparser.parse((folder / "country/CZ/feed.atom").read_bytes())
    assert feed.entries[0].link == "https://archive.example/a/d/CZ-2025-0001"


async def test_it_is_written_anew_and_spares_other_files(
    store: RowStore, record: Record, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    await record("old")
    await _site(store, language="cs").write(folder)
    assert 'lang="cs"' in (folder / "index.html").read_text()
    (folder / "stale.html").touch()
    await _site(store).write(folder)
    assert not (folder / "stale.html").exists()
    (folder / MARK).unlink()
    with pytest.raises(ConfigError, match="a new or empty folder"):
        await _site(store).write(folder)
    assert (folder / "index.html").exists()
