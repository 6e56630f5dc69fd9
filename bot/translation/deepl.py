"""DeepL's API (`POST /v2/translate`)."""

from bot.config.schema import TranslationConfig
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.translation import http
from bot.translation.http import JsonClient

# DeepL rejects source languages that it does not know; without one it detects the language.
_CODES = {"no": "NB", "nn": "NB"}
_SUPPORTED = set("BG CS DA DE EL ES ET FI FR HU IT LT LV NB NL PL PT RO SK SL SV UK".split())


class DeepL:
    """The API of DeepL."""

    name = "DeepL"

    def __init__(self, client: JsonClient, config: TranslationConfig) -> None:
        self._client, self._key = client, config.deepl_key
        self._url = f"{config.deepl_url.rstrip('/')}/translate"

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage. Raises EngineError."""
        tag = (passage.language or "").split("-")[0]
        language = _CODES.get(tag, tag.upper())
        source = {"source_lang": language} if language in _SUPPORTED else {}
        payload = {"text": http.source_texts(passage), "target_lang": "EN-GB", **source}
        headers = {"Authorization": f"DeepL-Auth-Key {self._key.reveal()}"}
        match await self._client.post(self._url, payload, headers):
            case {"translations": [*parts]}:
                texts = [part.get("text") if isinstance(part, dict) else None for part in parts]
                return http.checked_translation(passage, texts, self.name)
            case _:
                raise EngineError("answers without translations")
