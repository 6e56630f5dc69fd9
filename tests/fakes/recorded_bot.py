"""A bot whose requests are recorded instead of sent."""

import json
from collections.abc import Collection
from typing import Any

from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

Json = dict[str, Any]


class RecordingRequest(BaseRequest):
    """Answers every request with a message, or with True; refuses some parameters."""

    def __init__(self, refusals: Collection[str]) -> None:
        self._refusals = refusals
        self.calls: list[tuple[str, Json]] = []

    @property
    def read_timeout(self) -> float:
        return 1

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **_: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        values = request_data.parameters if request_data else {}
        self.calls.append((name, values))
        if refused := [each for each in self._refusals if each in values]:
            refusal = {"ok": False, "description": f"Bad Request: {refused[0].upper()}_INVALID"}
            return 400, json.dumps(refusal).encode()
        chat = {"id": values.get("chat_id"), "type": "private"}
        result = {"message_id": 1, "date": 1, "chat": chat} if "chat_id" in values else True
        return 200, json.dumps({"ok": True, "result": result}).encode()


def recorded_bot(*refused: str) -> tuple[ExtBot[None], list[tuple[str, Json]]]:
    """A bot, and the calls that it makes: methods and their parameters, some of which are
    refused."""
    request = RecordingRequest(refused)
    bot: ExtBot[None] = ExtBot("1:x", request=request, get_updates_request=request)
    return bot, request.calls
