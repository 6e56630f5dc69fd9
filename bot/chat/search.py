"""/search, and inline queries: look through the archive by labels, words and periods."""

import datetime as dt

from msgspec.structs import replace

from bot import match, render
from bot.chat import archive, button_text
from bot.chat.context import Answer, ChatContext, Request, joined, pages
from bot.chat.parsing import query
from bot.chat.parsing.moments import Period, find_period
from bot.models import Development
from bot.models.buttons import Area
from bot.models.deliveries import Buttons
from bot.search import RANKED, Search

INLINE_LIMIT = 10
Page = tuple[list[Development], int]
"""Some of what a search finds, and how many that are."""


async def search(context: ChatContext, request: Request, args: str) -> Answer:
    """Show headlines of the archive that match the words, the best first."""
    if not args.strip():
        return request.say(
            "Say what to look for: <code>/search Czechia, detention</code>, or words between "
            "quotation marks."
        )
    if numbers := query.parse_numbers(args):
        return await archive.show(context, request, *numbers)
    return await _found(context, request, args.strip(), 0)


async def finds(context: ChatContext, request: Request, args: str) -> bool:
    """Return whether a search finds anything."""
    today = await context.today_in(request.chat)
    _, (developments, _) = await _search(context, args, today, 0, 1, request.language)
    return bool(developments)


async def turn_page(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show another page of a search: `10:dublin`; None: there is no such button."""
    first, _, asked = rest.partition(":")
    if not (first.isdecimal() and len(first) < 6 and asked):
        return None
    args = await button_text.text_of(context, request, asked)
    if args is None:
        toast = request.gettext("This search is too old. Please search again: /search")
        return Answer((), toast=toast, is_alert=True)
    return replace(await _found(context, request, args, int(first)), in_place=True)


async def _found(context: ChatContext, request: Request, args: str, first: int) -> Answer:
    today, language = await context.today_in(request.chat), request.language
    search, (developments, total) = await _search(
        context, args, today, first, archive.HEADLINES, language
    )
    period, _ = find_period(args, today, language)
    asked = _described(request, args, search, period)
    if not developments:
        return request.say(
            "Nothing is recorded for: {filter}. Fewer words find more; /latest shows the newest of "
            "what you follow.",
            filter=asked,
        )
    last = first + len(developments)
    (heading,) = request.reply(
        "search_results", asked=asked, is_paged=total > archive.HEADLINES,
        first=first + 1, last=last, count=str(total) if total < RANKED else f"{RANKED}+",
    ).messages  # fmt: skip
    read = [*map(request.read, developments)]
    headlines = render.headlines(read, request.locale, context.link)
    turns: Buttons = ()
    if total > archive.HEADLINES:
        longest = f"{Area.SEARCH}:{total}"
        written = (await button_text.data(context, request, longest, args)).removeprefix(longest)
        turns = pages(
            first, archive.HEADLINES, total, lambda start: f"{Area.SEARCH}:{start}{written}"
        )
    return Answer((joined(heading, *headlines),), buttons=turns)


async def _search(
    context: ChatContext,
    args: str,
    today: dt.date,
    first: int,
    limit: int,
    language: str | None = None,
) -> tuple[Search, Page]:
    """Return what a search was understood as, and a page of what it finds."""
    period, rest = find_period(args, today, language)
    search = query.parse_search(rest, {source.id for source in context.sources}, language)
    for each in (search, query.literal(rest)):  # a name may stand in a text, and be no label of it
        if period:
            found = await _within(context, period, each, first, limit)
        else:
            found = await context.store.search(each, first, limit)
        if found[1]:
            return each, found
    return search, ([], 0)


async def _within(
    context: ChatContext, period: Period, search: Search, first: int, limit: int
) -> Page:
    """Return a page of what a search finds in a period, newest first."""
    found = await context.store.developments(
        lambda development, has_word: (
            match.wants(search.filter, development, has_word) and all(map(has_word, search.words))
        ),
        since=period.since,
        until=period.until,
    )
    return found[first : first + limit], len(found)


def _described(request: Request, args: str, search: Search, period: Period | None) -> str:
    """Return in words what is searched for; that words may have any ending, where nobody asked for
    that (`query.literal`)."""
    is_widened = "*" not in args and any(word.endswith("*") for word in search.words)
    words = tuple(word.rstrip("*") if is_widened else word for word in search.words)
    asked = render.description(replace(search.filter, words=words), request.locale)
    if is_widened:
        widened = request.gettext("words with any ending")
        asked = f"{asked} ({widened})"
    if period is None:
        return asked
    day = request.locale.day(period.since)
    if period.until is None:
        since = request.gettext("since {day}", day=day)
        return f"{asked} · {since}"
    last = request.locale.day(period.until)
    return f"{asked} · {day}" if last == day else f"{asked} · {day} – {last}"


async def inline_results(context: ChatContext, args: str, today: dt.date) -> list[Development]:
    """Return the developments that an inline query names by their numbers, else what matches its
    words, the best first; without words, the newest. `today`: the day where the person is."""
    args = args[: render.LIMIT]
    if numbers := query.parse_numbers(args):
        named = [await archive.by_number(context, number) for number in numbers[:INLINE_LIMIT]]
        return [development for development in named if development]
    _, (developments, _) = await _search(context, args, today, 0, INLINE_LIMIT)
    return developments
