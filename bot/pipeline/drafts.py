"""Enrich the items of a document: complete them by their own pages, and make drafts of them."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from bot import enrich
from bot.models import Development
from bot.models.sources import NotRelevant, Source
from bot.pipeline.context import PollContext
from bot.pipeline.entries import Draft, Entry, Waiting
from bot.pipeline.pages import complete_items

CHUNK = 200
"""Items that a worker enriches before the next deadline begins."""


async def make_drafts(
    context: PollContext,
    source: Source,
    queue: Sequence[Entry],
    recorded: dt.datetime | None = None,
) -> None:
    """Set the drafts of entries, given oldest first, with what their own pages say; `recorded`:
    when they count as recorded, None: now. `source` is read where redirects led."""
    items, pages = await complete_items(context, source, [entry.item for entry in queue])
    drafts: list[Draft] = []
    for start in range(0, len(queue), CHUNK):
        chunk = items[start : start + CHUNK]
        drafts += await context.workers.run(enrich.enrich_items, chunk, source, context.own_words)
    recorded = recorded or context.clock()
    for index, (entry, draft) in enumerate(zip(queue, drafts, strict=True)):
        entry.page = pages.get(index)
        entry.text = f"{items[index].text}\n{items[index].beside}".strip()
        entry.lacks_page = index in pages and entry.page is None
        match draft:
            case Development():
                entry.draft = _recorded(draft, recorded, entry)
            case NotRelevant() if entry.lacks_page:
                entry.draft = Waiting(draft)
            case _:
                entry.draft = draft


def _recorded(draft: Development, at: dt.datetime, entry: Entry) -> Development:
    """Return a draft that is recorded at a time; without its day where that is of the clock."""
    if entry.keeps_day:
        source, *others = draft.sources
        draft = replace(draft, date=None, sources=(replace(source, date=None), *others))
    return replace(draft, recorded=at)
