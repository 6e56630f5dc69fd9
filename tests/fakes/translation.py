"""Translation engines for tests: servers on 127.0.0.1 that answer as they are told to."""

from collections.abc import Callable
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
Answer = Json | str | int | web.Response | Callable[[Json], Json]
"""A body, a text that is no JSON, an HTTP status, a whole response, or what makes a body of a
question."""


class FakeEngine:
    """`async with FakeEngine() as engine:`, and an engine with `engine.url`. It gives the answers
    in their order, the last one for good."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        application = web.Application()
        application.router.add_post("/{path:.*}", self._answer)
        self._server = TestServer(application)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0.05)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/v1"

    async def _answer(self, request: web.Request) -> web.Response:
        question = await request.json()
        self.asked.append(question)
        self.headers.append(dict(request.headers))
        self.paths.append(request.path)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, web.Response):
            return answer
        if isinstance(answer, int):
            return web.json_response({"error": "no"}, status=answer)
        if isinstance(answer, str):
            return web.Response(text=answer)
        return web.json_response(answer(question) if callable(answer) else answer)


def chat(said: str) -> Json:
    """What a chat server answers."""
    return {"choices": [{"message": {"role": "assistant", "content": said}}]}
