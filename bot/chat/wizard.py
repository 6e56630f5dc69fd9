"""The guided set-up: countries, themes, when; three screens in one message.

The draft lies on the server, so nothing is live before Save. A button says what is to be (Czechia
chosen), not what is to change, so a double tap does no harm; and to which draft it belongs, so an
older keyboard is shown as things are.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat import filter_preview, filters, groups, schedule
from bot.chat.context import Answer, ChatContext, Request, rows
from bot.models import Chat, Filter, FilterDraft, Timetable
from bot.models.deliveries import Button

PREFIX = "w1"
COLUMNS = 2
"""As many as show the names of countries whole on a narrow phone."""
SCREENS = ("countries", "themes", "labels", "when")
DAILY, WEEKLY = Timetable(every="day"), Timetable(every="week")


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

    def opened(chat: Chat) -> Chat:
        number = chat.drafts + 1
        draft = FilterDraft(
            number=number,
            filter=editing or Filter(),
            timetable=chat.timetable,
            editing=editing.id if editing else None,
        )
        return replace(chat, draft=draft, drafts=number)

    chat = await context.store.change_chat(request.chat, opened)
    return await _shown(context, request, chat, "countries")


async def on_button(context: ChatContext, request: Request, press: ButtonData) -> Answer:
    """Apply a button to the draft, and show the screen that follows."""
    chat = await context.store.chat(request.chat)
    if chat.draft is None:
        return _lost(request)
    if press.draft != chat.draft.number:
        shown = await _shown(context, request, chat, "countries")
        return replace(
            shown, toast=request.gettext("These buttons were older. Here is how it stands.")
        )
    if press.screen == "save":
        return await _saved(context, request, chat.draft)
    draft = apply_action(chat.draft, press.action)
    if draft != chat.draft:
        chat = await context.store.change_chat(request.chat, lambda known: _drawn(known, draft))
    return await _shown(context, request, chat, press.screen)


def apply_action(draft: FilterDraft, action: str) -> FilterDraft:
    """Return a draft after an action: `+CZ`, `-return`, `all`, `clear`, `day`, `week`, `now`; any
    other changes nothing."""
    if action[:1] in ("+", "-"):
        chosen = _chosen(draft.filter, _codes(action[1:]), is_in=action[0] == "+")
        return replace(draft, filter=chosen)
    if action in ("day", "week", "now"):
        return replace(draft, timetable=_timetable(draft.timetable, action))
    countries = {"all": frozenset(taxonomy.countries()), "clear": frozenset[str]()}
    if action in countries:
        return replace(draft, filter=replace(draft.filter, countries=countries[action]))
    if action == "any":
        none: frozenset[str] = frozenset()
        return replace(draft, filter=replace(draft.filter, themes=none, topics=none))
    return draft


def _timetable(before: Timetable | None, action: str) -> Timetable | None:
    """Return the timetable after an action; the hour stays."""
    if action == "now" or (before and before.every == action):
        return before if before and action != "now" else None
    return DAILY if action == "day" else WEEKLY


def _codes(named: str) -> Collection[str]:
    """Return the codes of an action: a group's, by its index, or the one that it names."""
    together = taxonomy.groups()
    if named.isdecimal():
        return together[int(named)].codes if int(named) < len(together) else ()
    return (named,)


def _chosen(filter_: Filter, codes: Collection[str], *, is_in: bool) -> Filter:
    def turned(kept: frozenset[str], all_: Iterable[str]) -> frozenset[str]:
        named = frozenset(codes) & frozenset(all_)
        return kept | named if is_in else kept - named

    return replace(
        filter_,
        countries=turned(filter_.countries, taxonomy.countries()),
        themes=turned(filter_.themes, taxonomy.themes()),
        topics=turned(filter_.topics, taxonomy.topics()),
    )


def _drawn(chat: Chat, draft: FilterDraft) -> Chat:
    """Return a chat with its draft replaced, unless it has another by now."""
    is_same = chat.draft is not None and chat.draft.number == draft.number
    return replace(chat, draft=draft) if is_same else chat


async def _saved(context: ChatContext, request: Request, draft: FilterDraft) -> Answer:
    """Save the draft: its filter, and when things come."""
    filter_ = draft.filter
    if filter_.countries == frozenset(taxonomy.countries()):
        filter_ = replace(filter_, countries=frozenset())
    await context.store.change_chat(request.chat, lambda chat: replace(chat, draft=None))
    await schedule.set_timetable(context, request, draft.timetable)
    if draft.editing is not None:
        saved = await filters.change(context, request, draft.editing, filter_)
    else:
        saved = await filters.save(context, request, filter_)
    last = replace(saved.messages[-1], buttons=saved.buttons)
    newest = await filter_preview.newest(context, filter_, 1)
    sample = [render.development(development, request.locale) for development in newest]
    return Answer((*saved.messages[:-1], last, *sample), in_place=True)


def _lost(request: Request) -> Answer:
    begin_again = Button(request.gettext("Begin again"), "setup")
    return replace(
        request.say("This set-up was ended, or saved already. /filters shows what you follow."),
        buttons=((begin_again,),),
        in_place=True,
    )


# ------------------------------------------------------------------ screens


async def _shown(context: ChatContext, request: Request, chat: Chat, screen: str) -> Answer:
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
        _toggle(draft, code, f"{flag(code)} {request.locale.country(code)}", "countries", chosen)
        for code in taxonomy.countries()
    ]
    nav = (
        Button(request.gettext("All"), ButtonData(draft.number, "all", "countries").data()),
        Button(request.gettext("Clear"), ButtonData(draft.number, "clear", "countries").data()),
        Button(request.gettext("Themes ▸"), ButtonData(draft.number, "show", "themes").data()),
    )
    answer = request.reply("setup_countries", filter=draft.filter)
    return replace(answer, buttons=(*rows(toggles, COLUMNS), nav), in_place=True)


def _themes(request: Request, draft: FilterDraft) -> Answer:
    chosen = draft.filter.themes | draft.filter.topics
    toggles = []
    for place, group in enumerate(taxonomy.groups()):
        count = len(chosen & set(group.codes))
        mark = (
            "✓ " if count == len(group.codes) else f"{count}/{len(group.codes)} " if count else ""
        )
        action = f"{'-' if count == len(group.codes) else '+'}{place}"
        text = f"{mark}{request.gettext(group.label)}"
        toggles.append(Button(text, ButtonData(draft.number, action, "themes").data()))
    singly = Button(
        request.gettext("Single themes"), ButtonData(draft.number, "show", "labels").data()
    )
    any_ = Button(request.gettext("Clear"), ButtonData(draft.number, "any", "themes").data())
    answer = request.reply("setup_themes", filter=draft.filter)
    buttons = (*rows(toggles, 1), (singly, any_), _ways(request, draft, "countries", "when"))
    return replace(answer, buttons=buttons, in_place=True)


def _labels(request: Request, draft: FilterDraft) -> Answer:
    chosen = draft.filter.themes | draft.filter.topics
    toggles = [
        _toggle(draft, code, request.gettext(taxonomy.short_label(code)), "labels", chosen)
        for group in taxonomy.groups()
        for code in group.codes
    ]
    answer = request.reply("setup_themes", filter=draft.filter)
    buttons = (*rows(toggles, 1), _ways(request, draft, "themes", "when"))
    return replace(answer, buttons=buttons, in_place=True)


async def _when(context: ChatContext, request: Request, chat: Chat) -> Answer:
    draft = chat.draft
    assert draft is not None
    every = draft.timetable.every if draft.timetable else None
    choices = (
        (None, "now", request.gettext("At once, one by one")),
        ("day", "day", request.gettext("A digest every day")),
        ("week", "week", request.gettext("A digest every week")),
    )
    toggles = [
        Button(
            f"{'✓ ' if every == of else ''}{text}", ButtonData(draft.number, action, "when").data()
        )
        for of, action, text in choices
    ]
    save = Button(request.gettext("Save"), ButtonData(draft.number, "show", "save").data())
    back = Button(request.gettext("◂ Themes"), ButtonData(draft.number, "show", "themes").data())
    answer = request.reply(
        "setup_when",
        filter=draft.filter,
        found=await filter_preview.count(context, draft.filter),
        chat=chat,
        timetable=draft.timetable,
    )
    return replace(answer, buttons=(*rows(toggles, 1), (back, save)), in_place=True)


def _ways(request: Request, draft: FilterDraft, back: str, onward: str) -> tuple[Button, ...]:
    names = {
        "countries": request.gettext("◂ Countries"),
        "themes": request.gettext("◂ Themes"),
        "when": request.gettext("When ▸"),
    }
    return tuple(
        Button(names[screen], ButtonData(draft.number, "show", screen).data())
        for screen in (back, onward)
    )


def _toggle(
    draft: FilterDraft, code: str, text: str, screen: str, chosen: Collection[str]
) -> Button:
    is_in = code in chosen
    press = ButtonData(draft.number, f"{'-' if is_in else '+'}{code}", screen)
    return Button(f"{'✓ ' if is_in else ''}{text}", press.data())


def flag(code: str) -> str:
    """Return the flag of a country: its code in regional indicator symbols (Unicode, UTS 51)."""
    return "".join(chr(ord(letter) + 0x1F1E6 - ord("A")) for letter in code)
