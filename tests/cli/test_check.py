"""`check`: what fails is told by its cause, with the cure, on one screen; and `sources`."""

import json
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import dates, polling
from bot.cli import check_report
from bot.cli.toml_table import toml_table
from bot.models.source_edits import SourceEdit
from bot.models.sources import PageSelectors, Source
from bot.pipeline import Diagnosis, moved_source
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.transport.webhooks import new_secret
from tests.cli.command_line import CommandLine
from tests.fakes.receiver import receiving
from tests.fakes.workers import InlineWorkers
from tests.pipeline.moved_sites import LATER, SITES, Network, publish_before, source_of
from tests.samples import NOW, source

BY_NAME = {site.name: site for site in SITES}
LOST = ("new-path", "blocked", "cookie-wall", "nothing", "copied")


class Shell(CommandLine):
    """A configuration with sites that are lost, and a way to type commands."""

    def __init__(self, folder: Path, net: Network, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.folder, self.net = folder, net

    def configure(self, *names: str) -> None:
        tables = []
        for name in names:
            site = BY_NAME[name]
            made = publish_before(site, self.net)
            self.net.clear(made.host)
            site.fate(made)
            tables.append(toml_table(source_of(site, self.net)))
        head = '[polling]\nprivate_hosts = ["127.0.0.1", "::1"]\n[catalogue]\ncountries = []\n'
        (self.folder / "config.toml").write_text("\n".join([head, *tables]))


@pytest_asyncio.fixture
async def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Shell]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HERALD_CONFIG", raising=False)
    monkeypatch.setattr(dates, "now", lambda: LATER)
    monkeypatch.setattr(polling, "WorkerPool", InlineWorkers)
    monkeypatch.setattr(moved_source, "SPACING", 0.0)
    async with Network() as net:
        yield Shell(tmp_path, net, capsys)


async def test_what_fails_is_told_by_its_cause_with_its_cure_on_one_screen(shell: Shell) -> None:
    shell.configure(*LOST, "answers")
    code, out, _ = await shell.types("check")
    assert code == 1
    lines = out.splitlines()
    start = lines.index("1 of 6 sources can be read.")
    assert lines[start + 1 : start + 8] == [
        "   3  its address is gone: new-path, nothing, copied",
        "      → `policy-herald check --repair` looks for where it went",
        "   1  its server turns robots away: blocked",
        "      → set polling.contact, and ask the owner of the site",
        "   1  a page stands in its place (maintenance, consent, a login): cookie-wall",
        "      → mostly temporary, else the site is closed: open it in a browser",
        "Answering, by country: CZ 1/6; all others whole",
    ]
    assert len(lines) < 24
    assert not (shell.folder / "data").exists()


async def test_each_webhook_of_the_configuration_is_tried(shell: Shell) -> None:
    async with receiving() as receiver:
        shell.configure()
        file = shell.folder / "config.toml"
        table = f'[[webhooks]]\nurl = "{receiver.url}"\nsecret = "{new_secret()}"\n'
        file.write_text(file.read_text() + table)
        _, out, _ = await shell.types("check", "--json")
        assert "HTTP 204, after" in out
        file.write_text(file.read_text() + 'filter = "xqzw"\n')
        code, out, _ = await shell.types("check", "--json")
    assert code == 1
    assert "words as /subscribe takes them" in out
    assert [event["type"] for event in receiver.events] == ["test"]


async def test_repair_prints_tables_for_the_configuration_and_changes_nothing(
    shell: Shell,
) -> None:
    shell.configure(*LOST)
    before = (shell.folder / "config.toml").read_bytes()
    code, out, _ = await shell.types("check", "--repair")
    assert code == 1
    assert "Of 4 that are lost, 1 may be read elsewhere." in out
    (table,) = tomllib.loads(out[out.index("# new-path: its address is gone") :])["sources"]
    assert (table["id"], table["url"]) == ("new-path", shell.net.url("new-path/novy/feed.xml"))
    assert (shell.folder / "config.toml").read_bytes() == before
    assert not (shell.folder / "data").exists()


async def test_repair_holds_what_it_finds_against_what_was_read(shell: Shell) -> None:
    site = BY_NAME["copied"]
    shell.configure("copied")
    shell.net.clear("copied")
    made = publish_before(site, shell.net)
    await shell.types("poll")
    shell.net.clear("copied")
    site.fate(made)
    _, out, _ = await shell.types("check", "--json", "--repair")
    (repair,) = json.loads(out)["repairs"]
    (candidate,) = repair["candidates"]
    assert (repair["cause"], candidate["known"], candidate["other_site"]) == (
        "gone", 10, "kopie.localhost",
    )  # fmt: skip
    _, out, _ = await shell.types("check", "--repair")
    assert "# ANOTHER SITE THAN BEFORE: kopie.localhost. Is it the publisher's?" in out


async def test_json_tells_each_source_with_its_cause(shell: Shell) -> None:
    shell.configure("answers", "blocked")
    code, out, _ = await shell.types("check", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["offline"]) == (1, False, False)
    assert [(one["id"], one["ok"], one["cause"]) for one in told["sources"]] == [
        ("answers", True, None),
        ("blocked", False, "blocked"),
    ]
    assert told["countries"] == [{"country": "CZ", "sources": 2, "answering": 1}]
    assert {one["what"] for one in told["findings"]} >= {"configuration", "store", "Telegram"}


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("name", "No network: the names of all 2 hosts are unknown."),
        ("connection", "No network: none of 2 hosts can be connected to."),
    ],
)
def test_a_machine_without_a_network_is_told_once(cause: str, said: str) -> None:
    diagnosis = Diagnosis(cause=cause, said="network is unreachable")  # type: ignore[arg-type]
    sources = [source(id=str(n), url=f"https://{n % 2}.example/{n}") for n in range(9)]
    lines = list(check_report.summary([check_report.Tried(one, diagnosis) for one in sources]))
    assert lines[0] == said
    assert len(lines) == 3


def test_every_cause_has_a_cure() -> None:
    assert set(check_report.CURES) == set(check_report.render.CAUSES) - {"silent"}


def test_a_table_holds_all_of_a_source() -> None:
    page = PageSelectors(item='li[class="x"]', date_format="%d.%m.%Y")
    made = source(kind="page", page=page, headers={"X-A": 'b"c'}, scope="migration", tls="legacy",
                  is_official=False)  # fmt: skip
    (table,) = tomllib.loads(toml_table(made))["sources"]
    assert table["item"] == 'li[class="x"]'
    assert table["headers"] == {"X-A": 'b"c'}
    assert (table["scope"], table["tls"], table["official"]) == ("migration", "legacy", False)


# ------------------------------------------------------------------ sources


async def keep(shell: Shell, old: Source) -> None:
    async with open_store(str(shell.folder / "data" / "herald.db"), RULES) as store:
        new = replace(old, url=shell.net.url("new-path/novy/feed.xml"))
        added = source(id="added", url="http://x.example/rss", country=None)
        await store.edit_source(
            SourceEdit(source=new, before=old, at=NOW, by=7), keeps_baseline=False
        )
        await store.edit_source(SourceEdit(source=added, at=NOW, by=8), keeps_baseline=False)


async def test_changes_are_listed_followed_by_all_commands_and_undone(shell: Shell) -> None:
    shell.configure("new-path")
    code, out, _ = await shell.types("sources", "--changes")
    assert "Nobody has changed" in out
    await keep(shell, source_of(BY_NAME["new-path"], shell.net))
    code, out, _ = await shell.types("sources", "--changes")
    tables = tomllib.loads(out[out.index("[[sources]]") :])["sources"]
    assert [table["id"] for table in tables] == ["new-path", "added"]
    assert "holds" in out
    code, out, _ = await shell.types("sources")
    assert "new-path *" in out
    code, out, _ = await shell.types("poll")
    assert "12" in out
    code, out, _ = await shell.types("sources", "--undo", "1")
    assert (code, "a running service follows within a minute" in out) == (0, True)
    code, _, err = await shell.types("sources", "--undo", "1")
    assert (code, "--changes lists them" in err) == (2, True)
    code, out, _ = await shell.types("sources")
    assert "new-path *" not in out


async def test_sources_are_written_as_opml(shell: Shell) -> None:
    shell.configure("new-path", "new-layout")
    code, out, _ = await shell.types("sources", "--opml")
    root = ElementTree.fromstring(out)
    assert (code, root.tag, root.get("version")) == (0, "opml", "2.0")
    found = {one.get("type"): one for one in root.iter("outline") if one.get("type")}
    assert found["rss"].get("xmlUrl") == shell.net.url("new-path/rss.php")
    assert found["link"].get("xmlUrl") is None
    assert found["rss"].get("text") == "Ministerstvo vnitra"
    code, out, _ = await shell.types("sources", "--opml", "--country", "Germany")
    assert "xmlUrl" not in out
