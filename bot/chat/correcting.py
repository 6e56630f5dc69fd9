"""/correct: an admin sets a development's labels right."""

from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat import query
from bot.chat.answer import Answer
from bot.chat.context import Office
from bot.chat.visit import Visit
from bot.models import Correction, Development, Filter


async def correct(office: Office, visit: Visit, said: str) -> Answer:
    """`CZ-2025-0001 return, legislative`: themes and topics are those that are named, and so is the
    type; what is not named of them stays. What was sent is edited."""
    number, _, labels = said.strip().partition(" ")
    made = await office.store.development(number.upper())
    wanted = query.filter_of(labels)
    if made is None or not isinstance(wanted, Filter) or wanted == Filter():
        return Answer(render.reply("correct_how", visit.tongue))
    corrected = with_labels(made, wanted)
    correction = Correction(
        development=str(made.id),
        title=made.sources[0].title_native,
        language=made.sources[0].language,
        before=(*made.themes, *made.topics, made.type),
        after=(*corrected.themes, *corrected.topics, corrected.type),
        evidence=(*made.evidence.themes, *made.evidence.topics, *made.evidence.type),
    )
    await office.store.correct(corrected, correction, office.clock())
    return Answer((render.development(corrected, visit.tongue),))


def with_labels(made: Development, wanted: Filter) -> Development:
    """A development with the labels that a filter names, as many as it may have (pure)."""
    themes = tuple(code for code in taxonomy.themes() if code in wanted.themes)[:2]
    topics = tuple(code for code in taxonomy.topics() if code in wanted.topics)
    is_named = bool(themes or topics)
    return replace(
        made,
        themes=(themes or made.themes) if is_named else made.themes,
        topics=topics if is_named else made.topics,
        type=next(iter(sorted(wanted.types)), made.type),
        is_corrected=True,
    )
