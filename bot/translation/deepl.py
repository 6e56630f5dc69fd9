"""DeepL's API (`POST /v2/translate`)."""

from bot.config.schema import TranslationConfig
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.translation import http
from bot.translation.http import JsonClient

# What DeepL calls otherwise; a language that it is not told, it finds out.
_NAMES = {"no": "NB", "nn": "NB"}
_TOLD = set("BG CS DA DE EL ES ET FI FR HU IT LT LV NB NL PL PT RO SK SL SV UK".split())


class DeepL:
    """The API of DeepL."""

    name = "DeepL"

    def __init__(self, client: JsonClient, config: TranslationConfig) -> None:
        self._client, self._key = client, config.deepl_key
        self._url = f"{config.deepl_url.rstrip('/')}/translate"

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage. Raises EngineError."""
        spoken = (passage.language or "").split("-")[0]
        language = _NAMES.get(spoken, spoken.upper())
        source = {"source_lang": language} if language in _TOLD else {}
        question = {"text": http.asked(passage), "target_lang": "EN-GB", **source}
        headers = {"Authorization": f"DeepL-Auth-Key {self._key.reveal()}"}
        match await self._client.ask(self._url, question, headers):
            case {"translations": [*found]}:
                texts = [part.get("text") if isinstance(part, dict) else None for part in found]
                return http.answered(passage, texts, self.name)
            case _:
                raise EngineError("answers without translations")
