"""The screens of the guided set-up, through which `wizard` leads.

A button says what is to be (Czechia chosen), not what is to change, so a double tap does no harm;
and to which draft it belongs, so an older keyboard is shown as things are.
"""

from collections.abc import Callable, Collection

from msgspec import Struct
from msgspec.structs import replace

from bot import match, render, taxonomy
from bot.chat import filter_preview, pace
from bot.chat.context import Answer, ChatContext, Request, pages, rows, ticked
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat, FilterDraft
from bot.models.deliveries import BUTTON_LIMIT, PRIMARY, Button

COLUMNS = 2
"""As many as show the names of countries whole on a narrow phone."""
SOURCES_PAGE = 12
ASKED: dict[str, str] = {
    "words": N_("Words …"),
    "without": N_("Leave out …"),
    "mentions": N_("Mentions of …"),
}
"""The facets that are written rather than pressed."""
_NAMES = {
    "countries": N_("Countries"),
    "themes": N_("Themes"),
    "details": N_("Details"),
    "when": N_("When"),
}


class ButtonData(Struct, frozen=True):
    """A button of the set-up: its draft, its action, and the screen that follows."""

    draft: int
    action: str
    screen: str

    def data(self) -> str:
        """Return the callback data of the button."""
        return f"{Area.WIZARD}:{self.draft}:{self.action}:{self.screen}"


def parse_button(rest: str) -> ButtonData | None:
    """Return the button of the data after its area; None: the set-up has no such button."""
    match rest.split(":"):
        case [number, action, screen] if number.isdecimal():
            return ButtonData(int(number[:9]), action, screen)
    return None


async def show(
    context: ChatContext, request: Request, chat: Chat, draft: FilterDraft, screen: str
) -> Answer:
    """Show a screen of a draft; an unknown one is the first."""
    name, _, first = screen.partition(".")
    match name:
        case "themes":
            answer = _themes(request, draft)
        case "labels":
            answer = _labels(request, draft)
        case "details":
            answer = _details(request, draft)
        case "sources":
            answer = _sources(context, request, draft, int(first) if first.isdecimal() else 0)
        case "when":
            answer = await _when(context, request, chat, draft)
        case _:
            answer = _countries(request, draft)
    return replace(answer, in_place=True)


def _countries(request: Request, draft: FilterDraft) -> Answer:
    toggle = _toggles(draft, "countries", draft.filter.countries)
    toggles = [toggle(code, render.place(code, request.locale)) for code in taxonomy.countries()]
    all_or_none = (
        _button(request.gettext("All"), draft, "all", "countries"),
        _button(request.gettext("Clear"), draft, "clear", "countries"),
    )
    ways = (
        _button(request.gettext("Cancel"), draft, "show", "cancel"),
        *_ways(request, draft, None, "themes"),
    )
    answer = request.reply("setup_countries", filter=draft.filter)
    return replace(answer, buttons=(*rows(toggles, COLUMNS), all_or_none, ways))


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
    details = _button(request.gettext("Types, words, sources ▸"), draft, "show", "details")
    ways = _ways(request, draft, "countries", "when")
    answer = request.reply("setup_themes", filter=draft.filter)
    return replace(answer, buttons=(*rows(toggles, 1), (singly, any_), (details,), ways))


def _labels(request: Request, draft: FilterDraft) -> Answer:
    toggle = _toggles(draft, "labels", draft.filter.themes | draft.filter.topics)
    toggles = [
        toggle(code, request.gettext(taxonomy.short_label(code)))
        for group in taxonomy.theme_groups()
        for code in group.codes
    ]
    answer = request.reply("setup_themes", filter=draft.filter)
    return replace(answer, buttons=(*rows(toggles, 1), _ways(request, draft, "themes", "when")))


def _details(request: Request, draft: FilterDraft) -> Answer:
    toggle = _toggles(draft, "details", draft.filter.types)
    types = [
        toggle(code, request.gettext(taxonomy.label("type", code))) for code in taxonomy.types()
    ]
    asking = [
        _button(request.gettext(text), draft, f"ask={facet}", "details")
        for facet, text in ASKED.items()
    ]
    sources = _button(request.gettext("Sources ▸"), draft, "show", "sources")
    clear = _button(request.gettext("Clear"), draft, "plain", "details")
    answer = request.reply("setup_details", filter=draft.filter)
    ways = _ways(request, draft, "themes", "when")
    return replace(
        answer, buttons=(*rows(types, 1), *rows(asking, COLUMNS), (sources, clear), ways)
    )


def _sources(context: ChatContext, request: Request, draft: FilterDraft, first: int) -> Answer:
    """Show the types of the sources of the countries that are chosen, and a page of these."""
    wanted = draft.filter.countries
    followed = [
        source
        for source in context.sources
        if not wanted or source.country is None or source.country in wanted
    ]
    first = first if first < len(followed) else 0
    shown = followed[first : first + SOURCES_PAGE]
    types = {source.type for source in followed}
    toggle_type = _toggles(draft, f"sources.{first}", draft.filter.source_types, sign="~")
    type_toggles = [
        toggle_type(code, request.gettext(taxonomy.label("source_type", code)))
        for code in taxonomy.source_types()
        if code in types
    ]
    toggle = _toggles(draft, f"sources.{first}", draft.filter.sources, sign="=")
    toggles = [toggle(source.id, render.clip(source.publisher, 40)) for source in shown]
    turns = pages(
        first,
        SOURCES_PAGE,
        len(followed),
        lambda start: ButtonData(draft.number, "show", f"sources.{start}").data(),
    )
    answer = request.reply("setup_sources", filter=draft.filter, count=len(followed))
    # An id too long for a button can still be typed: `source …`.
    fitting = [one for one in toggles if len(str(one.data).encode()) <= BUTTON_LIMIT]
    ways = _ways(request, draft, "details", "when")
    return replace(answer, buttons=(*rows(type_toggles, COLUMNS), *rows(fitting, 1), *turns, ways))


async def _when(context: ChatContext, request: Request, chat: Chat, draft: FilterDraft) -> Answer:
    own = draft.filter.pace
    usual = request.gettext("As usual: {pace}", pace=render.pace_label(chat.pace, request.locale))
    choices = pace.choices(
        request, own, lambda chosen: ButtonData(draft.number, pace.code(chosen), "when").data()
    )
    as_usual = _button(ticked(usual, when=own is None), draft, pace.DEFAULT, "when")
    save = replace(_button(request.gettext("Save"), draft, "show", "save"), style=PRIMARY)
    back = _ways(request, draft, "themes", None)
    answer = request.reply(
        "setup_when",
        filter=draft.filter,
        found=await filter_preview.count(context, draft.filter),
        pace=match.pace_of(draft.filter, chat),
    )
    return replace(answer, buttons=(*choices, (as_usual,), (*back, save)))


def _ways(
    request: Request, draft: FilterDraft, back: str | None, onward: str | None
) -> tuple[Button, ...]:
    """Return the buttons to the screens before and after."""
    ways = []
    if back:
        ways.append(_button(f"◂ {request.gettext(_NAMES[back])}", draft, "show", back))
    if onward:
        ways.append(_button(f"{request.gettext(_NAMES[onward])} ▸", draft, "show", onward))
    return tuple(ways)


def _toggles(
    draft: FilterDraft, screen: str, chosen: Collection[str], sign: str = ""
) -> Callable[[str, str], Button]:
    """Return what makes the button of a code that is chosen or not; `sign` tells codes of sources
    (`=`) and their types (`~`) from others."""

    def toggle(code: str, text: str) -> Button:
        is_in = code in chosen
        action = f"{'-' if is_in else '+'}{sign}{code}"
        return _button(ticked(text, when=is_in), draft, action, screen)

    return toggle


def _button(text: str, draft: FilterDraft, action: str, screen: str) -> Button:
    return Button(text, ButtonData(draft.number, action, screen).data())
