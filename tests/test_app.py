"""What the running service does when its configuration is read again."""

import asyncio

import pytest

from bot import app
from bot.config.reload import Reload
from bot.config.schema import Config


async def test_whatever_fails_at_a_reload_the_configuration_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails() -> Config:
        raise RuntimeError("no\nreason")

    reload = Reload(fails)
    reload.ask()
    waiting = asyncio.create_task(app._next_config(Config(), None, reload))  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()
    (said,) = caplog.messages
    assert said == "the configuration stays as it was: RuntimeError: no reason"
