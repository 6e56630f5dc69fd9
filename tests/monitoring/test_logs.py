import io
import json
import logging
from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace

from bot.config import Config
from bot.config.schema import StorageConfig, TranslationConfig
from bot.config.values import Key, Secret, StorageUrl, secrets_of
from bot.monitoring import logs

TOKEN = "123456:TEST-token_for-tests-0000000000"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.set_up([Secret(TOKEN), Secret("sk-key")], stream=written)
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


class FutureTranslation(TranslationConfig, frozen=True):
    """The table as it may be one day."""

    next_key: Key = Key("")
    more_keys: tuple[Key, ...] = ()
    keys_by_name: dict[str, Key] = {}  # noqa: RUF012 - msgspec copies it


def secret_fields(kind: type, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all fields of a configuration whose type is a secret."""
    for field in msgspec.structs.fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, Secret):
            yield (*path, field.name)
        elif isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from secret_fields(field.type, (*path, field.name))


@pytest.mark.parametrize("path", list(secret_fields(Config)), ids=".".join)
def test_every_secret_of_the_configuration_is_redacted(path: tuple[str, ...]) -> None:
    table, name = path
    whole = Config()
    changed = replace(getattr(whole, table), **{name: Key("s3cret-value")})
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up(secrets_of(replace(whole, **{table: changed})), stream=stream)
    try:
        raise ValueError("refused: s3cret-value")
    except ValueError:
        logging.getLogger("anything").exception("s3cret-value was refused")
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    assert "was refused" in stream.getvalue()
    assert "s3cret-value" not in stream.getvalue()


def test_secrets_are_found_by_their_type_wherever_they_are() -> None:
    assert len(list(secret_fields(Config))) >= 4
    table = FutureTranslation(
        next_key=Key("a"), more_keys=(Key("b"), Key("")), keys_by_name={"x": Key("c")}
    )
    config = replace(Config(), translation=table)
    assert sorted(secret.reveal() for secret in secrets_of(config)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://herald:p%40ss-word@db.example/herald",
        "postgres://db.example/herald?user=herald&password=p%40ss-word",
    ],
)
def test_the_password_of_a_database_is_redacted(url: str) -> None:
    config = replace(Config(), storage=StorageConfig(url=StorageUrl(url)))
    assert {secret.reveal() for secret in secrets_of(config)} == {"p%40ss-word", "p@ss-word"}


def test_a_url_without_a_password_holds_no_secret() -> None:
    for url in ("tinydb:data/herald.db", "postgresql://herald@db.example/herald"):
        config = replace(Config(), storage=StorageConfig(url=StorageUrl(url)))
        assert not list(secrets_of(config))


def test_a_secret_that_begins_with_another_is_redacted_whole(stream: io.StringIO) -> None:
    logs.set_up([Secret("secret"), Secret("secret-and-more")], stream=stream)
    logging.getLogger("anything").warning("secret-and-more")
    assert "more" not in stream.getvalue()


def test_a_command_prints_its_warnings_alone_and_redacts_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.lastResort, "formatter", None)
    logs.set_up([Secret("sk-key")], "message")
    logging.getLogger("anything").info("not shown")
    logging.getLogger("anything").warning("sk-key was refused")
    assert capsys.readouterr().err == "<token> was refused\n"


def test_the_token_never_reaches_the_log(stream: io.StringIO) -> None:
    log = logging.getLogger("anything")
    log.warning("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    try:
        raise ValueError(f"The token `{TOKEN}` was rejected")
    except ValueError:
        log.exception("broken")
    assert TOKEN not in stream.getvalue()
    assert stream.getvalue().count("<token>") == 2


def test_another_bots_token_does_not_either(stream: io.StringIO) -> None:
    logging.getLogger("anything").warning("bot987654321:AAbbCCddEEffGGhh-iijjkk_ll/getMe")
    assert "AAbb" not in stream.getvalue()


def test_requests_are_not_logged(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST …")
    assert stream.getvalue() == ""


def test_a_line_of_json_holds_an_event_and_no_secret() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    try:
        logs.set_up([Secret(TOKEN), Secret("sk-key")], "json", written)
        log = logging.getLogger("anything")
        log.warning("odd\n“title” of %s", TOKEN)
        try:
            raise ValueError("sk-key")
        except ValueError:
            log.exception("broken")
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], root.level = handlers, level
    first, second = map(json.loads, written.getvalue().splitlines())
    assert (first["level"], first["logger"]) == ("WARNING", "anything")
    assert first["message"] == "odd\n“title” of <token>"
    assert first["time"].endswith("+00:00")
    assert second["exception"].endswith("ValueError: <token>")
