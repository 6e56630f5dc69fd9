"""The guided set-up: countries, then themes, then saved. Each button carries the whole choice,
so nothing is kept on the server and an old keyboard still means what it shows (pure)."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat.answer import Answer, Button
from bot.models import Filter

PREFIX = "s1"
"""Changes when the order of countries or themes does: then old buttons are told apart."""
COLUMNS = 3


class Draft(Struct, frozen=True):
    """What has been chosen so far, as positions in the taxonomy: bit n stands for the n-th."""

    screen: str
    countries: int = 0
    themes: int = 0

    def data(self) -> str:
        """As a button carries it."""
        return f"{PREFIX}:{self.screen}:{self.countries:x}:{self.themes:x}"

    def filter(self) -> Filter:
        """The filter it describes."""
        return Filter(
            countries=_chosen(taxonomy.countries(), self.countries),
            themes=_chosen(taxonomy.themes(), self.themes),
        )


FIRST = Draft("c")
EVERYTHING = Draft("save")


def draft_of(data: str) -> Draft | None:
    """The draft that a button carries; None: it is no button of this set-up."""
    match data.split(":"):
        case [prefix, ("c" | "t" | "save") as screen, countries, themes] if prefix == PREFIX:
            try:
                draft = Draft(screen, int(countries, 16), int(themes, 16))
            except ValueError:
                return None
            return draft if _is_possible(draft) else None
    return None


def screen(draft: Draft) -> Answer:
    """The screen on which a draft is worked on."""
    return _countries(draft) if draft.screen == "c" else _themes(draft)


def _countries(draft: Draft) -> Answer:
    codes = taxonomy.countries()
    toggles = [
        Button(
            f"{_tick(draft.countries, place)}{_flag(code)} {taxonomy.label('country', code)}",
            replace(draft, countries=draft.countries ^ 1 << place).data(),
        )
        for place, code in enumerate(codes)
    ]
    clear = Button("Clear", replace(draft, countries=0).data())
    onward = Button("Next: themes ▸", replace(draft, screen="t").data())
    messages = render.reply("setup_countries", filter=draft.filter())
    return Answer(messages, (*_rows(toggles, COLUMNS), (clear, onward)), in_place=True)


def _themes(draft: Draft) -> Answer:
    toggles = [
        Button(
            f"{_tick(draft.themes, place)}{taxonomy.label('theme', code)}",
            replace(draft, themes=draft.themes ^ 1 << place).data(),
        )
        for place, code in enumerate(taxonomy.themes())
    ]
    back = Button("◂ Countries", replace(draft, screen="c").data())
    save = Button("Save", replace(draft, screen="save").data())
    messages = render.reply("setup_themes", filter=draft.filter())
    return Answer(messages, (*_rows(toggles, 1), (back, save)), in_place=True)


def _rows(buttons: Sequence[Button], columns: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns)
    )


def _chosen(codes: Sequence[str], bits: int) -> frozenset[str]:
    return frozenset(code for place, code in enumerate(codes) if bits >> place & 1)


def _is_possible(draft: Draft) -> bool:
    return 0 <= draft.countries < 1 << len(taxonomy.countries()) and 0 <= draft.themes < 1 << len(
        taxonomy.themes()
    )


def _tick(bits: int, place: int) -> str:
    return "✓ " if bits >> place & 1 else ""


def _flag(code: str) -> str:
    """The flag of a country: its code in regional indicator symbols (Unicode, UTS 51)."""
    return "".join(chr(ord(letter) + 0x1F1E6 - ord("A")) for letter in code)
