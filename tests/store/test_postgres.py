"""The connections to a PostgreSQL server."""

import contextlib
import time

import pytest
from psycopg_pool import PoolTimeout
from psycopg_pool.base import AttemptWithBackoff

from bot.store import postgres
from tests.fakes import postgres_server


def test_the_end_of_an_outage_is_noticed_however_long_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 1.0)
    monkeypatch.setattr(AttemptWithBackoff, "DELAY_BACKOFF", 30.0)  # as after many tries
    with postgres_server.single() as server, postgres.connections(server.dsn, 1) as pool:
        with server.stopped():
            for _ in range(3):
                with pytest.raises(PoolTimeout), pool.connection():
                    pass
        begun, is_back = time.monotonic(), False
        while not is_back:
            with contextlib.suppress(PoolTimeout), pool.connection():
                is_back = True
        assert time.monotonic() - begun < 10
