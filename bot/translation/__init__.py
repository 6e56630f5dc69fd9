"""Translation of texts into English by the engines that the operator has configured.

To add an engine: write its module with a class that has `name` and `translate` (see `Engine`),
add its name to `EngineName` and its keys to `TranslationConfig` in `bot.config.schema`
(type `Key` for a secret: it is then redacted from the logs), and add it to `ENGINES` below.
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from bot.config.schema import EngineName, TranslationConfig
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.pipeline.worker_pool import WorkerPool
from bot.translation import validate
from bot.translation.circuit_breaker import CircuitBreaker
from bot.translation.deepl import DeepL
from bot.translation.http import JsonClient, open_client
from bot.translation.libretranslate import LibreTranslate
from bot.translation.local import Local
from bot.translation.openai import ChatServer

log = logging.getLogger(__name__)


class Engine(Protocol):
    """A translation engine."""

    name: str

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage into English, as far as the answer can be trusted. Raises
        EngineError."""
        ...


ENGINES: dict[EngineName, Callable[[JsonClient, TranslationConfig, WorkerPool], Engine]] = {
    "openai": lambda client, config, _: ChatServer(client, config),
    "libretranslate": lambda client, config, _: LibreTranslate(client, config),
    "deepl": lambda client, config, _: DeepL(client, config),
    "local": lambda _, config, workers: Local(workers, config.local_models),
}


@asynccontextmanager
async def open_translator(
    config: TranslationConfig, workers: WorkerPool
) -> AsyncIterator["Translator | None"]:
    """Open the configured engines for as long as the context lasts; None where there is none."""
    chosen = dict.fromkeys(name for name in (config.engine, config.fallback) if name != "none")
    if not chosen:
        yield None
        return
    async with open_client() as client:
        yield Translator([ENGINES[name](client, config, workers) for name in chosen])


class Translator:
    """Tries the engines in their order, each while its circuit is closed."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self._engines = [(engine, CircuitBreaker()) for engine in engines]

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage by the first engine that succeeds. Raises EngineError where none
        does."""
        reasons = []
        for engine, breaker in self._engines:
            if not breaker.is_closed():
                reasons.append(f"{engine.name} rests after failures")
                continue
            try:
                translation = await engine.translate(passage)
            except EngineError as error:
                breaker.note_failure()
                reasons.append(f"{engine.name}: {error}")
            else:
                breaker.note_success()
                return validate.shortened(translation)
        raise EngineError("; ".join(reasons))
