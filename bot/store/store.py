"""The Store: each verb a step, in a transaction."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from bot.store.engine import Access
from bot.store.executor import Executor
from bot.store.transactions import Transactions

if TYPE_CHECKING:
    from bot.store.cluster.lease import Lease  # an extra

P = ParamSpec("P")
T = TypeVar("T")

Step = Callable[Concatenate[Transactions, P], T]
Verb = Callable[Concatenate["RowStore", P], Coroutine[Any, Any, T]]


def _reads(step: Step[P, T]) -> Verb[P, T]:
    return _verb(Access.READS, step)


def _writes(step: Step[P, T]) -> Verb[P, T]:
    return _verb(Access.WRITES, step)


def _settles(step: Step[P, T]) -> Verb[P, T]:
    return _verb(Access.SETTLES, step)


def _verb(access: Access, step: Step[P, T]) -> Verb[P, T]:
    async def run(self: "RowStore", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.threads.run(access, lambda steps: step(steps, *args, **kwargs))

    run.__name__, run.__doc__ = step.__name__, step.__doc__
    return run


class RowStore:
    """`ports.Store` on a database. Which access a verb has says whom it may meet."""

    def __init__(self, threads: Executor[Any], lease: "Lease | None" = None) -> None:
        """`lease`: this process among those that share a server."""
        self.threads, self.lease = threads, lease

    version = _reads(Transactions.version)
    prepare = _writes(Transactions.prepare)
    check_writable = _writes(Transactions.check_writable)

    states = _reads(Transactions.states)
    state = _reads(Transactions.state)
    known_keys = _reads(Transactions.known_keys)
    commit = _writes(Transactions.commit)
    pages_due = _reads(Transactions.pages_due)
    record_recheck = _writes(Transactions.record_recheck)
    stop_watching = _writes(Transactions.stop_watching)
    switch_source = _writes(Transactions.switch_source)
    switched_off = _reads(Transactions.switched_off)

    next_untranslated = _reads(Transactions.next_untranslated)
    save_translation = _writes(Transactions.save_translation)
    postpone_translation = _writes(Transactions.postpone_translation)
    find_translation = _reads(Transactions.find_translation)
    add_translated = _writes(Transactions.add_translated)

    update_alerts = _writes(Transactions.update_alerts)
    notices = _reads(Transactions.notices)
    add_notice = _writes(Transactions.add_notice)
    dismiss_notices = _writes(Transactions.dismiss_notices)

    developments = _reads(Transactions.developments)
    development = _reads(Transactions.development)
    save_correction = _writes(Transactions.save_correction)
    corrections = _reads(Transactions.corrections)

    audience = _writes(Transactions.audience)
    chats = _reads(Transactions.chats)
    chat = _reads(Transactions.chat)
    change_chat = _writes(Transactions.change_chat)
    suspend_chat = _writes(Transactions.suspend_chat)
    unsuspend_chat = _writes(Transactions.unsuspend_chat)
    set_bot = _writes(Transactions.set_bot)
    move_chat = _writes(Transactions.move_chat)
    forget_chat = _writes(Transactions.forget_chat)
    subscriptions = _reads(Transactions.subscriptions)
    change_subscription = _writes(Transactions.change_subscription)
    claim_update = _writes(Transactions.claim_update)
    finish_update = _writes(Transactions.finish_update)
    add_invitation = _writes(Transactions.add_invitation)
    redeem_invitation = _writes(Transactions.redeem_invitation)

    enqueue = _writes(Transactions.enqueue)
    write_out = _writes(Transactions.write_out)
    digests_due = _writes(Transactions.digests_due)
    compose_digest = _writes(Transactions.compose_digest)
    claim_deliveries = _settles(Transactions.claim_deliveries)
    start_delivery = _settles(Transactions.start_delivery)
    save_delivery = _settles(Transactions.save_delivery)
    recover_deliveries = _writes(Transactions.recover_deliveries)
    repeat_delivery = _writes(Transactions.repeat_delivery)
    give_up_delivery = _writes(Transactions.give_up_delivery)
    news_delivery = _reads(Transactions.news_delivery)
    deliveries = _reads(Transactions.deliveries)
    deliveries_of = _reads(Transactions.deliveries_of)
    backlog = _reads(Transactions.backlog)
    tally = _reads(Transactions.tally)

    async def close(self) -> None:
        """Ends what is under way and lets go of the database."""
        await self.threads.close()
