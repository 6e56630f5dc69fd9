"""Machine translation: engines that are given a list of texts, and two services of that kind."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from bot.errors import EngineError
from bot.i18n import base_language
from bot.models.translations import Passage, Translation
from bot.reader_language import IN_ENGLISH
from bot.text import one_line
from bot.translation.engine import Engine, EngineContext, checked_translation, post_json
from bot.translation.languages import called_among, engine_languages


class Machine(Engine):
    """An engine that translates a list of texts."""

    languages = ""
    """Its key in `data/engine_languages.toml`; empty where `can_translate` is overridden."""

    @classmethod
    def can_translate(cls, models: Path, language: str | None, target: str) -> bool:
        """Return whether it has the target language; it may still refuse that of a text."""
        return target == IN_ENGLISH or target in engine_languages().translated[cls.languages]

    def __init__(self, context: EngineContext) -> None:
        self._context, self._config = context, context.config

    async def translate(self, passage: Passage) -> Translation:
        """Translate title and lead, as far as the answer can be trusted. Raises EngineError."""
        originals = [text for text in (passage.title, passage.text) if text]
        language = base_language(passage.language)
        texts = await self._translate(originals, language, passage.target)
        if len(texts) != len(originals) or not all(isinstance(text, str) for text in texts):
            raise EngineError(f"answers {len(texts)} texts where {len(originals)} were asked for")
        title, *rest = (one_line(str(text)) for text in texts)
        summary = rest[0] if rest else None
        return checked_translation(passage, title, summary, self.name, "machine")

    @abstractmethod
    async def _translate(
        self, texts: Sequence[str], language: str, target: str
    ) -> Sequence[object]:
        """Return the engine's translations of texts in a language (ISO 639-1; empty: unknown) into
        another one. Raises EngineError."""


class DeepL(Machine):
    """DeepL's API (`POST /v2/translate`)."""

    name = "DeepL"
    languages = "deepl"

    async def _translate(
        self, texts: Sequence[str], language: str, target: str
    ) -> Sequence[object]:
        code = called_among(engine_languages().translated[self.languages], language)
        # DeepL rejects languages that it does not know; without one it detects the language.
        source = {"source_lang": code.upper()} if code else {}
        target_lang = "EN-GB" if target == IN_ENGLISH else target.upper()
        payload = {"text": texts, "target_lang": target_lang, **source}
        headers = {"Authorization": f"DeepL-Auth-Key {self._config.deepl_key.reveal()}"}
        url = f"{self._config.deepl_url.rstrip('/')}/translate"
        match await post_json(self._context, url, payload, headers):
            case {"translations": [*parts]}:
                return [part.get("text") if isinstance(part, dict) else None for part in parts]
            case _:
                raise EngineError("answers without translations")


class LibreTranslate(Machine):
    """A LibreTranslate server (`POST /translate`)."""

    name = "LibreTranslate"
    languages = "libretranslate"

    async def _translate(
        self, texts: Sequence[str], language: str, target: str
    ) -> Sequence[object]:
        key = self._config.libretranslate_key
        access = {"api_key": key.reveal()} if key else {}
        # A server may have more languages than are known here.
        code = called_among(engine_languages().translated[self.languages], language) or language
        payload = {"q": texts, "source": code or "auto", "target": target, "format": "text"}
        url = f"{self._config.libretranslate_url.rstrip('/')}/translate"
        match await post_json(self._context, url, payload | access, {}):
            case {"translatedText": [*translations]}:
                return translations
            case _:
                raise EngineError("answers without translatedText")
