"""A mirror of Mozilla's delivery of models on 127.0.0.1, with the faults that servers have."""

import asyncio
import hashlib
import sys
from typing import Any, Literal, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes import marian

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RECORDS = "/v1/buckets/main/collections/translations-models-v2/records"
SENTENCE = "Government approves amendment of the Asylum Act"

Fault = (
    int
    | str
    | Literal["breaks off", "endless", "hangs", "says more", "ignores ranges", "other range"]
)
"""What is done instead of the right answer: an HTTP status, or, where it begins with `http`, a
redirect to that address."""


class FakeMirror:
    """`async with FakeMirror() as mirror:`, and one with `mirror.url`. A fault of a file happens
    once for each time that it is listed."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.asked: list[tuple[str, str | None]] = []
        """The names of files that were asked for, and their ranges."""
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self._server = TestServer(application)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0.05)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def offer(
        self, pair: str, sentence: str = SENTENCE, version: str = "3.1", **facts: Any
    ) -> None:
        """Offer the model of a pair of languages, instead of one that was offered before."""
        source, target = pair.split("-")
        self.records = [
            each for each in self.records if each["name"].split(".")[1] != source + target
        ]
        for name, content in (
            (f"model.{source}{target}.intgemm.alphas.bin", marian.model(sentence)),
            (f"vocab.{source}{target}.spm", marian.vocabulary(sentence)),
        ):
            location = f"main-workspace/translations-models-v2/{name}.zst"
            packed = self.files[location] = zstd.compress(content)
            self.records.append(
                {
                    "name": name, "version": version, "fileType": name.split(".")[0],
                    "sourceLanguage": source, "targetLanguage": target, "architecture": "tiny",
                    "decompressedHash": hashlib.sha256(content).hexdigest(),
                    "decompressedSize": len(content), "filter_expression": "",
                    "attachment": {
                        "hash": hashlib.sha256(packed).hexdigest(), "size": len(packed),
                        "filename": f"{name}.zst", "location": location,
                        "mimetype": "application/zstd",
                    },
                }
                | facts
            )  # fmt: skip

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == RECORDS:
            return web.json_response({"data": self.records})
        body = self.files.get(request.path[1:])
        if body is None:
            return web.Response(status=404)
        wanted = request.headers.get("Range")
        self.asked.append((request.path.rpartition("/")[2].removesuffix(".zst"), wanted))
        fault = self.faults.pop(0) if self.faults else None
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if fault == "ignores ranges":
            start = 0
        if start >= len(body):
            fault = 416
        if isinstance(fault, int):
            return web.Response(status=fault)
        if fault and fault.startswith("http"):
            raise web.HTTPFound(fault)
        return await _send(request, body, start, fault)


async def _send(
    request: web.Request, body: bytes, start: int, fault: str | None
) -> web.StreamResponse:
    told = 7 if fault == "other range" else start
    headers = {"Content-Range": f"bytes {told}-{len(body) - 1}/{len(body)}"} if told else {}
    response = web.StreamResponse(status=206 if told else 200, headers=headers)
    if fault != "endless":
        response.content_length = len(body) - start + (1000 if fault == "says more" else 0)
    await response.prepare(request)
    if fault == "breaks off":
        await response.write(body[start : start + (len(body) - start) // 2])
        assert request.transport
        request.transport.close()
        return response
    if fault == "hangs":
        await response.write(body[start : start + 100])
        await asyncio.sleep(10)
    await response.write(body[start:])
    while fault == "endless":
        await response.write(bytes(100_000))
    return response
