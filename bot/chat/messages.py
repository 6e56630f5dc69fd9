"""Answer messages without a command, posts that are forwarded, and chats that are picked."""

from collections.abc import Awaitable, Callable

from bot.chat import (
    access,
    archive,
    groups,
    naming,
    plain_answers,
    questions,
    receiving,
    source_changes,
    why,
    wizard,
)
from bot.chat.commands import CANCELLED, COMMANDS, run
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import query
from bot.urls import find_link


async def answer_text(context: ChatContext, request: Request, args: str) -> Answer:
    """Answer words without a command: what the bot has asked, or whatever they mean."""
    if not await access.is_welcome(context, request):
        return await access.refusal(context, request)
    asked = await receiving.end_question(context, request) if args.strip() else None
    request, title = await receiving.receive(context, request)
    if refused := await receiving.refusal(context, request, title):
        return refused
    if asked and questions.is_called_off(request, args):
        return request.say(CANCELLED)
    question, _, rest = (asked or "").partition(":")
    if answered := _QUESTIONS.get(question):
        return receiving.about_chat(request, title, await answered(context, request, rest, args))
    return await _answer_words(context, request, title, args)


async def _answer_words(context: ChatContext, request: Request, title: str, args: str) -> Answer:
    """Answer a link, or numbers of developments, with what they name; other words as a person would
    understand them. To an admin, the address of a site that is not followed is a source to add."""
    await receiving.read_wordings()
    link = find_link(args)
    is_source = source_changes.is_address(args) and access.is_admin(context, request)
    if link and is_source and await why.is_new(context, link):
        return await source_changes.add(context, request, args)
    if link:
        return receiving.about_chat(request, title, await why.on_link(context, request, args))
    if numbers := query.parse_numbers(args):
        return await archive.show(context, request, *numbers)
    said = await plain_answers.understood(context, request, args, COMMANDS)
    return receiving.about_chat(
        request, title, await plain_answers.answer(context, request, said, run)
    )


async def _answer_name(context: ChatContext, request: Request, number: str, name: str) -> Answer:
    return await naming.set_name(context, request, int(number), name)


_QUESTIONS: dict[str, Callable[[ChatContext, Request, str, str], Awaitable[Answer]]] = {
    naming.RENAME: _answer_name,
    wizard.QUESTION: wizard.answer_question,
}
"""What the bot asks, by the word before its colon, and who takes the next message as the answer."""


async def answer_forward(context: ChatContext, request: Request, channel: int, text: str) -> Answer:
    """Answer a post that was forwarded: whoever runs its channel sets that up; others are answered
    what its text says."""
    if request.person is not None and await context.runs(channel, request.person):
        return await answer_chat(context, request, channel)
    return await answer_text(context, request, text)


async def answer_chat(context: ChatContext, request: Request, chat: int) -> Answer:
    """Set up the channel or group that a person has picked."""
    if not await access.is_welcome(context, request):
        return await access.refusal(context, request)
    request, _ = await receiving.receive(context, request, in_asking_chat=True)
    return await groups.set_up(context, request, chat)
