"""What people type is understood, whatever language they have set: most of `typed_phrases.txt` was
written before the lists of words, and none of it was left out."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.doubts import foreign
from bot.chat.parsing import query
from bot.chat.parsing.moments import find_end
from bot.chat.parsing.pace_words import parse_said
from bot.chat.settings import parse_language
from bot.models.chats import Filter
from bot.wordings.index import languages
from tests.samples import NOW

FILE = Path(__file__).parent / "typed_phrases.txt"
UNITS = {"h": "hours", "d": "days"}
DAYS = {"mon": 0, "fri": 4}


def lines(language: str) -> Iterator[tuple[str, str, str]]:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        code, _, rest = line.partition(" | ")
        if code == language:
            command, said, meant = rest.split(" | ")
            yield command, said, meant.strip()


def labels(filter_: Filter) -> set[str]:
    return {
        *filter_.countries, *filter_.themes, *filter_.topics, *filter_.types,
        *(f"mentions:{code}" for code in filter_.mentions), *(f"-{each}" for each in filter_.less),
        *(f"word:{word}" for word in filter_.words),
        *(f"source:{type_}" for type_ in filter_.source_types),
    } or {"everything"}  # fmt: skip


def understood(command: str, said: str, language: str | None) -> set[object]:
    match command:
        case "subscribe":
            read = query.parse_filter(said, language=language)
            is_clear = isinstance(read, Filter) and not foreign(read, ())
            return {*labels(read)} if is_clear else {"?"}
        case "pause":
            until = find_end(said, NOW, "UTC", language)
            return {until and until - NOW}
        case "language":
            return {parse_language(said)}
    pace = parse_said(said, language)
    assert pace is not None, said
    return {pace.kind, pace.minute, pace.weekday}


def wanted(command: str, meant: str) -> set[object]:
    if command == "pause":
        return {dt.timedelta(**{UNITS[meant[-1]]: int(meant[:-1])})}
    if command != "digest":
        return {*meant.split()}
    kinds = {"instant": "at_once", "off": "at_once"}
    kind, *when = meant.split()
    times = (DAYS[each] if each in DAYS else int(each[:2]) * 60 for each in when)
    return {kinds.get(kind, kind), *times}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("is_set", [True, False])
def test_every_phrase_is_understood(language: str, *, is_set: bool) -> None:
    reader = language if is_set else "en"
    missed = [
        f"{command} {said}: {meant}"
        for command, said, meant in lines(language)
        if not wanted(command, meant) <= understood(command, said, reader)
        or (command == "subscribe" and wanted(command, meant) != understood(command, said, reader))
    ]
    assert not missed, "\n".join(missed)
