"""Translate texts with the engines that the operator has configured.

To add an engine:

1. Write its class: a `Machine` (`machine`) where it translates a list of texts, else an `Engine`
   (`engine`) like `ChatServer`; `engine` posts JSON and checks translations.
2. In `bot.config.schema`, add its name to `FallbackName`, its keys to `TranslationConfig` (of type
   `Key` where they are secret: they are then redacted), and to
   `REQUIRED_ENGINE_KEYS` a key that it cannot work without.
3. Add it to `ENGINES` below, its keys to `config.example.toml`, and to `_automatic` what tells that
   it is set up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot import __version__
from bot.config.redaction import Redactor
from bot.config.schema import Config, EngineName, TranslationConfig
from bot.config.values import secrets_of
from bot.deliver import backoff
from bot.errors import EngineError
from bot.i18n import LANGUAGES
from bot.models.translations import Passage, Translation
from bot.pipeline.worker_pool import WorkerPool
from bot.reader_language import IN_ENGLISH
from bot.translation.engine import Engine, EngineContext
from bot.translation.local import Local, is_supported, open_model_worker
from bot.translation.machine import DeepL, LibreTranslate
from bot.translation.openai import ChatServer

DEADLINE = 60.0
"""Seconds for one answer: a model on a small machine is slow."""
FAILURES = 3
"""In a row, after which the circuit opens."""
FIRST_REST = 60.0
LONGEST_REST = 3600.0
"""Seconds for which the circuit stays open."""

_OF_THE_PASSAGE = (400, 413, 422)
"""Statuses that refuse one passage, and say nothing of the next."""

ENGINES: dict[EngineName, type[ChatServer | DeepL | LibreTranslate | Local]] = {
    "openai": ChatServer,
    "libretranslate": LibreTranslate,
    "deepl": DeepL,
    "local": Local,
}


def chosen_engines(config: TranslationConfig) -> list[EngineName]:
    """Return the engines that are asked, in their order."""
    first = _automatic(config) if config.engine == "auto" else config.engine
    return [name for name in dict.fromkeys((first, config.fallback)) if name != "none"]


def _automatic(config: TranslationConfig) -> EngineName:
    """Return the first engine that is set up."""
    is_moved = config.libretranslate_url != TranslationConfig().libretranslate_url
    is_set_up: dict[EngineName, bool] = {
        "openai": bool(config.openai_model),
        "deepl": bool(config.deepl_key),
        "libretranslate": bool(config.libretranslate_key) or is_moved,
        "local": is_supported(),  # and a model may be installed at any time
    }
    return next((name for name, is_usable in is_set_up.items() if is_usable), "none")


def translates(config: Config, language: str | None, target: str = IN_ENGLISH) -> bool:
    """Return whether an engine can translate from a language (BCP 47) into another one now."""
    models = config.models_folder()
    engines = (ENGINES[name] for name in chosen_engines(config.translation))
    return any(engine.can_translate(models, language, target) for engine in engines)


def targets(config: Config, languages: Iterable[str | None]) -> tuple[str, ...]:
    """Return those of the bot's languages into which an engine can translate from any of some
    languages (BCP 47) now."""
    known = [*languages]
    return tuple(
        target for target in LANGUAGES if any(translates(config, each, target) for each in known)
    )


@asynccontextmanager
async def open_translator(
    config: Config, workers: WorkerPool | None = None
) -> AsyncIterator["EngineChain | None"]:
    """Open the configured engines for as long as the context lasts; None where there is none.
    `workers`: where models are loaded, instead of a process of their own."""
    chosen = chosen_engines(config.translation)
    if not chosen:
        yield None
        return
    workers = workers or open_model_worker()
    timeout = aiohttp.ClientTimeout(total=DEADLINE, connect=10)
    agent = {"User-Agent": f"policy-herald/{__version__}"}
    try:
        async with aiohttp.ClientSession(timeout=timeout, headers=agent) as session:
            folder = config.models_folder()
            redact = Redactor(secrets_of(config.translation))
            context = EngineContext(session, config.translation, folder, workers, redact)
            yield EngineChain([ENGINES[name](context) for name in chosen], folder, redact)
    finally:
        await asyncio.to_thread(workers.close)


class EngineChain:
    """Tries the engines in their order, each while its circuit is closed."""

    def __init__(self, engines: Sequence[Engine], models: Path, redact: Redactor) -> None:
        """`models`: the folder of the models on this machine; `redact` takes keys out of errors,
        which may quote an answer."""
        self._models, self._redact = models, redact
        self._engines = [(engine, CircuitBreaker()) for engine in engines]

    def translates(self, language: str | None, target: str = IN_ENGLISH) -> bool:
        """Return whether an engine can translate from a language (BCP 47) into another one now."""
        return any(
            engine.can_translate(self._models, language, target) for engine, _ in self._engines
        )

    def size(self, passage: Passage) -> int:
        """Return how many characters of a passage are sent to the engine that takes most."""
        return max(engine.size(passage) for engine, _ in self._engines)

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage by the first engine that does so in whole, else in part: title and
        no summary. Raises EngineError where none does."""
        reasons, partial = list[str](), None
        for engine, breaker in self._engines:
            try:
                translation = await _ask(engine, breaker, passage, self._models)
            except EngineError as error:
                reasons.append(self._redact(str(error)))
                continue
            if translation.summary or not passage.text:
                return translation
            partial = partial or translation
        if partial:
            return partial
        raise EngineError("; ".join(reasons))


async def _ask(
    engine: Engine, breaker: "CircuitBreaker", passage: Passage, models: Path
) -> Translation:
    """Return an engine's translation, and count its failures. Raises EngineError with its name."""
    if not engine.can_translate(models, passage.language, passage.target):
        missed = passage.language or "a text without a language"
        into = "" if passage.target == IN_ENGLISH else f" into {passage.target}"
        raise EngineError(f"{engine.name} has no model for {missed}{into}")
    if not breaker.is_closed():
        raise EngineError(f"{engine.name} rests after failures")
    try:
        translation = await engine.translate(passage)
    except EngineError as error:
        if error.status not in _OF_THE_PASSAGE:
            breaker.note_failure()
        raise EngineError(f"{engine.name}: {error}") from None
    breaker.note_success()
    return translation


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
