"""`export --evidence` and `verify`: what somebody checks who knows nothing but the bundle."""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.models import PageText
from bot.models.readings import Received
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.cli.command_line import CommandLine
from tests.fakes.sources import FakeSources
from tests.samples import NOW, as_read, citation, commit, delivery, development

TITLE = "Nový zákon o azylu"
ID = "CZ-2025-0001"


def html(*said: str) -> str:
    text = "".join(f"<p>{part}</p>" for part in said)
    return f"<html><body><main><h1>{TITLE}</h1>{text}</main></body></html>"


FIRST = "Vláda schválila novelu zákona o azylu, která zkracuje lhůty řízení na třicet dnů."
REST = "Novela se týká také návratů a dočasné ochrany cizinců, kteří žijí v České republice."
OTHER = FIRST.replace("třicet", "šedesát")


class Desk(CommandLine):
    """A store with two readings of a page and one of its feed; a site; and a way to type."""

    def __init__(self, folder: Path, web: FakeSources, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.folder, self.web = folder, web


@pytest_asyncio.fixture
async def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Desk]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('polling.private_hosts = ["127.0.0.1"]')
    async with FakeSources() as web:
        made = development(title=TITLE, sources=(citation(title_native=TITLE, source="cz"),))
        said = as_read("Krátce o azylu.", title=TITLE, source="cz")
        async with open_store("data/herald.db", RULES) as store:
            brought = commit(("k",), made, texts={("k",): said})
            await store.commit(brought, lambda each, *_: [delivery(development=str(each.id))])
            await _read_page(store, FIRST)
            await _read_page(store, OTHER)
        yield Desk(tmp_path, web, capsys)


async def _read_page(store: Store, text: str) -> None:
    (page,) = await store.watched_pages("cz")
    (recorded,) = await store.developments()
    body = html(text, REST).encode()
    digest = hashlib.sha256(body).hexdigest()
    answer = Received(at=NOW, url=page.url, size=len(body), sha256=digest)
    read = PageText(title=TITLE, text=f"{text}\n{REST}", received=answer)
    await store.record_recheck(replace(page, reading=read, read=NOW), recorded, None)


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).write_text(text)


async def test_a_bundle_is_checked_by_others_programs(desk: Desk) -> None:
    code, out, _ = await desk.types("export", "--evidence", "bundle", "--id", "cz-2025-0001")
    assert (code, out) == (0, "bundle: developments: 1, readings: 3\n")
    command = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    checked = await asyncio.create_subprocess_exec(*command, cwd="bundle")
    assert await checked.wait() == 0
    manifest = json.loads(_read("bundle/manifest.json"))
    (told,) = manifest["developments"]
    assert (told["id"], told["title"], len(told["readings"])) == (ID, TITLE, 3)
    first, second, _ = told["readings"]
    assert (first["place"], second["place"], second["file"]) == ("list", "page", f"{ID}/2.txt")
    text = _read(f"bundle/{second['file']}")
    assert text.decode() == f"{TITLE}\n\n{FIRST}\n{REST}"
    assert hashlib.sha256(text).hexdigest() == second["sha256"]
    assert second["received"]["sha256"] == hashlib.sha256(html(FIRST, REST).encode()).hexdigest()
    assert {"at", "url", "status", "headers", "size"} <= second["received"].keys()


async def test_a_bundle_may_be_one_file_and_takes_no_other_s_place(desk: Desk) -> None:
    assert (await desk.types("export", "--evidence", "b.zip", "--country", "CZ"))[0] == 0
    with zipfile.ZipFile("b.zip") as archive:
        names = {*archive.namelist()}
    assert names == {
        "README.txt", "SHA256SUMS", "manifest.json", *(f"{ID}/{n}.txt" for n in (1, 2, 3)),
    }  # fmt: skip
    code, _, err = await desk.types("export", "--evidence", "b.zip")
    assert (code, err.count("\n")) == (2, 1)
    code, out, _ = await desk.types("export", "--evidence", "none.zip", "--country", "DE")
    assert (code, out) == (0, "none.zip: developments: 0, readings: 0\n")


async def test_a_page_is_held_against_what_was_seen(desk: Desk) -> None:
    files = {
        "same.html": html(OTHER, REST),
        "earlier.html": html(FIRST, REST),
        "around.html": html(OTHER, REST).replace("<body>", "<body><nav>Menu</nav>"),
        "other.html": html(OTHER, "Ministři se sejdou <b>znovu</b> až v příštím týdnu."),
        "text.txt": f"{TITLE}\n\n{OTHER}\n{REST}",
    }
    _write(files)
    said = {name: await desk.types("verify", name, ID) for name in files}
    assert {name: code for name, (code, *_) in said.items()} == {
        **dict.fromkeys(files, 0), "other.html": 1,
    }  # fmt: skip
    assert "its bytes are those of reading 3" in said["same.html"][1]
    assert "its bytes are those of reading 3" in said["text.txt"][1]
    assert "its title and text are those of reading 3" in said["around.html"][1]
    assert "those of reading 2" in said["earlier.html"][1]
    assert "it has read otherwise since: reading 3" in said["earlier.html"][1]
    assert said["other.html"][1].splitlines()[1:] == [
        "", f"- {REST}", "", "+ Ministři se sejdou znovu až v příštím týdnu.",
    ]  # fmt: skip


async def test_of_readings_that_are_alike_the_newest_is_named(desk: Desk) -> None:
    async with open_store("data/herald.db", RULES) as store:
        await _read_page(store, FIRST)
    _write({"again.html": html(FIRST, REST)})
    code, out, _ = await desk.types("verify", "again.html", ID)
    assert (code, out.count("\n")) == (0, 1)
    assert "its bytes are those of reading 4" in out


async def test_an_address_is_fetched_by_the_guard(desk: Desk) -> None:
    desk.web.publish("/k", html(OTHER, REST), "text/html")
    assert (await desk.types("verify", desk.web.url("/k"), ID))[0] == 0
    desk.web.fails("/k", 410)
    code, out, _ = await desk.types("verify", desk.web.url("/k"), ID)
    assert (code, out.splitlines()[0]) == (1, "taken down: the answer is 410")
    code, out, err = await desk.types("verify", "http://192.168.1.1/k", ID)
    assert (code, out) == (1, "")
    assert "http://192.168.1.1/k: " in err
    assert "private address" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("verify", "none.html", ID), 1),
        (("verify", "none.html", "CZ-1999-0001"), 2),
        (("verify", "none.html", "nothing"), 2),
        (("export", "--id", "nothing"), 2),
    ],
)
async def test_what_cannot_be_verified_is_told_in_one_line(
    desk: Desk, words: tuple[str, ...], code: int
) -> None:
    ended, out, err = await desk.types(*words)
    assert (ended, out, err.count("\n")) == (code, "", 1)
