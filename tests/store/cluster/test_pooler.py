"""A pooler of transactions stands before the server, which cannot work."""

from typing import Any

import psycopg

from bot.store.postgres import Lease, PostgresDatabase


def test_a_pooler_of_transactions_is_told_as_one() -> None:
    pool: Any = None
    database = PostgresDatabase("postgresql://db/herald", pool, Lease())
    error = psycopg.errors.DuplicatePreparedStatement('prepared statement "_pg3_0" already exists')
    assert "let it pool sessions" in str(database.store_error(error))
