"""The flow as code: poll one source, send one delivery. It calls the stages and decides nothing."""

import datetime as dt
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe, deliver, enrich, fetch, match, parse, render
from bot.errors import FetchError, ParseError, StoreError, TokenRejectedError, WorkError
from bot.fetch import Fetcher
from bot.models import (
    Chat,
    Delivery,
    Development,
    Document,
    Fetched,
    Item,
    Moved,
    Outcome,
    PollResult,
    Refused,
    Report,
    Source,
    SourceState,
)
from bot.ports import Owed, Store, Transport
from bot.text import line
from bot.workers import Workers

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

REASON_LIMIT = 300
CHUNK = 200
"""Items that a worker enriches before the next deadline begins."""


class Desk(Struct, frozen=True):
    """What polling works with."""

    store: Store
    fetcher: Fetcher
    workers: Workers
    clock: Clock
    interval: dt.timedelta


# ------------------------------------------------------------------ from a source to the store


async def poll(desk: Desk, source: Source) -> Report:
    """Polls a source once: everything up to the commit, which is one step of the store.

    Raises only StoreError: whatever else goes wrong is a failure of this source.
    """
    began = desk.clock()
    before = await _state(desk.store, source)
    try:
        fetched = await desk.fetcher.get(source.url, before)
        if fetched is None or dedupe.digest(fetched.body) == before.digest:
            report = await _record_quiet(desk, source, before, fetched)
        else:
            document = await desk.workers.run(parse.read, source, fetched, began.date())
            report = await _record_news(desk, source, before, fetched, document)
    except (FetchError, ParseError, WorkError) as error:
        report = await _record_failure(desk, source, before, str(error))
    except StoreError:
        raise
    except Exception as error:  # the supervisor of one source
        log.exception("%s: the poll broke", source.id)
        reason = line(f"{type(error).__name__}: {error}")[:REASON_LIMIT]
        report = await _record_failure(desk, source, before, reason)
    return replace(report, seconds=(desk.clock() - began).total_seconds())


async def _state(store: Store, source: Source) -> SourceState:
    """What is known of a source; nothing, where its address is another than it was."""
    state = await store.state(source.id)
    if state is None or dedupe.canonical(state.url) != dedupe.canonical(source.url):
        return SourceState(id=source.id, url=source.url)
    return state


async def _record_quiet(
    desk: Desk, source: Source, before: SourceState, fetched: Fetched | None
) -> Report:
    state = _after(desk, source, before)
    if fetched:
        state = replace(state, etag=fetched.etag, modified=fetched.modified)
    await desk.store.commit(state, (), (), _nobody)
    return Report(source=source.id, result="unchanged")


async def _record_failure(desk: Desk, source: Source, before: SourceState, reason: str) -> Report:
    failures = before.failures + 1
    now = desk.clock()
    due = fetch.next_due(source, failures, now, desk.interval)
    state = replace(before, failures=failures, error=reason, polled=now, due=due)
    await desk.store.commit(state, (), (), _nobody)
    return Report(source=source.id, result="failed", problems=(reason,))


async def _record_news(
    desk: Desk, source: Source, before: SourceState, fetched: Fetched, document: Document
) -> Report:
    items, names = document.items, dedupe.keys(document.items)
    known = await desk.store.known(itertools.chain(*names))
    news = dedupe.fresh(items, names, known)
    drafts = await _developments(desk, source, [items[position] for position in news])
    broken = {
        position: draft.reason
        for position, draft in zip(news, drafts, strict=True)
        if isinstance(draft, enrich.Broken)
    }
    developments = [
        (names[position], replace(draft, recorded=desk.clock()))
        for position, draft in zip(news, drafts, strict=True)
        if isinstance(draft, Development)
    ]
    # what is broken is tried again, but for what was there before the first poll
    again = broken.keys() if before.baseline else set()
    seen = [name for position, name in enumerate(names) if position not in again]
    state = replace(
        _after(desk, source, before),
        baseline=True,
        # a document that is to be read again must not count as read
        etag=None if again else fetched.etag,
        modified=None if again else fetched.modified,
        digest=None if again else dedupe.digest(fetched.body),
    )
    owed = _owed(await desk.store.chats(), desk.clock()) if before.baseline and news else _nobody
    recorded, deliveries = await desk.store.commit(state, seen, developments, owed)
    result: PollResult = "new" if news else "nothing new"
    return Report(
        source=source.id,
        result=result if before.baseline else "baseline",
        items=len(items),
        new=len(news),
        developments=len(recorded),
        deliveries=len(deliveries),
        problems=(*document.problems, *broken.values()),
    )


def _after(desk: Desk, source: Source, before: SourceState) -> SourceState:
    """The state of a source that has just answered."""
    now = desk.clock()
    due = fetch.next_due(source, 0, now, desk.interval)
    return replace(before, url=source.url, polled=now, due=due, failures=0, error=None)


async def _developments(
    desk: Desk, source: Source, items: Sequence[Item]
) -> list[Development | enrich.Broken | None]:
    drafts: list[Development | enrich.Broken | None] = []
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        drafts += await desk.workers.run(enrich.develop_all, chunk, source)
    return drafts


def _nobody(development: Development) -> Iterable[Delivery]:
    return ()


def _owed(chats: Sequence[Chat], now: dt.datetime) -> Owed:
    def owed(development: Development) -> Iterable[Delivery]:
        for chat, filters in match.recipients(development, chats, now):
            yield Delivery(
                development=str(development.id), chat=chat.id, filters=filters, due=now, created=now
            )

    return owed


# ------------------------------------------------------------------ from the store to a chat


async def send(
    store: Store,
    transport: Transport,
    clock: Clock,
    delivery: Delivery,
    begun: Callable[[], None] = lambda: None,
) -> Outcome | None:
    """Sends one delivery and writes down what came of it; None: its chat does not listen now.

    Calls `begun` when it can no longer be cut short without leaving it uncertain. Raises
    StoreError and TokenRejectedError; a delivery whose message cannot be made is refused.
    """
    chat = await store.chat(delivery.chat)
    if not match.listens(chat, clock()):
        return None
    on_the_wire = deliver.starting(delivery)

    async def starting() -> None:
        begun()
        await store.save_delivery(on_the_wire)

    try:
        outcome = await _attempt(store, transport, delivery, chat, starting)
    except (StoreError, TokenRejectedError):
        raise
    except Exception as error:  # the supervisor of one delivery
        log.exception("%s could not be sent", delivery.development)
        outcome = Refused(f"its message could not be made: {type(error).__name__}")
    await store.save_delivery(deliver.settled(on_the_wire, outcome, clock()))
    await _tell_chat(store, delivery.chat, outcome)
    return outcome


async def _attempt(
    store: Store,
    transport: Transport,
    delivery: Delivery,
    chat: Chat,
    starting: Callable[[], Awaitable[None]],
) -> Outcome:
    development = await store.development(delivery.development)
    if development is None or not match.matching(chat, development):
        return Refused("no filter of the chat wants it any more")
    return await transport.send(chat.id, render.development(development), starting)


async def _tell_chat(store: Store, chat: int, outcome: Outcome) -> None:
    """What an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat, new)
        case Refused(reason, gone=True):
            await store.change_chat(chat, lambda known: replace(known, suspended=reason))
