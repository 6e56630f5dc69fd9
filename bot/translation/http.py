"""Post JSON to an engine's server, and check the texts of its response."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot import __version__
from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.text import one_line, shorten
from bot.translation import validate

DEADLINE = 60.0
"""Seconds for one answer: a model on a small machine is slow."""
LIMIT = 1024 * 1024
"""Bytes of an answer; translations of a title and a lead have some thousands."""


@asynccontextmanager
async def open_client() -> AsyncIterator["JsonClient"]:
    """Open a client for the servers of engines, for as long as the context lasts."""
    timeout = aiohttp.ClientTimeout(total=DEADLINE, connect=10)
    agent = {"User-Agent": f"policy-herald/{__version__}"}
    async with aiohttp.ClientSession(timeout=timeout, headers=agent) as session:
        yield JsonClient(session)


class JsonClient:
    """Posts JSON and returns the JSON of the response."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        """Return the decoded response. Raises EngineError, with the HTTP status if there is one."""
        # The error quotes nothing that was sent: the headers hold keys.
        try:
            # The URL is the operator's own and may be private; a redirect could lead anywhere.
            async with self._session.post(
                url, json=payload, headers=headers, allow_redirects=False
            ) as response:
                body = await response.content.read(LIMIT + 1)
                while len(body) <= LIMIT and not response.content.at_eof():
                    body += await response.content.read(LIMIT + 1 - len(body))
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise EngineError(f"does not answer ({type(error).__name__})") from None
        if len(body) > LIMIT:
            raise EngineError("answers more than a megabyte")
        if status != 200:
            raise EngineError(f"answers HTTP {status}{_excerpt(body)}", status)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise EngineError(f"answers something that is no JSON{_excerpt(body)}") from None


def _excerpt(body: bytes) -> str:
    text = shorten(one_line(body[:1000].decode("utf-8", "replace")), 120)
    return f": {text}" if text else ""


def source_texts(passage: Passage) -> list[str]:
    """Return the texts of a passage to translate: its title, and its lead where it has one."""
    return [text for text in (passage.title, passage.text) if text]


def checked_translation(passage: Passage, texts: Sequence[object], by: str) -> Translation:
    """Return an engine's texts as a translation, without those that fail `validate`. Raises
    EngineError where the title does."""
    sources = source_texts(passage)
    if len(texts) != len(sources) or not all(isinstance(text, str) for text in texts):
        raise EngineError(f"answers {len(texts)} texts where {len(sources)} were asked for")
    title, *rest = (one_line(str(text)) for text in texts)
    summary = rest[0] if rest else None
    bad_title = validate.title(title, passage)
    bad_summary = validate.summary(summary, passage) if summary is not None else None
    if bad_title:
        raise EngineError(bad_title)
    return Translation(
        title=title, summary=None if bad_summary else summary, by=by, origin="machine"
    )
