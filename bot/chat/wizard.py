"""The guided set-up: countries, themes, details, when, as screens of one message
(`wizard_screens`).

The draft lies on the server, so nothing is live before Save.
"""

from collections.abc import Collection, Iterable
from typing import Any

from msgspec.structs import replace

from bot import taxonomy
from bot.chat import filter_preview, filters, groups, pace, questions
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import query
from bot.chat.wizard_screens import ASKED, ButtonData, parse_button, show
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter, FilterDraft
from bot.models.deliveries import Button

__all__ = ["QUESTION", "answer_question", "begin", "on_button", "parse_button"]

QUESTION = "draft"
"""What the questions of the set-up begin with: `draft:words:<number of the draft>`."""
_QUESTIONS = {
    "words": N_(
        "Which words? Commas between them; any one is enough. They are looked for in titles and "
        "texts: <code>Dublin transfer, návrat*</code>"
    ),
    "without": N_(
        "What shall be left out? Words, themes or types, commas between them: "
        "<code>football, policy</code>"
    ),
    "mentions": N_(
        "Which countries must be mentioned? Commas between them, any one is enough: "
        "<code>Albania, Syria</code>"
    ),
}


async def begin(context: ChatContext, request: Request, editing: Filter | None = None) -> Answer:
    """Show the first screen of a new draft, or of a filter that is to be changed."""
    if not request.is_private:
        return groups.continue_in_private(context, request)

    def open_draft(chat: Chat) -> Chat:
        number = chat.drafts + 1
        draft = FilterDraft(
            number=number,
            filter=editing or Filter(),
            editing=editing.id if editing else None,
        )
        return replace(chat, draft=draft, drafts=number)

    chat = await context.change_chat(request.chat, open_draft)
    return await _show(context, request, chat, "countries")


async def on_button(context: ChatContext, request: Request, press: ButtonData) -> Answer:
    """Apply a button to the draft, and show the screen that follows."""
    await questions.take(context, await context.store.chat(request.asked_from or request.chat))
    chat = await context.store.chat(request.chat)
    draft = chat.draft
    if draft is None:
        return _no_draft(request)
    if press.draft != draft.number:
        toast = request.gettext("These buttons were older. Here is how it stands.")
        return replace(await _show(context, request, chat, "countries"), toast=toast)
    if press.screen == "save":
        return await _save(context, request, draft)
    if press.screen == "cancel":
        return await _cancel(context, request)
    if press.action.startswith("ask="):
        return await _ask(context, request, draft, press.action.removeprefix("ask="))
    changed = apply_action(draft, press.action)
    if changed != draft:
        chat = await context.change_chat(request.chat, lambda chat: _with_draft(chat, changed))
    return await _show(context, request, chat, press.screen)


async def _show(context: ChatContext, request: Request, chat: Chat, screen: str) -> Answer:
    return (
        await show(context, request, chat, chat.draft, screen) if chat.draft else _no_draft(request)
    )


# ------------------------------------------------------------------ actions


def apply_action(draft: FilterDraft, action: str) -> FilterDraft:
    """Return a draft after an action: `+CZ`, `-return`, `+=a-source`, `+~court`, one of `_CHANGES`,
    a pace (`weekly-540-4`, `default`); any other changes nothing."""
    filter_ = draft.filter
    if action[:1] in ("+", "-"):
        chosen = _with_choice(filter_, action[1:], is_in=action[0] == "+")
    elif (chosen_pace := pace.parse_code(action)) or action == pace.DEFAULT:
        chosen = replace(filter_, pace=chosen_pace)
    else:
        chosen = replace(filter_, **_CHANGES.get(action, {}))
    return replace(draft, filter=chosen)


_NONE: frozenset[str] = frozenset()
_CHANGES: dict[str, dict[str, Any]] = {
    "all": {"countries": frozenset(taxonomy.countries())},
    "clear": {"countries": _NONE},
    "any": {"themes": _NONE, "topics": _NONE},
    "plain": {
        "types": _NONE, "mentions": _NONE, "sources": _NONE, "source_types": _NONE, "less": _NONE,
        "words": (), "without": (),
    },
}  # fmt: skip


def _with_choice(filter_: Filter, named: str, *, is_in: bool) -> Filter:
    """Return a filter with what an action names chosen, or not."""

    def toggled(kept: frozenset[str], codes: Iterable[str]) -> frozenset[str]:
        return kept | frozenset(codes) if is_in else kept - frozenset(codes)

    if named.startswith("="):
        return replace(filter_, sources=toggled(filter_.sources, [named[1:]]))
    if named.startswith("~"):
        known = {*taxonomy.source_types()} & {named[1:]}
        return replace(filter_, source_types=toggled(filter_.source_types, known))
    codes = frozenset(_codes(named))
    return replace(
        filter_,
        countries=toggled(filter_.countries, codes & {*taxonomy.countries()}),
        themes=toggled(filter_.themes, codes & {*taxonomy.themes()}),
        topics=toggled(filter_.topics, codes & {*taxonomy.topics()}),
        types=toggled(filter_.types, codes & {*taxonomy.types()}),
    )


def _codes(named: str) -> Collection[str]:
    """Return the codes of an action: a group's, by its index, or the one that it names."""
    together = taxonomy.theme_groups()
    if named.isdecimal():
        return together[int(named)].codes if int(named) < len(together) else ()
    return (named,)


def _with_draft(chat: Chat, draft: FilterDraft) -> Chat:
    """Return a chat with its draft replaced, unless it has another by now."""
    is_same = chat.draft is not None and chat.draft.number == draft.number
    return replace(chat, draft=draft) if is_same else chat


# ------------------------------------------------------------------ what is written


async def _ask(context: ChatContext, request: Request, draft: FilterDraft, facet: str) -> Answer:
    """Ask for what a facet shall have: the next message is the answer."""
    if facet not in ASKED:
        return _no_draft(request)
    asking_chat = request.asked_from or request.chat
    await questions.ask(context, asking_chat, f"{QUESTION}:{facet}:{draft.number}")
    back = Button(request.gettext("Cancel"), ButtonData(draft.number, "show", "details").data())
    return replace(request.say(_QUESTIONS[facet]), buttons=((back,),))


async def answer_question(
    context: ChatContext, request: Request, question: str, text: str
) -> Answer:
    """Take a message as what a facet shall have, and show the details again."""
    facet, _, number = question.partition(":")
    chat = await context.store.chat(request.chat)
    draft = chat.draft
    if draft is None or str(draft.number) != number:
        return replace(_no_draft(request), in_place=False)
    # as one would type it after /subscribe
    said = ", ".join(f"{facet} {phrase}" for phrase in query.phrases(text))
    read = query.parse_filter(said, language=request.language)
    if not isinstance(read, Filter):
        asked = await _ask(context, request, draft, facet)
        doubts = request.reply("doubts", doubts=read)
        return replace(asked, messages=(*doubts.messages, *asked.messages))
    changed = replace(draft, filter=_with_facet(draft.filter, read, facet))
    chat = await context.change_chat(request.chat, lambda chat: _with_draft(chat, changed))
    return replace(await _show(context, request, chat, "details"), in_place=False)


def _with_facet(filter_: Filter, read: Filter, facet: str) -> Filter:
    """Return a filter that has one facet as it was read."""
    if facet == "words":
        return replace(filter_, words=read.words)
    if facet == "without":
        return replace(filter_, without=read.without, less=read.less)
    return replace(filter_, mentions=read.mentions)


# ------------------------------------------------------------------ the end


async def _save(context: ChatContext, request: Request, draft: FilterDraft) -> Answer:
    """Save the filter of the draft, with when what it wants comes; nothing else changes."""
    filter_ = draft.filter
    if filter_.countries == frozenset(taxonomy.countries()):
        filter_ = replace(filter_, countries=frozenset())
    await context.change_chat(request.chat, lambda chat: replace(chat, draft=None))
    if draft.editing is not None:
        saved = await filters.change(context, request, draft.editing, filter_)
    else:
        saved = await filters.save(context, request, filter_)
    last = replace(saved.messages[-1], buttons=saved.buttons)
    newest = await filter_preview.newest(context, filter_, 1)
    sample = request.show(newest).messages if newest else ()
    toast = saved.toast or request.gettext("Saved.")
    return Answer((*saved.messages[:-1], last, *sample), in_place=True, toast=toast)


async def _cancel(context: ChatContext, request: Request) -> Answer:
    """Drop the draft; nothing is saved."""
    await context.change_chat(request.chat, lambda chat: replace(chat, draft=None))
    answer = request.say("Nothing was saved. /filters shows what you follow.")
    return replace(answer, buttons=((_begin_again(request),),), in_place=True)


def _no_draft(request: Request) -> Answer:
    answer = request.say("This set-up was ended, or saved already. /filters shows what you follow.")
    return replace(answer, buttons=((_begin_again(request),),), in_place=True)


def _begin_again(request: Request) -> Button:
    return Button(request.gettext("Begin again"), Area.SETUP)
