"""Render the stage of a matter as a line, and all of its stages as a time line."""

from collections.abc import Callable, Iterable, Sequence

from bot.i18n import ENGLISH, N_, Locale
from bot.models import Development, Stage, StageKind
from bot.models.deliveries import Message
from bot.procedures import place as place_of
from bot.reader_language import native_text
from bot.render.head_line import place
from bot.render.templates import clip, reply
from bot.text import first_sentence, one_line

KINDS: dict[StageKind, str] = {
    "announced": N_("announced"),
    "consultation": N_("consultation"),
    "bill": N_("bill"),
    "amended": N_("amended"),
    "adopted": N_("adopted"),
    "rejected": N_("rejected"),
    "published": N_("published"),
    "in_force": N_("in force"),
    "challenged": N_("challenged in court"),
    "decided": N_("decided by a court"),
    "upheld": N_("upheld by a court"),
    "suspended": N_("suspended by a court"),
    "annulled": N_("annulled by a court"),
    "withdrawn": N_("withdrawn"),
}
ADOPTED_BY = {
    "government": N_("adopted by the government"),
    "parliament": N_("adopted by the parliament"),
    "lower_house": N_("adopted by the lower house"),
    "upper_house": N_("adopted by the upper house"),
    "european_parliament": N_("adopted by the European Parliament"),
    "council": N_("adopted by the Council"),
    "president": N_("signed by the president"),
}
NUMBERS = 2
"""Numbers of a matter that stand before its stage."""
HEADING = 6
"""Those that stand above its time line."""
TITLE, SENTENCE = 120, 200
"""Units of a title and of the sentence that tells a stage, in a time line."""


def stage_line(record: Development, to: Locale = ENGLISH) -> str:
    """Return the stage that a development tells: `sněmovní tisk 512 · adopted by the lower house ·
    stage 3 of 5`; nothing where it is no stage of a matter that is known."""
    is_known = record.own_references or record.matter not in (None, record.id)
    if record.stage is None or not is_known:
        return ""
    numbers = record.own_references or record.matter_references
    return " · ".join((*numbers[:NUMBERS], stage_text(record.stage, record.country, to)))


def stage_text(stage: Stage, country: str | None, to: Locale) -> str:
    """Return a stage in words, with its place where the procedure of a country is known."""
    text = ADOPTED_BY.get(stage.body or "") if stage.kind == "adopted" else None
    said = to.gettext(text or KINDS[stage.kind])
    if (found := place_of(stage, country)) is None:
        return said
    number, count = found
    counted = to.gettext("stage {number} of {count}", number=number, count=count)
    return f"{said} · {counted}"


def _sentence(record: Development) -> str:
    """Return the sentence that tells a stage, as published; where that is the title, the first one
    below it."""
    words = one_line(record.stage.words) if record.stage else ""
    title, text = native_text(record)
    return clip(first_sentence(text) if words in ("", one_line(title)) else words, SENTENCE)


def time_line(
    stages: Sequence[Development],
    numbers: Iterable[str],
    first: int,
    count: int,
    to: Locale,
    link: Callable[[str], str],
) -> tuple[Message, ...]:
    """Render some stages of a matter that has numbers, of `count` in all; the first of these has
    the place `first`."""
    rows = [
        {
            "day": to.long_day(each.date) if each.date else "",
            "stage": stage_text(each.stage, each.country, to) if each.stage else "",
            "title": clip(each.title, TITLE),
            "number": each.id,
            "link": link(f"d_{each.id}"),
            "sources": each.sources,
            "words": _sentence(each),
        }
        for each in stages
    ]
    named = [*numbers][:HEADING]
    return reply(
        "matter",
        to,
        heading=" · ".join(filter(None, (place(stages[0].country, to), *named))),
        rows=rows,
        first=first + 1,
        last=first + len(rows),
        count=count,
    )
