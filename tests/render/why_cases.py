"""Values with which the templates of /why LINK are rendered, so that together they take every
branch."""

from typing import Any, get_args

from msgspec.structs import replace

from bot.chat.why import Near
from bot.match import Facet
from bot.models.chats import Chat, Filter
from bot.models.deliveries import DeliveryState
from bot.models.sources import NotRelevant, SourceState, Unsent
from tests.samples import NOW, delivery, development, source

_WANTED = Filter(id=1, countries=frozenset({"CZ"}))
_FACETS = Filter(
    id=2, mentions=frozenset({"SY"}), references=frozenset({"C-123/24"}), words=("frontex",),
    without=("football",),
)  # fmt: skip
_FOLLOWS = Chat(id=1, filters=(_WANTED,))
_PLAIN: dict[str, Any] = {
    "chat": _FOLLOWS, "record": development(id="CZ-2025-0001"), "delivery": None, "unsent": None,
    "is_waiting": False, "joined_by": None, "wanting": [(1, _WANTED)], "paused": [], "near": None,
    "was_away": False, "is_away": False,
}  # fmt: skip
_SENT = delivery(settled=NOW, state="sent")
_IRRELEVANT: dict[str, Any] = {"publisher": "<b>", "day": NOW.date()}
_POLLED = SourceState(id="cz", url="http://mv.example/rss", due=NOW)
_SITE: dict[str, Any] = {
    "site": "<b>", "shown": [], "off": (), "hidden": 0, "zone": "UTC", "now": NOW,
}  # fmt: skip

CASES: dict[str, list[dict[str, Any]]] = {
    "chat/why_not.html": [
        *({**_PLAIN, "delivery": replace(_SENT, state=state)} for state in get_args(DeliveryState)),
        {**_PLAIN, "delivery": replace(_SENT, within="digest"), "joined_by": "<b>"},
        {**_PLAIN, "delivery": delivery(), "is_away": True},
        {**_PLAIN, "delivery": replace(_SENT, state="failed", reason="<b>")},
        {**_PLAIN, "chat": Chat(id=1)},
        {**_PLAIN, "is_waiting": True},
        {**_PLAIN, "unsent": Unsent(at=NOW, reason="baseline")},
        {**_PLAIN, "unsent": Unsent(at=NOW, reason="held")},
        {**_PLAIN, "paused": [(1, _WANTED)]},
        {**_PLAIN, "was_away": True},
        _PLAIN,
        {**_PLAIN, "near": Near(2, _FACETS, get_args(Facet))},
    ],
    "chat/why_irrelevant.html": [
        {**_IRRELEVANT, "irrelevance": NotRelevant(relevance=0.1, least=0.9)},
        {"publisher": "<b>", "day": None, "irrelevance": None},
        {
            **_IRRELEVANT,
            "irrelevance": NotRelevant(
                relevance=0.1, least=0.9, speaking_for=("<b>",), against=("<i>",)
            ),
        },
    ],
    "chat/why_waiting.html": [
        {"publisher": "<b>", "due": due, "zone": "Europe/Prague"} for due in (NOW, None)
    ],
    "chat/why_unread.html": [
        _SITE,
        {**_SITE, "shown": [(source(), "well", _POLLED)]},
        {
            **_SITE,
            "shown": [
                (source(), "well", replace(_POLLED, due=NOW.replace(year=2030))),
                (source(id="off"), "well", None),
                (source(id="due"), "well", _POLLED),
                (source(id="unread"), "well", None),
            ],
            "off": ("off",),
            "hidden": 2,
        },
    ],
}  # fmt: skip
