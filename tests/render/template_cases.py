"""Values with which each template is rendered, so that together they take every branch."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, get_args

from msgspec.structs import replace

from bot.build import Build, Replica
from bot.chat.filter_preview import Preview
from bot.chat.parsing.query import UnknownPhrase
from bot.evidence import last_seen, taken_down
from bot.i18n import ENGLISH
from bot.models import Change, Confidence, DateAhead, Evidence, Notice, NoticeKind, Provenance
from bot.models.brief import Brief, BriefCountry, BriefDate, BriefRecord, BriefTheme
from bot.models.chats import Chat, Endpoint, Filter, LostChat
from bot.models.deliveries import Backlog, Digest, SilentCountry, Tally
from bot.models.pace import AT_ONCE, DAILY, WEEKLY, Pace
from bot.models.readings import Reading, Received
from bot.models.source_edits import Candidate, Proposal, SourceEdit
from bot.models.sources import PollReport
from bot.monitoring.label_precision import Precision
from bot.pipeline.find_source import ListLook
from bot.render import deadline_rows
from tests.render import why_cases
from tests.samples import NOW, citation, delivery, development, source

DAY = dt.date(2025, 1, 16)
WANTED = Filter(id=1, countries=frozenset({"CZ"}), themes=frozenset({"return"}))
NAMED = Filter(id=2, name="Returns <watch>", paused=True)
HOOK = Endpoint(url="https://a.example/?<b>", secret="whsec_x", filter=1)
LONG = "Vláda dnes schválila novelu. " * 20
NUMBERS = (1, 2, 5, 20)
"""One of each plural form of the languages."""

Case = tuple[str, dict[str, Any]]
_ANSWER = Received(
    at=NOW, url="https://mv.example/<b>", headers={"ETag": "<b>"}, size=5, sha256="0" * 64
)
_READING = Reading(
    source="cz", url="https://mv.example/1", place="page", at=NOW, seen=NOW, title="<b>",
    text=LONG, sha256="1" * 64, received=_ANSWER,
)  # fmt: skip
_MISSING = replace(_ANSWER, status=404, headers={}, sha256=None)
_READINGS = [
    replace(_READING, place="list"),
    replace(_READING, seen=NOW + dt.timedelta(days=1), is_cut=True),
    replace(_READING, text="", title=""),
    replace(_READING, url=None, place=None, at=None, seen=None, received=None),
    replace(_READING, is_gone=True, text="", title="", received=_MISSING),
    replace(_READING, is_gone=True, text="", title="", url="https://mv.example/2"),
]


def cases() -> Iterator[Case]:
    """Yield each case: a template, and its values."""
    for template, variants in _CASES.items():
        for values in variants:
            yield template, values


_NOTICE_VALUES: dict[str, str | int] = {
    "problem": "<b>", "backup": "a.db",
    **dict.fromkeys("source url one other title other_title development".split(), "<b>"),
    **dict.fromkeys("reason error text type".split(), "<b>"),
    **dict.fromkeys("held total minutes pending count".split(), 2),
    "labels": "return, general",
    "cause": "gone", "known": 9, "items": 10, "site": "<b>", "titles": "<b>\nx", "others": "<b>",
}  # fmt: skip
_NOTICES = [
    (Notice(kind=kind, values=_NOTICE_VALUES), times)
    for times, kind in enumerate(get_args(NoticeKind), 1)
]
_UNKNOWN_PLACE = {**_NOTICE_VALUES, "known": 0, "site": "", "others": ""}
_NOTICES.append((Notice(kind="source_moved", values=_UNKNOWN_PLACE), 1))
_NOTICES.append((Notice(kind="source_lost", values={**_NOTICE_VALUES, "error": ""}), 1))
_MOVED = SourceEdit(id=1, source=source(url="http://<b>"), before=source(), at=NOW, by=1)
_FOUND = Candidate(source=source(), found="given", items=3)
_LISTED = ListLook(proposal=Proposal(at=NOW), count=4, followed=1, unread=(), is_cut=True)
_NEWS = development(
    id="CZ-2025-0001",
    themes=("return", "general"),
    topics=("borders",),
    evidence=Evidence(
        themes=("návrat",), topics=("hranice",), type=("zákon",), date=("16. ledna",),
        summary=("schválila",), proposed=("return",),
    ),
    confidence=Confidence(themes=(0.4, 0.9)),
    translated_by="an engine",
)  # fmt: skip
_BARE = development(
    title="Spolupráce", summary="", date=None, country=None, themes=(),
    sources=(
        citation(publisher_native=None, date=None, url=None, language=None),
        citation(title_native="Spolupráce", url=None),
        citation(title_native="Spolupráce", title_en="Cooperation"),
        citation(title_native="Spolupráce", language=None),
    ),
)  # fmt: skip
_DATED = development(
    ahead=(
        DateAhead(
            kind="in_force", day=DAY, words="16. ledna", sentence="Zákon platí od 16. ledna."
        ),
        DateAhead(
            kind="appeal", day=None, words="do 15 dnů", sentence="Odvolání lze podat do 15 dnů."
        ),
    ),
)
_MACHINE = development(provenance=Provenance(title="machine"))
_SCANNED = development(sources=(citation(medium="scanned"),))
_LINE = {
    "head_line": "🇨🇿 Czechia",
    "note": "",
    "is_short": False,
    "wanted_by": [],
    "stage_line": "",
}
_ROWS = [
    {"flag": "🇨🇿", "head_line": "🇨🇿 Czechia", "themes": "Return", "title": "A", "gloss": "B",
     "day": DAY, "link": "https://t.me/x"},
    {"flag": "", "head_line": "Policy", "themes": "", "title": "A", "gloss": "", "day": None,
     "link": "https://t.me/x"},
]  # fmt: skip
_DIGEST = Digest(every="day", since=NOW, until=NOW, items=("CZ-2025-0001",), part=1, parts=2,
                 total=2, more_silent=2, more_unread=2, unread=(
    SilentCountry(country="DE", sources=2), SilentCountry(country="", sources=2),
), silences=(
    SilentCountry(country="MT", answered=1, sources=3, failing=(("mt", NOW),), off=("mt-2",)),
    SilentCountry(country="CZ", answered=1, sources=1, is_told=True),
))  # fmt: skip
_COUNTRIES = {"CZ": {"Policy": _ROWS}, None: {"Legislative": _ROWS[:1]}}
_DOUBTS = [
    UnknownPhrase("<b>"), UnknownPhrase("x", (WANTED,)), UnknownPhrase("y", (WANTED, NAMED)),
]  # fmt: skip
_NONE, _SOME, _MANY = Preview(0, None), Preview(2, DAY), Preview(900, DAY)
_AT_ONCE = Chat(id=1)
_DAILY = Chat(
    id=1,
    pace=DAILY,
    filters=(NAMED, replace(WANTED, pace=WEEKLY)),
    urgent=frozenset({"type:Legislative", "theme:return"}),
)
_WEEKLY = Chat(id=1, pace=Pace(kind="weekly", weekday=3), quiet=(60, 120), silent=True,
               short=True, filters=(WANTED,))  # fmt: skip
_PAUSED = Chat(id=1, paused=True, paused_until=NOW)
_SAVED = {"number": 1, "filter": WANTED, "uncovered": (), "listens": True, "chat": _AT_ONCE}
_STATUS = {
    "chat": _AT_ONCE, "listens": True, "tally": Tally(), "answering": 1, "sources": 2,
    "next_digest": None,
}  # fmt: skip
_BUILD = Build(version="0.1.0", revision=None, schema=9, python="3.13.1")
_ADMIN = {
    "has_backups": False,
    "backup": None,
    "backup_age": None,
    "chats": 2, "filters": 2, "paused": 1, "suspended": 1, "answering": 1, "sources": 2,
    "commands": ["correct"], "tally": Tally(), "backlog": Backlog(), "troubled": (), "hidden": 0,
    "reviews": 0, "precision": (), "uncertain": (), "replicas": (),
}  # fmt: skip
_LOST_CHANNEL = LostChat(chat=-1, title="<b>", is_channel=True, at=NOW)
_LOST_GROUP = LostChat(chat=-2, title="B", is_channel=False, at=NOW)
_TALLY = Tally(sent=1, suspended=1, uncertain=1, failed=1, collected=1, last_sent=NOW)


def _brief(**changes: Any) -> dict[str, Any]:
    """The values of a brief with every kind of record."""
    records = tuple(
        BriefRecord(each, "cs", tuple(range(1, len(each.sources) + 1)))
        for each in (_NEWS, _BARE, replace(_DATED, gloss="A law"), _SCANNED, _MACHINE)
    )
    brief = Brief(
        asked="everything", since=DAY, until=DAY, made=NOW, shown=4, total=4, coverage=(),
        countries=(BriefCountry("CZ", (BriefTheme("return", records),)),),
        notes=(*_BARE.sources, *_SCANNED.sources),
        ahead=(BriefDate(_DATED.ahead[0], records[2]),),
    )  # fmt: skip
    return {
        "brief": replace(brief, **changes), "heading": "A", "period": "B", "overview": ["C"],
        "coverage": ["D"], "made": "E", "place_name": str, "theme_name": str,
    }  # fmt: skip


_CASES: dict[str, list[dict[str, Any]]] = {
    "correction.html": [
        {"record": _NEWS, "head_line": "", "change": change}
        for change in (
            Change(is_gone=True),
            Change(title=("A", "B"), date=(DAY, None), text=("A", "B")),
            Change(date=(None, DAY), text=("", "B")),
            Change(text=("A", "")),
            Change(ahead=(_DATED.ahead[:1], _DATED.ahead[1:])),
            Change(ahead=((), ())),
        )
    ],
    "development.html": [
        {**_LINE, "record": _NEWS, "note": "A note", "wanted_by": ["A", "B"]},
        {**_LINE, "record": _NEWS, "is_short": True},
        {**_LINE, "record": _BARE, "stage_line": "C-1/24 · <b>"},
        {**_LINE, "record": _BARE, "is_short": True},
        {**_LINE, "record": _DATED},
        {**_LINE, "record": _SCANNED},
        {**_LINE, "record": _SCANNED, "is_short": True},
        {**_LINE, "record": development(summary=LONG, gloss="A law",
                                        provenance=Provenance(title="machine"))},
    ],
    "brief.md": [_brief(), _brief(countries=(), ahead=(), notes=())],
    "development.md": [
        {"record": _NEWS},
        {"record": _BARE},
        {"record": _SCANNED},
        {"record": development(sources=(citation(title_en="Cooperation"),))},
        {"record": _DATED},
    ],
    "chat/admin.html": [
        _ADMIN,
        {
            **_ADMIN,
            "tally": _TALLY, "backlog": Backlog(pending=1, oldest=NOW), "hidden": 2, "reviews": 1,
            "troubled": [(source(), "failing")], "precision": [Precision("cs", 1, 2)],
            "uncertain": [delivery(settled=NOW, reason="the line broke")],
        },
        {**_ADMIN, "has_backups": True},
        {**_ADMIN, "has_backups": True, "backup": NOW, "backup_age": 3},
        {**_ADMIN, "reviews": 1},
        {**_ADMIN, "replicas": [Replica(number=0, leads=True, build=_BUILD)]},
        {**_ADMIN, "replicas": [Replica(number=n, leads=n == 1, build=b)
                                for n, b in ((1, _BUILD), (2, None))]},
        {**_ADMIN, "precision": [Precision("cs", 1, 2)]},
    ],
    "chat/coverage.html": [
        {"head": "   M A", "rows": ["CZ 1 2"], "legend": ["M Ministries"], "several": several,
         "empty": empty}
        for several, empty in (("", []), ("**", ["Liechtenstein"]))
    ],
    "chat/coverage_country.html": [
        {"country": "CZ", "answering": 1, "count": 2, "languages": ["Czech"], "newest": NOW,
         "groups": [("court", [(source(), "well")])], "types": ["Press"], "unspoken": ["French"],
         "troubled": [(source(), "failing")]},
        {"country": "CZ", "answering": 1, "count": 2, "languages": [], "newest": None,
         "groups": [], "types": [], "unspoken": [], "troubled": []},
        {"country": "LI", "answering": 0, "count": 0, "languages": [], "newest": None,
         "groups": [], "types": ["Press"], "unspoken": [], "troubled": []},
        {"country": "CZ", "answering": 1, "count": 2, "languages": [], "newest": None,
         "groups": [], "types": [], "unspoken": ["French"], "troubled": []},
        {"country": "CZ", "answering": 1, "count": 2, "languages": [], "newest": None,
         "groups": [], "types": [], "unspoken": [], "troubled": [(source(), "failing")]},
    ],
    "chat/ledger.html": [
        {"rows": ["26.11. 1 = 1"], "columns": ["matched", "sent"], "withdrawn": 2,
         "astray": [DAY], "days": 14},
        {"rows": ["26.11. 1 = 1"], "columns": ["matched", "sent"], "withdrawn": 0, "astray": [],
         "days": 14},
        {"rows": [], "columns": ["matched"], "withdrawn": 0, "astray": [], "days": 14},
    ],
    "chat/announce.html": [{"count": 2, "text": "<b>", "limit": limit} for limit in (None, 9)],
    "chat/announcement.html": [{"text": "<b>"}],
    "chat/chart_caption.html": [{"weeks": 12}],
    "chat/citation.html": [{"head_line": "", "citation": "A, <b>"}],
    "chat/digest.html": [
        {"chat": _AT_ONCE, "own": []},
        {"chat": _WEEKLY, "own": []},
        {"chat": _DAILY, "own": [(1, replace(NAMED, pace=DAILY)), (2, _DAILY.filters[1])]},
    ],
    "chat/digest_part.html": [
        {"digest": _DIGEST, "countries": _COUNTRIES, "period": "9–16 Jan 2025"},
        {"digest": replace(_DIGEST, every="week", part=2), "countries": _COUNTRIES, "period": "x"},
        {"digest": replace(_DIGEST, every="once", parts=1, silences=(), more_silent=0, unread=()),
         "countries": {}, "period": "x"},
        {"digest": replace(_DIGEST, more_unread=0), "countries": {}, "period": "x"},
    ],
    "chat/fewer.html": [{"changed": [(1, WANTED)]}, {"changed": []}],
    "chat/filter_card.html": [
        {"number": 1, "filter": WANTED, "found": _SOME, "chat": _DAILY},
        {"number": 2, "filter": NAMED, "found": _MANY, "chat": _AT_ONCE},
    ],
    "chat/filter_saved.html": [
        {**_SAVED, "found": _NONE, "uncovered": ("MT",)},
        {**_SAVED, "found": _SOME, "listens": False},
        {**_SAVED, "found": _MANY, "chat": _DAILY},
        {**_SAVED, "found": _MANY},
    ],
    "chat/filter_log.html": [
        {"chat": _AT_ONCE, "shown": [
            {"at": NOW, "who": "<Ada>", "what": what, "before": "A", "after": after}
            for what, after in (
                ("added", "A"), ("removed", ""), ("paused", "A"), ("resumed", "A"),
                ("paced", "A"), ("changed", "B"),
            )
        ]},
        {"chat": _AT_ONCE, "shown": []},
    ],
    "chat/filters.html": [
        {"shown": [(WANTED, _SOME), (NAMED, _NONE)], "first": 10, "count": 12,
         "chat": _DAILY},
        {"shown": [(WANTED, _SOME)], "first": 0, "count": 1, "chat": _AT_ONCE},
        {"shown": [], "first": 0, "count": 0, "chat": _AT_ONCE},
    ],
    "chat/headlines.html": [{"rows": _ROWS}],
    "chat/help.html": [{"commands": {"latest": "The newest"}}],
    "chat/help_commands.html": [{"title": "All commands", "commands": {"latest": "The newest"}}],
    "chat/help_words.html": [{}],
    "chat/lost_chats.html": [{"chat": Chat(id=1, lost_chats=(_LOST_CHANNEL, _LOST_GROUP))}],
    "chat/missed_developments.html": [{"missed": n} for n in NUMBERS],
    "chat/doubts.html": [{"doubts": _DOUBTS}],
    "chat/not_understood.html": [
        {"doubts": _DOUBTS, "has_buttons": has_buttons, "copies": copies}
        for has_buttons in (True, False)
        for copies in ((), ("CZ, return",))
    ],
    "chat/outside_sources.html": [
        {"countries": ["EU"], "mentioned": [], "copies": ()},
        {"countries": ["GB", "SY"], "mentioned": ["GB", "SY"], "copies": ("mentions GB",)},
    ],
    "chat/notices.html": [
        {"counted": _NOTICES},
        {"counted": [(Notice(kind="rival", is_over=True), 1)]},
        {"counted": [(Notice(kind="store_lost", values={"problem": "<b>", "backup": ""}), 1)]},
        {"counted": [(Notice(kind="removed", values={"title": "<b>", "type": "channel"}), 1)]},
    ],
    "chat/paused.html": [{"until": NOW, "chat": _PAUSED}, {"until": None, "chat": _PAUSED}],
    "chat/plain_words.html": [{"filter": WANTED, "found": _NONE, "pace": AT_ONCE}],
    "chat/privacy.html": [{"backup_days": days} for days in (0, 7)],
    "chat/quiet.html": [{"chat": _WEEKLY}, {"chat": _AT_ONCE}],
    "chat/recent_matches.html": [{"found": _NONE, "pace": AT_ONCE}],
    "chat/resumed.html": [
        {"was_paused": True, "missed": 2}, {"was_paused": False, "missed": 0},
    ],
    "chat/deadlines.html": [
        {
            "rows": deadline_rows([(date, _DATED) for date in _DATED.ahead], ENGLISH, str),
            "first": 1, "last": 2, "count": 2,
        },
        {"rows": [], "first": 1, "last": 0, "count": 0},
    ],
    "chat/as_seen.html": [
        {
            "head_line": "<b>", "readings": _READINGS, "number": 1, "reading": reading,
            "last_seen": last_seen(_READINGS, reading), "gone": taken_down(_READINGS, reading),
            "gone_after": _READINGS[1], "absence": (_READINGS[4], _READINGS[1]),
            "text": reading.text, "page": page, "pages": pages,
        }
        for reading in _READINGS
        for page, pages in ((1, 1), (1, 2), (2, 2))
    ] + [
        {
            "head_line": "<b>", "readings": _READINGS[:1], "number": 1, "reading": _READINGS[0],
            "last_seen": None, "gone": None, "gone_after": None, "absence": None,
            "text": "a", "page": 1, "pages": 1,
        },
    ],
    "chat/changes.html": [
        {
            "head_line": "<b>", "readings": _READINGS, "numbers": (one, other),
            "last_seen": last_seen(_READINGS, _READINGS[other - 1]),
            "absence": (_READINGS[4], _READINGS[1]) if other == 2 else None,
            "differences": shown, "is_partial": is_partial, "page": page, "pages": page,
        }
        for one in range(1, len(_READINGS) + 1)
        for other in range(1, len(_READINGS) + 1)
        for shown, is_partial, page in (("<b>", True, 1), ("", False, 2))
    ],
    "chat/reading.html": [
        {"reading": reading, "last_seen": last_seen(_READINGS, reading), "absence": None}
        for reading in _READINGS
    ],
    "chat/matter.html": [
        {
            "heading": "<b>", "first": 1, "last": 1, "count": count,
            "rows": [{"stage": "bill", "day": day, "title": "<b>", "number": "CZ-2025-0001",
                      "link": "https://t.me/x", "words": words,
                      "sources": (citation(), citation(url=None))}],
        }
        for count, day, words in ((2, "1 January 2025", "Návrh & dále."), (1, "", ""))
    ],
    "chat/reminder.html": [
        {"rows": deadline_rows([(_DATED.ahead[0], _DATED)], ENGLISH, str), "days": days}
        for days in (0, 1, 7)
    ],
    "chat/search_results.html": [
        {"asked": "<b>", "is_paged": is_paged, "first": 1, "last": 10, "count": "100+"}
        for is_paged in (True, False)
    ],
    "chat/settings.html": [
        {"chat": _AT_ONCE, "language": "English", "texts": ""},
        {"chat": _WEEKLY, "language": "English", "texts": "Texts: English"},
    ],
    "chat/setup_countries.html": [{"filter": WANTED}],
    "chat/setup_details.html": [{"filter": WANTED}],
    "chat/setup_sources.html": [{"filter": WANTED, "count": count} for count in (0, 3)],
    "chat/setup_themes.html": [{"filter": WANTED}],
    "chat/setup_when.html": [{"filter": WANTED, "found": _SOME, "pace": AT_ONCE}],
    "chat/feed.html": [{"filter": WANTED, "addresses": ["https://a.example/f/x.atom"] * 3}],
    "chat/webhook.html": [
        {"endpoint": HOOK, "filters": kept, "suspended": why, "result": why, "shows_secret": kept}
        for kept, why in (((WANTED,), ""), ((), "<b>"))
    ],
    "chat/webhooks.html": [
        {"endpoints": []},
        {
            "endpoints": [
                Chat(id=1, endpoint=HOOK, filters=(WANTED,)),
                Chat(id=2, endpoint=HOOK, suspended="HTTP 500"),
            ]
        },
    ],
    "chat/share.html": [{"filter": WANTED, "link": link} for link in ("https://t.me/x", None)],
    "chat/shared_filter.html": [{"filter": WANTED}],
    "chat/source.html": [
        {"name": "cz", "is_off": True, "health": "well", "report": None},
        {"name": "cz", "is_off": False, "health": "well",
         "report": PollReport(source="cz", result="new", problems=("<b>",))},
    ],
    "chat/sources.html": [
        {"shown": [(source(), "well"), (source(country=None), "well")], "country": None,
         "source_type": None, "first": 20, "count": 22},
        {"shown": [(source(), "well")], "country": "CZ", "source_type": "court", "first": 0,
         "count": 1},
        {"shown": [], "country": "MT", "source_type": None, "first": 0, "count": 0},
    ],
    "chat/source_changes.html": [
        {"edits": [], "held": set()},
        {"edits": [_MOVED, replace(_MOVED, id=2), replace(_MOVED, id=3, undone=NOW),
                   replace(_MOVED, before=None)], "held": {1}},
    ],
    "chat/source_file.html": [
        {"look": _LISTED, "found": [_FOUND], "more": 1, "unread": [("http://x/<b>", "<b>")],
         "more_unread": 1, "limit": 50},
        {"look": replace(_LISTED, is_cut=False), "found": [_FOUND], "more": 0,
         "unread": [("http://x/", "HTTP 404")], "more_unread": 0, "limit": 50},
        {"look": _LISTED, "found": [], "more": 0, "unread": [], "more_unread": 0, "limit": 50},
    ],
    "chat/source_found.html": [
        {"source": one, "found": Candidate(source=one, found="list", items=3, newest=day)}
        for one, day in (
            (source(), DAY), (source(kind="page", country=None, language=None), None)
        )
    ],
    "chat/source_names.html": [
        {"part": "<b>", "shown": [], "hidden": 0, "example": "cz"},
        {"part": "", "shown": [], "hidden": 0, "example": "cz"},
        {"part": "c", "shown": [("cz", False, "well")], "hidden": 0, "example": "cz"},
        *({"part": "", "shown": [("cz", True, "well"), ("de", False, "<b>")], "hidden": n,
           "example": "cz"} for n in NUMBERS),
    ],
    "chat/start.html": [{"filters": n} for n in (0, *NUMBERS)],
    "chat/status.html": [
        _STATUS,
        {**_STATUS, "chat": _WEEKLY, "next_digest": NOW, "tally": _TALLY},
        {**_STATUS, "chat": _PAUSED, "listens": False},
        {**_STATUS, "chat": replace(_PAUSED, paused_until=None), "listens": False},
        {**_STATUS, "chat": Chat(id=1, lost_chats=(_LOST_GROUP,))},
    ],
    "chat/pace.html": [
        {"chat": chat, "pace": pace}
        for chat in (_AT_ONCE, _DAILY)
        for pace in (AT_ONCE, Pace(kind="silent"), DAILY, WEEKLY)
    ],
    "chat/filter_pace.html": [
        {"chat": _DAILY, "number": 1, "filter": WANTED},
        {"chat": _DAILY, "number": 2, "filter": replace(NAMED, pace=WEEKLY)},
    ],
    "chat/urgent.html": [{"chat": _AT_ONCE}, {"chat": _DAILY}],
    "chat/why.html": [
        {"record": _NEWS, "wanting": [(1, WANTED), (2, NAMED)]},
        {"record": development(), "wanting": []},
    ],
    **why_cases.CASES,
}  # fmt: skip
