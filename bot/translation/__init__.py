"""Translate texts into English with the engines that the operator has configured.

To add an engine:

1. Write its class: a `Machine` (`machine`) where it translates a list of texts, else one with
   `name` and `translate` like `ChatServer`; `engine` posts JSON and checks translations.
2. In `bot.config.schema`, add its name to `EngineName`, its keys to `TranslationConfig` (of type
   `Key` where they are secret: they are then redacted from the logs), and to
   `REQUIRED_ENGINE_KEYS` a key that it cannot work without.
3. Add it to `ENGINES` below, and its keys to `config.example.toml`.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp

from bot import __version__
from bot.config.schema import EngineName, TranslationConfig
from bot.deliver import backoff
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.pipeline.worker_pool import WorkerPool
from bot.translation.engine import EngineContext
from bot.translation.machine import DeepL, LibreTranslate, Local, Machine
from bot.translation.openai import ChatServer

DEADLINE = 60.0
"""Seconds for one answer: a model on a small machine is slow."""
FAILURES = 3
"""In a row, after which the circuit opens."""
FIRST_REST = 60.0
LONGEST_REST = 3600.0
"""Seconds for which the circuit stays open."""

ENGINES: dict[EngineName, type[ChatServer | Machine]] = {
    "openai": ChatServer,
    "libretranslate": LibreTranslate,
    "deepl": DeepL,
    "local": Local,
}


@asynccontextmanager
async def open_translator(
    config: TranslationConfig, workers: WorkerPool
) -> AsyncIterator["EngineChain | None"]:
    """Open the configured engines for as long as the context lasts; None where there is none."""
    chosen = dict.fromkeys(name for name in (config.engine, config.fallback) if name != "none")
    if not chosen:
        yield None
        return
    timeout = aiohttp.ClientTimeout(total=DEADLINE, connect=10)
    agent = {"User-Agent": f"policy-herald/{__version__}"}
    async with aiohttp.ClientSession(timeout=timeout, headers=agent) as session:
        context = EngineContext(session, config, workers)
        yield EngineChain([ENGINES[name](context) for name in chosen])


class EngineChain:
    """Tries the engines in their order, each while its circuit is closed."""

    def __init__(self, engines: Sequence[ChatServer | Machine]) -> None:
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
                return translation
        raise EngineError("; ".join(reasons))


class CircuitBreaker:
    """Stops requests to an engine for a while after several failures in a row."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def is_closed(self) -> bool:
        """Return whether requests may be sent now."""
        return time.monotonic() >= self._until

    def note_success(self) -> None:
        """Close the circuit."""
        self._failures, self._until = 0, 0.0

    def note_failure(self) -> None:
        """Count a failure, and open the circuit after several in a row."""
        self._failures += 1
        if self._failures >= FAILURES:
            rest = backoff(self._failures - FAILURES + 1, FIRST_REST, LONGEST_REST)
            self._until = time.monotonic() + rest
