"""The commands as an operator types them: what they print, and how they exit."""

import asyncio
import csv
import datetime as dt
import errno
import io
import json
import logging
import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from msgspec.structs import replace

import bot
from bot import dates
from bot.__main__ import main
from bot.models import Correction
from bot.pipeline.rules import RULES
from bot.render import FORMATS
from bot.store import open_store, stored_version
from tests.cli.command_line import CommandLine
from tests.fakes import marian
from tests.fakes.pdf import make_pdf
from tests.fakes.program import write_config
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.translation import FakeEngine, chat
from tests.samples import NOW, commit, delivery, development

TODAY = dt.datetime.now(dt.UTC).replace(hour=9, minute=0)
NEWS = Entry("Nový zákon o azylu", "https://mv.example/1", "g1", TODAY, "Text o azylu.")
MORE = Entry("Návraty migrantů", "https://mv.example/2", "g2", TODAY, "Text o návratech.")
OTHER = Entry("Hasiči mají auto", "https://mv.example/3", "g3", TODAY)


class Shell(CommandLine):
    """A working directory with a config.toml, and a way to type commands there."""

    def __init__(self, folder: Path, web: FakeSources, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.folder, self.web = folder, web
        self.configure()

    def configure(self, extra: str = "", name: str = "rss") -> None:
        write_config(self.folder, self.web.url("/" + name), extra)


@pytest_asyncio.fixture
async def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Shell]:
    monkeypatch.chdir(tmp_path)
    async with FakeSources() as web:
        web.publish("/rss", rss([NEWS, OTHER]))
        yield Shell(tmp_path, web, capsys)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HERALD_CONFIG", "HERALD_TELEGRAM_TOKEN", "HERALD_TELEGRAM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("preview", "--days", "0"),
        ("preview", "--days", "99999999999"),
        ("export", "--format", "pdf"),
    ],
)
async def test_arguments_that_are_none_are_told_in_one_line(
    shell: Shell, words: tuple[str, ...]
) -> None:
    code, out, err = await shell.types(*words)
    assert (code, out) == (2, "")
    assert err.startswith("policy-herald")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--config", "none.toml", "sources"), "none.toml: found no such file"),
        (("run",), "telegram.token"),
        (("preview", "--country", "Czehcia"), "nearest: Czechia"),
        (("sources", "--country", "return"), "expected a country"),
        (("export", "--since", "yesterday"), "--since"),
        (("record", "none.jsonl"), "none.jsonl"),
    ],
)
async def test_what_cannot_be_used_exits_2_and_says_where(
    shell: Shell, words: tuple[str, ...], told: str
) -> None:
    code, out, err = await shell.types(*words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


async def test_a_mistake_in_the_configuration_exits_2(shell: Shell) -> None:
    shell.configure("[telegram]\ntoken = 5")
    code, _, err = await shell.types("sources")
    assert code == 2
    assert err.startswith("policy-herald: config.toml: telegram.token: found")
    assert err.count("\n") == 1


async def test_coverage_tells_what_is_missing(shell: Shell) -> None:
    await shell.types("poll")
    code, out, _ = await shell.types("sources", "--coverage", "--country", "Czechia")
    assert code == 0
    assert "1 of 1" in out
    assert "no: agency, court" in " ".join(out.split())
    assert "Austria" not in out


async def test_poll_polls_what_is_due_and_tells_it(shell: Shell) -> None:
    code, out, _ = await shell.types("poll")
    assert code == 0
    assert "baseline" in out
    code, out, _ = await shell.types("poll")
    assert (code, out) == (0, "No source is due; --all polls them all the same.\n")
    shell.web.publish("/rss", rss([MORE, NEWS]))
    code, out, _ = await shell.types("poll", "--all")
    assert "new" in out


async def test_poll_exits_1_when_a_source_fails(shell: Shell) -> None:
    shell.configure(name="nothing-here")
    code, out, _ = await shell.types("poll")
    assert code == 1
    assert "HTTP 404" in out


async def test_preview_shows_what_would_have_come_and_stores_nothing(shell: Shell) -> None:
    code, out, _ = await shell.types("preview", "--country", "Česko", "--theme", "return")
    assert code == 0
    assert "0 developments since" in out
    code, out, _ = await shell.types("preview", "--country", "cz")
    assert "Nový zákon o azylu" in out
    assert "Country: Czechia" in out
    assert "Hasiči" not in out
    assert "1 of 1 sources answered" in out
    assert not (shell.folder / "data").exists()


async def test_preview_leaves_a_store_as_it_is(shell: Shell) -> None:
    await shell.types("poll")
    shell.web.publish("/rss", rss([MORE, NEWS]))
    _, out, _ = await shell.types("preview")
    assert "Návraty migrantů" in out
    assert "Nový zákon o azylu" in out
    _, out, _ = await shell.types("export")
    assert "Návraty" not in out


async def test_read_prints_what_the_bot_reads(shell: Shell) -> None:
    (shell.folder / "saved.xml").write_text(rss([MORE]))
    code, out, err = await shell.types("read", "cz", shell.web.url("/rss"), "saved.xml")
    assert code == 0
    assert f'[[sources]]\nid = "127-0-0-1"\nurl = "{shell.web.url("/rss")}"' in err
    entries = [json.loads(line) for line in out.splitlines()]
    assert [entry["source"] for entry in entries] == [
        "cz", "cz", shell.web.url("/rss"), shell.web.url("/rss"), "saved.xml",
    ]  # fmt: skip
    assert set(entries[0]) == {"source", "key", "url", "title", "text", "published", "language"}
    assert entries[0]["title"] == "Nový zákon o azylu"
    assert entries[0]["published"].startswith(f"{TODAY:%Y-%m-%d}")


async def test_brief_writes_a_document_and_markdown(shell: Shell) -> None:
    assert (await shell.types("brief"))[0] == 1  # there is no store yet
    await shell.types("poll")
    code, out, _ = await shell.types("brief", "week,", "CZ")
    names = sorted(path.name for path in shell.folder.glob("brief-*"))
    assert (code, [Path(name).suffix for name in names]) == (0, [".docx", ".md"])
    assert [line.partition(":")[0] for line in out.splitlines()] == names
    assert "Nový zákon o azylu" in (shell.folder / names[1]).read_text(encoding="utf-8")
    assert "a name that is not taken" in (await shell.types("brief", "week, CZ"))[2]
    (shell.folder / "own.j2").write_text("{{ heading }}: {{ brief.total }}")
    words = ("brief", "week", "--language", "cs", "--template", "own.j2", "--output", "x.md")
    assert (await shell.types(*words))[0] == 0
    assert (shell.folder / "x.md").read_text() == "Migrace a azyl: souhrnná zpráva: 1"


async def test_brief_writes_to_standard_output_where_no_file_can_be_written(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shell.types("poll")
    before = sorted(shell.folder.iterdir())
    code, out, _ = await shell.types("brief", "week", "--output", "-")
    assert (code, out[:2]) == (0, "# ")
    assert "Nový zákon o azylu" in out
    code, out, err = await shell.types("brief", "since 2035", "--output", "-")
    assert (code, out, "Nothing is recorded" in err) == (0, "", True)
    assert sorted(shell.folder.iterdir()) == before

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    code, out, err = await shell.types("brief", "week")
    assert (code, out) == (2, "")
    assert "Read-only file system" in err
    assert "or - for Markdown on standard output" in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("Czechia",), "a period such as"),
        (("week, azzyl",), '"azzyl"'),
        (("week", "--output", "x.pdf"), "a name that ends in .docx or .md"),
        (("week", "--language", "xx"), "one of en, cs"),
    ],
)
async def test_brief_says_what_is_wrong(
    shell: Shell, words: tuple[str, ...], expected: str
) -> None:
    code, _, err = await shell.types("brief", *words)
    assert (code, expected in err) == (2, True)


async def test_read_reads_a_pdf_and_says_what_it_is(shell: Shell) -> None:
    pages = make_pdf([["Asylum act"], ["It enters into force soon."]], "The new asylum act")
    (shell.folder / "act.pdf").write_bytes(pages)
    shell.web.publish("/scan", make_pdf([[]], scans=(1,)), "text/html")
    code, out, err = await shell.types("read", "act.pdf", shell.web.url("/scan"))
    act, scan = map(json.loads, out.splitlines())
    assert (code, act["title"], scan["text"]) == (0, "The new asylum act", "")
    assert act["text"] == "Asylum act\n\fIt enters into force soon."
    assert "act.pdf: a PDF; its text has 2 pages, a form feed between them" in err
    assert "/scan: a PDF without text that can be read, such as a scan" in err


async def test_read_tells_problems_apart_from_entries(shell: Shell) -> None:
    code, out, err = await shell.types("read", "nowhere.xml", shell.web.url("/none"), "cz")
    assert code == 1
    assert len(out.splitlines()) == 2
    assert "nowhere.xml: neither an address" in err
    assert "HTTP 404" in err


CARDS = "".join(
    f'<li class="n"><a href="/n/{n}">Zpráva o azylu číslo {n}</a> <b>{n}. ledna 2026</b></li>'
    for n in (14, 15, 16)
)
PAGE = f'<html lang="cs"><head><title>Zprávy</title></head><body><ul>{CARDS}</ul></body></html>'


def dated(out: str) -> list[tuple[str, str, str]]:
    found = map(json.loads, out.splitlines())
    return [(entry["title"], entry["url"], str(entry["published"])[:10]) for entry in found]


async def test_read_finds_the_feed_that_a_page_declares(shell: Shell) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    shell.web.publish("/aktuality", f"<html><head>{link}</head></html>", "text/html")
    code, out, err = await shell.types("read", shell.web.url("/aktuality"))
    assert (code, len(out.splitlines())) == (0, 2)
    assert f"its feed is {shell.web.url('/rss')}" in err
    assert f'url = "{shell.web.url("/rss")}"\nkind = "feed"\nlanguage = "cs"' in err


async def test_read_finds_the_feed_where_feeds_usually_lie(shell: Shell) -> None:
    shell.web.publish("/zpravy", "<html><body>x</body></html>", "text/html")
    code, out, _ = await shell.types("read", shell.web.url("/zpravy"))
    assert (code, len(out.splitlines())) == (0, 2)


async def test_read_finds_the_news_list_of_a_page_and_describes_it(shell: Shell) -> None:
    shell.web.fails("/rss", 404)
    shell.web.publish("/zpravy", PAGE, "text/html")
    code, out, err = await shell.types("read", shell.web.url("/zpravy"))
    assert code == 0
    assert dated(out)[0] == (
        "Zpráva o azylu číslo 14", shell.web.url("/n/14"), "2026-01-14"
    )  # fmt: skip
    table = err[err.index("[[sources]]") :]
    assert 'kind = "page"\nitem = "li.n"\nlink = "a"\ndate = "b"' in table
    (shell.folder / "found.toml").write_text(table)
    code, again, _ = await shell.types("--config", "found.toml", "check", "--all")
    assert "item =" not in again
    assert "is a private address" in again  # this one lacks private_hosts; all its keys are good


async def test_read_reads_saved_pages_as_the_options_say(shell: Shell) -> None:
    (shell.folder / "saved.html").write_text(PAGE)
    words = "--kind page --item li.n --link a --date b --language cs --base https://mv.example/a"
    code, out, err = await shell.types("read", *words.split(), "saved.html")
    assert (code, err) == (0, "")
    assert dated(out)[2] == ("Zpráva o azylu číslo 16", "https://mv.example/n/16", "2026-01-16")


async def test_read_reads_a_saved_page_as_a_configured_source(shell: Shell) -> None:
    shell.configure()
    path = shell.folder / "config.toml"
    path.write_text(path.read_text() + 'kind = "page"\nitem = "li.n"\ndate = "b"\n')
    (shell.folder / "saved.html").write_text(PAGE)
    code, out, _ = await shell.types("read", "--like", "cz", "saved.html")
    assert (code, dated(out)[0][1:]) == (0, (shell.web.url("/n/14"), "2026-01-14"))
    code, _, err = await shell.types("read", "--like", "nobody", "saved.html")
    assert (code, err) == (
        2,
        'policy-herald: --like: found "nobody", expected the id of a source\n',
    )


async def test_read_tells_that_there_is_nothing_to_read(shell: Shell) -> None:
    shell.web.fails("/rss", 404)
    shell.web.publish("/zpravy", "<html><body>x</body></html>", "text/html")
    code, out, err = await shell.types("read", shell.web.url("/zpravy"))
    assert (code, out) == (1, "")
    assert "no feed or news list was found behind it" in err


async def test_record_turns_items_into_developments(shell: Shell) -> None:
    items = [
        {"title": "Nový zákon o azylu", "text": "<p>Schválen 1. ledna.</p>", "country": "CZ",
         "language": "cs", "published": "2025-01-02", "url": "https://mv.example/1",
         "publisher": "Ministry", "publisher_native": "Ministerstvo"},
        {"title": "Hasiči mají nové auto", "language": "cs"},
        {"title": "Asylum statistics published", "language": "en", "country": "CZ",
         "published": "2025-03-04T10:00:00+01:00"},
    ]  # fmt: skip
    path = shell.folder / "items.jsonl"
    path.write_text("\n".join(map(json.dumps, items)) + "\n\n")
    code, out, err = await shell.types("record", str(path))
    assert (code, err) == (0, "")
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert (first["id"], first["country"], first["date"]) == ("CZ-2025-0001", "CZ", "2025-01-01")
    assert first["sources"] == [
        {"publisher": "Ministry", "publisher_native": "Ministerstvo", "date": "2025-01-02",
         "title_native": "Nový zákon o azylu", "title_en": None, "language": "cs",
         "url": "https://mv.example/1"}
    ]  # fmt: skip
    assert set(first["evidence"]) >= {"themes", "type", "date"}
    assert (second["id"], second["relevant"]) == (None, False)
    assert third["id"] == "CZ-2025-0002"
    assert third["sources"][0]["title_en"] == "Asylum statistics published"


async def test_record_names_each_unknown_key_once_with_the_known_one_that_is_near(
    shell: Shell,
) -> None:
    path = shell.folder / "items.jsonl"
    lines = [
        {"title": "Asylum law", "Publised": "2025-01-02"},
        {"title": "x", "Publised": 1, "q": 2},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    code, out, err = await shell.types("record", str(path))
    assert (code, len(out.splitlines())) == (0, 2)
    first, second = err.splitlines()
    assert first == (
        "policy-herald: line 1: “Publised” is not known and ignored; did you mean “published”?"
    )
    assert second.startswith("policy-herald: line 2: “q” is not known and ignored; known are title")


async def test_record_takes_all_items_of_a_source_about_migration(shell: Shell) -> None:
    title = {"title": "Changes to the opening hours", "language": "en"}
    path = shell.folder / "items.jsonl"
    scopes = ({"scope": "migration"}, {"scope": "mixed"}, {"scope": None}, {}, {"scope": "all"})
    path.write_text("\n".join(json.dumps(title | scope) for scope in scopes))
    code, out, err = await shell.types("record", str(path))
    ids = [json.loads(line)["id"] is not None for line in out.splitlines()]
    assert ids == [True, False, False, False]
    assert (code, "line 5: Invalid enum value 'all'" in err) == (1, True)


async def test_corrections_are_listed_and_taught_but_not_what_was_approved(shell: Shell) -> None:
    made = development(id="CZ-2025-0001")
    facts = {"development": "CZ-2025-0001", "title": "Vlak Dublin Galway", "language": "cs"}
    approved, wrong = (
        Correction(**facts, before=("dublin",), after=after, evidence=("Dublin",), is_review=True)
        for after in (("dublin",), ("return",))
    )
    path = str(shell.folder / "herald.db")
    (shell.folder / "config.toml").write_text(f'[storage]\nurl = "tinydb:{path}"\n')
    async with open_store(path, RULES) as store:
        for decision in (approved, wrong):
            await store.save_correction(made, decision, NOW)
    code, out, _ = await shell.types("corrections")
    assert (code, [json.loads(line)["after"] for line in out.splitlines()]) == (0, [["return"]])
    code, out, _ = await shell.types("corrections", "--words")
    assert (code, '"Vlak Dublin",' in out) == (0, True)


async def test_record_explains_which_words_pulled_where(shell: Shell) -> None:
    path = shell.folder / "items.jsonl"
    path.write_text('{"title": "Nové přijímací středisko", "language": "cs"}\n{"title": 5}\n')
    code, out, err = await shell.types("record", "--explain", str(path))
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["Nové", "přijímací", "středisko", "(cs)"]
    (reception,) = [row for row in rows if row[2:3] == ["reception"]]
    assert reception[0] == "label"
    assert reception[3:5] == ["přijímací", "středisko"]
    assert float(reception[5].rstrip(",")) > 1
    assert (code, "line 2:" in err) == (1, True)


async def test_a_line_that_is_no_item_is_told_and_blocks_no_other(shell: Shell) -> None:
    path = shell.folder / "items.jsonl"
    path.write_text('{"title": 5}\nnonsense\n{"title": "Asylum law", "language": "en"}\n')
    code, out, err = await shell.types("record", str(path))
    assert code == 1
    assert len(out.splitlines()) == 1
    assert "line 1:" in err
    assert "line 2:" in err


async def test_sources_tell_their_health(shell: Shell) -> None:
    code, out, _ = await shell.types("sources")
    assert code == 0
    assert "not read yet" in out
    await shell.types("poll")
    _, out, _ = await shell.types("sources", "--country", "Czechia")
    assert "answered" in out
    _, out, _ = await shell.types("sources", "--country", "Germany")
    assert "Ministry" not in out


async def test_export_gives_the_same_records_in_each_format(shell: Shell) -> None:
    await shell.types("poll")
    code, out, _ = await shell.types("export")
    (record,) = (json.loads(line) for line in out.splitlines())
    assert (code, record["title"]) == (0, "Nový zákon o azylu")
    _, out, _ = await shell.types("export", "--format", "csv", "--country", "cz")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["id"], row["title"]) == (record["id"], record["title"])
    _, out, _ = await shell.types("export", "--format", "md", "--since", "2020-01-01")
    assert out.startswith("## Nový zákon o azylu\n")
    _, out, _ = await shell.types("export", "--format", "atom", "--until", "2099-01-01")
    assert ElementTree.fromstring(out).tag.endswith("feed")
    _, out, _ = await shell.types("export", "--mentions", "Albania", "--type", "policy")
    assert out == ""
    _, out, _ = await shell.types("export", "--until", "2020-01-01")
    assert out == ""


@pytest.mark.parametrize("name", FORMATS)
async def test_export_writes_every_format_of_the_table(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    await shell.types("poll")
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", out)
    assert await asyncio.to_thread(main, ["export", "--format", name]) == 0
    written = out.buffer.getvalue()  # type: ignore[attr-defined]
    assert written.startswith(b"PK") if name == "xlsx" else NEWS.title.encode() in written


async def test_an_unknown_format_is_an_error_that_lists_the_formats(shell: Shell) -> None:
    code, out, err = await shell.types("export", "--format", "pdf")
    assert (code, out) == (2, "")
    assert all(name in err for name in FORMATS)


async def test_export_without_a_store_says_what_makes_one(shell: Shell) -> None:
    code, _, err = await shell.types("export")
    assert code == 1
    assert "no store yet" in err


async def test_a_cell_is_no_formula(shell: Shell) -> None:
    shell.web.publish("/rss", rss([Entry('=HYPERLINK("http://x")+azyl', "https://mv.example/1")]))
    await shell.types("poll")
    _, out, _ = await shell.types("export", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["title"].startswith("'=")


async def test_check_tries_everything(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = await shell.types("check")
    assert code == 1
    assert "no token" in out
    assert "Read in English: 0 of 1 languages; `policy-herald models add`" in out
    async with FakeTelegram(TOKEN) as telegram:
        monkeypatch.setenv("HERALD_TELEGRAM_TOKEN", TOKEN)
        monkeypatch.setenv("HERALD_TELEGRAM_BASE_URL", telegram.base_url)
        code, out, _ = await shell.types("check", "--all")
        assert code == 0
        assert "@herald_bot" in out
        assert "2 items" in out
        shell.web.fails("/rss", 500)
        code, out, _ = await shell.types("check")
        assert code == 1
        assert "1  its server fails: cz" in out
        assert TOKEN not in out


async def test_check_blames_no_token_for_another_server_and_shows_no_secret(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = shell.web.url("/bot").replace("//", "//herald:pa55-word@")
    monkeypatch.setenv("HERALD_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("HERALD_TELEGRAM_BASE_URL", url)
    code, out, err = await shell.types("check")
    assert (code, err) == (1, "")
    said = " ".join(out.replace("│", " ").split())
    assert "HTTP 404 Not Found, which is no answer of Telegram's" in said
    assert "rejected" not in said
    assert "pa55" not in said
    assert "HERALD_TELEGRAM_TOKEN" not in os.environ
    assert "HERALD_TELEGRAM_BASE_URL" not in os.environ  # it holds a password


async def test_a_mistake_in_the_program_is_told_without_secrets(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(TOKEN)

    monkeypatch.setenv("HERALD_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setattr("bot.cli.health.health", broken)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    code, out, err = await shell.types("health")
    assert (code, out) == (1, "")
    assert "RuntimeError: <token>" in err
    assert TOKEN not in err


async def test_health_without_a_service_is_1(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = await shell.types("health")
    assert code == 1
    assert "nothing to ask" in err
    monkeypatch.setenv("HERALD_WEB_LISTEN", "127.0.0.1:9")
    code, _, err = await shell.types("health")
    assert code == 1
    assert "does not answer" in err


async def test_the_demo_needs_nothing_and_shows_the_main_job(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shell.folder / "config.toml").unlink()
    monkeypatch.setattr(dates, "now", lambda: dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC))
    code, out, _ = await shell.types("demo")
    assert code == 0
    heard, _, digest = out.partition("On Monday")
    # The publisher's own English edition, in one source with the native item.
    assert "From the publisher's own English edition" in heard
    native = "V Praze jednali ministři vnitra Česka a Albánie [Cooperation against irregular"
    assert native in heard
    assert "Date of development: 26.11.2026" in heard
    # One that was translated, and is told by two sources.
    assert "Machine-translated (a sample engine)" in heard
    assert heard.count("Sources: 2") == 1
    # One that has neither, is asked about and corrected.
    assert "Why you got it\nFilter 1: Czechia, Germany, Poland" in heard
    assert "Corrected by Federal Office for Migration and Refugees" in heard
    assert "mindestens 9 Quadratmeter" in heard
    assert "Weekly digest, 27–30 Nov 2026\n6 developments" in digest
    assert "13 delivered, 0 pending, 0 failed" in digest
    assert "failed  " not in out, "a sample that cannot be read"
    assert not (shell.folder / "data").exists()


async def test_the_demo_waits_for_no_model_that_happens_to_be_installed(shell: Shell) -> None:
    marian.install(shell.folder / "data" / "models", "cs-en", "The demonstration is not translated")
    code, out, _ = await shell.types("demo")
    assert (code, "13 delivered, 0 pending, 0 failed" in out) == (0, True)


async def test_run_without_a_token_may_be_the_demo(shell: Shell) -> None:
    code, out, _ = await shell.types("run", "--or-demo")
    assert code == 0
    assert "delivered" in out


async def test_record_puts_developments_into_english_where_an_engine_is_configured(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = {"title": "Vláda schválila nový zákon o azylu", "country": "CZ", "language": "cs"}
    (shell.folder / "items.jsonl").write_text(json.dumps(item))
    answer = chat(json.dumps({"title": "Government approves asylum law", "sentences": []}))
    monkeypatch.setenv("HERALD_TRANSLATION_ENGINE", "openai")
    monkeypatch.setenv("HERALD_TRANSLATION_OPENAI_MODEL", "small")
    async with FakeEngine(answer, answer, 503) as engine:
        monkeypatch.setenv("HERALD_TRANSLATION_OPENAI_URL", engine.url)
        code, out, err = await shell.types("record", "items.jsonl")
        made = json.loads(out)
        assert (code, err) == (0, "")
        assert (made["title"], made["translated_by"]) == ("Government approves asylum law", "small")
        assert made["sources"][0]["title_native"] == item["title"]
        assert made["provenance"] == {"title": "ai", "summary": "original"}
        code, out, _ = await shell.types("check")
        assert (
            "“Vláda schválila nový zákon o azylu” is “Government approves asylum law”"
            in " ".join(out.split())
        )
        code, out, err = await shell.types("record", "items.jsonl")
        assert (code, json.loads(out)["title"]) == (0, item["title"])
        assert err == "policy-herald: line 1: not translated: small: answers HTTP 503: " \
                      '{"error": "no"}\n'  # fmt: skip


async def test_an_engine_that_lacks_something_is_a_mistake_of_the_configuration(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine, key in (("openai", "openai_model"), ("deepl", "deepl_key")):
        monkeypatch.setenv("HERALD_TRANSLATION_ENGINE", engine)
        code, _, err = await shell.types("check")
        assert code == 2
        assert f"config.toml: translation.{key}: found " in err


async def test_a_backup_is_made_and_restored(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    await shell.types("poll")
    code, out, _ = await shell.types("backup", "copy.db")
    assert (code, out.split(":")[0]) == (0, "copy.db")
    code, _, err = await shell.types("backup", "copy.db")
    assert (code, err) == (
        2,
        "policy-herald: copy.db: found a file, expected a name that is not taken\n",
    )
    code, _, err = await shell.types("restore", "none.db")
    assert (code, err) == (2, "policy-herald: none.db: found no such file, expected a backup\n")
    code, _, err = await shell.types("restore", "copy.db")
    assert (code, "holds something" in err) == (1, True)
    monkeypatch.setenv("HERALD_STORAGE_URL", "tinydb:new/herald.db")
    code, out, _ = await shell.types("restore", "copy.db")
    assert (code, "new/herald.db: restored" in out) == (0, True)
    code, out, _ = await shell.types("sources")
    assert "answered" in out


async def test_the_ledger_is_shown_and_what_is_uncertain_repeated(shell: Shell) -> None:
    code, _, err = await shell.types("deliveries")
    assert code == 1
    assert f"{shell.folder / 'data/herald.db'}: no store yet" in err
    path = str(shell.folder / "herald.db")
    (shell.folder / "config.toml").write_text(f'[storage]\nurl = "tinydb:{path}"\n')
    async with open_store(path, RULES) as store:
        await store.commit(commit(("k",), development()), lambda *_: [delivery()])
        (row,) = await store.deliveries(None, 9)
        lost = replace(row, state="uncertain", settled=NOW, attempts=1, reason="the line broke")
        await store.save_delivery(lost)
    _, out, _ = await shell.types("deliveries", "--state", "uncertain")
    assert "0 sent, 0 pending, 1 uncertain, 0 failed." in out
    assert "the line broke" in out
    code, _, err = await shell.types("deliveries", "--repeat", "77")
    assert (code, "--repeat: found 77, expected the number of" in err) == (2, True)
    _, out, _ = await shell.types("deliveries", "--repeat", str(row.id))
    assert out.startswith("CZ-2025-0001 is sent again")
    assert "1 pending, 0 uncertain" in (await shell.types("deliveries"))[1]


async def test_only_what_polls_changes_a_store_of_an_earlier_version(shell: Shell) -> None:
    await shell.types("poll")
    url = str(shell.folder / "data" / "herald.db")
    with closing(sqlite3.connect(url)) as file, file:
        file.execute("UPDATE meta SET doc = json_set(doc, '$.version', 9) WHERE id = 1")
    for words in ("sources", "deliveries", "export", "brief", "site out", "verify x CZ-2025-0001"):
        code, _, err = await shell.types(*words.split())
        assert (code, "was written by an earlier version" in err) == (1, True), words
    for words in ("check", "preview", "backup copy.db", f"read {shell.web.url('/rss')}"):
        _, _, err = await shell.types(*words.split())
        assert "earlier version" not in err, words
    assert "schema 9, which the next start brings to 10" in (await shell.types("check"))[1]
    assert stored_version(url) == 9
    await shell.types("poll")
    assert stored_version(url) == 10


# ------------------------------------------------------------------ a store that was lost


async def test_a_lost_store_is_told_by_every_command_and_begun_anew_on_request(
    shell: Shell,
) -> None:
    await shell.types("poll")
    store = shell.folder / "data" / "herald.db"
    _, out, _ = await shell.types("check")
    assert "whole; no backup of its own yet" in out
    store.write_bytes(b"")
    for words in (("poll",), ("export",), ("deliveries",), ("sources",), ("preview",)):
        code, _, err = await shell.types(*words)
        assert code == 1
        assert "data/herald.db: is empty, and there was a store" in err
        assert len(err.splitlines()) == 1
    store.unlink()
    _, out, _ = await shell.types("check")
    assert "is not there, and there was a store" in " ".join(out.replace("│", " ").split())
    code, _, err = await shell.types("poll", "--new")
    assert (code, err) == (0, "")
    assert (await shell.types("poll"))[0] == 0


async def test_check_finds_a_torn_page(shell: Shell) -> None:
    await shell.types("poll")
    store = shell.folder / "data" / "herald.db"
    raw = store.read_bytes()
    store.write_bytes(raw[: 4096 * 2] + bytes(4096) + raw[4096 * 3 :])
    _, out, _ = await shell.types("check")
    assert "is damaged" in out


# ------------------------------------------------------------------ what the system refuses


def _types(shell: Shell, line: str) -> tuple[int, str]:
    """Exit code and output of a line of a real shell."""
    python = f"cd {shlex.quote(str(shell.folder))}; {shlex.quote(sys.executable)} -m bot"
    environ = {**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])}
    done = subprocess.run(
        ["sh", "-c", f"{python} {line}"], env=environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


async def test_output_that_cannot_be_written_is_told_in_a_line(shell: Shell) -> None:
    await shell.types("poll")
    assert _types(shell, "export >/dev/full") == (
        1,
        "policy-herald: what the command prints cannot be written: No space left on device\n",
    )
    code, said = _types(shell, "sources >&-")
    assert (code, said) == (0, "")


async def test_a_file_that_cannot_be_is_told_in_a_line(shell: Shell) -> None:
    await shell.types("poll")
    name = f"{'long' * 99}.db"
    assert await shell.types("backup", name) == (
        1, "", f"policy-herald: {name}: File name too long\n",
    )  # fmt: skip


async def test_a_file_whose_name_is_no_text_is_read(shell: Shell) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Azyl"}]}
    (shell.folder / "feed\udcff.json").write_text(json.dumps(feed))
    code, said, _ = await shell.types("read", "feed\udcff.json")
    assert (code, json.loads(said)["source"]) == (0, "feed.json")
