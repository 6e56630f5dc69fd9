"""What engines share: requests to their servers, and the checks of their translations.

A feed's text is hostile: it may hold instructions for the model that translates it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
from msgspec import Struct

from bot.config.redaction import Redactor
from bot.config.schema import TranslationConfig
from bot.enrich.language import closest_language
from bot.errors import EngineError
from bot.i18n import ENGLISH
from bot.models.translations import Origin, Passage, Translation
from bot.pipeline.worker_pool import WorkerPool
from bot.reader_language import IN_ENGLISH
from bot.text import normalise, numbers, one_line, parse_json, shorten, tidy, utf16_length

LIMIT = 1024 * 1024
"""Bytes of an answer; translations of a title and a lead have some thousands."""


class EngineContext(Struct, frozen=True):
    """What engines work with."""

    session: aiohttp.ClientSession
    config: TranslationConfig
    models: Path
    """The folder of the models on this machine."""
    workers: WorkerPool
    """Where they are loaded."""
    redact: Redactor
    """Takes keys out of what servers say."""


class Engine(ABC):
    """An engine that translates passages."""

    name: str

    @classmethod
    def can_translate(cls, models: Path, language: str | None, target: str) -> bool:
        """Return whether it can translate from a language (BCP 47) into another one (ISO 639-1)
        now. `models`: the folder of the models on this machine."""
        return True

    def size(self, passage: Passage) -> int:
        """Return how many characters of a passage it is sent."""
        return len(passage.title) + len(passage.text)

    @abstractmethod
    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage. Raises EngineError."""


async def post_json(
    context: EngineContext, url: str, payload: Mapping[str, Any], headers: Mapping[str, str]
) -> Any:
    """Post JSON; return the JSON of the response. Raises EngineError, with the HTTP status if there
    is one."""
    # The error quotes nothing that was sent: the headers hold keys.
    try:
        # The URL is the operator's own and may be private; a redirect could lead anywhere.
        async with context.session.post(
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
    # Redacted before it is cut: half a key would not be recognised.
    text = shorten(context.redact(one_line(body.decode("utf-8", "replace"))), 120)
    excerpt = f": {text}" if text else ""
    if status != 200:
        raise EngineError(f"answers HTTP {status}{excerpt}", status)
    try:
        return parse_json(body)
    except (ValueError, RecursionError):
        raise EngineError(f"answers something that is no JSON{excerpt}") from None


# ------------------------------------------------------------------ checks

TITLE = 300
SUMMARY = 600
"""UTF-16 units of a summary; more is cut at the end of a sentence."""
SAME = 3
"""Words from which a translated title is no other language's too: `Frontex` is."""
LONGER = 4
"""How many times as many words a translated title may have; Finnish needs three."""

_FOREIGN = re.compile(
    r"https?:|www\.|\bt\.me\b|(?<!\w)@\w{3,}|</?[a-z]|\]\(|[`{}]|\*\*|__|^[-*#•>]\s", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?<![\w.-])(?:[\w-]+\.)*[\w-]{2,}\.[a-z]{2,}(?![\w-])")
# Words that English sentences are made of, and few other languages have.
_ENGLISH_WORDS = frozenset(
    "the of and to for from with by at on that which is are was were be has have will its their "
    "new not after about into this under more as an".split()
)
_ENOUGH = 8
"""Words from which it can be told that a text is not in a language."""


def checked_translation(
    passage: Passage, title: str, summary: str | None, by: str, origin: Origin
) -> Translation:
    """Return a translation, without a summary that has a problem. Raises EngineError where the
    title has one."""
    if problem := title_problem(title, passage) or _told_problem("title", title, passage):
        raise EngineError(problem)
    is_usable = summary and not summary_problem(summary, passage)
    summary = shorten(one_line(summary or ""), SUMMARY) if is_usable else None
    return Translation(title=one_line(title), summary=summary, by=by, origin=origin)


def title_problem(text: str, passage: Passage) -> str | None:
    """Return the problem of a translated title; None: it can be used."""
    title, original = normalise(text), normalise(passage.title)
    if not title:
        return "title is empty"
    if "\n" in text.strip() or utf16_length(text) > TITLE:
        return f"title is longer than {TITLE} characters or more than one line"
    if title == original and len(title.split()) >= SAME:
        return "title is not translated"
    if len(title.split()) > LONGER * (len(original.split()) + 2):
        return "title says more than the title that was to be translated"
    return markup_problem("title", text, passage)


def summary_problem(text: str, passage: Passage) -> str | None:
    """Return the problem of a translated summary; None: it can be used."""
    if not normalise(text):
        return "summary is empty"
    problem = markup_problem("summary", text, passage)
    return problem or _told_problem("summary", text, passage)


def markup_problem(what: str, text: str, passage: Passage) -> str | None:
    """Return the problem of a text with links, names of accounts or markup that the passage lacks;
    None: it has none."""
    text = tidy(text)  # what is unreadable may stand within a link
    source = f"{passage.title} {passage.article or passage.text}"
    domains = (match for match in _DOMAIN.finditer(text) if match[0] not in source)
    if match := _FOREIGN.search(text) or next(domains, None):
        return f"{what} holds “{match[0]}”: no links, names of accounts or markup"
    return None


def _told_problem(what: str, text: str, passage: Passage) -> str | None:
    source = f"{passage.title} {passage.text}"
    # Digits alone too: the day of "16.1." becomes "16 January".
    invented = numbers(text) - numbers(source) - {*re.findall(r"\d+", source)}
    if invented:
        return f"{what} holds numbers that do not stand in the text: {', '.join(sorted(invented))}"
    if not _is_in(passage.target, text):
        return f"{what} is not {ENGLISH.language(passage.target)}"
    return None


def _is_in(language: str, text: str) -> bool:
    """Return whether a text is in a language, as far as its words tell."""
    words = normalise(text).split()
    if len(words) < _ENOUGH:
        return True
    if language == IN_ENGLISH:
        return not _ENGLISH_WORDS.isdisjoint(words)
    return closest_language(text) in (language, None)  # None: nothing can tell
