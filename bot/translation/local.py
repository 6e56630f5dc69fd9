"""Firefox's translation models on this machine, through fxtranslate (extra `local`).

The operator mounts the models: a folder for each pair of languages (`cs-en`), as fxtranslate
keeps them. Nothing is downloaded.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.errors import EngineError, WorkError
from bot.models import Passage, Translation
from bot.pipeline.worker_pool import WorkerPool
from bot.translation import http


class Local:
    """Firefox's models on this machine, in a worker process."""

    name = "fxtranslate"

    def __init__(self, workers: WorkerPool, models: str) -> None:
        self._workers, self._models = workers, models

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage. Raises EngineError."""
        language = (passage.language or "").split("-")[0]
        try:
            texts = await self._workers.run(
                translate_texts, self._models, language, http.source_texts(passage)
            )
        except (OSError, ValueError, ImportError, WorkError) as error:
            raise EngineError(f"{language or 'no language'}: {error}") from None
        return http.checked_translation(passage, texts, self.name)


def translate_texts(models: str, language: str, texts: Sequence[str]) -> list[str]:
    """Translate texts into English, in the worker process. Raises OSError or ValueError where there
    is no usable model."""
    model = _model(models, language)
    return [model.translate_long(text) for text in texts]


@lru_cache(maxsize=4)
def _model(models: str, language: str) -> Any:
    from fxtranslate import Translator  # type: ignore[import-not-found]

    folder = Path(models) / f"{language}-en"
    source = _file(folder, "srcvocab") or _file(folder, "vocab")
    target = _file(folder, "trgvocab") or source
    model = _file(folder, "model")
    if not (language.isalpha() and model and source and target):
        raise FileNotFoundError(f"no model in {folder}")
    return Translator(model=model, src_vocab=source, trg_vocab=target)


def _file(folder: Path, name: str) -> bytes | None:
    # The suffix names the pair of languages, as in `vocab.csen.spm`.
    files = sorted(folder.glob(f"{name}.*"))
    return files[0].read_bytes() if files else None
