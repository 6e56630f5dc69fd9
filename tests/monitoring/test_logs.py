import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.config.values import Secret
from bot.monitoring import logs

TOKEN = "123456:TEST-token_for-tests-0000000000"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.set_up([Secret(TOKEN), Secret("sk-key")], written)
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


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
        logs.set_up([Secret(TOKEN), Secret("sk-key")], written, as_json=True)
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
