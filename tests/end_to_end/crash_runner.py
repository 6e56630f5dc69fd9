"""A bot that is killed at each of its steps: run as a process of its own, it forks one life after
the other, so that each costs no start of the interpreter.

    python -m tests.end_to_end.crash_runner BASE_URL HOOK_URL FOLDER

For each step there is a store `FOLDER/<step>.db`, in which one life ends by SIGKILL at that step
and a second one runs to its end, until some lives have fewer steps. Prints how many stores there
are.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.jobs.outbox import Outbox
from bot.jobs.webhooks import WebhookOutbox
from bot.models import Development
from bot.models.chats import LOWEST_CHAT, Chat, Endpoint, Filter
from bot.models.deliveries import Delivery
from bot.pipeline.rules import RULES
from bot.store import lock, open_store
from bot.store.database import Access
from bot.store.sqlite import SqliteDatabase
from bot.transport import rate_limiter
from bot.transport.sender import TelegramTransport, make_bot
from bot.transport.webhooks import WebhookClient, open_webhook_client
from tests.samples import NOW, commit, delivery, development

TOKEN = "123456:TEST-token_for-tests-0000000000"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CHATS = (1, 2)
WHOLE_LIVES = 3
"""Lives that end by themselves, until no more are begun: what is written together depends on the
pace of the machine, so that one life has fewer steps than another."""
TITLES = ("Novela azylového zákona", "Dohoda o návratech")


class Servers(NamedTuple):
    """The addresses of Telegram, and of a receiver of webhooks."""

    telegram: str
    hook: str


def chats_of(step: int) -> list[int]:
    """The chats of the store in which the bot dies at a step."""
    return [step * 100 + chat for chat in CHATS]


def endpoint_of(step: int) -> int:
    """The webhook endpoint of that store."""
    return LOWEST_CHAT - 1 - step


class Failpoints:
    """Counts the steps of a life, and ends it at one of them (0: at none)."""

    def __init__(self, last: int) -> None:
        self._last, self.passed = last, 0

    def reached(self) -> None:
        self.passed += 1
        if self.passed == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def put(self) -> None:
        """Around each transaction that writes, each message, and each event."""
        transaction, send = SqliteDatabase.transaction, TelegramTransport.send
        post = WebhookClient.post

        @contextmanager
        def guarded(engine: SqliteDatabase, access: Access) -> Iterator[None]:
            with transaction(engine, access):
                yield
                if access is not Access.READS:
                    self.reached()
            if access is not Access.READS:
                self.reached()

        async def sent(transport: TelegramTransport, *args: Any) -> Any:
            self.reached()
            outcome = await send(transport, *args)
            self.reached()
            return outcome

        async def posted(client: WebhookClient, *args: Any) -> Any:
            answered = await post(client, *args)
            self.reached()
            return answered

        WebhookClient.post = posted  # type: ignore[method-assign,assignment]
        SqliteDatabase.transaction = guarded  # type: ignore[method-assign,assignment]
        TelegramTransport.send = sent  # type: ignore[method-assign,assignment]


async def live(servers: Servers, path: str, step: int, points: Failpoints | None = None) -> None:
    """What the service does, from the commit of what was found on: it is found anew in each life,
    for a poll that was cut short is polled again."""
    config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(servers.telegram))
    chats, hook = chats_of(step), endpoint_of(step)

    def owed(made: Development, *_: object) -> list[Delivery]:
        number = str(made.id)
        return [delivery(development=number, chat=to, filters=(1,)) for to in (*chats, hook)]

    async with (
        open_store(path, RULES) as store,
        make_bot(config, rate_limiter.RateLimiter(1000)) as bot,
        open_webhook_client(["127.0.0.1"]) as client,
    ):
        for chat in chats:
            await store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(id=1),)))
        endpoint = Endpoint(url=f"{servers.hook}/{step}", secret=SECRET, filter=1)
        await store.add_endpoint(hook, chats[0], endpoint)
        if points:
            points.put()
        with lock(path):
            await store.recover_deliveries(NOW)
            for title in TITLES:
                await store.commit(commit((title,), development(title=title)), owed)
            await Outbox(store, TelegramTransport(bot), lambda: NOW).drain()
            await WebhookOutbox(store, client, lambda: NOW).drain()


def fork(servers: Servers, folder: Path, step: int, last: int) -> int:
    """One life in a store: 0 when it ended by itself, else how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    points = Failpoints(last)
    asyncio.run(live(servers, str(folder / f"{step}.db"), step, points))
    os._exit(0)


def main(servers: Servers, folder: Path) -> None:
    rate_limiter.CHAT_GAP = 0.0
    # A first life, so that what is loaded when it is needed need not be loaded in each.
    asyncio.run(live(servers, str(folder / "0.db"), 0))
    gc.freeze()  # else a collection in each life would copy all of that
    step = whole = 0
    while whole < WHOLE_LIVES:
        step += 1
        ended = fork(servers, folder, step, last=step)
        whole += ended != signal.SIGKILL
        if ended == signal.SIGKILL:
            ended = fork(servers, folder, step, last=0)
        assert ended == 0, f"a life in the store of step {step} broke"
    print(step)


if __name__ == "__main__":
    main(Servers(*sys.argv[1:3]), Path(sys.argv[3]))
