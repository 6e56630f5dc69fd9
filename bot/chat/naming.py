"""/rename: name a filter, at once or by a question."""

from msgspec.structs import replace

from bot.chat import filters, questions
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.chats import Filter
from bot.text import one_line, shorten

RENAME = "rename"
"""What is asked before a filter gets its name (`Chat.pending_question`)."""


async def rename(context: ChatContext, request: Request, args: str) -> Answer:
    """Name the filter of a number, `/rename 2 Dublin watch`; without a name, ask for it."""
    number, _, name = " ".join(args.split()).partition(" ")
    chat = await context.store.chat(request.chat)
    kept = chat.filters[0] if not number and len(chat.filters) == 1 else None
    kept = kept or filters.filter_by_number(chat, number)
    if kept is None:
        hint = N_("Which one? <code>/rename 2 Dublin watch</code> names filter 2.")
        return await filters.which(context, request, chat, number, hint)
    if not name:
        return await ask_name(context, request, kept)
    return await set_name(context, request, kept.id, name)


async def set_name(context: ChatContext, request: Request, filter_id: int, name: str) -> Answer:
    """Name a filter."""
    whole = one_line(name)
    short = shorten(whole, filters.NAME_LIMIT)
    await filters.change_one(context, request, filter_id, lambda kept: replace(kept, name=short))
    answer = replace(await filters.card(context, request, filter_id), in_place=False)
    if short == whole:
        return answer
    note = request.say(
        "A name has at most {limit} characters, so I have shortened it.", limit=filters.NAME_LIMIT
    )
    return replace(answer, messages=(*note.messages, *answer.messages))


async def ask_name(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Ask for the name of a filter: in private the next message is the answer."""
    if not request.is_private:
        chat = await context.store.chat(request.chat)
        number = next(n for n, each in enumerate(chat.filters, 1) if each.id == kept.id)
        return request.say(
            "Name filter {number} here with <code>/rename {number} Dublin watch</code>.",
            number=number,
        )
    await questions.ask(context, request.asked_from or request.chat, f"{RENAME}:{kept.id}")
    answer = request.say("What shall it be called? Your next message is the name.")
    cancel = filters.button(request, request.gettext("Cancel"), "keep", kept.id)
    return replace(answer, buttons=((cancel,),))


async def keep_name(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Cancel the question for a name, and show the filter as it is."""
    asking_chat = await context.store.chat(request.asked_from or request.chat)
    await questions.take(context, asking_chat)
    return await filters.card(context, request, kept.id)
