"""Machine translation: DeepL, LibreTranslate, and Firefox's models on this machine."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.errors import EngineError, WorkError
from bot.models import Passage, Translation
from bot.text import one_line
from bot.translation.engine import EngineContext, checked_translation, post_json


class Machine(ABC):
    """An engine that translates a list of texts."""

    name: str

    def __init__(self, context: EngineContext) -> None:
        self._session, self._config = context.session, context.config
        self._workers = context.workers

    async def translate(self, passage: Passage) -> Translation:
        """Translate title and lead, as far as the answer can be trusted. Raises EngineError."""
        originals = [text for text in (passage.title, passage.text) if text]
        texts = await self._translate(originals, (passage.language or "").split("-")[0])
        if len(texts) != len(originals) or not all(isinstance(text, str) for text in texts):
            raise EngineError(f"answers {len(texts)} texts where {len(originals)} were asked for")
        title, *rest = (one_line(str(text)) for text in texts)
        summary = rest[0] if rest else None
        return checked_translation(passage, title, summary, self.name, "machine")

    @abstractmethod
    async def _translate(self, texts: Sequence[str], language: str) -> Sequence[object]:
        """Return the engine's translations of texts in a language (ISO 639-1; empty: unknown).
        Raises EngineError."""


_DEEPL_LANGUAGES = set("BG CS DA DE EL ES ET FI FR HU IT LT LV NB NL PL PT RO SK SL SV UK".split())


class DeepL(Machine):
    """DeepL's API (`POST /v2/translate`)."""

    name = "DeepL"

    async def _translate(self, texts: Sequence[str], language: str) -> Sequence[object]:
        code = {"no": "NB", "nn": "NB"}.get(language, language.upper())
        # DeepL rejects languages that it does not know; without one it detects the language.
        source = {"source_lang": code} if code in _DEEPL_LANGUAGES else {}
        payload = {"text": texts, "target_lang": "EN-GB", **source}
        headers = {"Authorization": f"DeepL-Auth-Key {self._config.deepl_key.reveal()}"}
        url = f"{self._config.deepl_url.rstrip('/')}/translate"
        match await post_json(self._session, url, payload, headers):
            case {"translations": [*parts]}:
                return [part.get("text") if isinstance(part, dict) else None for part in parts]
            case _:
                raise EngineError("answers without translations")


class LibreTranslate(Machine):
    """A LibreTranslate server (`POST /translate`)."""

    name = "LibreTranslate"

    async def _translate(self, texts: Sequence[str], language: str) -> Sequence[object]:
        key = self._config.libretranslate_key
        access = {"api_key": key.reveal()} if key else {}
        payload = {"q": texts, "source": language or "auto", "target": "en", "format": "text"}
        url = f"{self._config.libretranslate_url.rstrip('/')}/translate"
        match await post_json(self._session, url, payload | access, {}):
            case {"translatedText": [*translations]}:
                return translations
            case _:
                raise EngineError("answers without translatedText")


class Local(Machine):
    """Firefox's models in a worker process, through fxtranslate (extra `local`).

    The operator mounts the models: a folder for each pair of languages (`cs-en`), as fxtranslate
    keeps them. Nothing is downloaded.
    """

    name = "fxtranslate"

    async def _translate(self, texts: Sequence[str], language: str) -> Sequence[object]:
        try:
            models = self._config.local_models
            return await self._workers.run(translate_locally, models, language, texts)
        except (OSError, ValueError, ImportError, WorkError) as error:
            raise EngineError(f"{language or 'no language'}: {error}") from None


def translate_locally(models: str, language: str, texts: Sequence[str]) -> list[str]:
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
