"""Handle what editors decide about a development whose labels are uncertain."""

from msgspec.structs import replace

from bot import render
from bot.chat.access import is_admin
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.corrections import label_filter, with_labels
from bot.match import deliveries_for
from bot.models import Correction, Development, Review
from bot.models.chats import Filter

APPROVE, REJECT = render.APPROVE, render.REJECT


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button under a development that waits; None: there is no such button, or they are
    no editor."""
    number, _, choice = data.partition(":")
    if not (number.isdecimal() and len(number) <= 10 and _is_editor(context, request)):
        return None
    review = next((one for one in await context.store.reviews() if one.id == int(number)), None)
    development = await context.store.development(review.development) if review else None
    if review is None or development is None:
        return Answer((), toast=request.gettext("That was decided before."))
    if choice == REJECT:
        return await _reject(context, request, review, development)
    wanted = label_filter(choice)
    if wanted is None and choice != APPROVE:
        return None
    return await _release(context, request, review, development, wanted)


def _is_editor(context: ChatContext, request: Request) -> bool:
    """Return whether a press comes from an admin, or from the chat that reviews."""
    return is_admin(context, request) or request.chat == context.review_chat


async def _release(
    context: ChatContext,
    request: Request,
    review: Review,
    development: Development,
    wanted: Filter | None,
) -> Answer:
    # An approved one is as certain as a corrected one: nothing marks it any more.
    corrected = with_labels(development, wanted or Filter())
    decision = _decision(development, _codes(corrected))
    now = context.clock()
    sent = await context.store.release(review.id, deliveries_for, now, corrected, decision)
    if sent is None:
        return Answer((), toast=request.gettext("That was decided before."))
    context.wake_outbox()
    message = render.development(request.read(sent), request.locale)
    return Answer((message,), toast=request.gettext("It goes out now."), in_place=True)


async def _reject(
    context: ChatContext, request: Request, review: Review, development: Development
) -> Answer:
    decision = replace(_decision(development, ()), is_relevant=False)
    if not await context.store.reject(review.id, decision):
        return Answer((), toast=request.gettext("That was decided before."))
    title = render.brief(development.sources[0].title_native)
    answer = request.say("Not relevant, removed: {title}", title=title)
    return replace(answer, in_place=True)


def _decision(development: Development, after: tuple[str, ...]) -> Correction:
    evidence, cited = development.evidence, development.sources[0]
    return Correction(
        development=str(development.id),
        title=cited.title_native,
        language=cited.language,
        before=_codes(development),
        after=after,
        evidence=(*evidence.themes, *evidence.topics, *evidence.type),
        is_review=True,
    )


def _codes(development: Development) -> tuple[str, ...]:
    return (*development.themes, *development.topics, development.type)
