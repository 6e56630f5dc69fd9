import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import bot
from bot import config
from bot.config import Config, schema
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]
USED_BY_CONFIG = {("catalogue", "press"), ("translation", "local_models")}
"""Keys that the loading of the configuration itself uses."""
SOURCE = '[[sources]]\nid = "a"\nurl = "http://a.example/"\npublisher = "P"\n'


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(written: Path, text: str, **environ: str) -> Config:
    written.write_text(text, encoding="utf-8")
    return config.load(str(written), environ)


def test_the_example_loads_and_holds_the_defaults(written: Path) -> None:
    example = Path("config.example.toml").read_text(encoding="utf-8")
    assert repr(read(written, example)) == repr(Config())


def test_the_example_documents_every_key() -> None:
    import msgspec

    from bot.config.schema import SourceConfig, Table

    example = Path("config.example.toml").read_text(encoding="utf-8")
    documented = tomllib.loads(example)
    for table in msgspec.structs.fields(Config):
        if isinstance(table.type, type) and issubclass(table.type, Table):
            keys = {key.name for key in msgspec.structs.fields(table.type)}
            assert set(documented[table.name]) == keys
    for key in msgspec.structs.fields(SourceConfig):
        assert f"\n# {key.name} = " in example


def test_a_source_may_be_described_as_in_the_example(written: Path) -> None:
    example = Path("config.example.toml").read_text(encoding="utf-8")
    table = example[example.index("# [[sources]]") :].replace("\n# ", "\n").removeprefix("# ")
    found = read(written, table)
    feed, page = (source.source(found.all_templates()) for source in found.sources)
    assert feed.interval == dt.timedelta(minutes=30)
    assert (page.page.item, page.page.date) == ("li.results-list__item", "time")


def test_a_template_is_a_set_of_keys_that_a_source_may_change(written: Path) -> None:
    page = 'kind = "page"\ntemplate = "cms"\ndate = "b"\n'
    table = '[templates.cms]\nitem = "li"\ndate = "time"\n'
    (known,) = read(written, SOURCE + page + table).sources
    made = known.source(read(written, SOURCE + page + table).all_templates())
    assert (made.page.item, made.page.date) == ("li", "b")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[polling]\ninterval = "15 minutes"',
            'polling.interval: found "15 minutes", expected a dur',
        ),
        (
            SOURCE + 'item = "li"',
            'sources[0].item (id "a"): found kind "feed", expected kind = "page"',
        ),
        (
            SOURCE + 'kind = "page"\ntemplate = "x"',
            'sources[0].template (id "a"): found "x", expected one of',
        ),
        (
            SOURCE + 'encoding = "klingon"',
            'sources[0].encoding (id "a"): found "klingon", expected a char',
        ),
        (
            SOURCE + 'ca_file = "/none.pem"',
            'sources[0].ca_file (id "a"): found "/none.pem", expected a re',
        ),
        (
            SOURCE + 'headers = { "a b" = "c" }',
            'sources[0].headers (id "a"): found "a b", expected a head',
        ),
        (SOURCE + 'tls = "none"', 'sources[0].tls (id "a"): found'),
        ('[polling]\ncontact = "me"', 'polling.contact: found "me", expected a web or mail addr'),
        ("[polling]\narticles = -1", "polling.articles: found -1, expected a number from 0"),
        ("[polling]\nconcurrency = 0", "polling.concurrency: found 0, expected a number from 1"),
        ('[polling]\nconcurrency = "x"', 'polling.concurrency: found "x", expected a whole number'),
        ("[polling]\nconcurency = 1", "polling.concurency: found a key that is not known"),
        ("[templates.cms]\ncolour = 1", "templates.cms.colour: found a key that is not known"),
        ("[templates.cms]\nitem = 5", "templates.cms.item: found 5, expected a string"),
        (
            '[templates."a\\nb"]\ndate_in = "x"',
            'templates.a b.date_in: found "x", expected "list", "article" or "script"',
        ),
        (
            SOURCE + "headers = { a = 5 }",
            'sources[0].headers.a (id "a"): found 5, expected a string',
        ),
        ("[catalogue]\npress = 1", "catalogue.press: found 1, expected true or false"),
        ("colour = 1", "colour: found a key that is not known, expected one of telegram"),
        ("telegram = 3", "telegram: found 3, expected a table"),
        ("[telegram", "found a mistake"),
        ('[catalogue]\ncountries = ["XX"]', 'catalogue.countries: found "XX"'),
        ('[web]\nlisten = "8080"', 'web.listen: found "8080"'),
        ('[storage]\nurl = "mysql://x"', 'storage.url: found "mysql://x"'),
        (SOURCE + SOURCE, 'sources[1].id: found "a" a second time'),
        (SOURCE.replace('"a"', '"A B"'), 'sources[0].id: found "A B"'),
        (
            SOURCE.replace("http:", "ftp:"),
            'sources[0].url (id "a"): found "ftp://a.example/", expected an http:// or https:// a',
        ),
        (
            SOURCE.replace("a.example", "a.example:99999"),
            'sources[0].url (id "a"): found "http://a.example:99999/", expected an http:// or',
        ),
        (SOURCE.replace("[[sources]]", "[sources]"), "sources: found a table, expected a list of"),
        ("polling.interval = true", "polling.interval: found true, expected a duration"),
        (SOURCE + 'country = "Czechia"', 'sources[0].country (id "a"): found "Czechia"'),
        (SOURCE + 'kind = "fax"', 'sources[0].kind (id "a"): found "fax", expected "feed"'),
        (SOURCE.replace('publisher = "P"\n', ""), 'sources[0].publisher (id "a"): found nothing'),
    ],
)
def test_a_mistake_is_told_with_file_key_and_expectation(
    written: Path, text: str, told: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read(written, text)
    assert str(raised.value).startswith(str(written))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found what cannot be read"):
        config.load(str(tmp_path), {})


def test_the_environment_wins(written: Path) -> None:
    loaded = read(written, '[polling]\ninterval = "1h"', HERALD_POLLING_INTERVAL="5s")
    assert loaded.polling.interval == dt.timedelta(seconds=5)


def test_a_variable_that_sets_nothing_is_told(written: Path) -> None:
    written.write_text("")
    told: list[str] = []
    environ = {"HERALD_POLLING_INTERVALL": "5s", "HERALD_TELEGRAM_ADMINS": "5", "HERALD_NEW": "5"}
    assert repr(config.load(str(written), environ, told.append)) == repr(Config())
    assert told == [
        "environment: HERALD_POLLING_INTERVALL sets nothing: there is no such key",
        "environment: HERALD_TELEGRAM_ADMINS sets nothing: a list is read from the file alone",
    ]


def test_a_variable_out_of_range_is_named(written: Path) -> None:
    with pytest.raises(ConfigError, match="environment: HERALD_STORAGE_BACKUPS: found -1"):
        read(written, "", HERALD_STORAGE_BACKUPS="-1")


def test_a_mistake_in_the_environment_names_the_variable(written: Path) -> None:
    with pytest.raises(ConfigError, match="HERALD_POLLING_CONCURRENCY"):
        read(written, "", HERALD_POLLING_CONCURRENCY="many")


@pytest.mark.parametrize(
    "text",
    ['telegram = "123456:AAAAAAAAAAAAAAA"', '[telegram]\nbase_url = "123456:AAAAAAAAAAAAAAA"',
     '[storage]\nurl = "mysql://u:AAAAAAAAAAAAAAA@h/d"',
     '[polling]\ninterval = "999999w"', '"a\\nb" = 1'],
)  # fmt: skip
def test_a_secret_in_the_wrong_place_is_not_repeated(written: Path, text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(written, text)
    assert "AAAA" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("token", ["123456:ABC-def_ghi", "not a token"])
def test_the_token_shows_itself_nowhere(written: Path, token: str) -> None:
    try:
        told = repr(read(written, f'[telegram]\ntoken = "{token}"'))
    except ConfigError as error:
        told = str(error)
    assert token not in told


def test_the_default_file_may_be_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load(None, {}).sources == ()


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        config.load(str(tmp_path / "none.toml"), {})


def test_the_catalogue_is_followed_by_country(written: Path) -> None:
    chosen = read(written, '[catalogue]\ncountries = ["CZ", "DE"]').all_sources()
    assert chosen
    assert {source.country for source in chosen} <= {"CZ", "DE"}
    assert len(read(written, "").all_sources()) > len(chosen)
    assert read(written, "[catalogue]\ncountries = []").all_sources() == []


def test_a_source_of_ones_own_takes_the_place_of_the_catalogues(written: Path) -> None:
    built_in = read(written, "").all_sources()[0]
    own = SOURCE.replace('"a"', f'"{built_in.id}"')
    assert [s.url for s in read(written, own).all_sources() if s.id == built_in.id] == [
        "http://a.example/"
    ]


def test_every_key_is_used_by_the_program() -> None:
    root = Path(bot.__file__).parent
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in root.rglob("*.py")
        if path.parent.name != "config"
    )
    tables = {field: getattr(schema.Config(), field) for field in schema.Config.__struct_fields__}
    unused = [
        f"{name}.{key}"
        for name, table in tables.items()
        for key in getattr(table, "__struct_fields__", ())
        if not re.search(rf"\.{key}\b", code) and (name, key) not in USED_BY_CONFIG
    ]
    assert not unused, "hand them on in bot/service.py"


@pytest.mark.parametrize("document", ["docs/TRANSLATION.md", "config.example.toml"])
def test_every_engine_is_documented(document: str) -> None:
    text = ROOT.joinpath(document).read_text(encoding="utf-8").lower()
    assert not [name for name in get_args(schema.EngineName) if name not in text]
