"""A command that only reads passes few files, and writes nothing."""

import datetime as dt
import sys
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

from telegram import Chat, Message, User

import bot
from bot.chat import commands
from bot.chat.context import ChatContext, Request
from bot.chat.handlers import Handlers
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

PERSON = 5
FILES_LIMIT = 18
ROOT = str(Path(bot.__file__).parent)


class ReadOnly:
    """A store that allows two reading verbs."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, verb: str) -> Any:
        assert verb in ("chat", "developments"), f"/filters must not call {verb}"
        return getattr(self._store, verb)


class SentBot:
    username = "herald"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_message(self, chat: int, text: str, **options: Any) -> None:
        self.sent.append(text)


async def test_filters_touches_few_files_and_writes_nothing() -> None:
    files: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(ROOT):
            files.add(frame.f_code.co_filename.removeprefix(ROOT))

    async with open_store(":memory:", RULES) as store:
        context = ChatContext(store, [source()], lambda: NOW)
        request = Request(PERSON, PERSON)
        await commands.answer(context, request, "subscribe", "Czechia, return, legislative")
        await commands.answer(context, request, "filters", "")  # what is cached once per process
        reading = ChatContext(ReadOnly(store), [source()], lambda: NOW)  # type: ignore[arg-type]
        telegram = SentBot()
        message = Message(
            1, dt.datetime.now(dt.UTC), Chat(PERSON, "private"),
            from_user=User(PERSON, "A", is_bot=False), text="/filters",
        )  # fmt: skip
        update: Any = SimpleNamespace(effective_message=message)
        handlers = Handlers(reading)
        sys.setprofile(note)
        try:
            await handlers._message(update, SimpleNamespace(bot=telegram))  # type: ignore[arg-type]
        finally:
            sys.setprofile(None)
    assert "1. Czechia" in telegram.sent[0]
    assert len(files) <= FILES_LIMIT, " ".join(sorted(files))
