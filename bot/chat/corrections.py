"""Labels that admins and editors set right: with two presses, or typed (/correct)."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat.access import is_admin
from bot.chat.context import Answer, ChatContext, Request, rows
from bot.chat.parsing import query
from bot.i18n import N_
from bot.models import Correction, Development
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import Button

ALL = "all"
"""In place of a code: the button that shows all labels."""
LIKELY = 4
"""Labels that are offered first."""


async def is_editor(context: ChatContext, request: Request) -> bool:
    """Return whether whoever asks may set labels right: in private an admin of the service or of
    the chat that reviews, and whoever is in that."""
    if is_admin(context, request) or request.chat == context.review_chat:
        return True
    if not (request.is_private and request.person and context.review_chat):
        return False
    return await context.runs(context.review_chat, request.person)


def offer(request: Request, development: Development, *, is_whole: bool = False) -> Answer:
    """Offer the labels that a development may have instead, the likely ones first."""
    codes = _all() if is_whole else _likely(development)
    now = {*development.themes, *development.topics, development.type}
    labels = [_button(request, development, code) for code in codes if code not in now]
    types = [_button(request, development, code) for code in taxonomy.types() if code not in now]
    more = Button(request.gettext("All themes ▸"), f"{Area.CORRECTION}:{development.id}:{ALL}")
    answer = request.say(
        "{number} is: {labels}. What is right?",
        number=development.id,
        labels=_labels(request, development),
    )
    is_all = is_whole or len(codes) == len(_all())
    buttons = (*rows(labels, 1), *rows(types, 2), *(() if is_all else ((more,),)))
    return replace(answer, buttons=buttons, in_place=is_whole)


def _all() -> Sequence[str]:
    return (*taxonomy.themes(), *taxonomy.topics())


def _likely(development: Development) -> Sequence[str]:
    """Return the codes of the labels that a development may have instead; all, where none is
    likelier than others."""
    others = development.confidence.others if development.confidence else ()
    return others[:LIKELY] or _all()


def _button(request: Request, development: Development, code: str) -> Button:
    is_type = code in taxonomy.types()
    text = request.gettext(code) if is_type else render.label("theme", code, request.locale)
    return Button(text, f"{Area.CORRECTION}:{development.id}:{code}")


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Set the label of a button; None: there is no such button, or they are no editor."""
    number, _, code = rest.partition(":")
    if not await is_editor(context, request):
        return None
    development = await context.store.development(number[:40])
    if development is None:
        return Answer((), toast=request.gettext("It is not in the archive any more."))
    if code == ALL:
        return offer(request, development, is_whole=True)
    wanted = label_filter(code)
    if wanted is None:
        return None
    corrected = await save(context, development, wanted)
    toast = request.gettext("Done: {labels}", labels=_labels(request, corrected))
    shown = request.show([corrected])
    return replace(shown, toast=toast, in_place=True)


def label_filter(code: str) -> Filter | None:
    """Return the label of a code as a filter; None: no label has this code."""
    if code in taxonomy.themes():
        return Filter(themes=frozenset({code}))
    if code in taxonomy.topics():
        return Filter(themes=frozenset({"general"}), topics=frozenset({code}))
    if code in taxonomy.types():
        return Filter(types=frozenset({code}))  # type: ignore[arg-type]
    return None


async def save(context: ChatContext, development: Development, wanted: Filter) -> Development:
    """Save a development with the labels of a filter; what was sent of it is edited. What of them
    is not named stays."""
    corrected, evidence = with_labels(development, wanted), development.evidence
    correction = Correction(
        development=str(development.id),
        title=development.sources[0].title_native,
        language=development.sources[0].language,
        before=(*development.themes, *development.topics, development.type),
        after=(*corrected.themes, *corrected.topics, corrected.type),
        evidence=(*evidence.themes, *evidence.topics, *evidence.type),
    )
    await context.store.save_correction(corrected, correction, context.clock())
    return corrected


async def correct(context: ChatContext, request: Request, args: str) -> Answer:
    """`CZ-2025-0001 return, legislative`: set the themes, topics and type that are named."""
    # What is not named of them stays. What was sent is edited.
    number, _, labels = " ".join(args.split()).partition(" ")
    example = N_("Say which and how: <code>/correct {number} return, legislative</code>")
    if not number:
        return request.say(example, number="CZ-2025-0001")
    development = await context.store.development(number.upper())
    if development is None:
        none = "There is no development <b>{number}</b> here. /latest shows the newest ones."
        return request.say(none, number=render.brief(number))
    wanted = query.parse_filter(labels) if labels else Filter()
    values = {"number": development.id, "labels": _labels(request, development)}
    is_now = N_("{number} is: {labels}.")
    if not isinstance(wanted, Filter):
        said = ", ".join(each.text for each in wanted)
        return request.not_understood(said, is_now, example, **values)
    if not (wanted.themes or wanted.topics or wanted.types):
        return request.say(is_now, example, **values)
    return request.show([await save(context, development, wanted)])


def _labels(request: Request, development: Development) -> str:
    """Return the labels of a development in words."""
    labels = [render.label("theme", code, request.locale) for code in development.themes]
    labels += [render.label("topic", code, request.locale) for code in development.topics]
    return ", ".join([*labels, request.gettext(development.type)])


def with_labels(development: Development, wanted: Filter) -> Development:
    """Return a development with the labels of a filter, as many as it may have (pure)."""
    themes = tuple(code for code in taxonomy.themes() if code in wanted.themes)[:2]
    topics = tuple(code for code in taxonomy.topics() if code in wanted.topics)
    return replace(
        development,
        themes=themes or development.themes,
        topics=topics if themes or topics else development.topics,
        type=next(iter(sorted(wanted.types)), development.type),
        is_corrected=True,
        confidence=None,
    )
