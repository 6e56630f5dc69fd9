"""/why LINK: tell what has become of an item, by its URL. Nothing is fetched for it."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import catch_up, match, render
from bot.chat import archive
from bot.chat.context import Answer, ChatContext, Request, joined
from bot.chat.parsing import query
from bot.dedupe.keys import address_keys
from bot.models import Development, Notice
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import BUTTON_LIMIT, Button, Buttons
from bot.models.sources import SeenItem, Source, SourceState, Unsent
from bot.monitoring import source_health
from bot.render.causes import cause_text
from bot.search import HasWord
from bot.urls import canonical_url, edition, find_link, host, is_same_site

SEARCHED = dt.timedelta(days=60)
"""How far back the developments are compared one by one, for the URLs of other language editions,
which are no keys."""
SITES = 5
"""Sources of one site that are named."""


class Near(Struct, frozen=True):
    """The filter that fails the fewest facets of a development."""

    number: int
    filter: Filter
    facets: tuple[match.Facet, ...]
    """Those that the development does not meet."""


class Known(Struct, frozen=True):
    """What is recorded of a URL."""

    development: Development | None = None
    item: SeenItem | None = None
    waiting: tuple[Source, SourceState] | None = None
    """The source whose next poll tries again to read its item, and its state."""


async def why(context: ChatContext, request: Request, args: str) -> Answer:
    """Tell why the item of a link, or of a number, did or did not come."""
    if link := find_link(args):
        return await explain(context, request, link, await find(context, link))
    if numbers := query.parse_numbers(args):
        development = await context.store.development(numbers[0])
        if development is None:
            return await archive.show(context, request, numbers[0])
        return await _of_development(context, request, Known(development))
    return request.say(
        "Send the link of what you miss: <code>/why https://example.org/news/1</code>, or the "
        "number of a development: <code>/why CZ-2025-0001</code>"
    )


async def on_link(context: ChatContext, request: Request, text: str) -> Answer:
    """Answer a text with a link: a link alone with its development, where there is one, anything
    else with what is known of it."""
    link = str(find_link(text))
    known = await find(context, link)
    if known.development and known.development.id and len(text.split()) == 1:
        return await archive.show(context, request, known.development.id)
    return await explain(context, request, link, known)


async def explain(context: ChatContext, request: Request, link: str, known: Known) -> Answer:
    """Tell what has become of the item of a link."""
    if known.development:
        return await _of_development(context, request, known)
    if known.item:
        answer = await _of_other_item(context, request, known.item)
    elif known.waiting:
        answer = await _of_waiting(context, request, *known.waiting)
    else:
        answer = await _of_site(context, request, link)
    # What somebody asks is not stored: the button of a long link holds its beginning.
    data = f"{Area.WHY}:{link.partition('://')[2]}".encode()[:BUTTON_LIMIT].decode(errors="ignore")
    report = Button(request.gettext("Tell who runs this bot"), data)
    return replace(answer, buttons=((report,),))


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Tell the admins of a link that somebody misses; not who does."""
    if not host(f"https://{rest}"):
        return None
    await context.store.add_notice(Notice(kind="item_missed", values={"url": rest}))
    toast = request.gettext(
        "Thank you. Who runs this bot will look at it; nobody is told that it was you."
    )
    return Answer((), toast=toast, is_alert=True)


# ------------------------------------------------------------------ where it is


async def is_new(context: ChatContext, link: str) -> bool:
    """Return whether nothing is known of a link, and nothing of its site is followed."""
    known = await find(context, link)
    return known == Known() and not _of_same_site(context, link)


def _of_same_site(context: ChatContext, link: str) -> list[Source]:
    return [
        one for one in context.sources if is_same_site(one.url, link) or is_same_site(link, one.url)
    ]


async def find(context: ChatContext, link: str) -> Known:
    """Return what is recorded of a URL: under the keys of its item, else as an edition of a
    development."""
    keys = [key for source in context.sources for key in address_keys(source.id, link)]
    items = await context.store.seen_items(keys) if canonical_url(link) else []
    for item in items:
        if item.development:
            development = await context.store.development(item.development)
            return Known(development, item)
    if development := await _edition(context, link):
        return Known(development)
    return Known(item=items[0]) if items else Known(waiting=await _waits_at(context, link))


async def _waits_at(context: ChatContext, link: str) -> tuple[Source, SourceState] | None:
    """Return the source whose item with a URL is still to be read, and its state."""
    states = await context.store.states() if canonical_url(link) else {}
    return next(
        (
            (source, state)
            for source in context.sources
            if (state := states.get(source.id))
            and not set(state.waiting).isdisjoint(address_keys(source.id, link))
        ),
        None,
    )


async def _edition(context: ChatContext, link: str) -> Development | None:
    names = {canonical_url(link), edition(link)} - {None}
    since = context.clock().date() - SEARCHED

    def has_page(development: Development, has_word: object) -> bool:
        return any(
            canonical_url(url) in names or edition(url) in names for url in _pages_of(development)
        )

    found = await context.store.developments(has_page, since=since, limit=1) if names else []
    return found[0] if found else None


def _pages_of(development: Development) -> list[str]:
    return [
        url
        for cited in development.sources
        for url in (cited.url, cited.url_en, *cited.editions)
        if url
    ]


# ------------------------------------------------------------------ a development


async def _of_development(context: ChatContext, request: Request, known: Known) -> Answer:
    development, now = known.development, context.clock()
    assert development is not None
    chat = await context.store.chat(request.chat)
    has_word = await catch_up.words_found(context.store, chat.filters, development)
    wanting = match.numbered_wanting(chat, development, has_word)
    near = _nearest(chat, development, has_word) if not wanting else None
    active = [(number, kept) for number, kept in wanting if not kept.paused]
    reviews = await context.store.reviews()
    (heading,) = render.headlines([request.read(development)], request.locale, context.link)
    answer = request.reply(
        "why_not",
        chat=chat,
        record=request.read(development),
        delivery=await context.store.news_delivery(str(development.id), chat.id),
        unsent=known.item and known.item.unsent,
        is_waiting=any(review.development == development.id for review in reviews),
        joined_by=_joined_by(context.sources, development, known.item),
        wanting=active,
        paused=[] if active else wanting,
        near=near,
        was_away=catch_up.was_away(chat, development),
        is_away=not match.listens(chat, now),
    )
    buttons = _buttons(request, development, near, [] if active else wanting)
    return Answer((joined(heading, *answer.messages),), buttons=buttons)


def _nearest(chat: Chat, development: Development, has_word: HasWord) -> Near | None:
    """Return the filter of which a development fails the fewest facets."""
    failed = [
        Near(number, kept, tuple(match.unmet(kept, development, has_word)))
        for number, kept in enumerate(chat.filters, 1)
    ]
    return min(failed, key=lambda near: (near.filter.paused, len(near.facets)), default=None)


def _joined_by(
    sources: Sequence[Source], development: Development, item: SeenItem | None
) -> str | None:
    """Return who published an item that has joined the development of another publisher."""
    if item is None or development.sources[0].source in ("", item.source):
        return None
    return next((one.publisher for one in sources if one.id == item.source), None)


def _buttons(
    request: Request,
    development: Development,
    near: Near | None,
    paused: Sequence[tuple[int, Filter]],
) -> Buttons:
    """Return the buttons for what can be done about it, in private."""
    if not request.is_private:
        return ()
    show = Button(request.gettext("Show it"), f"{Area.NEWS}:show:{development.id}")
    if near:
        text = request.gettext("Edit filter {number}", number=near.number)
        return ((show, Button(text, f"{Area.FILTER}:edit:{near.filter.id}")),)
    resume = tuple(
        Button(
            request.gettext("Resume filter {number}", number=number),
            f"{Area.FILTER}:resume:{kept.id}",
        )
        for number, kept in paused[:1]
    )
    return ((show, *resume),)


# ------------------------------------------------------------------ no development


async def _of_other_item(context: ChatContext, request: Request, item: SeenItem) -> Answer:
    """Tell why an item that was read is no development."""
    source = next((one for one in context.sources if one.id == item.source), None)
    unsent = item.unsent or Unsent(at=context.clock(), reason="not relevant")
    return request.reply(
        "why_irrelevant",
        publisher=source.publisher if source else item.source,
        day=unsent.at.date() if item.unsent else None,
        irrelevance=unsent.irrelevance,
    )


async def _of_waiting(
    context: ChatContext, request: Request, source: Source, state: SourceState
) -> Answer:
    """Tell that an item is still to be read, and when the next poll tries."""
    now, chat = context.clock(), await context.store.chat(request.chat)
    return request.reply(
        "why_waiting",
        publisher=source.publisher,
        due=state.due if state.due and state.due > now else None,
        zone=chat.timezone,
    )


async def _of_site(context: ChatContext, request: Request, link: str) -> Answer:
    """Tell whether the site of a link is read, and when."""
    now, states = context.clock(), await context.store.states()
    off, chat = await context.store.switched_off(), await context.store.chat(request.chat)
    followed = _of_same_site(context, link)
    shown = [
        (
            source,
            source_health.health(states.get(source.id), now, request.locale, cause_text),
            None if source.id in off else states.get(source.id),
        )
        for source in followed[:SITES]
    ]
    return request.reply(
        "why_unread",
        site=host(link),
        shown=shown,
        off=off,
        hidden=len(followed) - len(shown),
        zone=chat.timezone,
        now=now,
    )
