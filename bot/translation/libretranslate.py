"""LibreTranslate's API (`POST /translate`)."""

from bot.config.schema import TranslationConfig
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.translation import http
from bot.translation.http import JsonClient


class LibreTranslate:
    """A LibreTranslate server."""

    name = "LibreTranslate"

    def __init__(self, client: JsonClient, config: TranslationConfig) -> None:
        self._client, self._key = client, config.libretranslate_key
        self._url = f"{config.libretranslate_url.rstrip('/')}/translate"

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage. Raises EngineError."""
        payload = {
            "q": http.source_texts(passage),
            "source": (passage.language or "auto").split("-")[0],
            "target": "en",
            "format": "text",
        }
        key = {"api_key": self._key.reveal()} if self._key else {}
        match await self._client.post(self._url, {**payload, **key}, {}):
            case {"translatedText": [*texts]}:
                return http.checked_translation(passage, texts, self.name)
            case _:
                raise EngineError("answers without translatedText")
