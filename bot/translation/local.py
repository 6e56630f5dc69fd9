"""Firefox's models on this machine, which fxtranslate runs in a worker process.

Each has a folder that is named after its languages (`cs-en`), as fxtranslate keeps them. They are
looked for anew with each text: one that is added or removed needs no restart.
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import EngineError, WorkError
from bot.pipeline.worker_pool import WorkerPool
from bot.reader_language import IN_ENGLISH
from bot.translation.engine import EngineContext
from bot.translation.languages import called_among
from bot.translation.machine import Machine

if TYPE_CHECKING:
    from fxtranslate import Translator as Model

MODELS = 3
"""Models that are loaded at the same time; one of 43 MB takes 55."""
IDLE_LIMIT = 300.0
"""Seconds without a text after which the worker process ends. Only so is its memory given back: of
three models that were dropped, 220 MB stayed with it."""


@lru_cache(maxsize=1)  # asked for each language at each commit
def is_supported() -> bool:
    """Return whether fxtranslate is installed; there are no wheels of it for some platforms."""
    return find_spec("fxtranslate") is not None


def open_model_worker() -> WorkerPool:
    """Return the one process in which models are loaded."""
    return WorkerPool((), processes=1, idle_limit=IDLE_LIMIT)


def installed_models(folder: Path, target: str = IN_ENGLISH) -> dict[str, Path]:
    """Return the folders of the installed models into a language, by the language that each
    translates."""
    suffix = f"-{target}"
    return {
        pair.name.removesuffix(suffix): pair
        for pair in sorted(folder.glob(f"[!.]*{suffix}"))
        if _file(pair, "model")
    }


class Local(Machine):
    """The installed models."""

    name = "fxtranslate"

    def __init__(self, context: EngineContext) -> None:
        super().__init__(context)
        self._models, self._workers = context.models, context.workers

    @classmethod
    def can_translate(cls, models: Path, language: str | None, target: str) -> bool:
        """Return whether the models that lead from a language to another are installed now."""
        return bool(_path(models, language, target))

    async def _translate(
        self, texts: Sequence[str], language: str, target: str
    ) -> Sequence[object]:
        path = _path(self._models, language, target)
        if not path:
            raise EngineError(f"the model of {language} has been removed")
        for model in path:
            try:
                changed = model.stat().st_mtime_ns
                texts = await self._workers.run(translate_by_model, model, changed, texts)
            except (ImportError, OSError, ValueError, WorkError) as error:
                raise EngineError(f"{model}: {error}") from None
        return texts


def _path(folder: Path, language: str | None, target: str) -> list[Path]:
    """Return the models that lead from a language to another, through English where there is none
    of these two; empty: they are not installed."""
    into_target = installed_models(folder, target)
    if direct := called_among(into_target, language):
        return [into_target[direct]]
    into_english = installed_models(folder) if IN_ENGLISH in into_target else {}
    first = called_among(into_english, language)
    return [into_english[first], into_target[IN_ENGLISH]] if first else []


_loaded: OrderedDict[tuple[Path, int], "Model"] = OrderedDict()
"""Of the worker process: the models by their folder and when that changed, the last used last."""


def translate_by_model(folder: Path, changed: int, texts: Sequence[str]) -> list[str]:
    """Translate texts in the worker process. Raises OSError or ValueError where the model cannot be
    used."""
    key = folder, changed
    try:
        model = _loaded.pop(key, None) or _load(folder)
        translations = [model.translate_long(text) for text in texts]
    except Exception:
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception, nor pickled
        raise ValueError(f"the model cannot be used ({error})") from None
    _loaded[key] = model
    return translations


def _load(folder: Path) -> "Model":
    from fxtranslate import Translator  # late: it is installed on most platforms only

    while len(_loaded) >= MODELS:
        _loaded.popitem(last=False)
    source = _file(folder, "srcvocab") or _file(folder, "vocab")
    target = _file(folder, "trgvocab") or source
    model = _file(folder, "model")
    if not (model and source and target):
        raise FileNotFoundError("files of the model are missing")
    # No shortlist (`lex`): fxtranslate does without, too, where it loads models itself.
    return Translator(model.read_bytes(), source.read_bytes(), target.read_bytes())


def _file(folder: Path, name: str) -> Path | None:
    # The suffix names the pair of languages, as in `vocab.csen.spm`.
    return next(iter(sorted(folder.glob(f"{name}.*"))), None)
