"""A key that was renamed is read under its old name for a while, and somebody is told."""

from pathlib import Path

import pytest
from packaging.version import Version

from bot import __version__, config
from bot.__main__ import main
from bot.config.renamed import RENAMED, Renamed
from bot.errors import ConfigError

EVERY = Renamed("polling", "every", "interval", gone="9.0.0")
LANG = Renamed("sources", "lang", "language", gone="9.0.0")
SOURCE = '[[sources]]\nid = "{}"\nurl = "http://a.example/"\npublisher = "P"\nlang = "cs"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "RENAMED", (EVERY, LANG))
    return tmp_path / "config.toml"


def test_no_old_name_is_read_longer_than_was_said() -> None:
    assert all(Version(each.gone) > Version(__version__) for each in RENAMED)


@pytest.mark.parametrize("written", ['[polling]\n\nevery = "1h"\n', '\n\npolling.every = "1h"\n'])
def test_an_old_key_is_read_and_its_line_is_told(file: Path, written: str) -> None:
    file.write_text(written)
    told: list[str] = []
    assert config.load(str(file), {}, told.append).polling.interval.total_seconds() == 3600
    assert told == [
        f"{file}, line 3: polling.every is called polling.interval now; version 9.0.0 will not "
        "read the old name any more"
    ]


@pytest.mark.parametrize("written", ['polling = { every = "1h" }', '[polling]\n"every" = "1h"'])
def test_an_old_key_that_has_no_line_of_its_own_is_told_too(file: Path, written: str) -> None:
    file.write_text(written)
    told: list[str] = []
    assert config.load(str(file), {}, told.append).polling.interval.total_seconds() == 3600
    assert [each.partition(" is called ")[0] for each in told] == [f"{file}: polling.every"]


def test_what_is_no_table_is_a_mistake_as_ever(file: Path) -> None:
    file.write_text("polling = 3")
    with pytest.raises(ConfigError, match="polling"):
        config.load(str(file), {})


def test_each_table_of_a_list_may_have_it(file: Path) -> None:
    file.write_text(f"[telegram]\n{SOURCE.format('a')}{SOURCE.format('b')}")
    told: list[str] = []
    read = config.load(str(file), {}, told.append)
    assert [source.language for source in read.sources] == ["cs", "cs"]
    assert [each.partition(" is called ")[0] for each in told] == [f"{file}, line 6: sources.lang"]


def test_an_old_variable_is_read_unless_the_new_one_is_set(file: Path) -> None:
    file.touch()
    old, told = {"HERALD_POLLING_EVERY": "1h"}, list[str]()
    assert config.load(str(file), old, told.append).polling.interval.total_seconds() == 3600
    assert "HERALD_POLLING_EVERY is called HERALD_POLLING_INTERVAL now" in told.pop()
    both = {**old, "HERALD_POLLING_INTERVAL": "2h"}
    assert config.load(str(file), both, told.append).polling.interval.total_seconds() == 7200
    assert told == []


def test_a_key_under_both_names_is_a_mistake(file: Path) -> None:
    file.write_text('[polling]\nevery = "1h"\ninterval = "2h"\n')
    with pytest.raises(ConfigError, match=r"polling\.every: found a key under two names"):
        config.load(str(file), {})


def test_whoever_starts_the_bot_is_told(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text('[polling]\nevery = "1h"\n')
    assert main(["--config", str(file), "run"]) == 2  # it has no token
    assert "line 2: polling.every is called polling.interval now" in caplog.text
