"""`@bot words` in any chat: developments to share there."""

from bot import match, render
from bot.chat import query
from bot.chat.context import Office
from bot.models import Development, Filter

LIMIT = 10


async def found(office: Office, said: str) -> list[Development]:
    """What the words ask for; without words, the newest."""
    wanted = query.search_of(said[: render.LIMIT], {source.id for source in office.sources})
    return await _wanted(office, wanted) or await _wanted(office, query.literal(said))


async def _wanted(office: Office, wanted: Filter) -> list[Development]:
    return await office.store.developments(lambda made: match.wants(wanted, made), limit=LIMIT)
