"""The models of translation, as an operator lists, adds and removes them."""

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.translation import local, model_download
from tests.cli.command_line import CommandLine
from tests.fakes.model_mirror import RECORDS, SENTENCE, FakeMirror

pytest.importorskip("fxtranslate", reason="there is no wheel of fxtranslate for this platform")


class Shell(CommandLine):
    """A working directory whose sources are Czech, Norwegian, Irish and English, and a mirror."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.models = folder / "data" / "models"

    def configure(self, folder: Path, mirror: str) -> None:
        tables = "".join(
            f'[[sources]]\nid = "{language}"\nurl = "http://{language}.example/"\n'
            f'language = "{language}"\npublisher = "P"\n'
            for language in ("cs", "no", "ga", "en")
        )
        translation = f'[translation]\nlocal_mirror = "{mirror}"\n'
        text = f"{translation}[catalogue]\ncountries = []\n{tables}"
        (folder / "config.toml").write_text(text)

    async def types(self, *words: str) -> tuple[int, str, str]:
        return await super().types("models", *words)

    @property
    def installed(self) -> list[str]:
        return [*local.installed_models(self.models)]

    @property
    def parts(self) -> list[Path]:
        return [*self.models.rglob("*.part")]


@pytest_asyncio.fixture
async def mirror() -> AsyncIterator[FakeMirror]:
    async with FakeMirror() as mirror:
        mirror.offer("cs-en")
        mirror.offer("nb-en")
        mirror.offer("sk-en")
        mirror.offer("en-cs")
        yield mirror


@pytest.fixture
def shell(
    mirror: FakeMirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    monkeypatch.chdir(tmp_path)
    for name in ("HERALD_CONFIG", model_download.RECORDS_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(model_download, "RETRIES", (0.0, 0.0))
    made = Shell(tmp_path, capsys)
    made.configure(tmp_path, mirror.url)
    return made


def rows(out: str) -> list[list[str]]:
    lines = [line for line in out.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


async def test_models_are_listed_added_and_removed(shell: Shell) -> None:
    code, out, err = await shell.types()
    assert (code, err) == (0, "")
    assert [row[:2] + row[3:] for row in rows(out)] == [
        ["Czech", "cs", "policy-herald models add cs"],
        ["Irish", "ga", "Firefox has none"],
        ["Norwegian", "no", "policy-herald models add no"],
    ]
    assert rows(out)[0][2].endswith(" MB to download")
    assert "Read in English: 0 of 3 languages; `policy-herald models add` adds those" in out

    code, out, err = await shell.types("add")
    assert (code, err) == (0, "policy-herald: Firefox has no model for Irish\n")
    assert shell.installed == ["cs", "nb"]
    assert sorted(path.name for path in shell.models.iterdir()) == ["cs-en", "nb-en"]
    assert "Czech: 0.1 MB, installed in data/models/cs-en\n" in out
    assert "Read in English: Czech, Norwegian (2 of 3 languages)" in out
    translations = local.translate_by_model(shell.models / "cs-en", 0, ["Vláda schválila novelu"])
    assert translations == [SENTENCE]

    code, out, err = await shell.types("list")
    assert [row[3] for row in rows(out)] == ["installed", "Firefox has none", "installed"]
    code, out, err = await shell.types("remove", "cs,Norwegian")
    assert (code, err, shell.installed) == (0, "", [])
    assert not [*shell.models.iterdir()]
    code, out, err = await shell.types("remove", "cs")
    assert (code, err) == (1, "policy-herald: no model for Czech is in data/models\n")


async def test_nothing_is_shown_in_a_pipe_but_the_results(shell: Shell) -> None:
    _, out, err = await shell.types("add", "cs", "sk")
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "Czech", "Slovak", "Read in English",
    ]  # fmt: skip
    assert "\r" not in out + err
    _, out, _ = await shell.types()
    assert [row[1] for row in rows(out)] == ["cs", "ga", "no", "sk"]


async def test_what_is_there_is_not_fetched_again_until_it_changes(
    shell: Shell, mirror: FakeMirror
) -> None:
    await shell.types("add", "cs")
    mirror.asked.clear()
    code, out, _ = await shell.types("add", "czech")
    assert (code, mirror.asked) == (0, [])
    assert "is there already" in out
    mirror.offer("cs-en", "Another model says something else", version="3.2")
    await shell.types("add", "cs")
    assert len(mirror.asked) == 2
    translated = local.translate_by_model(shell.models / "cs-en", 1, ["x"])
    assert translated == ["Another model says something else"]
    assert sorted(path.name for path in shell.models.iterdir()) == ["cs-en"]


async def test_a_download_that_breaks_off_goes_on(shell: Shell, mirror: FakeMirror) -> None:
    mirror.faults = ["breaks off"]
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed) == (0, "", ["cs"])
    first, second, *_ = [wanted for _, wanted in mirror.asked]
    assert first is None
    assert second is not None
    assert second.startswith("bytes=")


async def test_a_half_file_is_kept_and_finished_the_next_time(
    shell: Shell, mirror: FakeMirror
) -> None:
    mirror.faults = ["breaks off"] * 3
    code, _out, err = await shell.types("add", "cs")
    assert (code, shell.installed) == (1, [])
    assert err.startswith(f"policy-herald: Czech: {mirror.url}/main-workspace/")
    assert "the connection broke off; " in err
    assert err.count("\n") == 1
    (part,) = shell.parts
    had = part.stat().st_size
    mirror.asked.clear()
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed, shell.parts) == (0, "", ["cs"], [])
    assert mirror.asked[0][1] == f"bytes={had}-"


@pytest.mark.parametrize("fault", ["ignores ranges", "other range", 416])
async def test_a_server_that_gives_another_range_gives_the_whole(
    shell: Shell, mirror: FakeMirror, fault: str | int
) -> None:
    mirror.faults = ["breaks off", fault]
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed) == (0, "", ["cs"])


async def test_a_changed_file_begins_anew(shell: Shell, mirror: FakeMirror) -> None:
    mirror.faults = ["breaks off"] * 3
    await shell.types("add", "cs")
    mirror.offer("cs-en", "Another model says something else")
    mirror.asked.clear()
    code, _, err = await shell.types("add", "cs")
    assert (code, err) == (0, "")
    assert mirror.asked[0][1] is None
    assert shell.parts == []


async def test_a_file_that_changed_under_its_record_begins_anew(
    shell: Shell, mirror: FakeMirror
) -> None:
    mirror.faults = ["breaks off"] * 3
    await shell.types("add", "cs")
    (part,) = shell.parts
    part.write_bytes(bytes(part.stat().st_size))  # as if it came from another file
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed) == (0, "", ["cs"])


@pytest.mark.parametrize("checksum", ["hash", "decompressedHash"])
async def test_a_file_with_another_checksum_is_refused(
    shell: Shell, mirror: FakeMirror, checksum: str
) -> None:
    (record,) = [each for each in mirror.records if each["name"].startswith("vocab.csen")]
    (record["attachment"] if checksum == "hash" else record)[checksum] = "0" * 64
    code, _, err = await shell.types("add", "cs", "sk")
    assert (code, shell.installed, shell.parts) == (1, ["sk"], [])
    told = "has another checksum than it should; it is not installed"
    assert err == f"policy-herald: Czech: vocab.csen.spm: {told}\n"


async def test_what_is_no_zstd_is_refused(shell: Shell, mirror: FakeMirror) -> None:
    (location,) = [each for each in mirror.files if "model.csen" in each]
    mirror.files[location] = b"<html>come back later</html>"
    for record in mirror.records:
        del record["attachment"]["hash"], record["attachment"]["size"]
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed) == (1, [])
    assert "is broken where it is compressed (zstd)" in err


@pytest.mark.parametrize("has_size", [True, False])
async def test_a_file_that_never_ends_is_refused(
    shell: Shell, mirror: FakeMirror, monkeypatch: pytest.MonkeyPatch, *, has_size: bool
) -> None:
    monkeypatch.setattr(model_download, "FILE_LIMIT", 2_000_000)
    if not has_size:
        for record in mirror.records:
            del record["attachment"]["size"]
    mirror.faults = ["endless"]
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed, shell.parts) == (1, [], [])
    assert "more came than the " in err
    assert err.count("\n") == 1


async def test_a_file_that_unpacks_without_end_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_download, "FILE_LIMIT", 10_000)
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed) == (1, [])
    assert "unpacks to more than" in err
    assert not [*shell.models.rglob("*.unpacked")]


async def test_a_length_that_is_said_wrong_costs_nothing(
    shell: Shell, mirror: FakeMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_download, "TIMEOUT", aiohttp.ClientTimeout(sock_read=0.5))
    mirror.faults = ["says more"]
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed) == (0, "", ["cs"])


async def test_a_server_that_falls_silent_is_not_waited_for(
    shell: Shell, mirror: FakeMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_download, "TIMEOUT", aiohttp.ClientTimeout(sock_read=0.2))
    mirror.faults = ["hangs"] * 3
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed, len(shell.parts)) == (1, [], 1)
    assert "does not answer (SocketTimeoutError); " in err
    assert (await shell.types("add", "cs"))[0] == 0


async def test_a_model_that_cannot_be_removed_is_told_in_one_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    await shell.types("add", "cs")
    monkeypatch.setattr(Path, "rename", refuse)
    told = "policy-herald: data/models/cs-en: Permission denied\n"
    assert await shell.types("remove", "cs") == (1, "", told)
    assert shell.installed == ["cs"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (404, "answers HTTP 404"),
        (503, "answers HTTP 503"),
        ("http://169.254.169.254/latest", "answers HTTP 302, which is not followed"),
        ("https://other.example/model", "answers HTTP 302, which is not followed"),
    ],
)
async def test_a_file_that_is_not_there_is_told_in_one_line(
    shell: Shell, mirror: FakeMirror, fault: str | int, told: str
) -> None:
    mirror.faults = [fault]
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed) == (1, [])
    assert told in err
    assert err.count("\n") == 1


async def test_a_full_disk_is_told_in_one_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(model_download.os, "fsync", full)
    code, _, err = await shell.types("add", "cs")
    assert (code, shell.installed) == (1, [])
    assert "No space left on device" in err
    assert err.count("\n") == 1


async def test_without_discovery_what_is_installed_is_listed(
    shell: Shell, mirror: FakeMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shell.types("add", "cs")
    monkeypatch.setenv("HERALD_TRANSLATION_LOCAL_MIRROR", "http://127.0.0.1:9")
    code, out, err = await shell.types()
    assert [row[3] for row in rows(out)] == ["installed", "not installed", "not installed"]
    told = f"policy-herald: http://127.0.0.1:9{RECORDS}: does not answer"
    assert (code, err[: len(told)], err.count("\n")) == (1, told, 1)
    code, out, err = await shell.types("add")
    assert (code, out, err[: len(told)], err.count("\n")) == (1, "", told, 1)


@pytest.mark.parametrize("body", [[], {}, {"data": 5}, None])
async def test_what_is_no_list_of_models_is_told(
    shell: Shell, mirror: FakeMirror, body: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "records", body)
    code, _, err = await shell.types("add")
    told = f"policy-herald: {mirror.url}{RECORDS}: lists no model that fxtranslate can read\n"
    assert (code, err) == (1, told)


async def test_fxtranslates_own_variable_names_another_server(
    shell: Shell, mirror: FakeMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERALD_TRANSLATION_LOCAL_MIRROR", "")
    monkeypatch.setenv(model_download.RECORDS_VARIABLE, f"{mirror.url}{RECORDS}")
    code, _, err = await shell.types("add", "cs")
    assert (code, err, shell.installed) == (0, "", ["cs"])
    monkeypatch.setenv(model_download.RECORDS_VARIABLE, "http://models.example/records")
    code, _, err = await shell.types("add", "cs")
    assert (code, "is no https address" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "xzech"], 'models: found "xzech", expected a language (nearest: Czech, cs)'),
        (["add", "qq"], 'models: found "qq", expected a language such as cs'),
        (["remove"], "models remove: found no language, expected those to remove, such as cs"),
    ],
)
async def test_an_unknown_language_is_answered_by_the_nearest(
    shell: Shell, words: list[str], told: str
) -> None:
    assert await shell.types(*words) == (2, "", f"policy-herald: {told}\n")


async def test_a_language_without_a_model_is_told(shell: Shell) -> None:
    code, _, err = await shell.types("add", "ga", "mt")
    assert (code, err) == (1, "policy-herald: Firefox has no model for Irish, Maltese\n")
