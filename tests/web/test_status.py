"""The page for who runs the bot, and the page of what is followed."""

from base64 import b64encode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.config.schema import WebConfig
from bot.config.values import PublicUrl, Secret
from bot.i18n import ENGLISH
from bot.models.sources import SourceState
from bot.monitoring import http
from bot.store import RowStore
from bot.web import routes
from bot.web.coverage import coverage_rows
from bot.web.protection import client_of, is_of_this_machine
from tests.samples import NOW, delivery, source

OUTSIDE = {"X-Forwarded-For": "203.0.113.7"}


async def _statuses(store: RowStore, config: WebConfig, *asked: dict[str, str]) -> list[int]:
    """The status of each answer to a request for the page."""
    application = web.Application()
    application.add_routes(routes(store, [source()], lambda: NOW, config, lambda: "5 h old"))
    found = []
    async with http.running(application) as runner:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            for headers in asked:
                async with session.get("/status", headers=headers) as answer:
                    found.append(answer.status)
    return found


async def test_this_machine_alone_reads_it_without_a_password(store: RowStore) -> None:
    assert await _statuses(store, WebConfig(), {}, OUTSIDE) == [200, 404]
    public = WebConfig(public_url=PublicUrl("https://archive.example"))
    assert await _statuses(store, public, {}) == [404]


@pytest.mark.parametrize(
    ("remote", "headers", "is_of_it"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.168.1.5", {}, False),
        ("192.168.1.5", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, False),
    ],
)
def test_no_header_makes_a_request_one_of_this_machine(
    remote: str, headers: dict[str, str], is_of_it: bool
) -> None:
    request = make_mocked_request("GET", "/status", headers=headers).clone(remote=remote)
    assert is_of_this_machine(request) is is_of_it


def test_a_client_is_who_the_proxy_names_last() -> None:
    headers = CIMultiDict(
        [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "x, 203.0.113.7")]
    )
    request = make_mocked_request("GET", "/", headers=headers)
    assert client_of(request.clone(remote="10.0.0.2")) == "203.0.113.7"
    assert client_of(request.clone(remote="8.8.8.8")) == "8.8.8.8"


async def test_a_password_lets_others_read_it(store: RowStore) -> None:
    config = WebConfig(status_password=Secret("grün"))
    given = [f"Basic {b64encode(f'me:{word}'.encode()).decode()}" for word in ("no", "", "grün")]
    asked = [{"Authorization": said} for said in ("Basic ?", "Bearer x", *given)]
    assert await _statuses(store, config, {}, *asked) == [*[401] * 5, 200]


async def test_it_says_what_was_matched_and_which_sources_fail(
    store: RowStore, browser: aiohttp.ClientSession
) -> None:
    await store.enqueue([delivery(chat=chat) for chat in range(3)])
    async with browser.get("/status") as answer:
        page = await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Pending: 3" in page
    assert "0 of 1 answered" in page
    assert "cz: not read yet" in page


@pytest.mark.parametrize("language", ["en", "cs"])
async def test_what_is_not_followed_is_said(browser: aiohttp.ClientSession, language: str) -> None:
    async with browser.get(f"/coverage?lang={language}") as answer:
        page = await answer.text()
    gap = {"en": "no source of this type: ", "cs": "žádný zdroj tohoto druhu: "}[language]
    assert page.count("<tr>") > 30
    assert gap in page


def test_what_a_server_has_said_is_not_told_everybody() -> None:
    failing = SourceState(
        id="cz", url="https://mv.example/", polled=NOW, failures=1, error="10.0.0.5 is private"
    )
    (row,) = [
        each
        for each in coverage_rows([source()], {"cz": failing}, (), NOW, ENGLISH)
        if each.country == "Czechia"
    ]
    assert f"not answering: {source().publisher}" in row.gaps
    assert "10.0.0.5" not in " ".join(row.gaps)
