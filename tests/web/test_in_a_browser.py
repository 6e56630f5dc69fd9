"""The archive in a real browser: facets, a record, the keyboard, a phone, the dark, and axe."""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.fakes import browser as browsers
from tests.web.conftest import Record

pytestmark = pytest.mark.skipif(
    not (browsers.path() or browsers.REQUIRED), reason="no browser: apt-get install chromium"
)
PAGES = ("/", "/d/CZ-2024-0001", "/map", "/coverage", "/status", "/?theme=nonsense")
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
AXE = """axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]}).then(
    told => told.violations.map(each => [each.id, each.nodes.map(node => node.html)]))"""
SCREENSHOTS = os.environ.get("HERALD_SCREENSHOTS")
"""A folder where what was looked at is kept."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with browsers.running(tmp_path_factory.mktemp("browser")) as address:
        yield address


@pytest_asyncio.fixture
async def tab(started: str) -> AsyncIterator[browsers.Tab]:
    async with browsers.new_tab(started) as opened:
        yield opened


@pytest_asyncio.fixture
async def base(record: Record, browser: aiohttp.ClientSession) -> str:
    """The address of an archive with something in it."""
    day = dt.date(2024, 12, 1)
    await record("Flight to Tirana", themes=("return",), mentions=("AL",), date=day)
    for number in range(3):
        await record(f"A long word about the camp: {'Flüchtlingsunterkunft' * 9}{number}")
    return str(browser._base_url).rstrip("/")


async def _violations(tab: browsers.Tab) -> Any:
    """What axe finds, which is run beside the page: its policy lets no script run in it."""
    if not await tab.evaluate("'axe' in window"):
        await tab.evaluate((files("axe_core_python") / "axe.min.js").read_text())
    return await tab.evaluate(AXE)


async def test_the_archive_in_a_browser(tab: browsers.Tab, base: str) -> None:
    await tab.open(f"{base}/")
    for said in ("theme=return", "mention=AL", "since=2024-10-01"):
        await tab.click(f'a[href*="{said}"]')
    assert await tab.evaluate("document.querySelector('h1').innerText") == "1 record"
    await tab.click("article h2 a")
    assert await tab.evaluate("document.querySelector('h1').innerText") == "Flight to Tirana"
    assert "Ministerstvo vnitra" in await tab.evaluate(
        "document.querySelector('.citation').innerText"
    )


async def test_a_keyboard_is_enough(tab: browsers.Tab, base: str) -> None:
    await tab.open(f"{base}/")
    await tab.press("Tab")
    assert await tab.evaluate("document.activeElement.className") == "skip"
    await tab.press("Enter")
    assert await tab.evaluate("location.hash") == "#main"
    for _ in range(12):
        await tab.press("Tab")
        style = await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", await tab.evaluate("document.activeElement.outerHTML")


async def test_every_page_reads_on_a_phone_and_in_the_dark(tab: browsers.Tab, base: str) -> None:
    for number, page in enumerate(PAGES):
        await tab.open(base + page)
        for is_dark in (False, True):
            await tab.resize(320, is_dark=is_dark)
            assert await tab.evaluate(OVERFLOW) <= 0, page
            assert await _violations(tab) == [], (page, is_dark)
            if SCREENSHOTS:
                picture = await tab.screenshot()
                await asyncio.to_thread(
                    Path(SCREENSHOTS, f"page-{number}-{is_dark}.png").write_bytes, picture
                )
    await tab.evaluate("document.documentElement.removeAttribute('lang')")
    assert [rule for rule, _ in await _violations(tab)] == ["html-has-lang"]  # axe does look
