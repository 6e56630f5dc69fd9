"""The guided set-up: countries, themes, when; three screens in one message.

The draft lies on the server, so nothing is live before Save. A button says what is to be (Czechia
chosen), not what is to change, so a double tap does no harm; and to which draft it belongs, so an
older keyboard is shown as things are.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace

from bot import match, render, taxonomy
from bot.chat import filter_preview, filters, groups
from bot.chat.context import Answer, ChatContext, Request, rows, ticked
from bot.models import Chat, Filter, FilterDraft
from bot.models.deliveries import Button
from bot.models.pace import AT_ONCE, DAILY, WEEKLY, Pace

PREFIX = "w1"
COLUMNS = 2
"""As many as show the names of countries whole on a narrow phone."""
PACES = {"now": AT_ONCE, "day": DAILY, "week": WEEKLY}


class ButtonData(Struct, frozen=True):
    """A button of the set-up: its draft, its action, and the screen that follows."""

    draft: int
    action: str
    screen: str

    def data(self) -> str:
        """Return the callback data of the button."""
        return f"{PREFIX}:{self.draft}:{self.action}:{self.screen}"


def parse_button(data: str) -> ButtonData | None:
    """Return the button of callback data; None: it is none of the set-up."""
    match data.split(":"):
        case [prefix, number, action, screen] if prefix == PREFIX and number.isdecimal():
            return ButtonData(int(number[:9]), action, screen)
    return None


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
    chat = await context.store.chat(request.chat)
    if chat.draft is None:
        return _no_draft(request)
    if press.draft != chat.draft.number:
        toast = request.gettext("These buttons were older. Here is how it stands.")
        return replace(await _show(context, request, chat, "countries"), toast=toast)
    if press.screen == "save":
        return await _save(context, request, chat.draft)
    draft = apply_action(chat.draft, press.action)
    if draft != chat.draft:
        chat = await context.change_chat(request.chat, lambda chat: _with_draft(chat, draft))
    return await _show(context, request, chat, press.screen)


def apply_action(draft: FilterDraft, action: str) -> FilterDraft:
    """Return a draft after an action: `+CZ`, `-return`, `all`, `clear`, `day`, `week`, `now`; any
    other changes nothing."""
    if action[:1] in ("+", "-"):
        chosen = _with_choice(draft.filter, _codes(action[1:]), is_in=action[0] == "+")
        return replace(draft, filter=chosen)
    if pace := PACES.get(action):
        return replace(draft, filter=replace(draft.filter, pace=_pace(draft.filter.pace, pace)))
    none: frozenset[str] = frozenset()
    changes = {
        "all": {"countries": frozenset(taxonomy.countries())},
        "clear": {"countries": none},
        "any": {"themes": none, "topics": none},
    }.get(action, {})
    return replace(draft, filter=replace(draft.filter, **changes))


def _pace(before: Pace | None, chosen: Pace) -> Pace:
    """Return the pace after a choice; the hour stays."""
    return before if before and before.kind == chosen.kind else chosen


def _codes(named: str) -> Collection[str]:
    """Return the codes of an action: a group's, by its index, or the one that it names."""
    together = taxonomy.theme_groups()
    if named.isdecimal():
        return together[int(named)].codes if int(named) < len(together) else ()
    return (named,)


def _with_choice(filter_: Filter, codes: Collection[str], *, is_in: bool) -> Filter:
    def toggled(kept: frozenset[str], all_: Iterable[str]) -> frozenset[str]:
        named = frozenset(codes) & frozenset(all_)
        return kept | named if is_in else kept - named

    return replace(
        filter_,
        countries=toggled(filter_.countries, taxonomy.countries()),
        themes=toggled(filter_.themes, taxonomy.themes()),
        topics=toggled(filter_.topics, taxonomy.topics()),
    )


def _with_draft(chat: Chat, draft: FilterDraft) -> Chat:
    """Return a chat with its draft replaced, unless it has another by now."""
    is_same = chat.draft is not None and chat.draft.number == draft.number
    return replace(chat, draft=draft) if is_same else chat


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
    return Answer((*saved.messages[:-1], last, *sample), in_place=True)


def _no_draft(request: Request) -> Answer:
    begin_again = Button(request.gettext("Begin again"), "setup")
    answer = request.say("This set-up was ended, or saved already. /filters shows what you follow.")
    return replace(answer, buttons=((begin_again,),), in_place=True)


# ------------------------------------------------------------------ screens


async def _show(context: ChatContext, request: Request, chat: Chat, screen: str) -> Answer:
    assert chat.draft is not None
    match screen:
        case "themes":
            return _themes(request, chat.draft)
        case "labels":
            return _labels(request, chat.draft)
        case "when":
            return await _when(context, request, chat)
    return _countries(request, chat.draft)


def _countries(request: Request, draft: FilterDraft) -> Answer:
    chosen = draft.filter.countries
    toggles = [
        _toggle(draft, code, render.place(code, request.locale), "countries", chosen)
        for code in taxonomy.countries()
    ]
    nav = (
        _button(request.gettext("All"), draft, "all", "countries"),
        _button(request.gettext("Clear"), draft, "clear", "countries"),
        _button(request.gettext("Themes ▸"), draft, "show", "themes"),
    )
    answer = request.reply("setup_countries", filter=draft.filter)
    return replace(answer, buttons=(*rows(toggles, COLUMNS), nav), in_place=True)


def _themes(request: Request, draft: FilterDraft) -> Answer:
    chosen = draft.filter.themes | draft.filter.topics
    toggles = []
    for place, group in enumerate(taxonomy.theme_groups()):
        count, size = len(chosen & set(group.codes)), len(group.codes)
        label = request.gettext(group.label)
        text = f"{count}/{size} {label}" if 0 < count < size else ticked(label, when=count == size)
        action = f"{'-' if count == size else '+'}{place}"
        toggles.append(_button(text, draft, action, "themes"))
    singly = _button(request.gettext("Single themes"), draft, "show", "labels")
    any_ = _button(request.gettext("Clear"), draft, "any", "themes")
    answer = request.reply("setup_themes", filter=draft.filter)
    buttons = (*rows(toggles, 1), (singly, any_), _ways(request, draft, "countries", "when"))
    return replace(answer, buttons=buttons, in_place=True)


def _labels(request: Request, draft: FilterDraft) -> Answer:
    chosen = draft.filter.themes | draft.filter.topics
    toggles = [
        _toggle(draft, code, request.gettext(taxonomy.short_label(code)), "labels", chosen)
        for group in taxonomy.theme_groups()
        for code in group.codes
    ]
    answer = request.reply("setup_themes", filter=draft.filter)
    buttons = (*rows(toggles, 1), _ways(request, draft, "themes", "when"))
    return replace(answer, buttons=buttons, in_place=True)


async def _when(context: ChatContext, request: Request, chat: Chat) -> Answer:
    draft = chat.draft
    assert draft is not None
    pace = match.pace_of(draft.filter, chat)
    choices = (
        ("now", request.gettext("At once, one by one")),
        ("day", request.gettext("A digest every day")),
        ("week", request.gettext("A digest every week")),
    )
    toggles = [
        _button(ticked(text, when=pace.kind == PACES[action].kind), draft, action, "when")
        for action, text in choices
    ]
    save = _button(request.gettext("Save"), draft, "show", "save")
    back = _button(request.gettext("◂ Themes"), draft, "show", "themes")
    answer = request.reply(
        "setup_when",
        filter=draft.filter,
        found=await filter_preview.count(context, draft.filter),
        pace=pace,
    )
    return replace(answer, buttons=(*rows(toggles, 1), (back, save)), in_place=True)


def _ways(request: Request, draft: FilterDraft, back: str, onward: str) -> tuple[Button, ...]:
    names = {
        "countries": request.gettext("◂ Countries"),
        "themes": request.gettext("◂ Themes"),
        "when": request.gettext("When ▸"),
    }
    return tuple(_button(names[screen], draft, "show", screen) for screen in (back, onward))


def _toggle(
    draft: FilterDraft, code: str, text: str, screen: str, chosen: Collection[str]
) -> Button:
    is_in = code in chosen
    return _button(ticked(text, when=is_in), draft, f"{'-' if is_in else '+'}{code}", screen)


def _button(text: str, draft: FilterDraft, action: str, screen: str) -> Button:
    return Button(text, ButtonData(draft.number, action, screen).data())
