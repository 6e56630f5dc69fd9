"""Machine translations as they come: strings for strings."""

from collections.abc import Sequence

from bot.errors import EngineError
from bot.models import Passage, Translation
from bot.text import line
from bot.translation import validate


def asked(passage: Passage) -> list[str]:
    """What is to be translated: the title, and the lead where there is one."""
    return [text for text in (passage.title, passage.text) if text]


def answered(passage: Passage, texts: Sequence[object], by: str) -> Translation:
    """The translation that an engine's strings make, as far as they can be believed. Raises
    EngineError."""
    wanted = asked(passage)
    if len(texts) != len(wanted) or not all(isinstance(text, str) for text in texts):
        raise EngineError(f"answers {len(texts)} texts where {len(wanted)} were asked for")
    title, *rest = (line(str(text)) for text in texts)
    summary = rest[0] if rest else None
    bad_title = validate.title(title, passage)
    bad_summary = validate.summary(summary, passage) if summary is not None else None
    if bad_title:
        raise EngineError(bad_title)
    return Translation(
        title=title, summary=None if bad_summary else summary, by=by, origin="machine"
    )
