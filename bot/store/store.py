"""The store: each verb of its tables, as a coroutine that runs it in a transaction."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot import ports
from bot.store.chats import Chats
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments
from bot.store.engine import Access
from bot.store.executor import Executor
from bot.store.notices import Notices
from bot.store.sources import Sources, WatchedPages
from bot.store.transaction import Transaction
from bot.store.translations import Translations

if TYPE_CHECKING:
    from bot.store.cluster.lease import Lease  # an extra

_TABLES: dict[type, Callable[[Transaction], Any]] = {
    Transaction: lambda transaction: transaction,
    Sources: lambda transaction: transaction.sources,
    Developments: lambda transaction: transaction.developments,
    Deliveries: lambda transaction: transaction.deliveries,
    Chats: lambda transaction: transaction.chats,
    Notices: lambda transaction: transaction.notices,
    WatchedPages: lambda transaction: transaction.pages,
    Translations: lambda transaction: transaction.translations,
}


class RowStore(ports.Store):
    """`ports.Store` on a database; its verbs are those of the tables."""

    def __init__(self, executor: Executor[Any], lease: "Lease | None" = None) -> None:
        """`lease`: of this process, among those that share a server."""
        self.executor, self.lease = executor, lease

    async def close(self) -> None:
        """Wait for the transactions under way, and close the database."""
        await self.executor.close()


def _coroutine(
    table: Callable[[Transaction], Any], step: Callable[..., Any], access: Access
) -> Callable[..., Awaitable[Any]]:
    async def verb(self: RowStore, /, *args: Any, **kwargs: Any) -> Any:
        return await self.executor.run(
            access, lambda transaction: step(table(transaction), *args, **kwargs)
        )

    return verb


for _kind, _table in _TABLES.items():
    for _name, _step in vars(_kind).items():
        if _access := getattr(_step, "access", None):
            setattr(RowStore, _name, _coroutine(_table, _step, _access))
