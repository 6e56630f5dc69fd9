"""The archive as files: each link leads to a file that is there."""

import datetime as dt
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import feedparser
import pytest
from msgspec.structs import replace

from bot.errors import ConfigError
from bot.i18n import locale_for
from bot.store import RowStore
from bot.web.site import Site
from bot.web.site_folder import MARK, write_folder
from tests.samples import NOW, correction_of, source
from tests.web.conftest import Record


def _site(store: RowStore, url: str = "", language: str = "en") -> Site:
    return Site(store, {"cz": source()}, NOW, locale_for(language), url)


async def _write(site: Site, folder: Path) -> int:
    return await write_folder(folder, site.files())


def _names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


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

    count = await _write(_site(store, "https://archive.example/a"), folder)

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


async def test_files_of_no_known_address_name_none(
    store: RowStore, record: Record, tmp_path: Path
) -> None:
    await record("one")
    await _write(_site(store), tmp_path / "site")
    told = json.loads((tmp_path / "site" / "feed.json").read_bytes())
    assert not {"feed_url", "home_page_url"} & {*told}
    (item,) = told["items"]
    assert "url" not in item
    assert item["external_url"] == "https://mv.example/one"
    page = (tmp_path / "site" / "d" / "CZ-2025-0001" / "index.html").read_text()
    assert 'rel="canonical"' not in page
    assert '"@id"' not in page


async def test_it_is_written_anew(store: RowStore, record: Record, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    id_ = await record("old", themes=("return",))
    await _write(_site(store, language="cs"), folder)
    assert 'lang="cs"' in (folder / "index.html").read_text()
    corrected = replace(await store.development(id_), themes=("borders",))
    await store.save_correction(corrected, correction_of(id_), NOW)

    await _write(_site(store), folder)

    assert 'lang="en"' in (folder / "index.html").read_text()
    assert _names(folder / "theme") == ["borders"]
    assert _names(tmp_path) == ["site"]


async def test_files_of_others_stay(store: RowStore, record: Record, tmp_path: Path) -> None:
    await record("one")
    folder, beside = tmp_path / "site", tmp_path / "site.new"
    beside.mkdir()
    others = beside / "thesis.txt", folder / "CNAME", folder / "d" / "notes.txt"
    await _write(_site(store), folder)
    for file in others:
        file.write_text("mine")
    for refused in (folder, beside, others[0]):
        with pytest.raises(ConfigError, match="a new or empty folder"):
            await _write(_site(store), refused)
    for file in others[1:]:
        file.unlink()
    await _write(_site(store), folder)
    assert others[0].read_text() == "mine"
    (folder / MARK).unlink()
    with pytest.raises(ConfigError, match="a new or empty folder"):
        await _write(_site(store), folder)
    assert (folder / "index.html").exists()


async def test_a_link_to_a_folder_stays_one(
    store: RowStore, record: Record, tmp_path: Path
) -> None:
    await record("one")
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "site")
    for _ in range(2):
        await _write(_site(store), link)
    assert link.is_symlink()
    assert (link / "index.html").is_file()


async def test_what_changes_meanwhile_leaves_no_page_out(
    store: RowStore, record: Record, tmp_path: Path
) -> None:
    ids = [await record(str(number)) for number in range(3)]
    written = set[str]()
    async for name, _ in _site(store).files():
        if name == "map/index.html":
            await record("earlier", date=dt.date(2020, 1, 1))
        written.add(name)
    assert {f"d/{id_}/index.html" for id_ in ids} <= written
