"""The Store: each verb a step, in a transaction."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from bot.store.engine import Access
from bot.store.executor import Threads
from bot.store.transactions import Steps

if TYPE_CHECKING:
    from bot.store.cluster.lease import Member  # an extra

P = ParamSpec("P")
T = TypeVar("T")

Step = Callable[Concatenate[Steps, P], T]
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

    def __init__(self, threads: Threads[Any], member: "Member | None" = None) -> None:
        """`member`: this process among those that share a server."""
        self.threads, self.member = threads, member

    version = _reads(Steps.version)
    prepare = _writes(Steps.prepare)
    check = _writes(Steps.check)

    states = _reads(Steps.states)
    state = _reads(Steps.state)
    known = _reads(Steps.known)
    commit = _writes(Steps.commit)
    watched = _reads(Steps.watched)
    revisit = _writes(Steps.revisit)
    unwatch = _writes(Steps.unwatch)
    switch = _writes(Steps.switch)
    switched_off = _reads(Steps.switched_off)

    untranslated = _reads(Steps.untranslated)
    translate = _writes(Steps.translate)
    postpone = _writes(Steps.postpone)
    translation = _reads(Steps.translation)
    spent = _writes(Steps.spent)

    settle_alarms = _writes(Steps.settle_alarms)
    notices = _reads(Steps.notices)
    note = _writes(Steps.note)
    dismiss = _writes(Steps.dismiss)

    developments = _reads(Steps.developments)
    development = _reads(Steps.development)
    correct = _writes(Steps.correct)
    corrections = _reads(Steps.corrections)

    audience = _writes(Steps.audience)
    chats = _reads(Steps.chats)
    chat = _reads(Steps.chat)
    change_chat = _writes(Steps.change_chat)
    suspend_chat = _writes(Steps.suspend_chat)
    revive_chat = _writes(Steps.revive_chat)
    rehome = _writes(Steps.rehome)
    move_chat = _writes(Steps.move_chat)
    forget_chat = _writes(Steps.forget_chat)
    subscriptions = _reads(Steps.subscriptions)
    change_subscription = _writes(Steps.change_subscription)
    take_update = _writes(Steps.take_update)
    finish_update = _writes(Steps.finish_update)
    invite = _writes(Steps.invite)
    redeem = _writes(Steps.redeem)

    owe = _writes(Steps.owe)
    write_out = _writes(Steps.write_out)
    digests_due = _writes(Steps.digests_due)
    put_together = _writes(Steps.put_together)
    claim = _settles(Steps.claim)
    start = _settles(Steps.start)
    save_delivery = _settles(Steps.save_delivery)
    recover = _writes(Steps.recover)
    repeat = _writes(Steps.repeat)
    give_up = _writes(Steps.give_up)
    news = _reads(Steps.news)
    deliveries = _reads(Steps.deliveries)
    deliveries_of = _reads(Steps.deliveries_of)
    backlog = _reads(Steps.backlog)
    tally = _reads(Steps.tally)

    async def close(self) -> None:
        """Ends what is under way and lets go of the database."""
        await self.threads.close()
