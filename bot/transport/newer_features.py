"""What of a message a server may not know yet, and how the message goes out without it.

Not every server is as new as this bot: one of your own may be of last year, and refuses the whole
message. Then it is sent again without the feature, which is left out from then on.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from telegram.request import RequestData

log = logging.getLogger(__name__)

Json = dict[str, Any]
_TIME = re.compile(r"</?tg-time\b[^>]*>", re.IGNORECASE)
_BUTTONS = ("button", "keyboard", "reply markup", "reply_markup")
_TEXTS = ("text", "caption")
UNCHANGED = "message is not modified"
"""What an edit that changes nothing is refused with, of the reply markup as of the text: each part
is known."""


class Feature(NamedTuple):
    """A feature of the Bot API: the words by which a refusal names it, or only the part of a
    message that it is of; and what takes it out of the parameters of a request, which returns
    whether it was there."""

    title: str
    names: tuple[str, ...]
    parts: tuple[str, ...]
    take_out: Callable[[Json], bool]


def _without_style(values: Json) -> bool:
    styles = [button.pop("style", None) for button in _buttons(values)]
    return any(styles)


def _without_copying(values: Json) -> bool:
    rows = _rows(values)
    kept = [[button for button in row if "copy_text" not in button] for row in rows]
    if kept == [list(row) for row in rows]:
        return False
    values["reply_markup"]["inline_keyboard"] = [row for row in kept if row]
    return True


def _without_time(values: Json) -> bool:
    is_there = False
    for name in _TEXTS:
        text = values.get(name)
        if isinstance(text, str) and values.get("parse_mode") == "HTML" and _TIME.search(text):
            values[name], is_there = _TIME.sub("", text), True
    return is_there


FEATURES = (
    Feature("the style of a button (Bot API 9.4)", ("style",), _BUTTONS, _without_style),
    Feature(
        "a button that copies (Bot API 7.11)", ("copy", "unallowed"), _BUTTONS, _without_copying
    ),
    Feature("a time as an entity (Bot API 9.5)", ("tg-time",), ("parse entities",), _without_time),
)


class NewerFeatures:
    """Knows what a server has refused."""

    def __init__(self) -> None:
        self._unknown: list[Feature] = []

    def known(self, data: RequestData) -> RequestData:
        """Return a request without what the server does not know."""
        for feature in self._unknown:
            data = _without(feature, data) or data
        return data

    def plainer(self, data: RequestData, refusal: str) -> tuple[RequestData, Feature] | None:
        """Return a request without the feature that a refusal means, and that; None: it means
        none that is there."""
        words = refusal.lower()
        if UNCHANGED in words:
            return None
        named = [one for one in FEATURES if any(word in words for word in one.names)]
        likely = [one for one in FEATURES if any(word in words for word in one.parts)]
        for feature in named or likely:
            if plainer := _without(feature, data):
                return plainer, feature
        return None

    def note_unknown(self, features: list[Feature]) -> None:
        """Note what a request was taken without."""
        for feature in features:
            log.warning("the server of the Bot API does not know %s", feature.title)
        self._unknown += features


def _without(feature: Feature, data: RequestData) -> RequestData | None:
    """Return a request without a feature; None: it has it not."""
    values = data.parameters
    if not feature.take_out(values):
        return None
    parameters = data._parameters  # noqa: SLF001 - with their files, which cannot be read otherwise
    return RequestData([replace(one, value=values.get(one.name)) for one in parameters])


def _rows(values: Json) -> list[list[Json]]:
    markup = values.get("reply_markup")
    return markup.get("inline_keyboard", []) if isinstance(markup, dict) else []


def _buttons(values: Json) -> list[Json]:
    return [button for row in _rows(values) for button in row]
